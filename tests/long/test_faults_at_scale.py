"""Two hundred videos on twenty channels, while one call in five goes wrong and YouTube's time runs faster.

Workers of publishing and of measurement in this process, the sandbox behind a real port. Waits of ours that are not
for YouTube's quota are cut short; days of quota pass by the sandbox's clock.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import procrastinate
import pytest
from structlog.testing import capture_logs

from tests.production.conftest import queue, store
from tests.publishing.conftest import file_size, publisher
from tests.publishing.publisher import LEASE, Publisher
from tests.sandbox.conftest import sandbox_server, video
from tests.youtube.conftest import YouTubeEnv, keys, project_given, youtube_env
from ytempire.channels import credentials
from ytempire.collection.collection_attempt import CollectorRuntime
from ytempire.collection.collector import collect_due
from ytempire.ingest.ingestor import Ingestor
from ytempire.publishing import service
from ytempire.publishing.service import PublicationRequest
from ytempire.publishing.upload.attempt import upload
from ytempire.youtube.connections import PROVIDER
from ytempire.youtube.tokens import Tokens

__all__ = ["file_size", "keys", "project_given", "publisher", "queue", "sandbox_server", "store", "youtube_env"]

pytestmark = pytest.mark.long
CHANNELS, VIDEOS = 20, 10
FACTOR = 7200  # a day of quota in 12 s: two hundred dressed uploads need ten of them
KINDS = ("internal_error", "bad_gateway", "unavailable", "reset", "answer_lost", "slow")
AT_ONCE = 8
PATIENCE_S = 600.0

# For which the next day of YouTube's quota is waited, or another's upload.
_FOR_QUOTA = "coalesce(last_error ->> 'reason', '') IN ('quotaExhausted', 'quotaExceeded', 'waitingForQuotaReset')"
_HURRY = f"""
    UPDATE core.publications SET next_try_at = now()
    WHERE next_try_at > now() AND lease_token IS NULL AND NOT (status = 'planned' AND {_FOR_QUOTA})"""
_DUE = (
    "SELECT id FROM core.publications WHERE next_try_at <= now() AND lease_token IS NULL ORDER BY next_try_at LIMIT 8"
)


async def channels_of(youtube_env: YouTubeEnv, many: int) -> list[UUID]:
    """Connected, each with a channel of its own at YouTube."""
    made = [youtube_env.channel_id]
    await youtube_env.connect()
    for number in range(1, many):
        channel_id = await youtube_env.channel(f"Channel {number}")
        await youtube_env.connect(channel_id, counterpart=youtube_env.sandbox_server.channel(f"Channel {number}")["id"])
        made.append(channel_id)
    return made


def go_wrong(youtube_env: YouTubeEnv, rate: float) -> None:
    """So many calls of all, in any of the ways of a network or a busy server."""
    each = 1 - (1 - rate) ** (1 / len(KINDS))
    for kind in KINDS:
        youtube_env.sandbox_server.fault("*", kind, probability=each, remaining=None, seconds=0.2)


async def order_all(publisher: Publisher, channels: list[UUID]) -> None:
    for channel_id in channels:
        for _ in range(VIDEOS):
            video_id = await publisher.finish(video(300 * 1024), channel_id=channel_id)
            async with publisher.youtube_env.sessions.begin() as session:
                await service.publish(session, publisher.queue, video_id, PublicationRequest())


async def publish_all(publisher: Publisher) -> None:
    """As workers do: what is due, some at once, until nothing is left."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while publisher.youtube_env.rows("SELECT FROM core.publications WHERE next_try_at IS NOT NULL LIMIT 1"):
        assert asyncio.get_running_loop().time() < deadline, standing(publisher)
        publisher.execute(_HURRY)
        due = [publication for (publication,) in publisher.youtube_env.rows(_DUE)]
        await asyncio.gather(*(upload(publisher.runtime, one) for one in due))
        await asyncio.sleep(0 if due else 0.2)


def standing(publisher: Publisher) -> Any:
    return publisher.youtube_env.rows(
        "SELECT status, last_error ->> 'reason', last_error ->> 'message', count(*) FROM core.publications"
        " GROUP BY 1, 2, 3"
    )


@pytest.fixture
async def measuring(publisher: Publisher) -> AsyncIterator[CollectorRuntime]:
    youtube_env = publisher.youtube_env
    async with Ingestor(youtube_env.database.app_url, application="test") as ingestor:
        yield CollectorRuntime(
            youtube_env.youtube.platform, publisher.runtime.youtube, ingestor, timedelta(seconds=0.2), LEASE
        )


