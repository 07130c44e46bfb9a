"""One video of a text on a channel, unless another one is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import procrastinate
import pytest
from sqlalchemy import text, update

from tests.api import client_of, settings_for
from tests.conftest import Database
from tests.production.factories import ARTICLE, start
from tests.production.test_endpoints import ORDER
from tests.users import PERSONA
from ytempire.kit.database import Sessions
from ytempire.kit.storage import ObjectStore
from ytempire.production import service
from ytempire.production.errors import DuplicateSource
from ytempire.production.models import Run, Video
from ytempire.production.run_options import Options
from ytempire.production.service import StartedRun

ONCE = {name: value for name, value in ORDER.items() if name != "allow_duplicate"}


@pytest.fixture
async def client(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path)) as client:
        yield client


class Place:
    def __init__(self, sessions: Sessions, queue: procrastinate.App, store: ObjectStore) -> None:
        self.sessions, self.queue, self.store = sessions, queue, store

    async def order(
        self, *, data: bytes = ARTICLE, name: str = "sky.md", key: str | None = None, again: bool = False,
        channel_id: UUID | None = None, options: Options | None = None,
    ) -> StartedRun:  # fmt: skip
        return await start(
            self.sessions, self.queue, self.store, text=data, name=name, key=key, again=again, channel_id=channel_id,
            options=options,
        )  # fmt: skip

    async def end(self, run: StartedRun, status: str) -> None:
        """Whatever the way there."""
        async with self.sessions.begin() as session:
            for state in ("running", status) if status != "cancelled" else (status,):
                ended = text("now()") if state == status else None
                await session.execute(update(Run).where(Run.id == run.id).values(status=state, completed_at=ended))
            made = {"status": "ready", "duration_seconds": 60} if status == "completed" else {"status": "failed"}
            await session.execute(update(Video).where(Video.id == run.video_id).values(made))


@pytest.fixture
def place(sessions: Sessions, queue: procrastinate.App, store: ObjectStore) -> Place:
    return Place(sessions, queue, store)


class TestOrdering:
    async def test_start_run_same_text_in_any_form_is_refused(self, place: Place) -> None:
        first = await place.order()
        for other in ({}, {"name": "other.txt"}, {"options": Options(seconds=30, format="9:16")}, {"key": "another"}):
            with pytest.raises(DuplicateSource) as refused:
                await place.order(**other)  # type: ignore[arg-type]
            assert refused.value.refers_to == {"run_id": str(first.id), "video_id": str(first.video_id)}
        assert str(first.id) in str(refused.value)
        assert "--allow-duplicate" in str(refused.value)
        assert (await place.order(data=ARTICLE + b"\nOne more line of text.")).is_new

    async def test_start_run_same_text_with_allow_duplicate_is_new(self, place: Place) -> None:
        first, second = await place.order(), await place.order(again=True)
        assert first.video_id != second.video_id
        with pytest.raises(DuplicateSource, match=str(second.id)):
            await place.order()

    async def test_start_run_same_idempotency_key_returns_same_run(self, place: Place) -> None:
        first = await place.order(key="order 1")
        for again in (False, True):
            same = await place.order(key="order 1", again=again)
            assert (same.id, same.is_new) == (first.id, False)

    @pytest.mark.parametrize("status", ["completed", "failed", "refused", "cancelled"])
    async def test_start_run_after_unsuccessful_run_of_text_is_new(self, place: Place, status: str) -> None:
        first = await place.order()
        await place.end(first, status)
        if status == "completed":
            with pytest.raises(DuplicateSource, match="It is made"):
                await place.order()
        else:
            assert (await place.order()).is_new

    async def test_start_run_after_removed_video_of_text_is_new(self, place: Place) -> None:
        first = await place.order()
        await place.end(first, "completed")
        async with place.sessions.begin() as session:
            await session.execute(update(Video).where(Video.id == first.video_id).values(status="removed"))
        assert (await place.order()).is_new

    @pytest.mark.parametrize("asked", [False, True])
    async def test_start_run_same_text_concurrently_makes_one(self, place: Place, asked: bool) -> None:
        found = await asyncio.gather(*(place.order(again=asked) for _ in range(6)), return_exceptions=True)
        made = [one for one in found if isinstance(one, StartedRun)]
        refused = [one for one in found if isinstance(one, DuplicateSource)]
        assert (len(made), len(refused)) == ((6, 0) if asked else (1, 5))


class TestRunningAgain:
    async def test_retry_run_superseded_by_other_run_is_refused(self, place: Place) -> None:
        first = await place.order()
        await place.end(first, "failed")
        second = await place.order()
        with pytest.raises(DuplicateSource, match=str(second.id)):
            async with place.sessions.begin() as session:
                await service.retry_run(session, place.queue, first.id)
        await place.end(second, "cancelled")
        async with place.sessions.begin() as session:
            assert await service.retry_run(session, place.queue, first.id) == "research"

    async def test_retry_run_requested_as_duplicate_is_accepted(self, place: Place) -> None:
        await place.order()
        second = await place.order(again=True)
        await place.end(second, "failed")
        async with place.sessions.begin() as session:
            assert await service.retry_run(session, place.queue, second.id) == "research"


async def test_post_run_of_duplicate_source_is_conflict_naming_earlier_run(client: httpx.AsyncClient) -> None:
    first = (await client.post("/api/v1/runs", json=ONCE)).json()
    answer = await client.post("/api/v1/runs", json={**ONCE, "source_name": "upload.txt"})
    said = answer.json()
    assert (answer.status_code, said["code"]) == (409, "duplicate_source")
    assert said["refers_to"] == {"run_id": first["id"], "video_id": first["video_id"]}
    assert first["id"] in said["detail"]
    assert '"allow_duplicate": true' in said["hint"]
    again = await client.post("/api/v1/runs", json={**ONCE, "allow_duplicate": True})
    assert again.status_code == 202
    assert (await client.post("/api/v1/runs", json={**ONCE, "allow_duplicate": "perhaps"})).status_code == 422


async def test_post_run_of_same_text_on_other_channel_is_accepted(client: httpx.AsyncClient) -> None:
    personas = (await client.get("/api/v1/personas")).json()["items"]
    [persona] = [one["id"] for one in personas if one["definition"]["name"] == PERSONA]
    made = [
        await client.post("/api/v1/channels", json={"name": f"Channel {number}", "persona_id": persona})
        for number in range(2)
    ]
    ids = [one.json()["id"] for one in made]
    ordered = [
        (await client.post("/api/v1/runs", json={**ONCE, "channel_id": one})).status_code for one in (*ids, *ids)
    ]
    assert ordered == [202, 202, 409, 409]
