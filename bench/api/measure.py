"""Starts an installation and the bare application, loads both in turn, and says what was seen."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import httpx
import psutil
import psycopg

from bench.api import bench_users, round_summary
from bench.api.bench_users import Person
from bench.api.load import Plan
from bench.api.round_summary import Round
from bench.installation import HOST, cpu_s, free_port, running_tree, wait_for
from ytempire.accounts.tokens import TokenVerifier
from ytempire.kit.database import conninfo
from ytempire.kit.errors import YtempireError
from ytempire.kit.processes import die_with_parent_command
from ytempire.runtime.home import CHECKOUT, Home
from ytempire.runtime.postgres import EmbeddedPostgres
from ytempire.runtime.stack import StackState
from ytempire.settings import Security

READS = ("/api/v1/runs", "/api/v1/videos", "/api/v1/channels", "/api/v1/me")
KINDS = ("bare", "reads", "writes")
WARM_UP_S = 2.0
TOKEN_ROUNDS = 5


@dataclass(frozen=True)
class Server:
    """Something that answers on a port of this machine, and the process at the root of it."""

    port: int
    process: psutil.Process


@dataclass(frozen=True)
class BenchSetup:
    """What is measured: the two servers, their database, and who sends requests."""

    ours: Server
    baseline: Server
    database: psutil.Process
    users: Sequence[Person]


def measure(
    home: Home, environment: Mapping[str, str], *, users: int, workers: int, rounds: int, seconds: float
) -> dict[str, Any]:
    """The document of `ytempire bench api`. `environment` has the home; everything started is stopped again."""
    port, bare_port = free_port(), free_port()
    environment = {**environment, "YTEMPIRE_API__PORT": str(port), "YTEMPIRE_API__WORKERS": str(workers)}
    with ExitStack() as stack:
        state = stack.enter_context(running_tree(home, environment, port))
        bench_users.fill(state.endpoints.owner_url, users=users)
        signed_in, logins_s = bench_users.sign_in(f"http://{HOST}:{port}", users=users)
        baseline = stack.enter_context(_run_baseline(environment, state, bare_port, workers=workers))
        setup = BenchSetup(
            Server(port, psutil.Process(state.processes["serve"])),
            Server(bare_port, baseline),
            psutil.Process(state.processes["postgres"]),
            signed_in,
        )
        loads: dict[str, list[Round]] = {kind: [] for kind in KINDS}
        for number in range(rounds):
            for kind in KINDS:
                loads[kind].append(_load(setup, kind, seconds=seconds, first=number * 10_000_000))
        lines = _audit_lines(home)
        return _document(
            loads,
            logins_s=logins_s,
            token_check_us=_token_check_us(port, [user.token for user in signed_in]),
            settings={"users": users, "workers": workers, "rounds": rounds, "seconds": seconds},
            audit_lines=lines,
        )


def _document(
    loads: Mapping[str, list[Round]],
    *,
    logins_s: Sequence[float],
    token_check_us: float,
    settings: Mapping[str, Any],
    audit_lines: int,
) -> dict[str, Any]:
    kinds = {kind: round_summary.of_kind(rounds) for kind, rounds in loads.items()}
    ours = (kinds["reads"], kinds["writes"])
    written = sum(each.answered for each in loads["writes"])
    if audit_lines != written:
        raise YtempireError(
            f"{written} changes were answered, but the audit trail has {audit_lines}: the figures would be a lie."
        )
    return {
        "login_ms": {f"p{part}": round(round_summary.percentile(logins_s, part / 100) * 1000, 1) for part in (50, 95)},
        "token_check_us": round(token_check_us, 1),
        **settings,
        "bare_rps": kinds["bare"]["rps"],
        "read_rps": kinds["reads"]["rps"],
        "write_rps": kinds["writes"]["rps"],
        "read_ratio": round_summary.ratio(loads["reads"], loads["bare"]),
        "write_ratio": round_summary.ratio(loads["writes"], loads["bare"]),
        # of reads and writes the worse
        **{name: max(kind[name] for kind in ours) for name in ("p50_ms", "p95_ms", "p99_ms")},
        "errors": sum(kind["errors"] for kind in kinds.values()),
        "client_cpu_us": max(kind["client_cpu_us"] for kind in kinds.values()),
        "server_cpu_us": {name: kind["server_cpu_us"] for name, kind in kinds.items()},
        "database_cpu_us": {name: kind["database_cpu_us"] for name, kind in kinds.items()},
        "audit_lines": audit_lines,
        "kinds": kinds,
        "processors": os.cpu_count(),
    }


@contextmanager
def _run_baseline(
    environment: Mapping[str, str], state: StackState, port: int, *, workers: int
) -> Iterator[psutil.Process]:
    """The bare application, served as `ytempire serve` serves ours."""
    options = [
        "--host",
        HOST,
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--no-access-log",
        "--log-level",
        "warning",
    ]
    server = subprocess.Popen(
        die_with_parent_command(
            [
                sys.executable,
                "-m",
                "uvicorn",
                "--factory",
                "bench.api.baseline_app:create_app",
                *options,
            ]
        ),
        env={**environment, "YTEMPIRE_DATABASE__OWNER_URL": state.endpoints.owner_url},
        cwd=CHECKOUT,
        start_new_session=True,
    )
    try:
        wait_for(f"http://{HOST}:{port}{_bare_path()}", server, name="The baseline")
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


def _bare_path() -> str:
    return "/education"


def _load(setup: BenchSetup, kind: str, *, seconds: float, first: int) -> Round:
    server = setup.baseline if kind == "bare" else setup.ours
    plan = Plan(HOST, server.port, seconds, WARM_UP_S, first, [_requests(kind, user) for user in setup.users])
    before = cpu_s(server.process), cpu_s(setup.database)
    done = subprocess.run(
        [sys.executable, "-m", "bench.api.load"],
        cwd=CHECKOUT,
        input=json.dumps(asdict(plan)).encode(),
        stdout=subprocess.PIPE,
        check=True,
        timeout=seconds + 60,
    )
    seen = json.loads(done.stdout)
    if seen["errors"]:
        sys.stderr.write(f"{kind}: {len(seen['errors'])} errors, the first: {seen['errors'][0]}\n")
    return Round(
        seconds=seconds,
        latencies_s=seen["latencies_s"],
        answered=seen["answered"],
        errors=len(seen["errors"]),
        server_cpu_s=cpu_s(server.process) - before[0],
        database_cpu_s=cpu_s(setup.database) - before[1],
        client_cpu_s=seen["cpu_s"],
    )


def _requests(kind: str, user: Person) -> list[str]:
    if kind == "bare":
        return [request_text("GET", _bare_path(), None)]
    if kind == "reads":
        return [request_text("GET", path, user.token) for path in READS]
    return [request_text("PATCH", f"/api/v1/channels/{user.channel_id}", user.token, '{"description": "Change {n}"}')]


def request_text(method: str, path: str, token: str | None, body: str = "") -> str:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Accept: application/json"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        length = len(body.replace("{n}", "0" * 9))
        lines += ["Content-Type: application/json", f"Content-Length: {length}"]
    return "\r\n".join([*lines, "", body])


def _token_check_us(port: int, tokens: Sequence[str]) -> float:
    """The check of an access token that was not seen before, with the keys that the installation publishes."""
    keys = httpx.get(f"http://{HOST}:{port}/.well-known/jwks.json").raise_for_status().json()["keys"]
    security = Security()
    times = []
    for _ in range(TOKEN_ROUNDS):
        verifier = TokenVerifier(keys, issuer=security.issuer, audience=security.audience)
        for token in tokens:
            began = time.perf_counter()
            verifier.verify(token)
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e6


def _audit_lines(home: Home) -> int:
    """Changes of channels in the audit trail, as the server's superuser: nobody else may read all of it."""
    postgres = EmbeddedPostgres(home)
    with psycopg.connect(conninfo(postgres.url("postgres"))) as connection:
        row = connection.execute(
            "SELECT count(*) FROM audit.changes WHERE table_name = 'core.channels' AND action = 'update'"
        ).fetchone()
    assert row is not None
    return int(row[0])
