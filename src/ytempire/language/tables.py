"""Tables of `data/LANGUAGE.toml`: lists of words, and patterns of one alternative a line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import regex

DATA = Path(__file__).parent / "data"
NOTHING = "(?!)"
"""A pattern that matches nothing, where a language needs none."""
Pattern = regex.Pattern[str]


def load_table(language: str, name: str) -> dict[str, Any]:
    """Return one table of a language's file."""
    table: dict[str, Any] = tomllib.loads((DATA / f"{language}.toml").read_text())[name]
    return table


def words_in(table: Mapping[str, Any], key: str) -> frozenset[str]:
    """Return the words under a key; one that is written with "_" is several."""
    return frozenset(word.replace("_", " ") for word in table[key].split())


def pattern_in(table: Mapping[str, Any], key: str) -> Pattern:
    """Return the pattern under a key, which matches whole words in any case."""
    options = "|".join(line.strip() for line in table[key].split("\n") if line.strip()) or NOTHING
    return regex.compile(rf"(?<![\p{{L}}\p{{N}}])(?:{options})(?![\p{{L}}\p{{N}}])", regex.IGNORECASE)
