"""What YouTube makes of the video file: its time, its privacy, and why it failed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.publishing.publisher import Publisher
from tests.publishing.upload.outcome import assert_once
from ytempire.kit import clock
from ytempire.publishing.service import PublicationRequest


class TestFollow:
    async def test_follow_time_to_come_is_published_then(self, publisher: Publisher) -> None:
        at = clock.now() + timedelta(hours=1)
        await publisher.order(PublicationRequest(publish_at=at))
        assert publisher.video() == ("scheduled", None, at)
        await publisher.attempt()
        publisher.youtube_env.sandbox_server.advance(30)
        view = await publisher.attempt()
        assert (view.status, view.is_scheduled, view.youtube_privacy) == ("processing", True, "private")
        assert publisher.video()[0] == "scheduled"
        publisher.youtube_env.sandbox_server.advance(3600)
        view = await publisher.until_settled()
        assert_once(publisher, view)
        assert view.youtube_privacy == "public"

    async def test_follow_faster_clock_at_youtube_tells_its_time(self, publisher: Publisher) -> None:
        """Half an hour of ours is a day and a half there: told, waited for and said in whose time it is."""
        publisher.youtube_env.sandbox_server.control("PUT", "/clock", {"factor": 72})
        await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(minutes=30)))
        await publisher.attempt()
        publisher.youtube_env.sandbox_server.advance(30)
        assert (await publisher.attempt()).is_scheduled
        [video] = publisher.at_youtube()
        told = datetime.fromtimestamp(video["status"]["publishAt"], UTC)
        their_wait = told - datetime.fromtimestamp(
            publisher.youtube_env.sandbox_server.control("GET", "/clock")["seconds"], UTC
        )
        assert timedelta(hours=35) < their_wait < timedelta(hours=36)

    @pytest.mark.parametrize("what", ["failed", "rejected"])
    async def test_follow_refused_video_fails_with_reason(self, publisher: Publisher, what: str) -> None:
        await publisher.order()
        publisher.youtube_env.sandbox_server.fault("processing", what)
        view = await publisher.until_settled()
        assert (view.status, publisher.video()[0]) == ("failed", "ready")
        assert view.last_error is not None
        assert view.last_error["reason"] == {"failed": "conversion", "rejected": "termsOfUse"}[what]
        again = await publisher.order()
        assert again.is_new
        assert (await publisher.until_settled()).status == "live"
        assert [one["outcome"] for one in publisher.at_youtube()] == [what, "processed"]

    async def test_follow_video_deleted_at_youtube_failed(self, publisher: Publisher) -> None:
        await publisher.order()
        view = await publisher.attempt()
        await publisher.youtube_env.youtube.call(
            publisher.youtube_env.channel_id, lambda apis: apis.data.videos().delete(id=view.youtube_video_id)
        )
        view = await publisher.until_settled()
        assert (view.status, view.last_error and view.last_error["reason"]) == ("failed", "videoMissing")


class TestWithoutAnAudit:
    @pytest.fixture
    def project_given(self) -> dict[str, Any]:
        return {"audited": False}

    async def test_follow_project_without_audit_is_live_and_says_private(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(privacy="public"))
        view = await publisher.until_settled()
        assert_once(publisher, view)
        assert view.last_error is not None
        assert (view.youtube_privacy, view.last_error["reason"]) == ("private", "privacyDiffers")
