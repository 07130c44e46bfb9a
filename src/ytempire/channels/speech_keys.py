"""A channel's own keys of speech services, which its voice uses before the installation's."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import SecretStr

from ytempire.channels.credentials import MAX_SECRET_LENGTH, find_credential
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import InvalidInput
from ytempire.settings import Speech

SpeechProvider = Literal["openai", "elevenlabs", "google"]
KEY_SETTINGS: dict[SpeechProvider, str] = {
    "openai": "api_key",
    "elevenlabs": "elevenlabs_api_key",
    "google": "google_api_key",
}
"""Under which field of the settings each provider's key is."""
ADDRESSES: dict[SpeechProvider, str] = {
    "openai": "base_url",
    "elevenlabs": "elevenlabs_base_url",
    "google": "google_base_url",
}


async def with_channel_keys(
    session: AsyncSession,
    keys: KeyRing,
    channel_id: UUID,
    speech: Speech,
    *,
    installed: Speech,
    engine: str | None = None,
) -> Speech:
    """Return the settings with the channel's own keys in them; with `engine` the key of that alone.

    Needs the platform's session or an administrator's.

    `installed` are the settings of the environment. Where an address has been changed on the page since, the channel's
    key stays here: whoever may change an address must not thereby read the keys of channels.
    """
    own: dict[str, SecretStr] = {}
    for provider, name in KEY_SETTINGS.items():
        if engine not in (None, provider):
            continue
        address = ADDRESSES[provider]
        secret = await find_credential(session, keys, channel_id, provider)
        if secret is not None and getattr(speech, address) == getattr(installed, address):
            own[name] = SecretStr(secret)
    return speech.model_copy(update=own)


def checked_key(text: str) -> str:
    """Return a key as it is sent, without white space around it. Raises InvalidInput for what no header can carry."""
    key = text.strip()
    if not key or len(key) > MAX_SECRET_LENGTH or not key.isascii() or not key.isprintable():
        raise InvalidInput("This is no key of a speech service.", hint="Copy it whole, and nothing else.")
    return key
