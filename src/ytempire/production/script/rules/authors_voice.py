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
        text = _without_speech(_plain(line.text, script.profile).lower(), script.profile)
        words = words_of(text)
        if _is_authors_i(text, words, script) or _is_authors_we(words, script):
            yield Finding("first_person", place, f"Its author speaks: {line.text}")


def _without_speech(text: str, profile: LanguageProfile) -> str:
    """ "I saw the earth shake, said the pilot": without somebody's words that have no marks around them."""
    clauses = _CLAUSE.split(text)
    for place, clause in enumerate(clauses[1:], 1):
        if not profile.speech_verbs.isdisjoint(words_of(clause)[:2]):
            return ", ".join(clauses[place:])
    return text


def _is_authors_i(text: str, words: Sequence[str], script: ReviewedScript) -> bool:
    profile = script.profile
    says_own = profile.authors_own.search(text) or profile.first_person_verbs.search(text)
    if says_own or not profile.first_person.isdisjoint(words):
        return True
    return any(profile.first_person_openers.match(clause.lstrip()) for clause in _CLAUSE.split(text))


def _is_authors_we(words: Sequence[str], script: ReviewedScript) -> bool:
    """In English the verb alone does not tell."""
    if script.language != "en":
        is_deed = script.profile.authors_deeds.search(" ".join(words)) is not None
        return not script.profile.author_verbs.isdisjoint(words) or (is_deed and _is_authors_own(script))
    return any(first == "we" and second in script.profile.author_verbs for first, second in pairwise(words))


def _is_authors_own(script: ReviewedScript) -> bool:
    """The author speaks of themselves elsewhere in the source."""
    return any(script.profile.authors_own.search(_plain(text, script.profile)) for text in script.paragraphs)


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
