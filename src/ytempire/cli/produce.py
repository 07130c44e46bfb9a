"""`produce`: one video from a text, with progress."""

from __future__ import annotations

import asyncio
import json as json_module
import re
import shutil
import signal
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import procrastinate
import typer

from ytempire.channels import service as channels
from ytempire.channels import templates
from ytempire.channels.default_personas import DEFAULT_PERSONA
from ytempire.channels.template_settings import LONGEST_S, SHORTEST_S
from ytempire.cli.activity import activity, read_patiently
from ytempire.cli.output_folder import require_writable
from ytempire.cli.progress import RunProgress
from ytempire.cli.terminal import EXIT_INTERRUPTED, EXIT_REFUSED, err, escape, out, print_json, seconds
from ytempire.kit.database import Sessions, connect
from ytempire.kit.errors import InvalidInput
from ytempire.kit.jobs import open_queue
from ytempire.kit.storage import ObjectStore
from ytempire.production import queries, service
from ytempire.production.models import FINAL_RUN_STATUSES
from ytempire.production.queries import RunView, StepView
from ytempire.production.report import EXPORTED, run_document
from ytempire.production.run_options import Format, Options
from ytempire.production.source.reader import parse_source, read_bytes
from ytempire.runtime.home import home_of
from ytempire.runtime.local_operator import operator_sessions
from ytempire.runtime.process_settings import configure_logs
from ytempire.runtime.stack import Endpoints, stack_endpoints
from ytempire.settings import Settings, get_settings

POLL_S = 0.2


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Videos")(produce)


@dataclass(frozen=True)
class ProduceArguments:
    source: Path
    data: bytes
    out: Path | None
    channel: str
    options: Options
    template: str | None
    key: str | None
    allow_duplicate: bool
    as_json: bool


