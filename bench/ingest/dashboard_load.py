"""A file of events of many days, delivered by the command, and what the dashboards then take."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import numpy as np
import psutil
import psycopg

from bench.api.round_summary import percentile
from bench.ingest import bench_data
from bench.ingest.load import Plan
from bench.ingest.measure import EVENTS_PER_PAYLOAD, PAYLOAD_COUNT, operator_with_keys
from bench.ingest.payloads import Payloads
from bench.installation import HOST, free_port, running_tree
from ytempire.kit import clock
from ytempire.kit.database import conninfo
from ytempire.kit.errors import YtempireError
from ytempire.runtime.home import CHECKOUT, Home
from ytempire.runtime.stack import Endpoints

DAYS = 120  # room for the ranges of all that is asked, and for those before them
RANGE = timedelta(days=27)  # of a dashboard, which has both ends
WARM_UP = 3
LONGEST_LOAD_S = 3_600.0
DELTAS_GATHER_S = 30  # half of what lies there before a merge
CHUNKS = 2  # files: the disk need not hold all lines at once; of 20 million events each has ten


def measure(
    home: Home,
    environment: Mapping[str, str],
    *,
    events: int,
    videos: int,
    queries: int,
    while_ingesting: float | None,
) -> dict[str, Any]:
    """The document of `ytempire bench dashboards`. Each dashboard is asked `queries` times for days that were not asked
    for before (`missed`), and as often for the same again (`kept`). `while_ingesting`: so many events a second come in
    meanwhile."""
    port = free_port()
    with running_tree(home, {**environment, "YTEMPIRE_API__PORT": str(port)}, port) as state:
        operator, keys = asyncio.run(operator_with_keys(state.endpoints))
        bench_data.fill(state.endpoints.owner_url, operator, videos=videos)
        pairs = bench_data.pairs(state.endpoints.owner_url)
        loaded = _load(
            home,
            environment,
            Payloads(pairs, payload_count=PAYLOAD_COUNT, size=EVENTS_PER_PAYLOAD, minimal=False),
            events=events,
        )
        with (
            _ingesting(port, keys["ingest"], state.endpoints, while_ingesting),
            httpx.Client(
                base_url=f"http://{HOST}:{port}/api/v1/analytics", headers={"Authorization": f"Bearer {keys['read']}"}
            ) as client,
        ):
            dashboards = {
                name: _times(client, path, parameters, queries) for name, path, parameters in _dashboards(pairs)
            }
            dashboards["video page"] = _of_videos(client, pairs, queries)
    return {
        "events": events,
        "videos": videos,
        "days": DAYS,
        "events_per_second_meanwhile": while_ingesting,
        **loaded,
        "dashboards": dashboards,
        "processors": os.cpu_count(),
    }


@contextmanager
def _ingesting(port: int, key: str, endpoints: Endpoints, rate: float | None) -> Iterator[None]:
    """Deliver events over HTTP at a rate during the block, which begins when deltas lie beside the rollups."""
    if rate is None:
        yield
        return
    plan = Plan(
        host=HOST,
        port=port,
        key=key,
        owner_url=endpoints.owner_url,
        seconds=LONGEST_LOAD_S,
        senders=6,
        size=5_000,
        payload_count=PAYLOAD_COUNT * EVENTS_PER_PAYLOAD // 5_000,
        minimal=False,
        rate=rate,
    )
    command = [sys.executable, "-m", "bench.ingest.load"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as loading:
        assert loading.stdin is not None
        loading.stdin.write(json.dumps(asdict(plan)).encode())
        loading.stdin.close()
        try:
            _wait_for_deltas(endpoints.owner_url)
            yield
            if loading.poll() is not None:
                raise YtempireError("The load ended before all dashboards were asked: the bench is wrong.")
        finally:
            loading.terminate()


def _wait_for_deltas(owner_url: str) -> None:
    with psycopg.connect(conninfo(owner_url), autocommit=True) as connection:
        while connection.execute("SELECT FROM analytics.video_deltas LIMIT 1").rowcount == 0:
            time.sleep(1)
    time.sleep(DELTAS_GATHER_S)


def _load(home: Home, environment: Mapping[str, str], payloads: Payloads, *, events: int) -> dict[str, Any]:
    """Files delivered by the command; how fast, and the most memory that it took."""
    seconds, peak, done = 0.0, 0, 0
    pieces = events // EVENTS_PER_PAYLOAD
    begin = clock.now().replace(microsecond=0) - timedelta(days=DAYS)
    step = timedelta(days=DAYS) / pieces
    for chunk in range(CHUNKS):
        file = home.work / "history.ndjson"
        with file.open("wb") as lines:
            for number in range(chunk * pieces // CHUNKS, (chunk + 1) * pieces // CHUNKS):
                lines.write(payloads.at(number, begin + step * number) + b"\n")
        command = [sys.executable, "-m", "ytempire", "ingest", "metrics", str(file), "--json"]
        began = time.perf_counter()
        with subprocess.Popen(command, env={**environment}, stdout=subprocess.PIPE) as delivering:
            memory = _Peak(psutil.Process(delivering.pid))
            output, _ = delivering.communicate()
            peak = max(peak, memory.bytes())
        seconds += time.perf_counter() - began
        file.unlink()
        receipt = json.loads(output)
        if receipt["inserted"] != receipt["events"]:
            raise YtempireError(f"Of {receipt['events']} events {receipt['inserted']} went in: the bench is wrong.")
        done += receipt["inserted"]
    return {
        "loaded": done,
        "load_events_per_second": round(done / seconds),
        "load_peak_mb": round(peak / 1e6),
    }


class _Peak:
    """The most memory that a process takes, looked at while it runs."""

    def __init__(self, process: psutil.Process) -> None:
        self._process, self._most = process, 0
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while True:
            try:
                self._most = max(self._most, self._process.memory_info().rss)
            except psutil.Error:
                return  # it has ended
            time.sleep(0.2)

    def bytes(self) -> int:
        self._thread.join()
        return self._most


def _dashboards(pairs: Any) -> list[tuple[str, str, dict[str, str]]]:
    channel = str(UUID(bytes=pairs["channel_id"][0].tobytes()))  # that of the video with most
    return [
        ("overview", "overview", {}),
        ("ranking", "channels", {}),
        ("top videos", "videos", {"limit": "25"}),
        ("top videos by RPM", "videos", {"limit": "25", "metric": "rpm_usd", "min_views": "1000"}),
        ("top videos of a channel", "videos", {"limit": "25", "channel_id": channel}),
        ("RPM by week", "rpm", {}),
        ("heatmap", "heatmap", {}),
        ("traffic share", "traffic", {}),
        ("traffic share of a channel", "traffic", {"channel_id": channel}),
    ]


def _times(client: httpx.Client, path: str, parameters: Mapping[str, str], queries: int) -> dict[str, float]:
    today = clock.now().date()
    ranges = [today - timedelta(days=number) for number in range(queries + WARM_UP)]
    missed, kept = [], []
    for number, until in enumerate(ranges):
        more = {"since": str(until - RANGE), "until": str(until), **parameters}
        took = [_ask(client, path, more) for _ in range(2)]
        if number >= WARM_UP:
            missed.append(took[0])
            kept.append(took[1])
    return _summary(missed, kept)


def _of_videos(client: httpx.Client, pairs: Any, queries: int) -> dict[str, float]:
    """Skewed like what happens: the first videos have most."""
    chance = np.random.default_rng(4)
    missed, kept = [], []
    places = dict.fromkeys(int(len(pairs) ** chance.random()) - 1 for _ in range(20 * queries))
    for number, place in enumerate(list(places)[: queries + WARM_UP]):
        video = UUID(bytes=pairs["video_id"][place].tobytes())
        took = [_ask(client, f"videos/{video}", {"days": "28"}) for _ in range(2)]
        if number >= WARM_UP:
            missed.append(took[0])
            kept.append(took[1])
    return _summary(missed, kept)


def _ask(client: httpx.Client, path: str, parameters: Mapping[str, str]) -> float:
    began = time.perf_counter()
    client.get(f"/{path}", params=parameters, timeout=60).raise_for_status()
    return (time.perf_counter() - began) * 1000


def _summary(missed: list[float], kept: list[float]) -> dict[str, float]:
    return {
        f"{what}_{name}_ms": round(percentile(times, share), 1)
        for what, times in (("missed", missed), ("kept", kept))
        for name, share in (("p50", 0.5), ("p99", 0.99))
    }
