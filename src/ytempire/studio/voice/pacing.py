"""How long a line takes to say and how long the silences between lines are, before any voice has spoken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from ytempire.studio.script_document import Line
from ytempire.studio.voice.pacing_in_language import reference_s
from ytempire.studio.voice.text_normalization import read_aloud, spoken_text

LEAD_IN_S = 0.4
TAIL_S = 1.5  # room for the end card
Stretch = Literal["shortest", "usual", "longest"]

# Seconds of silence after a line: shortest, usual, longest. Before a section somebody who reads takes a breath.
BETWEEN_SENTENCES = (0.25, 0.32, 0.40)
AFTER_QUESTION = (0.32, 0.40, 0.50)
BETWEEN_SECTIONS = (0.50, 0.62, 0.80)
AFTER_HEADING = (0.35, 0.42, 0.50)
BETWEEN_ITEMS = (0.22, 0.28, 0.36)


def pauses_s(lines: Sequence[Line], stretch: Stretch) -> list[float]:
    """The silence after each line but the last."""
    column = ("shortest", "usual", "longest").index(stretch)
    return [_kind(line, following)[column] for line, following in pairwise(lines)]


def _kind(line: Line, following: Line) -> tuple[float, float, float]:
    if line.role == "heading":
        return AFTER_HEADING
    if line.section != following.section or line.role != following.role:
        return BETWEEN_SECTIONS
    if line.list_item and following.list_item:
        return BETWEEN_ITEMS
    if line.text.rstrip('"”»').endswith("?"):
        return AFTER_QUESTION
    return BETWEEN_SENTENCES


# Fitted by least squares to 883 sentences of 24 articles spoken by the default voice at 158 words a minute.
SECONDS = {"start": 0.173, "spelled": 0.182, "vowel": 0.0731, "consonant": 0.0538, "word": 0.052, "comma": 0.298}
REFERENCE_RATE = 158


def line_s(text: str, *, words_per_minute: int, language: str = "en") -> float:
    """Expected seconds of sound for one line, its inner pauses included.

    `words_per_minute` is a pace of English; another language is spoken at the tempo that this pace is.
    """
    return _line_s(text, language) * REFERENCE_RATE / words_per_minute


@lru_cache(maxsize=10_000)  # a writer asks for each sentence in each run of sentences that has it
def _line_s(text: str, language: str) -> float:
    """At the pace at which the length was measured."""
    if language == "en":
        return sum(SECONDS[name] * count for name, count in features(text).items())
    return reference_s(text, language)


def features(text: str) -> dict[str, float]:
    """What the length depends on: vowel groups stand for syllables, the other letters for consonants."""
    exact = spoken_text(read_aloud(text))
    spelled = len(re.findall(r"\b[A-Z](?=\.[A-Z])|(?<=\.)[A-Z]\b", exact))
    plain_text = re.sub(r"\b[A-Z](?:\.[A-Z])+\b", "", exact).lower()
    inner = plain_text.rstrip(".!?,;: ")
    letters = re.sub(r"[^a-z]", "", plain_text)
    vowels = len(re.findall(r"[aeiouy]+", re.sub(r"e\b", "", plain_text)))
    return {
        "start": 1.0,
        "spelled": float(spelled),
        "vowel": float(vowels),
        "consonant": float(len(re.sub(r"[aeiouy]", "", letters))),
        "word": float(len(plain_text.split())),
        "comma": float(len(re.findall(r"[,;:.!?](?=\s)", inner))),
    }


def script_s(lines: Sequence[Line], *, words_per_minute: int, language: str = "en") -> float:
    """Expected seconds of a whole narration: lead-in, lines, usual pauses, tail."""
    sound = sum(line_s(line.text, words_per_minute=words_per_minute, language=language) for line in lines)
    return LEAD_IN_S + sound + sum(pauses_s(lines, "usual")) + TAIL_S
