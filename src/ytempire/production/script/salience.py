"""How much each sentence of a source deserves to be heard, and how alike they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ytempire.language.profile import language_profile
from ytempire.language.words import words_of
from ytempire.production.script.readability import LONG_WORDS
from ytempire.production.script.sentences import Sentence
from ytempire.production.source.document import SourceText

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

LONGEST_SUBJECT = 42  # characters before the verb of a definition
SMALLEST_TELLING = 10  # number in words: "two" and "three" stand in sentences of every kind


@dataclass(frozen=True)
class Weighed:
    """What the choice needs to know of the sentences, row by row in their order."""

    vectors: NDArray[np.float32]
    salience: NDArray[np.float64]  # 0..1


def weigh(source: SourceText, sentences: Sequence[Sentence], embed: Embed) -> Weighed:
    """Return vectors and weights of the sentences of a source."""
    vectors = embed([" ".join(sentence.opening or (sentence.source,)) for sentence in sentences])
    usable = np.array([sentence.usable for sentence in sentences])
    middle = vectors[usable].mean(axis=0) if usable.any() else vectors.mean(axis=0)
    centre = _spread(vectors @ (middle / max(1e-9, float(np.linalg.norm(middle)))))
    title = _spread(vectors @ embed([source.title])[0])
    telling = np.array([_telling(sentence, source.language) for sentence in sentences])
    place = np.array([_position(sentence, len(source.blocks)) for sentence in sentences])
    length = np.array([_length(sentence) for sentence in sentences])
    # Being about the text weighs most, else a number in an aside wins; place least, which only tells of good writers.
    salience = (0.36 * centre + 0.22 * title + 0.27 * telling + 0.15 * place) * length
    return Weighed(vectors, salience)


def _spread(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """To 0..1 between the weakest and the strongest."""
    low, high = float(values.min()), float(values.max())
    return np.asarray((values.astype(np.float64) - low) / max(1e-9, high - low))


@dataclass(frozen=True)
class Signs:
    """What in a sentence tells much or little."""

    has_number: bool
    striking: int
    defines: bool
    explains: bool
    is_inward: bool


def signs_of(text: str, language: str) -> Signs:
    """Return what in a sentence tells much or little, by the words of its language."""
    profile, words = language_profile(language), words_of(text)
    straight = text.replace("’", "'")
    definition = profile.definitions.search(straight)
    return Signs(
        has_number=any(word[0].isdecimal() or profile.numbers.get(word, 0) >= SMALLEST_TELLING for word in words),
        striking=sum(word in profile.striking for word in words),
        defines=definition is not None and definition.start() <= LONGEST_SUBJECT,
        explains=profile.explanations.search(straight) is not None,
        is_inward=profile.authors_own.search(text) is not None,
    )


def _telling(sentence: Sentence, language: str) -> float:
    """0..1 by numbers, superlatives and stakes, definitions and causes."""
    signs = signs_of(" ".join(sentence.lines), language)
    points = 0.25
    points += 0.25 if signs.has_number else 0.0
    points += min(0.3, 0.15 * signs.striking)
    points += 0.25 if signs.defines else 0.0
    points += 0.15 if signs.explains else 0.0
    points -= 0.3 if signs.is_inward else 0.0
    return min(1.0, max(0.0, points))


def _position(sentence: Sentence, blocks: int) -> float:
    """Paragraphs lead with their point, texts with their subject."""
    return (0.6 if sentence.first_in_block else 0.2) + 0.4 * (1 - sentence.block / max(1, blocks))


def _length(sentence: Sentence) -> float:
    """Full weight for lines of 6 to 22 words; a listener loses longer ones, and shorter ones say little."""
    longest = max((len(line.split()) for line in sentence.lines), default=0)
    if longest > LONG_WORDS:
        return max(0.35, 1 - 0.09 * (longest - LONG_WORDS))
    return 1.0 if sentence.words >= 6 else 0.75


def alike(left: str, right: str) -> float:
    """Return the share of the shorter text's words that the other has too: finds repetition that vectors blur."""
    first, second = set(words_of(left)), set(words_of(right))
    return len(first & second) / max(1, min(len(first), len(second)))
