"""Changes of what YouTube has, and deletion in two steps, against a running sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.api import client_of, settings_for
from tests.publishing.publisher import Publisher
from tests.relay import relay
from ytempire.kit import clock
from ytempire.kit.database import Sessions
from ytempire.kit.errors import Conflict, InvalidInput
from ytempire.production import versions
from ytempire.production.errors import WrongState
from ytempire.publishing import calendar_lock, edits, leases
from ytempire.publishing.decisions import NextState
from ytempire.publishing.edit_worker import apply_edit, enqueue_due
from ytempire.publishing.edits import EditInProgress, PublicationEditView
from ytempire.publishing.errors import NotPublishable
from ytempire.publishing.service import PublicationRequest


async def update(publisher: Publisher, settings: Mapping[str, Any], **given: Any) -> PublicationEditView:
    async with publisher.youtube_env.sessions.begin() as session:
        return await edits.request_update(session, publisher.queue, publisher.video_id, settings, **given)


async def ask(publisher: Publisher, reason: str = "A figure in it is wrong.") -> PublicationEditView:
    async with publisher.youtube_env.sessions.begin() as session:
        return await edits.request_deletion(session, publisher.video_id, reason)


async def confirm(publisher: Publisher, asked: PublicationEditView, youtube_id: str) -> PublicationEditView:
    async with publisher.youtube_env.sessions.begin() as session:
        return await edits.confirm_deletion(
            session, publisher.queue, publisher.video_id, edit_id=asked.id, youtube_video_id=youtube_id
        )


async def attempt(publisher: Publisher, asked: PublicationEditView) -> PublicationEditView:
    """One attempt of a worker, now: what it waits for has passed."""
    publisher.execute("UPDATE core.publication_edits SET next_try_at = now() WHERE next_try_at IS NOT NULL")
    await apply_edit(publisher.runtime, asked.id)
    async with publisher.youtube_env.sessions.begin() as session:
        found = await edits.list_changes(session, publisher.video_id)
    return next(one for one in found if one.id == asked.id)


async def scheduled(publisher: Publisher) -> None:
    """YouTube has it, and waits for its time."""
    await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(days=1)))
    await publisher.attempt()
    publisher.youtube_env.sandbox_server.advance(30)
    assert (await publisher.attempt()).is_scheduled


class TestUpdates:
    async def test_update_sends_metadata_and_settings(self, live: Publisher) -> None:
        async with live.youtube_env.sessions.begin() as session:
            await versions.edit_video(session, live.video_id, title="Why is the night dark, really?")
        done = await attempt(live, await update(live, {"privacy": "unlisted", "made_for_kids": True}))
        assert (done.status, done.last_error) == ("done", None)
        [there] = live.at_youtube()
        assert (there["title"], there["privacy"]) == ("Why is the night dark, really?", "unlisted")
        assert there["status"]["selfDeclaredMadeForKids"] is True
        view = await live.view()
        assert (view.status, view.privacy, view.youtube_privacy, view.made_for_kids) == (
            "live", "unlisted", "unlisted", True,
        )  # fmt: skip

    async def test_update_of_publish_at_moves_scheduled_publication(self, publisher: Publisher) -> None:
        await scheduled(publisher)
        sooner = clock.now() + timedelta(hours=2)
        done = await attempt(publisher, await update(publisher, {"publish_at": sooner}))
        assert done.status == "done", done.last_error
        assert publisher.video() == ("scheduled", None, sooner)
        now = await publisher.runtime.youtube.now_of(publisher.youtube_env.channel_id)
        [there] = publisher.at_youtube()
        told = datetime.fromtimestamp(there["status"]["publishAt"], UTC)
        assert abs(told - now.to_service_time(sooner)) < timedelta(seconds=1)
        done = await attempt(publisher, await update(publisher, {"privacy": "public"}))
        view = await publisher.until_settled()
        assert (done.status, view.status, view.youtube_privacy, view.publish_at) == ("done", "live", "public", None)

    async def test_update_of_other_field_keeps_remote_privacy(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(seconds=30)))
        view = await publisher.until_settled()
        assert (view.status, view.privacy, view.youtube_privacy) == ("live", "private", "public")
        [there] = publisher.at_youtube()
        await publisher.runtime.youtube.call(
            publisher.youtube_env.channel_id,
            lambda apis: apis.data.videos().update(
                part="status", body={"id": there["id"], "status": {"privacyStatus": "unlisted"}}
            ),
        )
        done = await attempt(publisher, await update(publisher, {"licence": "creativeCommon"}))
        assert (done.status, publisher.at_youtube()[0]["privacy"]) == ("done", "unlisted"), done.last_error
        view = await publisher.view()
        assert (view.youtube_privacy, view.licence) == ("unlisted", "creativeCommon")
        assert {one.field: one.remote for one in view.remote_edits}["visibility"] == "unlisted"

    async def test_update_of_other_field_keeps_remote_publish_at(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(privacy="private"))
        await publisher.until_settled()
        at = (await publisher.runtime.youtube.now_of(publisher.youtube_env.channel_id)).at + timedelta(days=2)
        [there] = publisher.at_youtube()
        body = {"id": there["id"], "status": {"privacyStatus": "private", "publishAt": at.isoformat()}}
        await publisher.runtime.youtube.call(
            publisher.youtube_env.channel_id, lambda apis: apis.data.videos().update(part="status", body=body)
        )
        assert (await attempt(publisher, await update(publisher, {"made_for_kids": True}))).status == "done"
        [there] = publisher.at_youtube()
        assert (there["status"]["selfDeclaredMadeForKids"], "publishAt" in there["status"]) == (True, True)

    async def test_update_with_publish_at_passed_publishes_at_once(self, publisher: Publisher) -> None:
        await scheduled(publisher)
        ordered = await update(publisher, {"publish_at": clock.now() + timedelta(hours=1)})
        came = (clock.now() - timedelta(hours=1)).isoformat()
        publisher.execute(
            "UPDATE core.publication_edits SET desired = desired || jsonb_build_object('publish_at', %s::text)", came
        )
        assert (await attempt(publisher, ordered)).status == "done"
        assert publisher.at_youtube()[0]["privacy"] == "public"
        assert ((await publisher.until_settled()).status, publisher.video()[0]) == ("live", "published")

    async def test_update_of_publish_at_takes_slot(self, publisher: Publisher) -> None:
        await publisher.automate(videos_per_day=3)
        await scheduled(publisher)
        async with publisher.youtube_env.sessions.begin() as session:
            free = await calendar_lock.next_slot(session, publisher.youtube_env.channel_id)
        await update(publisher, {"publish_at": free})
        async with publisher.youtube_env.sessions.begin() as session:
            assert await calendar_lock.next_slot(session, publisher.youtube_env.channel_id) > free

    async def test_settle_with_state_read_before_change_is_checked_again(self, publisher: Publisher) -> None:
        await scheduled(publisher)
        publisher.hurry()
        async with publisher.runtime.sessions.begin() as session:
            work = await leases.claim(
                session, (await publisher.view()).id, lease_duration=publisher.runtime.lease_duration
            )
        assert work is not None
        publisher.execute("UPDATE core.publications SET publish_at = publish_at + interval '1 hour'")
        async with publisher.runtime.sessions.begin() as session:
            await leases.settle(session, work.lease, NextState("processing", 3600.0), lease_at_start=work.lease)
        view = await publisher.view()
        assert view.next_try_at is not None
        assert (view.status, view.next_try_at <= clock.now()) == ("processing", True)

    async def test_update_that_youtube_would_refuse_is_refused_before(self, live: Publisher) -> None:
        with pytest.raises(NotPublishable, match="no category 18"):
            await update(live, {"category_id": "18"})
        with pytest.raises(NotPublishable, match="cannot be given a time any more"):
            await update(live, {"publish_at": clock.now() + timedelta(days=1)})

    async def test_update_before_upload_is_refused(self, publisher: Publisher) -> None:
        await publisher.order()
        with pytest.raises(WrongState, match="planned"):
            await update(publisher, {"privacy": "unlisted"})

    @pytest.mark.parametrize("kind", ["internal_error", "answer_lost", "reset", "unavailable"])
    async def test_update_with_unknown_outcome_is_repeated(self, live: Publisher, kind: str) -> None:
        live.youtube_env.sandbox_server.fault("videos.update", kind)
        ordered = await update(live, {"privacy": "private"})
        waiting = await attempt(live, ordered)
        assert (waiting.status, waiting.last_error is not None) == ("planned", True)
        assert (await attempt(live, ordered)).status == "done"
        assert live.at_youtube()[0]["privacy"] == "private"

    async def test_update_superseded_is_not_sent_afterwards(self, live: Publisher) -> None:
        first = await update(live, {"privacy": "private"})
        second = await update(live, {"privacy": "unlisted"})
        assert (await attempt(live, second)).status == "done"
        await apply_edit(live.runtime, first.id)  # its job is still in the queue
        assert live.at_youtube()[0]["privacy"] == "unlisted"

    async def test_update_of_dead_worker_is_taken_over(self, live: Publisher) -> None:
        ordered = await update(live, {"privacy": "unlisted"})
        live.execute("UPDATE core.publication_edits SET lease_token = gen_random_uuid()")
        with pytest.raises(EditInProgress, match="Another change"):
            await update(live, {"privacy": "private"})
        live.execute("DELETE FROM jobs.procrastinate_jobs")
        async with live.runtime.sessions.begin() as session:
            assert await enqueue_due(session, live.queue) == 1
        assert (await attempt(live, ordered)).status == "done"


class TestRemoval:
    async def test_deletion_requires_confirmation_and_is_audited(
        self, live: Publisher, admin_sessions: Sessions
    ) -> None:
        asked = await ask(live)
        there = (await live.view()).youtube_video_id or ""
        assert (asked.status, live.at_youtube()[0]["deleted"]) == ("awaiting_confirmation", False)
        await apply_edit(live.runtime, asked.id)  # nobody has confirmed it
        assert live.at_youtube()[0]["deleted"] is False
        with pytest.raises(InvalidInput, match="not this video's id"):
            await confirm(live, asked, "another")
        planned = await confirm(live, asked, there)
        assert (await confirm(live, asked, there)).status == planned.status == "planned"
        assert (await attempt(live, asked)).status == "done"
        assert live.at_youtube()[0]["deleted"] is True
        assert ((await live.view()).status, live.video()[0]) == ("removed", "removed")
        assert live.video()[1] is not None  # when it was published
        async with admin_sessions.begin() as session:
            rows = await session.execute(
                text(
                    "SELECT action, new ->> 'status' FROM audit.changes"
                    " WHERE table_name = 'core.publication_edits' ORDER BY occurred_at, id"
                )
            )
            trail = [tuple(row) for row in rows]
        assert trail == [("insert", "awaiting_confirmation"), ("update", "planned"), ("update", "done")]
        await relay(live.youtube_env.database)
        told = live.youtube_env.rows("SELECT title FROM core.notifications ORDER BY id DESC LIMIT 1")
        assert told == [(f"[sandbox] “{(await live.view()).title}” was deleted at YouTube",)]

    async def test_deletion_with_lost_response_is_done(self, live: Publisher) -> None:
        live.youtube_env.sandbox_server.fault("videos.delete", "answer_lost")
        asked = await ask(live)
        await confirm(live, asked, (await live.view()).youtube_video_id or "")
        assert (await attempt(live, asked)).status == "planned"
        assert (await attempt(live, asked)).status == "done"

    async def test_deletion_of_failed_publication_is_done_and_stays_failed(self, live: Publisher) -> None:
        asked = await ask(live)
        await confirm(live, asked, (await live.view()).youtube_video_id or "")
        live.execute("ALTER TABLE core.publications DISABLE TRIGGER guard_state")  # from a state before that one
        live.execute("UPDATE core.publications SET status = 'failed', live_at = NULL")
        assert (await attempt(live, asked)).status == "done"
        assert (await live.view()).status == "failed"

    async def test_deletion_confirmed_after_expiry_is_refused(self, live: Publisher) -> None:
        asked = await ask(live)
        live.execute("UPDATE core.publication_edits SET expires_at = now() - interval '1 second'")
        with pytest.raises(Conflict, match="older than 15 minutes"):
            await confirm(live, asked, (await live.view()).youtube_video_id or "")

    async def test_deletion_without_reason_is_refused(self, live: Publisher) -> None:
        with pytest.raises(InvalidInput, match="3 to 500 characters"):
            await ask(live, "  ")


class TestOverHttp:
    @pytest.fixture
    async def client(self, live: Publisher, cache_url: str) -> AsyncIterator[httpx.AsyncClient]:
        async with client_of(settings_for(live.youtube_env.database, cache_url, live.youtube_env.home)) as client:
            yield client

    async def test_publication_endpoints_check_etag_and_deletion_confirmation(
        self, live: Publisher, client: httpx.AsyncClient
    ) -> None:
        path = f"/api/v1/videos/{live.video_id}/publication"
        tag = (await client.get(path)).headers["etag"]
        made = await client.patch(path, json={"privacy": "unlisted"}, headers={"If-Match": tag})
        assert (made.status_code, made.json()["status"]) == (202, "planned"), made.text
        [listed] = (await client.get(f"{path}/edits")).json()
        assert listed["id"] == made.json()["id"]
        studio_change = await attempt(live, await update(live, {"privacy": "unlisted"}))
        assert studio_change.status == "done"
        stale = await client.patch(path, json={"privacy": "private"}, headers={"If-Match": tag})
        assert stale.status_code == 412
        asked = await client.post(f"{path}/deletion", json={"reason": "A figure is wrong."})
        assert (asked.status_code, asked.json()["status"]) == (201, "awaiting_confirmation")
        confirmation = f"{path}/deletion/{asked.json()['id']}/confirmation"
        wrong = await client.post(confirmation, json={"youtube_video_id": "x"})
        assert wrong.status_code == 422
        right = {"youtube_video_id": (await live.view()).youtube_video_id}
        assert (await client.post(confirmation, json=right)).status_code == 202
