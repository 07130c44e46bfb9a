"""Words of a text as they are compared: in small letters, and without their endings."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import lru_cache

import regex
import snowballstemmer

from ytempire.language.profile import LANGUAGES, language_profile

_STEMMERS = {"en": "english", "es": "spanish", "fr": "french", "it": "italian", "pt": "portuguese"}
_WORD = regex.compile(
    r"\p{N}{1,3}(?:[.,\u202f\u00a0 ]\p{N}{3})+(?!\p{N})(?:[.,]\p{N}+)?|\p{N}+(?:[.,]\p{N}+)?|"
    r"\p{L}[\p{L}\p{M}]*(?:['’]\p{L}+)?(?:-\p{L}+)*"
)
_ELIDED = regex.compile(r"([ldjmtsnc]|qu|dell|nell|sull|dall|all|quell|un|jusqu|lorsqu|puisqu)'(.+)")


def words_of(text: str) -> list[str]:
    """Return words and numbers in small letters; an elided article stands apart ("l'eau" is "l'" and "eau")."""
    words: list[str] = []
    for match in _WORD.finditer(text.replace("’", "'").lower()):
        word = match.group()
        elided = _ELIDED.fullmatch(word)
        words += [f"{elided[1]}'", elided[2]] if elided else [word]
    return words


@lru_cache(maxsize=65536)
def stem_of(word: str, language: str) -> str:
    """Return a word of `words_of` without its ending; a number by its digits, however they are grouped."""
    if word[0].isdecimal():
        return regex.sub(r"[.,\s\u202f\u00a0](?=\p{N}{3}(?!\p{N}))", "", word).replace(",", ".")
    return str(_stemmer(language).stemWord(word))


def content_stems(words: Iterable[str], language: str) -> list[str]:
    """Return the stems of those words that are none of grammar, in order."""
    known = language_profile(language).function_words
    return [stem_of(word, language) for word in words if word not in known]


def is_likely_in(text: str, language: str) -> bool:
    """Tell whether no other language of LANGUAGES has more of a short text's words of grammar."""
    words = words_of(text)
    counts = {code: sum(word in language_profile(code).function_words for word in words) for code in LANGUAGES}
    return counts[language] == max(counts.values())


def _stemmer(language: str) -> snowballstemmer.stemmer:
    """One for each thread: a stemmer keeps the word that it works on."""
    stemmers: dict[str, snowballstemmer.stemmer] = vars(_of_thread).setdefault("stemmers", {})
    if language not in stemmers:
        stemmers[language] = snowballstemmer.stemmer(_STEMMERS[language])
    return stemmers[language]


_of_thread = threading.local()
