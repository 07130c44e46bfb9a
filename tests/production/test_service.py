"""Ordering, cancelling and retrying runs."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import procrastinate
import pytest
from sqlalchemy import func, select, text, update

from tests.production.factories import ARTICLE, start
from ytempire.channels import service as channels
from ytempire.channels import templates
from ytempire.channels.models import Channel, Template
from ytempire.channels.template_settings import TemplateSettings, VisualSettings, VoiceSettings
from ytempire.channels.templates import TemplateText
from ytempire.kit.database import Sessions
from ytempire.kit.errors import Conflict, InvalidInput
from ytempire.kit.storage import ObjectStore
from ytempire.production import queries, service
from ytempire.production.errors import IdempotencyMismatch, RunNotFound, WrongState
from ytempire.production.models import Run
from ytempire.production.run_options import Options
from ytempire.production.service import StartedRun
from ytempire.production.step_leases.claim import claim_step, heartbeat
from ytempire.production.step_leases.settlement import ResourceUsage, settle_later
from ytempire.production.steps.sequence import STEPS
from ytempire.settings import Worker
from ytempire.studio.voice.errors import VoiceUnavailable

NAMES = [step.name for step in STEPS]
LEASE = Worker().lease_duration
SPANISH = (
    "# La sal del mar\n\nEl agua de un río parece dulce porque su sal es poquísima. En el mar hay unos 35 g por litro. "
    "El sol evapora el agua, pero la sal no se evapora. La nube se va dulce y la sal se queda.\n\nLos ríos llevan sal "
    "desde hace millones de años. Cada litro arrastra un poco de las rocas por las que pasa. En el mar Muerto hay unos "
    "340 g, porque de él no sale ningún río. Los peces beben esa agua y expulsan la sal por las branquias."
).encode()


async def jobs_waiting(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        rows = await session.execute(
            text("SELECT args ->> 'step' FROM jobs.procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        )
        return [row[0] for row in rows]


async def create_template(sessions: Sessions, **settings: Any) -> UUID:
    async with sessions.begin() as session:
        row = await templates.create_template(
            session, "House", TemplateText(), TemplateSettings(**settings), shared=False
        )
        return row.id


def of(template_id: UUID) -> Options:
    """An order that leaves everything else to the template."""
    return Options(template_id=template_id)


async def stored_request(sessions: Sessions, started: StartedRun) -> dict[str, Any]:
    async with sessions() as session:
        return (await session.get_one(Run, started.id)).request


class TestStartRun:
    async def test_start_run_creates_run_video_steps_and_job_together(
        self,
        sessions: Sessions,
        queue: procrastinate.App,
        store: ObjectStore,
    ) -> None:
        started = await start(sessions, queue, store, options=Options(seconds=45, format="9:16"))
        async with sessions() as session:
            run = await queries.get_run(session, started.id)
        assert (run.status, run.title, run.format, run.requested_seconds) == (
            "pending",
            "Why the night sky is dark",
            "9:16",
            45,
        )
        assert [step.name for step in run.steps] == NAMES
        assert {step.status for step in run.steps} == {"pending"}
        assert await jobs_waiting(sessions) == ["research"]

    async def test_start_run_rolled_back_leaves_no_job(
        self,
        sessions: Sessions,
        queue: procrastinate.App,
        store: ObjectStore,
    ) -> None:
        source = service.store_source(store, ARTICLE, name="sky.md")
        with pytest.raises(ZeroDivisionError):
            async with sessions.begin() as session:
                channel = (await channels.list_channels(session))[0]
                await service.start_run(session, queue, channel=channel, source=source, options=Options())
                raise ZeroDivisionError
        assert await jobs_waiting(sessions) == []

    async def test_start_run_twice_with_allow_duplicate_makes_two_videos(
        self,
        sessions: Sessions,
        queue: procrastinate.App,
        store: ObjectStore,
    ) -> None:
        first, second = await start(sessions, queue, store), await start(sessions, queue, store)
        assert first.id != second.id
        assert first.video_id != second.video_id

    async def test_start_run_same_idempotency_key_concurrently_is_one_run(
        self,
        sessions: Sessions,
        queue: procrastinate.App,
        store: ObjectStore,
    ) -> None:
        started = await asyncio.gather(*(start(sessions, queue, store, key="order 1") for _ in range(6)))
        assert len({one.id for one in started}) == 1
        assert sum(one.is_new for one in started) == 1
        assert await jobs_waiting(sessions) == ["research"]

    @pytest.mark.parametrize(
        "changed", [{"text": ARTICLE + b"\nOne more line of text."}, {"options": Options(seconds=30)}]
    )
    async def test_start_run_other_request_with_same_key_is_refused(
        self,
        sessions: Sessions,
        queue: procrastinate.App,
        store: ObjectStore,
        changed: dict[str, object],
    ) -> None:
        await start(sessions, queue, store, key="order 1")
        with pytest.raises(IdempotencyMismatch, match="used before with another request"):
            await start(sessions, queue, store, key="order 1", **changed)  # type: ignore[arg-type]

    async def test_start_run_with_template_stores_merged_persona_and_length(
        self, sessions: Sessions, queue: procrastinate.App, store: ObjectStore
    ) -> None:
        template_id = await create_template(
            sessions,
            seconds=45,
            voice_settings=VoiceSettings(engine="espeak", voice="en-us+Reed", words_per_minute=140),
            visual_settings=VisualSettings(motif="waves"),
        )
        request = await stored_request(sessions, await start(sessions, queue, store, options=of(template_id)))
        assert request["persona"]["voice"] | {"pitch": 0} == {
            "engine": "espeak", "voice": "en-us+Reed", "words_per_minute": 140, "pitch": 0, "style": None
        }  # fmt: skip
        assert request["persona"]["brand"]["motif"] == "waves"
        assert request["options"]["seconds"] == 45
        assert request["template"]["settings"]["seconds"] == 45

    async def test_start_run_with_length_and_voice_overrules_template(
        self, sessions: Sessions, queue: procrastinate.App, store: ObjectStore
    ) -> None:
        voice = VoiceSettings(engine="espeak", voice="en-us+Reed")
        template_id = await create_template(sessions, seconds=45, voice_settings=voice)
        options = Options(template_id=template_id, seconds=60, voice="en-us+Andy")
        request = await stored_request(sessions, await start(sessions, queue, store, options=options))
        assert (request["options"]["seconds"], request["options"]["voice"]) == (60, "en-us+Andy")

    async def test_start_run_unknown_voice_of_template_is_refused(
        self, sessions: Sessions, queue: procrastinate.App, store: ObjectStore
    ) -> None:
        voice = VoiceSettings(engine="espeak", voice="xx-nobody")
        template_id = await create_template(sessions, voice_settings=voice)
        with pytest.raises(VoiceUnavailable):
            await start(sessions, queue, store, options=of(template_id))

    async def test_start_run_same_key_after_template_length_changed_returns_same_run(
        self, sessions: Sessions, queue: procrastinate.App, store: ObjectStore
    ) -> None:
        template_id = await create_template(sessions, seconds=45)
        first = await start(sessions, queue, store, options=of(template_id), key="order 1")
        async with sessions.begin() as session:
            await session.execute(update(Template).values(seconds=90))
        again = await start(sessions, queue, store, options=of(template_id), key="order 1")
        assert (again.id, again.is_new) == (first.id, False)
        with pytest.raises(IdempotencyMismatch):
            await start(sessions, queue, store, options=Options(template_id=template_id, seconds=45), key="order 1")

    async def test_start_run_on_paused_channel_is_refused(
        self,
        sessions: Sessions,
        queue: procrastinate.App,
        store: ObjectStore,
    ) -> None:
        async with sessions.begin() as session:
            await session.execute(update(Channel).values(status="paused"))
        with pytest.raises(Conflict, match="is paused"):
            await start(sessions, queue, store)

    async def test_start_run_with_unknown_voice_is_refused(
        self, sessions: Sessions, queue: procrastinate.App, store: ObjectStore
    ) -> None:
        with pytest.raises(VoiceUnavailable, match="no voice"):
            await start(sessions, queue, store, options=Options(voice="xx-nobody"))
        assert await jobs_waiting(sessions) == []

    async def test_start_run_of_spanish_text_makes_video_in_spanish(
        self, sessions: Sessions, queue: procrastinate.App, store: ObjectStore
    ) -> None:
        started = await start(sessions, queue, store, text=SPANISH)
        async with sessions.begin() as session:
            video = await queries.get_video(session, started.video_id)
        assert video.language == "es"

    async def test_start_run_keeps_the_language_and_is_the_same_request_with_it(
        self, sessions: Sessions, queue: procrastinate.App, store: ObjectStore
    ) -> None:
        first = await start(sessions, queue, store, key="order 1")
        again = await start(sessions, queue, store, key="order 1", options=Options(language="en"))
        assert (again.id, again.is_new) == (first.id, False)
        async with sessions() as session:
            run = await session.get(Run, first.id)
        assert run is not None
        assert run.request["options"]["language"] == "en"

    async def test_start_run_with_voice_of_other_language_is_refused(
        self, sessions: Sessions, queue: procrastinate.App, store: ObjectStore
    ) -> None:
        with pytest.raises(VoiceUnavailable, match="speaks English, and the text is in Spanish"):
            await start(sessions, queue, store, text=SPANISH, options=Options(voice="en-us+Reed"))
        assert await jobs_waiting(sessions) == []

    async def test_store_source_given_language_overrules_detection(self, store: ObjectStore) -> None:
        assert service.store_source(store, SPANISH, name="mar.md").language == "es"
        assert service.store_source(store, SPANISH, name="mar.md", language="pt").language == "pt"

    async def test_store_source_given_language_that_is_not_made_is_refused(self, store: ObjectStore) -> None:
        with pytest.raises(InvalidInput, match="Videos in German cannot be made yet"):
            service.store_source(store, SPANISH, name="mar.md", language="de")

    async def test_start_run_with_name_that_no_google_voice_has_is_refused(
        self, sessions: Sessions, platform: Sessions, queue: procrastinate.App, store: ObjectStore
    ) -> None:
        async with platform.begin() as session:
            voice = """jsonb_set(definition, '{voice}', '{"engine": "google"}')"""
            await session.execute(text(f"UPDATE core.personas SET definition = {voice}"))
        with pytest.raises(VoiceUnavailable, match="“alloy” is no voice of Google"):
            await start(sessions, queue, store, options=Options(voice="alloy"))

    async def test_store_source_unusable_text_stores_no_object(self, sessions: Sessions, store: ObjectStore) -> None:
        with pytest.raises(InvalidInput):
            service.store_source(store, b"Too short.", name="short.txt")
        assert not store.root.exists()

    async def test_start_run_urgent_job_is_fetched_first(
        self,
        sessions: Sessions,
        queue: procrastinate.App,
        store: ObjectStore,
    ) -> None:
        await start(sessions, queue, store, priority=5)
        urgent = await start(sessions, queue, store, priority=1)
        job = await queue.job_manager.fetch_job(queues=["cpu"], worker_id=await queue.job_manager.register_worker())
        assert job is not None
        assert job.task_kwargs["run_id"] == str(urgent.id)


class TestCancelRun:
    async def test_cancel_run_cancels_pending_steps(
        self, sessions: Sessions, queue: procrastinate.App, store: ObjectStore
    ) -> None:
        started = await start(sessions, queue, store)
        async with sessions.begin() as session:
            await service.cancel_run(session, started.id)
        async with sessions.begin() as session:
            await service.cancel_run(session, started.id)  # twice is no error
            run = await queries.get_run(session, started.id)
        assert run.status == "cancelled"
        assert {step.status for step in run.steps} == {"cancelled"}
        assert run.completed_at is not None

    async def test_cancel_run_with_running_step_settles_at_heartbeat_as_cancelled(
        self,
        sessions: Sessions,
        platform: Sessions,
        queue: procrastinate.App,
        store: ObjectStore,
    ) -> None:
        started = await start(sessions, queue, store)
        async with platform.begin() as session:
            claim = await claim_step(session, started.id, "research", job_id=1, lease_duration=LEASE)
        assert claim is not None
        async with sessions.begin() as session:
            await service.cancel_run(session, started.id)
        async with platform.begin() as session:
            assert await heartbeat(session, claim, 0.5) == "cancelled"
            used = ResourceUsage(seconds=Decimal(1), cpu_seconds=Decimal(2), peak_bytes=3)
            await settle_later(session, queue, claim, used, delay_s=0, reason="stopped")
        async with sessions() as session:
            run = await queries.get_run(session, started.id)
        assert run.steps[0].status == "cancelled"
        assert run.steps[0].cpu_seconds == 2  # what it used is kept

    async def test_cancel_run_that_ended_is_refused(
        self,
        sessions: Sessions,
        queue: procrastinate.App,
        store: ObjectStore,
    ) -> None:
        started = await start(sessions, queue, store)
        async with sessions.begin() as session:
            await session.execute(update(Run).values(status="failed", completed_at=func.now()))
        async with sessions.begin() as session:
            with pytest.raises(WrongState, match="failed already"):
                await service.cancel_run(session, started.id)

    async def test_cancel_run_unknown_id_is_named(self, sessions: Sessions) -> None:
        unknown = uuid4()
        async with sessions.begin() as session:
            with pytest.raises(RunNotFound, match=str(unknown)):
                await service.cancel_run(session, unknown)


class TestRetryRun:
    async def test_retry_run_continues_at_stopped_step(
        self,
        sessions: Sessions,
        queue: procrastinate.App,
        store: ObjectStore,
    ) -> None:
        started = await start(sessions, queue, store)
        async with sessions.begin() as session:
            await service.cancel_run(session, started.id)
        async with sessions.begin() as session:
            assert await service.retry_run(session, queue, started.id) == "research"
        async with sessions() as session:
            run = await queries.get_run(session, started.id)
        assert run.status == "running"
        assert {step.status for step in run.steps} == {"pending"}

    async def test_retry_run_cannot_skip_step(
        self, sessions: Sessions, queue: procrastinate.App, store: ObjectStore
    ) -> None:
        started = await start(sessions, queue, store)
        async with sessions.begin() as session:
            await service.cancel_run(session, started.id)
        async with sessions.begin() as session:
            with pytest.raises(WrongState, match="needs research"):
                await service.retry_run(session, queue, started.id, from_step="voice")
            with pytest.raises(InvalidInput, match="no step “dance”"):
                await service.retry_run(session, queue, started.id, from_step="dance")

    async def test_retry_run_that_is_running_is_refused(
        self,
        sessions: Sessions,
        queue: procrastinate.App,
        store: ObjectStore,
    ) -> None:
        started = await start(sessions, queue, store)
        async with sessions.begin() as session:
            with pytest.raises(WrongState, match="under way"):
                await service.retry_run(session, queue, started.id)


async def test_video_second_active_run_is_refused(
    sessions: Sessions,
    queue: procrastinate.App,
    store: ObjectStore,
) -> None:
    started = await start(sessions, queue, store)
    async with sessions() as session:
        original = await session.scalar(select(Run).where(Run.id == started.id))
        assert original is not None
        session.add(Run(channel_id=original.channel_id, video_id=original.video_id, request=original.request))
        with pytest.raises(Exception, match="runs_active_video_key"):
            await session.flush()
