"""The words of a sentence as Kokoro's symbols, each with the token that is displayed for it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import espeakng_loader
import numpy as np

from ytempire.kit.processes import run
from ytempire.studio.voice.kokoro.symbols import ESPEAK_LANGUAGES, MARKS, symbols_of

HOST = Path(__file__).with_name("phoneme_host.py")
TIMEOUT_S = 120.0
_CLOSED = re.compile(rf"(.*?)([{MARKS}]*)", re.DOTALL)
_QUOTES = "\"“”()[]«»'‘’"
_SWITCH = re.compile(r"\([a-z^-]+\)")  # "(en)": espeak-ng took a word for one of another language


@dataclass(frozen=True)
class SpokenWord:
    """One spoken word: the displayed token that it belongs to, its symbols, and the mark that closes it."""

    token: int
    symbols: str
    mark: str


@dataclass
class _Phrase:
    """Words up to a mark: espeak-ng sees them together, so that it chooses between readings of a word."""

    sentence: int
    words: list[tuple[int, str]]
    mark: str = ""

    @property
    def text(self) -> str:
        return " ".join(word for _, word in self.words)


def phonemize(sentences: Sequence[Sequence[str]], language: str) -> list[list[SpokenWord]]:
    """Return the spoken words of each sentence, which is given as its tokens as spoken ("" where one has no sound).

    `language`: a key of ESPEAK_LANGUAGES. Blocking; two runs of espeak-ng at most.
    """
    phrases = [phrase for number, tokens in enumerate(sentences) for phrase in _phrases(number, tokens)]
    together = _symbols([phrase.text for phrase in phrases], language)
    # it joins words ("of the"): such a phrase is cut by how each of its words sounds alone
    is_joined = [len(symbols) != len(phrase.words) for phrase, symbols in zip(phrases, together, strict=True)]
    joined = [phrase for phrase, joins in zip(phrases, is_joined, strict=True) if joins]
    alone = iter(_symbols([word for phrase in joined for _, word in phrase.words], language))
    spoken: list[list[SpokenWord]] = [[] for _ in sentences]
    for phrase, symbols, joins in zip(phrases, together, is_joined, strict=True):
        parts = cut([" ".join(next(alone)) for _ in phrase.words], symbols) if joins else symbols
        last = len(parts) - 1
        spoken[phrase.sentence] += [
            SpokenWord(token, part, phrase.mark if place == last else "")
            for place, ((token, _), part) in enumerate(zip(phrase.words, parts, strict=True))
        ]
    return spoken


def _phrases(sentence: int, tokens: Sequence[str]) -> Iterator[_Phrase]:
    phrase = _Phrase(sentence, [])
    for index, token in enumerate(tokens):
        for part in token.split():
            match = _CLOSED.fullmatch(part.strip(_QUOTES).replace("–", "—"))
            assert match is not None
            word = match.group(1).strip(_QUOTES)
            if word:
                phrase.words.append((index, word))
            if match.group(2) and phrase.words:
                phrase.mark = match.group(2)[0]
                yield phrase
                phrase = _Phrase(sentence, [])
    if phrase.words:
        yield phrase


def _symbols(texts: Sequence[str], language: str) -> list[list[str]]:
    """The symbols of each text, by the groups into which espeak-ng divides it."""
    if not texts:
        return []
    order = {
        "library": espeakng_loader.get_library_path(),
        "data": espeakng_loader.get_data_path(),
        "language": ESPEAK_LANGUAGES[language],
        "texts": list(texts),
    }
    finished = run([sys.executable, "-I", HOST], stdin=json.dumps(order).encode(), timeout_s=TIMEOUT_S)
    return [symbols_of(_SWITCH.sub("", ipa), language).split() for ipa in json.loads(finished.stdout)]


def cut(alone: Sequence[str], together: Sequence[str]) -> list[str]:
    """Cut the symbols of a run of words into one part a word, at the places that fit the words spoken `alone` best.

    Places are those of the cheapest edits from the one to the other; among equal ones, where `together` is divided.
    """
    joined = "".join(together)
    divisions = set(accumulate(map(len, together)))
    ends = list(accumulate(len(part.replace(" ", "")) for part in alone))
    places = _edit_places("".join(alone).replace(" ", ""), joined)
    cuts = [0]
    for end in ends[:-1]:
        options = places[end]
        cuts.append(max(cuts[-1], next((place for place in options if place in divisions), options[-1])))
    return [joined[start:end] for start, end in zip(cuts, [*cuts[1:], len(joined)], strict=True)]


CHANGED, LEFT_OUT = 3, 2  # what an edit costs: another symbol, one too many or too few


def _edit_places(source: str, target: str) -> list[list[int]]:
    """For each place in `source` the places in `target` that belong to it, on the cheapest way from end to begin."""
    rows, columns = len(source), len(target)
    cost = np.zeros((rows + 1, columns + 1), dtype=np.int64)
    cost[0], cost[:, 0] = np.arange(columns + 1) * LEFT_OUT, np.arange(rows + 1) * LEFT_OUT
    for row in range(1, rows + 1):
        for column in range(1, columns + 1):
            changed = CHANGED * (source[row - 1] != target[column - 1])
            cost[row, column] = min(
                cost[row - 1, column - 1] + changed,
                cost[row - 1, column] + LEFT_OUT,
                cost[row, column - 1] + LEFT_OUT,
            )
    places: list[list[int]] = [[] for _ in range(rows + 1)]
    row, column = rows, columns
    while True:
        places[row].append(column)
        if not (row or column):
            return places
        changed = CHANGED * (source[row - 1] != target[column - 1]) if row and column else 0
        if row and column and cost[row, column] == cost[row - 1, column - 1] + changed:
            row, column = row - 1, column - 1
        elif row and cost[row, column] == cost[row - 1, column] + LEFT_OUT:
            row -= 1
        else:
            column -= 1
