"""A writer remembers the videos that it found, and forgets them when one goes or is another channel's."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from tests.conftest import Database
from tests.ingest.factories import Measured, event, hours_ago, make_measured, ndjson
from ytempire.ingest import known_videos
from ytempire.ingest.ingestor import Ingestor, IngestReceipt, IngestRequest
from ytempire.ingest.known_videos import KnownVideos
from ytempire.kit.database import Sessions, as_subject, conninfo
from ytempire.kit.subject import SYSTEM


@pytest.fixture
async def ann(sessions: Sessions) -> Measured:
    return await make_measured(sessions, "ann", zones=("UTC", "Asia/Kolkata"), videos=6)


def change(database: Database, statement: str, *parameters: object) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute(statement.encode(), parameters)


async def ingest_one(ingestor: Ingestor, who: Measured, channel: UUID, video: UUID, second: int) -> IngestReceipt:
    line = event(channel, video, hours_ago(2) + timedelta(seconds=second), views=1)
    return await ingestor.ingest(IngestRequest(ndjson(line), "api"), who.subject)


async def test_ingest_events_of_deleted_video_are_rejected_from_its_commit_on(
    ingestor: Ingestor, ann: Measured, database: Database
) -> None:
    """Each video is deleted while its events come in."""
    channel, videos = next(iter(ann.videos.items()))

    async def deliver(video: UUID, known: asyncio.Event, deleted: asyncio.Event) -> list[IngestReceipt]:
        """Until some were begun after the deletion, and these are returned."""
        begun_after: list[IngestReceipt] = []
        for second in itertools.count():
            is_after = deleted.is_set()
            receipt = await ingest_one(ingestor, ann, channel, video, second)
            if second == 3:
                known.set()
            if not known.is_set():
                assert receipt.inserted == 1
            if is_after:
                begun_after.append(receipt)
            if len(begun_after) == 5:
                break
        return begun_after

    async def delete(video: UUID, known: asyncio.Event, deleted: asyncio.Event) -> None:
        await known.wait()
        await asyncio.to_thread(change, database, "DELETE FROM core.videos WHERE id = %s", video)
        deleted.set()

    for video in videos:
        events = asyncio.Event(), asyncio.Event()
        begun_after, _ = await asyncio.gather(deliver(video, *events), delete(video, *events))
        assert {(receipt.inserted, receipt.rejected) for receipt in begun_after} == {(0, 1)}


async def test_ingest_events_of_moved_video_belong_to_its_new_channel(
    ingestor: Ingestor, ann: Measured, database: Database
) -> None:
    """Nobody may move one; who repairs a database can."""
    (first, [video, *_]), (second, _) = ann.videos.items()
    assert (await ingest_one(ingestor, ann, first, video, 1)).inserted == 1
    change(database, "ALTER TABLE core.videos DISABLE TRIGGER guard_video_channel")
    change(database, "UPDATE core.videos SET channel_id = %s WHERE id = %s", second, video)
    assert (await ingest_one(ingestor, ann, first, video, 2)).rejected == 1
    assert (await ingest_one(ingestor, ann, second, video, 3)).inserted == 1


async def test_ingest_with_revoked_permission_rejects_known_videos(
    ingestor: Ingestor, ann: Measured, sessions: Sessions
) -> None:
    bob = await make_measured(sessions, "bob")
    channel, video = ann.pairs[0]
    shared = {"channel": channel, "user": bob.subject.user_id, "level": "write"}
    async with as_subject(sessions, SYSTEM).begin() as session:
        grant = "INSERT INTO core.permissions (channel_id, user_id, level) VALUES (:channel, :user, :level)"
        await session.execute(text(grant), shared)
    assert (await ingest_one(ingestor, bob, channel, video, 1)).inserted == 1
    async with as_subject(sessions, SYSTEM).begin() as session:
        await session.execute(text("UPDATE core.permissions SET level = 'read' WHERE user_id = :user"), shared)
    assert (await ingest_one(ingestor, bob, channel, video, 2)).rejected == 1
    async with as_subject(sessions, SYSTEM).begin() as session:
        await session.execute(text("DELETE FROM core.permissions WHERE user_id = :user"), shared)
    assert (await ingest_one(ingestor, bob, channel, video, 3)).rejected == 1
    assert (await ingest_one(ingestor, ann, channel, video, 4)).inserted == 1


def test_known_videos_of_other_version_are_forgotten() -> None:
    known, version = KnownVideos(), uuid4()
    before = known.at(version)
    before.add(b"one")
    assert known.at(version) == {b"one"}
    assert known.at(uuid4()) == set()
    before.add(b"two")  # by a thread whose transaction is older
    assert known.at(version) == set()


def test_known_videos_beyond_limit_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_videos, "MAX_KNOWN", 2)
    known, version = KnownVideos(), uuid4()
    known.at(version).update([b"1", b"2"])
    assert len(known.at(version)) == 2
    known.at(version).add(b"3")
    assert known.at(version) == set()
