"""`up`, `down`, `status`, `doctor`: everything on this machine."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import psutil
import psycopg
import typer
from rich.filesize import decimal

from ytempire.accounts import one_time_tokens
from ytempire.accounts import service as accounts
from ytempire.cli.terminal import EXIT_INTERRUPTED, escape, out, print_json
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.subject import SYSTEM
from ytempire.runtime import demo, doctor
from ytempire.runtime.disk_forecast import forecast_disk
from ytempire.runtime.home import Home, home_of
from ytempire.runtime.process_settings import configure_logs
from ytempire.runtime.stack import Stack, StackError, StackState, is_locked, read_state
from ytempire.settings import Settings, get_settings

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
DETACH_TIMEOUT_S = 120.0
DOWN_TIMEOUT_S = 60.0


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="This machine")(up)
    app.command(rich_help_panel="This machine")(down)
    app.command(rich_help_panel="This machine")(status)
    app.command("doctor", rich_help_panel="This machine")(run_checks)


def up(
    detach: Annotated[bool, typer.Option("--detach", help="Run in the background, until `ytempire down`.")] = False,
    demo_run: Annotated[
        bool, typer.Option("--demo/--no-demo", help="Produce the demo video on the first start.")
    ] = True,
    link: Annotated[bool, typer.Option("--link/--no-link", help="Print a one-time link to the page.")] = True,
) -> None:
    """Start everything on this machine: database, cache, worker, API and page.

    Example: ytempire up --detach
    """
    settings = get_settings()
    if detach:
        _detach(settings, demo_run)
        return
    asyncio.run(_up(settings, demo_run=demo_run, with_link=link))


async def _up(settings: Settings, *, demo_run: bool, with_link: bool) -> None:
    began = time.monotonic()
    home = home_of(settings)
    home.prepare()
    configure_logs(settings, file=home.logs / "supervisor.log")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    out.print("Starting YTEMPIRE …")
    stack = Stack(settings, with_api=True)
    start = asyncio.create_task(stack.start())
    interrupted = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({start, interrupted}, return_when=asyncio.FIRST_COMPLETED)
        if not start.done():
            start.cancel()
            await asyncio.gather(start, return_exceptions=True)
            out.print("Stopped during the start.")
            raise typer.Exit(EXIT_INTERRUPTED)
        await start
        if demo_run:
            await demo.start_first_run(settings, stack.endpoints)
        out.print(f"[green]✓[/] Ready in {time.monotonic() - began:.1f} s. Data in {escape(str(stack.home.root))}")
        if stack.endpoints.sandbox_url:
            out.print(
                f"  YouTube is the sandbox at {stack.endpoints.sandbox_url}; nothing there is real.", markup=False
            )
        if with_link:
            link = await make_link(settings, stack.endpoints.database_url, str(stack.endpoints.api_url))
            out.print(f"\n  Open  {link}\n\n  The link works once. Ctrl-C stops everything.", markup=False)
        await interrupted
        out.print("Stopping …")
    finally:
        interrupted.cancel()
        await stack.stop()
    out.print("Stopped. All data is kept.")


async def make_link(settings: Settings, database_url: str, api_url: str) -> str:
    engine = connect(database_url, pool_size=1)
    try:
        async with sessions_of(engine, SYSTEM).begin() as session:
            operator_id = await accounts.ensure_local_operator(session)
            code = await one_time_tokens.issue(
                session, operator_id, "sign_in_link", lifetime=settings.api.link_lifetime
            )
    finally:
        await engine.dispose()
    return f"{api_url}/sign-in-link?code={code}"


def _detach(settings: Settings, demo_run: bool) -> None:
    state = start_detached(settings, demo_run=demo_run)
    link = asyncio.run(make_link(settings, state.endpoints.database_url, str(state.endpoints.api_url)))
    out.print(f"[green]✓[/] YTEMPIRE runs in the background (process {state.pid}).")
    out.print(f"\n  Open  {link}\n\n  The link works once. `ytempire down` stops everything.", markup=False)


def start_detached(settings: Settings, *, demo_run: bool) -> StackState:
    """Start the tree in the background, and wait until it is ready. Raises StackError."""
    home = home_of(settings)
    home.prepare()
    if is_locked(home.lock):
        raise StackError(f"YTEMPIRE is already running in {home.root}.", hint="See `ytempire status`.")
    log = home.logs / "up.log"
    # without a link: its output is a file, where an unused link would stay
    command = [sys.executable, "-m", "ytempire", "up", "--no-link", "--demo" if demo_run else "--no-demo"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        return _wait_until_ready(home, process, log)
    except BaseException:  # also Ctrl-C: a process that did not become ready must not stay
        process.terminate()
        raise


def _wait_until_ready(home: Home, process: subprocess.Popen[bytes], log: Path) -> StackState:
    deadline = time.monotonic() + DETACH_TIMEOUT_S
    while (state := read_state(home)) is None or state.pid != process.pid:
        if process.poll() is not None:
            output_words = log.read_text(errors="replace").replace("Starting YTEMPIRE …", "").replace("✗", "").split()
            raise StackError(
                " ".join(output_words) or "YTEMPIRE stopped during the start.", hint=f"Its logs are in {home.logs}."
            )
        if time.monotonic() > deadline:
            raise StackError(f"YTEMPIRE was not ready after {DETACH_TIMEOUT_S:.0f} s.", hint=f"See {log}.")
        time.sleep(0.1)
    return state


def down() -> None:
    """Stop everything that `ytempire up` started.

    Example: ytempire down
    """
    home = home_of(get_settings())
    state = read_state(home)
    if state is None:
        if is_locked(home.lock):
            raise StackError("YTEMPIRE is starting or stopping.", hint="Try again in a few seconds.")
        out.print("Nothing is running.")
        return
    try:
        process = psutil.Process(state.pid)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=DOWN_TIMEOUT_S)
    except psutil.NoSuchProcess:
        pass  # it ended just before the signal
    except psutil.AccessDenied as error:
        raise StackError(f"Process {state.pid} belongs to another user.", hint="Stop it as that user.") from error
    except psutil.TimeoutExpired as error:
        raise StackError(
            f"YTEMPIRE (process {state.pid}) did not stop within {DOWN_TIMEOUT_S:.0f} s.",
            hint=f"Its logs are in {home.logs}.",
        ) from error
    out.print("Stopped. All data is kept.")


def status(
    link: Annotated[bool, typer.Option("--link", help="Print a new one-time link to the page.")] = False,
    json: Json = False,
) -> None:
    """Show the running processes, their addresses and the disk space.

    Example: ytempire status --link
    """
    settings = get_settings()
    home = home_of(settings)
    state = read_state(home)
    document = _status_document(home, state)
    if link:
        if state is None or state.endpoints.api_url is None:
            raise StackError("The page is not running.", hint="Start it: ytempire up")
        document["link"] = asyncio.run(make_link(settings, state.endpoints.database_url, state.endpoints.api_url))
    if json:
        print_json(document)
    else:
        _print_status(document)
    if state is None:
        raise typer.Exit(1)


def _status_document(home: Home, state: StackState | None) -> dict[str, object]:
    if state is None:
        return {"running": False, "home": str(home.root)}
    return {
        "running": True,
        "home": str(home.root),
        "pid": state.pid,
        "address": state.endpoints.api_url,
        "sandbox": state.endpoints.sandbox_url,
        "services": [
            {"name": name, "pid": pid, "restarts": state.restarts[name]} for name, pid in state.processes.items()
        ],
        "storage": _storage_document(home, state),
    }


def _storage_document(home: Home, state: StackState) -> dict[str, int | None] | None:
    """Return the disk space; None while the database does not answer: the list of services shows why."""
    try:
        forecast = forecast_disk(state.endpoints.owner_url, home.root)
    except psycopg.OperationalError:
        return None
    return {
        "used_bytes": forecast.used,
        "free_bytes": forecast.free,
        "measurements_bytes": forecast.measurements,
        "grows_bytes_a_day": forecast.grows,
        "days_left": forecast.days_left,
    }


def _print_status(document: dict[str, object]) -> None:
    if not document["running"]:
        out.print(f"Nothing is running. Data in {document['home']}. Start with `ytempire up`.", markup=False)
        return
    out.print(f"YTEMPIRE runs at {document['address'] or 'no address (without the page)'} (process {document['pid']}).")
    if document["sandbox"]:
        out.print(f"YouTube is the sandbox at {document['sandbox']}: nothing there is real.", markup=False)
    services = document["services"]
    assert isinstance(services, list)
    for service in services:
        where = f"process {service['pid']}" if service["pid"] else "stopped, restarting"
        restarts = f", restarted {service['restarts']} times" if service["restarts"] else ""
        out.print(f"  {service['name']:<12} {where}{restarts}", markup=False)
    out.print(f"Data in {document['home']}", markup=False)
    storage = document["storage"]
    if isinstance(storage, dict):
        out.print(f"  {_storage_line(storage)}", markup=False)
    if "link" in document:
        out.print(f"\n  Open  {document['link']}", markup=False)


def _storage_line(storage: dict[str, int | None]) -> str:
    used, free = decimal(storage["used_bytes"] or 0), decimal(storage["free_bytes"] or 0)
    text = f"The database uses {used}; {free} of the disk are free"
    if storage["grows_bytes_a_day"] is None:
        return f"{text}; too few events in the last week for a forecast"
    grows = decimal(storage["grows_bytes_a_day"])
    return f"{text}; events add {grows} per day, the disk lasts {storage['days_left']:,} days"


def run_checks(json: Json = False) -> None:
    """Check this machine, and show a remedy for each problem.

    Example: ytempire doctor
    """
    findings = doctor.run_checks(get_settings())
    if json:
        print_json(
            {"ok": all(finding.ok for finding in findings), "checks": [finding.document() for finding in findings]}
        )
    else:
        for finding in findings:
            mark = "[green]✓[/]" if finding.ok else "[red]✗[/]"
            out.print(f"{mark} {escape(finding.name)}: {escape(finding.detail)}")
            if not finding.ok and finding.hint:
                out.print(f"  {escape(finding.hint)}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
