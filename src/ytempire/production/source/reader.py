"""Reads a source text (Markdown, plain text or HTML) into blocks, or says in one sentence why it cannot."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from ytempire.production.source.attribution import Credits, front_matter_credits, split_closing_credits
from ytempire.production.source.decoding import MAX_BYTES, decode
from ytempire.production.source.document import Block, SourceText
from ytempire.production.source.errors import (
    SourceMissing,
    SourceTooLong,
    SourceTooShort,
    SourceUnreadable,
    SourceWithoutWords,
)
from ytempire.production.source.front_matter import split_front_matter
from ytempire.production.source.html import html_page, looks_like_html
from ytempire.production.source.language import require_supported, supported_language
from ytempire.production.source.markdown import markdown_blocks
from ytempire.production.source.plain_text import plain_blocks, stands_like_title, with_title
from ytempire.production.source.text_cleanup import spaced, tidy

MIN_WORDS = 60  # below, even a 20 s video would repeat the text word for word
MIN_SENTENCES = 3
MAX_WORDS = 20_000  # two hours of reading aloud; a video needs one chapter of it
LONGEST_WORD = 2_000  # characters without a space: nothing that is written for people


def read_source(path: Path) -> SourceText:
    """The text in a file. Raises SourceMissing, SourceUnreadable or what `parse_source` raises."""
    return parse_source(read_bytes(path), name=path.name)


def read_bytes(path: Path) -> bytes:
    """The file's bytes, or one more than `MAX_BYTES` of them. Raises SourceMissing or SourceUnreadable."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise SourceMissing(f"There is no file {path}.", hint="Check the path.") from error
    except IsADirectoryError as error:
        raise SourceUnreadable(f"{path} is a folder.", hint="Give one file in it.") from error
    except OSError as error:
        raise SourceUnreadable(f"{path} cannot be read: {error.strerror}.", hint="Check its permissions.") from error


def parse_source(data: bytes, *, name: str, language: str | None = None) -> SourceText:
    """The text in `data`; `name` is its file name and serves for messages, the format and a missing title.
    `language` overrules what the text looks like.

    Raises a subclass of InvalidInput with a stable `code` for what is empty, binary, wordless, too short, too long
    or in a language that is not supported. Refusals are cheap: the length is looked at before anything is parsed.
    """
    if language is not None:
        require_supported(language)
    text = decode(data, name=name)
    html = looks_like_html(text, name)
    if not html:
        _refuse_endless(text, name)
    title, credits, blocks = _html(text) if html else _marked_up(text, name)
    closing, blocks = split_closing_credits(blocks)
    credits = credits.or_else(closing)
    prose = "\n".join(block.text for block in blocks)
    words = _count(prose)
    _refuse_unfit(blocks, words, name)
    language = language or supported_language(prose)
    blocks = [block.model_copy(update={"text": spaced(block.text, language)}) for block in blocks]
    return SourceText(
        title=spaced(title, language) if title else _title(blocks) or _from_name(name),
        blocks=tuple(blocks),
        language=language,
        words=words,
        sha256=hashlib.sha256(data).hexdigest(),
        attribution=credits.attribution,
        licence=credits.licence,
    )


def _html(text: str) -> tuple[str | None, Credits, list[Block]]:
    page_title, credits, blocks = html_page(text)
    return _heading(blocks) or page_title, credits, blocks


def _marked_up(text: str, name: str) -> tuple[str | None, Credits, list[Block]]:
    front, body = split_front_matter(text)
    plain = name.lower().endswith((".txt", ".text")) and not re.search(r"^#{1,6} |^[-=]{3,}$", body, re.MULTILINE)
    blocks = plain_blocks(body) if plain else markdown_blocks(body)
    titled = tidy(front.get("title", ""))
    return titled or None, front_matter_credits(front), blocks if titled else with_title(blocks)


def _title(blocks: Sequence[Block]) -> str | None:
    """The chief heading, or a first line with a full stop, which is title and sentence both."""
    if heading := _heading(blocks):
        return heading.rstrip(":")
    return blocks[0].text.rstrip(".") if blocks and stands_like_title(blocks[0], blocks[1:]) else None


def _heading(blocks: Sequence[Block]) -> str | None:
    headings = [block for block in blocks if block.kind == "heading"]
    return min(headings, key=lambda block: block.level).text if headings else None


def _from_name(name: str) -> str:
    stem = re.sub(r"^\d+[-_ ]+", "", Path(name).stem)
    words = re.sub(r"[-_]+", " ", stem).strip()
    return words[:1].upper() + words[1:] if re.search(r"[^\W\d]", words) else "Untitled"


def _count(text: str) -> int:
    return len(re.findall(r"[^\W_](?:[\w'’.,-]*[^\W_])?", text))


def _refuse_endless(text: str, name: str) -> None:
    parts = text.split()
    if len(parts) > MAX_WORDS:
        raise SourceTooLong(
            f"{name} has {len(parts):,} words; a source may have {MAX_WORDS:,}.",
            hint="Give one chapter or one article of it.",
        )
    if any(len(part) > LONGEST_WORD for part in parts) and _count(text) < MIN_WORDS * 10:
        raise SourceWithoutWords(
            f"{name} holds no sentences, only one run of characters without spaces.",
            hint="Give a text that is written for people.",
        )


def _refuse_unfit(blocks: Sequence[Block], words: int, name: str) -> None:
    prose = " ".join(block.text for block in blocks)
    if not re.search(r"[^\W\d_]{2,}", prose):
        raise SourceWithoutWords(f"{name} holds no words.", hint="Give a text with sentences.")
    if words > MAX_WORDS:
        raise SourceTooLong(
            f"{name} has {words:,} words; a source may have {MAX_WORDS:,}.",
            hint="Give one chapter or one article of it.",
        )
    # Scripts without spaces (Chinese, Japanese, Thai) would count as a few endless words: their language is the news.
    if not re.search(r"[A-Za-z]{3,}", prose):
        supported_language(prose)
    sentences = len(re.findall(r"[.!?][\"'”’)]*(?:\s|$)", prose)) or 1
    if words < MIN_WORDS or sentences < MIN_SENTENCES:
        counted = f"{words} words" if words != 1 else "1 word"
        in_sentences = f"{sentences} sentences" if sentences != 1 else "one sentence"
        raise SourceTooShort(
            f"{name} has {counted} in {in_sentences}; a video needs at least {MIN_WORDS} words in {MIN_SENTENCES} "
            f"sentences.",
            hint="Give a longer text.",
        )
