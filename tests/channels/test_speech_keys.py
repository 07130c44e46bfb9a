"""A channel's own keys of speech services."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr

from ytempire.channels import credentials
from ytempire.channels import service as channels
from ytempire.channels.speech_keys import SpeechProvider, with_channel_keys
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions
from ytempire.settings import Speech

INSTALLED = Speech(api_key=SecretStr("installed"), elevenlabs_api_key=SecretStr("installed"))


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return KeyRing.from_file(tmp_path / "keys.json")


async def two_channels(platform: Sessions) -> tuple[UUID, UUID]:
    async with platform() as session:
        first, second, *_ = await channels.list_channels(session)
    return first.id, second.id


async def own_key(platform: Sessions, keys: KeyRing, channel_id: UUID, provider: SpeechProvider) -> None:
    async with platform.begin() as session:
        await credentials.set_credential(session, keys, channel_id, provider, "its own", label="", expires_at=None)


def secrets(speech: Speech) -> list[str | None]:
    return [
        key.get_secret_value() if key else None
        for key in (speech.api_key, speech.elevenlabs_api_key, speech.google_api_key)
    ]


async def test_channel_key_is_used_before_the_installation_key(platform: Sessions, keys: KeyRing) -> None:
    mine, other = await two_channels(platform)
    await own_key(platform, keys, mine, "elevenlabs")
    await own_key(platform, keys, mine, "google")
    async with platform() as session:
        of_mine = await with_channel_keys(session, keys, mine, INSTALLED, installed=INSTALLED)
        of_other = await with_channel_keys(session, keys, other, INSTALLED, installed=INSTALLED)
    assert secrets(of_mine) == ["installed", "its own", "its own"]
    assert secrets(of_other) == ["installed", "installed", None]


async def test_channel_key_is_not_sent_to_an_address_of_the_page(platform: Sessions, keys: KeyRing) -> None:
    mine, _ = await two_channels(platform)
    await own_key(platform, keys, mine, "openai")
    elsewhere = INSTALLED.model_copy(update={"base_url": "https://elsewhere.example/v1", "api_key": None})
    async with platform() as session:
        speech = await with_channel_keys(session, keys, mine, elsewhere, installed=INSTALLED)
    assert secrets(speech)[0] is None
