"""What a sample of a voice says, and where the samples lie that ship with the project: needs no engine and no numpy.

A sample is a few seconds in which a voice is heard before it is chosen. Those of Kokoro are made once, by
`tools/voice_samples.py`, and can be heard where the model is not installed.
"""

from __future__ import annotations

from pathlib import Path

from ytempire import assets

SHIPPED = Path(assets.__file__).parent / "voices" / "samples"
FILE_SUFFIX = ".mp3"
TEXTS = {
    "en": "Every river remembers its stones. It carries them slowly, and tells the sea where they came from.",
    "es": "Cada río recuerda sus piedras. Las lleva despacio, y le cuenta al mar de dónde vienen.",
    "fr": "Chaque rivière se souvient de ses pierres. Elle les porte lentement, et dit à la mer d’où elles viennent.",
    "it": "Ogni fiume ricorda le sue pietre. Le porta piano, e racconta al mare da dove vengono.",
    "pt": "Todo rio se lembra das suas pedras. Ele as leva devagar, e conta ao mar de onde elas vêm.",
}


def sample_sentences(language: str) -> list[str]:
    """Return what a voice of a language (BCP 47) says, sentence by sentence. Raises KeyError for another language."""
    first, _, second = TEXTS[language.partition("-")[0]].partition(". ")
    return [f"{first}.", second]


def shipped_sample(voice: str) -> Path:
    """Return the file of a voice's sample, which may not be there."""
    return SHIPPED / f"{voice}{FILE_SUFFIX}"
