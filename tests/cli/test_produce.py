"""What `produce` says to bad input: one sentence, a status, and nothing half-made. No server is started for it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.forked_process import ytempire
from ytempire.cli.produce import notes_of
from ytempire.production.queries import StepView

GOOD = (Path(__file__).parents[2] / "src/ytempire/assets/demo/why-the-night-sky-is-dark.md").read_text()


def produce(home: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return ytempire("produce", *arguments, environment={**os.environ, "YTEMPIRE_HOME": str(home)}, folder=cwd)


BAD: dict[str, tuple[bytes | None, str]] = {
    "empty.md": (b"", "empty"),
    "binary.md": (bytes(range(256)) * 40, "does not hold readable text"),
    "sentence.md": (b"The sky is dark at night.", "words"),
    "emoji.md": (("🙂🙃🌍 " * 300).encode(), "words"),
    "missing.md": (None, "no file"),
    "long.md": (("word " * 100_000).encode(), "100,000"),
    "german.md": (("Dieser Text ist auf Deutsch geschrieben und handelt vom Wetter am Meer. " * 12).encode(), "German"),
}


@pytest.mark.parametrize("name", BAD)
def test_produce_invalid_source_exits_with_message(tmp_path: Path, name: str) -> None:
    data, expected = BAD[name]
    source = tmp_path / name
    if data is not None:
        source.write_bytes(data)
    done = produce(tmp_path / "home", str(source), "--out", str(tmp_path / "out"), cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "home").exists()


def test_produce_missing_source_with_json_prints_error_code(tmp_path: Path) -> None:
    done = produce(tmp_path / "home", "missing.md", "--json", cwd=tmp_path)
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "source_missing"


def test_produce_unsupported_language_is_named(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(GOOD)
    done = produce(tmp_path / "home", "good.md", "--language", "nl", cwd=tmp_path)
    assert done.returncode == 2
    assert "Dutch" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--format", "4:3"), "Unknown format “4:3”"),
        (("--seconds", "5"), "10"),
        (("--out", "file/in/the/way"), "is a file"),
    ],
)
def test_produce_invalid_option_exits_with_message(tmp_path: Path, arguments: tuple[str, ...], expected: str) -> None:
    (tmp_path / "good.md").write_text(GOOD)
    (tmp_path / "file").write_text("")
    done = produce(tmp_path / "home", "good.md", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "home").exists()


def test_produce_unwritable_output_folder_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(GOOD)
    done = produce(tmp_path / "home", "good.md", "--out", "/proc/ytempire", cwd=tmp_path)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("produce",),
        ("up",),
        ("down",),
        ("status",),
        ("doctor",),
        ("runs", "list"),
        ("runs", "retry"),
        ("costs", "show"),
        ("serve",),
        ("worker",),
        ("migrate",),
        ("bench", "render"),
    ],
)
def test_produce_help_shows_example(command: tuple[str, ...]) -> None:
    done = ytempire(*command, "--help")
    assert done.returncode == 0
    if command:
        assert "Example: " in done.stdout


def test_notes_of_steps_say_shortfall_and_fallback() -> None:
    def step(**evidence: object) -> StepView:
        return cast(StepView, SimpleNamespace(evidence=evidence))

    steps = [
        step(),
        step(shortfall="60 s were asked for.", model_fallback="m gave no usable script in 1 attempt: It refuses."),
        step(shortfall=None, model_fallback=None),
        step(voice_fallback="kokoro af_heart could not speak."),
    ]
    assert notes_of(steps) == [
        "Shorter than asked: 60 s were asked for.",
        "Not written by the language model: m gave no usable script in 1 attempt: It refuses.",
        "Not spoken by the chosen voice: kokoro af_heart could not speak.",
    ]
