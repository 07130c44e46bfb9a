"""A finished video on a connected channel, and what brings it to a running sandbox."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import time as time_of_day
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import procrastinate
import psycopg
from PIL import Image

from tests.forked_process import ForkedProcess
from tests.production.factories import start
from tests.sandbox.conftest import video
from tests.worker_process import run_in_other_process
from tests.youtube.conftest import YouTubeEnv
from ytempire.kit.database import conninfo
from ytempire.kit.storage import ObjectStore
from ytempire.publishing import queries, service
from ytempire.publishing.automation import CONSENT_VERSION, PublishingSlot, set_automation
from ytempire.publishing.queries import PublicationView
from ytempire.publishing.service import PublicationRequest, PublicationResult
from ytempire.publishing.upload.attempt import upload
from ytempire.publishing.worker_runtime import PublishingRuntime
from ytempire.youtube.projects import set_allowances
from ytempire.youtube.service import YouTube

SRT = b"1\n00:00:00,000 --> 00:00:02,000\nWhy is the night dark?\n"
MIB = 1024 * 1024
LEASE = timedelta(seconds=1)


def picture() -> bytes:
    content = BytesIO()
    Image.new("RGB", (1280, 720), "navy").save(content, "JPEG")
    return content.getvalue()


async def until(condition: Callable[[], object], *, patience_s: float = 20.0) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(0.02)


@dataclass
class Publisher:
    """One finished video, and what brings it to YouTube."""

    youtube_env: YouTubeEnv
    queue: procrastinate.App
    store: ObjectStore
    runtime: PublishingRuntime
    video_id: UUID
    video_file: bytes = field(repr=False)

    async def order(
        self, order: PublicationRequest | None = None, *, video_id: UUID | None = None, **given: Any
    ) -> PublicationResult:
        async with self.youtube_env.sessions.begin() as session:
            return await service.publish(
                session, self.queue, video_id or self.video_id, order or PublicationRequest(), **given
            )

    async def finish(self, video_file: bytes | None = None, *, channel_id: UUID | None = None) -> UUID:
        """A further finished video."""
        run = await start(self.youtube_env.sessions, self.queue, self.store, channel_id=channel_id)
        files = {"video.mp4": video_file or video(), "thumbnail-1.jpg": picture(), "captions.srt": SRT}
        for name, content in files.items():
            kept = self.store.put_bytes(content)
            self.execute(
                "INSERT INTO core.run_artifacts (run_id, name, step, sha256, size_bytes, media_type)"
                " VALUES (%s, %s, 'render', %s, %s, 'x/y')",
                run.id,
                name,
                kept.sha256,
                kept.size_bytes,
            )
        self.execute(
            "UPDATE core.videos SET status = 'ready', duration_seconds = 95, tags = '{night sky,stars}',"
            " description = 'About the night.' WHERE id = %s",
            run.video_id,
        )
        return run.video_id

    async def automate(
        self,
        *,
        videos_per_day: int = 1,
        times: Sequence[str] = ("06:00", "12:00", "18:00"),
        channel_id: UUID | None = None,
    ) -> None:
        """Each day at these times, by itself."""
        slots = [PublishingSlot(weekday, time_of_day.fromisoformat(at)) for weekday in range(7) for at in times]
        async with self.youtube_env.sessions.begin() as session:
            await set_automation(
                session,
                self.youtube_env.operator,
                channel_id or self.youtube_env.channel_id,
                videos_per_day=videos_per_day,
                auto_publish=True,
                slots=slots,
                accepted_consent_version=CONSENT_VERSION,
            )

    async def allow(self, **allowances: int) -> None:
        """A day's quota, as we count it."""
        async with self.runtime.sessions.begin() as session:
            await set_allowances(session, self.youtube_env.project.id, allowances)

    async def view(self) -> PublicationView:
        async with self.youtube_env.sessions.begin() as session:
            return await queries.get_of_video(session, self.video_id)

    async def attempt(self, runtime: PublishingRuntime | None = None) -> PublicationView:
        """One attempt of a worker, now: what it waits for has passed."""
        self.hurry()
        await upload(runtime or self.runtime, (await self.view()).id)
        return await self.view()

    async def attempt_at(self, publication_id: UUID) -> None:
        """The same of one of several."""
        self.hurry()
        await upload(self.runtime, publication_id)

    async def until_settled(self, *, most: int = 20) -> PublicationView:
        """Attempts until nothing is left to do, each when its time has come."""
        for _ in range(most):
            view = await self.attempt()
            if view.next_try_at is None:
                return view
            self.youtube_env.sandbox_server.advance(70)
        raise AssertionError(f"it is {view.status} after {most} attempts: {view.last_error}")

    async def expire_lease(self) -> None:
        """The dead worker's claim counts no more."""
        query = "SELECT FROM core.publications WHERE heartbeat_at > now() - interval '1 second'"
        await until(lambda: not self.youtube_env.rows(query))

    def row(self) -> dict[str, Any]:
        [(row,)] = self.youtube_env.rows("SELECT to_jsonb(p) FROM core.publications p")
        seen: dict[str, Any] = row
        return seen

    def happened(self) -> int:
        """How many faults were met."""
        return sum(rule["happened"] for rule in self.youtube_env.sandbox_server.control("GET", "/faults"))

    def hurry(self) -> None:
        self.execute(
            "UPDATE core.publications SET next_try_at = now(), last_error = CASE jsonb_typeof(last_error)"
            " WHEN 'object' THEN last_error - 'asked' ELSE last_error END WHERE next_try_at IS NOT NULL"
        )

    def execute(self, statement: str, *given: Any) -> None:
        with psycopg.connect(conninfo(self.youtube_env.database.owner_url)) as connection:
            connection.execute(statement, given)  # type: ignore[arg-type]  # written in the tests

    def at_youtube(self) -> list[dict[str, Any]]:
        videos: list[dict[str, Any]] = self.youtube_env.sandbox_server.state()["videos"]
        return videos

    def video(self) -> tuple[Any, ...]:
        [row] = self.youtube_env.rows("SELECT status, published_at, scheduled_at FROM core.videos")
        return row

    @contextmanager
    def run_in_other_process(self, *, do: str = "upload", **given: Any) -> Iterator[ForkedProcess]:
        """Another process that makes one attempt, or fills the calendar; killed with -9 at the end of the block."""
        asked = {
            "database_url": self.youtube_env.database.app_url,
            "worker_url": self.youtube_env.database.worker_url,
            "keys": str(self.youtube_env.home / "keys.json"),
            "store": str(self.store.root),
            "lease_s": LEASE.total_seconds(),
            "do": do,
            **({"publication_id": self.row()["id"]} if do == "upload" else {}),
            **given,
        }
        with run_in_other_process("tests.publishing.worker_main", asked) as process:
            yield process


