"""Files of events: any length, packed or not, damaged or not; and the lines that could not go in."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.ingest.factories import Measured, event, filled, hours_ago, make_measured, ndjson
from ytempire.ingest import ndjson_files
from ytempire.ingest.events import MAX_LINE_BYTES
from ytempire.ingest.ingestor import Ingestor
from ytempire.ingest.ndjson_files import Total, ingest_file, whole_lines
from ytempire.ingest.quarantine import delete_lines, list_lines
from ytempire.ingest.quarantine_retry import RetryResult, retry_lines
from ytempire.kit.database import Sessions, as_subject
from ytempire.kit.errors import InvalidInput
from ytempire.production.models import Video


@pytest.fixture
async def ann(sessions: Sessions) -> Measured:
    return await make_measured(sessions, "ann")


def nothing(_total: Total, _bytes: int) -> None:
    pass


def test_whole_lines_chunks_end_at_line_and_keep_all_bytes() -> None:
    lines = [b"%d" % number * (number % 40) for number in range(2_000)]
    for end in (b"", b"\n"):
        data = b"\n".join(lines) + end
        pieces = list(whole_lines(io.BytesIO(data), chunk=64))
        assert b"".join(pieces) == data
        assert all(piece.endswith(b"\n") for piece in pieces[:-1])


def test_whole_lines_endless_line_is_truncated() -> None:
    endless = b"x" * (50 * MAX_LINE_BYTES)
    pieces = list(whole_lines(io.BytesIO(b"a\n" + endless + b"\nb"), chunk=1024))
    lengths = [len(line) for line in b"".join(pieces).split(b"\n")]
    assert (lengths[0], lengths[2:]) == (1, [1])
    assert MAX_LINE_BYTES < lengths[1] <= MAX_LINE_BYTES + 1 + 1024


@pytest.mark.parametrize("packed", [False, True])
async def test_ingest_file_in_chunks_counts_all_events(
    ingestor: Ingestor, ann: Measured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(ndjson_files, "whole_lines", lambda source: whole_lines(source, chunk=2_000))
    channel, video = ann.pairs[0]
    events = [event(channel, video, hours_ago(number / 60), views=1) for number in range(1, 101)]
    data = ndjson(*events, {**events[0], "views": 5}) + b"\n{\n"
    file = tmp_path / "events"
    file.write_bytes(gzip.compress(data) if packed else data)
    seen = []
    total = await ingest_file(ingestor, file, ann.subject, on_progress=lambda total, _: seen.append(total.events))
    assert total == Total(events=102, inserted=100, changed=1, rejected=1)
    assert len(seen) > 5
    again = await ingest_file(ingestor, file, ann.subject, on_progress=nothing)
    assert (again.inserted, again.rejected) == (0, 1)


PACKED = gzip.compress(b"{}\n" * 50_000, 1)
DAMAGED = [PACKED[: len(PACKED) // 2], PACKED[:-1], PACKED + b"garbage", PACKED + PACKED[:-4], PACKED + b"\x1f"]


@pytest.mark.parametrize("rest", DAMAGED, ids=["cut", "one byte cut", "garbage behind", "second cut", "a lone byte"])
async def test_ingest_file_damaged_gzip_inserts_no_events(
    ingestor: Ingestor, sessions: Sessions, ann: Measured, tmp_path: Path, rest: bytes
) -> None:
    channel, video = ann.pairs[0]
    first = ndjson(*(event(channel, video, hours_ago(1 + n / 3600), views=n) for n in range(20_000))) + b"\n"
    file = tmp_path / "events.ndjson.gz"
    file.write_bytes(gzip.compress(first, 1) + rest)
    with pytest.raises(InvalidInput, match=r"events\.ndjson\.gz is damaged: "):
        await ingest_file(ingestor, file, ann.subject, on_progress=nothing)
    async with as_subject(sessions, ann.subject).begin() as session:
        assert await session.scalar(text("SELECT count(*) FROM analytics.ingest_batches")) == 0


CODINGS = ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("coding", CODINGS)
async def test_ingest_file_accepts_unicode_encodings(
    ingestor: Ingestor, ann: Measured, tmp_path: Path, coding: str, packed: bool
) -> None:
    said = filled("30-bom.ndjson", *ann.pairs[0]).decode("utf-8-sig").encode(coding)
    file = tmp_path / "events.ndjson"
    file.write_bytes(gzip.compress(said) if packed else said)
    assert await ingest_file(ingestor, file, ann.subject, on_progress=nothing) == Total(events=1, inserted=1)


async def test_ingest_file_truncated_utf_16_inserts_no_events(
    ingestor: Ingestor, sessions: Sessions, ann: Measured, tmp_path: Path
) -> None:
    file = tmp_path / "events.ndjson"
    file.write_bytes((filled("30-bom.ndjson", *ann.pairs[0]).decode("utf-8-sig") * 40_000).encode("utf-16")[:-1])
    with pytest.raises(InvalidInput, match="begins as UTF-16 and is damaged"):
        await ingest_file(ingestor, file, ann.subject, on_progress=nothing)
    async with as_subject(sessions, ann.subject).begin() as session:
        assert await session.scalar(text("SELECT count(*) FROM analytics.ingest_batches")) == 0


def forms_that_are_no_lines(channel: UUID, video: UUID) -> dict[str, bytes]:
    array = filled("30-array.json", channel, video)
    events = json.loads(array)
    return {
        "as it came": array,
        "with a mark": b"\xef\xbb\xbf" + array,
        "UTF-16": array.decode().encode("utf-16"),
        "behind blank lines": b"\n \n" + array,
        "in one line": json.dumps(events).encode(),
        "spread": json.dumps(events, indent=2).encode(),
        "one spread object": json.dumps(events[0], indent=2).encode(),
        "spread objects": b"\n".join(json.dumps(one, indent=1).encode() for one in events),
        "spread with CR LF": json.dumps(events[0], indent=2).replace("\n", "\r\n").encode(),
        "wrapped": b'{"events": [\n' + b",\n".join(json.dumps(one).encode() for one in events) + b"\n]}\n",
    }


async def test_ingest_file_not_ndjson_inserts_no_events(
    ingestor: Ingestor, sessions: Sessions, ann: Measured, tmp_path: Path
) -> None:
    file = tmp_path / "events.json"
    for said in forms_that_are_no_lines(*ann.pairs[0]).values():
        file.write_bytes(said)
        with pytest.raises(InvalidInput, match="write one object a line"):
            await ingest_file(ingestor, file, ann.subject, on_progress=nothing)
    async with as_subject(sessions, ann.subject).begin() as session:
        assert await session.scalar(text("SELECT count(*) FROM analytics.ingest_batches")) == 0


@pytest.mark.parametrize("first", [b"{", b'{"video_id": "', b"video_id,views", b'{"video_id": 1},'])
async def test_ingest_file_broken_first_line_rejects_only_that_line(
    ingestor: Ingestor, ann: Measured, tmp_path: Path, first: bytes
) -> None:
    channel, video = ann.pairs[0]
    file = tmp_path / "events.ndjson"
    file.write_bytes(first + b"\n" + ndjson(event(channel, video, hours_ago(1)), event(channel, video, hours_ago(2))))
    total = await ingest_file(ingestor, file, ann.subject, on_progress=nothing)
    assert total == Total(events=3, inserted=2, rejected=1)


async def test_ingest_file_gzip_reads_every_member(ingestor: Ingestor, ann: Measured, tmp_path: Path) -> None:
    channel, video = ann.pairs[0]
    lines = [ndjson(event(channel, video, hours_ago(1 + n), views=n)) + b"\n" for n in range(5)]
    file = tmp_path / "events.ndjson.gz"
    file.write_bytes(b"".join(gzip.compress(line) for line in lines) + b"\0" * 512)
    total = await ingest_file(ingestor, file, ann.subject, on_progress=nothing)
    assert (total.events, total.inserted) == (5, 5)


async def test_retry_lines_after_video_exists_inserts_them(
    ingestor: Ingestor, sessions: Sessions, ann: Measured, tmp_path: Path
) -> None:
    channel, known = ann.pairs[0]
    mine = as_subject(sessions, ann.subject)
    async with mine.begin() as session:
        video = Video(channel_id=channel, title="t", format="16:9")
        session.add(video)
        await session.flush()
        await session.delete(video)
    late = event(channel, video.id, hours_ago(1), views=3)
    file = tmp_path / "events.ndjson"
    file.write_bytes(ndjson(late, event(channel, known, hours_ago(1), views=1)) + b"\nnonsense\n" + b"x" * 70_000)
    total = await ingest_file(ingestor, file, ann.subject, on_progress=nothing)
    assert (total.inserted, total.rejected) == (1, 3)
    assert await retry_lines(ingestor, mine, ann.subject) == RetryResult(attempted=2, ingested=0)
    async with mine.begin() as session:
        session.add(Video(id=video.id, channel_id=channel, title="t", format="16:9"))
    assert await retry_lines(ingestor, mine, ann.subject) == RetryResult(attempted=2, ingested=1)
    async with mine.begin() as session:
        left = await list_lines(session, limit=10)
        assert [(line.line, line.retry_count, line.truncated) for line in left] == [(4, 1, True), (3, 3, False)]
        assert await delete_lines(session, only=[left[0].id]) == 1
        assert [line.content for line in await list_lines(session, limit=10)] == ["nonsense"]


async def test_quarantine_lines_are_invisible_to_other_users(
    ingestor: Ingestor, sessions: Sessions, ann: Measured, tmp_path: Path
) -> None:
    bob = await make_measured(sessions, "bob")
    file = tmp_path / "events.ndjson"
    file.write_text(json.dumps({"secret": 1}))
    await ingest_file(ingestor, file, ann.subject, on_progress=nothing)
    bobs = as_subject(sessions, bob.subject)
    assert await retry_lines(ingestor, bobs, bob.subject) == RetryResult(0, 0)
    async with bobs.begin() as session:
        assert await list_lines(session, limit=10) == []
        assert await delete_lines(session, only=None) == 0
