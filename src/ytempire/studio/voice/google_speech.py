"""Google Cloud Text-to-Speech: sound with the time of each word, from marks between the words.

The protocol is that of https://cloud.google.com/text-to-speech/docs/reference/rest/v1beta1/text/synthesize and
https://cloud.google.com/text-to-speech/docs/reference/rest/v1/voices/list, its errors are those of
https://cloud.google.com/apis/design/errors.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from pydantic import Base64Bytes, BaseModel, JsonValue, SecretStr, TypeAdapter, ValidationError

from ytempire.costs.service import PaidCallGate, PaidResponse
from ytempire.kit.processes import run_in_metered_thread
from ytempire.studio.voice.engine import OfferedVoice, Samples, Utterance, sentence_rates
from ytempire.studio.voice.google_voices import family_of, require_voice
from ytempire.studio.voice.speech_api import ErrorDetail, SpeechApi
from ytempire.studio.voice.speech_bounds import trimmed
from ytempire.studio.voice.text_normalization import NormalizedToken, read_aloud, spoken_text
from ytempire.studio.voice.wav import PCM_RATE, decode_sound
from ytempire.studio.voice.word_timing import Event, spans_or_aligned

SERVICE = "google"
NATURAL_RATE = 165  # words a minute at speaking rate 1.0
SLOWEST, FASTEST = 0.8, 1.25  # beyond, time-stretching is heard; the service takes 0.25 to 2
MARKED = frozenset({"Standard", "Wavenet", "Neural2", "News", "Casual", "Polyglot"})
"""Families of voices that take marks and a pitch; Studio, Chirp and Journey take neither."""
UNPACED = frozenset({"Journey", "Chirp-HD"})  # they read at their own pace
USUAL_PITCH, SEMITONE = 42, 6  # of VoiceChoice.pitch: what is usual, and what makes a semitone
FORMAT_HINT = "Ask it for LINEAR16, and look at what stands between it and this machine."
_MARK = re.compile(r'<mark name="\d+"/>')


class _Timepoint(BaseModel):
    markName: int  # noqa: N815  # the protocol's name
    timeSeconds: float = 0.0  # noqa: N815  # JSON of protocol buffers leaves a zero out


class _Speech(BaseModel):
    audioContent: Base64Bytes  # noqa: N815
    timepoints: JsonValue = None  # read apart: without them the words are aligned to the sound


class _Voice(BaseModel):
    name: str
    languageCodes: list[str] = []  # noqa: N815
    ssmlGender: str = ""  # noqa: N815


class _Voices(BaseModel):
    voices: list[_Voice] = []


class GoogleVoice:
    """One paid request per sentence, priced by the character of its text; marks are not charged."""

    name = "google"
    is_paid = True

    def __init__(
        self,
        api: SpeechApi,
        gate: PaidCallGate,
        *,
        voice: str,
        pitch: int = USUAL_PITCH,
        pronunciations: Mapping[str, str] | None = None,
    ) -> None:
        """Raises VoiceUnavailable for what is no name of a voice."""
        self.voice = voice
        self._name = require_voice(voice)
        self._api, self._gate, self._pitch = api, gate, pitch
        self._pronunciations = dict(pronunciations or {})
        self._numbers = itertools.count(1)

    async def speak(
        self, sentences: Sequence[str], *, words_per_minute: int, paces: Sequence[float] = ()
    ) -> list[Utterance]:
        """Requests run one after the other: a budget that ends stops before the next call, not among many."""
        rates = sentence_rates(words_per_minute, paces, len(sentences))
        return [
            await self._synthesize(sentence, self._audio(rate)) for sentence, rate in zip(sentences, rates, strict=True)
        ]

    def _audio(self, words_per_minute: float) -> dict[str, Any]:
        audio: dict[str, Any] = {"audioEncoding": "LINEAR16", "sampleRateHertz": PCM_RATE}
        if self._name.family not in UNPACED:
            audio["speakingRate"] = round(min(max(words_per_minute / NATURAL_RATE, SLOWEST), FASTEST), 3)
        if self._name.family in MARKED:
            audio["pitch"] = round((self._pitch - USUAL_PITCH) / SEMITONE, 2)
        return audio

    async def _synthesize(self, sentence: str, audio: Mapping[str, Any]) -> Utterance:
        language = self._name.language.partition("-")[0]
        tokens = read_aloud(sentence, language=language, pronunciations=self._pronunciations)
        content = await self._request(sentence, tokens, audio)
        return await run_in_metered_thread(self._utterance, content, sentence, tokens)

    async def _request(self, sentence: str, tokens: Sequence[NormalizedToken], audio: Mapping[str, Any]) -> bytes:
        text = marked_text(tokens) if self._name.family in MARKED else spoken_text(tokens)
        body: dict[str, Any] = {
            "input": {"ssml" if self._name.family in MARKED else "text": text},
            "voice": {"languageCode": self._name.language, "name": self.voice},
            "audioConfig": audio,
        }
        if self._name.family in MARKED:
            body["enableTimePointing"] = ["SSML_MARK"]
        used = {"character": len(_MARK.sub("", text))}

        async def call(_: str) -> PaidResponse:
            content = await self._api.post("/v1beta1/text:synthesize", _Speech, body=body)
            await run_in_metered_thread(self._sound, content, sentence)  # what is no sound is not kept
            return PaidResponse(content, used)

        return await self._gate.call_paid(
            service=SERVICE,
            item=self._name.family,
            max_usage=used,
            name=str(next(self._numbers)),
            content=f"{self.voice} {audio} {text}",
            call=call,
        )

    def _sound(self, content: bytes, sentence: str) -> tuple[_Speech, Samples, int]:
        speech = self._api.parse(content, _Speech)
        return speech, *decode_sound(speech.audioContent, sentence, hint=FORMAT_HINT)

    def _utterance(self, content: bytes, sentence: str, tokens: Sequence[NormalizedToken]) -> Utterance:
        speech, samples, rate = self._sound(content, sentence)
        events = _events(speech.timepoints, tokens)
        return trimmed(Utterance(rate, samples, *spans_or_aligned(events, samples, rate, tokens)))


def marked_text(tokens: Sequence[NormalizedToken]) -> str:
    """Return what is spoken as SSML, with a mark before each word that bears the number of its token."""
    words = (f'<mark name="{index}"/>{escape(token.spoken)}' for index, token in enumerate(tokens) if token.spoken)
    return f"<speak>{' '.join(words)}</speak>"


def _events(timepoints: JsonValue, tokens: Sequence[NormalizedToken]) -> list[Event]:
    """Return the start of each marked token; none where what came are no times of these marks."""
    try:
        timed = TypeAdapter(list[_Timepoint]).validate_python(timepoints)
    except ValidationError:
        return []
    lengths = (len(token.spoken) + 1 if token.spoken else 0 for token in tokens)
    places = list(itertools.accumulate(lengths, initial=0))
    if not all(0 <= timepoint.markName < len(tokens) for timepoint in timed):
        return []
    return [(places[timepoint.markName], timepoint.timeSeconds) for timepoint in timed]


def google_api(base_url: str, key: SecretStr) -> SpeechApi:
    """Return the service at an address."""
    return SpeechApi(
        name="Google Text-to-Speech",
        base_url=base_url,
        key=key,
        key_header="x-goog-api-key",  # in a header: what stands in an address is written into logs
        key_hint="Set YTEMPIRE_SPEECH__GOOGLE_API_KEY, or the channel's own key (ytempire voices set-key), to one of a"
        " project with the Text-to-Speech API.",
        refusals={
            **dict.fromkeys(("API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED", "SERVICE_DISABLED"), "key"),
            **dict.fromkeys(("UNAUTHENTICATED", "PERMISSION_DENIED"), "key"),
            "BILLING_DISABLED": "credit",
            "VOICE_NOT_FOUND": "voice",
            "RESOURCE_EXHAUSTED": "busy",
        },
        read_error=_read_error,
    )


def _read_error(document: Any) -> ErrorDetail:
    """The reason, which is more precise, stands among the details. An unknown voice has no code of its own."""
    error = document["error"]
    message = str(error.get("message", ""))
    reasons = {str(detail["reason"]) for detail in error.get("details", []) if "reason" in detail}
    if re.search(r"\bvoice\b.*\b(does not exist|not found)\b", message, re.IGNORECASE):
        reasons.add("VOICE_NOT_FOUND")
    return ErrorDetail(frozenset(reasons) or frozenset({str(error.get("status", ""))}), message)


async def list_google_voices(api: SpeechApi, language: str = "en") -> list[OfferedVoice]:
    """Return the voices of a language and of its countries. Costs nothing."""
    listed = await api.get("/v1/voices", _Voices, params={"languageCode": language})
    return [
        OfferedVoice(voice.name, voice.ssmlGender.lower(), family_of(voice.name), ", ".join(voice.languageCodes))
        for voice in listed.voices
    ]
