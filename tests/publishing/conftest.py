"""A finished video on a connected channel, and workers that bring it to a running sandbox."""

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
import pytest
from PIL import Image

from tests.elsewhere import elsewhere
from tests.production.conftest import queue, store
from tests.production.factories import start
from tests.sandbox.conftest import served, video
from tests.warm import Warm
from tests.youtube.conftest import World, keys, project_given, world
from ytempire.kit.database import conninfo
from ytempire.kit.storage import ObjectStore
from ytempire.publishing import queries, service
from ytempire.publishing.queries import PublicationView
from ytempire.publishing.service import Order, Ordered
from ytempire.publishing.uploading import PublishingRuntime, upload
from ytempire.youtube.automation import CONSENT_VERSION, Slot, set_automation
from ytempire.youtube.projects import set_allowances
from ytempire.youtube.service import YouTube

__all__ = ["keys", "project_given", "queue", "served", "store", "world"]

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
class Studio:
    """One finished video, and what brings it to YouTube."""

    world: World
    queue: procrastinate.App
    store: ObjectStore
    runtime: PublishingRuntime
    video_id: UUID
    film: bytes = field(repr=False)

    async def order(self, order: Order | None = None, *, video_id: UUID | None = None, **given: Any) -> Ordered:
        async with self.world.sessions.begin() as session:
            return await service.publish(session, self.queue, video_id or self.video_id, order or Order(), **given)

    async def finish(self, film: bytes | None = None, *, channel_id: UUID | None = None) -> UUID:
        """A further finished video."""
        run = await start(self.world.sessions, self.queue, self.store, channel_id=channel_id)
        files = {"video.mp4": film or video(), "thumbnail-1.jpg": picture(), "captions.srt": SRT}
        for name, content in files.items():
            kept = self.store.put_bytes(content)
            self.execute(
                "INSERT INTO core.workflow_artifacts (workflow_id, name, step, sha256, size_bytes, media_type)"
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
        slots = [Slot(weekday, time_of_day.fromisoformat(at)) for weekday in range(7) for at in times]
        async with self.world.sessions.begin() as session:
            await set_automation(
                session,
                self.world.operator,
                channel_id or self.world.channel_id,
                videos_per_day=videos_per_day,
                publish_by_itself=True,
                slots=slots,
                agreed_to=CONSENT_VERSION,
            )

    async def allow(self, **allowances: int) -> None:
        """A day's quota, as we count it."""
        async with self.runtime.sessions.begin() as session:
            await set_allowances(session, self.world.project.id, allowances)

    async def view(self) -> PublicationView:
        async with self.world.sessions.begin() as session:
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
            self.world.served.advance(70)
        raise AssertionError(f"it is {view.status} after {most} attempts: {view.last_error}")

    async def lease_over(self) -> None:
        """The dead worker's claim counts no more."""
        query = "SELECT FROM core.publications WHERE heartbeat_at > now() - interval '1 second'"
        await until(lambda: not self.world.rows(query))

    def row(self) -> dict[str, Any]:
        [(row,)] = self.world.rows("SELECT to_jsonb(p) FROM core.publications p")
        seen: dict[str, Any] = row
        return seen

    def happened(self) -> int:
        """How many faults were met."""
        return sum(rule["happened"] for rule in self.world.served.control("GET", "/faults"))

    def hurry(self) -> None:
        self.execute(
            "UPDATE core.publications SET next_try_at = now(), last_error = CASE jsonb_typeof(last_error)"
            " WHEN 'object' THEN last_error - 'asked' ELSE last_error END WHERE next_try_at IS NOT NULL"
        )

    def execute(self, statement: str, *given: Any) -> None:
        with psycopg.connect(conninfo(self.world.database.owner_url)) as connection:
            connection.execute(statement, given)  # type: ignore[arg-type]  # written in the tests

    def at_youtube(self) -> list[dict[str, Any]]:
        videos: list[dict[str, Any]] = self.world.served.state()["videos"]
        return videos

    def video(self) -> tuple[Any, ...]:
        [row] = self.world.rows("SELECT status, published_at, scheduled_at FROM core.videos")
        return row

    @contextmanager
    def elsewhere(self, *, do: str = "upload", **given: Any) -> Iterator[Warm]:
        """Another process that makes one attempt, or fills the calendar; killed with -9 at the end of the block."""
        asked = {
            "database_url": self.world.database.app_url,
            "worker_url": self.world.database.worker_url,
            "keys": str(self.world.home / "keys.json"),
            "store": str(self.store.root),
            "lease_s": LEASE.total_seconds(),
            "do": do,
            **({"publication_id": self.row()["id"]} if do == "upload" else {}),
            **given,
        }
        with elsewhere("tests.publishing.elsewhere", asked) as process:
            yield process


@asynccontextmanager
async def worker(world: World, queue: procrastinate.App, store: ObjectStore) -> AsyncIterator[PublishingRuntime]:
    async with YouTube(world.youtube.platform, world.youtube.keys) as youtube:
        yield PublishingRuntime(
            world.youtube.platform, queue, store, world.youtube.keys, youtube, timedelta(seconds=0.2), LEASE
        )


@pytest.fixture
def film_size() -> int:
    """One piece, of more than one block; a test class may say otherwise."""
    return 300 * 1024


@pytest.fixture
async def studio(world: World, queue: procrastinate.App, store: ObjectStore, film_size: int) -> AsyncIterator[Studio]:
    await world.connect()
    film = video(film_size, seconds=95)
    async with worker(world, queue, store) as runtime:
        studio = Studio(world, queue, store, runtime, UUID(int=0), film)
        studio.video_id = await studio.finish(film)
        yield studio
