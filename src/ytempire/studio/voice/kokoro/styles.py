"""The styles of a voice: for each length of a sentence the numbers that make the model speak with it.

`assets/voices/kokoro.npz` is made by `tools/kokoro_voices.py` from kokoro-js (Apache-2.0).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ytempire import assets
from ytempire.studio.voice.errors import VoiceUnavailable
from ytempire.studio.voice.kokoro.voices import VOICES, require_voice

SHIPPED = Path(assets.__file__).parent / "voices" / "kokoro.npz"
MAX_SYMBOLS, STYLE_SIZE = 510, 256
Styles = NDArray[np.float32]


def load_styles(voice: str) -> Styles:
    """Return the styles of a voice, (510, 256): row n is for n symbols. Raises VoiceUnavailable.

    `voice` is a name of VOICES, or the path of an operator's own file of as many 32-bit numbers.
    """
    require_voice(voice)
    if voice in VOICES:
        with np.load(SHIPPED) as shipped:
            return np.asarray(shipped[voice], dtype=np.float32)
    numbers = np.fromfile(voice, dtype="<f4")
    if numbers.size != MAX_SYMBOLS * STYLE_SIZE:
        raise VoiceUnavailable(
            f"The Kokoro voice {voice} has {numbers.size} numbers; {MAX_SYMBOLS * STYLE_SIZE} are needed.",
            hint="Give a voice file of Kokoro-82M.",
        )
    return numbers.reshape(MAX_SYMBOLS, STYLE_SIZE)
