"""Ordering a publication, and taking it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from tests.publishing.conftest import Studio
from ytempire.kit import clock
from ytempire.kit.database import refusal_of
from ytempire.kit.errors import YtempireError
from ytempire.production import shelving
from ytempire.production.errors import IdempotencyMismatch, WrongState
from ytempire.publishing import claims, service
from ytempire.publishing.errors import NotPublishable, PublicationNotFound
from ytempire.publishing.service import Order
from ytempire.youtube.automation import CONSENT_VERSION, ConsentNeeded, set_automation
from ytempire.youtube.errors import NotConnected


class TestPublish:
    async def test_the_same_video_again_is_the_same_publication(self, studio: Studio) -> None:
        first = await studio.order(Order(privacy="private"), idempotency_key="one")
        for key in ("one", "two", None):
            for order in (Order(privacy="private"), Order()):
                again = await studio.order(order, idempotency_key=key)
                assert (again.is_new, again.publication.id) == (False, first.publication.id)
        jobs = studio.world.rows("SELECT FROM jobs.procrastinate_jobs WHERE task_name = 'publishing.upload_video'")
        assert len(jobs) == 1

    async def test_another_time_moves_it_and_is_never_taken_for_the_old_one(self, studio: Studio) -> None:
        first, second = clock.now() + timedelta(days=1), clock.now() + timedelta(days=2)
        made = (await studio.order(Order(publish_at=first))).publication
        again = (await studio.order(Order(publish_at=second))).publication
        assert (again.id, again.publish_at, studio.video()[2]) == (made.id, second, second)
        assert (await studio.order(Order(next_slot=True))).publication.publish_at == second  # it has one
        with pytest.raises(WrongState, match=f"ordered already, as public at {second:%Y-%m-%d %H:%M} UTC"):
            await studio.order(Order(privacy="public"))
        await studio.attempt()
        with pytest.raises(WrongState, match="processing"):
            await studio.order(Order(publish_at=first))
        assert (await studio.view()).publish_at == second

    async def test_who_may_see_it_is_not_changed_by_a_second_order(self, studio: Studio) -> None:
        await studio.order(Order(privacy="unlisted"))
        with pytest.raises(WrongState, match="ordered already, as unlisted, and is planned"):
            await studio.order(Order(privacy="public"))
        assert (await studio.view()).privacy == "unlisted"

    async def test_after_a_failure_a_new_request_begins_anew(self, studio: Studio) -> None:
        first = await studio.order(idempotency_key="one")
        studio.execute("UPDATE core.publications SET status = 'failed', next_try_at = NULL")
        same = await studio.order(idempotency_key="one")
        assert (same.is_new, same.publication.id) == (False, first.publication.id)
        assert (await studio.order(idempotency_key="two")).is_new

    async def test_a_key_of_another_video_is_refused(self, studio: Studio) -> None:
        await studio.order(idempotency_key="one")
        other = studio.world.operator.user_id
        async with studio.world.sessions.begin() as session:
            with pytest.raises(IdempotencyMismatch):
                await service.publish(session, studio.queue, other, Order(), idempotency_key="one")

    @pytest.mark.parametrize(
        ("statement", "order", "error", "said"),
        [
            ("UPDATE core.videos SET status = 'archived'", Order(), WrongState, "archived"),
            ("UPDATE core.videos SET description = 'a <b>'", Order(), NotPublishable, "description has < or >"),
            (
                """UPDATE core.channels SET strategy = '{"avoid": ["NIGHT"]}'""",
                Order(),
                NotPublishable,
                "The channel avoids “NIGHT”, and the title has it",
            ),
            ("SELECT 1", Order(category_id="18"), NotPublishable, "no category 18"),
            ("SELECT 1", Order(privacy="public", publish_at=clock.now()), NotPublishable, "private until then"),
            ("UPDATE core.channel_connections SET status = 'revoked'", Order(), NotConnected, "connected"),
            ("DELETE FROM core.workflow_artifacts WHERE name = 'video.mp4'", Order(), WrongState, "no film"),
            ("UPDATE core.channels SET status = 'paused'", Order(), YtempireError, "paused"),
        ],
    )
    async def test_is_refused_before_anything_is_sent(
        self, studio: Studio, statement: str, order: Order, error: type[YtempireError], said: str
    ) -> None:
        studio.execute(statement)
        with pytest.raises((error, DBAPIError), match=said):
            await studio.order(order)
        assert studio.world.rows("SELECT FROM core.publications") == []

    async def test_a_scheduled_video_keeps_its_time(self, studio: Studio) -> None:
        at = clock.now() + timedelta(hours=3)
        async with studio.world.sessions.begin() as session:
            await shelving.schedule_video(session, studio.video_id, at)
        view = (await studio.order()).publication
        assert (view.privacy, view.publish_at) == ("private", at)

    async def test_by_itself_only_with_consent(self, studio: Studio) -> None:
        with pytest.raises(ConsentNeeded):
            await studio.order(is_automatic=True)
        plan: dict[str, Any] = {"videos_per_day": 1, "slots": []}
        world = studio.world
        async with world.sessions.begin() as session:
            await set_automation(
                session, world.operator, world.channel_id, publish_by_itself=True, agreed_to=CONSENT_VERSION, **plan
            )
        assert (await studio.order(is_automatic=True)).publication.is_automatic
        async with world.sessions.begin() as session:
            await set_automation(
                session, world.operator, world.channel_id, publish_by_itself=False, agreed_to=None, **plan
            )
        view = await studio.attempt()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("planned", "consent_needed")
        assert world.calls_at_youtube("videos.insert") == 0


class TestCancel:
    async def test_one_that_is_planned_is_as_if_it_had_never_been(self, studio: Studio) -> None:
        await studio.order(Order(publish_at=clock.now() + timedelta(hours=1)))
        async with studio.world.sessions.begin() as session:
            await service.cancel(session, studio.video_id)
        assert studio.video() == ("ready", None, None)
        with pytest.raises(PublicationNotFound):
            await studio.view()

    async def test_one_that_has_begun_is_not(self, studio: Studio) -> None:
        await studio.order()
        await studio.attempt()
        async with studio.world.sessions.begin() as session:
            with pytest.raises(WrongState):
                await service.cancel(session, studio.video_id)


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
    async def test_stays_what_it_is_on_its_way(self, studio: Studio, change: str) -> None:
        await studio.order(Order(publish_at=clock.now() + timedelta(hours=1)))
        with pytest.raises(Exception, match=r"on its way to YouTube|cannot become generating") as refused:
            studio.execute(f"UPDATE core.videos SET {change}")
        assert refusal_of(refused.value)


class TestWhatIsDue:
    async def test_is_enqueued_once(self, studio: Studio) -> None:
        await studio.order()
        platform, lease = studio.world.youtube.platform, studio.runtime.lease

        async def enqueue() -> int:
            async with platform.begin() as session:
                return await claims.enqueue_due(session, studio.queue, lease=lease)

        assert await enqueue() == 0  # the order's own job stands for it
        studio.execute("DELETE FROM jobs.procrastinate_jobs WHERE task_name = 'publishing.upload_video'")
        assert (await enqueue(), await enqueue()) == (1, 0)
        studio.execute("DELETE FROM jobs.procrastinate_jobs WHERE task_name = 'publishing.upload_video'")
        studio.execute("UPDATE core.publications SET next_try_at = now() + interval '1 hour'")
        assert await enqueue() == 0
