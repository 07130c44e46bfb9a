"""Uploads against a running sandbox: the way through, everything that goes wrong on it, and kills between the steps."""

from __future__ import annotations

from tests.publishing.conftest import Studio
from ytempire.publishing.service import Order


class TestTheWayThrough:
    async def test_a_video_is_live_with_thumbnail_and_captions(self, studio: Studio) -> None:
        ordered = await studio.order(Order(privacy="unlisted"))
        assert (ordered.is_new, ordered.publication.status) == (True, "planned")
        first = await studio.attempt()
        assert (first.status, first.thumbnail_status, first.captions_status) == ("processing", "done", "done")
        view = await studio.until_settled()
        assert (view.status, view.youtube_privacy, view.last_error) == ("live", "unlisted", None)
        [made] = studio.at_youtube()
        assert made["id"] == view.youtube_video_id
        status, published_at, _ = studio.video()
        assert (status, published_at is not None) == ("published", True)