async def collect_all(publisher: Publisher, measuring: CollectorRuntime) -> None:
    """The counters of all, until nothing went wrong. Days of reports have their own tests, and many more calls."""
    for _ in range(30):
        publisher.execute(
            "UPDATE core.channel_collections SET next_at = now(), reports_next_at = now() + interval '1 day'"
        )
        publisher.execute("UPDATE core.video_counters SET next_at = now()")
        await collect_due(measuring)
        failed = publisher.youtube_env.rows(
            "SELECT last_error FROM core.channel_collections WHERE last_error IS NOT NULL"
        )
        if not failed:
            return
    raise AssertionError(failed)


async def shown(youtube_env: YouTubeEnv, channel_id: UUID, ids: list[str]) -> dict[str, tuple[int, int, int]]:
    """What YouTube's counters say to our client, when nothing goes wrong."""
    answer = await youtube_env.youtube.call(
        channel_id, lambda apis: apis.data.videos().list(part="statistics", id=",".join(ids))
    )
    names = ("viewCount", "likeCount", "commentCount")
    return {one["id"]: tuple(int(one["statistics"][name]) for name in names) for one in answer["items"]}  # type: ignore[misc]


async def secrets_of(youtube_env: YouTubeEnv, channels: list[UUID]) -> list[str]:
    found = []
    async with youtube_env.youtube.platform.begin() as session:
        for channel_id in channels:
            kept = await credentials.find_credential(session, youtube_env.youtube.keys, channel_id, PROVIDER)
            tokens = Tokens.parse(kept or "")
            found += [tokens.access_token, tokens.refresh_token]
    return found


async def test_publishing_200_videos_on_20_channels_with_faults_uploads_once(
    publisher: Publisher, queue: procrastinate.App, measuring: CollectorRuntime, caplog: pytest.LogCaptureFixture
) -> None:
    youtube_env = publisher.youtube_env
    caplog.set_level(logging.DEBUG)
    publisher.execute("DELETE FROM core.run_artifacts")  # the studio's own video is not among them
    channels = await channels_of(youtube_env, CHANNELS)
    secrets = await secrets_of(youtube_env, channels)
    await order_all(publisher, channels)
    youtube_env.sandbox_server.control("PUT", "/clock", {"factor": FACTOR})
    go_wrong(youtube_env, 0.2)
    with capture_logs() as said:
        await publish_all(publisher)
    met = Counter({rule["kind"]: rule["happened"] for rule in youtube_env.sandbox_server.control("GET", "/faults")})

    assert min(met[kind] for kind in KINDS) > 0, met
    assert youtube_env.rows("SELECT status, count(*) FROM core.publications GROUP BY 1") == [
        ("live", CHANNELS * VIDEOS)
    ]
    there = youtube_env.sandbox_server.state()["videos"]
    ours = {one for (one,) in youtube_env.rows("SELECT youtube_video_id FROM core.publications")}
    assert (len(there), {one["id"] for one in there}) == (CHANNELS * VIDEOS, ours)
    assert not any(one["deleted"] for one in there)
    assert len({one["sha256"] for one in there}) == CHANNELS * VIDEOS

    used = youtube_env.rows("SELECT bucket, max(used), count(DISTINCT day) FROM core.quota_usage GROUP BY 1 ORDER BY 1")
    most = youtube_env.project.allowances
    assert all(reserved <= most[bucket] for bucket, reserved, _ in used), used
    assert max(days for _, _, days in used) >= 5, used  # it was scarce
    outcomes = {call["outcome"] for call in youtube_env.sandbox_server.state()["calls"]}
    assert not outcomes & {"quotaExceeded", "rateLimitExceeded"}, outcomes

    # its time stands still, as far as counters go: they move every five minutes of it
    youtube_env.sandbox_server.control("PUT", "/clock", {"factor": 1, "advance_s": 2 * 86_400})
    with capture_logs() as said_of_numbers:
        await collect_all(publisher, measuring)
        youtube_env.sandbox_server.control("DELETE", "/faults")
        await collect_all(publisher, measuring)
    for channel_id in channels:
        sums = {
            youtube_id: (views, likes, comments)
            for youtube_id, views, likes, comments in youtube_env.rows(
                "SELECT p.youtube_video_id, sum(d.views)::int, sum(d.likes)::int, sum(d.comments)::int"
                " FROM analytics.video_daily d JOIN core.publications p ON p.video_id = d.video_id"
                f" WHERE d.channel_id = '{channel_id}' GROUP BY 1"
            )
        }
        assert sums == await shown(youtube_env, channel_id, list(sums))
        assert len(sums) == VIDEOS

    secrets += await secrets_of(youtube_env, channels)
    assert len(set(secrets)) >= 2 * CHANNELS
    logged = [*caplog.messages, *map(repr, [*said, *said_of_numbers])]
    assert len(said) >= CHANNELS * VIDEOS
    assert not [line for line in logged if any(secret in line for secret in secrets)]
