"""Kept answers: whose they are, how long they are right, and what happens when a layer is away."""

from __future__ import annotations

import asyncio
import math
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import valkey
from prometheus_client import REGISTRY
from sqlalchemy import text

from tests.api import BASE, client_of, settings_for
from tests.conftest import Database
from tests.ingest.factories import Measured, event, hours_ago, make_measured, ndjson
from tests.insight.test_dashboards import key_of
from tests.insight.test_invalidation import until
from ytempire.app import create_app
from ytempire.ingest.ingestor import Ingestor, IngestRequest
from ytempire.insight import dashboard_cache, dashboards, invalidation
from ytempire.insight.dashboard_cache import DashboardResult
from ytempire.insight.invalidation import MAX_DELAY_S
from ytempire.kit import clock
from ytempire.kit.database import Sessions, as_subject, conninfo
from ytempire.kit.errors import NotFound
from ytempire.kit.processes import die_with_parent_command
from ytempire.kit.read_pool import Connection
from ytempire.kit.subject import SYSTEM
from ytempire.runtime.home import Home
from ytempire.runtime.valkey import EmbeddedValkey

OVERVIEW = "/api/v1/analytics/overview"
GRANT = text("INSERT INTO core.permissions (user_id, channel_id, level) VALUES (:user_id, :channel_id, 'read')")
TAKE = text("DELETE FROM core.permissions WHERE user_id = :user_id AND channel_id = :channel_id")


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """No minute ends in the midst of a test, and a busy machine does not make what is kept doubtful."""
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(invalidation, "MAX_DELAY_S", 10)
    monkeypatch.setattr(dashboard_cache, "COSTLY_S", math.inf)


@pytest.fixture
async def ann(sessions: Sessions) -> Measured:
    return await make_measured(sessions, "ann", zones=("UTC", "Asia/Tokyo"), videos=1)


