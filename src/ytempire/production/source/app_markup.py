"""Marks that note programs write around words, and which nobody should hear: links, tags, highlights, citations."""

from __future__ import annotations

import re

from ytempire.production.source.text_cleanup import raised

_LINES = re.compile(
    r"^[ ]{0,3}:{3,}[^\n]*$"  # ::: note
    r"|^import\s[^\n]*[\"'][^\n\"']+[\"'];?[ \t]*$"  # MDX
    r"|^export (?:const|let|var|default|function)\b[^\n]*(?:\n[^\n]+)*",
    re.MULTILINE,
)
_SPANS = re.compile(
    r"%%.*?%%|\{/\*.*?\*/\}|\{%.*?%\}|\{\{.*?\}\}",  # comments of Obsidian and MDX, orders of site generators
    re.DOTALL,
)
_CODE = re.compile(
    r"^[ \t]*(?:`{3}[^\n]*\n(?:.*\n)*?[ \t]*`{3,}[ \t]*$|~{3}[^\n]*\n(?:.*\n)*?[ \t]*~{3,}[ \t]*$)|`[^`\n]+`",
    re.MULTILINE,
)
_EMBEDDED = re.compile(r"!\[\[[^\[\]\n]*\]\]")
_LINKED = re.compile(r"\[\[([^\[\]|\n]+)(?:\\?\|([^\[\]\n]+))?\]\]")
_HIGHLIGHTED = re.compile(r"(?<![\w=])==(?=\S)([^=\n]+?)(?<=\S)==(?![\w=])")
_CITED = re.compile(r"\s*\[[^\[\]]*(?<![\w.])-?@[\w{][^\[\]]*\]")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\](?!:)")
_ATTRIBUTES = re.compile(r"\s*\{:?\s*[#.][^{}\n]*\}")
_BLOCK_NAME = re.compile(r"\s\^(?=[\w-]*[a-z])[\w-]{3,}$")
_RAISED = re.compile(r"(?<=[\w)])\^([+−-]?\w{1,4})\^(?![\w^])")
_LOWERED = re.compile(r"(?<=[A-Za-z)])~(\d{1,3})~")
_TAG = r"(?<![^\s(])#(?=[\w/-]*[^\W\d_])[\w][\w/-]*"
_TAGS_AT_END = re.compile(rf"(?:\s+{_TAG})+\s*$|^(?:{_TAG}\s*)+$")
_TODO = re.compile(r"^\[[ xX/-]\]\s+")
_CALLOUT = re.compile(r"^\[!([\w-]+)(?:\|[^\]]*)?\][+-]?[ \t]*")


def without_lines_of_programs(text: str) -> str:
    """Markdown without what speaks to a program: containers, imports, comments, shortcodes. Code stays as it is."""
    outside = re.split(f"({_CODE.pattern})", text, flags=re.MULTILINE)
    return "".join(part if _CODE.fullmatch(part) else _SPANS.sub("", _LINES.sub("", part)) for part in outside)


def without_marks(text: str) -> str:
    """One block's text without marks; what they mark stays, citations and names of notes go."""
    text = _LINKED.sub(_link_text, _EMBEDDED.sub("", text))
    text = _FOOTNOTE.sub("", _CITED.sub("", _HIGHLIGHTED.sub(r"\1", text)))
    text = _BLOCK_NAME.sub("", _ATTRIBUTES.sub("", text))
    text = _RAISED.sub(lambda match: raised(match.group(1)), text)
    return _TAGS_AT_END.sub("", _LOWERED.sub(r"\1", text))


def _link_text(match: re.Match[str]) -> str:
    """A link says its own words, or the last part of the note's path: [[tools/saw#teeth]] says "saw"."""
    shown = match.group(2)
    return shown if shown else re.split(r"[#^]", match.group(1))[0].rpartition("/")[2] or match.group(1).lstrip("#^")


def without_tags(heading: str) -> str:
    """A heading whose tags are words of it: "The #bees dance" says "The bees dance"."""
    return re.sub(_TAG, lambda match: match.group()[1:], _TAGS_AT_END.sub("", heading))


def without_todo(item: str) -> str:
    return _TODO.sub("", item)


def split_callout(quote: str) -> tuple[str, str]:
    """The title of a callout (> [!note] Title), empty where there is none, and the text below it."""
    match = _CALLOUT.match(quote)
    if match is None:
        return "", quote
    title, _, rest = quote[match.end() :].partition("\n")
    return title, rest
