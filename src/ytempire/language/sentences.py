"""Sentence boundaries, in each language by its abbreviations, and by which words hardly ever begin a name.

Measured on the half of `bench/review/labelled` with which rules are written, as share of boundaries found and share of
those given that are one: sentencex 1.0.32 0.93 and 0.81, pysbd 0.3.4 0.95 and 0.81. Both end sentences at abbreviations
that they do not know, and neither takes a list of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import regex

from ytempire.language.profile import LanguageProfile, language_profile

_CANDIDATE = regex.compile(r"(?P<mark>[.!?…]+)(?P<closers>(?:[ \u00a0\u202f]?»|[\"'”’)\]])*)(?=\s)")
_OPENERS = regex.compile(r"[\s\"'“‘«(\[¿¡—–-]*")
_WORD_BEFORE = regex.compile(r"[^\s\"'“‘’«(\[¿¡—–/]*$")
_NEXT_WORDS = regex.compile(r"(?P<first>[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.-]*)[^\p{L}\p{N}]*(?P<second>[\p{L}\p{N}]\S*)?")
_NUMBER = regex.compile(r"[\d#§]|[IVXLC]+\b(?!['’])|\p{Lu}(?=[\s,;:.)]|$)")
_LETTER = regex.compile(r"\p{Lu}(?=\s)")
_CAMEL = regex.compile(r"\p{Ll}{1,2}\p{Lu}")
_DOTTED = regex.compile(r"(?:\p{L}{1,2}\.-?)+\p{L}{1,2}")
_SHORT = regex.compile(r"\p{L}{1,2}(?=\.)")
_VOWEL = regex.compile(r"[aeiouyœæàáâãäèéêëìíîïòóôõöùúûü]")
_BEFORE_NUMBER = "$€£¥#§+−"


def split_sentences(text: str, language: str) -> list[str]:
    """Return the sentences of one paragraph, in order, without spaces around them. `language` is of ISO 639-1."""
    profile = language_profile(language)
    ends = [0]
    for match in _CANDIDATE.finditer(text):
        if _Candidate.of(text, ends[-1], match).is_boundary(profile):
            ends.append(match.end())
    pieces = (text[start:end].strip() for start, end in pairwise([*ends, len(text)]))
    return [piece for piece in pieces if piece]


@dataclass(frozen=True)
class _Candidate:
    """A place where a sentence may end: what was said since the last end, the marks, and what follows."""

    before: str
    mark: str
    closers: str
    after: str

    @classmethod
    def of(cls, text: str, start: int, match: regex.Match[str]) -> _Candidate:
        opener = _OPENERS.match(text, match.end())
        assert opener is not None
        return cls(text[start : match.start()], match["mark"], match["closers"], text[opener.end() :])

    def is_boundary(self, profile: LanguageProfile) -> bool:
        if not self.after or self._closes_within() or (self.after[0].islower() and not _CAMEL.match(self.after)):
            return False
        if not (self.after[0].isalnum() or self.after[0] in _BEFORE_NUMBER):
            return False
        if self.mark == ".":
            return self._ends_at_full_stop(profile)
        name = f"{self.before}{self.mark}".rsplit(maxsplit=1)[-1]
        return name not in profile.marked_names and not self._is_attributed(profile)

    def _closes_within(self) -> bool:
        """A bracket was opened within the sentence: what stands in it is a part of the sentence."""
        opened = self.before.rfind("(") if ")" in self.closers else -1
        return opened > 0 and self.before[:opened].strip() != ""

    def _is_attributed(self, profile: LanguageProfile) -> bool:
        """“Go!” Anna Hart said: the sentence goes on behind the quotation."""
        return bool(self.closers) and any(
            word.rstrip(".,;:") in profile.speech_verbs for word in self.after.split()[1:3]
        )

    def _ends_at_full_stop(self, profile: LanguageProfile) -> bool:
        match = _WORD_BEFORE.search(self.before)
        word = match.group() if match else ""
        if word.isdecimal():
            return self.before.strip() != word  # "1. Mix the flour"
        if self._goes_on(word, profile):
            return False
        previous = "".join(self.before.removesuffix(word).rstrip().rsplit(maxsplit=1)[-1:])
        kinds = profile.kinds.get(f"{previous} {word}") or profile.kinds_of(word)
        if "before_number" in kinds and self._begins_with_number(word, kinds, profile):
            return False
        if "may_end" in kinds:
            return not (self._begins_with_day(word, profile) or self._measures_on(previous, profile))
        is_initial = len(word) == 1 and word.isupper()
        is_unknown = "never_end" not in kinds and _is_unknown_abbreviation(word)
        if "name_or_end" in kinds or is_initial or is_unknown:
            return self._begins_with_grammar(profile)
        return "never_end" not in kinds

    def _begins_with_number(self, word: str, kinds: frozenset[str], profile: LanguageProfile) -> bool:
        """A number, or a letter that stands for one, unless it is a word of its own: "by the sea. A boat …"."""
        if _NUMBER.match(self.after) is None:
            return False
        letter = _LETTER.match(self.after)
        if letter is None or not profile.is_grammar(letter.group()):
            return True
        return "may_end" not in kinds and word.lower() not in profile.words_too

    def _measures_on(self, previous: str, profile: LanguageProfile) -> bool:
        """ "5 ft. 3 in.": a number with its unit goes on with a smaller one."""
        words = _NEXT_WORDS.match(self.after)
        if words is None or not previous[-1:].isdecimal() or not words["first"].isdecimal():
            return False
        unit = (words["second"] or "").rstrip(".,;").lower()
        return unit in profile.units or "may_end" in profile.kinds_of(unit)

    def _begins_with_day(self, word: str, profile: LanguageProfile) -> bool:
        """ "At 5 p.m. Monday"."""
        first = _NEXT_WORDS.match(self.after)
        return first is not None and "." in word and first["first"].lower().rstrip(".") in profile.after_time

    def _goes_on(self, word: str, profile: LanguageProfile) -> bool:
        """ "J. R.", "a. C.", "EE. UU.": the second half of an abbreviation follows."""
        second = _SHORT.match(self.after)
        if second is None or len(word) > 2:  # letters
            return False
        return word.isupper() or f"{word}. {second.group()}" in profile.kinds or bool(profile.kinds_of(word))

    def _begins_with_grammar(self, profile: LanguageProfile) -> bool:
        """The next word is one of grammar, and no part of a name ("Le Goff")."""
        words = _NEXT_WORDS.match(self.after)
        if words is None or _SHORT.match(self.after):
            return False
        first, second = words["first"].replace("’", "'"), words["second"] or ""
        if first.lower() in profile.name_particles and second[:1].isupper():
            return False
        return profile.is_grammar(first)


def _is_unknown_abbreviation(word: str) -> bool:
    """ "I.N.A", "sgts": with dots inside, or without a vowel."""
    if _DOTTED.fullmatch(word):
        return True
    return len(word) > 1 and word.isalpha() and not word.isupper() and not _VOWEL.search(word.lower())
