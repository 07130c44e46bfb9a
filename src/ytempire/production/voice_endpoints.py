"""HTTP for the voices that personas can have: the list, and a sample of each that is free to hear."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Self
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import Authenticated, account_services_of
from ytempire.channels.persona import EngineName
from ytempire.configuration.setting_overrides import effective_settings, read_overrides
from ytempire.kit.errors import NotFound
from ytempire.kit.http import PROBLEMS
from ytempire.settings import Speech
from ytempire.studio.voice.sample_speaker import find_sample
from ytempire.studio.voice.voice_list import Gender, ListedEngine, ListedVoice, list_engines

router = APIRouter(prefix="/api/v1", tags=["production"], dependencies=[Authenticated], responses=PROBLEMS)


class VoiceOut(BaseModel):
    """A voice that a persona can have."""

    engine: EngineName
    voice: str = Field(description="the engine's own name for it, as in a persona")
    label: str
    language: str | None = Field(description="of BCP 47; null: it speaks several")
    gender: Gender | None
    is_default: bool = Field(description="speaks for personas of this engine that name no voice")
    available: bool
    hint: str | None = Field(description="what to set up where it is not available")
    has_sample: bool
    sample_url: str | None = Field(description="where some seconds of it are heard")

    @classmethod
    def from_voice(cls, voice: ListedVoice) -> Self:
        path = f"/api/v1/voices/{voice.engine}/{quote(voice.voice, safe='')}/sample"
        return cls(**asdict(voice), sample_url=path if voice.has_sample else None)


class VoiceEngineOut(BaseModel):
    """An engine, also where no voice of it is known."""

    engine: EngineName
    available: bool
    hint: str | None = Field(description="what to set up where it is not available")


class VoiceList(BaseModel):
    items: list[VoiceOut]
    engines: list[VoiceEngineOut]

    @classmethod
    def from_engines(cls, engines: tuple[ListedEngine, ...]) -> Self:
        return cls(
            items=[VoiceOut.from_voice(voice) for listed in engines for voice in listed.voices],
            engines=[VoiceEngineOut.model_validate(listed, from_attributes=True) for listed in engines],
        )


@router.get("/voices")
async def list_voices(request: Request) -> VoiceList:
    """The voices of all engines, and whether each can be used here. Personas may name others, as own files."""
    return VoiceList.from_engines(await asyncio.to_thread(list_engines, await _speech(request)))


@router.get(
    "/voices/{engine}/{voice}/sample",
    response_class=FileResponse,
    responses={200: {"content": {"audio/mpeg": {}}, "description": "Some seconds of MP3"}},
)
async def get_voice_sample(request: Request, engine: EngineName, voice: str) -> FileResponse:
    """Some seconds in which a voice of Kokoro or espeak-ng is heard."""
    engines = await asyncio.to_thread(list_engines, await _speech(request))
    voices = {(listed.engine, listed.voice): listed for group in engines for listed in group.voices}
    known = voices.get((engine, voice))
    if known is None:
        raise NotFound(f"The engine {engine} has no voice “{voice}”.", hint="GET /api/v1/voices lists them.")
    models: Path = request.app.state.models
    sample = await find_sample(known, folder=models / "voice-samples")
    if sample is None:
        raise NotFound(f"The voice {known.label} has no sample.", hint="Hear it in a video.")
    return FileResponse(sample, media_type="audio/mpeg", headers={"Cache-Control": "private, max-age=3600"})


async def _speech(request: Request) -> Speech:
    """Return the settings of speech as they hold for the next run, what is overridden on the page included."""
    services = account_services_of(request)
    async with services.platform.begin() as session:
        overrides = await read_overrides(session, services.keys)
    return effective_settings(services.settings, overrides).speech
