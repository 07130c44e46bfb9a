"""From the bytes of a file to its text, refusing what is not text."""

from __future__ import annotations

import codecs
import re
import unicodedata

from ytempire.production.source.errors import SourceBinary, SourceEmpty, SourceTooLong
from ytempire.production.source.text_cleanup import visible, without_terminal_orders

MAX_BYTES = 4 * 1024 * 1024  # a web page with its scripts stays below; 20,000 words of prose are 130 kB

# Files that people drop in by mistake, told by their first bytes.
SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a media file"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"{\\rtf", "an RTF document"),
)
HINT = "Give a Markdown, plain text or HTML file in UTF-8."


def decode(data: bytes, *, name: str) -> str:
    """UTF-8 with or without a byte order mark, UTF-16 with one, or plausible Windows-1252.

    Raises SourceEmpty, SourceTooLong (more than 4 MiB) or SourceBinary. Line ends become "\\n"; control and format
    signs are left out.
    """
    if not data.strip():
        raise SourceEmpty(f"{name} is empty.", hint=HINT)
    for signature, kind in SIGNATURES:
        if data.startswith(signature):
            raise SourceBinary(f"{name} is {kind}, not a text.", hint=HINT)
    if len(data) > MAX_BYTES:
        raise SourceTooLong(
            f"{name} has {len(data) / 1e6:.1f} MB; a source may have {MAX_BYTES / 1e6:.1f} MB.",
            hint="Give one chapter or one article of it.",
        )
    text = without_terminal_orders(_decoded(data) or "\x00")
    if "\x00" in text or _share_of_controls(text) > 0.001:
        raise SourceBinary(f"{name} does not hold readable text.", hint=HINT)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", visible(lines))


def _decoded(data: bytes) -> str | None:
    encodings = ("utf-16",) if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "cp1252" or _plausible(text):
            return text
    return None


def _plausible(text: str) -> bool:
    """Windows-1252 gives a meaning to nearly all bytes: believe it only where letters and spaces prevail."""
    sample = text[:50_000]
    wordlike = sum(character.isalpha() or character in " \n.,;:'\"!?-" for character in sample)
    plain = len(re.findall(r"[A-Za-z ]", sample))
    return wordlike / len(sample) > 0.9 and plain / len(sample) > 0.75


def _share_of_controls(text: str) -> float:
    sample = text[:50_000]
    return len(re.findall(r"[\x01-\x08\x0b\x0e-\x1f\x7f\ufffd]", sample)) / max(1, len(sample))
