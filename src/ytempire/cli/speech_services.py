"""`voices`: what speech services offer, the keys of channels for them, and consents of speakers."""

from __future__ import annotations

import asyncio
import getpass
import sys
from typing import Annotated, Literal, get_args
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from ytempire.channels import credentials, voice_consents
from ytempire.channels.consent_endpoints import NewVoiceConsent, VoiceConsentOut
from ytempire.channels.models import VoiceConsent
from ytempire.channels.service import require_channel
from ytempire.channels.speech_keys import SpeechProvider, checked_key, with_channel_keys
from ytempire.cli.channels import Channel, find_channel
from ytempire.cli.command_context import CommandContext, command_context
from ytempire.cli.parameter_types import parse_as
from ytempire.cli.terminal import out, print_json
from ytempire.costs import prices
from ytempire.kit.crypto import KeyRing, load_keys
from ytempire.kit.errors import InvalidInput
from ytempire.runtime.home import home_of
from ytempire.settings import Speech, get_settings
from ytempire.studio.voice.engine import OfferedVoice

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Provider = Annotated[str, typer.Argument(help=f"One of {', '.join(get_args(SpeechProvider))}.", metavar="PROVIDER")]
PER = 1_000_000  # characters, as the services' lists have it

services_app = typer.Typer()


@services_app.command("list-offered")
def list_offered(
    engine: Annotated[str, typer.Argument(help="elevenlabs or google.", metavar="ENGINE")],
    channel: Annotated[str | None, typer.Option(help="A channel whose own key is used; unset: yours.")] = None,
    language: Annotated[str, typer.Option(help="Of Google's voices.")] = "en",
    json: Json = False,
) -> None:
    """List the voices that a speech service offers, with their prices.

    Example: ytempire voices list-offered google --language en-GB
    """
    if engine not in ("elevenlabs", "google"):
        raise InvalidInput(f"“{engine}” is no service with a list of voices.", hint="There are: elevenlabs, google.")

    async def work() -> list[tuple[OfferedVoice, str]]:
        async with command_context() as context:
            speech = await _speech(context, channel)
            offered = await (_elevenlabs(speech) if engine == "elevenlabs" else _google(speech, language))
            return [(voice, await _price(context, engine, speech, voice)) for voice in offered]

    listed = asyncio.run(work())
    if json:
        print_json({"items": [{**vars(voice), "usd_per_million_characters": price or None} for voice, price in listed]})
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("voice", "name", "kind", "language", "USD per million characters"):
        table.add_column(name, justify="right" if name.startswith("USD") else "left", overflow="fold")
    for voice, price in listed:
        table.add_row(Text(voice.id), Text(voice.name), Text(voice.kind), Text(voice.language), price or "not set")
    out.print(table)


async def _speech(context: CommandContext, channel: str | None) -> Speech:
    speech = get_settings().speech
    if channel is None:
        return speech
    async with context.sessions.begin() as session:
        view = await find_channel(session, channel)
        return await with_channel_keys(session, _keys(), view.id, speech, installed=speech)


async def _elevenlabs(speech: Speech) -> list[OfferedVoice]:
    from ytempire.studio.voice.elevenlabs import list_elevenlabs_voices  # noqa: PLC0415  # numpy, for this alone
    from ytempire.studio.voice.engine_factory import elevenlabs_api_of  # noqa: PLC0415

    return await list_elevenlabs_voices(elevenlabs_api_of(speech))


async def _google(speech: Speech, language: str) -> list[OfferedVoice]:
    from ytempire.studio.voice.engine_factory import google_api_of  # noqa: PLC0415  # numpy, for this alone
    from ytempire.studio.voice.google_speech import list_google_voices  # noqa: PLC0415

    return await list_google_voices(google_api_of(speech), language)


async def _price(context: CommandContext, engine: str, speech: Speech, voice: OfferedVoice) -> str:
    """Return what a million characters cost; empty where the price book does not say it."""
    item = speech.elevenlabs_model if engine == "elevenlabs" else voice.kind
    async with context.sessions.begin() as session:
        price = await prices.find_price(session, service=engine, item=item, unit="character")
    return "" if price is None else f"{price * PER:f}".rstrip("0").rstrip(".")


@services_app.command("set-key")
def set_key(channel: Channel, provider: Provider) -> None:
    """Store a channel's own key of a speech service. It is read from the terminal or a pipe.

    The key is sealed, used for this channel's voice before the installation's, and never shown again.

    Example: ytempire voices set-key "Clear Signal" elevenlabs
    """
    known = _provider(provider)
    key = _read_key(known)

    async def work() -> str:
        async with command_context() as context, context.sessions.begin() as session:
            view = await find_channel(session, channel)
            await require_channel(session, view.id, "admin")
            await credentials.set_credential(session, _keys(), view.id, known, key, label="", expires_at=None)
            return view.name

    out.print(f"“{asyncio.run(work())}” has its own key of {known}.", markup=False)