def produce(
    source: Annotated[Path, typer.Argument(help="A text: Markdown, plain text or HTML.", show_default=False)],
    out_dir: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Folder for the video and its files; unset: a new one here, named after SOURCE and the run.",
            show_default=False,
        ),
    ] = None,
    seconds_: Annotated[
        float | None,
        typer.Option(
            "--seconds",
            min=SHORTEST_S,
            max=LONGEST_S,
            help="Target length in seconds; unset: the template's, or 60.",
            show_default=False,
        ),
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="Format: 16:9 or 9:16.")] = "16:9",
    channel: Annotated[str, typer.Option(help="The channel that the video is for.")] = DEFAULT_PERSONA.name,
    template: Annotated[
        str | None,
        typer.Option(help="A template's name or id, from `ytempire templates list`.", show_default=False),
    ] = None,
    voice: Annotated[
        str | None,
        typer.Option(help="A voice of the channel's voice engine, from `ytempire voices list`; unset: the persona's."),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            help="Language of the text and the voice: en, es, fr, it or pt; unset: as the text's is recognized.",
            show_default=False,
        ),
    ] = None,
    idempotency_key: Annotated[
        str | None, typer.Option(help="A key of this request: the same request with the same key produces one video.")
    ] = None,
    allow_duplicate: Annotated[
        bool,
        typer.Option("--allow-duplicate", help="Produce the video even if the channel has one of the same text."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Produce a video from a text, and review it.

    Uses the processes of `ytempire up`, or starts and stops the ones that it needs.

    Example: ytempire produce article.md --seconds 60 --format 9:16 --out my-video
    """
    arguments = ProduceArguments(
        source=source,
        data=read_bytes(source),
        out=out_dir,
        channel=channel,
        options=_options(seconds_, format_, language, voice),
        template=template,
        key=idempotency_key,
        allow_duplicate=allow_duplicate,
        as_json=json,
    )
    parse_source(
        arguments.data, name=source.name, language=language
    )  # a text that cannot be used is refused before anything starts
    require_writable(out_dir or Path.cwd())
    raise typer.Exit(asyncio.run(_produce(get_settings(), arguments)))


def _options(length: float | None, format_: str, language: str | None, voice: str | None) -> Options:
    formats: tuple[Format, ...] = ("16:9", "9:16")
    chosen = next((known for known in formats if known == format_), None)
    if chosen is None:
        raise InvalidInput(f"Unknown format “{format_}”.", hint="Use --format 16:9 or --format 9:16.")
    chosen_length = {} if length is None else {"seconds": length}  # left out, a template's takes its place
    return Options(**chosen_length, format=chosen, language=language, voice=voice)


async def _produce(settings: Settings, arguments: ProduceArguments) -> int:
    home = home_of(settings)
    home.prepare()
    configure_logs(settings, file=home.logs / "produce.log")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    requested = asyncio.Event()
    work = asyncio.create_task(_with_servers(settings, arguments, ObjectStore(home.objects), stop, requested))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not work.done() and not requested.is_set():
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        err.print("Stopped before a run was requested.")
        return EXIT_INTERRUPTED
    stopped.cancel()
    return await work


async def _with_servers(
    settings: Settings,
    arguments: ProduceArguments,
    store: ObjectStore,
    stop: asyncio.Event,
    requested: asyncio.Event,
) -> int:
    async with AsyncExitStack() as context:
        with activity("Starting …", enabled=not arguments.as_json):
            endpoints = await context.enter_async_context(stack_endpoints(settings, with_worker=True))
        return await _run(endpoints, store, arguments, stop, requested)


async def _run(
    endpoints: Endpoints,
    store: ObjectStore,
    arguments: ProduceArguments,
    stop: asyncio.Event,
    requested: asyncio.Event,
) -> int:
    engine = connect(endpoints.database_url, pool_size=4)
    try:
        async with open_queue(endpoints.database_url).open_async() as queue:
            sessions = await operator_sessions(engine)
            run_id = await order_run(sessions, queue, store, arguments)
            requested.set()
            run = await watch_run(sessions, run_id, stop, progress=not arguments.as_json)
            return await _finish(sessions, store, arguments, run)
    finally:
        await engine.dispose()


async def order_run(
    sessions: Sessions, queue: procrastinate.App, store: ObjectStore, arguments: ProduceArguments
) -> UUID:
    async with sessions.begin() as session:
        channel = await channels.get_channel_by_name(session, arguments.channel)
        options = arguments.options
        if arguments.template is not None:
            template = await templates.find_template(session, arguments.template)
            options = options.model_copy(update={"template_id": template.id})
    service.require_run_allowed(channel)
    source = await asyncio.to_thread(
        service.store_source,
        store,
        arguments.data,
        name=arguments.source.name,
        language=options.language,
    )
    async with sessions.begin() as session:
        started = await service.start_run(
            session,
            queue,
            channel=channel,
            source=source,
            options=options,
            idempotency_key=arguments.key,
            allow_duplicate=arguments.allow_duplicate,
        )
    return started.id


async def watch_run(sessions: Sessions, run_id: UUID, stop: asyncio.Event, *, progress: bool) -> RunView:
    """Follow a run to its end; Ctrl-C cancels it."""
    with RunProgress(enabled=progress) as display:
        while True:
            if stop.is_set():
                async with sessions.begin() as session:
                    await service.cancel_run(session, run_id)
                raise typer.Exit(EXIT_INTERRUPTED)
            # while PostgreSQL is being started again the run goes on
            run = await read_patiently(sessions, lambda session: queries.get_run(session, run_id), display)
            display.show(run)
            if run.status in FINAL_RUN_STATUSES:
                return run
            await asyncio.sleep(POLL_S)


async def _finish(sessions: Sessions, store: ObjectStore, arguments: ProduceArguments, run: RunView) -> int:
    async with sessions.begin() as session:
        video = await queries.get_video(session, run.video_id)
    checks = _checks(store, video)
    outputs: dict[str, Path] = {}
    if run.status == "completed":
        folder = arguments.out or Path(f"{_slug(arguments.source.stem)}-{str(run.id)[-8:]}")
        require_writable(folder)
        outputs = export(store, video, folder.absolute())
        outputs["run"] = folder.absolute() / "run.json"
        write_atomically(
            outputs["run"],
            json_module.dumps(run_document(run, video, checks, outputs), ensure_ascii=False, indent=2).encode(),
        )
    if arguments.as_json:
        print_json(run_document(run, video, checks, outputs))
    else:
        _print_summary(run, video, outputs)
    return {"completed": 0, "refused": EXIT_REFUSED}.get(run.status, 1)


def _checks(store: ObjectStore, video: queries.VideoView) -> list[dict[str, Any]]:
    review = video.files.get("review.json")
    if review is None:
        return []
    document = json_module.loads(store.get(review.sha256, review.size_bytes).read_bytes())
    return [{key: check[key] for key in ("name", "ok", "value", "limit")} for check in document["checks"]]


def export(store: ObjectStore, video: queries.VideoView, folder: Path) -> dict[str, Path]:
    """Copy a finished video's files into `folder`, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    copies: dict[Path, Path] = {}
    outputs = {}
    try:
        for name, key in EXPORTED.items():
            file = video.files[name]
            outputs[key] = folder / name
            partial = folder / f".{name}.part"
            copies[partial] = outputs[key]
            shutil.copyfile(store.get(file.sha256, file.size_bytes), partial)
        for partial, target in copies.items():
            partial.replace(target)
    except OSError as error:
        for partial in copies:
            partial.unlink(missing_ok=True)
        raise InvalidInput(
            f"The video could not be written to {folder}: {(error.strerror or str(error)).lower()}.",
            hint="The video is stored; the page of `ytempire up` shows it.",
        ) from error
    return outputs


def write_atomically(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(data)
    partial.replace(path)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "video"


def notes_of(steps: Iterable[StepView]) -> list[str]:
    """Return what came otherwise than it was ordered or set up, in sentences."""
    labels = {
        "shortfall": "Shorter than asked",
        "model_fallback": "Not written by the language model",
        "template_fallback": "Script template",
        "voice_fallback": "Not spoken by the chosen voice",
    }
    return [
        f"{label}: {reason}"
        for step in steps
        for name, label in labels.items()
        if (reason := (step.evidence or {}).get(name))
    ]


def _print_summary(run: RunView, video: queries.VideoView, outputs: dict[str, Path]) -> None:
    if run.status == "completed":
        out.print(f"\n[green]✓[/] [bold]{escape(video.title)}[/]")
        length = seconds(float(video.duration_seconds or 0))
        out.print(
            f"  {length}, {video.width}×{video.height}, {run.cost_usd:.2f} USD, for {run.channel_name}", markup=False
        )
        for note in notes_of(run.steps):
            out.print(f"  {note}", markup=False)
        here = Path.cwd()
        for path in outputs.values():
            out.print(f"  {path.relative_to(here) if path.is_relative_to(here) else path}", markup=False)
        return
    reasons = [(step.name, step.error) for step in run.steps if step.error]
    word = {"refused": "The review refused this video", "cancelled": "The run was cancelled"}.get(
        run.status, "The video was not produced"
    )
    err.print(f"\n[red]✗[/] {word}.")
    for note in notes_of(run.steps):
        err.print(f"  {note}", markup=False)
    for name, error in reasons:
        for reason in error.get("reasons") or [error["message"]]:
            err.print(f"  {name}: {reason}", markup=False)
        if error.get("hint"):
            err.print(f"  {error['hint']}", markup=False)
    err.print(f"  Details: ytempire runs show {run.id}", markup=False)
