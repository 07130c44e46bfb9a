"""Where the audience meets what is stored: the counters that the Data API shows."""

from __future__ import annotations

import json

from ytempire.sandbox.api import Resource, given
from ytempire.sandbox.audience import VideoProfile, habits, sample_quality, views_at
from ytempire.sandbox.store import Row, Store

LAG_S, STEP_S = 600.0, 300.0  # counters are behind, and move every five minutes


def video_profile(store: Store, video: Row) -> VideoProfile:
    exposed = store.all("SELECT begins, ends FROM exposures WHERE video_id = :id ORDER BY begins", id=video["id"])
    channel = store.one("SELECT country, monetized FROM channels WHERE id = :id", id=video["channel_id"])
    assert channel is not None
    return VideoProfile(
        store.seed,
        video["id"],
        video["quality"],
        video["audience"],
        video["duration_s"],
        json.loads(video["snippet"])["categoryId"],
        channel["country"],
        bool(channel["monetized"]),
        tuple((row["begins"], float("inf") if row["ends"] is None else row["ends"]) for row in exposed),
    )


def shown_views(store: Store, video: Row, now: float) -> int:
    return _shown_views(video_profile(store, video), now)


def _shown_views(profile: VideoProfile, now: float) -> int:
    at = (now - LAG_S) // STEP_S * STEP_S
    return views_at(profile, at, at)


def video_statistics(store: Store, video: Row, now: float) -> Resource:
    profile = video_profile(store, video)
    views = _shown_views(profile, now)
    return given(
        viewCount=str(views),
        likeCount=str(int(habits(profile).likes * views)),
        favoriteCount="0",
        commentCount=str(int(habits(profile).comments * views)),
    )


def subscribers(store: Store, channel_id: str, now: float) -> int:
    channel = store.one("SELECT subscribers FROM channels WHERE id = :id", id=channel_id)
    assert channel is not None
    count = int(channel["subscribers"])
    for video in store.all("SELECT * FROM videos WHERE channel_id = :channel", channel=channel_id):
        profile = video_profile(store, video)
        views = _shown_views(profile, now)
        count += int(habits(profile).gained * views) - int(habits(profile).lost * views)
    return count


def channel_statistics(store: Store, channel_id: str, videos: list[Row], now: float) -> Resource:
    """`videos`: those that are public. Subscribers have three significant digits, as YouTube shows them."""
    exact = subscribers(store, channel_id, now)
    grain = 10 ** max(0, len(str(exact)) - 3)
    return {
        "viewCount": str(sum(shown_views(store, video, now) for video in videos)),
        "subscriberCount": str(exact // grain * grain),
        "hiddenSubscriberCount": False,
        "videoCount": str(len(videos)),
    }


def sample_audience(store: Store, video_id: str, channel_id: str, now: float) -> tuple[float, int]:
    """A new video's quality, which is luck, and the audience that it begins with."""
    return sample_quality(store.seed, video_id), subscribers(store, channel_id, now)
