"""The script step with a language model over real HTTP: what it writes, falls back to, says and costs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.costs.factories import cost_context, gate
from tests.production.openai_server import REFUSAL, SLOW_S, Provider, provider
from tests.production.script.model_answers import INVENTED, TITLES, answer
from tests.production.script.texts import PERSONA, bees
from ytempire.channels.strategy import Strategy
from ytempire.channels.template_settings import TemplateSettings
from ytempire.channels.templates import TemplateText
from ytempire.costs import prices, queries
from ytempire.costs.errors import BudgetExceeded
from ytempire.costs.models import CostLine
from ytempire.embeddings.embedding import Embedder
from ytempire.kit.database import Sessions
from ytempire.kit.errors import AnswerUnusable, OutcomeUnknown, RetryableError, YtempireError
from ytempire.production.run_options import Options
from ytempire.production.script.extractive import WRITER, write
from ytempire.production.script.openai_model import SERVICE
from ytempire.production.script.scoring import PASSING
from ytempire.production.steps import script as script_step
from ytempire.production.steps import script_review
from ytempire.production.steps.base import StepContext
from ytempire.production.template_rendering import TemplateSnapshot
from ytempire.settings import LanguageModel, Settings
from ytempire.studio.script_document import Script

MODEL, SECRET = "house-model", "sk-very-secret"
INPUT_USD, OUTPUT_USD = Decimal("0.000001"), Decimal("0.000004")


@pytest.fixture(scope="module")
def good(embedder: Embedder) -> Script:
    return write(bees(), seconds=60, persona=PERSONA, embed=embedder.embed)


@pytest.fixture
def service(good: Script) -> Iterator[Provider]:
    with provider() as running:
        running.answers = [answer(good, bees())]
        yield running


@pytest.fixture
async def context(platform: Sessions, service: Provider, embedder: Embedder, tmp_path: Path) -> StepContext:
    async with platform.begin() as session:
        for unit, amount in (("input_token", INPUT_USD), ("output_token", OUTPUT_USD)):
            await prices.set_price(session, service=SERVICE, item=MODEL, unit=unit, usd_per_unit=amount, source="test")
    by = cost_context(step="script")
    (tmp_path / "source.json").write_text(bees().model_dump_json())
    model = LanguageModel(
        base_url=service.url, api_key=SecretStr(SECRET), model=MODEL, timeout=timedelta(seconds=SLOW_S / 2)
    )
    return StepContext(
        run_id=by.run_id,
        video_id=by.video_id,
        channel_id=by.channel_id,
        options=Options(seconds=60),
        source_name="bees.md",
        source_sha256=bees().sha256,
        persona=PERSONA,
        strategy=Strategy(),
        template_snapshot=None,
        settings=Settings().model_copy(update={"language_model": model}),
        sessions=platform,
        gate=gate(platform, by),
        embedder=embedder,
        work=tmp_path,
        models=tmp_path,
        inputs={"source.json": tmp_path / "source.json", "script.json": tmp_path / "script.json"},
        progress=lambda _: None,
    )


async def ledger(context: StepContext) -> list[CostLine]:
    async with context.sessions() as session:
        return await queries.list_ledger(session, context.video_id)


def cost_of(service: Provider, text: str) -> Decimal:
    """What the last call costs, by the tokens that the server counts."""
    prompt = sum(len(message["content"]) for message in service.calls[-1]["messages"]) // 4
    return prompt * INPUT_USD + len(text) // 4 * OUTPUT_USD


async def test_script_of_model_keeps_titles_and_source_sentences(context: StepContext, service: Provider) -> None:
    result = await script_step.act(context)
    assert result.provider == MODEL
    assert result.evidence["model_fallback"] is None
    assert result.evidence["model"]["name"] == MODEL
    assert result.evidence["model"]["title_candidates"] == list(TITLES)
    assert result.evidence["model"]["title_is_of_source"] is False
    assert result.video["title"] == TITLES[0]
    assert [attempt["outcome"] for attempt in result.evidence["model"]["attempts"]] == ["passed"]
    script = context.read("script.json", Script)
    assert all(line.source_sentence for line in script.lines if line.role != "sign_off")
    [line] = await ledger(context)
    assert line.amount_usd == cost_of(service, service.answers[0])
    review = await script_review.act(context)
    assert review.refusals == ()
    assert review.evidence["score"] >= PASSING


async def test_script_of_model_is_improved_and_each_attempt_is_in_ledger(
    context: StepContext, service: Provider, good: Script
) -> None:
    poor = answer(good, bees(), body=[INVENTED] * 3)
    service.answers = ["{broken", poor, poor, answer(good, bees())]
    service.script = ["ok", "length"]
    result = await script_step.act(context)
    attempts = result.evidence["model"]["attempts"]
    assert [attempt["outcome"] for attempt in attempts] == ["unreadable", "truncated", "below_mark", "passed"]
    assert attempts[2]["score"] < PASSING <= attempts[3]["score"]
    assert "Jupiter" in attempts[2]["reason"] or "99,000" in attempts[2]["reason"]
    assert result.evidence["drafts"] == len(service.calls) == 4
    written = ["{broken", poor[: len(poor) // 2], poor, service.answers[-1]]
    prompts = [sum(len(message["content"]) for message in call["messages"]) // 4 for call in service.calls]
    costs = [prompt * INPUT_USD + len(text) // 4 * OUTPUT_USD for prompt, text in zip(prompts, written, strict=True)]
    lines = await ledger(context)
    assert sorted(line.amount_usd for line in lines) == sorted(costs)
    assert {line.outcome for line in lines} == {"success"}


@pytest.mark.parametrize(
    ("behaviour", "outcomes", "reason"),
    [
        (["refusal"], ["refused"], REFUSAL),
        (["content_filter"], ["filtered"], "content filter"),
        (["length"] * 4, ["truncated"] * 4, "cut at the limit"),
    ],
)
async def test_script_without_usable_answer_is_extractive_and_says_why(
    context: StepContext, service: Provider, good: Script, behaviour: list[str], outcomes: list[str], reason: str
) -> None:
    service.script = list(behaviour)
    result = await script_step.act(context)
    assert result.provider == WRITER
    assert context.read("script.json", Script) == good
    assert reason in result.evidence["model_fallback"]
    assert result.evidence["model_fallback"].startswith(f"{MODEL} gave no usable script in ")
    assert [attempt["outcome"] for attempt in result.evidence["model"]["attempts"]] == outcomes
    lines = await ledger(context)
    assert len(lines) == len(service.calls) == len(outcomes)
    assert all(line.amount_usd > 0 for line in lines)


@pytest.mark.parametrize("broken", ["{not json", "I would rather talk about the weather."])
async def test_script_of_broken_json_is_extractive(context: StepContext, service: Provider, broken: str) -> None:
    service.answers = [broken]
    result = await script_step.act(context)
    assert result.provider == WRITER
    assert "in 4 attempts: Its answer could not be read" in result.evidence["model_fallback"]
    assert len(await ledger(context)) == 4


async def test_script_below_mark_is_extractive_and_says_score(
    context: StepContext, service: Provider, good: Script
) -> None:
    service.answers = [answer(good, bees(), body=[INVENTED] * 20)]
    result = await script_step.act(context)
    assert result.provider == WRITER
    assert f"The best of 4 drafts of {MODEL} scores 0." in result.evidence["model_fallback"]
    assert "0.75 is needed" in result.evidence["model_fallback"]


async def test_script_of_service_without_response_format_is_the_models(context: StepContext, service: Provider) -> None:
    service.takes_response_format = False
    result = await script_step.act(context)
    assert result.provider == MODEL
    assert sorted(line.outcome for line in await ledger(context)) == ["failure", "success"]


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [(429, RetryableError), (503, RetryableError), ("slow", OutcomeUnknown), ("html", AnswerUnusable)],
)
async def test_script_with_failing_service_fails_as_its_error_says(
    context: StepContext, service: Provider, behaviour: str | int, error: type[YtempireError]
) -> None:
    """What may pass is tried again by the run, also after the last try; what was answered before is not paid again."""
    service.answers = ["{broken", service.answers[0]]
    service.script = ["ok", behaviour]
    with pytest.raises(error):
        await script_step.act(context)
    assert not (context.work / "script.json").exists()
    again = replace(context, gate=replace(context.gate, cost_context=replace(context.gate.cost_context, attempt=2)))
    result = await script_step.act(again)
    assert result.provider == MODEL
    assert [attempt["outcome"] for attempt in result.evidence["model"]["attempts"]] == ["unreadable", "passed"]
    assert len(service.calls) == 3


async def test_script_over_budget_is_not_written_by_other_means(context: StepContext, service: Provider) -> None:
    async with context.sessions.begin() as session:
        await prices.set_price(
            session, service=SERVICE, item=MODEL, unit="output_token", usd_per_unit=Decimal(1), source="test"
        )
    with pytest.raises(BudgetExceeded):
        await script_step.act(context)
    assert service.calls == []


async def test_script_without_model_says_nothing_of_one(context: StepContext, service: Provider) -> None:
    result = await script_step.act(replace(context, settings=Settings()))
    assert result.provider == WRITER
    assert result.evidence["model"] is None
    assert result.evidence["model_fallback"] is None
    assert service.calls == []


def with_script_template(context: StepContext) -> StepContext:
    settings = TemplateSettings(script_template="Begin with a question.")
    snapshot = TemplateSnapshot(text=TemplateText(), settings=settings, channel="Bees", date="2026-12-01")
    return replace(context, template_snapshot=snapshot)


async def test_script_template_is_sent_to_model(context: StepContext, service: Provider) -> None:
    result = await script_step.act(with_script_template(context))
    assert (result.provider, result.evidence["template_fallback"], result.warnings) == (MODEL, None, ())
    assert "Begin with a question." in service.calls[0]["messages"][-1]["content"]


async def test_script_template_without_model_is_not_followed_and_run_says_so(context: StepContext) -> None:
    result = await script_step.act(replace(with_script_template(context), settings=Settings()))
    assert result.provider == WRITER
    assert "the extractive writer takes sentences of the source as they are" in result.evidence["template_fallback"]
    assert result.warnings == (f"Script template: {result.evidence['template_fallback']}",)


async def test_script_evidence_has_no_key(context: StepContext, service: Provider) -> None:
    service.script = ["refusal"]
    result = await script_step.act(context)
    assert SECRET not in json.dumps(dict(result.evidence))
