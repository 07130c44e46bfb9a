"""Whether a line says what its source says: numbers with their nouns, names, negations and limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

import regex

from ytempire.language.words import words_of
from ytempire.production.script.rules.reviewed_script import Finding, ReviewedScript

LONGEST_CHANGE = 4  # words: a longer difference is a clause that was left out or put in
SURE = 2  # words in a row that both have, on one side of a difference at least
ALIKE = 0.7  # of a line's words that the sentence it comes from has
FEWEST_UNKNOWN, UNKNOWN_SHARE = 3, 0.34  # of a line's content words, where it is no longer the source's
LONG_LINE, TAIL = 6, 3  # words of content; what is put in stands at the end
SAME_BEGINNING = 5  # letters that "resists" and "resistance" have, whatever their stems are
REACH = 2  # words behind a negation
NEAR = 3  # words from a number to its noun
FIRST_YEAR, LAST_YEAR = 1000, 2100
_CLAUSE = regex.compile(r"[,;:.()]\s")
_NAME = regex.compile(r"(?<=[\p{L}\p{N},;:'’] )\p{Lu}[\p{Ll}][\p{L}'’-]+")


def find_unfaithful(script: ReviewedScript) -> Iterator[Finding]:
    """Find claims that the source does not make, or makes otherwise."""
    around = _words_around_numbers(script)
    for place, line in enumerate(script.lines):
        yield from _numbers(place, around, script)
        yield from _unknown_words(place, script)
        if line.role == "body":
            yield from _changed_words(place, script)


def _words_around_numbers(script: ReviewedScript) -> dict[str, list[frozenset[str]]]:
    """By the number, the stems of each sentence that says it."""
    around: dict[str, list[frozenset[str]]] = defaultdict(list)
    for words in [*map(words_of, (script.title, *script.headings)), *script.source_words]:
        stems = frozenset(map(script.stem, words))
        for word in words:
            if value := _value(word, script):
                around[value].append(stems)
    return around


def _value(word: str, script: ReviewedScript) -> str | None:
    """A number as digits, written out or not."""
    if word[0].isdecimal():
        return script.stem(word)
    number = script.profile.numbers.get(word)
    return str(number) if number is not None and number > 1 else None


def _numbers(place: int, around: dict[str, list[frozenset[str]]], script: ReviewedScript) -> Iterator[Finding]:
    words, line = script.words[place], script.lines[place]
    is_count = any(script.profile.counted_nouns.fullmatch(word) for word in words)
    for index, word in enumerate(words):
        value = _value(word, script)
        if value is None:
            continue
        if value not in around:
            if word[0].isdecimal() or not is_count:
                yield Finding("unsupported", place, f"The source has no “{word}”: {line.text}")
        elif line.role != "hook" and not _is_year(word) and not _is_money(word, line.text):
            stems = _nouns_of_number(words, index, script)
            is_elsewhere = bool(stems) and all(stems.isdisjoint(near) for near in around[value])
            is_elsewhere = is_elsewhere and not _is_in_origin(place, value, script)
            if _has_other_unit(words, index, script):
                yield Finding("lost_noun", place, f"The source has other units with {word}: {line.text}")
            elif is_elsewhere:
                yield Finding("lost_noun", place, f"The source's {word} is of something else: {line.text}")


def _is_in_origin(place: int, value: str, script: ReviewedScript) -> bool:
    origin = script.origins[place]
    return origin is not None and any(_value(word, script) == value for word in script.source_words[origin.place])


def _nouns_of_number(words: Sequence[str], index: int, script: ReviewedScript) -> frozenset[str]:
    after = [word for word in script.content_words(words[index + 1 : index + 6]) if not _value(word, script)][:3]
    before = script.content_words(words[max(0, index - 4) : index])
    return script.content([*after, *before])


def _has_other_unit(words: Sequence[str], index: int, script: ReviewedScript) -> bool:
    """A unit stands right behind a number that has other ones in the source."""
    units, value = script.profile.units, _value(words[index], script)
    unit = next((word for word in words[index + 1 : index + 2] if word in units), None)
    stretches = [
        words[max(0, place - NEAR) : place + NEAR + 1]
        for words in script.source_words
        for place, word in enumerate(words)
        if _value(word, script) == value
    ]
    known = {word for stretch in stretches for word in stretch if word in units}
    return unit is not None and bool(known) and script.stem(unit) not in map(script.stem, known)


def _is_money(word: str, text: str) -> bool:
    number = regex.escape(word)
    return regex.search(rf"[£$€][ \u00a0\u202f]?{number}|{number}[ \u00a0\u202f]?[£$€]", text) is not None


def _is_year(word: str) -> bool:
    return word.isdecimal() and FIRST_YEAR <= int(word) <= LAST_YEAR


def _unknown_words(place: int, script: ReviewedScript) -> Iterator[Finding]:
    text = script.lines[place].text
    if names := _unknown_names(text, script):
        yield Finding("unsupported", place, f"The source does not mention {', '.join(names)}: {text}")
        return
    content = [word for word in script.content_words(script.words[place]) if not word[0].isdecimal()]
    unknown = [word for word in content if not source_has_word(word, script)]
    is_much = len(unknown) >= FEWEST_UNKNOWN and len(unknown) / len(content) > UNKNOWN_SHARE
    is_put_in = len(content) >= LONG_LINE and sum(word in unknown for word in content[-TAIL:]) >= TAIL - 1
    if script.lines[place].role == "body" and (is_much or is_put_in):
        yield Finding("unsupported", place, f"The source does not speak of {', '.join(unknown)}: {text}")


def source_has_word(word: str, script: ReviewedScript) -> bool:
    """Tell whether the source has a word, in whatever form, or it is a number that is written out."""
    if script.stem(word) in script.source_stems or word in script.profile.numbers:
        return True
    beginning = word[:SAME_BEGINNING]
    return len(word) > SAME_BEGINNING and any(stem.startswith(beginning) for stem in script.source_stems)


def _unknown_names(text: str, script: ReviewedScript) -> list[str]:
    return [
        match.group()
        for match in _NAME.finditer(text)
        if match.group().lower() not in script.profile.function_words
        and not _has_part(match.group(), script)
        and not _is_first_name(text[match.end() :], script)
    ]


def _has_part(name: str, script: ReviewedScript) -> bool:
    return any(script.stem(word) in script.source_stems for word in words_of(name))


def _is_first_name(after: str, script: ReviewedScript) -> bool:
    """A known surname follows: the source has the first name shortened, or not at all."""
    surname = after.split()[:1]
    return bool(surname) and surname[0][:1].isupper() and _has_part(surname[0], script)


def _changed_words(place: int, script: ReviewedScript) -> Iterator[Finding]:
    """Find a negation, a limit or a number's noun that is not where the source has it."""
    origin, text = script.origins[place], script.lines[place].text
    if origin is None or origin.share < ALIKE:
        return
    words = _without_neutral(script.words[place], script)
    source = _without_neutral(script.source_words[origin.place], script)
    if _is_turned(text, script.source_sentences[origin.place], script):
        yield Finding("lost_negation", place, f"The source turns it: {text}")
        return
    for heard, here, there in _differences(words, source, script):
        if _changes_noun_of_number(heard, here, there, script):
            yield Finding("lost_noun", place, f"The source has another noun with this number: {text}")
            return
        for known in (script.profile.negations, script.profile.limits):
            if known.isdisjoint(here) != known.isdisjoint(there):
                yield Finding("lost_negation", place, f"The source says it otherwise: {text}")
                return


