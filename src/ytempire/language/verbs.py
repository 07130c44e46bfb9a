"""Whether words are a clause or only a phrase: by the forms of verbs of each language, and by where nouns stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

import regex

from ytempire.language.profile import LanguageProfile, language_profile
from ytempire.language.words import stem_of

_TOKEN = regex.compile(r"\p{L}[\p{L}\p{M}]*|\p{N}+|[^\s\p{L}\p{N}]")
_APOSTROPHES = "'’"


def has_finite_verb(text: str, language: str, nouns: Collection[str] = frozenset()) -> bool:
    """Tell whether a sentence has a finite verb, as far as forms and neighbours tell.

    `nouns` are stems that are known to be nouns, such as those that follow an article elsewhere. No tagger is asked: a
    form that is a noun as often as a verb ("walks") counts as a verb only before what can be its object.
    """
    profile = language_profile(language)
    tokens = [token for token in _TOKEN.findall(text) if token not in _APOSTROPHES]
    return any(_is_verb(tokens, place, profile, nouns) for place in range(len(tokens)))


def nouns_of(texts: Collection[str], language: str) -> frozenset[str]:
    """Return the stems of the words that stand right behind an article, a number or another word that nouns follow."""
    profile = language_profile(language)
    stems: set[str] = set()
    for text in texts:
        tokens = [token.lower() for token in _TOKEN.findall(text) if token not in _APOSTROPHES]
        for before, word in pairwise(tokens):
            if (
                (before in profile.before_nouns or before.isdecimal())
                and word[0].isalpha()
                and word not in profile.function_words
            ):
                stems.add(stem_of(word, language))
    return frozenset(stems)


def _is_verb(tokens: Sequence[str], place: int, profile: LanguageProfile, nouns: Collection[str]) -> bool:
    token = tokens[place]
    word, before = token.lower(), tokens[place - 1].lower() if place else ""
    if not token[0].isalpha() or before in profile.before_nouns:
        return False
    if token[0].isupper() and (before.isalpha() or before == ","):
        return False  # a name
    if profile.verb_forms.fullmatch(word) or word in profile.speech_verbs:
        return True
    is_noun = stem_of(word, profile.language) in nouns
    has_subject = before.isalpha() and place > 0
    return (
        has_subject
        and not is_noun
        and word not in profile.function_words
        and profile.verb_endings.fullmatch(word) is not None
        and (profile.past_endings.fullmatch(word) is not None or _can_be_object(tokens[place + 1 :], profile))
    )


def _can_be_object(after: Sequence[str], profile: LanguageProfile) -> bool:
    """What follows begins with an article, another determiner or a number."""
    return bool(after) and (after[0].lower() in profile.object_openers or after[0][0].isdecimal())
