"""Thumbnail and captions of a video at YouTube."""

from __future__ import annotations

from tests.publishing.publisher import Publisher


class TestAttachments:
    async def test_set_thumbnail_refused_picture_fails_no_video(self, publisher: Publisher) -> None:
        kept = publisher.store.put_bytes(b"no picture")
        publisher.execute(
            "UPDATE core.run_artifacts SET sha256 = %s, size_bytes = %s WHERE name = 'thumbnail-1.jpg'",
            kept.sha256,
            kept.size_bytes,
        )
        await publisher.order()
        view = await publisher.until_settled()
        assert (view.status, view.thumbnail_status, view.captions_status) == ("live", "failed", "done")
        assert view.last_error is not None
        assert (view.last_error["step"], view.last_error["reason"]) == ("thumbnail", "invalidImage")
