"""The load: deliveries over HTTP, the next one of a sender when the last is acknowledged, or at a given rate.

A process of its own (`python -m bench.ingest.load`): a plan on standard input, what it saw on
standard output. It makes its deliveries before the clock starts, since what it costs the measured side loses.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from bench.ingest.bench_data import pairs
from bench.ingest.payloads import Payloads

PATIENCE_S = 60.0


@dataclass(frozen=True)
class Plan:
    host: str
    port: int
    key: str
    owner_url: str
    seconds: float
    senders: int
    size: int
    payload_count: int
    minimal: bool
    rate: float | None  # events a second that happen, however fast they are taken; None: as many as are taken


@dataclass
class LoadResult:
    """What came back. Latencies are from the first byte sent to the acknowledgement, which is after the commit; at a
    rate from the moment at which the delivery was due, also when all senders were busy then."""

    latencies_s: list[float] = field(default_factory=list)
    accepted: int = 0
    behind: int = 0  # answered 429 and sent again
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cpu_s: float = 0.0  # of this process while it sent


class Load:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.seen = LoadResult()
        self._payloads = Payloads(
            pairs(plan.owner_url), payload_count=plan.payload_count, size=plan.size, minimal=plan.minimal
        )
        self._lock = threading.Lock()
        self._sendings = self._moments()
        self._begun = self._end = 0.0
        self._sent = 0

    def run(self) -> LoadResult:
        senders = [threading.Thread(target=self._send_on) for _ in range(self.plan.senders)]
        cpu, began = time.process_time(), time.perf_counter()
        self._begun, self._end = began, began + self.plan.seconds
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        self.seen.seconds, self.seen.cpu_s = time.perf_counter() - began, time.process_time() - cpu
        return self.seen

    def _moments(self) -> Iterator[tuple[int, datetime]]:
        """Which delivery, and the second that it says: never the same for the same one."""
        last = [datetime.fromtimestamp(0, UTC)] * self.plan.payload_count
        number = 0
        while True:
            place = number % self.plan.payload_count
            last[place] = max(datetime.now(UTC).replace(microsecond=0), last[place] + timedelta(seconds=1))
            yield place, last[place]
            number += 1

    def _send_on(self) -> None:
        connection = http.client.HTTPConnection(self.plan.host, self.plan.port, timeout=PATIENCE_S)
        try:
            while time.perf_counter() < self._end:
                with self._lock:
                    number, moment = next(self._sendings)
                    due = self._due(self._sent)
                    self._sent += 1
                body = self._payloads.at(number, moment)
                if due is not None:
                    time.sleep(max(due - time.perf_counter(), 0))
                self._deliver(connection, body, due or time.perf_counter())
        except OSError as error:
            self.seen.errors.append(f"{type(error).__name__}: {error}")

    def _due(self, number: int) -> float | None:
        """When the delivery of this number happens."""
        return self._begun + number * self.plan.size / self.plan.rate if self.plan.rate else None

    def _deliver(self, connection: http.client.HTTPConnection, body: bytes, began: float) -> None:
        headers = {"Authorization": f"Bearer {self.plan.key}", "Content-Type": "application/x-ndjson"}
        while True:
            connection.request("POST", "/api/v1/ingest/metrics", body, headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 429:
                break
            self.seen.behind += 1
            time.sleep(float(answer.headers["Retry-After"]))
        receipt = json.loads(content)
        if answer.status != 202 or receipt["inserted"] != self.plan.size:
            self.seen.errors.append(content[:300].decode("utf-8", "replace"))
            return
        self.seen.latencies_s.append(time.perf_counter() - began)
        self.seen.accepted += self.plan.size


def main() -> None:
    load = Load(Plan(**json.load(sys.stdin)))
    json.dump(asdict(load.run()), sys.stdout)


if __name__ == "__main__":
    main()
