"""Lists of a source as an introduction and parallel points, shown building up while they are spoken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ytempire.language.profile import language_profile
from ytempire.language.sentences import split_sentences
from ytempire.language.words import words_of
from ytempire.language.writing import writing_of
from ytempire.production.script.sentence_editing import capitalised
from ytempire.production.script.speakable import cleaned, leans_on_context, shortened, without_opener
from ytempire.production.source.document import Block, SourceText
from ytempire.studio.script_document import Line

FEWEST, MOST = 2, 6
LONGEST_POINT, LONGEST_STEP = 15, 22  # words
MOST_COUNTED = 10  # of a list that says how many points it has, which are all of them or none
SHORT_WORD = 3  # letters, which have no capital in a name: "Law of the Sea"
_HEAD = re.compile(r"(.{3,48}?)(?:\s[-–—]\s|:\s|\.\s|—)\S")


@dataclass(frozen=True)
class PointList:
    start: float  # place of the introduction among the source's sentences, in blocks
    block: int
    lines: tuple[Line, ...]  # the introduction, then the items
    is_procedure: bool = False  # all steps, and no introduction but the heading that they stand under


def lists_of(source: SourceText) -> list[PointList]:
    """The lists that can be spoken: introduced by a sentence or heading that ends in a colon or question mark."""
    lists: list[PointList] = []
    for index, block in enumerate(source.blocks[:-1]):
        if block.kind == "item" or source.blocks[index + 1].kind != "item":
            continue
        items = _items_after(source.blocks, index)
        sentences = split_sentences(block.text, source.language)
        intro = without_opener(cleaned(sentences[-1], source.language), source.language) if sentences else ""
        leans = leans_on_context(intro, "", source.language)
        made = [] if leans else _points(intro, items, source.language)
        if made:
            lines = [
                Line(text=intro, role="body", section=0, source_block=index),
                *(Line(text=text, role="body", section=0, source_block=place, list_item=True) for place, text in made),
            ]
            lists.append(PointList(start=float(index), block=index, lines=tuple(lines)))
        elif block.kind == "heading" and (steps := _steps(items, source)):
            lists.append(PointList(start=float(index), block=index, lines=steps, is_procedure=True))
    return lists


def _steps(items: Sequence[tuple[int, str]], source: SourceText) -> tuple[Line, ...]:
    """Every step of a numbered list, where each is one sentence that can be followed by ear; else nothing."""
    if not FEWEST < len(items) <= MOST_COUNTED or not all(source.blocks[place].ordered for place, _ in items):
        return ()
    texts = [cleaned(text, source.language) for _, text in items]
    if any(len(split_sentences(text, source.language)) != 1 or len(text.split()) > LONGEST_STEP for text in texts):
        return ()
    are_short = all(len(text.split()) <= LONGEST_POINT for text in texts)
    return tuple(
        Line(text=_point(text, source.language), role="body", section=0, source_block=place, list_item=are_short)
        for (place, _), text in zip(items, texts, strict=True)
    )


def _items_after(blocks: Sequence[Block], index: int) -> list[tuple[int, str]]:
    items: list[tuple[int, str]] = []
    for place in range(index + 1, len(blocks)):
        if blocks[place].kind != "item":
            break
        if blocks[place].level == 1:
            items.append((place, blocks[place].text))
    return items


def _points(intro: str, items: Sequence[tuple[int, str]], language: str) -> list[tuple[int, str]]:
    """The items as short parallel lines: all by their labels, else all by their first sentence; else nothing."""
    if not intro.endswith((":", "?")) or len(intro.split()) > 20 or len(items) < FEWEST:
        return []
    labels = [(place, _HEAD.match(text)) for place, text in items]
    if all(match and len(match.group(1).split()) <= 6 for _, match in labels):
        if sum(_is_coined(match.group(1)) for _, match in labels if match) > len(labels) / 2:
            return []  # names that the items explain say nothing without it
        made = [(place, _point(match.group(1), language)) for place, match in labels if match]
    else:
        whole = [
            (place, _point(re.split(r"(?<=[.!?])\s", cleaned(text, language))[0], language)) for place, text in items
        ]
        made = [(place, text) for place, text in whole if len(text.split()) <= LONGEST_POINT]
    if _is_counted(intro, language):
        return made if len(made) == len(items) <= MOST_COUNTED else []
    return made[:MOST] if len(made) >= FEWEST and len(made) >= len(items) / 2 else []


def _is_coined(label: str) -> bool:
    """ "Consequence Framing": a name that was made for a thing, each word of it with a capital."""
    words = [word for word in label.split() if len(word) > SHORT_WORD]
    return len(words) > 1 and all(word[:1].isupper() for word in words)


def _is_counted(intro: str, language: str) -> bool:
    numbers = language_profile(language).numbers
    return any(word.isdecimal() or numbers.get(word, 1) > 1 for word in words_of(intro))


def _point(text: str, language: str) -> str:
    joints = {"and"} if language == "en" else writing_of(language).conjunctions
    text = shortened(cleaned(text, language), language).strip(" ,;:")
    text = re.sub(rf",?\s+(?:{'|'.join(sorted(joints))})$", "", text)
    text = re.sub(r"\s*(?:—|--|\s–\s)\s*", ", ", text)
    return capitalised(text if re.search(r"[.!?]$", text) else f"{text}.")
