"""Markdown and plain text to blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ytempire.production.source.document import Block

# Tables are recognised so that they can be left out: a row of cells cannot be narrated.
_PARSER = MarkdownIt("commonmark").enable("table")
_TAG = re.compile(r"<[^<>]{0,500}>")


def markdown_blocks(text: str) -> list[Block]:
    """Headings, paragraphs, items and quotations in order. Code, tables, images and rules are left out."""
    return [block for block in _walk(_PARSER.parse(text)) if re.search(r"\w", block.text)]


def _walk(tokens: Sequence[Token]) -> Iterator[Block]:
    depth: Counter[str] = Counter()
    numbered: list[bool] = []  # the open lists from the outside in
    fresh_item = False
    level = 0
    for token in tokens:
        name, _, change = token.type.rpartition("_")
        if change == "open":
            depth[name] += 1
            fresh_item = fresh_item or name == "list_item"
            level = int(token.tag[1:]) if name == "heading" else level
            if name.endswith("_list"):
                numbered.append(name == "ordered_list")
        elif change == "close":
            depth[name] -= 1
            if name.endswith("_list"):
                numbered.pop()
        elif token.type == "inline" and not depth["table"]:
            text = tidy(_inline(token.children or ()))
            if depth["heading"]:
                yield Block(kind="heading", text=text, level=level)
            elif numbered and fresh_item:
                yield Block(kind="item", text=text, level=len(numbered), ordered=numbered[-1])
                fresh_item = False
            else:
                yield Block(kind="quote" if depth["blockquote"] else "paragraph", text=text)


def _inline(children: Sequence[Token]) -> str:
    parts: list[str] = []
    for child in children:
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"} or (
            child.type == "html_inline" and child.content.lower().startswith("<br")
        ):
            parts.append(" ")
    return _TAG.sub("", "".join(parts))


def plain_blocks(text: str) -> list[Block]:
    """Paragraphs are separated by empty lines; a short line without a full stop before one is a heading."""
    blocks: list[Block] = []
    for part in re.split(r"\n[ \t]*\n", text):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        if not lines:
            continue
        marks = [re.match(r"(?:[-*•–]|(\d{1,2})[.)])\s+", line) for line in lines]
        if all(marks):
            blocks += [
                Block(kind="item", text=tidy(line[mark.end() :]), level=1, ordered=bool(mark.group(1)))
                for line, mark in zip(lines, marks, strict=True)
                if mark
            ]
            continue
        joined = tidy(" ".join(lines))
        if len(lines) == 1 and len(joined) <= 80 and joined[:1].isupper() and joined[-1] not in '.!,;:"”':
            blocks.append(Block(kind="heading", text=joined, level=2 if blocks else 1))
        else:
            blocks.append(Block(kind="paragraph", text=joined))
    return [block for block in blocks if re.search(r"\w", block.text)]


def tidy(text: str) -> str:
    """One line, single spaces, no invisible characters, no space before punctuation."""
    text = re.sub(r"[\u00ad\u200b-\u200f\u2060\ufeff]", "", text)
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r" ([.,;!?])(?=\s|$)", r"\1", text)
