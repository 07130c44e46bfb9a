"""How each line is said: a hook and a close with weight, figures without haste, the rest lighter.

A reader who says every sentence alike is hard to listen to. What is changed is little enough that nobody hears it as
such; together it gives a narration the loudness range of a person who reads, 3 to 6 LU (EBU Tech 3342), as
`ytempire bench speech` measures it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ytempire.language.profile import LANGUAGES, language_profile
from ytempire.language.words import words_of
from ytempire.studio.script_document import Line

_FIGURE = re.compile(r"\d")
LONG_WORDS = 16


@dataclass(frozen=True)
class Delivery:
    """`pace`: how many times as quick as usual; `gain_db`: how much louder."""

    pace: float
    gain_db: float


OF_ROLE = {
    "hook": Delivery(0.97, 3.0),
    "heading": Delivery(0.94, 2.5),
    "close": Delivery(0.94, 2.5),
    "sign_off": Delivery(1.0, -2.0),
}
OPENING = Delivery(0.98, 2.5)  # of a section
QUESTION = Delivery(0.98, 2.0)
WEIGHTY = Delivery(0.97, 2.0)  # with a figure, or with a word that makes a listener look up
PLAIN = Delivery(1.01, -1.5)
LONG = Delivery(1.03, -3.0)


def deliveries(lines: Sequence[Line], language: str) -> list[Delivery]:
    """Return how each line of a script in a language is said."""
    striking = language_profile(language).striking if language in LANGUAGES else frozenset()
    return [_delivery(line, lines[place - 1] if place else None, striking) for place, line in enumerate(lines)]


def _delivery(line: Line, before: Line | None, striking: frozenset[str]) -> Delivery:
    if line.role in OF_ROLE:
        return OF_ROLE[line.role]
    if before is None or before.section != line.section:
        return OPENING
    if line.text.rstrip('"”»').endswith("?"):
        return QUESTION
    words = words_of(line.text)
    if _FIGURE.search(line.text) or striking.intersection(words):
        return WEIGHTY
    return LONG if len(words) >= LONG_WORDS else PLAIN
