"""When each part of a line is spoken: from places in its text to seconds."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from ytempire.studio.script_document import Script
from ytempire.studio.visuals.layout import FPS
from ytempire.studio.voice.document import Narration, Word


def on_frame(seconds: float) -> float:
    """The time of the nearest video frame."""
    return round(seconds * FPS) / FPS


@dataclass(frozen=True)
class Clock:
    """For each line, its words with their offsets in the line's text."""

    words: dict[int, list[tuple[int, Word]]]

    @classmethod
    def from_narration(cls, script: Script, narration: Narration) -> Clock:
        placed: dict[int, list[tuple[int, Word]]] = {}
        reached: dict[int, int] = {}
        for word in narration.words:
            text = script.lines[word.line].text
            at = text.find(word.text, reached.get(word.line, 0))
            at = at if at >= 0 else reached.get(word.line, 0)
            placed.setdefault(word.line, []).append((at, word))
            reached[word.line] = at + (len(word.text) if text.startswith(word.text, at) else 0)
        return cls(placed)

    def at(self, line: int, offset: int) -> float:
        """When the word that holds, or follows, this place in the line's text begins."""
        words = self.words.get(line, [])
        for i, (start, word) in enumerate(words):
            following = words[i + 1][0] if i + 1 < len(words) else start + len(word.text) + 1
            if offset < following:
                return word.start_s
        return words[-1][1].start_s if words else 0.0

    def pauses(self, line: int, start: int, end: int, *, marked: bool) -> list[int]:
        """Places between `start` and `end` where a thought may begin: after a mark, or before a word that leads on."""
        words = [(at, word) for at, word in self.words.get(line, []) if start <= at < end]
        if not marked:
            return [at for at, word in words[2:-2] if word.text.lower() in _LEADS]
        return [at for (_, before), (at, _) in itertools.pairwise(words) if before.text[-1:] in ",;:—–.?!"]


_LEADS = frozenset(
    [
        "and",
        "but",
        "or",
        "because",
        "which",
        "that",
        "while",
        "where",
        "when",
        "to",
        "for",
        "with",
        "by",
        "from",
        "as",
        "than",
        "into",
    ]
)
