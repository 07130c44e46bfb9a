"""Which voices Kokoro has here: needs neither its model nor numpy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ytempire.studio.voice.errors import VoiceUnavailable
from ytempire.studio.voice.kokoro.symbols import ESPEAK_LANGUAGES


@dataclass(frozen=True)
class VoiceCard:
    """`language` is of BCP 47. `words_per_minute`: how quickly it reads at speed 1, silence at the ends left out."""

    name: str
    language: str
    label: str
    gender: Literal["female", "male"]
    words_per_minute: int


# The pace: of English voices over 40 sentences of articles, by the graph of lengths. Of others the English pace at
# which espeak-ng's default voice of their language needs the same time, so that a persona's pace is one tempo in all:
# of the first voice of each over 60 sentences of the labelled set, of the second by their ratio over three.
_CARDS = (
    VoiceCard("af_heart", "en-US", "Heart", "female", 150),
    VoiceCard("af_bella", "en-US", "Bella", "female", 144),
    VoiceCard("am_michael", "en-US", "Michael", "male", 136),
    VoiceCard("am_fenrir", "en-US", "Fenrir", "male", 146),
    VoiceCard("bf_emma", "en-GB", "Emma", "female", 156),
    VoiceCard("bm_george", "en-GB", "George", "male", 134),
    VoiceCard("ef_dora", "es", "Dora", "female", 177),
    VoiceCard("em_alex", "es", "Alex", "male", 175),
    VoiceCard("ff_siwis", "fr", "Siwis", "female", 156),
    VoiceCard("if_sara", "it", "Sara", "female", 171),
    VoiceCard("im_nicola", "it", "Nicola", "male", 158),
    VoiceCard("pf_dora", "pt-BR", "Dora", "female", 192),
    VoiceCard("pm_alex", "pt-BR", "Alex", "male", 190),
)
VOICES = {card.name: card for card in _CARDS}
DEFAULT_VOICE = "af_heart"
DEFAULT_VOICES = {"en": DEFAULT_VOICE, "es": "ef_dora", "fr": "ff_siwis", "it": "if_sara", "pt": "pf_dora"}
"""What speaks each language in which scripts are written."""
_SPOKEN = {"a": "en", "b": "en", "e": "es", "f": "fr", "i": "it", "p": "pt"}
FILE_SUFFIX = ".bin"


def require_voice(voice: str) -> None:
    """Raise VoiceUnavailable for a voice that is neither a name of VOICES nor an operator's own file."""
    if voice in VOICES:
        return
    path = Path(voice)
    if path.suffix != FILE_SUFFIX:
        raise VoiceUnavailable(
            f'Kokoro has no voice "{voice}".', hint=f"Use one of {', '.join(VOICES)}, or the path of a voice file."
        )
    if path.name[:1] not in ESPEAK_LANGUAGES:
        raise VoiceUnavailable(
            f"The name of the Kokoro voice {path.name} does not say its language.",
            hint="Let it begin as Kokoro's own do: af_name.bin is American English, bf British, ef Spanish, ff French, "
            "if Italian, pf Brazilian Portuguese.",
        )
    if not path.is_file():
        raise VoiceUnavailable(f"There is no Kokoro voice file {voice}.", hint="Give the path of a voice file.")


def language_of(voice: str) -> str:
    """Return the language that a voice speaks, a key of ESPEAK_LANGUAGES."""
    return Path(voice).name[0]


def spoken_language(voice: str) -> str:
    """Return the language that a voice speaks, by ISO 639-1."""
    if language_of(voice) not in _SPOKEN:
        require_voice(voice)  # says why
    return _SPOKEN[language_of(voice)]
