"""Whether each line can be understood with what was heard before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import regex

from ytempire.language.words import words_of
from ytempire.language.writing import LANGUAGES_WITH_WRITING, writing_of
from ytempire.production.script.context_in_language import BOTH
from ytempire.production.script.rules.reviewed_script import ALIKE, Finding, ReviewedScript

REMEMBERED = 2  # lines
BEFORE_PRONOUN = 6  # words of a leading adverbial: "Two years later it …"
SUBJECT = 3  # words of content at the start of a sentence, in which its subject is
OPENING, FEWEST_WORDS = 8, 2  # words by which it is known what a line begins with, and those of content among them
FIRST_WORDS = 4  # of a sentence: behind them "that" is a conjunction
HEARD_SHARE = 0.34  # of the sentence before, which is known where so much of it was heard
_NAME = regex.compile(r"(\p{L}+|,)\s\p{Lu}\p{Ll}+")
_FIRST_WORD = regex.compile(r"(\p{L}+)(?!,)\b")
_BEFORE_COMMA = regex.compile(r"^([^,;:.!?]{2,60}),\s+(.*)$")

Kind = Literal["connective", "person", "pronoun", "demonstrative", "subject"]


class Opening(NamedTuple):
    """What a line opens with that stands for something said before, and the place of that word."""

    kind: Kind
    place: int


def find_dangling(script: ReviewedScript) -> Iterator[Finding]:
    """Find lines that open with a word that stands for something which no line before them names."""
    for place, line in enumerate(script.lines):
        if line.role != "body":
            continue
        opening = opening_of(line.text, script.words[place], script)
        if opening is None or (opening.kind == "subject" and place > 1):
            continue  # whose subject is understood goes on with that of the line before
        if not _is_supported(place, opening, script):
            yield Finding("dangling_opening", place, f"What it stands for was not named: {line.text}")


def leans(text: str, words: Sequence[str], script: ReviewedScript) -> bool:
    """Tell whether a sentence opens with a pronoun, a demonstrative or a connective."""
    return opening_of(text, words, script) is not None


def opening_of(text: str, words: Sequence[str], script: ReviewedScript) -> Opening | None:
    """Return what a sentence opens with that stands for something else; None where it stands by itself."""
    profile = script.profile
    if not words or profile.expletives.match(text.replace("’", "'").lstrip('¿¡«“"( ')):
        return None
    if _is_connective(words, script):
        return Opening("connective", 0)
    start, kind = 0, _kind_of(words, 0, script)
    if kind is None:
        start = _start_of_subject(text, words, script)
        kind = _kind_of(words, start, script) if start else None
    if kind is None and start == 0 and len(words) > 1 and words[0] in _prepositions(script):
        start, kind = 1, _kind_of(words, 1, script)  # "With it", "De ellos"
        is_possessive = kind in {"pronoun", "person"} and words[1] in profile.possessives
        kind = None if is_possessive or words[0] in profile.before_clause else kind
        kind = "pronoun" if kind == "person" else kind
    if kind is None and _understands_subject(text, script):
        return Opening("subject", 0)
    return kind and Opening(kind, start)


def _understands_subject(text: str, script: ReviewedScript) -> bool:
    """ "Nació en Cádiz": the verb's subject is only understood, in languages in which that is right."""
    if script.language not in LANGUAGES_WITH_WRITING:
        return False
    writing, bare = writing_of(script.language), text.replace("’", "'").lstrip('¿¡«“"( ')
    first = _FIRST_WORD.match(bare)
    if not writing.drops_pronouns or first is None or writing.impersonal.match(bare):
        return False
    return any(pattern.fullmatch(first[1]) for pattern in (writing.finite_verbs, writing.past_verbs))


def _is_connective(words: Sequence[str], script: ReviewedScript) -> bool:
    return words[0] in script.profile.connectives or " ".join(words[:2]) in script.profile.connectives


def _start_of_subject(text: str, words: Sequence[str], script: ReviewedScript) -> int:
    """Behind a leading adverbial, in which a subject hardly is: "Two years later, it …", "In great cold, it …"."""
    match = _BEFORE_COMMA.match(text)
    before = words_of(match[1]) if match else []
    if not 0 < len(before) <= min(BEFORE_PRONOUN, len(words) - 1):
        return 0
    profile = script.profile
    known = profile.function_words | profile.units | profile.numbers.keys()
    names_time = all(word in known or word[0].isdecimal() for word in before)
    is_phrase = before[0] in _prepositions(script)
    return len(before) if names_time or is_phrase else 0


def _prepositions(script: ReviewedScript) -> frozenset[str]:
    profile = script.profile
    others = profile.demonstratives | profile.possessives | profile.connectives | profile.numbers.keys()
    return profile.before_nouns - others - profile.before_clause - _articles(script.language)


def _articles(language: str) -> frozenset[str]:
    return writing_of(language).articles - BOTH if language in LANGUAGES_WITH_WRITING else _ENGLISH_ARTICLES


def _kind_of(words: Sequence[str], place: int, script: ReviewedScript) -> Kind | None:
    profile, word = script.profile, words[place]
    following = words[place + 1] if place + 1 < len(words) else ""
    if word in profile.demonstratives:
        points_ahead = following in _after_demonstrative(script.language) or following in profile.units
        return None if points_ahead else "demonstrative"
    if word in profile.person_pronouns:
        return "person"
    return "pronoun" if word in profile.pronouns else None


