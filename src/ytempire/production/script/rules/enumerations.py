"""Lists that are announced, and how many things they say there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import regex

from ytempire.language.numbers import number_of
from ytempire.language.words import words_of
from ytempire.production.script.rules.reviewed_script import Finding, ReviewedScript
from ytempire.studio.script_document import Line

LONGEST_ITEM = 7  # words; in longer ones a comma need not part two items
FEWEST_ITEMS = 2
LONGEST_SERIES = 7  # things of which each is told by its ordinal
SERIES_REACH = 3  # sentences of the source for each of them
ORDINAL_WORDS = 2  # of a sentence: "The first …"
HIGHEST_COUNT = 99  # "2019 reasons" are none
_COMMA = regex.compile(r"[,;]\s+")
_BETWEEN_ITEMS = regex.compile(r",\s+(?:(?:and|or|y|e|o|et|ou|ed)\s+)?|\s+(?:and|or|y|e|o|u|et|ou|ed)\s+(?=\S)|;\s+")


def find_broken_lists(script: ReviewedScript) -> Iterator[Finding]:
    """Find lists without their items, and numbers of things that are not how many are told."""
    ordinals = _ordinals(script)
    known = _numbered_nouns(script)
    for place, line in enumerate(script.lines):
        text = line.text.strip()
        count = _announced(words_of(text.partition(":")[0]), script)
        if missing := _untold_of_series(place, script):
            yield Finding("count_mismatch", place, f"Of what it counts the {missing} is not told: {text}")
        elif text.endswith(":"):
            if not _items_follow(place, count or FEWEST_ITEMS, script):
                yield Finding("list_without_list", place, f"It announces what does not come: {text}")
        elif (called := _called_up(text, script)) and not _items_follow(place, called, script):
            yield Finding("list_without_list", place, f"It announces what does not come: {text}")
        elif count is not None:
            yield from _miscounted(text, count, place, ordinals, script)
        elif noun := _counted_otherwise(place, known, script):
            yield Finding("count_mismatch", place, f"The source has another number of “{noun}”: {text}")


def _untold_of_series(place: int, script: ReviewedScript) -> str | None:
    """ "Three ways are open.", behind which the source tells the first, the second and the third, and the script less.

    The ordinal that is missing, or None.
    """
    origin = script.origins[place]
    counts = {value for value, _ in _pairs(script.words[place], script) if value <= LONGEST_SERIES}
    if origin is None or not counts:
        return None
    series = _series_behind(origin.place, max(counts), script)
    if len(series) < FEWEST_ITEMS:
        return None
    heard = {other.place for other in script.origins[place + 1 :] if other is not None}
    return next((word for word, sentence in series if sentence not in heard), None)


def _series_behind(origin: int, count: int, script: ReviewedScript) -> list[tuple[str, int]]:
    """The ordinals from the first on with which sentences behind one open, and the places of these sentences."""
    known, series = script.profile.ordinals, list[tuple[str, int]]()
    for place in range(origin + 1, min(len(script.source_words), origin + 1 + SERIES_REACH * count)):
        word = next((word for word in script.source_words[place][:ORDINAL_WORDS] if word in known), None)
        if word is not None and known[word] == len(series) + 1:
            series.append((word, place))
        elif not series and place > origin + 1:
            break  # what is counted is not told right behind it
        if len(series) == count:
            break
    return series


def _called_up(text: str, script: ReviewedScript) -> int | None:
    """ "Here are the seven most common mistakes": how many things a line says that follow, where it says no more."""
    words = words_of(text)
    is_call = script.profile.list_openers.match(text.replace("’", "'").lstrip("¡¿ ")) is not None
    if not is_call or ":" in text or not any(map(script.profile.counted_nouns.fullmatch, words)):
        return None
    return next((value for word in words if FEWEST_ITEMS <= (value := _value(word, script)) <= HIGHEST_COUNT), None)


def _counted_otherwise(place: int, known: Mapping[str, set[int]], script: ReviewedScript) -> str | None:
    """A noun that the source has with other numbers, and with this one nowhere."""
    bare = {value for words in script.source_words for value in _bare_values(words, script)}
    for value, noun in _pairs(script.words[place], script):
        if noun in known and value not in known[noun] | bare:
            return noun
    return None


def _numbered_nouns(script: ReviewedScript) -> dict[str, set[int]]:
    numbers: dict[str, set[int]] = defaultdict(set)
    for words in [*map(words_of, (script.title, *script.headings)), *script.source_words]:
        for value, noun in _pairs(words, script):
            numbers[noun].add(value)
    return numbers


def _pairs(words: Sequence[str], script: ReviewedScript) -> Iterator[tuple[int, str]]:
    """Each small number with the stem of the noun right behind it, other than units."""
    for place, word in enumerate(words[:-1]):
        value, noun = _value(word, script), words[place + 1]
        is_noun = noun[0].isalpha() and noun not in script.profile.function_words | script.profile.units
        if FEWEST_ITEMS <= value <= HIGHEST_COUNT and is_noun and not _value(noun, script):
            yield value, script.stem(noun)


def _bare_values(words: Sequence[str], script: ReviewedScript) -> Iterator[int]:
    """Numbers with no noun behind them: "There were 74."."""
    for word, following in pairwise([*words, "."]):
        if following == "." or following in script.profile.function_words:
            yield _value(word, script)


def _value(word: str, script: ReviewedScript) -> int:
    """A number, written out or not; 0 where the word is none."""
    return number_of(word, script.language) or 0


def _items_follow(place: int, count: int, script: ReviewedScript) -> bool:
    following = script.lines[place + 1 : place + 1 + count]
    items = [line for line in following if line.role == "body" and _is_item(line)]
    return len(items) == count


def _is_item(line: Line) -> bool:
    return line.list_item or len(line.text.split()) <= LONGEST_ITEM


def _miscounted(text: str, count: int, place: int, ordinals: set[int], script: ReviewedScript) -> Iterator[Finding]:
    inside = _items_within(text)
    if inside is None and ordinals:
        inside = range(len(ordinals), len(ordinals) + 1)
    if inside is not None and count not in inside:
        yield Finding("count_mismatch", place, f"It says {count} and gives {inside[-1]}: {text}")
    elif not _source_counts(script.words[place], count, script):
        yield Finding("count_mismatch", place, f"The source says another number: {text}")


def _ordinals(script: ReviewedScript) -> set[int]:
    """Which of first, second, third … the lines begin with, where there are several."""
    known = script.profile.ordinals
    openings = (words[:3] for line, words in zip(script.lines, script.words, strict=True) if line.role == "body")
    spoken = {known[word] for words in openings for word in words if word in known}
    return spoken if len(spoken) > 1 else set()


def _source_counts(words: Sequence[str], count: int, script: ReviewedScript) -> bool:
    """No sentence of the source counts the same things otherwise."""
    noun = _counted(words, script)
    sentences = [*map(words_of, (script.title, *script.headings)), *script.source_words]
    counts = [_announced(other, script) for other in sentences if _counted(other, script) == noun]
    return count in counts or not any(counts)


def _counted(words: Sequence[str], script: ReviewedScript) -> str | None:
    noun = next((word for word in words if script.profile.counted_nouns.fullmatch(word)), None)
    return noun and script.stem(noun)


def _announced(words: Sequence[str], script: ReviewedScript) -> int | None:
    """ "Seven steps", "tres cosas": how many things a line says there are."""
    for place, word in enumerate(words):
        number = _value(word, script)
        near = [*words[place + 1 : place + 3], *words[max(0, place - 2) : place]]
        is_counted = any(script.profile.counted_nouns.fullmatch(other) for other in near)
        if FEWEST_ITEMS <= number <= HIGHEST_COUNT and is_counted:
            return number
    return None


def _items_within(text: str) -> range | None:
    """How many things are listed behind a colon in the same line, at least and at most; None where none are.

    In "bread and oil, wine, cheese" the first item may be one or two.
    """
    tail = text.partition(":")[2].strip(" .!?»”\"'")
    items = [item for item in _BETWEEN_ITEMS.split(tail) if item.strip()]
    if len(items) < FEWEST_ITEMS or max(len(item.split()) for item in items) > LONGEST_ITEM:
        return None
    *first, last = (part for part in _COMMA.split(tail) if part.strip())
    fewest = len(first) + min(FEWEST_ITEMS, len([item for item in _BETWEEN_ITEMS.split(last) if item.strip()]))
    return range(fewest, len(items) + 1)
