"""Which voices espeak-ng has, read from its data: needs neither its library nor numpy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import espeakng_loader

from ytempire.studio.voice.errors import VoiceUnavailable

# Chosen by spectrum among 48 variants: its long-term spectrum is nearest to that of human speech (2-4 kHz at -21.6 dB,
# 4-7 kHz at -20.0 against -11.3 and -12.6 for "+f3", which hisses). Among the female ones "+f4" is the least harsh.
DEFAULT_VOICE = "en-us+Reed"
DEFAULT_VOICES = {"en": DEFAULT_VOICE, "es": "es+Reed", "fr": "fr+Reed", "it": "it+Reed", "pt": "pt-br+Reed"}
"""What speaks each language in which scripts are written."""
_VARIANTS: dict[str, Literal["female", "male"]] = {"Reed": "male", "f4": "female"}
_SHAVIAN = "en-shaw"  # reads letters that no text of ours has


@dataclass(frozen=True)
class EspeakCard:
    """A voice of espeak-ng. `language` is of BCP 47."""

    name: str
    language: str
    label: str
    gender: Literal["female", "male"]


@lru_cache(maxsize=1)
def listed_voices() -> tuple[EspeakCard, ...]:
    """Return each dialect of our languages in the two variants that sound best, those of one language together.

    The dialect of the default voice comes first, and English before the others.
    """
    cards = [
        EspeakCard(f"{dialect}+{variant}", language, f"{variant} ({place})", gender)
        for dialect, language, place in _dialects()
        for variant, gender in _VARIANTS.items()
    ]
    first = next(card.language for card in cards if card.name == DEFAULT_VOICE)
    return tuple(
        sorted(
            cards,
            key=lambda card: (
                card.language != first,
                language_of(card.name) != "en",
                card.language,
                card.name != DEFAULT_VOICE,
                card.name,
            ),
        )
    )


def _dialects() -> Iterator[tuple[str, str, str]]:
    """Yield name, language and place of each dialect, such as "en", "en-GB" and "Great Britain"."""
    for file in _language_files():
        lines = [line.split(maxsplit=1) for line in file.read_text(errors="replace").splitlines()]
        codes = [words[1].split()[0] for words in lines if len(words) > 1 and words[0] == "language"]
        if codes and codes[0].partition("-")[0] in DEFAULT_VOICES and codes[0] != _SHAVIAN:
            name = next(words[1].strip() for words in lines if words and words[0] == "name")
            place = name.partition("(")[2].removesuffix(")") or name
            yield file.name.lower(), _with_region(codes[0]), place


def _with_region(code: str) -> str:
    """Return language and region of a code: not every dialect that espeak-ng tells apart has a code everywhere."""
    language, *region = code.split("-")
    return f"{language}-{region[0].upper()}" if region else language


def language_of(name: str) -> str:
    """Return the language that a voice speaks, by ISO 639: "pt-br+Reed" speaks "pt"."""
    return name.partition("+")[0].partition("-")[0].lower()


def require_voice(name: str) -> None:
    """Raise VoiceUnavailable for a voice that espeak-ng does not have, without starting it."""
    language, _, variant = name.partition("+")
    if language.lower() not in _languages() or (variant and variant not in _variants()):
        raise no_such_voice(name)


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    """Return the names of the files: espeak-ng knows a voice by that, and not by its language ("en", not "en-gb")."""
    return frozenset(file.name.lower() for file in _language_files())


def _language_files() -> list[Path]:
    return [file for file in (Path(espeakng_loader.get_data_path()) / "lang").rglob("*") if file.is_file()]


@lru_cache(maxsize=1)
def _variants() -> frozenset[str]:
    return frozenset(file.name for file in (Path(espeakng_loader.get_data_path()) / "voices" / "!v").iterdir())


def no_such_voice(name: str) -> VoiceUnavailable:
    return VoiceUnavailable(
        f'espeak-ng has no voice "{name}".',
        hint=f'Use a voice like "{DEFAULT_VOICE}"; `ytempire voices list --engine espeak` shows them.',
    )
