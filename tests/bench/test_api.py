"""The arithmetic of the API's bench, and its load generator against a small local server."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from bench.api import round_summary
from bench.api.load import Load, Plan
from bench.api.measure import request_text
from bench.api.round_summary import Claim, Round


def a_round(*latencies_s: float, seconds: float = 1.0, errors: int = 0) -> Round:
    return Round(
        seconds=seconds,
        latencies_s=latencies_s,
        answered=len(latencies_s) + 1,  # one of the warm-up
        errors=errors,
        server_cpu_s=0.002 * (len(latencies_s) + 1),
        database_cpu_s=0.001 * (len(latencies_s) + 1),
        client_cpu_s=0.0005 * (len(latencies_s) + 1),
    )


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_percentile_is_observed_value(share: float, expected: int) -> None:
    assert round_summary.percentile(list(range(100, 0, -1)), share) == expected


def test_percentile_of_no_values_is_nan() -> None:
    assert math.isnan(round_summary.percentile([], 0.95))


def test_of_kind_has_median_throughput_and_percentiles_of_all_answers() -> None:
    rounds = [a_round(*[0.010] * 10), a_round(*[0.020] * 30), a_round(*[0.040] * 20, errors=2)]
    assert round_summary.of_kind(rounds) == {
        "rps": 20.0,
        "p50_ms": 20.0,
        "p95_ms": 40.0,
        "p99_ms": 40.0,
        "errors": 2,
        "server_cpu_us": 2000,
        "database_cpu_us": 1000,
        "client_cpu_us": 500,
    }


def test_ratio_is_median_of_per_round_ratios() -> None:
    """A round in which the machine was busy slows both, and says the same."""
    bare = [a_round(*[0.01] * 100), a_round(*[0.01] * 50), a_round(*[0.01] * 100)]
    ours = [a_round(*[0.01] * 60), a_round(*[0.01] * 30), a_round(*[0.01] * 20)]
    assert round_summary.ratio(ours, bare) == 0.6


def test_ratio_without_floor_answers_is_nan_and_fails_claim() -> None:
    found = round_summary.ratio([a_round(0.01)], [a_round()])
    assert math.isnan(found)
    assert not Claim("read_ratio", found, 0.5, at_least=True).holds


@pytest.mark.parametrize(
    ("found", "at_least", "holds"), [(0.5, True, True), (0.49, True, False), (0.5, False, False), (0.49, False, True)]
)
def test_claim_holds_at_floor_and_below_ceiling(found: float, at_least: bool, holds: bool) -> None:
    assert Claim("x", found, 0.5, at_least=at_least).holds is holds


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bodies: list[bytes]

    def do_GET(self) -> None:
        self._answer(404 if self.path == "/missing" else 200)

    def do_PATCH(self) -> None:
        self.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        self._answer(200)

    def _answer(self, status: int) -> None:
        body = b"x" * 100_000  # comes in several pieces
        self.send_response_only(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def echo() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Echo,), {"bodies": []})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def plan_for(server: ThreadingHTTPServer, *requests: str, users: int = 3) -> Plan:
    return Plan("127.0.0.1", server.server_port, 0.2, 0.05, 500, [list(requests)] * users)


def test_load_counts_every_answer_and_separates_request_kinds(echo: ThreadingHTTPServer) -> None:
    seen = Load(plan_for(echo, request_text("GET", "/a", None), request_text("GET", "/b", "token"))).run()
    assert not seen.errors
    assert 0 < len(seen.latencies_s) < seen.answered  # the warm-up and the last ones are answered and not counted
    assert set(seen.kinds) == {0, 1}


def test_load_numbers_each_change_uniquely(echo: ThreadingHTTPServer) -> None:
    seen = Load(plan_for(echo, request_text("PATCH", "/a", "token", '{"description": "{n}"}'))).run()
    bodies = echo.RequestHandlerClass.bodies  # type: ignore[attr-defined]
    assert len(set(bodies)) == len(bodies) == seen.answered
    assert b'{"description": "000000501"}' in bodies


def test_load_answer_other_than_200_is_error(echo: ThreadingHTTPServer) -> None:
    seen = Load(plan_for(echo, request_text("GET", "/missing", None))).run()
    assert not seen.answered
    assert seen.errors[0].startswith("HTTP/1.1 404")
