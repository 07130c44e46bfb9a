"""How much each sentence of a source deserves to be heard, and how alike they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ytempire.language.profile import language_profile
from ytempire.language.words import words_of as language_words
from ytempire.language.writing import writing_of
from ytempire.production.script.sentences import Sentence
from ytempire.production.script.words import words_of
from ytempire.production.source.document import SourceText

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

_NUMBER = re.compile(
    r"\d|\b(?:million|billion|trillion|thousand|hundred|half|third|twice|double[sd]?|percent)\b", re.IGNORECASE
)
STRIKING = re.compile(
    r"\b(?:most|largest|smallest|biggest|greatest|fastest|first|only|never|nobody|no one|nothing|none|even|every|must|"
    r"impossible|surprising\w*|remarkabl\w*|fantastic\w*|tremendous\w*|extraordinar\w*|enormous\w*|huge|tiny|vast|"
    r"cannot|"
    r"death|die|danger\w*|explosion|giant|secret|unlike|despite|rare\w*|far more|far less|more than|less than|ever|"
    r"best|"
    r"worst|weakest|strongest|emergency|drowning|mystery|puzzl\w*|hack\w*|fraud\w*|trick\w*|mislead\w*|dirt|lose|"
    r"broken)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(r"^(?:an? |the )?[\w\s'’-]{2,40}?\b(?:is|are) (?:an?|the|any|called|two|when)\b", re.IGNORECASE)
_EXPLAINS = re.compile(
    r"\b(?:because|so that|causes?|caused by|leads? to|results? in|that is why|this is why|means that|"
    r"helps?|allows?|enables?)\b",
    re.IGNORECASE,
)
_INWARD = re.compile(
    r"\b(?:[Oo]ur (?:team|process|program|prototype|partners|approach|agency|staff|work|goals?|project)|"
    r"[Ww]e (?:conducted|decided|wrote|asked|"
    r"called|use|used|link|store|structured|found|started|both|counted|talked|want|wrote|put|were|had|needed|thank|"
    r"invite)|18F|I|I’ll|I'll|me|my|"
    r"you will see|note that|press time|as we)\b"
)


@dataclass(frozen=True)
class Weighed:
    """Everything the choice needs to know of the sentences, row by row in their order."""

    vectors: NDArray[np.float32]
    salience: NDArray[np.float64]  # 0..1
    title: NDArray[np.float64]  # likeness to the title, 0..1
    centre: NDArray[np.float64]  # likeness to the whole, 0..1
    lasts: frozenset[int]  # places of the sentences that end a paragraph


def weigh(source: SourceText, sentences: Sequence[Sentence], embed: Embed) -> Weighed:
    vectors = embed([" ".join(sentence.opening or (sentence.source,)) for sentence in sentences])
    usable = np.array([sentence.usable for sentence in sentences])
    middle = vectors[usable].mean(axis=0) if usable.any() else vectors.mean(axis=0)
    centre = _spread(vectors @ (middle / max(1e-9, float(np.linalg.norm(middle)))))
    title = _spread(vectors @ embed([source.title])[0])
    telling = np.array([_telling(sentence, source.language) for sentence in sentences])
    place = np.array([_position(sentence, len(source.blocks)) for sentence in sentences])
    length = np.array([_length(sentence) for sentence in sentences])
    salience = (0.36 * centre + 0.22 * title + 0.27 * telling + 0.15 * place) * length
    lasts = frozenset(
        sentence.place
        for sentence, after in zip(sentences, [*sentences[1:], None], strict=True)
        if after is None or after.block != sentence.block
    )
    return Weighed(vectors, salience, title, centre, lasts)


def _spread(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """To 0..1 between the weakest and the strongest."""
    low, high = float(values.min()), float(values.max())
    return np.asarray((values.astype(np.float64) - low) / max(1e-9, high - low))


@dataclass(frozen=True)
class _Signs:
    """What in a sentence tells much or little."""

    has_number: bool
    striking: int
    defines: bool
    explains: bool
    is_inward: bool


def _telling(sentence: Sentence, language: str) -> float:
    text = " ".join(sentence.lines)
    signs = _english_signs(text) if language == "en" else _signs(text, language)
    points = 0.25
    points += 0.25 if signs.has_number else 0.0
    points += min(0.3, 0.15 * signs.striking)
    points += 0.25 if signs.defines else 0.0
    points += 0.15 if signs.explains else 0.0
    points -= 0.3 if signs.is_inward else 0.0
    return min(1.0, max(0.0, points))


def _english_signs(text: str) -> _Signs:
    return _Signs(
        has_number=_NUMBER.search(text) is not None,
        striking=len(STRIKING.findall(text)),
        defines=_DEFINES.search(text) is not None,
        explains=_EXPLAINS.search(text) is not None,
        is_inward=_INWARD.search(text) is not None,
    )


def _signs(text: str, language: str) -> _Signs:
    profile, writing = language_profile(language), writing_of(language)
    words = language_words(text)
    return _Signs(
        has_number=any(word[0].isdecimal() or profile.numbers.get(word, 1) > 1 for word in words),
        striking=sum(word in profile.striking for word in words),
        defines=writing.definitions.search(text.replace("’", "'")) is not None,
        explains=writing.explanations.search(text.replace("’", "'")) is not None,
        is_inward=profile.authors_own.search(text) is not None,
    )


def _position(sentence: Sentence, blocks: int) -> float:
    """Paragraphs lead with their point, texts with their subject."""
    return (0.6 if sentence.first_in_block else 0.2) + 0.4 * (1 - sentence.block / max(1, blocks))


def _length(sentence: Sentence) -> float:
    """Full weight for lines of 6 to 22 words; a listener loses longer ones, and shorter ones say little."""
    longest = max((len(line.split()) for line in sentence.lines), default=0)
    if longest > 22:
        return max(0.35, 1 - 0.09 * (longest - 22))
    return 1.0 if sentence.words >= 6 else 0.75


def alike(left: str, right: str) -> float:
    """Share of the shorter text's words that the other holds too: finds repetition that vectors blur."""
    first, second = set(words_of(left)), set(words_of(right))
    return len(first & second) / max(1, min(len(first), len(second)))
