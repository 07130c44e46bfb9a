"""Which drawn pictures show what a sentence names: nothing that it denies, and no part of another name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from ytempire.language.profile import language_profile
from ytempire.language.verbs import nouns_of
from ytempire.language.words import content_stems, stem_of, words_of
from ytempire.studio.visuals.drawn_pictures import MOST_WORDS, names_of_other_things, pictures_by_words
from ytempire.studio.visuals.sentence_analysis.words import tokens

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*(?:-\p{L}[\p{L}\p{M}]*)*")
_CLAUSE = regex.compile(r"[,;:.!?()—–]")
DENIED_WITHIN = 3  # words behind a "no", "not" or "without" in the same clause
_LACKS = frozenset({"lack", "absence", "instead", "falta", "manque", "mancanza", "ausência", "ausencia"})
# Things of which there is one, which many write as names.
_NAMES_OF_THINGS = frozenset({"earth", "moon", "sun", "internet", "luna", "lune", "lua", "sol", "soleil", "sole"})


@dataclass(frozen=True)
class Depicted:
    """A thing that a text names, by its drawn picture, and where in the text it is named."""

    picture: str
    start: int


@dataclass(frozen=True)
class PictureMatcher:
    """Finds pictures for the sentences of one script.

    `topic` are stems of what it is about: "brain" may be drawn of "brain disease" in a text about brains, since it is
    what the disease is of. `nouns` are stems that stand where nouns do somewhere in the script.
    """

    language: str
    topic: frozenset[str]
    nouns: frozenset[str]

    @classmethod
    def of_script(cls, texts: Collection[str], about: Sequence[str], language: str) -> PictureMatcher:
        """Return the matcher for a script's lines, and the title and terms that say what it is about."""
        topic = content_stems(words_of(" ".join(about)), language)
        return cls(language, frozenset(topic), nouns_of(texts, language))

    def find(self, text: str) -> list[Depicted]:
        """Return what a text names and a picture shows, each picture once, in the order of the text."""
        words = list(_WORD.finditer(text))
        known, depicted = pictures_by_words(self.language), dict[str, Depicted]()
        nouns = self._noun_starts(text, words)
        place = 0
        while place < len(words):
            length = self._named_length(words, place, known)
            last = place + length - 1
            if length and words[last].start() in nouns and self._is_meant(text, words, place, last, nouns):
                picture = known[tuple(word.group().lower() for word in words[place : last + 1])]
                depicted.setdefault(picture, Depicted(picture, words[place].start()))
            place += max(1, length)
        return list(depicted.values())

    def _stem(self, word: regex.Match[str]) -> str:
        return stem_of(word.group().lower(), self.language)

    def _named_length(self, words: Sequence[regex.Match[str]], place: int, known: Collection[tuple[str, ...]]) -> int:
        """How many words from here on are looked up together: the most."""
        for length in range(MOST_WORDS, 0, -1):
            named = tuple(word.group().lower() for word in words[place : place + length])
            if len(named) == length and named in known:
                return length
        return 0

    def _noun_starts(self, text: str, words: Sequence[regex.Match[str]]) -> frozenset[int]:
        if self.language == "en":
            return frozenset(token.start for token in tokens(text) if token.tag == "noun")
        profile = language_profile(self.language)
        return frozenset(
            word.start() for word in words if self._stem(word) in self.nouns and not profile.is_grammar(word.group())
        )

    def _is_meant(
        self, text: str, words: Sequence[regex.Match[str]], first: int, last: int, nouns: Collection[int]
    ) -> bool:
        profile = language_profile(self.language)
        return not (
            _is_name(text, words, first)
            or (first == last and self._ends_other_name(words, last))
            or self._describes_another(text, words, last, nouns)
            or any(word in profile.negations | _LACKS for word in _words_before(text, words, first))
        )

    def _ends_other_name(self, words: Sequence[regex.Match[str]], last: int) -> bool:
        """ "Train" of "wagon train"."""
        names = names_of_other_things() if self.language == "en" else ()
        return tuple(word.group().lower() for word in words[max(0, last - 1) : last + 1]) in names

    def _describes_another(
        self, text: str, words: Sequence[regex.Match[str]], last: int, nouns: Collection[int]
    ) -> bool:
        """ "Train" of "train station", in English; what ends like a verb ("the knife slips") is taken for one."""
        if self.language != "en" or last + 1 >= len(words) or self._stem(words[last]) in self.topic:
            return False
        between, following = text[words[last].end() : words[last + 1].start()], words[last + 1]
        return between == " " and following.start() in nouns and not following.group().endswith(("s", "ed", "ing"))


def _is_name(text: str, words: Sequence[regex.Match[str]], place: int) -> bool:
    """A capital inside a sentence."""
    word = words[place]
    if not word.group()[0].isupper() or word.group().lower() in _NAMES_OF_THINGS:
        return False
    before = text[: word.start()].rstrip(' "“«')
    return bool(before) and not before.endswith((".", "!", "?", ":"))


def _words_before(text: str, words: Sequence[regex.Match[str]], place: int) -> Iterator[str]:
    """The words close before one, back to where its clause begins."""
    nearby = words[max(0, place - DENIED_WITHIN) : place + 1]
    for earlier, later in reversed(list(pairwise(nearby))):
        if _CLAUSE.search(text[earlier.end() : later.start()]):
            return
        yield earlier.group().lower()
