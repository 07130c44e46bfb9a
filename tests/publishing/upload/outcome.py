"""Tell whether an upload came to its one right end."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.publishing.publisher import Publisher


def assert_once(publisher: Publisher, view: Any) -> None:
    """Live, and at YouTube exactly one video, whole."""
    assert view.status == "live", view.last_error
    [made] = publisher.at_youtube()
    assert (made["id"], made["sha256"]) == (view.youtube_video_id, hashlib.sha256(publisher.video_file).hexdigest())
    assert (view.thumbnail_status, view.captions_status) == ("done", "done"), view.last_error
    assert publisher.video()[0] == "published"
