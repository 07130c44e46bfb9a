"""From what the load saw to the figures and the verdict. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LOGIN_MS = 300.0
TOKEN_CHECK_US = 1000.0
P95_MS = 100.0
READ_RATIO = 0.55
WRITE_RATIO = 0.25


@dataclass(frozen=True)
class Round:
    """One load of one kind. Processor seconds are those of all requests, warm-up included."""

    seconds: float
    latencies_s: Sequence[float]
    answered: int
    errors: int
    server_cpu_s: float
    database_cpu_s: float
    client_cpu_s: float

    @property
    def rps(self) -> float:
        return len(self.latencies_s) / self.seconds


@dataclass(frozen=True)
class Claim:
    """A figure and the limit that it must keep."""

    name: str
    found: float
    limit: float
    at_least: bool = False

    @property
    def holds(self) -> bool:
        return self.found >= self.limit if self.at_least else self.found < self.limit


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed; not a number where there is none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def of_kind(rounds: Sequence[Round]) -> dict[str, float]:
    """One kind's figures: the median round's throughput, the percentiles of all its answers together."""
    latencies = [latency for measured in rounds for latency in measured.latencies_s]
    answered = sum(measured.answered for measured in rounds) or math.nan
    return {
        "rps": round(statistics.median(measured.rps for measured in rounds), 1),
        **{f"p{part}_ms": round(percentile(latencies, part / 100) * 1000, 1) for part in (50, 95, 99)},
        "errors": sum(measured.errors for measured in rounds),
        "server_cpu_us": round(sum(measured.server_cpu_s for measured in rounds) / answered * 1e6),
        "database_cpu_us": round(sum(measured.database_cpu_s for measured in rounds) / answered * 1e6),
        "client_cpu_us": round(sum(measured.client_cpu_s for measured in rounds) / answered * 1e6),
    }


def ratio(ours: Sequence[Round], baseline: Sequence[Round]) -> float:
    """The median of the rounds' own ratios: what else the machine did in a round fell on both."""
    return round(
        statistics.median(
            measured.rps / floor.rps if floor.rps else math.nan for measured, floor in zip(ours, baseline, strict=True)
        ),
        3,
    )


def claims(document: Mapping[str, Any]) -> list[Claim]:
    return [
        Claim("login_ms", document["login_ms"]["p50"], LOGIN_MS),
        Claim("token_check_us", document["token_check_us"], TOKEN_CHECK_US),
        Claim("read_ratio", document["read_ratio"], READ_RATIO, at_least=True),
        Claim("write_ratio", document["write_ratio"], WRITE_RATIO, at_least=True),
        Claim("p95_ms", document["p95_ms"], P95_MS),
        Claim("errors", document["errors"], 1),
    ]