@services_app.command("delete-key")
def delete_key(channel: Channel, provider: Provider) -> None:
    """Delete a channel's own key of a speech service; the installation's is used again.

    Example: ytempire voices delete-key "Clear Signal" elevenlabs
    """
    known = _provider(provider)

    async def work() -> str:
        async with command_context() as context, context.sessions.begin() as session:
            view = await find_channel(session, channel)
            await require_channel(session, view.id, "admin")
            await credentials.delete_credential(session, view.id, known)
            return view.name

    out.print(f"“{asyncio.run(work())}” has no key of {known} any more.", markup=False)


@services_app.command("list-consents")
def list_consents(channel: Channel, json: Json = False) -> None:
    """List the consents of speakers to the use of their cloned voices on a channel, revoked ones too.

    Example: ytempire voices list-consents "Clear Signal"
    """

    async def work() -> list[VoiceConsent]:
        async with command_context() as context, context.sessions.begin() as session:
            view = await find_channel(session, channel)
            await require_channel(session, view.id, "admin")
            return await voice_consents.list_consents(session, view.id)

    listed = asyncio.run(work())
    if json:
        print_json({"items": [VoiceConsentOut.from_row(row).model_dump(mode="json") for row in listed]})
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("voice", "of", "speaker", "given on", "how", "revoked on", "id"):
        table.add_column(name, overflow="fold")
    for row in listed:
        revoked_on = f"{row.revoked_at:%Y-%m-%d}" if row.revoked_at else ""
        cells = (row.voice, row.provider, row.speaker, f"{row.given_on}", row.given_how, revoked_on, str(row.id))
        table.add_row(*map(Text, cells))
    out.print(table)


@services_app.command("record-consent")
def record_consent(
    channel: Channel,
    voice: Annotated[str, typer.Argument(help="The service's id of the cloned voice.", metavar="VOICE")],
    speaker: Annotated[str, typer.Option(help="Whose voice it is.")],
    given_how: Annotated[str, typer.Option("--how", help="How the speaker agreed, and where that is kept.")],
    given_on: Annotated[str, typer.Option("--on", help="The day on which they agreed, such as 2026-12-01.")],
    provider: Annotated[str, typer.Option(help="The speech service that has the voice.")] = "elevenlabs",
    json: Json = False,
) -> None:
    """Record that a speaker agreed to the use of their cloned voice on a channel. Without it, no run uses the voice.

    Example: ytempire voices record-consent "Clear Signal" VOICE --speaker "Ada" --how "letter" --on 2026-12-01
    """
    new = parse_as(
        NewVoiceConsent,
        provider=_provider(provider),
        voice=voice,
        speaker=speaker,
        given_how=given_how,
        given_on=given_on,
    )

    async def work() -> VoiceConsent:
        async with command_context() as context, context.sessions.begin() as session:
            view = await find_channel(session, channel)
            await require_channel(session, view.id, "admin")
            return await voice_consents.record_consent(session, view.id, **new.model_dump())

    row = asyncio.run(work())
    if json:
        print_json(VoiceConsentOut.from_row(row).model_dump(mode="json"))
        return
    out.print(f"Recorded. To revoke it: ytempire voices revoke-consent {channel!r} {row.id}", markup=False)


@services_app.command("revoke-consent")
def revoke_consent(
    channel: Channel, consent_id: Annotated[UUID, typer.Argument(help="From `ytempire voices list-consents`.")]
) -> None:
    """Revoke a consent: no voice step uses the voice from now on. Finished videos stay as they are.

    Example: ytempire voices revoke-consent "Clear Signal" 0198c0de-0000-7000-8000-000000000000
    """

    async def work() -> VoiceConsent:
        async with command_context() as context, context.sessions.begin() as session:
            view = await find_channel(session, channel)
            await require_channel(session, view.id, "admin")
            return await voice_consents.revoke_consent(session, view.id, consent_id)

    row = asyncio.run(work())
    out.print(f"The consent of {row.speaker} for the voice “{row.voice}” is revoked.", markup=False)


def _provider(name: str) -> Literal["openai", "elevenlabs", "google"]:
    for provider in get_args(SpeechProvider):
        if name == provider:
            return provider  # type: ignore[no-any-return]
    raise InvalidInput(f"“{name}” is no speech service.", hint=f"There are: {', '.join(get_args(SpeechProvider))}.")


def _read_key(provider: str) -> str:
    """Never as an argument: arguments stand in the history of the shell and in the list of processes."""
    typed = getpass.getpass(f"Key of {provider}: ") if sys.stdin.isatty() else sys.stdin.readline()
    return checked_key(typed)


def _keys() -> KeyRing:
    settings = get_settings()
    return load_keys(home_of(settings).keys, settings.security.given_keys)
