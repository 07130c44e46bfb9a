"""When each word begins by a forced aligner (PocketSphinx, with the acoustic model that it ships), English only."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pocketsphinx
from numpy.typing import NDArray

from ytempire.studio.voice.kokoro.phonemes import SpokenWord

RATE = 16_000
FRAMES_PER_S = 100
# From the symbols of `kokoro.symbols` to the phones of the acoustic model (CMU's ARPABET without stress).
_PHONES = {
    **{"A": "EY", "I": "AY", "O": "OW", "Q": "OW", "W": "AW", "Y": "OY", "ᵊ": "AH", "T": "T", "ʤ": "JH", "ʧ": "CH"},
    **{"b": "B", "d": "D", "f": "F", "h": "HH", "j": "Y", "k": "K", "l": "L", "m": "M", "n": "N", "p": "P", "r": "R"},
    **{"s": "S", "t": "T", "v": "V", "w": "W", "z": "Z", "ð": "DH", "θ": "TH", "ŋ": "NG", "ɡ": "G", "ɹ": "R"},
    **{"ʃ": "SH", "ʒ": "ZH", "ɾ": "T", "x": "K", "a": "AE", "e": "EH", "i": "IY", "o": "OW", "u": "UW", "æ": "AE"},
    **{"ɑ": "AA", "ɒ": "AA", "ɔ": "AO", "ə": "AH", "ɐ": "AH", "ɛ": "EH", "ɜ": "ER", "ɪ": "IH", "ᵻ": "IH", "ʊ": "UH"},
    **{"ʌ": "AH"},
}
_NAME = re.compile(r"w(\d+)x\d+")


def word_starts_s(words: Sequence[SpokenWord], samples: NDArray[np.float32]) -> dict[int, float]:
    """Return when each displayed token begins, in seconds, by its index; empty where the aligner finds no way.

    `samples` are of one sentence, at RATE, with some silence around it.
    """
    decoder = pocketsphinx.Decoder(loglevel="FATAL", lm=None, samprate=RATE)
    names = []
    for place, word in enumerate(words):
        # the vowel of "bird" is one phone, its r included
        phones = [_PHONES[symbol] for symbol in word.symbols.replace("ɜɹ", "ɜ") if symbol in _PHONES]
        if phones:
            names.append(f"w{word.token}x{place}")
            decoder.add_word(names[-1], " ".join(phones), True)
    decoder.set_align_text(" ".join(names))
    decoder.start_utt()
    decoder.process_raw((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes(), full_utt=True)
    decoder.end_utt()
    starts: dict[int, float] = {}
    for segment in decoder.seg() or ():
        if match := _NAME.match(segment.word):
            token = int(match[1])
            starts[token] = min(starts.get(token, np.inf), segment.start_frame / FRAMES_PER_S)
    return starts
