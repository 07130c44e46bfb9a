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
from tests.publishing.conftest import LEASE, Studio, film_size, studio
from tests.sandbox.conftest import served, video
from tests.youtube.conftest import World, keys, project_given, world
from ytempire.analytics.deliveries import Deliveries
from ytempire.channels import credentials
from ytempire.measurement.attempts import MeasurementRuntime
from ytempire.measurement.collecting import collect_due
from ytempire.publishing import service
from ytempire.publishing.service import Order
from ytempire.publishing.uploading import upload
from ytempire.youtube.connections import PROVIDER
from ytempire.youtube.tokens import Tokens

__all__ = ["film_size", "keys", "project_given", "queue", "served", "store", "studio", "world"]

pytestmark = pytest.mark.long
CHANNELS, VIDEOS = 20, 10
FACTOR = 7200  # a day of quota in 12 s: two hundred dressed uploads need ten of them
KINDS = ("internal_error", "bad_gateway", "unavailable", "reset", "answer_lost", "slow")
AT_ONCE = 8
PATIENCE_S = 600.0

# For which the next day of YouTube's quota is waited, or another's upload.
_FOR_QUOTA = "coalesce(last_error ->> 'reason', '') IN ('quotaExhausted', 'quotaExceeded', 'waitsForReset')"
_HURRY = f"""
    UPDATE core.publications SET next_try_at = now()
    WHERE next_try_at > now() AND claim IS NULL AND NOT (status = 'planned' AND {_FOR_QUOTA})"""
_DUE = "SELECT id FROM core.publications WHERE next_try_at <= now() AND claim IS NULL ORDER BY next_try_at LIMIT 8"


async def channels_of(world: World, many: int) -> list[UUID]:
    """Connected, each with a channel of its own at YouTube."""
    made = [world.channel_id]
    await world.connect()
    for number in range(1, many):
        channel_id = await world.channel(f"Channel {number}")
        await world.connect(channel_id, counterpart=world.served.channel(f"Channel {number}")["id"])
        made.append(channel_id)
    return made


def go_wrong(world: World, rate: float) -> None:
    """So many calls of all, in any of the ways of a network or a busy server."""
    each = 1 - (1 - rate) ** (1 / len(KINDS))
    for kind in KINDS:
        world.served.fault("*", kind, probability=each, remaining=None, seconds=0.2)


async def order_all(studio: Studio, channels: list[UUID]) -> None:
    for channel_id in channels:
        for _ in range(VIDEOS):
            video_id = await studio.finish(video(300 * 1024), channel_id=channel_id)
            async with studio.world.sessions.begin() as session:
                await service.publish(session, studio.queue, video_id, Order())


async def publish_all(studio: Studio) -> None:
    """As workers do: what is due, some at once, until nothing is left."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while studio.world.rows("SELECT FROM core.publications WHERE next_try_at IS NOT NULL LIMIT 1"):
        assert asyncio.get_running_loop().time() < deadline, standing(studio)
        studio.execute(_HURRY)
        due = [publication for (publication,) in studio.world.rows(_DUE)]
        await asyncio.gather(*(upload(studio.runtime, one) for one in due))
        await asyncio.sleep(0 if due else 0.2)


def standing(studio: Studio) -> Any:
    return studio.world.rows(
        "SELECT status, last_error ->> 'reason', last_error ->> 'message', count(*) FROM core.publications"
        " GROUP BY 1, 2, 3"
    )


@pytest.fixture
async def measuring(studio: Studio) -> AsyncIterator[MeasurementRuntime]:
    world = studio.world
    async with Deliveries(world.database.app_url, application="test") as deliveries:
        yield MeasurementRuntime(
            world.youtube.platform, studio.runtime.youtube, deliveries, timedelta(seconds=0.2), LEASE
        )


async def collect_all(studio: Studio, measuring: MeasurementRuntime) -> None:
    """The counters of all, until nothing went wrong. Days of reports have their own tests, and many more calls."""
    for _ in range(30):
        studio.execute(
            "UPDATE core.channel_measurements SET next_at = now(), reports_next_at = now() + interval '1 day'"
        )
        studio.execute("UPDATE core.video_counters SET next_at = now()")
        await collect_due(measuring)
        failed = studio.world.rows("SELECT last_error FROM core.channel_measurements WHERE last_error IS NOT NULL")
        if not failed:
            return
    raise AssertionError(failed)


async def shown(world: World, channel_id: UUID, ids: list[str]) -> dict[str, tuple[int, int, int]]:
    """What YouTube's counters say to our client, when nothing goes wrong."""
    answer = await world.youtube.call(
        channel_id, lambda apis: apis.data.videos().list(part="statistics", id=",".join(ids))
    )
    names = ("viewCount", "likeCount", "commentCount")
    return {one["id"]: tuple(int(one["statistics"][name]) for name in names) for one in answer["items"]}  # type: ignore[misc]


