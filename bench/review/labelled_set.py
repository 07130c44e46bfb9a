"""The labelled set: scripts with a planted fault or none, and passages with known sentences (`labelled/README.md`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "labelled"
LANGUAGES = ("en", "es", "fr", "it", "pt")
SEED = "2026-11-30"


@dataclass(frozen=True)
class LabelledScript:
    """`lines` are (role, text). `kind` names the planted fault; None where the script is clean.

    `target_seconds` is what was asked for where the fault is the length, else None.
    """

    language: str
    name: str
    title: str
    source: str
    lines: tuple[tuple[str, str], ...]
    kind: str | None
    target_seconds: float | None
    is_held_out: bool


@dataclass(frozen=True)
class Passage:
    """Sentences of one paragraph, which are joined by a space."""

    language: str
    sentences: tuple[str, ...]
    is_held_out: bool


def held_out(name: str) -> bool:
    """Tell whether what is called so is set aside: by a hash, so that what is added later moves nothing."""
    return hashlib.sha256(f"{SEED} {name}".encode()).digest()[0] % 2 == 0


def load_scripts() -> list[LabelledScript]:
    """Return all scripts, by language and name of their source.

    Those of `rule_writers` are by authors who know the rules, and none of them is ever held out.
    """
    return [
        script
        for language in LANGUAGES
        for folder in ("scripts", "rule_writers")
        for path in sorted((FOLDER / folder / language).glob("*.yaml"))
        for script in _scripts_of(path, language, set_aside=folder == "scripts" and held_out(f"{language} {path.stem}"))
    ]


def load_passages() -> list[Passage]:
    """Return all passages, by language."""
    return [
        Passage(language, tuple(passage.split("\n")), held_out(f"{language} {passage}"))
        for language in LANGUAGES
        for passage in (FOLDER / "sentences" / f"{language}.txt").read_text().strip().split("\n\n")
    ]


def _scripts_of(path: Path, language: str, *, set_aside: bool) -> Iterator[LabelledScript]:
    document = yaml.safe_load(path.read_text())

    def labelled(
        name: str, lines: Sequence[Sequence[str]], kind: str | None, target_seconds: float | None = None
    ) -> LabelledScript:
        return LabelledScript(
            language=language,
            name=f"{language}/{path.stem}/{name}",
            title=document["title"],
            source=document["source"],
            lines=tuple((role, text) for role, text in lines),
            kind=kind,
            target_seconds=target_seconds,
            is_held_out=set_aside,
        )

    for name, lines in document["scripts"].items():
        yield labelled(name, lines, None)
    for number, fault in enumerate(document["faults"], 1):
        lines = _with_fault(document["scripts"][fault["of"]], fault)
        yield labelled(f"{fault['of']}-{number}", lines, fault["kind"], fault.get("asked"))


def _with_fault(clean: Sequence[Sequence[str]], fault: dict[str, Any]) -> list[Sequence[str]]:
    lines = list(clean)
    for number, text in fault.get("lines", []):
        lines[number - 1] = (lines[number - 1][0], text)
    if "line" not in fault:
        return lines
    place = fault["line"] - 1
    if fault.get("after"):
        lines.insert(place + 1, ("body", fault["text"]))
    elif fault["text"] is None:
        del lines[place]
    else:
        lines[place] = (lines[place][0], fault["text"])
    return lines
