"""`bench`: measure what we claim, on this machine, as ratios in one run."""

from __future__ import annotations

import json as json_module
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from ytempire.cli.terminal import out, print_json
from ytempire.kit.errors import YtempireError
from ytempire.operations import demo
from ytempire.operations.api_bench.figures import Claim
from ytempire.operations.home import home_of
from ytempire.settings import Settings

PORT = 8729
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
bench_app = typer.Typer(no_args_is_help=True, help="Measure what we claim, on this machine.")


def register(app: typer.Typer) -> None:
    app.add_typer(bench_app, name="bench", rich_help_panel="This machine")


@bench_app.command()
def render(
    seconds: Annotated[int, typer.Option(min=5, max=120, help="Length of the video.")] = 30,
    rounds: Annotated[int, typer.Option(min=1, max=9)] = 3,
    json: Json = False,
) -> None:
    """CPU of a whole render over the bare x264 encode of the same frames.

    Example: ytempire bench render --json
    """
    from ytempire.production.render import bench  # noqa: PLC0415  # brings all that draws and encodes

    found = bench.measure(seconds=seconds, rounds=rounds)
    _show(json, found)


@bench_app.command()
def video(
    seconds: Annotated[int, typer.Option(min=15, max=600, help="Length of the video.")] = 60,
    json: Json = False,
) -> None:
    """Wall time from the shipped text of some 370 words to a finished, reviewed video, on a fresh installation.

    Example: ytempire bench video --json
    """
    with _fresh_home() as environment, tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "ytempire",
                "produce",
                demo.TEXT,
                "--seconds",
                str(seconds),
                "--json",
                "--out",
                folder,
            ],
            env=environment,
            capture_output=True,
            check=True,
        )
        wall = time.monotonic() - began
    document = json_module.loads(done.stdout)
    _show(
        json,
        {
            "wall_s": round(wall, 1),
            "limit_s": 120,
            "status": document["status"],
            "seconds": document["video"]["duration_s"],
            "steps": {step["name"]: step["seconds"] for step in document["steps"]},
            "cpu_s": round(sum(step["cpu_seconds"] for step in document["steps"]), 1),
            "processors": os.cpu_count(),
        },
    )


