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

from tests.forked_process import ForkedProcess
from tests.publishing.publisher import until
from tests.sandbox.conftest import ApiClient, sandbox_server
from tests.worker_process import run_in_other_process
from tests.youtube.conftest import YouTubeEnv, keys, project_given, youtube_env
from ytempire.collection.collection_attempt import CollectionSummary, CollectorRuntime
from ytempire.collection.collector import collect_now
from ytempire.ingest.ingestor import Ingestor
from ytempire.kit.database import conninfo
from ytempire.youtube.service import YouTube

__all__ = ["keys", "project_given", "sandbox_server", "youtube_env"]

LEASE = timedelta(seconds=1)


@dataclass(frozen=True)
class Live:
    """A video of ours and what it is at YouTube."""

    video_id: UUID
    youtube_id: str


@dataclass
class CollectionEnv:
    """A connected channel, its videos, and what collects."""

    youtube_env: YouTubeEnv
    runtime: CollectorRuntime
    person: ApiClient

    def publish(self, title: str = "Tides", *, quality: float | None = None, channel_id: UUID | None = None) -> Live:
        """A video that is live at YouTube, and known to be so."""
        channel_id = channel_id or self.youtube_env.channel_id
        with psycopg.connect(conninfo(self.youtube_env.database.owner_url)) as connection:
            made = connection.execute(
                "INSERT INTO core.videos (channel_id, title, format) VALUES (%s, %s, '16:9') RETURNING id",
                [channel_id, title],
            ).fetchone()
        assert made is not None
        return self._published(made[0], channel_id, title, quality)

    def publish_again(self, video: Live) -> Live:
        """The same video as another one at YouTube, where the first is gone."""
        return self._published(video.video_id, self.youtube_env.channel_id, "Tides", 2.0)

    def _published(self, video_id: UUID, channel_id: UUID, title: str, quality: float | None) -> Live:
        youtube_id = self.person.upload(title)["id"]
        if quality is not None:
            self.youtube_env.sandbox_server.control("PATCH", f"/videos/{youtube_id}", {"quality": quality})
        self.execute(
            "INSERT INTO core.publications (video_id, channel_id, is_sandbox, requested_by, status, privacy,"
            " category_id, made_for_kids, synthetic_media, licence, marker, file_sha256, size_bytes,"
            " youtube_video_id, next_try_at, live_at, thumbnail_status, captions_status)"
            " VALUES (%s, %s, true, %s, 'live', 'public',"
            " '27', false, true, 'youtube', %s, 'x', 1, %s, NULL, now(), 'skipped', 'skipped')",
            video_id,
            channel_id,
            self.youtube_env.operator.user_id,
            str(uuid4()),
            youtube_id,
        )
        return Live(video_id, youtube_id)

    def order(self, many: int, *, status: str = "planned", there: bool = False, beside: str = "pending") -> None:
        """Publications on their way that no worker does anything about. `there`: YouTube has their video files."""
        self.execute(
            "WITH made AS (INSERT INTO core.videos (channel_id, title, format)"
            " SELECT %(channel)s, 'Ebb ' || one, '16:9' FROM generate_series(1, %(many)s) AS one RETURNING id)"
            " INSERT INTO core.publications (video_id, channel_id, is_sandbox, requested_by, status, privacy,"
            " category_id, made_for_kids, synthetic_media, licence, marker, file_sha256, size_bytes,"
            " youtube_video_id, next_try_at, thumbnail_status, captions_status)"
            " SELECT id, %(channel)s, true, %(who)s, %(status)s, 'private', '27', false, true, 'youtube', id::text,"
            " 'x', 1, CASE WHEN %(there)s THEN left(id::text, 11) || right(id::text, 8) END,"
            " CASE WHEN %(status)s <> 'removed' THEN now() END, %(beside)s, %(beside)s FROM made",
            {
                "channel": self.youtube_env.channel_id,
                "many": many,
                "who": self.youtube_env.operator.user_id,
                "status": status,
                "there": there,
                "beside": beside,
            },
        )

    async def collect(self, runtime: CollectorRuntime | None = None) -> CollectionSummary:
        """Everything of the channel, now."""
        return await collect_now(runtime or self.runtime, self.youtube_env.channel_id)

    def sums(self, video: Live | None = None) -> dict[str, int]:
        """What the series add up to."""
        which = f"video_id = '{video.video_id}'" if video else "true"
        [row] = self.youtube_env.rows(
            "SELECT coalesce(sum(views), 0)::int, coalesce(sum(likes), 0)::int, coalesce(sum(comments), 0)::int"
            f" FROM analytics.video_daily WHERE {which}"
        )
        return dict(zip(("views", "likes", "comments"), row, strict=True))

    def shown(self, video: Live) -> dict[str, int]:
        """What YouTube's own client is shown, and so lags behind the truth as YouTube does."""
        said = self.person.get(video.youtube_id, "statistics")["statistics"]
        return {name: int(said[f"{name.removesuffix('s')}Count"]) for name in ("views", "likes", "comments")}

    def row(self, video: Live) -> dict[str, Any]:
        [(row,)] = self.youtube_env.rows(
            f"SELECT to_jsonb(c) FROM core.video_counters c WHERE video_id = '{video.video_id}'"
        )
        seen: dict[str, Any] = row
        return seen

    def standing(self) -> dict[str, Any]:
        [(row,)] = self.youtube_env.rows("SELECT to_jsonb(c) FROM core.channel_collections c")
        seen: dict[str, Any] = row
        return seen

    @contextmanager
    def run_in_other_process(self) -> Iterator[ForkedProcess]:
        """Another worker, which collects what is due; killed with -9 at the end of the block."""
        asked = {
            "database_url": self.youtube_env.database.app_url,
            "keys": str(self.youtube_env.home / "keys.json"),
            "lease_s": LEASE.total_seconds(),
        }
        with run_in_other_process("tests.collection.worker_main", asked) as process:
            yield process

    def make_due(self) -> None:
        self.execute("UPDATE core.video_counters SET next_at = now()")
        self.execute("UPDATE core.channel_collections SET next_at = now()")

    async def expire_lease(self) -> None:
        """The dead worker's claim counts no more."""
        query = "SELECT FROM core.channel_collections WHERE heartbeat_at > now() - interval '1 second'"
        await until(lambda: not self.youtube_env.rows(query))

    @contextmanager
    def holding(self, statement: str, *given: Any) -> Iterator[psycopg.Connection[Any]]:
        """A lock that others wait for."""
        with psycopg.connect(conninfo(self.youtube_env.database.owner_url)) as connection:
            connection.execute(statement, given)  # type: ignore[arg-type]  # written in the tests
            yield connection
            connection.rollback()

    def execute(self, statement: str, *given: Any) -> None:
        """`given`: one for each place, or one mapping of names."""
        named = given[0] if given and isinstance(given[0], Mapping) else given
        with psycopg.connect(conninfo(self.youtube_env.database.owner_url)) as connection:
            connection.execute(statement, named)  # type: ignore[arg-type]  # written in the tests


