"""`voices`: those that a persona can have, what they sound like, and the services that have more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from ytempire.channels.persona import EngineName, VoiceChoice
from ytempire.cli.activity import activity
from ytempire.cli.command_context import command_context
from ytempire.cli.output_folder import require_writable
from ytempire.cli.parameter_types import parse_as
from ytempire.cli.speech_services import services_app
from ytempire.cli.terminal import escape, out, print_json, seconds
from ytempire.configuration.setting_overrides import effective_settings, read_overrides
from ytempire.kit.crypto import load_keys
from ytempire.kit.database import as_subject
from ytempire.kit.errors import InvalidInput
from ytempire.kit.subject import SYSTEM
from ytempire.runtime.home import home_of
from ytempire.runtime.process_settings import configure_logs
from ytempire.runtime.stack import is_locked
from ytempire.settings import Settings, Speech, get_settings
from ytempire.studio.voice.known_voices import require_known_voice
from ytempire.studio.voice.voice_list import ENGINES, ListedEngine, ListedVoice, list_engines

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
DEFAULTS = VoiceChoice()

voices_app = typer.Typer(
    no_args_is_help=True, help="Voices: how they sound, services and their keys, consents of speakers."
)


def register(app: typer.Typer) -> None:
    voices_app.add_typer(services_app)
    app.add_typer(voices_app, name="voices", rich_help_panel="Videos")


@voices_app.command("list")
def list_voices(
    engine: Annotated[str | None, typer.Option(help=f"Only voices of this engine: {', '.join(ENGINES)}.")] = None,
    language: Annotated[str | None, typer.Option(help="Only voices of this language, such as en or pt-BR.")] = None,
    json: Json = False,
) -> None:
    """List the voices of all engines, and whether each can be used on this machine.

    A persona may name others: a voice file of yours, or a voice that only a speech service knows.

    Example: ytempire voices list --language en
    """
    shown = {_engine(engine)} if engine else set(ENGINES)
    engines = [listed for listed in list_engines(asyncio.run(_speech(get_settings()))) if listed.engine in shown]
    voices = [voice for listed in engines for voice in listed.voices if _speaks(voice, language)]
    if json:
        states = [{"engine": item.engine, "available": item.available, "hint": item.hint} for item in engines]
        print_json({"items": [asdict(voice) for voice in voices], "engines": states})
        return
    _print_voices(voices)
    _print_hints(engines)


def _engine(name: str) -> EngineName:
    for known in ENGINES:
        if known == name:
            return known
    raise InvalidInput(f"Unknown voice engine “{name}”.", hint=f"Use one of {', '.join(ENGINES)}.")


async def _speech(settings: Settings) -> Speech:
    """Return the settings of speech; what is overridden on the page counts where the database runs already."""
    home = home_of(settings)
    if settings.database.url is None and not is_locked(home.lock):
        return settings.speech  # a list is not worth the start of a database
    async with command_context() as context, as_subject(context.sessions, SYSTEM).begin() as session:
        overrides = await read_overrides(session, load_keys(home.keys, settings.security.given_keys))
    return effective_settings(settings, overrides).speech


def _speaks(voice: ListedVoice, language: str | None) -> bool:
    """Tell whether a voice speaks a language, given with its region or without."""
    if language is None or voice.language is None:
        return True
    return f"{voice.language}-".lower().startswith(f"{language}-".lower().replace("_", "-"))


def _print_voices(voices: list[ListedVoice]) -> None:
    if not voices:
        out.print("No such voice is known.")
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("engine", "voice", "name", "language", "gender", ""):
        table.add_column(name, overflow="fold")
    for voice in voices:
        cells = (voice.engine, voice.voice, voice.label, voice.language or "several", voice.gender or "")
        table.add_row(*map(Text, cells), _state(voice))
    out.print(table)


def _state(voice: ListedVoice) -> Text:
    if not voice.available:
        return Text("not available", style="yellow")
    return Text("default" if voice.is_default else "", style="dim")


def _print_hints(engines: list[ListedEngine]) -> None:
    for listed in engines:
        if listed.hint is not None:
            out.print(f"[yellow]![/] {listed.engine}: {escape(listed.hint)}")


@voices_app.command()
def say(
    text: Annotated[str, typer.Argument(help="What to say.", show_default=False)],
    out_wav: Annotated[
        Path, typer.Option("--out", help="The WAV file to write; one that is there is replaced.", show_default=False)
    ],
    engine: Annotated[str, typer.Option(help="A voice engine that speaks on this machine.")] = DEFAULTS.engine,
    voice: Annotated[
        str | None, typer.Option(help="A voice, from `ytempire voices list`, or a voice file; unset: the default.")
    ] = None,
    words_per_minute: Annotated[int, typer.Option(min=120, max=200, help="How quickly.")] = DEFAULTS.words_per_minute,
    json: Json = False,
) -> None:
    """Say a text, and write the sound to a WAV file as it would be in a video, without music.

    Voices that cost money speak only in runs, whose budgets limit what they cost.

    Example: ytempire voices say "Every river remembers its stones." --engine kokoro --voice bf_emma --out emma.wav
    """
    choice = parse_as(VoiceChoice, engine=_engine(engine), voice=voice, words_per_minute=words_per_minute)
    if choice.voice is not None:
        require_known_voice(choice.engine, choice.voice)
    _require_wav(out_wav)
    settings = get_settings()
    home = home_of(settings)
    speak = _speaker(choice, settings.speech, models=home.models)
    home.prepare()
    configure_logs(settings, file=home.logs / "command.log")
    out_wav.parent.mkdir(parents=True, exist_ok=True)
    with activity("Speaking …", enabled=not json):
        document = asyncio.run(speak(text, out_wav.absolute()))
    if json:
        print_json(document)
        return
    out.print(f"[green]✓[/] {escape(document['path'])}")
    out.print(f"  {seconds(document['seconds'])}, {document['engine']}, {document['voice']}", markup=False)


def _require_wav(target: Path) -> None:
    """Raise InvalidInput unless `target` can be written, before anything is spoken."""
    if target.suffix.lower() != ".wav":
        raise InvalidInput(f"{target} does not end in .wav.", hint="Only WAV files are written: --out voice.wav.")
    if target.is_dir():
        raise InvalidInput(f"{target} is a folder.", hint="Name a file in it with --out.")
    require_writable(target.parent)


def _speaker(
    choice: VoiceChoice, speech: Speech, *, models: Path
) -> Callable[[str, Path], Coroutine[Any, Any, dict[str, Any]]]:
    """Return what speaks a text into a file and says what it did. Raises VoiceUnavailable."""
    # they bring numpy, which a list does without
    from ytempire.language.profile import LANGUAGES  # noqa: PLC0415
    from ytempire.language.sentences import split_sentences  # noqa: PLC0415
    from ytempire.studio.voice.engine_factory import create_free_engine  # noqa: PLC0415
    from ytempire.studio.voice.spoken_text import speak_text  # noqa: PLC0415
    from ytempire.studio.voice.voice_language import language_of_voice  # noqa: PLC0415

    engine = create_free_engine(choice, speech, models=models)
    spoken = language_of_voice(choice.engine, engine.voice)
    language = spoken if spoken in LANGUAGES else "en"  # its rules part sentences of other languages well enough

    async def speak(text: str, target: Path) -> dict[str, Any]:
        sentences = split_sentences(" ".join(text.split()), language)
        duration_s = await speak_text(
            sentences, engine=engine, words_per_minute=choice.words_per_minute, out_wav=target
        )
        return {"path": str(target), "seconds": round(duration_s, 3), "engine": engine.name, "voice": engine.voice}

    return speak