@pytest.fixture
def never_young(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are given for their snapshot alone."""
    monkeypatch.setattr(dashboard_cache, "REUSE_WINDOW_S", 0)


@asynccontextmanager
async def process(
    database: Database, cache_url: str, home: Path, *, address: str = "127.0.0.1"
) -> AsyncIterator[httpx.AsyncClient]:
    """One API process, that listens already."""
    app = create_app(settings_for(database, cache_url, home))
    transport = httpx.ASGITransport(app, client=(address, 5))
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        await until(lambda: app.state.dashboard_cache._feed.is_current)
        yield client


@pytest.fixture
async def client(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with process(database, cache_url, tmp_path) as one:
        yield one


class Counted:
    """How much the counters grew since."""

    def __init__(self) -> None:
        self._before = self._now()

    @staticmethod
    def _now() -> dict[tuple[str, str], float]:
        return {
            (layer, result): REGISTRY.get_sample_value(
                "ytempire_dashboard_lookups_total", {"layer": layer, "result": result}
            )
            or 0
            for layer in ("process", "valkey")
            for result in ("hit", "miss", "stale", "away")
        } | {("computed", "overview"): REGISTRY.get_sample_value(
            "ytempire_dashboard_computing_seconds_count", {"dashboard": "overview"}
        ) or 0}  # fmt: skip

    def grown(self) -> dict[tuple[str, str], float]:
        now = self._now()
        grown = {name: now[name] - self._before[name] for name in now if now[name] != self._before[name]}
        self._before = now
        return grown


class DaysCounted:
    """How many days were kept, and how many computed, since."""

    def __init__(self) -> None:
        self._before = self._now()

    @staticmethod
    def _now() -> tuple[float, float]:
        hits, misses = (
            REGISTRY.get_sample_value("ytempire_dashboard_days_total", {"result": result}) or 0
            for result in ("hit", "miss")
        )
        return hits, misses

    def grown(self) -> tuple[float, float]:
        hits, misses = self._now()
        return hits - self._before[0], misses - self._before[1]


async def views(client: httpx.AsyncClient, headers: dict[str, str], **parameters: Any) -> int:
    answer = await client.get(OVERVIEW, params=parameters, headers=headers)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["current"]["views"])


async def deliver(ingestor: Ingestor, who: Measured, place: int, number: int, *, days_ago: int = 0) -> None:
    channel, video = who.pairs[place]
    said = event(channel, video, hours_ago(24 * days_ago + 1 + number / 60), views=number)
    await ingestor.ingest(IngestRequest(ndjson(said), "api"), who.subject)


async def becomes(client: httpx.AsyncClient, headers: dict[str, str], expected: int, **parameters: Any) -> None:
    """Right within a second of now."""
    begun = time.monotonic()
    while (said := await views(client, headers, **parameters)) != expected:
        assert time.monotonic() - begun < 1, f"{said}, not {expected}"
        await asyncio.sleep(0.01)


async def test_dashboard_cache_layers_answer_and_are_counted(
    database: Database, cache_url: str, tmp_path: Path, sessions: Sessions, ann: Measured, ingestor: Ingestor
) -> None:
    await deliver(ingestor, ann, 0, 5)
    async with process(database, cache_url, tmp_path) as one, process(database, cache_url, tmp_path) as other:
        headers = await key_of(sessions, ann)
        counted = Counted()
        assert await views(one, headers) == 5
        assert counted.grown() == {("process", "miss"): 1, ("valkey", "miss"): 1, ("computed", "overview"): 1}
        assert await views(one, headers) == 5
        assert counted.grown() == {("process", "hit"): 1}
        assert await views(other, headers) == 5
        assert counted.grown() == {("process", "miss"): 1, ("valkey", "hit"): 1}
        assert await views(other, headers) == 5
        assert counted.grown() == {("process", "hit"): 1}


async def test_commit_invalidates_answers_of_changed_channels_only(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, ingestor: Ingestor, never_young: None
) -> None:
    headers = await key_of(sessions, ann)
    first, other = ann.videos
    await deliver(ingestor, ann, 0, 5)
    for channel, expected in ((None, 5), (first, 5), (other, 0)):
        await becomes(client, headers, expected, **({"channel_id": str(channel)} if channel else {}))
    await deliver(ingestor, ann, 1, 7)
    await becomes(client, headers, 12)
    await becomes(client, headers, 7, channel_id=str(other))
    counted = Counted()
    assert await views(client, headers, channel_id=str(first)) == 5
    assert counted.grown() == {("process", "hit"): 1}


async def test_costly_answer_is_given_in_proportion_to_its_cost(
    client: httpx.AsyncClient,
    sessions: Sessions,
    ann: Measured,
    ingestor: Ingestor,
    never_young: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    headers = await key_of(sessions, ann)

    async def most_views() -> int:
        answer = await client.get("/api/v1/analytics/videos", headers=headers)
        return int(answer.json()["items"][0]["views"])

    await deliver(ingestor, ann, 0, 5)
    await becomes(client, headers, 5)
    monkeypatch.setattr(dashboard_cache, "COSTLY_S", 0)
    monkeypatch.setattr(dashboard_cache, "REUSE_SHARE", 1e6)
    assert await most_views() == 5
    await deliver(ingestor, ann, 0, 7)
    assert await views(client, headers, channel_id=str(next(iter(ann.videos)))) == 12  # nobody asked for it before
    assert await most_views() == 5
    monkeypatch.setattr(dashboard_cache, "REUSE_SHARE", -1)
    assert await most_views() == 12


async def test_commit_recomputes_only_possibly_changed_days(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, ingestor: Ingestor, never_young: None
) -> None:
    headers = await key_of(sessions, ann)
    await deliver(ingestor, ann, 0, 5, days_ago=20)
    await becomes(client, headers, 5)
    days = DaysCounted()
    await deliver(ingestor, ann, 0, 7)
    await becomes(client, headers, 12)
    hits, misses = days.grown()
    assert misses
    assert hits / misses > 10  # of 56 days, these and those before; the last two or three were read again
    await deliver(ingestor, ann, 0, 9, days_ago=40)  # in the range before alone
    await deliver(ingestor, ann, 1, 11, days_ago=20)
    await becomes(client, headers, 23)
    answer = (await client.get(OVERVIEW, headers=headers)).json()
    assert answer["previous"]["views"] == 9
    assert sum(day["views"] for day in answer["days"]) == 23


@contextmanager
def first_is_held(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[asyncio.Event, asyncio.Event]]:
    """The first overview that is computed has read (the first event), and is held until the second."""
    held, go = asyncio.Event(), asyncio.Event()
    computed = dashboards.overview

    async def slowly(reading: dashboard_cache.DashboardContext, asked: dashboards.DashboardQuery) -> DashboardResult:
        found = await computed(reading, asked)
        if not held.is_set():
            held.set()
            await go.wait()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(dashboards, "overview", slowly)
        yield held, go


@asynccontextmanager
async def deaf(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """What is committed in it, nobody hears of before its end."""
    held, go, asked = asyncio.Event(), asyncio.Event(), invalidation._query_value

    async def slowly(connection: psycopg.AsyncConnection[object], question: str) -> str:
        said = await asked(connection, question)
        held.set()
        await go.wait()
        return said

    with monkeypatch.context() as patched:
        patched.setattr(invalidation, "_query_value", slowly)
        await held.wait()
        yield
        go.set()


async def test_answer_is_as_old_as_oldest_cached_day(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, ingestor: Ingestor, never_young: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A commit that the computation sees, and that was not heard of when its days were found, is not lost for good."""
    headers = await key_of(sessions, ann)
    await deliver(ingestor, ann, 0, 5, days_ago=20)
    await becomes(client, headers, 5)
    async with deaf(monkeypatch):
        await deliver(ingestor, ann, 0, 7, days_ago=20)
        assert await views(client, headers, days=25) == 5
    await becomes(client, headers, 12, days=25)


async def test_computation_on_stale_days_is_not_shared_after_invalidation(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, ingestor: Ingestor, never_young: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    headers = await key_of(sessions, ann)
    await deliver(ingestor, ann, 0, 5, days_ago=20)
    await becomes(client, headers, 5)
    with first_is_held(monkeypatch) as (held, go):
        async with deaf(monkeypatch):
            await deliver(ingestor, ann, 0, 7, days_ago=20)
            first = asyncio.create_task(views(client, headers, days=25))
            await held.wait()
        await becomes(client, headers, 12, days=26)  # it is told of
        counted = Counted()
        other = asyncio.create_task(views(client, headers, days=25))
        await until(lambda: ("process", "miss") in counted.grown())  # it has joined
        go.set()
        assert await other == 12
        assert await first == 12


async def test_day_of_channel_starting_after_utc_day_is_invalidated(
    client: httpx.AsyncClient, sessions: Sessions, ingestor: Ingestor, never_young: None
) -> None:
    who = await make_measured(sessions, "pat", zones=("Etc/GMT+12",), videos=1)
    headers = await key_of(sessions, who)
    await deliver(ingestor, who, 0, 5, days_ago=20)
    await becomes(client, headers, 5)
    [(channel, video)] = who.pairs
    at = clock.now().replace(hour=2, minute=0, second=0, microsecond=0) - timedelta(days=3)  # the day before, there
    await ingestor.ingest(IngestRequest(ndjson(event(channel, video, at, views=7)), "api"), who.subject)
    await becomes(client, headers, 12)


async def test_dashboard_under_concurrent_ingest_is_stale_one_second_at_most(
    database: Database, cache_url: str, tmp_path: Path, sessions: Sessions, ann: Measured, ingestor: Ingestor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Each reader holds every answer against what was committed a second before it was asked for."""
    monkeypatch.setattr(invalidation, "MAX_DELAY_S", MAX_DELAY_S)
    headers = await key_of(sessions, ann)
    committed = [(time.monotonic(), 0)]
    written = asyncio.Event()
    asked = 0

    async def write() -> None:
        chance = random.Random(3)
        for number in range(1, 21):
            await deliver(ingestor, ann, number % 2, number, days_ago=chance.choice([0, 0, 2, 9]))
            committed.append((time.monotonic(), committed[-1][1] + number))
            await asyncio.sleep(chance.choice([0, 0.01, 0.3]))
        written.set()

    async def read(client: httpx.AsyncClient, chance: random.Random) -> None:
        nonlocal asked
        while not written.is_set():
            begun = time.monotonic()
            said = await views(client, headers)
            asked += 1
            least = max(number for at, number in committed if at <= max(begun - 1, committed[0][0]))
            assert said >= least, "a commit of more than a second ago is missing"
            await asyncio.sleep(chance.random() / 20)

    async with process(database, cache_url, tmp_path) as one, process(database, cache_url, tmp_path) as other:
        counted = Counted()
        async with asyncio.TaskGroup() as group:
            group.create_task(write())
            for number in range(6):
                group.create_task(read((one, other)[number % 2], random.Random(number)))
        grown = counted.grown()
        for client in (one, other):
            await becomes(client, headers, committed[-1][1])
    assert 0 < grown["computed", "overview"] < asked / 2, (asked, grown)


async def test_answer_computed_before_commit_is_not_kept_afterwards(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, ingestor: Ingestor, never_young: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The computation has seen the database, then events are committed and told of, then it is stored."""
    headers = await key_of(sessions, ann)
    await deliver(ingestor, ann, 0, 5)
    with first_is_held(monkeypatch) as (held, go):
        asking = asyncio.create_task(views(client, headers))
        await held.wait()
        await deliver(ingestor, ann, 0, 7)
        await becomes(client, headers, 12, days=27)  # it is told of
        go.set()
        assert await asking == 5  # it was asked before
    counted = Counted()
    await becomes(client, headers, 12)
    assert counted.grown()["process", "stale"] == 1


async def test_concurrent_equal_queries_compute_once(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, ingestor: Ingestor
) -> None:
    headers = await key_of(sessions, ann)
    counted = Counted()
    assert set(await asyncio.gather(*(views(client, headers, days=9) for _ in range(20)))) == {0}
    assert counted.grown()["computed", "overview"] == 1
    different = await asyncio.gather(*(views(client, headers, days=days) for days in range(10, 40)))
    assert (set(different), counted.grown()["computed", "overview"]) == ({0}, 30)


async def test_permission_change_takes_effect_at_once(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, ingestor: Ingestor
) -> None:
    bob = await make_measured(sessions, "bob")
    bobs = await key_of(sessions, bob)
    await deliver(ingestor, ann, 0, 5)
    await deliver(ingestor, ann, 1, 7)
    await deliver(ingestor, bob, 0, 11)
    platform = as_subject(sessions, SYSTEM)
    (channel, video), _ = ann.pairs
    of_video = f"/api/v1/analytics/videos/{video}"
    permission = {"user_id": bob.subject.user_id, "channel_id": channel}
    for _ in range(2):
        await becomes(client, bobs, 11)
        assert (await client.get(OVERVIEW, params={"channel_id": str(channel)}, headers=bobs)).status_code == 404
        assert (await client.get(of_video, headers=bobs)).status_code == 404
        async with platform.begin() as session:
            await session.execute(GRANT, permission)
        assert [await views(client, bobs), await views(client, bobs, channel_id=str(channel))] == [16, 5]
        assert (await client.get(of_video, headers=bobs)).status_code == 200
        async with platform.begin() as session:
            await session.execute(TAKE, permission)
    assert await views(client, bobs) == 11


async def test_permission_revoked_before_computation_is_respected(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, ingestor: Ingestor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """What was seen with it is not computed without it, nor kept as if it had been."""
    bob = await make_measured(sessions, "bob")
    bobs = await key_of(sessions, bob)
    await deliver(ingestor, ann, 0, 5)
    await deliver(ingestor, bob, 0, 11)
    platform = as_subject(sessions, SYSTEM)
    permission = {"user_id": bob.subject.user_id, "channel_id": next(iter(ann.videos))}
    look, looks = dashboard_cache._load_visible_channels, 0

    async def look_and_lose(connection: Connection) -> dashboard_cache.VisibleChannels:
        nonlocal looks
        seen = await look(connection)
        looks += 1
        if looks == 1:
            async with platform.begin() as session:
                await session.execute(TAKE, permission)
        return seen

    async with platform.begin() as session:
        await session.execute(GRANT, permission)
    with monkeypatch.context() as patched:
        patched.setattr(dashboard_cache, "_load_visible_channels", look_and_lose)
        assert await views(client, bobs) == 11
    assert looks == 4
    async with platform.begin() as session:
        await session.execute(GRANT, permission)
    assert await views(client, bobs) == 16


async def test_query_waiting_for_failed_computation_computes_own_answer(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = await key_of(sessions, ann)
    computed, asked = dashboards.overview, asyncio.Event()

    async def fails_once(
        reading: dashboard_cache.DashboardContext, question: dashboards.DashboardQuery
    ) -> DashboardResult:
        if asked.is_set():
            return await computed(reading, question)
        asked.set()
        await asyncio.sleep(0.1)
        raise NotFound("It was not there for the first.")

    monkeypatch.setattr(dashboards, "overview", fails_once)
    first = asyncio.create_task(client.get(OVERVIEW, headers=headers))
    await asked.wait()
    assert await views(client, headers) == 0
    assert (await first).status_code == 404


async def test_analyst_query_ignores_cached_answer_of_other_role(
    client: httpx.AsyncClient, database: Database, sessions: Sessions, ann: Measured, ingestor: Ingestor
) -> None:
    headers = await key_of(sessions, ann)
    assert await views(client, headers) == 0
    await deliver(ingestor, await make_measured(sessions, "bob", zones=("UTC",), videos=1), 0, 7)
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute("UPDATE core.users SET role = 'analyst' WHERE id = %s", [ann.subject.user_id])
    await becomes(client, headers, 7)


async def test_dashboard_with_matching_etag_is_not_modified(
    client: httpx.AsyncClient, sessions: Sessions, ann: Measured, ingestor: Ingestor, never_young: None
) -> None:
    headers = await key_of(sessions, ann)
    first = await client.get(OVERVIEW, headers=headers)
    assert first.headers["cache-control"] == "private, no-cache"
    tag = first.headers["etag"]
    again = await client.get(OVERVIEW, headers={**headers, "If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["cache-control"] == "private, no-cache"
    await deliver(ingestor, ann, 0, 5)
    await becomes(client, headers, 5)
    changed = await client.get(OVERVIEW, headers={**headers, "If-None-Match": tag})
    assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)
    assert (await client.get(OVERVIEW, headers={"If-None-Match": tag})).status_code == 401


@pytest.fixture
def own_valkey(server_home: Home) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Valkey that can be stopped."""
    folder = Path(tempfile.mkdtemp(prefix="ytempire-valkey-"))
    folder.chmod(0o777)
    path = folder / "valkey.sock"
    command = [str(EmbeddedValkey(server_home).install()), "--port", "0", "--unixsocket", str(path), "--save", ""]
    running = subprocess.Popen(
        die_with_parent_command(
            [*command, "--dir", str(folder)], on_parent_death=signal.SIGTERM, user=server_home.user.switch
        ),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 10
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    yield f"unix://{path}", running
    if running.poll() is None:
        running.send_signal(signal.SIGCONT)
        running.terminate()
        running.wait(timeout=10)
    shutil.rmtree(folder)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGSTOP], ids=["ended", "hanging"])
async def test_dashboard_without_valkey_is_computed(
    database: Database, own_valkey: tuple[str, subprocess.Popen[bytes]], tmp_path: Path, sessions: Sessions,
    ann: Measured, ingestor: Ingestor, how: signal.Signals,
) -> None:  # fmt: skip
    url, running = own_valkey
    headers = await key_of(sessions, ann)
    async with client_of(settings_for(database, url, tmp_path), person=None) as client:
        assert await views(client, headers) == 0
        running.send_signal(how)
        if how is signal.SIGTERM:
            running.wait(timeout=10)
        counted = Counted()
        await deliver(ingestor, ann, 0, 5)
        deadline = time.monotonic() + 5
        while await views(client, headers) != 5:
            assert time.monotonic() < deadline
        assert await views(client, headers, days=5) == 5
        grown = counted.grown()
        assert grown["valkey", "away"] >= 2
        assert ("valkey", "hit") not in grown


async def test_stale_answer_in_valkey_is_not_served(
    database: Database, cache_url: str, tmp_path: Path, sessions: Sessions, ann: Measured, ingestor: Ingestor
) -> None:
    """As when it comes back with what it had before it crashed."""
    headers = await key_of(sessions, ann)
    store: Any = valkey.Valkey.from_url(cache_url)
    async with process(database, cache_url, tmp_path) as one:
        assert await views(one, headers, days=11) == 0
        keys = [key for key in store.scan_iter("dashboard:*") if database.name.encode() in key]
        kept = {key: store.get(key) for key in keys}
        assert len(kept) == 1
        await deliver(ingestor, ann, 0, 5)
        await becomes(one, headers, 5, days=11)
        for key, value in kept.items():
            store.set(key, value)
        async with process(database, cache_url, tmp_path) as fresh:
            assert await views(fresh, headers, days=11) == 5
    for key in keys:
        store.delete(key)
    store.close()


async def test_prometheus_metrics_are_for_local_machine_and_administrators(
    database: Database, cache_url: str, tmp_path: Path, sessions: Sessions, ann: Measured
) -> None:
    anns = await key_of(sessions, ann)
    async with process(database, cache_url, tmp_path) as near:
        await views(near, anns)
        answer = await near.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=")
        assert 'ytempire_dashboard_lookups_total{layer="process",result="miss"}' in answer.text
        behind = await near.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
        assert behind.status_code == 401
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute("UPDATE core.users SET role = 'admin' WHERE id = %s", [ann.subject.user_id])
    bob = await make_measured(sessions, "bob")
    async with process(database, cache_url, tmp_path, address="203.0.113.9") as far:
        for headers, status in (
            ({}, 401),
            (await key_of(sessions, bob, "admin"), 403),
            (await key_of(sessions, ann, "read"), 403),
            (await key_of(sessions, ann, "ingest"), 403),
            (await key_of(sessions, ann, "admin"), 200),
        ):
            assert (await far.get("/metrics", headers=headers)).status_code == status
