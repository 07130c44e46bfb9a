"""Drawn icons in two layers, a pale body and clear lines: which exist, and which one belongs to a text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath

from ytempire import assets
from ytempire.studio.visuals.paths import Path, from_text

_FILE = FilePath(assets.__file__).parent / "icons" / "duotone.json"
_SIDE = 256.0  # the icons' own square


@dataclass(frozen=True)
class Icon:
    body: Path
    lines: Path


@lru_cache(maxsize=1)
def _outlines() -> dict[str, list[str]]:
    outlines: dict[str, list[str]] = json.loads(_FILE.read_text("utf-8"))
    return outlines


def names() -> frozenset[str]:
    return frozenset(_outlines())


@lru_cache(maxsize=256)
def icon(name: str, side: float) -> Icon:
    """The icon, `side` px wide and high, centred on the origin."""
    body, lines = (from_text(text).moved(-_SIDE / 2, -_SIDE / 2).scaled(side / _SIDE) for text in _outlines()[name])
    return Icon(body, lines)
