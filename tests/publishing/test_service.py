"""Ordering a publication, and taking it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from tests.publishing.publisher import Publisher
from ytempire.kit import clock
from ytempire.kit.database import trigger_message
from ytempire.kit.errors import YtempireError
from ytempire.production import video_lifecycle
from ytempire.production.errors import IdempotencyMismatch, WrongState
from ytempire.publishing import leases, service
from ytempire.publishing.automation import CONSENT_VERSION, ConsentRequired, set_automation
from ytempire.publishing.errors import NotPublishable, PublicationNotFound
from ytempire.publishing.service import PublicationRequest
from ytempire.youtube.errors import NotConnected


class TestPublish:
    async def test_publish_same_video_again_returns_same_publication(self, publisher: Publisher) -> None:
        first = await publisher.order(PublicationRequest(privacy="private"), idempotency_key="one")
        for key in ("one", "two", None):
            for order in (PublicationRequest(privacy="private"), PublicationRequest()):
                again = await publisher.order(order, idempotency_key=key)
                assert (again.is_new, again.publication.id) == (False, first.publication.id)
        jobs = publisher.youtube_env.rows(
            "SELECT FROM jobs.procrastinate_jobs WHERE task_name = 'publishing.upload_video'"
        )
        assert len(jobs) == 1

    async def test_publish_with_other_time_moves_publication_before_upload(self, publisher: Publisher) -> None:
        first, second = clock.now() + timedelta(days=1), clock.now() + timedelta(days=2)
        made = (await publisher.order(PublicationRequest(publish_at=first))).publication
        again = (await publisher.order(PublicationRequest(publish_at=second))).publication
        assert (again.id, again.publish_at, publisher.video()[2]) == (made.id, second, second)
        assert (
            await publisher.order(PublicationRequest(next_slot=True))
        ).publication.publish_at == second  # it has one
        with pytest.raises(WrongState, match=f"ordered already, as public at {second:%Y-%m-%d %H:%M} UTC"):
            await publisher.order(PublicationRequest(privacy="public"))
        await publisher.attempt()
        with pytest.raises(WrongState, match="processing"):
            await publisher.order(PublicationRequest(publish_at=first))
        assert (await publisher.view()).publish_at == second

    async def test_publish_again_with_other_privacy_is_refused(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(privacy="unlisted"))
        with pytest.raises(WrongState, match="ordered already, as unlisted, and is planned"):
            await publisher.order(PublicationRequest(privacy="public"))
        assert (await publisher.view()).privacy == "unlisted"

    async def test_publish_after_failure_with_new_key_is_new(self, publisher: Publisher) -> None:
        first = await publisher.order(idempotency_key="one")
        publisher.execute("UPDATE core.publications SET status = 'failed', next_try_at = NULL")
        same = await publisher.order(idempotency_key="one")
        assert (same.is_new, same.publication.id) == (False, first.publication.id)
        assert (await publisher.order(idempotency_key="two")).is_new

    async def test_publish_with_key_of_other_video_is_refused(self, publisher: Publisher) -> None:
        await publisher.order(idempotency_key="one")
        other = publisher.youtube_env.operator.user_id
        async with publisher.youtube_env.sessions.begin() as session:
            with pytest.raises(IdempotencyMismatch):
                await service.publish(session, publisher.queue, other, PublicationRequest(), idempotency_key="one")

    @pytest.mark.parametrize(
        ("statement", "order", "error", "said"),
        [
            ("UPDATE core.videos SET status = 'archived'", PublicationRequest(), WrongState, "archived"),
            (
                "UPDATE core.videos SET description = 'a <b>'",
                PublicationRequest(),
                NotPublishable,
                "description has < or >",
            ),
            (
                """UPDATE core.channels SET strategy = '{"avoid": ["NIGHT"]}'""",
                PublicationRequest(),
                NotPublishable,
                "The channel avoids “NIGHT”, and the title has it",
            ),
            ("SELECT 1", PublicationRequest(category_id="18"), NotPublishable, "no category 18"),
            (
                "SELECT 1",
                PublicationRequest(privacy="public", publish_at=clock.now()),
                NotPublishable,
                "private until then",
            ),
            ("UPDATE core.channel_connections SET status = 'revoked'", PublicationRequest(), NotConnected, "connected"),
            (
                "DELETE FROM core.run_artifacts WHERE name = 'video.mp4'",
                PublicationRequest(),
                WrongState,
                "no video file",
            ),
            ("UPDATE core.channels SET status = 'paused'", PublicationRequest(), YtempireError, "paused"),
        ],
    )
    async def test_publish_unpublishable_video_is_refused(
        self, publisher: Publisher, statement: str, order: PublicationRequest, error: type[YtempireError], said: str
    ) -> None:
        publisher.execute(statement)
        with pytest.raises((error, DBAPIError), match=said):
            await publisher.order(order)
        assert publisher.youtube_env.rows("SELECT FROM core.publications") == []

    async def test_publish_scheduled_video_keeps_time(self, publisher: Publisher) -> None:
        at = clock.now() + timedelta(hours=3)
        async with publisher.youtube_env.sessions.begin() as session:
            await video_lifecycle.schedule_video(session, publisher.video_id, at)
        view = (await publisher.order()).publication
        assert (view.privacy, view.publish_at) == ("private", at)

    async def test_publish_automatically_requires_consent(self, publisher: Publisher) -> None:
        with pytest.raises(ConsentRequired):
            await publisher.order(is_automatic=True)
        plan: dict[str, Any] = {"videos_per_day": 1, "slots": []}
        youtube_env = publisher.youtube_env
        async with youtube_env.sessions.begin() as session:
            await set_automation(
                session,
                youtube_env.operator,
                youtube_env.channel_id,
                auto_publish=True,
                accepted_consent_version=CONSENT_VERSION,
                **plan,
            )
        assert (await publisher.order(is_automatic=True)).publication.is_automatic
        async with youtube_env.sessions.begin() as session:
            await set_automation(
                session,
                youtube_env.operator,
                youtube_env.channel_id,
                auto_publish=False,
                accepted_consent_version=None,
                **plan,
            )
        view = await publisher.attempt()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("planned", "consent_required")
        assert youtube_env.calls_at_youtube("videos.insert") == 0


class TestCancel:
    async def test_cancel_planned_publication_makes_video_ready_again(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(hours=1)))
        async with publisher.youtube_env.sessions.begin() as session:
            await service.cancel(session, publisher.video_id)
        assert publisher.video() == ("ready", None, None)
        with pytest.raises(PublicationNotFound):
            await publisher.view()

    async def test_cancel_after_upload_began_is_refused(self, publisher: Publisher) -> None:
        await publisher.order()
        await publisher.attempt()
        async with publisher.youtube_env.sessions.begin() as session:
            with pytest.raises(WrongState):
                await service.cancel(session, publisher.video_id)


class TestTheVideo:
    @pytest.mark.parametrize(
        "change",
        [
            "status = 'generating'",
            "status = 'archived', scheduled_at = NULL",
            "status = 'removed', scheduled_at = NULL",
            "scheduled_at = now() + interval '2 hours'",
            "status = 'ready', scheduled_at = NULL",
        ],
    )
    async def test_video_with_publication_in_progress_cannot_change_state(
        self, publisher: Publisher, change: str
    ) -> None:
        await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(hours=1)))
        with pytest.raises(Exception, match=r"on its way to YouTube|cannot become generating") as refused:
            publisher.execute(f"UPDATE core.videos SET {change}")
        assert trigger_message(refused.value)


class TestWhatIsDue:
    async def test_enqueue_due_publication_without_job_enqueues_once(self, publisher: Publisher) -> None:
        await publisher.order()
        platform, lease_duration = publisher.youtube_env.youtube.platform, publisher.runtime.lease_duration

        async def enqueue() -> int:
            async with platform.begin() as session:
                return await leases.enqueue_due(session, publisher.queue, lease_duration=lease_duration)

        assert await enqueue() == 0  # the order's own job stands for it
        publisher.execute("DELETE FROM jobs.procrastinate_jobs WHERE task_name = 'publishing.upload_video'")
        assert (await enqueue(), await enqueue()) == (1, 0)
        publisher.execute("DELETE FROM jobs.procrastinate_jobs WHERE task_name = 'publishing.upload_video'")
        publisher.execute("UPDATE core.publications SET next_try_at = now() + interval '1 hour'")
        assert await enqueue() == 0
