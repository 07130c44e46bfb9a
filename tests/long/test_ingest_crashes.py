"""`kill -9` of whatever takes part, under load: nothing lost that was acknowledged, nothing counted twice."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ingest.factories import Measured, event, make_measured, ndjson
from tests.long.conftest import Installation
from tests.long.test_crash_matrix import kill
from ytempire.accounts.api_keys import create_key
from ytempire.kit.database import as_subject, connect, sessions_of
from ytempire.kit.subject import SYSTEM

pytestmark = pytest.mark.long
SIZE = 400  # events of a delivery
BLOWS = ("serve", "postgres", "valkey", "serve", "postgres")


@dataclass
class Sender:
    """Delivers until told to stop; what was not acknowledged it sends again with its key, as a client should."""

    base: str
    key: str
    person: Measured
    number: int
    stop: threading.Event
    told: dict[tuple[str, str], int] = field(default_factory=dict)
    acknowledged: int = 0
    repeated: int = 0

    def run(self) -> None:
        chance = random.Random(self.number)
        # its own seconds of an hour: no two senders speak of the same event
        begin = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=30)
        with httpx.Client(base_url=self.base, headers={"Authorization": f"Bearer {self.key}"}, timeout=30) as client:
            for delivery in self._deliveries(chance, begin):
                self._deliver(client, f"{self.number}-{self.acknowledged}", ndjson(*delivery) + b"\nnonsense")
                self.told |= {(one["video_id"], one["timestamp"]): one["views"] for one in delivery}
                self.acknowledged += 1

    def _deliveries(self, chance: random.Random, begin: datetime) -> Iterator[list[dict[str, Any]]]:
        while not self.stop.is_set():
            yield [
                event(
                    *chance.choice(self.person.pairs),
                    begin + timedelta(seconds=4 * chance.randrange(25_000) + self.number),
                    views=chance.randrange(1000),
                    estimated_revenue_usd=round(chance.random(), 6),
                    breakdowns=[{"dimension": "device", "member": "TV", "views": 1}] if chance.random() < 0.1 else [],
                )
                for _ in range(SIZE)
            ]

    def _deliver(self, client: httpx.Client, key: str, body: bytes) -> None:
        while True:
            try:
                answer = client.post("/api/v1/ingest/metrics", content=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == 202:
                assert answer.json()["rejected"] == 1
                return
            assert answer is None or answer.status_code in {429, 503}, answer.text
            self.repeated += 1
            time.sleep(0.2)


async def _people(installation: Installation) -> tuple[Measured, str]:
    state = installation.state()
    assert state is not None
    engine = connect(state.endpoints.database_url, pool_size=1)
    platform = sessions_of(engine, SYSTEM)
    person = await make_measured(platform, "ann", zones=("Asia/Kolkata", "UTC", "America/Lima"), videos=5)
    async with as_subject(platform, person.subject).begin() as session:
        _, key = await create_key(
            session, person.subject.user_id, name="k", scopes=["ingest"], hourly_limit=1_000_000, expires_at=None
        )
    await engine.dispose()
    return person, key


def test_ingest_under_load_survives_kill_of_any_process(installation: Installation, tmp_path: Path) -> None:
    installation.run("up", "--detach", "--no-demo")
    person, key = asyncio.run(_people(installation))
    stop = threading.Event()
    senders = [Sender(f"http://127.0.0.1:{installation.port}", key, person, number, stop) for number in range(3)]
    threads = [threading.Thread(target=sender.run) for sender in senders]
    for thread in threads:
        thread.start()
    file, told = _write_file(person, tmp_path)
    chance = random.Random(1)
    for victim in BLOWS:
        before = sum(sender.acknowledged for sender in senders)
        delivering = installation.start("ingest", "metrics", str(file), "--json")
        time.sleep(3 + chance.random() * 3)
        kill(installation.pid(victim))
        time.sleep(chance.random())
        kill(delivering.pid)
        delivering.communicate()
        _wait(lambda before=before: sum(sender.acknowledged for sender in senders) > before + 5)
    stop.set()
    for thread in threads:
        thread.join()
    assert sum(sender.repeated for sender in senders) > 0  # or nothing was struck
    installation.run("ingest", "metrics", str(file))
    _assert_nothing_lost_and_nothing_twice(installation, senders, told)
    [(merges,)] = installation.query("SELECT sum(generation) FROM analytics.delta_segments")
    assert merges > len(BLOWS)
    # what those that were killed left behind is merged by the worker
    unmerged = "SELECT count(*) FROM analytics.delta_segments WHERE status IN ('open', 'closed')"
    _wait(lambda: installation.query(unmerged) == [(0,)])
    assert installation.json("ingest", "check")["differences"] == []


def _write_file(person: Measured, folder: Path) -> tuple[Path, dict[tuple[str, str], int]]:
    """Some megabytes of the seconds that no sender speaks of."""
    chance = random.Random(99)
    begin = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=30)
    events = [
        event(
            *person.pairs[number % len(person.pairs)],
            begin + timedelta(seconds=4 * number + 3),
            views=chance.randrange(99),
        )
        for number in range(25_000)
    ]
    file = folder / "events.ndjson"
    file.write_bytes(ndjson(*events))
    return file, {(one["video_id"], one["timestamp"]): one["views"] for one in events}


def _wait(holds: Any, timeout_s: float = 300) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _assert_nothing_lost_and_nothing_twice(
    installation: Installation, senders: list[Sender], told: dict[tuple[str, str], int]
) -> None:
    expected = dict(told)
    for sender in senders:
        expected |= sender.told
    kept = {
        (video, at.astimezone(UTC).isoformat()): views
        for video, at, views in installation.query(
            'SELECT video_id::text, "timestamp", views FROM analytics.video_metrics'
        )
    }
    assert kept == expected
    checked = installation.json("ingest", "check")
    assert checked["differences"] == []
    assert checked["channels"] >= 3
    deliveries = sum(sender.acknowledged for sender in senders)
    [(lines, batches)] = installation.query("SELECT count(*), count(DISTINCT batch_id) FROM staging.quarantine")
    assert (lines, batches) == (deliveries, deliveries)  # one bad line of each, kept once
    unfinished = installation.query(
        "SELECT b.id FROM analytics.ingest_batches b WHERE b.source = 'api' AND b.events - b.superseded - b.rejected"
        " <> (SELECT coalesce(sum(p.inserted + p.changed + p.unchanged + p.rejected), 0)"
        " FROM analytics.ingest_batch_shards p WHERE p.batch_id = b.id)"
    )
    assert unfinished == []
    problems = [one for one in installation.json("db", "doctor")["findings"] if one["status"] == "critical"]
    assert problems == []
