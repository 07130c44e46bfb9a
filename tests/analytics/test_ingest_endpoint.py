"""The door for measurements, over HTTP."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.analytics.factories import Measured, event, hours_ago, make_measured, ndjson
from tests.api import client_of, settings_for
from tests.conftest import Database
from ytempire.accounts.api_keys import create_key
from ytempire.analytics.ingest_endpoints import LARGEST
from ytempire.kit.database import Sessions, as_subject

METRICS = "/api/v1/ingest/metrics"


@pytest.fixture
async def client(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path), signed_in=False) as one:
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


async def test_a_delivery_is_acknowledged_with_what_became_of_it(
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
async def test_a_key_opens_what_it_is_for(
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
async def test_a_body_that_cannot_be_used(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, content: bytes, encoding: str, status: int
) -> None:
    headers = {**await key_of(sessions, ann, "ingest"), "Content-Encoding": encoding}
    answer = await client.post(METRICS, content=content, headers=headers)
    assert answer.status_code == status
    assert answer.json()["hint"]


async def test_nobody_delivers_unseen(client: httpx.AsyncClient) -> None:
    answer: Any = await client.post(METRICS, content=b"{}")
    assert answer.status_code == 401
