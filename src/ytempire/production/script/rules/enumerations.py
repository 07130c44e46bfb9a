"""Lists that are announced, and how many things they say there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from ytempire.language.words import words_of
from ytempire.production.script.rules.reviewed_script import Finding, ReviewedScript
from ytempire.studio.script_document import Line

LONGEST_ITEM = 7  # words; in longer ones a comma need not part two items
FEWEST_ITEMS = 2
HIGHEST_COUNT = 99  # "2019 reasons" are none
_BETWEEN_ITEMS = regex.compile(r",\s+(?:(?:and|or|y|e|o|et|ou|ed)\s+)?|\s+(?:and|or|y|e|o|u|et|ou|ed)\s+(?=\S)|;\s+")


def find_broken_lists(script: ReviewedScript) -> Iterator[Finding]:
    """Find lists without their items, and numbers of things that are not how many are told."""
    ordinals = _ordinals(script)
    for place, line in enumerate(script.lines):
        text = line.text.strip()
        count = _announced(script.words[place], script)
        if text.endswith(":"):
            if not _items_follow(place, count or FEWEST_ITEMS, script):
                yield Finding("list_without_list", place, f"It announces what does not come: {text}")
        elif count is not None:
            yield from _miscounted(text, count, place, ordinals, script)


def _items_follow(place: int, count: int, script: ReviewedScript) -> bool:
    following = script.lines[place + 1 : place + 1 + count]
    items = [line for line in following if line.role == "body" and _is_item(line)]
    return len(items) == count


def _is_item(line: Line) -> bool:
    return line.list_item or len(line.text.split()) <= LONGEST_ITEM


def _miscounted(text: str, count: int, place: int, ordinals: set[int], script: ReviewedScript) -> Iterator[Finding]:
    inside = _items_within(text)
    if inside is None and ordinals:
        inside = len(ordinals)
    if inside is not None and inside != count:
        yield Finding("count_mismatch", place, f"It says {count} and gives {inside}: {text}")
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
        number = script.profile.numbers.get(word) or (int(word) if word.isdecimal() else 0)
        near = [*words[place + 1 : place + 3], *words[max(0, place - 2) : place]]
        is_counted = any(script.profile.counted_nouns.fullmatch(other) for other in near)
        if FEWEST_ITEMS <= number <= HIGHEST_COUNT and is_counted:
            return number
    return None


def _items_within(text: str) -> int | None:
    """How many things are listed behind a colon in the same line; None where none are."""
    tail = text.partition(":")[2].strip(" .!?»”\"'")
    items = [item for item in _BETWEEN_ITEMS.split(tail) if item.strip()]
    if len(items) < FEWEST_ITEMS or max(len(item.split()) for item in items) > LONGEST_ITEM:
        return None
    return len(items)