@bench_app.command()
def start(rounds: Annotated[int, typer.Option(min=1, max=9)] = 3, json: Json = False) -> None:
    """Wall time of `ytempire up` to a usable page: the first start of a fresh installation, then later ones.

    Example: ytempire bench start --json
    """
    times = []
    with _fresh_home() as environment:
        for _ in range(rounds + 1):
            began = time.monotonic()
            tree = subprocess.Popen(
                [sys.executable, "-m", "ytempire", "up", "--no-demo", "--no-link"],
                env=environment,
                stdout=subprocess.DEVNULL,
            )
            while not _answers(f"http://127.0.0.1:{PORT}/"):
                if tree.poll() is not None:
                    raise YtempireError("The tree ended while starting.", hint="See what `ytempire up` says.")
                time.sleep(0.02)
            times.append(round(time.monotonic() - began, 2))
            tree.terminate()
            tree.wait()
    _show(
        json,
        {
            "first_s": times[0],
            "later_s": sorted(times[1:])[len(times[1:]) // 2],
            "limit_s": 15,
            "rounds": rounds,
            "processors": os.cpu_count(),
        },
    )


@bench_app.command()
def api(
    users: Annotated[int, typer.Option(min=1, max=1000, help="How many send requests at once.")] = 100,
    workers: Annotated[int, typer.Option(min=1, max=4, help="Processes of the API, and of the bare one.")] = 2,
    rounds: Annotated[int, typer.Option(min=1, max=9)] = 3,
    seconds: Annotated[float, typer.Option(min=1, max=60, help="Length of each load.")] = 5,
    json: Json = False,
) -> None:
    """Sign-in, token check, reads and audited writes over a bare route that does one SELECT. Exit 1 over a limit.

    Example: ytempire bench api --json
    """
    from ytempire.operations.api_bench import figures, measure  # noqa: PLC0415  # only this command needs them

    with _fresh_home() as environment:
        home = home_of(Settings(home=Path(environment["YTEMPIRE_HOME"])))
        found = measure.measure(home, environment, users=users, workers=workers, rounds=rounds, seconds=seconds)
    claims = figures.claims(found)
    if json:
        print_json(found)
    else:
        _print_claims(found, claims)
    if not all(claim.holds for claim in claims):
        raise typer.Exit(1)


@bench_app.command()
def ingest(
    minutes: Annotated[float, typer.Option(min=0.1, max=60, help="How long events are sent, all rounds together.")] = 5,
    rounds: Annotated[int, typer.Option(min=1, max=60, help="Before each the floor is measured.")] = 5,
    senders: Annotated[int, typer.Option(min=1, max=32, help="How many deliver at once.")] = 6,
    size: Annotated[int, typer.Option(min=100, max=20_000, help="Events of one delivery.")] = 5_000,
    videos: Annotated[int, typer.Option(min=1000, max=10_000_000)] = 1_000_000,
    lean: Annotated[bool, typer.Option("--lean", help="Events without breakdowns.")] = False,
    rate: Annotated[
        float | None, typer.Option(min=1, help="Events a second that happen; without, as many as are taken.")
    ] = None,
    json: Json = False,
) -> None:
    """Events over HTTP into series and rollups, over the server's binary COPY of the same rows.

    Example: ytempire bench ingest --json --rate 50000
    """
    from ytempire.operations.ingest_bench import measure  # noqa: PLC0415  # only this command needs it

    with _fresh_home() as environment:
        home = home_of(Settings(home=Path(environment["YTEMPIRE_HOME"])))
        found = measure.measure(
            home,
            environment,
            minutes=minutes,
            rounds=rounds,
            senders=senders,
            size=size,
            videos=videos,
            lean=lean,
            rate=rate,
        )
    _show(json, found)


@bench_app.command()
def dashboards(
    events: Annotated[int, typer.Option(min=400_000, help="How many are loaded, over 120 days.")] = 20_000_000,
    videos: Annotated[int, typer.Option(min=1000, max=10_000_000)] = 1_000_000,
    asked: Annotated[int, typer.Option(min=1, max=60, help="How often each is asked for other days.")] = 50,
    json: Json = False,
) -> None:
    """Files of events by `ingest metrics`, then every dashboard: computed, and kept from before.

    Example: ytempire bench dashboards --json
    """
    from ytempire.operations.ingest_bench import history  # noqa: PLC0415  # only this command needs it

    with _fresh_home() as environment:
        home = home_of(Settings(home=Path(environment["YTEMPIRE_HOME"])))
        found = history.measure(home, environment, events=events, videos=videos, asked=asked)
    _show(json, found)


def _print_claims(found: dict[str, Any], claims: Sequence[Claim]) -> None:
    for claim in claims:
        mark = "[green]✓[/]" if claim.holds else "[red]✗[/]"
        out.print(
            f"{mark} {claim.name:<15} {claim.found:>8g}  {'at least' if claim.at_least else 'under'} {claim.limit:g}"
        )
    for kind, seen in found["kinds"].items():
        out.print(
            f"  {kind:<7} {seen['rps']:>7g} a second; {seen['p50_ms']:g}, {seen['p95_ms']:g}, {seen['p99_ms']:g} ms"
            f" (p50, p95, p99); processor a request: server {seen['server_cpu_us']:g},"
            f" database {seen['database_cpu_us']:g}, client {seen['client_cpu_us']:g} µs",
            markup=False,
        )
    out.print(
        f"  {found['users']} users, {found['workers']} processes each, {found['rounds']} rounds of"
        f" {found['seconds']:g} s, {found['processors']} processors, {found['audit_lines']} audited changes",
        markup=False,
    )


def _answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 200
    except httpx.TransportError:
        return False  # not yet


@contextmanager
def _fresh_home() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="ytempire-bench-") as name:
        Path(name).chmod(0o711)  # as root the servers run as another user
        yield {**os.environ, "YTEMPIRE_HOME": str(Path(name) / "home"), "YTEMPIRE_API__PORT": str(PORT)}


def _show(as_json: bool, found: dict[str, Any]) -> None:
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        out.print(f"{name:<16} {value}", markup=False)
