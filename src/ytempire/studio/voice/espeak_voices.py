"""Which voices espeak-ng has, read from its data: needs neither its library nor numpy."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import espeakng_loader

from ytempire.studio.voice.errors import VoiceUnavailable

# Chosen by spectrum among 48 variants: its long-term spectrum is nearest to that of human speech (2-4 kHz at -21.6 dB,
# 4-7 kHz at -20.0 against -11.3 and -12.6 for "+f3", which hisses). Among the female ones "+f4" is the least harsh.
DEFAULT_VOICE = "en-us+Reed"


def require_voice(name: str) -> None:
    """Raise VoiceUnavailable for a voice that espeak-ng does not have, without starting it."""
    language, _, variant = name.partition("+")
    if language.lower() not in _languages() or (variant and variant not in _variants()):
        raise no_such_voice(name)


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    files = (file for file in (Path(espeakng_loader.get_data_path()) / "lang").rglob("*") if file.is_file())
    lines = (line.split() for file in files for line in file.read_text(errors="replace").splitlines())
    return frozenset(words[1].lower() for words in lines if len(words) > 1 and words[0] == "language")


@lru_cache(maxsize=1)
def _variants() -> frozenset[str]:
    return frozenset(file.name for file in (Path(espeakng_loader.get_data_path()) / "voices" / "!v").iterdir())


def no_such_voice(name: str) -> VoiceUnavailable:
    return VoiceUnavailable(f'espeak-ng has no voice "{name}".', hint=f'Use a voice like "{DEFAULT_VOICE}".')
