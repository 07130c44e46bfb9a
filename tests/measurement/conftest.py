"""Videos that are live at a running sandbox, and what collects their numbers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from google.oauth2.credentials import Credentials

from tests.elsewhere import elsewhere
from tests.publishing.conftest import until
from tests.sandbox.conftest import Person, served
from tests.warm import Warm
from tests.youtube.conftest import World, keys, project_given, world
from ytempire.analytics.deliveries import Deliveries
from ytempire.kit.database import conninfo
from ytempire.measurement.attempts import Collected, MeasurementRuntime
from ytempire.measurement.collecting import collect_now
from ytempire.youtube.service import YouTube

__all__ = ["keys", "project_given", "served", "world"]

LEASE = timedelta(seconds=1)


@dataclass(frozen=True)
class Live:
    """A video of ours and what it is at YouTube."""

    video_id: UUID
    youtube_id: str


@dataclass
class Observatory:
    """A connected channel, its videos, and what collects."""

    world: World
    runtime: MeasurementRuntime
    person: Person

    def publish(self, title: str = "Tides", *, quality: float | None = None, channel_id: UUID | None = None) -> Live:
        """A video that is live at YouTube, and known to be so."""
        channel_id = channel_id or self.world.channel_id
        with psycopg.connect(conninfo(self.world.database.owner_url)) as connection:
            made = connection.execute(
                "INSERT INTO core.videos (channel_id, title, format) VALUES (%s, %s, '16:9') RETURNING id",
                [channel_id, title],
            ).fetchone()
        assert made is not None
        return self._published(made[0], channel_id, title, quality)

    def publish_again(self, video: Live) -> Live:
        """The same video as another one at YouTube, where the first is gone."""
        return self._published(video.video_id, self.world.channel_id, "Tides", 2.0)

    def _published(self, video_id: UUID, channel_id: UUID, title: str, quality: float | None) -> Live:
        youtube_id = self.person.upload(title)["id"]
        if quality is not None:
            self.world.served.control("PATCH", f"/videos/{youtube_id}", {"quality": quality})
        self.execute(
            "INSERT INTO core.publications (video_id, channel_id, is_sandbox, ordered_by, status, privacy,"
            " category_id, made_for_kids, synthetic_media, licence, marker, file_sha256, size_bytes,"
            " youtube_video_id, next_try_at, live_at, thumbnail_status, captions_status)"
            " VALUES (%s, %s, true, %s, 'live', 'public',"
            " '27', false, true, 'youtube', %s, 'x', 1, %s, NULL, now(), 'skipped', 'skipped')",
            video_id,
            channel_id,
            self.world.operator.user_id,
            str(uuid4()),
            youtube_id,
        )
        return Live(video_id, youtube_id)

    def order(self, many: int, *, status: str = "planned", there: bool = False, beside: str = "pending") -> None:
        """Publications on their way that no worker does anything about. `there`: YouTube has their films."""
        self.execute(
            "WITH made AS (INSERT INTO core.videos (channel_id, title, format)"
            " SELECT %(channel)s, 'Ebb ' || one, '16:9' FROM generate_series(1, %(many)s) AS one RETURNING id)"
            " INSERT INTO core.publications (video_id, channel_id, is_sandbox, ordered_by, status, privacy,"
            " category_id, made_for_kids, synthetic_media, licence, marker, file_sha256, size_bytes,"
            " youtube_video_id, next_try_at, thumbnail_status, captions_status)"
            " SELECT id, %(channel)s, true, %(who)s, %(status)s, 'private', '27', false, true, 'youtube', id::text,"
            " 'x', 1, CASE WHEN %(there)s THEN left(id::text, 11) || right(id::text, 8) END,"
            " CASE WHEN %(status)s <> 'removed' THEN now() END, %(beside)s, %(beside)s FROM made",
            {
                "channel": self.world.channel_id,
                "many": many,
                "who": self.world.operator.user_id,
                "status": status,
                "there": there,
                "beside": beside,
            },
        )

    async def collect(self, runtime: MeasurementRuntime | None = None) -> Collected:
        """Everything of the channel, now."""
        return await collect_now(runtime or self.runtime, self.world.channel_id)

    def sums(self, video: Live | None = None) -> dict[str, int]:
        """What the series add up to."""
        which = f"video_id = '{video.video_id}'" if video else "true"
        [row] = self.world.rows(
            "SELECT coalesce(sum(views), 0)::int, coalesce(sum(likes), 0)::int, coalesce(sum(comments), 0)::int"
            f" FROM analytics.video_days WHERE {which}"
        )
        return dict(zip(("views", "likes", "comments"), row, strict=True))

    def shown(self, video: Live) -> dict[str, int]:
        """What YouTube's own client is shown, and so lags behind the truth as YouTube does."""
        said = self.person.get(video.youtube_id, "statistics")["statistics"]
        return {name: int(said[f"{name.removesuffix('s')}Count"]) for name in ("views", "likes", "comments")}

    def row(self, video: Live) -> dict[str, Any]:
        [(row,)] = self.world.rows(f"SELECT to_jsonb(c) FROM core.video_counters c WHERE video_id = '{video.video_id}'")
        seen: dict[str, Any] = row
        return seen

    def standing(self) -> dict[str, Any]:
        [(row,)] = self.world.rows("SELECT to_jsonb(c) FROM core.channel_measurements c")
        seen: dict[str, Any] = row
        return seen

    @contextmanager
    def elsewhere(self) -> Iterator[Warm]:
        """Another worker, which collects what is due; killed with -9 at the end of the block."""
        asked = {
            "database_url": self.world.database.app_url,
            "keys": str(self.world.home / "keys.json"),
            "lease_s": LEASE.total_seconds(),
        }
        with elsewhere("tests.measurement.elsewhere", asked) as process:
            yield process

    def make_due(self) -> None:
        self.execute("UPDATE core.video_counters SET next_at = now()")
        self.execute("UPDATE core.channel_measurements SET next_at = now()")

    async def lease_over(self) -> None:
        """The dead worker's claim counts no more."""
        query = "SELECT FROM core.channel_measurements WHERE heartbeat_at > now() - interval '1 second'"
        await until(lambda: not self.world.rows(query))

    @contextmanager
    def holding(self, statement: str, *given: Any) -> Iterator[psycopg.Connection[Any]]:
        """A lock that others wait for."""
        with psycopg.connect(conninfo(self.world.database.owner_url)) as connection:
            connection.execute(statement, given)  # type: ignore[arg-type]  # written in the tests
            yield connection
            connection.rollback()

    def execute(self, statement: str, *given: Any) -> None:
        """`given`: one for each place, or one mapping of names."""
        named = given[0] if given and isinstance(given[0], Mapping) else given
        with psycopg.connect(conninfo(self.world.database.owner_url)) as connection:
            connection.execute(statement, named)  # type: ignore[arg-type]  # written in the tests


@asynccontextmanager
async def collector(world: World) -> AsyncIterator[MeasurementRuntime]:
    """What a worker process has."""
    async with (
        YouTube(world.youtube.platform, world.youtube.keys) as youtube,
        Deliveries(world.database.app_url, application="test") as deliveries,
    ):
        yield MeasurementRuntime(world.youtube.platform, youtube, deliveries, timedelta(seconds=0.2), LEASE)


@pytest.fixture
async def observatory(world: World) -> AsyncIterator[Observatory]:
    await world.connect()
    project = {"project_id": world.project_at_youtube, "client_config": {}}
    tokens = world.served.control(
        "POST", "/tokens", {"project_id": world.project_at_youtube, "channel_id": world.counterpart["id"]}
    )
    person = _Owner(world.served, world.counterpart, project, tokens)
    async with collector(world) as runtime:
        yield Observatory(world, runtime, person)


class _Owner(Person):
    """The channel's owner at YouTube, who looks and uploads there with another client of the same project."""

    @property
    def credentials(self) -> Credentials:  # type: ignore[override]  # it needs no refreshing
        return Credentials(self.tokens["access_token"])
