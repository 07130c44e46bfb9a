"""ElevenLabs and Google Text-to-Speech over real HTTP: word times, what a call costs, and every way of failing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from tests.costs.factories import cost_context, gate
from tests.production.script.texts import PERSONA, bees
from tests.studio.voice.speech_server import (
    HTML,
    KEY,
    Response,
    SpeechServer,
    elevenlabs_error,
    elevenlabs_speech,
    google_error,
    speech_server,
    words_with_starts,
)
from ytempire.channels.persona import VoiceChoice
from ytempire.costs import queries
from ytempire.costs.errors import PriceMissing
from ytempire.costs.models import CostLine
from ytempire.costs.service import CostContext
from ytempire.embeddings.embedding import Embedder
from ytempire.kit.database import Sessions
from ytempire.kit.errors import OutcomeUnknown, PermanentError, RetryableError
from ytempire.production.script.extractive import write
from ytempire.settings import Speech
from ytempire.studio.voice.elevenlabs import list_elevenlabs_voices
from ytempire.studio.voice.engine import Utterance, VoiceEngine
from ytempire.studio.voice.engine_factory import create_engine, elevenlabs_api_of, google_api_of
from ytempire.studio.voice.errors import VoiceUnavailable
from ytempire.studio.voice.google_speech import list_google_voices, marked_text
from ytempire.studio.voice.narration import narrate
from ytempire.studio.voice.speech_api import VoiceGone
from ytempire.studio.voice.text_normalization import NormalizedToken
from ytempire.studio.voice.wav import SoundUnreadable

SENTENCE = "Bees <and> wasps — 20 & more — need warmth."


@dataclass
class Studio:
    """An engine of each kind before the local server, and the ledger of what it spends."""

    server: SpeechServer
    platform: Sessions
    models: Path
    by: CostContext

    def settings(self, **changed: str | SecretStr) -> Speech:
        key = SecretStr(KEY)
        given: dict[str, object] = {
            "elevenlabs_api_key": key,
            "elevenlabs_base_url": self.server.url,
            "google_api_key": key,
            "google_base_url": self.server.url,
        }
        return Speech.model_validate(given | changed)

    def engine(self, name: str, voice: str | None = None, **choice: float) -> VoiceEngine:
        chosen = VoiceChoice.model_validate({"engine": name, "voice": voice, **choice})
        return create_engine(chosen, self.settings(), gate(self.platform, self.by), models=self.models)

    async def speak(self, name: str, voice: str | None = None, *, sentence: str = SENTENCE) -> Utterance:
        [utterance] = await self.engine(name, voice).speak([sentence], words_per_minute=165)
        return utterance

    async def ledger(self) -> list[CostLine]:
        async with self.platform() as session:
            return await queries.list_ledger(session, self.by.video_id)


@pytest.fixture
def studio(platform: Sessions, tmp_path: Path) -> Iterator[Studio]:
    with speech_server() as server:
        yield Studio(server, platform, tmp_path, cost_context())


def starts_of(utterance: Utterance) -> list[float]:
    return [word.start_s for word in utterance.words]


class TestWordTimes:
    @pytest.mark.parametrize(("engine", "voice"), [("elevenlabs", "v1"), ("google", "en-US-Neural2-D")])
    async def test_voice_with_times_has_them_for_each_displayed_token(
        self, studio: Studio, engine: str, voice: str
    ) -> None:
        sentence = "A strong colony eats more than 20 kilograms of honey."
        utterance = await studio.speak(engine, voice, sentence=sentence)
        true = [at for _, at in words_with_starts(sentence.replace("20", "twenty"))]
        assert utterance.timing == "engine"
        assert starts_of(utterance) == pytest.approx(true, abs=0.02)
        assert [word.token for word in utterance.words] == list(range(10))

    @pytest.mark.parametrize("engine", ["elevenlabs", "google"])
    async def test_token_without_sound_has_no_length(self, studio: Studio, engine: str) -> None:
        utterance = await studio.speak(engine, sentence="Bees — and wasps — need warmth.")
        assert utterance.timing == "engine"
        assert utterance.words[1].end_s - utterance.words[1].start_s == pytest.approx(0, abs=0.02)
        assert len(utterance.words) == 7

    @pytest.mark.parametrize("engine", ["elevenlabs", "google"])
    async def test_voice_without_times_is_aligned(self, studio: Studio, engine: str) -> None:
        studio.server.script = ["untimed"]
        utterance = await studio.speak(engine)
        assert utterance.timing == "aligned"
        assert starts_of(utterance) == sorted(starts_of(utterance))

    async def test_times_of_another_text_are_not_believed(self, studio: Studio) -> None:
        document = elevenlabs_speech("Light needs time.")
        document["alignment"]["characters"][0] = "l"
        studio.server.script = [Response(document=document)]
        assert (await studio.speak("elevenlabs", sentence="Light needs time.")).timing == "aligned"

    async def test_times_beyond_the_sound_are_not_believed(self, studio: Studio) -> None:
        document = elevenlabs_speech("Light needs time.")
        document["alignment"]["character_start_times_seconds"][-1] = 900.0
        studio.server.script = [Response(document=document)]
        assert (await studio.speak("elevenlabs", sentence="Light needs time.")).timing == "aligned"

    @pytest.mark.parametrize("voice", ["en-US-Chirp3-HD-Kore", "en-US-Studio-O"])
    async def test_google_voice_without_marks_gets_plain_text(self, studio: Studio, voice: str) -> None:
        assert (await studio.speak("google", voice)).timing == "aligned"
        [(_, _, body)] = studio.server.requests
        assert body["input"].keys() == {"text"}
        assert body["audioConfig"]["speakingRate"] == 1.0
        assert "pitch" not in body["audioConfig"]


class TestRequests:
    async def test_elevenlabs_request_names_voice_model_and_manner(self, studio: Studio) -> None:
        engine = studio.engine("elevenlabs", "a/b", style=0.4)
        await engine.speak(["Light needs time."], words_per_minute=200)
        [(path, query, body)] = studio.server.requests
        assert path == "/v1/text-to-speech/a/b/with-timestamps"
        assert query == {"output_format": ["pcm_24000"]}
        assert body == {
            "text": "Light needs time.",
            "model_id": "eleven_multilingual_v2",
            "voice_settings": {"stability": 0.5, "similarity_boost": 0.75, "style": 0.4, "speed": 1.2},
        }

    async def test_google_request_marks_each_word(self, studio: Studio) -> None:
        engine = studio.engine("google", "en-GB-Neural2-B", pitch=48)
        await engine.speak(["Q&A: 20 bees"], words_per_minute=165)
        [(path, query, body)] = studio.server.requests
        assert (path, query) == ("/v1beta1/text:synthesize", {})  # the key is in no address
        marked = '<speak><mark name="0"/>Q and A: <mark name="1"/>twenty <mark name="2"/>bees</speak>'
        assert body["input"] == {"ssml": marked}
        assert body["voice"] == {"languageCode": "en-GB", "name": "en-GB-Neural2-B"}
        assert body["audioConfig"] == {
            "audioEncoding": "LINEAR16",
            "sampleRateHertz": 24_000,
            "speakingRate": 1.0,
            "pitch": 1.0,
        }

    def test_marked_text_escapes_what_is_markup(self) -> None:
        tokens = [NormalizedToken("<b>&", "<b>&"), NormalizedToken("—", ""), NormalizedToken("2", "two")]
        assert marked_text(tokens) == '<speak><mark name="0"/>&lt;b&gt;&amp; <mark name="2"/>two</speak>'

    async def test_voices_of_elevenlabs_are_listed_over_all_pages(self, studio: Studio) -> None:
        voices = await list_elevenlabs_voices(elevenlabs_api_of(studio.settings()))
        assert [(voice.id, voice.kind, voice.language) for voice in voices] == [
            ("v1", "premade", "en"),
            ("v2", "cloned", ""),
        ]

    async def test_voices_of_google_are_listed_with_their_family(self, studio: Studio) -> None:
        voices = await list_google_voices(google_api_of(studio.settings()))
        assert [(voice.id, voice.kind, voice.language) for voice in voices] == [("en-US-Neural2-D", "Neural2", "en-US")]


class TestCosts:
    @pytest.mark.parametrize(
        ("engine", "voice", "item", "characters", "amount"),
        [
            ("elevenlabs", "v1", "eleven_multilingual_v2", 17, "0.001700"),
            ("google", "en-US-Neural2-D", "Neural2", 32, "0.000512"),  # <speak></speak> is charged, marks are not
            ("google", "en-US-Chirp3-HD-Kore", "Chirp3-HD", 17, "0.000510"),
        ],
    )
    async def test_call_costs_its_characters_by_the_list(
        self, studio: Studio, engine: str, voice: str, item: str, characters: int, amount: str
    ) -> None:
        await studio.speak(engine, voice, sentence="Light needs time.")
        [line] = await studio.ledger()
        assert (line.service, line.item, line.outcome) == (engine, item, "success")
        assert line.usage == {"character": str(characters)}
        assert line.amount_usd == Decimal(amount)

    @pytest.mark.parametrize("engine", ["elevenlabs", "google"])
    async def test_answered_sentence_is_not_paid_twice(self, studio: Studio, engine: str) -> None:
        first, again = await studio.speak(engine), await studio.speak(engine)
        assert len(studio.server.requests) == 1
        assert first.words == again.words

    @pytest.mark.parametrize("engine", ["elevenlabs", "google"])
    async def test_answer_that_is_no_sound_is_paid_for_and_asked_for_anew(self, studio: Studio, engine: str) -> None:
        studio.server.script = ["mp3"]
        with pytest.raises(SoundUnreadable, match="MP3 instead of WAV"):
            await studio.speak(engine)
        for attempt in (2, 3):
            studio.by = replace(studio.by, attempt=attempt)
            assert (await studio.speak(engine)).timing == "engine"
        first, second = await studio.ledger()
        assert first.amount_usd == second.amount_usd > 0

    async def test_voice_of_unknown_price_is_not_called(self, studio: Studio) -> None:
        with pytest.raises(PriceMissing, match="no price for google Wavenet") as raised:
            await studio.speak("google", "en-US-Wavenet-D")
        assert "ytempire costs price set google Wavenet character" in str(raised.value)
        assert studio.server.requests == []


ErrorOf = Callable[..., Response]
BOTH: dict[str, ErrorOf] = {"elevenlabs": elevenlabs_error, "google": google_error}


class TestFailures:
    @pytest.mark.parametrize(
        ("engine", "answer", "error", "words", "outcome"),
        [
            ("elevenlabs", elevenlabs_error(429, "rate_limit_exceeded"), RetryableError, "slow", "failure"),
            ("elevenlabs", elevenlabs_error(429, "concurrent_limit_exceeded"), RetryableError, "slow", "failure"),
            ("elevenlabs", elevenlabs_error(401, "quota_exceeded"), PermanentError, "no credit left", "failure"),
            ("elevenlabs", elevenlabs_error(401, "invalid_api_key"), PermanentError, "accept the key", "failure"),
            ("elevenlabs", elevenlabs_error(404, "voice_not_found"), VoiceGone, "does not have the voice", "failure"),
            ("elevenlabs", elevenlabs_error(400, "voice_not_found"), VoiceGone, "does not have the voice", "failure"),
            ("elevenlabs", Response(422, {"detail": [{"msg": "bad"}]}), PermanentError, "status 422", "failure"),
            ("elevenlabs", Response(500, content=HTML, kind="text/html"), RetryableError, "status 500", "failure"),
            ("elevenlabs", Response(200, content=HTML, kind="text/html"), RetryableError, "web page", "failure"),
            ("elevenlabs", Response(200, content=b"ID3\x04" * 900), PermanentError, "MP3", "failure"),
            ("elevenlabs", Response(200, {"task": "queued"}), PermanentError, "JSON", "failure"),
            ("elevenlabs", "half", OutcomeUnknown, "cut off", "unknown"),
            ("elevenlabs", Response(content=b'{"audio_', declared=900), OutcomeUnknown, "broke", "unknown"),
            ("elevenlabs", "drop", OutcomeUnknown, "may have been served", "unknown"),
            ("elevenlabs", "mp3", SoundUnreadable, "MP3", "success"),
            ("google", google_error(429, "RESOURCE_EXHAUSTED", Retry_After="7"), RetryableError, "slow", "failure"),
            ("google", google_error(503, "UNAVAILABLE"), RetryableError, "status 503", "failure"),
            ("google", google_error(400, "INVALID_ARGUMENT", "API key not valid.", "API_KEY_INVALID"), PermanentError,
             "accept the key", "failure"),
            ("google", google_error(403, "PERMISSION_DENIED", "Not enabled.", "SERVICE_DISABLED"), PermanentError,
             "accept the key", "failure"),
            ("google", google_error(403, "PERMISSION_DENIED", "Billing.", "BILLING_DISABLED"), PermanentError,
             "no credit left", "failure"),
            ("google", google_error(400, "INVALID_ARGUMENT", "Voice 'en-US-Neural2-D' does not exist."), VoiceGone,
             "does not have the voice", "failure"),
            ("google", Response(200, content=HTML, kind="text/html"), RetryableError, "web page", "failure"),
            ("google", "half", OutcomeUnknown, "cut off", "unknown"),
            ("google", "drop", OutcomeUnknown, "may have been served", "unknown"),
            ("google", "mp3", SoundUnreadable, "MP3", "success"),
        ],
    )  # fmt: skip
    async def test_failure_is_ours_and_in_the_ledger(
        self,
        studio: Studio,
        caplog: pytest.LogCaptureFixture,
        engine: str,
        answer: Response | str,
        error: type[Exception],
        words: str,
        outcome: str,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        studio.server.script = [answer]
        with pytest.raises(error, match=words) as raised:
            await studio.speak(engine)
        [line] = await studio.ledger()
        assert line.outcome == outcome
        assert (line.amount_usd > 0) == (outcome != "failure")
        assert len(studio.server.requests) == 1
        assert KEY not in caplog.text + str(raised.value)
        assert isinstance(raised.value, OutcomeUnknown | RetryableError) or raised.value.hint  # type: ignore[attr-defined]

    @pytest.mark.parametrize("engine", ["elevenlabs", "google"])
    async def test_429_carries_the_time_that_the_service_names(self, studio: Studio, engine: str) -> None:
        studio.server.script = [BOTH[engine](429, "RESOURCE_EXHAUSTED", Retry_After="7")]
        with pytest.raises(RetryableError) as raised:
            await studio.speak(engine)
        assert raised.value.after_s == 7

    @pytest.mark.parametrize("engine", ["elevenlabs", "google"])
    async def test_key_in_the_words_of_the_service_is_left_out(self, studio: Studio, engine: str) -> None:
        studio.server.script = [BOTH[engine](401, "UNAUTHENTICATED", f"The key {KEY} is unknown.")]
        with pytest.raises(PermanentError, match="The key … is unknown") as raised:
            await studio.speak(engine)
        assert KEY not in str(raised.value)

    @pytest.mark.parametrize(
        ("engine", "setting"), [("elevenlabs", "elevenlabs_base_url"), ("google", "google_base_url")]
    )
    async def test_service_that_cannot_be_reached_costs_nothing(
        self, studio: Studio, engine: str, setting: str
    ) -> None:
        settings = studio.settings(**{setting: "http://127.0.0.1:9"})
        choice = VoiceChoice.model_validate({"engine": engine})
        voice = create_engine(choice, settings, gate(studio.platform, studio.by), models=studio.models)
        with pytest.raises(RetryableError, match="cannot be reached"):
            await voice.speak([SENTENCE], words_per_minute=165)
        [line] = await studio.ledger()
        assert (line.outcome, line.amount_usd) == ("failure", Decimal(0))


class TestSetUp:
    @pytest.mark.parametrize(
        ("engine", "variable"), [("elevenlabs", "ELEVENLABS_API_KEY"), ("google", "GOOGLE_API_KEY")]
    )
    def test_voice_without_key_names_the_setting(self, studio: Studio, engine: str, variable: str) -> None:
        choice = VoiceChoice.model_validate({"engine": engine})
        with pytest.raises(VoiceUnavailable) as raised:
            create_engine(choice, Speech(), gate(studio.platform, studio.by), models=studio.models)
        assert f"YTEMPIRE_SPEECH__{variable}" in str(raised.value.hint)

    def test_google_voice_of_another_service_is_refused(self, studio: Studio) -> None:
        with pytest.raises(VoiceUnavailable, match="“alloy” is no voice of Google"):
            studio.engine("google", "alloy")

    def test_style_is_refused_for_engine_without_one(self) -> None:
        with pytest.raises(ValidationError, match="the engine google has no style; elevenlabs has one"):
            VoiceChoice(engine="google", style=0.5)


class TestNarration:
    """What a whole script costs: at most its sentences, and the first ones of a voice that is off the pace again."""

    @pytest.mark.parametrize(("words_per_minute", "most"), [(140, 1.0), (200, 1.35)])
    async def test_narration_by_paid_voice_pays_for_sentences_once(
        self, studio: Studio, embedder: Embedder, tmp_path: Path, words_per_minute: int, most: float
    ) -> None:
        script = write(bees(), seconds=40, persona=PERSONA, embed=embedder.embed)
        script = script.model_copy(
            update={"planned_s": script.planned_s * PERSONA.voice.words_per_minute / words_per_minute}
        )
        engine = studio.engine("elevenlabs", "v1")
        narration = await narrate(
            script, words_per_minute=words_per_minute, engine=engine, out_wav=tmp_path / "voice.wav"
        )
        paid = [body["text"] for _, _, body in studio.server.requests if body]
        assert len(script.lines) <= len(paid) <= most * len(script.lines)
        assert [word.line for word in narration.words] == sorted(word.line for word in narration.words)
        assert len({word.line for word in narration.words}) == len(script.lines)
