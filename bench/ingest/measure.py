"""Starts an installation, loads it over HTTP, measures the floor in between, and says what was seen."""

# statements are made of our own names alone

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import psutil
import psycopg

from bench.api.round_summary import percentile
from bench.ingest import bench_data, copy_baseline
from bench.ingest.load import Plan
from bench.ingest.payloads import Payloads
from bench.installation import HOST, cpu_s, free_port, running_tree, server_cpu_s, thread_cpu_s
from ytempire.accounts.api_keys import create_key
from ytempire.ingest.metrics import ROLLUPS
from ytempire.kit import clock
from ytempire.kit.database import connect, conninfo, sessions_of
from ytempire.kit.errors import YtempireError
from ytempire.kit.subject import Subject
from ytempire.runtime.home import CHECKOUT, Home
from ytempire.runtime.local_operator import local_operator
from ytempire.runtime.postgres import EmbeddedPostgres
from ytempire.runtime.stack import Endpoints

EVENTS_PER_PAYLOAD = 10_000
PAYLOAD_COUNT = 40  # different deliveries of that size, made before the clock starts
OPERATIONAL = ("/api/v1/videos", "/api/v1/channels", "/api/v1/runs", "/api/v1/notifications")
OPERATIONAL_EVERY_S = 0.1
FLOOR_EVENTS = 200_000
CHECKPOINT_S = 100  # nine tenths of it are what a checkpoint is spread over, so that it ends within five minutes


@dataclass
class ResourceSamples:
    """What was seen beside the load."""

    operational_s: list[float] = field(default_factory=list)
    peak_bytes: int = 0


@dataclass(frozen=True)
class CpuSeconds:
    """Processor seconds of the servers; `parts` are the same by thread and kind of process."""

    api: float
    database: float
    valkey: float
    parts: Mapping[str, float]

    @classmethod
    def read(cls, servers: Servers) -> CpuSeconds:
        parts = {
            **{f"api_{name}": seconds for name, seconds in thread_cpu_s(servers.api).items()},
            **{f"database_{name}": seconds for name, seconds in server_cpu_s(servers.database).items()},
        }
        return cls(cpu_s(servers.api), cpu_s(servers.database), cpu_s(servers.valkey), parts)

    def since(self, before: CpuSeconds) -> CpuSeconds:
        return CpuSeconds(
            self.api - before.api,
            self.database - before.database,
            self.valkey - before.valkey,
            {name: seconds - before.parts.get(name, 0.0) for name, seconds in self.parts.items()},
        )


@dataclass(frozen=True)
class Servers:
    api: psutil.Process
    database: psutil.Process
    valkey: psutil.Process


@dataclass(frozen=True)
class Round:
    accepted: int
    seconds: float
    latencies_s: Sequence[float]
    behind: int
    client_cpu_s: float
    cpu: CpuSeconds
    floor_eps: float

    @property
    def eps(self) -> float:
        return self.accepted / self.seconds


def measure(
    home: Home,
    environment: Mapping[str, str],
    *,
    minutes: float,
    rounds: int,
    senders: int,
    size: int,
    videos: int,
    minimal: bool,
    rate: float | None,
) -> dict[str, Any]:
    """The document of `ytempire bench ingest`. `environment` has the home; everything started is stopped again."""
    port = free_port()
    with ExitStack() as stack:
        state = stack.enter_context(running_tree(home, {**environment, "YTEMPIRE_API__PORT": str(port)}, port))
        operator, keys = asyncio.run(operator_with_keys(state.endpoints))
        bench_data.fill(state.endpoints.owner_url, operator, videos=videos)
        below = _measure_copy_baseline(home, state.endpoints, minimal=minimal)
        plan = Plan(
            host=HOST,
            port=port,
            key=keys["ingest"],
            owner_url=state.endpoints.owner_url,
            seconds=minutes * 60 / rounds,
            senders=senders,
            size=size,
            payload_count=PAYLOAD_COUNT * EVENTS_PER_PAYLOAD // size,
            minimal=minimal,
            rate=rate,
        )
        servers = Servers(*(psutil.Process(state.processes[name]) for name in ("serve", "postgres", "valkey")))
        watched = ResourceSamples()
        seen = []
        for number in range(rounds):
            floor_eps = below.run()
            if number == rounds // 2:
                _begin_checkpoint(EmbeddedPostgres(home).superuser_url)
            seen.append(_round(plan, servers, watched, keys["read"], floor_eps))
        _require_right(state.endpoints.owner_url, sum(measured.accepted for measured in seen))
    return _document(plan, seen, watched, minutes=minutes, videos=videos)