@asynccontextmanager
async def worker(
    youtube_env: YouTubeEnv, queue: procrastinate.App, store: ObjectStore
) -> AsyncIterator[PublishingRuntime]:
    async with YouTube(youtube_env.youtube.platform, youtube_env.youtube.keys) as youtube:
        yield PublishingRuntime(
            youtube_env.youtube.platform, queue, store, youtube_env.youtube.keys, youtube, timedelta(seconds=0.2), LEASE
        )


@asynccontextmanager
async def open_publisher(
    youtube_env: YouTubeEnv, queue: procrastinate.App, store: ObjectStore, file_size: int
) -> AsyncIterator[Publisher]:
    """The channel is connected and the video is finished, unless they are prepared."""
    async with worker(youtube_env, queue, store) as runtime:
        prepared = youtube_env.rows(
            "SELECT v.id, a.sha256, a.size_bytes FROM core.videos v JOIN core.runs r ON r.video_id = v.id"
            " JOIN core.run_artifacts a ON a.run_id = r.id WHERE a.name = 'video.mp4'"
        )
        if prepared:
            [(video_id, sha256, size)] = prepared
            yield Publisher(youtube_env, queue, store, runtime, video_id, store.get(sha256, size).read_bytes())
        else:
            await youtube_env.connect()
            video_file = video(file_size, seconds=95)
            publisher = Publisher(youtube_env, queue, store, runtime, UUID(int=0), video_file)
            publisher.video_id = await publisher.finish(video_file)
            yield publisher
