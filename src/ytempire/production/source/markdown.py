"""Markdown to blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from ytempire.production.source.app_markup import (
    split_callout,
    without_lines_of_programs,
    without_marks,
    without_tags,
    without_todo,
)
from ytempire.production.source.document import Block
from ytempire.production.source.html import fragment_blocks, is_html_tag
from ytempire.production.source.line_joining import unwrapped, without_page_furniture
from ytempire.production.source.text_cleanup import guarded, lowered, raised, tidy, without_notes

# Tables and footnotes are recognised so that they can be left out: neither can be narrated.
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin)
_OUTSIDE = ("table", "footnote_block")


def markdown_blocks(text: str) -> list[Block]:
    """Headings, paragraphs, items and quotations in order. Code, tables, footnotes, images, rules are left out."""
    tokens = _PARSER.parse(without_lines_of_programs(without_page_furniture(text)))
    return [block for block in _walk(tokens) if re.search(r"\w", block.text)]


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
        elif any(depth[outside] for outside in _OUTSIDE):
            continue
        elif token.type == "html_block":
            yield from fragment_blocks(token.content)
        elif token.type == "inline":
            text = _inline(token.children or ())
            if depth["heading"]:
                yield Block(kind="heading", text=without_tags(_clean_text(text)), level=level)
            elif numbered and fresh_item:
                yield Block(
                    kind="item", text=_clean_text(without_todo(text)), level=len(numbered), ordered=numbered[-1]
                )
                fresh_item = False
            elif depth["blockquote"]:
                yield from (Block(kind="quote", text=_clean_text(part)) for part in split_callout(text))
            else:
                yield Block(kind="paragraph", text=_clean_text(text))


def _clean_text(text: str) -> str:
    return tidy(without_notes(without_marks(unwrapped(text))))


def _inline(children: Sequence[Token]) -> str:
    """The words of one block with its line ends. What is struck out is not said, nor is what tags say to a browser."""
    parts: list[str] = []
    held: list[int] = []  # where an open superscript or subscript begins
    struck = 0
    for child in children:
        if child.type in {"s_open", "s_close"}:
            struck += child.nesting
        elif child.type == "html_inline" and is_html_tag(child.content):
            struck += _struck_by(child.content)
            _note_tag(child.content.lower(), parts, held)
        elif struck > 0:
            continue
        elif child.type == "code_inline":
            parts.append(guarded(child.content))
        elif child.type in {"text", "html_inline", "text_special"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
    return "".join(parts)


def _struck_by(tag: str) -> int:
    if not re.match(r"</?(?:s|del|strike)\b", tag, re.IGNORECASE):
        return 0
    return -1 if tag.startswith("</") else 1


def _note_tag(tag: str, parts: list[str], held: list[int]) -> None:
    """<br> is a space; what stands between <sup> or <sub> and their end is raised or lowered."""
    if tag.startswith("<br"):
        parts.append(" ")
    elif re.match(r"<su[pb]\b", tag):
        held.append(len(parts))
    elif tag.startswith(("</sup", "</sub")) and held:
        start = held.pop()
        inner = "".join(parts[start:])
        parts[start:] = [raised(inner) if tag.startswith("</sup") else lowered(inner)]
