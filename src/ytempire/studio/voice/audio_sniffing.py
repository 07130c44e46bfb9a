"""What a service sent where sound was asked for, told by its first bytes."""

from __future__ import annotations

import codecs

from ytempire.studio.voice.engine import Samples

_MAGIC = (
    (0, b"ID3", "MP3"),
    (4, b"ftyp", "M4A"),
    (0, b"ADIF", "AAC"),
    (0, b"OggS", "Ogg (Opus or Vorbis)"),
    (0, b"fLaC", "FLAC"),
    (0, b"\x1a\x45\xdf\xa3", "WebM"),
    (0, b"FORM", "AIFF"),
    (0, b".snd", "AU"),
    (0, b"caff", "CAF"),
    (0, b"#!AMR", "AMR"),
    (0, b"\x30\x26\xb2\x75", "WMA"),
    (0, b"wvpk", "WavPack"),
    (0, b"RF64", "RF64"),
    (0, b"RIF", "a RIFF file that is no WAV"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"PK\x03\x04", "a ZIP file"),
    (0, b"%PDF", "PDF"),
    (0, b"\x89PNG", "a picture"),
    (0, b"\xff\xd8\xff", "a picture"),
    (0, b"GIF8", "a picture"),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 4_096  # bytes
_TEXTUAL = 0.85  # share of ASCII in a text of Western Europe; in samples it is some 40 %
_ALIKE = 0.2  # how alike neighbouring samples of speech are at least; what is packed has 0
_FEWEST = 5  # different letters in a text; a sample that stays the same may look like one


def kind_of(data: bytes) -> str | None:
    """Name what the bytes are, or None where they are nothing known and may be bare samples."""
    if not data:
        return "nothing"
    kind = next((kind for place, magic, kind in _MAGIC if data.startswith(magic, place)), None)
    return kind or _mpeg(data) or _text(data[:_LOOKED_AT])


def _mpeg(data: bytes) -> str | None:
    """By the head of a frame: eleven bits are set, and the layer follows. As first sample it would be a loud click."""
    if len(data) < 2 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0 or data[1] >= 0xFE:
        return None
    return "AAC" if data[1] & 0x06 == 0 else "MP3"


def _text(data: bytes) -> str | None:
    text = _decoded(data)
    if text is None:
        return None
    begins = text.lstrip()[:1]
    if begins == "<":
        return "HTML"
    return "JSON" if begins and begins in "{[" else "text"


def _decoded(data: bytes) -> str | None:
    """What is nearly all readable, in whichever coding; None where it is no text."""
    for mark, coding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(coding, "replace")
    whole = data.decode("utf-8", "ignore")  # the last letter may be cut in two
    if len(whole.encode()) >= len(data) - 3 and all(letter.isprintable() or letter.isspace() for letter in whole):
        return whole
    plain = (data.decode(coding, "replace") for coding in ("latin-1", "utf-16-le", "utf-16-be"))
    return next((text for text in plain if _is_readable(text)), None)


def _is_readable(text: str) -> bool:
    """Nearly all of it ASCII: of other letters, any two bytes may be one in UTF-16."""
    readable = sum(" " <= letter <= "~" or letter in "\t\r\n" for letter in text)
    return readable >= _TEXTUAL * len(text) and len(set(text)) > _FEWEST


def is_wave(samples: Samples) -> bool:
    """Whether each sample is near the one before, as in any sound: packed bytes read as samples are noise."""
    power = float((samples**2).sum())
    return power > 0 and float((samples[1:] * samples[:-1]).sum()) > _ALIKE * power
