"""Runs of words that can be terms, in languages other than English: what stands behind an article is a noun."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from ytempire.language.profile import LanguageProfile, language_profile
from ytempire.language.writing import Writing, writing_of

MOST_WORDS = 3
SHORTEST_WORD = 3  # letters
_JOINT = regex.compile(r"[.!?¿¡,;:()\[\]\"“”«»—–…]|\s-\s")
_ELIDED = regex.compile(r"(?<=\b[\p{L}]{1,5}')(?=\p{L})", regex.IGNORECASE)
_WORD = regex.compile(r"\p{L}[\p{L}\p{N}-]*")


def phrases_in_language(text: str, language: str) -> Iterator[str]:
    """Yield the nouns of a text with what may belong to them: "marea", "marea alta", "fuerza de marea".

    What follows a noun may be a verb too; a term that is said often stands in more than one place, and a verb does not.
    """
    profile, writing = language_profile(language), writing_of(language)
    for run in _JOINT.split(text.replace("’", "'")):
        words = _ELIDED.sub(" ", run).split()
        for place, word in enumerate(words):
            if place and words[place - 1].lower() in writing.articles and _is_content(word, profile):
                yield from _from_noun(words[place:], profile, writing)
            elif _is_name(words, place, profile):
                yield from _names(words[place:], profile)


def _from_noun(words: Sequence[str], profile: LanguageProfile, writing: Writing) -> Iterator[str]:
    if writing.finite_verbs.fullmatch(words[0]) or writing.past_verbs.fullmatch(words[0]):
        return  # "la" before a verb is a pronoun
    yield words[0]
    if len(words) > 1 and _agree(words[0], words[1], profile) and _ends_phrase(words[2:3], profile):
        yield f"{words[0]} {words[1]}"
    if len(words) > 2 and words[1].lower() in writing.noun_joints and _is_content(words[2], profile):
        yield f"{words[0]} {words[1]}{'' if words[1].endswith(chr(39)) else ' '}{words[2]}"


def _agree(noun: str, adjective: str, profile: LanguageProfile) -> bool:
    """Both are plural, or neither: no verb behind a plural noun ends like it. Italian plurals do not tell."""
    is_alike = profile.language == "it" or noun.endswith("s") == adjective.endswith("s")
    return is_alike and _is_content(adjective, profile)


def _is_name(words: Sequence[str], place: int, profile: LanguageProfile) -> bool:
    """Two words with capitals, not at the start of a run; and no part of a name that has begun before."""
    if place == 0 or len(words) < place + 2:
        return False
    both = all(word[:1].isupper() and _is_content(word, profile) for word in words[place : place + 2])
    return both and not words[place - 1][:1].isupper()


def _names(words: Sequence[str], profile: LanguageProfile) -> Iterator[str]:
    name: list[str] = []
    for word in words[:MOST_WORDS]:
        if not (word[:1].isupper() and _is_content(word, profile)):
            break
        name.append(word)
    yield " ".join(name)


def _ends_phrase(after: Sequence[str], profile: LanguageProfile) -> bool:
    """A noun and its adjective end where grammar goes on."""
    return not after or profile.is_grammar(after[0])


def _is_content(word: str, profile: LanguageProfile) -> bool:
    return (
        len(word) >= SHORTEST_WORD
        and _WORD.fullmatch(word) is not None
        and not profile.is_grammar(word)
        and word.lower() not in profile.numbers
        and word.lower() not in profile.units
    )
