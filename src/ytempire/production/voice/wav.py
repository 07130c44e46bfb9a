"""Sound as providers send it: WAV of several kinds, or bare 16-bit samples."""

from __future__ import annotations

import struct

import numpy as np

from ytempire.kit.errors import NeverRetry
from ytempire.production.voice.engine import Samples

PCM_RATE = 24_000  # of OpenAI-compatible services that answer with bare samples
_KINDS = {(1, 8): "u1", (1, 16): "<i2", (1, 32): "<i4", (3, 32): "<f4", (3, 64): "<f8"}


class SoundUnreadable(NeverRetry):
    """A voice service answered with something that is neither WAV nor samples."""

    code = "voice_answer_unusable"


def decode_sound(data: bytes) -> tuple[Samples, int]:
    """Mono samples in -1..1 and their rate. Raises SoundUnreadable for MP3, JSON and other answers."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return _wav(data)
    if (
        len(data) < 2_000
        or data[:1] in b"{<"
        or data[:3] == b"ID3"
        or data[:2] == b"\xff\xfb"
        or data[:4] in (b"OggS", b"fLaC")
    ):
        raise SoundUnreadable(
            "The voice service did not answer with WAV or PCM sound.", hint='Ask it for response_format "wav" or "pcm".'
        )
    return np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.float32) / 32768.0, PCM_RATE


def _wav(data: bytes) -> tuple[Samples, int]:
    place, form = 12, None
    while place + 8 <= len(data):
        kind, size = data[place : place + 4], struct.unpack_from("<I", data, place + 4)[0]
        body = place + 8
        if kind == b"fmt ":
            form = struct.unpack_from("<HHIIHH", data, body)
            if form[0] == 0xFFFE:  # WAVE_FORMAT_EXTENSIBLE: the real format stands in its first two bytes of the GUID
                form = (struct.unpack_from("<H", data, body + 24)[0], *form[1:])
        elif kind == b"data" and form is not None:
            # A streamed WAV does not know its size and writes the largest: take what is there.
            return _samples(data[body : body + min(size, len(data) - body)], form)
        place = body + size + size % 2
    raise SoundUnreadable("The voice service answered with a broken WAV file.")


def _samples(raw: bytes, form: tuple[int, ...]) -> tuple[Samples, int]:
    code, channels, rate, _, _, bits = form
    dtype = _KINDS.get((code, bits))
    if dtype is None or not 1 <= channels <= 8 or not 8_000 <= rate <= 192_000:
        raise SoundUnreadable(f"The voice service answered with a kind of WAV that is not known ({code}, {bits} bit).")
    width = bits // 8 * channels
    values = np.frombuffer(raw[: len(raw) // width * width], dtype=dtype).astype(np.float64)
    if dtype == "u1":
        values = (values - 128) / 128
    elif dtype.startswith("<i"):
        values = values / 2 ** (bits - 1)
    return values.reshape(-1, channels).mean(axis=1).astype(np.float32), rate