@asynccontextmanager
async def collector(youtube_env: YouTubeEnv) -> AsyncIterator[CollectorRuntime]:
    """What a worker process has."""
    async with (
        YouTube(youtube_env.youtube.platform, youtube_env.youtube.keys) as youtube,
        Ingestor(youtube_env.database.app_url, application="test") as ingestor,
    ):
        yield CollectorRuntime(youtube_env.youtube.platform, youtube, ingestor, timedelta(seconds=0.2), LEASE)


@pytest.fixture
async def collection_env(youtube_env: YouTubeEnv) -> AsyncIterator[CollectionEnv]:
    await youtube_env.connect()
    project = {"project_id": youtube_env.project_at_youtube, "client_config": {}}
    tokens = youtube_env.sandbox_server.control(
        "POST", "/tokens", {"project_id": youtube_env.project_at_youtube, "channel_id": youtube_env.counterpart["id"]}
    )
    person = _Owner(youtube_env.sandbox_server, youtube_env.counterpart, project, tokens)
    async with collector(youtube_env) as runtime:
        yield CollectionEnv(youtube_env, runtime, person)


class _Owner(ApiClient):
    """The channel's owner at YouTube, who looks and uploads there with another client of the same project."""

    @property
    def credentials(self) -> Credentials:  # type: ignore[override]  # it needs no refreshing
        return Credentials(self.tokens["access_token"])