async def secrets_of(world: World, channels: list[UUID]) -> list[str]:
    found = []
    async with world.youtube.platform.begin() as session:
        for channel_id in channels:
            kept = await credentials.find_credential(session, world.youtube.keys, channel_id, PROVIDER)
            tokens = Tokens.of(kept or "")
            found += [tokens.access_token, tokens.refresh_token]
    return found


async def test_two_hundred_videos_on_twenty_channels(
    studio: Studio, queue: procrastinate.App, measuring: MeasurementRuntime, caplog: pytest.LogCaptureFixture
) -> None:
    world = studio.world
    caplog.set_level(logging.DEBUG)
    studio.execute("DELETE FROM core.workflow_artifacts")  # the studio's own video is not among them
    channels = await channels_of(world, CHANNELS)
    secrets = await secrets_of(world, channels)
    await order_all(studio, channels)
    world.served.control("PUT", "/clock", {"factor": FACTOR})
    go_wrong(world, 0.2)
    with capture_logs() as said:
        await publish_all(studio)
    met = Counter({rule["kind"]: rule["happened"] for rule in world.served.control("GET", "/faults")})

    assert min(met[kind] for kind in KINDS) > 0, met
    assert world.rows("SELECT status, count(*) FROM core.publications GROUP BY 1") == [("live", CHANNELS * VIDEOS)]
    there = world.served.state()["videos"]
    ours = {one for (one,) in world.rows("SELECT youtube_video_id FROM core.publications")}
    assert (len(there), {one["id"] for one in there}) == (CHANNELS * VIDEOS, ours)
    assert not any(one["deleted"] for one in there)
    assert len({one["sha256"] for one in there}) == CHANNELS * VIDEOS

    used = world.rows("SELECT bucket, max(used), count(DISTINCT day) FROM core.youtube_quota GROUP BY 1 ORDER BY 1")
    most = world.project.allowances
    assert all(reserved <= most[bucket] for bucket, reserved, _ in used), used
    assert max(days for _, _, days in used) >= 5, used  # it was scarce
    outcomes = {call["outcome"] for call in world.served.state()["calls"]}
    assert not outcomes & {"quotaExceeded", "rateLimitExceeded"}, outcomes

    # its time stands still, as far as counters go: they move every five minutes of it
    world.served.control("PUT", "/clock", {"factor": 1, "advance_s": 2 * 86_400})
    with capture_logs() as said_of_numbers:
        await collect_all(studio, measuring)
        world.served.control("DELETE", "/faults")
        await collect_all(studio, measuring)
    for channel_id in channels:
        sums = {
            youtube_id: (views, likes, comments)
            for youtube_id, views, likes, comments in world.rows(
                "SELECT p.youtube_video_id, sum(d.views)::int, sum(d.likes)::int, sum(d.comments)::int"
                " FROM analytics.video_days d JOIN core.publications p ON p.video_id = d.video_id"
                f" WHERE d.channel_id = '{channel_id}' GROUP BY 1"
            )
        }
        assert sums == await shown(world, channel_id, list(sums))
        assert len(sums) == VIDEOS

    secrets += await secrets_of(world, channels)
    assert len(set(secrets)) >= 2 * CHANNELS
    logged = [*caplog.messages, *map(repr, [*said, *said_of_numbers])]
    assert len(said) >= CHANNELS * VIDEOS
    assert not [line for line in logged if any(secret in line for secret in secrets)]
