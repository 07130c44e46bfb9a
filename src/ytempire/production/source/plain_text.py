"""Plain text to blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ytempire.production.source.app_markup import without_marks
from ytempire.production.source.document import Block
from ytempire.production.source.line_joining import unwrapped, without_page_furniture
from ytempire.production.source.text_cleanup import tidy, without_notes

LONGEST_HEADING = 80
LONGEST_TITLE = 200  # characters; it is cut for YouTube later
LONGEST_SENTENCE = 120  # of one that serves as title too
_ITEM = re.compile(r"(?:[-*•–]|(\d{1,2})[.)])\s+")


def plain_blocks(text: str) -> list[Block]:
    """Paragraphs are separated by empty lines; a short line without a full stop before one is a heading.

    What stands alone on the first line is the title, whatever signs it begins and ends with.
    """
    parts = [
        [line.strip() for line in part.split("\n") if line.strip()]
        for part in re.split(r"\n[ \t]*\n", without_page_furniture(text))
    ]
    parts = _title_apart([lines for lines in parts if lines])
    blocks = [block for lines in parts[1:] for block in _part_blocks(lines, level=2)]
    if parts:
        blocks = [*_first_blocks(parts[0], blocks), *blocks]
    return with_title([block for block in blocks if re.search(r"\w", block.text)])


def with_title(blocks: list[Block]) -> list[Block]:
    """The blocks, the first as title where it stands like one above the text and no other heading is one."""
    if len(blocks) < 2 or any(block.kind == "heading" and block.level == 1 for block in blocks):
        return blocks
    first, *rest = blocks
    if first.text.endswith(".") or not stands_like_title(first, rest):
        return blocks
    return [Block(kind="heading", text=first.text, level=1), *rest]


def stands_like_title(first: Block, rest: Sequence[Block]) -> bool:
    """Whether a paragraph is one short line above longer ones, and not the beginning of a list."""
    return (
        first.kind == "paragraph"
        and len(first.text) <= (LONGEST_SENTENCE if first.text.endswith(".") else LONGEST_TITLE)
        and any(len(block.text) >= len(first.text) for block in rest)
        and not re.search(r"\w{3,}[.!?][\"”’]* +\S", first.text)
        and not (first.text.endswith(":") and rest[0].kind == "item")
    )


def _first_blocks(lines: Sequence[str], rest: Sequence[Block]) -> list[Block]:
    """The first line is no item of a list where no list follows: "– Lamps –", "1. Lamps"."""
    if len(lines) == 1 and _ITEM.match(lines[0]) and rest and rest[0].kind != "item":
        return [Block(kind="paragraph", text=_clean_text(lines[0].strip("*•–— -")))]
    return _part_blocks(lines, level=1)


def _title_apart(parts: list[list[str]]) -> list[list[str]]:
    """A title right above its text, without an empty line between them."""
    if not parts or len(parts[0]) < 2:
        return parts
    title, below, *_ = parts[0]
    apart = re.match(r"by [A-Z]", below) is not None or (
        len(title) <= 0.6 * len(below)
        and len(title) <= LONGEST_HEADING
        and not re.search(r"[.,;:–—-]$", title)
        and not below[:1].islower()
        and not _ITEM.match(title)
    )
    return [[title], parts[0][1:], *parts[1:]] if apart else parts


def _part_blocks(lines: Sequence[str], *, level: int) -> list[Block]:
    marks = [_ITEM.match(line) for line in lines]
    if all(marks):
        return [
            Block(kind="item", text=_clean_text(line[mark.end() :]), level=1, ordered=bool(mark.group(1)))
            for line, mark in zip(lines, marks, strict=True)
            if mark
        ]
    text = _clean_text("\n".join(lines))
    if len(lines) == 1 and len(text) <= LONGEST_HEADING and text[:1].isupper() and text[-1] not in '.!,;:"”':
        return [Block(kind="heading", text=text, level=level)]
    return [Block(kind="paragraph", text=text)]


def _clean_text(text: str) -> str:
    return tidy(without_notes(without_marks(unwrapped(text))))
