"""Paid calls over real HTTP: what they cost, how they fail, and that no limit is passed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from tests.costs.factories import cost_context, gate
from tests.production.openai_server import REFUSAL, SLOW_S, Provider, provider
from ytempire.channels.persona import VoiceChoice
from ytempire.costs import prices, queries
from ytempire.costs.errors import BudgetExceeded, PriceMissing
from ytempire.costs.models import CostLine, Price
from ytempire.costs.service import CostContext
from ytempire.kit.database import Sessions
from ytempire.kit.errors import AnswerUnusable, OutcomeUnknown, PermanentError, RetryableError
from ytempire.production.script.completions import Completion, LanguageModel
from ytempire.production.script.draft import DRAFT_SCHEMA
from ytempire.production.script.openai_model import SERVICE, configured_model
from ytempire.settings import LanguageModel as ModelSettings
from ytempire.settings import Speech
from ytempire.studio.voice.engine_factory import create_engine
from ytempire.studio.voice.errors import VoiceUnavailable

MODEL = "house-model"
SECRET = "sk-very-secret"


@pytest.fixture
def paid() -> Iterator[Provider]:
    with provider() as running:
        running.answers = ["x" * 400]
        yield running


async def price(platform: Sessions, service: str, item: str, **units: str) -> None:
    async with platform.begin() as session:
        for unit, amount in units.items():
            await prices.set_price(
                session, service=service, item=item, unit=unit, usd_per_unit=Decimal(amount), source="test"
            )


async def model_for(
    platform: Sessions, paid: Provider, by: CostContext, *, timeout: timedelta = timedelta(seconds=30)
) -> LanguageModel:
    await price(platform, SERVICE, MODEL, input_token="0.000001", output_token="0.000004")
    settings = ModelSettings(base_url=paid.url, api_key=SecretStr(SECRET), model=MODEL, timeout=timeout)
    model = await configured_model(settings, gate(platform, by))
    assert model is not None
    return model


async def ledger(platform: Sessions, by: CostContext) -> list[CostLine]:
    async with platform() as session:
        return await queries.list_ledger(session, by.video_id)


class TestLanguageModel:
    async def test_language_model_call_costs_tokens_counted_by_provider(
        self, platform: Sessions, paid: Provider
    ) -> None:
        by = cost_context(step="script")
        model = await model_for(platform, paid, by)
        answer = await model.complete(system="s" * 40, user="u" * 360, max_output_tokens=1000)
        assert answer == Completion(text="x" * 400)
        [line] = await ledger(platform, by)
        assert line.usage == {"input_token": "100", "output_token": "100"}
        assert line.amount_usd == Decimal("0.000500")
        assert len(str(paid.keys[0])) == 40
        assert paid.authorizations == [f"Bearer {SECRET}"]

    @pytest.mark.parametrize(
        ("failure", "error", "outcome"),
        [
            (429, RetryableError, "failure"),
            (500, RetryableError, "failure"),
            (503, RetryableError, "failure"),
            (400, PermanentError, "failure"),
            (401, PermanentError, "failure"),
            ("drop", OutcomeUnknown, "unknown"),
        ],
    )
    async def test_language_model_failure_has_hint_and_cost_line(
        self,
        platform: Sessions,
        paid: Provider,
        caplog: pytest.LogCaptureFixture,
        failure: str | int,
        error: type[Exception],
        outcome: str,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        by = cost_context(step="script")
        model = await model_for(platform, paid, by)
        paid.script = [failure]
        with pytest.raises(error) as raised:
            await model.complete(system="s", user="u", max_output_tokens=1000)
        [line] = await ledger(platform, by)
        assert line.outcome == outcome
        assert (line.amount_usd > Decimal("0.004")) == (outcome == "unknown")  # the bound: 1000 output tokens and more
        assert len(paid.calls) == 1  # the client itself repeats nothing
        assert SECRET not in caplog.text + str(raised.value)

    async def test_language_model_sends_strict_schema_as_response_format(
        self, platform: Sessions, paid: Provider
    ) -> None:
        by = cost_context(step="script")
        model = await model_for(platform, paid, by)
        await model.complete(system="s", user="u", max_output_tokens=1000, answer_schema=DRAFT_SCHEMA)
        [call] = paid.calls
        assert call["response_format"] == {
            "type": "json_schema",
            "json_schema": {"name": "script", "strict": True, "schema": DRAFT_SCHEMA},
        }
        assert call["messages"][0]["content"] == "s"
        assert len(await ledger(platform, by)) == 1

    async def test_language_model_without_response_format_is_asked_with_schema_in_prompt(
        self, platform: Sessions, paid: Provider
    ) -> None:
        by = cost_context(step="script")
        model = await model_for(platform, paid, by)
        paid.takes_response_format = False
        for user in ("first", "second"):
            answer = await model.complete(system="s", user=user, max_output_tokens=1000, answer_schema=DRAFT_SCHEMA)
            assert answer.text == "x" * 400
        assert ["response_format" in call for call in paid.calls] == [True, False, False]  # it is not tried again
        assert '"source_sentence"' in paid.calls[1]["messages"][0]["content"]
        lines = await ledger(platform, by)
        assert sorted((line.outcome, line.amount_usd > 0) for line in lines) == [
            ("failure", False),
            ("success", True),
            ("success", True),
        ]

    async def test_language_model_other_400_is_not_asked_again(self, platform: Sessions, paid: Provider) -> None:
        model = await model_for(platform, paid, cost_context(step="script"))
        paid.script = [400]
        with pytest.raises(PermanentError, match="status 400"):
            await model.complete(system="s", user="u", max_output_tokens=10, answer_schema=DRAFT_SCHEMA)
        assert len(paid.calls) == 1

    @pytest.mark.parametrize(
        ("behaviour", "completion"),
        [
            ("refusal", Completion(text="", refusal=REFUSAL)),
            ("length", Completion(text="x" * 200, finish_reason="length")),
            ("content_filter", Completion(text="", finish_reason="content_filter")),
        ],
    )
    async def test_language_model_says_why_answer_ended_and_costs_what_it_used(
        self, platform: Sessions, paid: Provider, behaviour: str, completion: Completion
    ) -> None:
        by = cost_context(step="script")
        model = await model_for(platform, paid, by)
        paid.script = [behaviour]
        for _ in range(2):  # the second time from the store: what was paid for is not paid for again
            assert await model.complete(system="s", user="u", max_output_tokens=10) == completion
        [line] = await ledger(platform, by)
        written = len(completion.refusal or completion.text) // 4
        assert (line.outcome, line.usage["output_token"]) == ("success", str(written))
        assert len(paid.calls) == 1

    @pytest.mark.parametrize(("behaviour", "message"), [("html", "no JSON but a text"), ("broken", "broken JSON")])
    async def test_language_model_body_that_is_no_answer_is_permanent_and_paid_at_bound(
        self, platform: Sessions, paid: Provider, behaviour: str, message: str
    ) -> None:
        by = cost_context(step="script")
        model = await model_for(platform, paid, by)
        paid.script = [behaviour]
        with pytest.raises(AnswerUnusable, match=message) as raised:
            await model.complete(system="s", user="u", max_output_tokens=1000)
        assert "address" in str(raised.value.hint)
        [line] = await ledger(platform, by)
        assert (line.outcome, line.usage["output_token"]) == ("success", "1000")

    async def test_language_model_answer_with_unstorable_characters_is_stored(
        self, platform: Sessions, paid: Provider
    ) -> None:
        model = await model_for(platform, paid, cost_context(step="script"))
        paid.answers = ["bees\x00 and \ud83d honey"]
        answer = await model.complete(system="s", user="u", max_output_tokens=10)
        assert answer.text == "bees and ? honey"

    async def test_language_model_too_slow_has_unknown_outcome(self, platform: Sessions, paid: Provider) -> None:
        by = cost_context(step="script")
        model = await model_for(platform, paid, by, timeout=timedelta(seconds=SLOW_S / 3))
        paid.script = ["slow"]
        with pytest.raises(OutcomeUnknown, match="in time"):
            await model.complete(system="s", user="u", max_output_tokens=1000)
        [line] = await ledger(platform, by)
        assert line.outcome == "unknown"
        assert line.amount_usd > Decimal("0.004")

    async def test_language_model_more_tokens_are_another_request(self, platform: Sessions, paid: Provider) -> None:
        model = await model_for(platform, paid, cost_context(step="script"))
        paid.script = ["length"]
        assert (await model.complete(system="s", user="u", max_output_tokens=10)).finish_reason == "length"
        assert (await model.complete(system="s", user="u", max_output_tokens=20)).finish_reason == "stop"

    async def test_language_model_unreachable_costs_zero(self, platform: Sessions, paid: Provider) -> None:
        by = cost_context(step="script")
        await model_for(platform, paid, by)
        settings = ModelSettings(base_url="http://127.0.0.1:9/v1", api_key=SecretStr(SECRET), model=MODEL)
        model = await configured_model(settings, gate(platform, by))
        assert model is not None
        with pytest.raises(RetryableError, match="cannot be reached"):
            await model.complete(system="s", user="u", max_output_tokens=10)
        [line] = await ledger(platform, by)
        assert (line.outcome, line.amount_usd) == ("failure", 0)

    async def test_language_model_429_carries_retry_delay(self, platform: Sessions, paid: Provider) -> None:
        model = await model_for(platform, paid, cost_context(step="script"))
        paid.script = [429]
        with pytest.raises(RetryableError) as raised:
            await model.complete(system="s", user="u", max_output_tokens=10)
        assert raised.value.after_s == 7

    async def test_language_model_call_over_budget_is_not_made(self, platform: Sessions, paid: Provider) -> None:
        by = cost_context(step="script")
        model = await model_for(platform, paid, by)
        with pytest.raises(BudgetExceeded):
            await model.complete(system="s", user="u", max_output_tokens=750_001)
        assert paid.calls == []

    async def test_language_model_without_price_is_not_called(self, platform: Sessions, paid: Provider) -> None:
        settings = ModelSettings(base_url=paid.url, api_key=SecretStr(SECRET), model=f"unheard-of-{uuid4()}")
        with pytest.raises(PriceMissing, match="is not known") as raised:
            await configured_model(settings, gate(platform, cost_context()))
        assert "ytempire costs price set" in str(raised.value.hint)
        assert paid.calls == []

    async def test_language_model_known_price_is_from_public_list(self, platform: Sessions, paid: Provider) -> None:
        settings = ModelSettings(base_url=paid.url, api_key=SecretStr(SECRET), model="gpt-4o-mini")
        for _ in range(2):
            assert await configured_model(settings, gate(platform, cost_context()))
        async with platform() as session:
            rows = list(await session.scalars(select(Price).where(Price.item == "gpt-4o-mini").order_by(Price.unit)))
        # 0.15 and 0.60 dollars a million tokens, OpenAI's published prices
        assert [(row.unit, row.usd_per_unit) for row in rows] == [
            ("input_token", Decimal("0.00000015")),
            ("output_token", Decimal("0.0000006")),
        ]

    async def test_configured_model_without_settings_is_none(self, platform: Sessions) -> None:
        assert await configured_model(ModelSettings(), gate(platform, cost_context())) is None


class TestSpeech:
    async def test_speech_call_costs_characters_and_aligns_words(
        self, platform: Sessions, paid: Provider, tmp_path: Path
    ) -> None:
        by = cost_context()
        await price(platform, "speech", "tts-house", character="0.000015")
        settings = Speech(base_url=paid.url, api_key=SecretStr(SECRET), model="tts-house")
        engine = create_engine(VoiceChoice(engine="openai"), settings, gate(platform, by), models=tmp_path)
        [utterance] = await engine.speak(["Light needs time"], words_per_minute=160)
        assert utterance.timing == "aligned"
        assert [span.token for span in utterance.words] == [0, 1, 2]
        assert all(before.start_s < after.start_s for before, after in pairwise(utterance.words))
        [line] = await ledger(platform, by)
        assert line.usage == {"character": "16"}
        assert line.amount_usd == Decimal("0.000240")

    def test_voice_engine_not_configured_names_setting(self, platform: Sessions, tmp_path: Path) -> None:
        closed = gate(platform, cost_context())
        with pytest.raises(VoiceUnavailable) as raised:
            create_engine(VoiceChoice(engine="openai"), Speech(), closed, models=tmp_path)
        assert "YTEMPIRE_SPEECH__API_KEY" in str(raised.value.hint)
        with pytest.raises(VoiceUnavailable) as raised:
            create_engine(VoiceChoice(engine="piper"), Speech(), closed, models=tmp_path)
        assert "YTEMPIRE_SPEECH__PIPER_VOICE" in str(raised.value.hint)
