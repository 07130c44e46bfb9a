"""The commands of `ytempire bench`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.api.round_summary import Claim
from bench.installation import fresh_home
from ytempire.channels.persona import VoiceChoice
from ytempire.cli.parameter_types import parse_as
from ytempire.cli.terminal import out, print_json
from ytempire.kit.errors import InvalidInput
from ytempire.runtime.home import home_of
from ytempire.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
DEFAULT_VOICE = VoiceChoice()
bench_app = typer.Typer(
    no_args_is_help=True, help="Measure the performance of this machine against the claims of the project."
)


@bench_app.command()
def render(
    seconds: Annotated[int, typer.Option(min=5, max=120, help="Length of the video.")] = 30,
    rounds: Annotated[int, typer.Option(min=1, max=9)] = 3,
    json: Json = False,
) -> None:
    """Measure the CPU time of a render, as a multiple of a plain x264 encode of the same frames.

    Example: ytempire bench render --json
    """
    from bench import render as render_bench  # noqa: PLC0415  # brings all that draws and encodes

    result = render_bench.measure(seconds=seconds, rounds=rounds)
    _show(json, result)


@bench_app.command()
def video(
    seconds: Annotated[int, typer.Option(min=15, max=600, help="Length of the video.")] = 60,
    json: Json = False,
) -> None:
    """Measure the time from the demo text of some 370 words to a finished video, on a fresh installation.

    Example: ytempire bench video --json
    """
    from bench import video as video_bench  # noqa: PLC0415

    _show(json, video_bench.measure(seconds=seconds))


@bench_app.command()
def review(
    development: Annotated[
        bool, typer.Option("--development", help="Of the half with which rules are written, instead of the other.")
    ] = False,
    json: Json = False,
) -> None:
    """Measure the sentence splitter and the review of scripts on a labelled set, of which half was set aside.

    Example: ytempire bench review --json
    """
    from bench.review import measure as review_bench  # noqa: PLC0415  # brings numpy

    _show(json, review_bench.measure(development=development))


@bench_app.command()
def speech(
    engine: Annotated[str, typer.Option(help="An engine that speaks on this machine: kokoro, espeak or piper.")] = (
        DEFAULT_VOICE.engine
    ),
    voice: Annotated[str | None, typer.Option(help="An English voice of the engine; unset: its default.")] = None,
    sentences: Annotated[int, typer.Option(min=1, max=40, help="Number of sentences.")] = 40,
    json: Json = False,
) -> None:
    """Measure how well a voice is understood, when its words begin, what it costs and how loud it is.

    Needs what `uv sync --extra kokoro --group bench-speech` installs.

    Example: ytempire bench speech --json
    """
    try:
        from bench.speech import measure as speech_bench  # noqa: PLC0415  # what only this command needs
    except ImportError as error:
        raise InvalidInput(
            f"The package {error.name} is missing.", hint="Run: uv sync --extra kokoro --group bench-speech"
        ) from error
    choice = parse_as(VoiceChoice, engine=engine, voice=voice)
    _show(json, speech_bench.measure(choice, count=sentences))


@bench_app.command()
def start(rounds: Annotated[int, typer.Option(min=1, max=9)] = 3, json: Json = False) -> None:
    """Measure the time of `ytempire up` to a usable page: the first start of a fresh installation, then later ones.

    Example: ytempire bench start --json
    """
    from bench import start as start_bench  # noqa: PLC0415

    _show(json, start_bench.measure(rounds=rounds))


@bench_app.command()
def api(
    users: Annotated[
        int, typer.Option(min=1, max=1000, help="Number of users that send requests at the same time.")
    ] = 100,
    workers: Annotated[int, typer.Option(min=1, max=4, help="Processes of the API, and of the baseline.")] = 2,
    rounds: Annotated[int, typer.Option(min=1, max=9)] = 3,
    seconds: Annotated[float, typer.Option(min=1, max=60, help="Duration of each load.")] = 5,
    json: Json = False,
) -> None:
    """Measure sign-in, token check, reads and audited writes against a baseline of one SELECT. Exit 1 over a limit.

    Example: ytempire bench api --json
    """
    from bench.api import measure, round_summary  # noqa: PLC0415  # only this command needs them

    with fresh_home() as environment:
        home = home_of(Settings(home=Path(environment["YTEMPIRE_HOME"])))
        result = measure.measure(home, environment, users=users, workers=workers, rounds=rounds, seconds=seconds)
    claims = round_summary.claims(result)
    if json:
        print_json(result)
    else:
        _print_claims(result, claims)
    if not all(claim.holds for claim in claims):
        raise typer.Exit(1)


@bench_app.command()
def ingest(
    minutes: Annotated[float, typer.Option(min=0.1, max=60, help="Duration of all rounds together.")] = 5,
    rounds: Annotated[int, typer.Option(min=1, max=60, help="Rounds; the baseline is measured before each.")] = 5,
    senders: Annotated[int, typer.Option(min=1, max=32, help="Number of concurrent senders.")] = 6,
    size: Annotated[int, typer.Option(min=100, max=20_000, help="Events of one ingest batch.")] = 5_000,
    videos: Annotated[int, typer.Option(min=1000, max=10_000_000, help="Number of videos.")] = 1_000_000,
    minimal: Annotated[bool, typer.Option("--minimal", help="Events without breakdowns.")] = False,
    rate: Annotated[float | None, typer.Option(min=1, help="Events per second; unset: as many as possible.")] = None,
    json: Json = False,
) -> None:
    """Measure the ingest of events over HTTP, as a multiple of the server's binary COPY of the same rows.

    Example: ytempire bench ingest --json --rate 50000
    """
    from bench.ingest import measure  # noqa: PLC0415  # only this command needs it

    with fresh_home() as environment:
        home = home_of(Settings(home=Path(environment["YTEMPIRE_HOME"])))
        result = measure.measure(
            home,
            environment,
            minutes=minutes,
            rounds=rounds,
            senders=senders,
            size=size,
            videos=videos,
            minimal=minimal,
            rate=rate,
        )
    _show(json, result)


@bench_app.command()
def dashboards(
    events: Annotated[int, typer.Option(min=400_000, help="Number of events to load, over 120 days.")] = 20_000_000,
    videos: Annotated[int, typer.Option(min=1000, max=10_000_000, help="Number of videos.")] = 1_000_000,
    queries: Annotated[int, typer.Option(min=1, max=60, help="Queries of each dashboard, for different days.")] = 50,
    while_ingesting: Annotated[
        float | None, typer.Option(min=1, help="Events per second that come in meanwhile; unset: none.")
    ] = None,
    json: Json = False,
) -> None:
    """Measure the load of files by `ingest metrics`, then every dashboard: computed, and from the cache.

    Example: ytempire bench dashboards --json --while-ingesting 20000
    """
    from bench.ingest import dashboard_load  # noqa: PLC0415  # only this command needs it

    with fresh_home() as environment:
        home = home_of(Settings(home=Path(environment["YTEMPIRE_HOME"])))
        result = dashboard_load.measure(
            home, environment, events=events, videos=videos, queries=queries, while_ingesting=while_ingesting
        )
    _show(json, result)


def _print_claims(result: dict[str, Any], claims: Sequence[Claim]) -> None:
    for claim in claims:
        mark = "[green]✓[/]" if claim.holds else "[red]✗[/]"
        out.print(
            f"{mark} {claim.name:<15} {claim.found:>8g}  {'at least' if claim.at_least else 'under'} {claim.limit:g}"
        )
    for kind, load in result["kinds"].items():
        out.print(
            f"  {kind:<7} {load['rps']:>7g} per second; {load['p50_ms']:g}, {load['p95_ms']:g}, {load['p99_ms']:g} ms"
            f" (p50, p95, p99); CPU per request: server {load['server_cpu_us']:g},"
            f" database {load['database_cpu_us']:g}, client {load['client_cpu_us']:g} µs",
            markup=False,
        )
    out.print(
        f"  {result['users']} users, {result['workers']} processes each, {result['rounds']} rounds of"
        f" {result['seconds']:g} s, {result['processors']} processors, {result['audit_lines']} audited changes",
        markup=False,
    )


def _show(as_json: bool, result: dict[str, Any]) -> None:
    if as_json:
        print_json(result)
        return
    for name, value in result.items():
        out.print(f"{name:<16} {value}", markup=False)