def _after_demonstrative(language: str) -> frozenset[str]:
    """ "Those who", "aquellos que": what the word points to follows it."""
    return writing_of(language).after_demonstrative if language in LANGUAGES_WITH_WRITING else _WHO


_WHO = frozenset(("who", "whose", "of"))
_ENGLISH_ARTICLES = frozenset(("a", "an", "the"))


def _is_supported(place: int, opening: Opening, script: ReviewedScript) -> bool:
    if opening.kind == "connective":
        return place > 1 and _continues(place, script)
    words = script.words[place]
    heard = _heard_before(place, script)
    origin = _origin_of_opening(place, script)
    if opening.kind == "person" and _names_somebody(place, script):
        return origin is None or not _replaces_noun(origin, place, script)
    following = words[opening.place + 1 : opening.place + 2]
    named = [script.stem(word) for word in script.content_words(words[opening.place + 1 : opening.place + 4])]
    if not script.profile.function_words.isdisjoint(following):
        named = []
    if opening.kind == "demonstrative" and named and named[0] in heard:
        return True
    if origin is None:
        return place > 1
    is_bare = opening.kind == "demonstrative" and not named
    return _source_supports(origin, place, words[opening.place], heard, script, is_bare=is_bare)


def _origin_of_opening(place: int, script: ReviewedScript) -> int | None:
    """The sentence that a line begins with, where it is made of two; else the one that most of it is from."""
    start = script.content(script.words[place][:OPENING])
    whole = script.origins[place]
    shared = [len(start & content) for content in script.source_contents]
    if len(start) < FEWEST_WORDS or not shared or (whole and shared[whole.place] == max(shared)):
        return whole.place if whole else None
    if max(shared) >= ALIKE * len(start):
        return shared.index(max(shared))
    return whole.place if whole else None


def _replaces_noun(origin: int, place: int, script: ReviewedScript) -> bool:
    """The source has a noun or a name where the line has a pronoun, and no line shortly before says it."""
    source, words = script.source_words[origin], script.words[place]
    if words[0] in source:
        return False
    spoken = script.content(words)
    heard = _heard_before(place, script, REMEMBERED + 1)
    stems = map(script.stem, script.content_words(source[:BEFORE_PRONOUN]))
    subject = next((stem for stem in stems if stem in script.nouns), None)
    return subject is not None and subject not in heard | spoken


def _continues(place: int, script: ReviewedScript) -> bool:
    """A connective that the source has too joins what the source joins, or at least what has words in common."""
    origin = script.origins[place]
    if origin is None or origin.place == 0 or script.source_words[origin.place][:1] != script.words[place][:1]:
        return True  # the script's own
    if _follows(origin.place, place, script):
        return True
    heard = _heard_before(place, script)
    near = script.source_contents[origin.place] | script.source_contents[origin.place - 1]
    return not heard.isdisjoint(near)


def _follows(origin: int, place: int, script: ReviewedScript) -> bool:
    """The line before is from the same sentence of the source, or from the one before, or what that stands on."""
    before = script.origins[place - 1]
    if before is None:
        return False
    return _first_of_chain(origin, script) <= before.place <= origin


def _first_of_chain(origin: int, script: ReviewedScript) -> int:
    """The sentence before one, or what that one stands on itself."""
    first = origin - 1
    while first > 0 and leans(script.source_sentences[first], script.source_words[first], script):
        first -= 1
    return first


def _source_supports(
    origin: int, place: int, word: str, heard: frozenset[str], script: ReviewedScript, *, is_bare: bool
) -> bool:
    """What the sentence stands on in the source was heard: its own subject, or the sentence before it."""
    source = script.source_words[origin]
    reach = len(source) if word in script.profile.pronouns else FIRST_WORDS
    if word not in source[:reach]:  # the source names what the line does not
        spoken = script.content(script.words[place])
        missing = [stem for other in script.content_words(source[:6]) if (stem := script.stem(other)) not in spoken]
        return not missing or missing[0] in heard
    if _follows(origin, place, script):
        return True
    if is_bare and script.origins[place - 1] is not None:
        return False  # "This is why": what it stands for is the whole sentence before it
    if origin in script.paragraph_starts:
        return place > 1
    return any(_was_heard(sentence, heard, script) for sentence in range(_first_of_chain(origin, script), origin))


def _was_heard(sentence: int, heard: frozenset[str], script: ReviewedScript) -> bool:
    """The subject of a sentence was heard, or much of the rest."""
    content = script.source_contents[sentence]
    subject = [script.stem(word) for word in script.content_words(script.source_words[sentence])[:SUBJECT]]
    shared = len(content & heard)
    return not content or (subject[:1] != [] and subject[0] in heard) or shared >= max(2, HEARD_SHARE * len(content))


def _heard_before(place: int, script: ReviewedScript, remembered: int = REMEMBERED) -> frozenset[str]:
    return script.content(word for words in script.words[max(0, place - remembered) : place] for word in words)


def _names_somebody(place: int, script: ReviewedScript) -> bool:
    """A name that no preposition of place stands before, or a word for a person."""
    first = max(0, place - REMEMBERED - 1)
    return any(
        any(
            match[1].lower() not in script.profile.before_places for match in _NAME.finditer(line.text, overlapped=True)
        )
        or not script.profile.people.isdisjoint(words)
        for line, words in zip(script.lines[first:place], script.words[first:place], strict=True)
    )
