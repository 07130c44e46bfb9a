"""ElevenLabs: sound with the time of each character.

The protocol is that of https://elevenlabs.io/docs/api-reference/text-to-speech/convert-with-timestamps and
https://elevenlabs.io/docs/api-reference/voices/get, its errors are those of
https://elevenlabs.io/docs/eleven-api/resources/errors and of https://help.elevenlabs.io/hc/en-us/articles/19572237925521.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from pydantic import Base64Bytes, BaseModel, JsonValue, SecretStr, ValidationError

from ytempire.costs.service import PaidCallGate, PaidResponse
from ytempire.kit.processes import run_in_metered_thread
from ytempire.studio.voice.engine import OfferedVoice, Samples, Utterance, sentence_rates
from ytempire.studio.voice.speech_api import ErrorDetail, SpeechApi
from ytempire.studio.voice.speech_bounds import trimmed
from ytempire.studio.voice.text_normalization import NormalizedToken, read_aloud, spoken_text
from ytempire.studio.voice.wav import PCM_RATE, decode_sound
from ytempire.studio.voice.word_timing import Event, spans_or_aligned

SERVICE = "elevenlabs"
NATURAL_RATE = 165  # words a minute at speed 1.0
SLOWEST, FASTEST = 0.7, 1.2  # what the service takes
STABILITY, SIMILARITY = 0.5, 0.75  # the service's own defaults; it takes these for what is not sent, too
OUTPUT_FORMAT = f"pcm_{PCM_RATE}"
NOBODYS = frozenset({"premade", "generated"})  # categories of voices that are the service's own or made up
PAGE_SIZE = 100  # the service's largest
FORMAT_HINT = f"Ask it for the output format {OUTPUT_FORMAT}, and look at what stands between it and this machine."


class _Alignment(BaseModel):
    characters: list[str]
    character_start_times_seconds: list[float]


class _Speech(BaseModel):
    audio_base64: Base64Bytes
    alignment: JsonValue = None  # read apart: without it the words are aligned to the sound


class _Category(BaseModel):
    category: str | None = None  # unknown: it may be anybody's


class _Voice(BaseModel):
    voice_id: str
    name: str | None = None
    category: str | None = None
    labels: dict[str, str | None] | None = None


class _VoicePage(BaseModel):
    voices: list[_Voice]
    has_more: bool = False
    next_page_token: str | None = None


class ElevenLabsVoice:
    """One paid request per sentence, priced by the character of its text."""

    name = "elevenlabs"
    is_paid = True

    def __init__(
        self,
        api: SpeechApi,
        gate: PaidCallGate,
        *,
        model: str,
        voice: str,
        style: float | None = None,
        language: str = "en",
        pronunciations: Mapping[str, str] | None = None,
    ) -> None:
        """`style` is how much the voice exaggerates its own manner, 0 to 1; None: the service's default.

        The voice speaks many languages: `language` is that of the sentences.
        """
        self.voice = voice
        self._api, self._gate, self._model, self._style = api, gate, model, style
        self._language = language
        self._pronunciations = dict(pronunciations or {})
        self._numbers = itertools.count(1)

    async def is_clone(self) -> bool:
        """Return whether the voice was made from recordings of a person. Costs nothing."""
        voice = await self._api.get(f"/v1/voices/{quote(self.voice, safe='')}", _Category)
        return voice.category not in NOBODYS

    async def speak(
        self, sentences: Sequence[str], *, words_per_minute: int, paces: Sequence[float] = ()
    ) -> list[Utterance]:
        """Requests run one after the other: a budget that ends stops before the next call, not among many."""
        rates = sentence_rates(words_per_minute, paces, len(sentences))
        speeds = [round(min(max(rate / NATURAL_RATE, SLOWEST), FASTEST), 3) for rate in rates]
        return [await self._synthesize(sentence, speed) for sentence, speed in zip(sentences, speeds, strict=True)]

    async def _synthesize(self, sentence: str, speed: float) -> Utterance:
        tokens = read_aloud(sentence, language=self._language, pronunciations=self._pronunciations)
        content = await self._request(sentence, spoken_text(tokens), speed)
        return await run_in_metered_thread(self._utterance, content, sentence, tokens)

    async def _request(self, sentence: str, text: str, speed: float) -> bytes:
        settings = {"stability": STABILITY, "similarity_boost": SIMILARITY, "speed": speed}
        if self._style is not None:
            settings["style"] = self._style
        body = {"text": text, "model_id": self._model, "voice_settings": settings}
        path = f"/v1/text-to-speech/{quote(self.voice, safe='')}/with-timestamps"
        used = {"character": len(text)}

        async def call(_: str) -> PaidResponse:
            content = await self._api.post(path, _Speech, body=body, params={"output_format": OUTPUT_FORMAT})
            await run_in_metered_thread(self._sound, content, sentence)  # what is no sound is not kept
            return PaidResponse(content, used)

        return await self._gate.call_paid(
            service=SERVICE,
            item=self._model,
            max_usage=used,
            name=str(next(self._numbers)),
            content=f"{self.voice} {settings} {text}",
            call=call,
        )

    def _sound(self, content: bytes, sentence: str) -> tuple[_Speech, Samples, int]:
        speech = self._api.parse(content, _Speech)
        return speech, *decode_sound(speech.audio_base64, sentence, hint=FORMAT_HINT)

    def _utterance(self, content: bytes, sentence: str, tokens: Sequence[NormalizedToken]) -> Utterance:
        speech, samples, rate = self._sound(content, sentence)
        events = _events(speech.alignment, spoken_text(tokens))
        return trimmed(Utterance(rate, samples, *spans_or_aligned(events, samples, rate, tokens)))


def _events(alignment: JsonValue, text: str) -> list[Event]:
    """Return the start of each character; none where the service has timed another text."""
    try:
        timed = _Alignment.model_validate(alignment)
    except ValidationError:
        return []
    if "".join(timed.characters) != text or len(timed.characters) != len(timed.character_start_times_seconds):
        return []
    places = itertools.accumulate((len(character) for character in timed.characters), initial=0)
    return list(zip(places, timed.character_start_times_seconds, strict=False))


def elevenlabs_api(base_url: str, key: SecretStr) -> SpeechApi:
    """Return the service at an address."""
    return SpeechApi(
        name="ElevenLabs",
        base_url=base_url,
        key=key,
        key_header="xi-api-key",
        key_hint="Set YTEMPIRE_SPEECH__ELEVENLABS_API_KEY, or the channel's own key (ytempire voices set-key), to one"
        " that may convert text to speech and read voices.",
        refusals={
            **dict.fromkeys(("invalid_api_key", "needs_authorization", "missing_permissions"), "key"),
            **dict.fromkeys(("quota_exceeded", "insufficient_credits", "payment_required"), "credit"),
            **dict.fromkeys(("voice_not_found", "voice_does_not_exist", "invalid_uid"), "voice"),
            **dict.fromkeys(("rate_limit_exceeded", "concurrent_limit_exceeded"), "busy"),
            **dict.fromkeys(("too_many_concurrent_requests", "system_busy"), "busy"),
        },
        read_error=_read_error,
    )


def _read_error(document: Any) -> ErrorDetail:
    """`detail` is an object, a sentence, or, for a malformed request, a list."""
    detail = document["detail"]
    if not isinstance(detail, dict):
        return ErrorDetail(frozenset(), str(detail))
    codes = frozenset(str(detail[name]) for name in ("code", "status", "type") if detail.get(name))
    return ErrorDetail(codes, str(detail.get("message", "")))


async def list_elevenlabs_voices(api: SpeechApi) -> list[OfferedVoice]:
    """Return the voices of an account. Costs nothing."""
    offered: list[OfferedVoice] = []
    params: dict[str, str | int] = {"page_size": PAGE_SIZE}
    while True:
        page = await api.get("/v2/voices", _VoicePage, params=params)
        offered += [
            OfferedVoice(
                voice.voice_id, voice.name or "", voice.category or "", (voice.labels or {}).get("language") or ""
            )
            for voice in page.voices
        ]
        is_last = not page.has_more or not page.voices or page.next_page_token == params.get("next_page_token")
        if is_last or not page.next_page_token:
            return offered
        params["next_page_token"] = page.next_page_token