async def operator_with_keys(endpoints: Endpoints) -> tuple[Subject, dict[str, str]]:
    engine = connect(endpoints.database_url, pool_size=1)
    operator = await local_operator(engine)
    keys = {}
    async with sessions_of(engine, operator).begin() as session:
        for scope in ("ingest", "read"):
            _, keys[scope] = await create_key(
                session, operator.user_id, name=scope, scopes=[scope], hourly_limit=1_000_000, expires_at=None
            )
    await engine.dispose()
    return operator, keys


def _measure_copy_baseline(home: Home, endpoints: Endpoints, *, minimal: bool) -> copy_baseline.CopyBaseline:
    payloads = Payloads(
        bench_data.pairs(endpoints.owner_url),
        payload_count=FLOOR_EVENTS // EVENTS_PER_PAYLOAD,
        size=EVENTS_PER_PAYLOAD,
        minimal=minimal,
    )
    begin = clock.now() - timedelta(minutes=5)
    batches = [payloads.at(number, begin + timedelta(seconds=number)) for number in range(len(payloads.templates))]
    return copy_baseline.write(batches, home.sockets, EmbeddedPostgres(home).url("postgres"))


def _round(plan: Plan, servers: Servers, watched: ResourceSamples, key: str, floor_eps: float) -> Round:
    stop = threading.Event()
    watchers = [
        threading.Thread(target=_watch_operational, args=(plan.port, key, watched, stop)),
        threading.Thread(target=_watch_memory, args=(servers.api, watched, stop)),
    ]
    before = CpuSeconds.read(servers)
    loading = subprocess.Popen(
        [sys.executable, "-m", "bench.ingest.load"], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    for watcher in watchers:
        watcher.start()
    try:
        output, _ = loading.communicate(json.dumps(asdict(plan)).encode(), timeout=plan.seconds + 300)
    finally:
        stop.set()
        for watcher in watchers:
            watcher.join()
    seen = json.loads(output)
    if seen["errors"]:
        raise YtempireError(f"{len(seen['errors'])} deliveries failed, the first: {seen['errors'][0]}")
    return Round(
        seen["accepted"],
        seen["seconds"],
        seen["latencies_s"],
        seen["behind"],
        seen["cpu_s"],
        CpuSeconds.read(servers).since(before),
        floor_eps,
    )


def _begin_checkpoint(superuser_url: str) -> None:
    """Let the server make a checkpoint by itself, spread over CHECKPOINT_S, beside the load.

    After its begin each page that is written goes into the WAL as a whole. The statement CHECKPOINT writes as quickly
    as the disk can, which the server of an installation does only while it stops.
    """

    def checkpoint() -> None:
        done = "SELECT num_done FROM pg_stat_checkpointer"
        with (
            suppress(psycopg.OperationalError),  # a short run ends before it
            psycopg.connect(conninfo(superuser_url), autocommit=True) as connection,
        ):
            before = connection.execute(done).fetchone()
            connection.execute(f"ALTER SYSTEM SET checkpoint_timeout = '{CHECKPOINT_S}s'")
            connection.execute("SELECT pg_reload_conf()")
            while connection.execute(done).fetchone() == before:
                time.sleep(1)
            connection.execute("ALTER SYSTEM RESET checkpoint_timeout")
            connection.execute("SELECT pg_reload_conf()")

    threading.Thread(target=checkpoint, daemon=True).start()


def _watch_operational(port: int, key: str, watched: ResourceSamples, stop: threading.Event) -> None:
    """What people ask for meanwhile."""
    with httpx.Client(base_url=f"http://{HOST}:{port}", headers={"Authorization": f"Bearer {key}"}) as client:
        number = 0
        while not stop.wait(OPERATIONAL_EVERY_S):
            began = time.perf_counter()
            client.get(OPERATIONAL[number % len(OPERATIONAL)]).raise_for_status()
            watched.operational_s.append(time.perf_counter() - began)
            number += 1


def _watch_memory(process: psutil.Process, watched: ResourceSamples, stop: threading.Event) -> None:
    while not stop.wait(0.5):
        watched.peak_bytes = max(watched.peak_bytes, process.memory_info().rss)


def _require_right(owner_url: str, accepted: int) -> None:
    """Every acknowledged event is there once, and every rollup adds up to the same."""
    with psycopg.connect(conninfo(owner_url)) as connection:

        def one(query: str) -> tuple[Any, ...]:
            row = connection.execute(query.encode()).fetchone()
            assert row is not None
            return row

        sums = "count(*), sum(views), sum(estimated_revenue_usd)"
        raw = one(f"SELECT {sums} FROM analytics.video_metrics")
        if raw[0] != accepted:
            raise YtempireError(
                f"{accepted} events were acknowledged and {raw[0]} are there: the figures would be a lie."
            )
        for rollup in ROLLUPS:
            view = rollup.table.replace("analytics.", "metrics.")
            added = one(f"SELECT sum(events), sum(views), sum(estimated_revenue_usd) FROM {view}")
            if added != raw:
                raise YtempireError(f"{view} has {added} where a recount gives {raw}.")


def _part_s(name: str, measured: Round) -> float:
    return measured.cpu.parts.get(name, 0.0)


def _document(
    plan: Plan, rounds: Sequence[Round], watched: ResourceSamples, *, minutes: float, videos: int
) -> dict[str, Any]:
    accepted = sum(measured.accepted for measured in rounds)
    parts = sorted({name for measured in rounds for name in measured.cpu.parts})
    latencies = [latency for measured in rounds for latency in measured.latencies_s]

    def us(cpu: Callable[[Round], float]) -> float:
        return round(sum(map(cpu, rounds)) / accepted * 1e6, 1)

    return {
        "events_per_second": round(accepted / sum(measured.seconds for measured in rounds)),
        "visible_p50_ms": round(percentile(latencies, 0.5) * 1000),
        "visible_p99_ms": round(percentile(latencies, 0.99) * 1000),
        "floor_events_per_second": round(statistics.median(measured.floor_eps for measured in rounds)),
        "floor_ratio": round(statistics.median(measured.eps / measured.floor_eps for measured in rounds), 3),
        "client_cpu_us": us(lambda measured: measured.client_cpu_s),
        "server_cpu_us": us(lambda measured: measured.cpu.api + measured.cpu.database + measured.cpu.valkey),
        "api_cpu_us": us(lambda measured: measured.cpu.api),
        "database_cpu_us": us(lambda measured: measured.cpu.database),
        "valkey_cpu_us": us(lambda measured: measured.cpu.valkey),
        "parts_cpu_us": {name: us(partial(_part_s, name)) for name in parts},
        "minutes": minutes,
        "operational_p99_ms": round(percentile(watched.operational_s, 0.99) * 1000),
        "operational_requests": len(watched.operational_s),
        "writer_peak_mb": round(watched.peak_bytes / 1e6),
        "told_to_wait": sum(measured.behind for measured in rounds),
        "events": accepted,
        "lean": plan.minimal,
        "videos": videos,
        "senders": plan.senders,
        "events_a_delivery": plan.size,
        "events_per_second_offered": plan.rate,
        "rounds": [round(measured.eps) for measured in rounds],
        "processors": os.cpu_count(),
    }
