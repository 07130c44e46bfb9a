"""The author's own first person: a script speaks for somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from ytempire.language.profile import LanguageProfile, language_profile
from ytempire.language.words import words_of
from ytempire.production.script.rules.reviewed_script import Finding, ReviewedScript
from ytempire.production.source.document import SourceText

_QUOTED = regex.compile(r"[“\"«][^”\"»]*[”\"»]")
_COUNTRY = regex.compile(r"\bUS\b|\bU\.S\.")
_NUMERAL = regex.compile(r"\b(\p{Lu}\p{Ll}+) I\b(?!['’])")
_CLAUSE = regex.compile(r"[,;:]\s+")


def find_first_person(script: ReviewedScript) -> Iterator[Finding]:
    """Find lines in which an "I" speaks, or a "we" that is not everybody."""
    for place, line in enumerate(script.lines):
        text = _plain(line.text, script.profile).lower()
        if _is_told_by_somebody(text, script.profile):
            continue
        words = words_of(text)
        if _is_authors_i(text, words, script) or _is_authors_we(words, script):
            yield Finding("first_person", place, f"Its author speaks: {line.text}")


def _is_told_by_somebody(text: str, profile: LanguageProfile) -> bool:
    """ "I saw the earth shake, said the pilot": somebody's words, though no marks are around them."""
    clauses = _CLAUSE.split(text)[1:]
    return any(not profile.speech_verbs.isdisjoint(words_of(clause)[:2]) for clause in clauses)


def _is_authors_i(text: str, words: Sequence[str], script: ReviewedScript) -> bool:
    profile = script.profile
    if not profile.first_person.isdisjoint(words) or profile.first_person_verbs.search(text):
        return True
    return any(profile.first_person_openers.match(clause.lstrip()) for clause in _CLAUSE.split(text))


def _is_authors_we(words: Sequence[str], script: ReviewedScript) -> bool:
    """In English the verb alone does not tell."""
    if script.language != "en":
        return not script.profile.author_verbs.isdisjoint(words)
    return any(first == "we" and second in script.profile.author_verbs for first, second in pairwise(words))


def is_told_by_author(source: SourceText) -> bool:
    """Tell whether a text's author speaks of themselves, so that a "we" in it is theirs and not everybody's."""
    profile = language_profile(source.language)
    text = " ".join(block.text for block in source.blocks if block.kind != "quote")
    return profile.authors_own.search(_plain(text, profile)) is not None


def says_we(text: str, language: str) -> bool:
    """Tell whether a sentence says "we", "us" or "our", or does so by the ending of its verb."""
    profile = language_profile(language)
    plain = _plain(text, profile)
    is_in_verb = profile.plural_first_person_verbs.search(plain) is not None
    return is_in_verb or not profile.plural_first_person.isdisjoint(words_of(plain))


def _plain(text: str, profile: LanguageProfile) -> str:
    """Without quotations, "US", and the first of kings and wars ("World War I")."""

    def numeral(match: regex.Match[str]) -> str:
        return match.group() if profile.is_grammar(match[1]) else match[1]

    return _NUMERAL.sub(numeral, _COUNTRY.sub(" ", _QUOTED.sub(" ", text)))
