"""Voices over HTTP: the list, and samples to hear."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api import client_of, settings_for
from tests.conftest import Database
from ytempire.settings import Settings
from ytempire.studio.voice.voice_samples import shipped_sample


@pytest.fixture
def settings(database: Database, cache_url: str, tmp_path: Path) -> Settings:
    return settings_for(database, cache_url, tmp_path)


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings) as client:
        yield client


async def listed(client: httpx.AsyncClient, engine: str) -> list[dict[str, Any]]:
    answer = await client.get("/api/v1/voices")
    assert answer.status_code == 200
    return [voice for voice in answer.json()["items"] if voice["engine"] == engine]


async def test_get_voices_lists_voices_of_all_engines(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/v1/voices")).json()
    states = {state["engine"]: state["available"] for state in document["engines"]}
    assert list(states) == ["kokoro", "espeak", "openai", "elevenlabs", "google", "piper"]
    assert (states["espeak"], states["openai"]) == (True, False)
    [emma] = [voice for voice in document["items"] if voice["voice"] == "bf_emma"]
    assert emma | {"available": True, "hint": None} == {
        "engine": "kokoro", "voice": "bf_emma", "label": "Emma", "language": "en-GB", "gender": "female",
        "is_default": False, "available": True, "hint": None, "has_sample": True,
        "sample_url": "/api/v1/voices/kokoro/bf_emma/sample",
    }  # fmt: skip


async def test_get_voices_counts_service_that_is_set_on_the_page(settings: Settings, client: httpx.AsyncClient) -> None:
    assert await listed(client, "openai") == []
    async with client_of(settings, person="admin") as admin:
        for key, value in (("speech.api_key", "secret-key"), ("speech.voice", "coral")):
            assert (await admin.put(f"/api/v1/settings/{key}", json={"value": value})).status_code == 204
    voices = await listed(client, "openai")
    assert [voice["voice"] for voice in voices if voice["is_default"]] == ["coral"]
    assert all(voice["available"] for voice in voices)


async def test_get_voice_sample_of_kokoro_is_the_shipped_file_in_ranges(client: httpx.AsyncClient) -> None:
    path = "/api/v1/voices/kokoro/pf_dora/sample"
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mpeg")
    assert answer.content == shipped_sample("pf_dora").read_bytes()
    part = await client.get(path, headers={"range": "bytes=0-99"})
    assert (part.status_code, len(part.content)) == (206, 100)


async def test_get_voice_sample_of_espeak_is_spoken(client: httpx.AsyncClient) -> None:
    [url] = [voice["sample_url"] for voice in await listed(client, "espeak") if voice["is_default"]]
    answer = await client.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mpeg")
    assert len(answer.content) > 20_000


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("kokoro/nobody", 404),
        ("espeak/af_heart", 404),
        ("openai/alloy", 404),
        ("piper/..%2F..%2Fkeys.json", 404),
        ("kokoro/%00", 404),
        ("festival/kal", 422),
    ],
)
async def test_get_voice_sample_of_unknown_voice_is_refused(client: httpx.AsyncClient, path: str, status: int) -> None:
    assert (await client.get(f"/api/v1/voices/{path}/sample")).status_code == status


async def test_get_voice_sample_of_paid_voice_is_not_found(settings: Settings, client: httpx.AsyncClient) -> None:
    async with client_of(settings, person="admin") as admin:
        await admin.put("/api/v1/settings/speech.api_key", json={"value": "secret-key"})
    answer = await client.get("/api/v1/voices/openai/alloy/sample")
    assert (answer.status_code, answer.json()["detail"]) == (404, "The voice Alloy has no sample.")


async def test_voices_need_a_user(settings: Settings) -> None:
    async with client_of(settings, person=None) as nobody:
        for path in ("voices", "voices/kokoro/af_heart/sample"):
            assert (await nobody.get(f"/api/v1/{path}")).status_code == 401
