"""Whether a sentence of a language other than English is understood by somebody who has not heard the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from ytempire.language.profile import LanguageProfile, language_profile
from ytempire.language.shortening import shortening_of
from ytempire.language.words import stem_of, words_of
from ytempire.language.writing import Writing, writing_of

OPENING = 9  # words in which a demonstrative that points back stands
OPENING_SIGNS = 50  # in which a pronoun stands for what was said before, rather than in this sentence
LONGEST_ADVERBIAL = 40  # characters
_DATED = regex.compile(r"(?:[\p{L}']+ ){1,4}\d{3,4},? (\p{L}+)")
_FIRST_WORD = regex.compile(r"[\s¿¡«“\"(]*([\p{L}’'-]+)(,?)")


def leans_in_language(text: str, before: str, language: str) -> bool:
    """Tell whether a sentence opens with what stands for something else, or has a subject that is only understood.

    `before` is the sentence before it in the same block: what that introduced is old news in this one.
    """
    profile, writing = language_profile(language), writing_of(language)
    bare = text.replace("’", "'").lstrip('¿¡«“"( ')
    words = words_of(bare)
    if not words:
        return True
    if profile.expletives.match(bare) or writing.impersonal.match(bare):
        return _points_back(words, profile, writing)
    return (
        _opens_with_connective(words, profile)
        or writing.leaning.match(bare) is not None
        or _has_no_subject(bare, words, profile, writing)
        or _has_no_subject_behind_adverbial(bare, words, profile, writing)
        or _has_open_clitic(bare, writing, language)
        or _has_superlative_of_nothing(bare, profile, writing)
        or _has_open_pronoun(words, profile)
        or _has_pronoun_behind_adverbial(bare, profile, writing)
        or _points_back(words, profile, writing)
        or writing.clitics.search(bare[:OPENING_SIGNS]) is not None
        or before.rstrip('"”»’ \u00a0').endswith("?")  # what answers a question
        or _is_old_news(words, before, language)
        or _is_old_news(words_of(_behind_adverbial(bare)), before, language)
    )


def _opens_with_connective(words: Sequence[str], profile: LanguageProfile) -> bool:
    return words[0] in profile.connectives or " ".join(words[:2]) in profile.connectives


def _has_no_subject(text: str, words: Sequence[str], profile: LanguageProfile, writing: Writing) -> bool:
    """ "Nació en Cádiz", "Si trova al nord", "Cobre a ilha": a verb opens the sentence, or a pronoun before one."""
    first = _FIRST_WORD.match(text)
    if first is None or first[2]:  # a comma: an adverb
        return False
    word = first[1].lower()
    if word in writing.object_pronouns:
        return True
    rest = text[first.end() :].lstrip()
    opener = profile.negations & {word} and _FIRST_WORD.match(rest)  # "No es …"
    verb = opener[1] if opener else first[1]
    if not writing.drops_pronouns:
        return False
    is_verb_form = is_verb(verb, profile.language) or writing.imperfects.fullmatch(verb) is not None
    if is_verb_form or is_verb(_behind_date(text), profile.language):
        return True
    if len(words) < 2 or profile.is_grammar(words[0]):
        return False
    # No noun has an article or a number behind it: "Representa el 5 %", "Pesa 11 kg".
    return words[1] in writing.articles - BOTH or words[1][0].isdecimal()


def is_verb(word: str, language: str) -> bool:
    """Tell whether a word is known as a finite verb; some of them are nouns too."""
    writing, verbs = writing_of(language), shortening_of(language).finite_verbs
    return any(pattern.fullmatch(word) for pattern in (writing.finite_verbs, writing.past_verbs, verbs))


def _can_be_verb(word: str, profile: LanguageProfile) -> bool:
    """A finite verb by its form, which may be a noun's too."""
    lower = word.lower()
    if lower in profile.function_words or word[:1].isupper():
        return False
    return is_verb(lower, profile.language) or profile.verb_forms.fullmatch(lower) is not None


def _has_no_subject_behind_adverbial(
    text: str, words: Sequence[str], profile: LanguageProfile, writing: Writing
) -> bool:
    """ "A ventun anni chiese al padre …", "Libera dalle serate, si mise …", but not "En 1908 nació su hijo".

    A subordinate clause in front ("Quando il padre morì, …") has a subject of its own.
    """
    if not writing.drops_pronouns or words[0] in writing.subordinators:
        return False
    rest = _behind_adverbial(text)
    if rest:
        opening = _FIRST_WORD.match(rest)
        verb = opening[1] if opening else ""
        if opening and verb.lower() in writing.object_pronouns:
            opening = _FIRST_WORD.match(rest, opening.end())
            verb = opening[1] if opening else ""
        front = text.partition(", ")[0]
        is_phrase = not any(_can_be_verb(word, profile) for word in words_of(front))
        return (
            is_phrase
            and not _names_something(front, words, profile, writing)
            and not _has_subject_behind(verb, rest[opening.end() if opening else 0 :], profile, writing)
        )
    match = writing.time_phrases.match(text)
    opening = _FIRST_WORD.match(text, match.end()) if match else None
    return opening is not None and not _has_subject_behind(opening[1], text[opening.end() :], profile, writing)


