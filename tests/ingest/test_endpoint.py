"""The door for measurements, over HTTP."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.api import client_of, settings_for
from tests.conftest import Database
from tests.ingest.factories import Measured, event, filled, hours_ago, make_measured, ndjson
from ytempire.accounts.api_keys import create_key
from ytempire.ingest.endpoints import LARGEST
from ytempire.ingest.gzip_stream import MAX_MEMBERS
from ytempire.kit.database import Sessions, as_subject, conninfo

METRICS = "/api/v1/ingest/metrics"


@pytest.fixture
async def client(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path), person=None) as one:
        yield one


@pytest.fixture
async def ann(sessions: Sessions) -> Measured:
    return await make_measured(sessions, "ann")


async def key_of(sessions: Sessions, person: Measured, *scopes: str) -> dict[str, str]:
    async with as_subject(sessions, person.subject).begin() as session:
        _, secret = await create_key(
            session,
            person.subject.user_id,
            name=" ".join(scopes),
            scopes=list(scopes),
            hourly_limit=100,
            expires_at=None,
        )
    return {"Authorization": f"Bearer {secret}"}


async def test_post_metrics_returns_counts_of_batch(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured
) -> None:
    channel, video = ann.pairs[0]
    data = ndjson(event(channel, video, hours_ago(1), views=5)) + b"\nnonsense\n"
    headers = await key_of(sessions, ann, "ingest")
    packed = await client.post(
        METRICS, content=gzip.compress(data), headers={**headers, "Content-Encoding": "gzip", "Idempotency-Key": "a"}
    )
    assert packed.status_code == 202
    assert {**packed.json(), "batch_id": ""} == {
        "batch_id": "", "events": 2, "inserted": 1, "changed": 0, "unchanged": 0, "superseded": 0, "rejected": 1,
    }  # fmt: skip
    again = await client.post(METRICS, content=data, headers={**headers, "Idempotency-Key": "a"})
    assert again.json() == packed.json()
    other = await client.post(METRICS, content=b"{}", headers={**headers, "Idempotency-Key": "a"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert int(again.headers["RateLimit"].split("r=")[1].split(";")[0]) == 98


@pytest.mark.parametrize(
    ("scopes", "delivers", "reads"),
    [(("ingest",), 202, 403), (("read",), 403, 200), (("write",), 202, 200), (("read", "ingest"), 202, 200)],
)
async def test_post_metrics_requires_ingest_or_write_scope(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, scopes: tuple[str, ...], delivers: int, reads: int
) -> None:
    headers = await key_of(sessions, ann, *scopes)
    assert (await client.post(METRICS, content=b"", headers=headers)).status_code == delivers
    assert (await client.get("/api/v1/channels", headers=headers)).status_code == reads
    assert (await client.post("/api/v1/channels", json={}, headers=headers)).status_code == (
        422 if "write" in scopes else 403
    )


@pytest.mark.parametrize(
    ("content", "encoding", "status"),
    [
        (b"no gzip", "gzip", 422),
        (gzip.compress(b"{}" * 5000)[:-9], "gzip", 422),
        (b"x", "br", 422),
        (b"\n" * (LARGEST + 1), "identity", 413),
        (gzip.compress(b"\n" * (LARGEST * 8)), "gzip", 413),
    ],
    ids=["no gzip", "cut off", "another encoding", "too large", "a bomb"],
)
async def test_post_metrics_unreadable_or_too_large_body_is_refused(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, content: bytes, encoding: str, status: int
) -> None:
    headers = {**await key_of(sessions, ann, "ingest"), "Content-Encoding": encoding}
    answer = await client.post(METRICS, content=content, headers=headers)
    assert answer.status_code == status
    assert answer.json()["hint"]


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
async def test_post_metrics_accepts_unicode_encodings_with_bom(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, coding: str
) -> None:
    said = filled("30-bom.ndjson", *ann.pairs[0]).decode("utf-8-sig").encode(coding)
    answer = await client.post(METRICS, content=said, headers=await key_of(sessions, ann, "ingest"))
    assert (answer.status_code, answer.json()["inserted"], answer.json()["rejected"]) == (202, 1, 0)


async def test_post_metrics_body_not_ndjson_is_refused_whole(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured
) -> None:
    headers = await key_of(sessions, ann, "write")
    array = filled("30-array.json", *ann.pairs[0])
    for said in (array, json.dumps(json.loads(array)[0], indent=2).encode()):
        answer = await client.post(METRICS, content=said, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_ndjson")
        assert "write one object a line" in answer.json()["detail"]
    damaged = await client.post(METRICS, content="{}".encode("utf-16") + b"x", headers=headers)
    assert (damaged.status_code, "begins as UTF-16 and is damaged" in damaged.json()["detail"]) == (422, True)
    assert (await client.get("/api/v1/ingest/batches", headers=headers)).json()["items"] == []


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip"])
@pytest.mark.parametrize("padding", [b"", b"\0" * 700], ids=["close", "padded"])
async def test_post_metrics_gzip_body_reads_every_member(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, coding: str, padding: bytes
) -> None:
    channel, video = ann.pairs[0]
    lines = [ndjson(event(channel, video, hours_ago(1 + number), views=5)) + b"\n" for number in range(40)]
    packed = b"".join(gzip.compress(line) + padding for line in lines)

    async def bit_by_bit() -> AsyncIterator[bytes]:
        for place in range(0, len(packed), 7):
            yield packed[place : place + 7]

    headers = {**await key_of(sessions, ann, "ingest"), "Content-Encoding": coding}
    whole = await client.post(METRICS, content=packed, headers=headers)
    assert (whole.status_code, whole.json()["inserted"]) == (202, 40)
    again = await client.post(METRICS, content=bit_by_bit(), headers=headers)
    assert (again.status_code, again.json()["unchanged"]) == (202, 40)


@pytest.mark.parametrize(
    "rest",
    [b"garbage", b"\x1f", gzip.compress(b"{}")[:-1], gzip.compress(b"{}")[:4], b"\0\0{}"],
    ids=["garbage", "a lone byte", "cut", "a header only", "behind padding"],
)
async def test_post_metrics_gzip_body_with_trailing_data_is_refused_whole(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, rest: bytes
) -> None:
    channel, video = ann.pairs[0]
    headers = {**await key_of(sessions, ann, "write"), "Content-Encoding": "gzip"}
    packed = gzip.compress(ndjson(event(channel, video, hours_ago(1), views=5)) + b"\n")
    answer = await client.post(METRICS, content=packed + rest, headers=headers)
    assert (answer.status_code, "Nothing of it was taken" in answer.json()["detail"]) == (422, True)
    assert (await client.get("/api/v1/ingest/batches", headers=headers)).json()["items"] == []


async def test_post_metrics_gzip_body_over_limits_is_refused(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured
) -> None:
    headers = {**await key_of(sessions, ann, "ingest"), "Content-Encoding": "gzip"}
    answer = await client.post(METRICS, content=gzip.compress(b"") * (MAX_MEMBERS + 1), headers=headers)
    assert (answer.status_code, "members" in answer.json()["detail"]) == (422, True)
    answer = await client.post(METRICS, content=gzip.compress(b"") + b"\0" * LARGEST, headers=headers)
    assert answer.status_code == 413


async def test_post_metrics_without_credentials_is_unauthenticated(client: httpx.AsyncClient) -> None:
    answer: Any = await client.post(METRICS, content=b"{}")
    assert answer.status_code == 401


async def test_ingest_health_and_batches_show_own_batches_only(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured
) -> None:
    headers = await key_of(sessions, ann, "write")
    channel, video = ann.pairs[0]
    for number in range(3):
        data = ndjson(event(channel, video, hours_ago(2 + number), views=5), event(channel, uuid4(), hours_ago(1)))
        assert (await client.post(METRICS, content=data, headers=headers)).status_code == 202
    health = (await client.get("/api/v1/ingest/health", headers=headers)).json()
    assert (health["batches"], health["events"], health["rejected"], health["in_quarantine"]) == (3, 6, 3, 3)
    assert (health["unfinished"], health["pending_rebuilds"]) == (0, 0)
    assert 0 < health["p50_ms"] <= health["p99_ms"] < 10_000
    first = (await client.get("/api/v1/ingest/batches?limit=2", headers=headers)).json()
    rest = (await client.get(f"/api/v1/ingest/batches?cursor={first['next_cursor']}", headers=headers)).json()
    batches = [*first["items"], *rest["items"]]
    assert [(one["inserted"], one["rejected"], one["source"]) for one in batches] == [(1, 1, "api")] * 3
    assert all(one["committed_at"] for one in batches)
    bob = await key_of(sessions, await make_measured(sessions, "bob"), "read")
    assert (await client.get("/api/v1/ingest/batches", headers=bob)).json()["items"] == []
    assert (await client.get("/api/v1/ingest/health", headers=bob)).json()["in_quarantine"] == 0


async def test_quarantine_endpoints_list_retry_and_drop_lines(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured
) -> None:
    headers = await key_of(sessions, ann, "write")
    await client.post(METRICS, content=b"nonsense\nmore nonsense\n", headers=headers)
    lines = (await client.get("/api/v1/ingest/quarantine", headers=headers)).json()["items"]
    assert [(one["line"], one["content"]) for one in lines] == [(2, "more nonsense"), (1, "nonsense")]
    again = await client.post("/api/v1/ingest/quarantine/retry", json={"ids": [lines[0]["id"]]}, headers=headers)
    assert again.json() == {"attempted": 1, "ingested": 0}
    deleted = await client.post("/api/v1/ingest/quarantine/delete", json={"ids": [lines[0]["id"]]}, headers=headers)
    assert deleted.json() == {"deleted": 1}
    assert (await client.post("/api/v1/ingest/quarantine/delete", json={}, headers=headers)).json() == {"deleted": 1}


async def test_rollup_comparison_endpoint_finds_and_rebuilds_differences(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, database: Database
) -> None:
    headers = await key_of(sessions, ann, "write")
    channel, video = ann.pairs[0]
    await client.post(METRICS, content=ndjson(event(channel, video, hours_ago(1), views=5)), headers=headers)
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute("UPDATE analytics.channel_hourly SET views = views + 2")
    checked = (await client.get("/api/v1/ingest/check", headers=headers)).json()
    assert checked == {
        "items": [
            {
                "channel_id": str(channel),
                "differences": [{"table": "analytics.channel_hourly", "rows": 1, "excess": {"views": "2"}}],
            }
        ],
        "next_cursor": None,
    }
    today = datetime.now(UTC).date()
    body = {"channel_id": str(channel), "since": str(today - timedelta(days=2)), "until": str(today)}
    bob = await key_of(sessions, await make_measured(sessions, "bob"), "write")
    assert (await client.post("/api/v1/ingest/rebuild", json=body, headers=bob)).status_code == 404
    assert (await client.post("/api/v1/ingest/rebuild", json=body, headers=headers)).status_code == 204
    assert (await client.get("/api/v1/ingest/check", headers=headers)).json()["items"][0]["differences"] == []
    ancient = await client.get("/api/v1/ingest/check?since=2020-01-01", headers=headers)
    assert ancient.status_code == 422
    assert "730 days" in ancient.json()["detail"]
    for day in ("0001-01-01", "9999-12-31"):  # there is no day before the one, nor after the other
        assert (await client.get(f"/api/v1/ingest/check?until={day}", headers=headers)).status_code == 422
        odd = await client.post("/api/v1/ingest/rebuild", json={**body, "since": day, "until": day}, headers=headers)
        assert odd.status_code == 422