def _is_turned(text: str, source: str, script: ReviewedScript) -> bool:
    """A word that both have is negated in one of them, and the other has no negation at all."""
    if _has_negation(text, script) == _has_negation(source, script):
        return False
    here, there = _by_negation(text, script), _by_negation(source, script)
    return bool((here[True] - here[False]) & (there[False] - there[True])) or bool(
        (here[False] - here[True]) & (there[True] - there[False])
    )


def _has_negation(text: str, script: ReviewedScript) -> bool:
    return not script.profile.negations.isdisjoint(words_of(text))


def _by_negation(text: str, script: ReviewedScript) -> dict[bool, set[str]]:
    """The stems of content that stand behind a negation in their clause, and those that do not."""
    stems: dict[bool, set[str]] = {True: set(), False: set()}
    for words in map(words_of, _CLAUSE.split(text)):
        for place, word in enumerate(words):
            if word in script.profile.function_words | script.profile.negations or word.endswith("'"):
                continue
            is_negated = not script.profile.negations.isdisjoint(words[max(0, place - REACH) : place])
            stems[is_negated].add(script.stem(word))
    return stems


def _differences(
    words: Sequence[str], source: Sequence[str], script: ReviewedScript
) -> Iterator[tuple[Sequence[str], Sequence[str], Sequence[str]]]:
    """Short stretches in which a line and its source differ: what was heard before, the line's words, the source's."""
    matcher = SequenceMatcher(None, [*map(script.stem, words)], [*map(script.stem, source)], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    for before, after in pairwise(blocks):
        here = words[before.a + before.size : after.a]
        there = source[before.b + before.size : after.b]
        if max(len(here), len(there)) <= LONGEST_CHANGE and max(before.size, after.size) >= SURE:
            yield words[: before.a + before.size], here, there


def _changes_noun_of_number(
    heard: Sequence[str], here: Sequence[str], there: Sequence[str], script: ReviewedScript
) -> bool:
    """Right behind a number that both have another word stands."""
    if not here or not there or not any(_value(word, script) for word in heard[-2:]):
        return False
    return script.profile.function_words.isdisjoint((here[0], there[0]))


def _without_neutral(words: Sequence[str], script: ReviewedScript) -> list[str]:
    """Without phrases in which a negation denies nothing: "sin embargo", "not only"."""
    kept: list[str] = []
    for word in words:
        if kept and f"{kept[-1]} {word}" in script.profile.neutral_negations:
            kept.pop()
        else:
            kept.append(word)
    return kept