def _names_something(front: str, words: Sequence[str], profile: LanguageProfile, writing: Writing) -> bool:
    """ "I ponti di Brenna, nato …", "Agnesi, nata …": the subject itself, behind which more is said of it."""
    others = front.split()[1:]
    is_name = not profile.is_grammar(words[0]) and (not others or others[0][:1].isupper())
    return is_name or words[0] in writing.articles - BOTH


def _has_subject_behind(verb: str, behind: str, profile: LanguageProfile, writing: Writing) -> bool:
    """What follows is no bare verb, or one behind which its subject stands: "murió el padre"."""
    if not _can_be_verb(verb, profile) or writing.impersonal.match(f"{verb}{behind}"):
        return True
    following = words_of(behind)[:1]
    return bool(following) and (
        writing.presentatives.fullmatch(verb) is not None and following[0] in writing.articles - BOTH
    )


def _has_superlative_of_nothing(text: str, profile: LanguageProfile, writing: Writing) -> bool:
    """ "Le plus faible suffit …": no noun behind it, but the verb."""
    match = writing.superlatives.match(text)
    following = words_of(text[match.end() :])[:1] if match else []
    return bool(following) and _can_be_verb(following[0], profile)


def _has_open_clitic(text: str, writing: Writing, language: str) -> bool:
    """ "I visitatori la chiamavano …", "Une lampe en émet assez": beside the first verb, so that nothing was named yet.

    The subject in front is not what it stands for.
    """
    match = writing.object_clitics.search(text[: 2 * OPENING_SIGNS])
    if match is None or match.start() > OPENING_SIGNS:
        return False
    before = text[: match.start()]
    has_verb = any(is_verb(word, language) for word in words_of(before))
    return not has_verb and writing.clause_marks.search(before) is None


def _behind_date(text: str) -> str:
    """ "descrive" of "Nel marzo del 1800 descrive …": what follows a date, or nothing."""
    match = _DATED.match(text)
    return match[1] if match else ""


def _behind_adverbial(text: str) -> str:
    """ "l'anneau devient …" of "Goutte après goutte, l'anneau devient …", or nothing."""
    adverbial, _, rest = text.partition(", ")
    return rest if len(adverbial) <= LONGEST_ADVERBIAL else ""


BOTH = frozenset(("do", "da", "dos", "das", "del", "al", "ao", "à", "aos", "às", "a", "alla", "alle", "ai", "dei"))
"""Articles that are prepositions as well, which stand behind nouns too."""


def _has_open_pronoun(words: Sequence[str], profile: LanguageProfile) -> bool:
    """A pronoun before any word that it could stand for."""
    for word in words:
        if word in profile.pronouns:
            return True
        if word not in profile.function_words and not word.endswith("'"):
            return False
    return False


def _has_pronoun_behind_adverbial(text: str, profile: LanguageProfile, writing: Writing) -> bool:
    """ "Devenue acide, elle dissout le calcaire", but not "Quand le pain sèche, il durcit"."""
    behind = words_of(_behind_adverbial(text))[:1]
    before = words_of(text.partition(", ")[0])
    return bool(behind) and behind[0] in profile.person_pronouns and writing.articles.isdisjoint(before)


def _points_back(words: Sequence[str], profile: LanguageProfile, writing: Writing) -> bool:
    """ "En este caso", but not "aquellos que": what it points to follows."""
    return any(
        word in profile.demonstratives | writing.short_demonstratives and following not in writing.after_demonstrative
        for word, following in pairwise([*words[:OPENING], ""])
        if not _is_expletive_of(word, following)
    )


def _is_expletive_of(word: str, following: str) -> bool:
    """ "Ce sont", "c'est": the French pronoun that stands for nothing."""
    return word in {"ce", "c'"} and following in {"sont", "est", "n'", "qui", "que", "qu'", "dont", "fut", "était"}


def _is_old_news(words: Sequence[str], before: str, language: str) -> bool:
    """ "La sangre empieza …" behind a sentence that introduced the blood."""
    if not before or len(words) < 2 or words[0] not in writing_of(language).articles:
        return False
    if words[1] in language_profile(language).function_words:
        return False
    return stem_of(words[1], language) in {stem_of(word, language) for word in words_of(before)}
