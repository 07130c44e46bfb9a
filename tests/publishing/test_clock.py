"""A sandbox whose clock is wound on or runs faster, while something waits there for its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.publishing.publisher import LEASE, Publisher
from tests.publishing.test_edits import attempt, scheduled, update
from ytempire.collection.collection_attempt import CollectorRuntime
from ytempire.collection.sandbox_clock_sync import SandboxClockSync
from ytempire.kit import clock
from ytempire.publishing.service import PublicationRequest


class TestAClockThatIsChanged:
    """What is planned is planned by our clock, however the sandbox's ran when it was told."""

    async def test_publication_scheduled_under_faster_clock_keeps_our_time(self, publisher: Publisher) -> None:
        publisher.youtube_env.sandbox_server.control("PUT", "/clock", {"factor": 1000})
        at = clock.now() + timedelta(hours=6)
        await publisher.order(PublicationRequest(publish_at=at))
        await publisher.attempt()
        publisher.youtube_env.sandbox_server.advance(3600)
        assert (await publisher.attempt()).is_scheduled
        publisher.youtube_env.sandbox_server.control("PUT", "/clock", {"factor": 1})
        assert (await publisher.attempt()).is_scheduled
        now = await publisher.runtime.youtube.now_of(publisher.youtube_env.channel_id)
        [there] = publisher.at_youtube()
        told = datetime.fromtimestamp(there["status"]["publishAt"], UTC)
        assert abs(told - now.to_service_time(at)) < timedelta(seconds=1)
        assert abs(told - now.at - timedelta(hours=6)) < timedelta(minutes=1)

    async def test_publication_due_after_clock_slowed_is_public(self, publisher: Publisher) -> None:
        publisher.youtube_env.sandbox_server.control("PUT", "/clock", {"factor": 100_000})
        await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(hours=1)))
        await publisher.attempt()
        view = await publisher.attempt()
        assert view.is_scheduled, view
        publisher.youtube_env.sandbox_server.control("PUT", "/clock", {"factor": 1})
        publisher.execute("UPDATE core.publications SET publish_at = now() - interval '1 second'")
        view = await publisher.attempt()
        assert (view.status, view.youtube_privacy, publisher.at_youtube()[0]["privacy"]) == ("live", "public", "public")

    async def test_publication_is_checked_at_once_after_clock_advance(self, publisher: Publisher) -> None:
        await scheduled(publisher)
        clock_sync = SandboxClockSync(
            CollectorRuntime(publisher.runtime.sessions, publisher.runtime.youtube, None, LEASE, LEASE)  # type: ignore[arg-type]  # nothing is ingested
        )
        await clock_sync.sync()
        publisher.execute("UPDATE core.publications SET next_try_at = now() + interval '1 hour'")
        await clock_sync.sync()
        assert (await publisher.view()).next_try_at > clock.now()  # type: ignore[operator]  # nothing was changed
        publisher.youtube_env.sandbox_server.advance(2 * 86_400)
        await clock_sync.sync()
        view = await publisher.until_settled()
        assert (view.status, publisher.video()[0]) == ("live", "published")

    async def test_publication_moved_closer_is_public_without_remote_edit(self, publisher: Publisher) -> None:
        """However young the change is: how it is shown is no edit."""
        await scheduled(publisher)
        planned = await update(publisher, {"publish_at": clock.now() + timedelta(seconds=20)})
        assert (await attempt(publisher, planned)).status == "done"
        publisher.youtube_env.sandbox_server.advance(21)
        view = await publisher.attempt()
        assert (view.status, view.youtube_privacy, view.remote_edits) == ("live", "public", [])
