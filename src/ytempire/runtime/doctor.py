"""The checks of this machine. Each failed one has a hint with the remedy."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import espeakng_loader
import imageio_ffmpeg

from ytempire.kit.errors import YtempireError
from ytempire.kit.processes import run
from ytempire.runtime.home import CHECKOUT, Home, home_of, server_user
from ytempire.runtime.postgres import EmbeddedPostgres
from ytempire.runtime.stack import is_locked, read_state, require_free_disk, require_free_port
from ytempire.runtime.valkey import EmbeddedValkey
from ytempire.settings import Settings
from ytempire.studio.voice.kokoro.model_files import are_parts_installed


@dataclass(frozen=True)
class CheckResult:
    name: str
    ok: bool
    detail: str
    hint: str | None = None

    def document(self) -> dict[str, object]:
        return {"name": self.name, "ok": self.ok, "found": self.detail, "hint": self.hint}


def run_checks(settings: Settings) -> list[CheckResult]:
    """Check all that a start needs, without starting anything."""
    home = home_of(settings)
    return [
        _check("Python", _python),
        _check("data folder", lambda: _home(home)),
        _check("disk", lambda: _disk(home, settings.machine.min_free_mb)),
        _check("server user", lambda: f"{server_user(settings).name} runs PostgreSQL and Valkey"),
        _check("PostgreSQL", lambda: _version(EmbeddedPostgres(home).install() / "postgres", "--version")),
        _check("Valkey", lambda: _version(EmbeddedValkey(home).install(), "--version")),
        _check("ffmpeg", lambda: _version(Path(imageio_ffmpeg.get_ffmpeg_exe()), "-version")),
        _check("voice", _voice),
        _check("page", _page),
        _check("address", lambda: _address(settings, home)),
    ]


def _check(name: str, look: Callable[[], str]) -> CheckResult:
    try:
        return CheckResult(name, True, look())
    except YtempireError as error:
        return CheckResult(name, False, error.message, error.hint)
    except (OSError, RuntimeError) as error:
        return CheckResult(name, False, str(error), "Run `make setup` again; it installs missing packages.")


def _python() -> str:
    return f"{sys.version.split()[0]} at {sys.executable}"


def _home(home: Home) -> str:
    home.prepare()
    owner = "root" if os.geteuid() == 0 else "you"
    return f"{home.root}, used by {owner}"


def _disk(home: Home, least_mb: int) -> str:
    require_free_disk(home, least_mb)
    return f"{shutil.disk_usage(home.root).free / 1e9:.1f} GB free"


def _version(program: Path, flag: str) -> str:
    return run([program, flag]).stdout.decode().splitlines()[0].split(" Copyright")[0]


def _voice() -> str:
    library = Path(espeakng_loader.get_library_path())
    if not library.exists():
        raise YtempireError(f"The espeak-ng library {library} is missing.", hint="Run `make setup` again.")
    if not are_parts_installed():
        return "espeak-ng is installed and speaks instead of Kokoro, which is not: run `make setup` for it"
    return "Kokoro and espeak-ng are installed"


def _page() -> str:
    if not (CHECKOUT / "web" / "dist" / "index.html").exists():
        raise YtempireError("The page is not built.", hint="Build it: make web")
    return "built"


def _address(settings: Settings, home: Home) -> str:
    state = read_state(home)
    if state is not None:
        return f"YTEMPIRE runs at {state.endpoints.api_url or 'no address'}"
    if is_locked(home.lock):
        return "YTEMPIRE is starting or stopping"
    require_free_port(settings.api.host, settings.api.port)
    return f"{settings.api.host}:{settings.api.port} is free"
