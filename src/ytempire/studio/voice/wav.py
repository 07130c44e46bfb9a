"""Sound as providers send it: WAV of several kinds, or bare 16-bit samples. Anything else is refused by its name."""

from __future__ import annotations

import re
import struct
from itertools import pairwise

import numpy as np

from ytempire.kit.errors import AnswerUnusable
from ytempire.studio.voice.audio_sniffing import is_wave, kind_of
from ytempire.studio.voice.engine import Samples
from ytempire.studio.voice.pacing import REFERENCE_RATE, line_s

PCM_RATE = 24_000  # of OpenAI-compatible services that answer with bare samples
_KINDS = {(1, 8): "u1", (1, 16): "<i2", (1, 32): "<i4", (3, 32): "<f4", (3, 64): "<f8"}
_HEADER = re.compile(rb"RIFF.{4}WAVE", re.DOTALL)
_CHUNK = re.compile(rb"[ -~]{4}")
_UNKNOWN = 2**26  # bytes: a longer sentence is none, but what is written where the size is not known yet
_ODD_END = 1_024  # bytes behind the last chunk that may be anything, as tags of players are
_SILENT = 0.001  # of full scale: -60 dB
_SHORTEST_S = 0.05
_SLACK, _PADDING_S = 4.0, 3.0
"""How many times longer or shorter than expected a sentence may be, and how much silence may stand around it."""


class SoundUnreadable(AnswerUnusable):
    """A voice service answered with something that is no sound of the sentence."""

    code = "voice_answer_unusable"


def decode_sound(
    data: bytes, sentence: str = "", *, hint: str = 'Ask it for response_format "wav" or "pcm".'
) -> tuple[Samples, int]:
    """Read mono samples in -1..1 and their rate. Raises SoundUnreadable for all that is no sound of `sentence`."""
    heads = [match.start() for match in _HEADER.finditer(data)]
    try:
        samples, rate = _wavs(data, heads) if heads[:1] == [0] else (_bare(data, heads), PCM_RATE)
        _require_sound(samples, rate, sentence)
    except _Unusable as error:
        raise SoundUnreadable(
            f"The voice service answered with {error}" + (f" for the sentence “{sentence}”." if sentence else "."),
            hint=hint,
        ) from error
    return samples, rate


class _Unusable(Exception):
    """What the service answered with, to stand in a sentence."""


def _bare(data: bytes, heads: list[int]) -> Samples:
    kind = kind_of(data)
    if kind is not None:
        raise _Unusable(f"{kind} instead of WAV or PCM sound")
    if heads:
        raise _Unusable("a WAV file behind other bytes")
    if len(data) % 2:
        raise _Unusable("an odd number of bytes, which are no 16-bit samples")
    samples = np.frombuffer(data, dtype="<i2").astype(np.float32) / 32768.0
    if samples.any() and not is_wave(samples):
        raise _Unusable("bytes that are no WAV and, as samples, noise")
    return samples


def _require_sound(samples: Samples, rate: int, sentence: str) -> None:
    seconds = len(samples) / rate
    if not len(samples):
        raise _Unusable("no sound at all")
    if not np.isfinite(samples).all():
        raise _Unusable("samples that are no numbers")
    if float(np.abs(samples).max()) < _SILENT:
        raise _Unusable(f"{seconds:.1f} s of silence")
    shortest, longest = _plausible_s(sentence) if sentence else (0.0, float("inf"))
    if not shortest <= seconds <= longest:
        raise _Unusable(f"{seconds:.2f} s of sound, too {'short' if seconds < shortest else 'long'}")


def _plausible_s(sentence: str) -> tuple[float, float]:
    expected = line_s(sentence, words_per_minute=REFERENCE_RATE)
    longest = max(expected, 0.15 * len(sentence))  # it may be in letters that the estimate does not know
    return max(_SHORTEST_S, expected / _SLACK), longest * _SLACK + _PADDING_S


def _wavs(data: bytes, heads: list[int]) -> tuple[Samples, int]:
    """All of what may be several files behind each other, as services send that cut a long text."""
    parts = [_wav(data[start:end]) for start, end in pairwise([*heads, len(data)])]
    if len({rate for _, rate in parts}) > 1:
        raise _Unusable("several WAV files of different rates")
    return np.concatenate([samples for samples, _ in parts]), parts[0][1]


def _wav(data: bytes) -> tuple[Samples, int]:
    place, form, raw = 12, None, None
    try:
        while place + 8 <= len(data) and (raw is None or _is_chunk(data, place)):
            kind, size = data[place : place + 4], struct.unpack_from("<I", data, place + 4)[0]
            body = place + 8
            if kind == b"fmt ":
                form = _form(data, body)
            elif kind == b"data":
                size = _size(data, body, size)
                raw = (raw or b"") + data[body : body + size]
            place = body + size + size % 2
    except struct.error:
        form = None
    if form is None or raw is None:
        raise _Unusable("a broken WAV file")
    if len(data) - place > _ODD_END:
        raise _Unusable("a WAV file that goes on behind the end that it names")
    return _samples(raw, form)


def _is_chunk(data: bytes, place: int) -> bool:
    size = struct.unpack_from("<I", data, place + 4)[0]
    return bool(_CHUNK.match(data, place)) and place + 8 + size <= len(data)


def _size(data: bytes, body: int, size: int) -> int:
    """Of samples that begin at `body`. A streamed WAV does not know it and says 0, or very much: all that is there."""
    there = len(data) - body
    is_streamed = size >= _UNKNOWN or (size == 0 and there >= 8 and not _is_chunk(data, body))
    if is_streamed:
        return there
    if size > there:
        raise _Unusable("a WAV file that was cut off")
    return size


def _form(data: bytes, body: int) -> tuple[int, ...]:
    form = struct.unpack_from("<HHIIHH", data, body)
    if form[0] == 0xFFFE:  # WAVE_FORMAT_EXTENSIBLE: the real format stands in its first two bytes of the GUID
        return (struct.unpack_from("<H", data, body + 24)[0], *form[1:])
    return form


def _samples(raw: bytes, form: tuple[int, ...]) -> tuple[Samples, int]:
    code, channels, rate, _, _, bits = form
    dtype = _KINDS.get((code, bits))
    if dtype is None or not 1 <= channels <= 8 or not 8_000 <= rate <= 192_000:
        raise _Unusable(f"a kind of WAV that is not known ({code}, {bits} bit)")
    width = bits // 8 * channels
    values = np.frombuffer(raw[: len(raw) // width * width], dtype=dtype).astype(np.float64)
    if dtype == "u1":
        values = (values - 128) / 128
    elif dtype.startswith("<i"):
        values = values / 2 ** (bits - 1)
    return values.reshape(-1, channels).mean(axis=1).astype(np.float32), rate
