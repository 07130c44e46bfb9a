"""All that accounts need to work, put together once for an application."""

from __future__ import annotations

from dataclasses import dataclass

import valkey.asyncio

from ytempire.accounts.letters import Letters
from ytempire.accounts.registration import Registry
from ytempire.accounts.sign_in import Door
from ytempire.accounts.signing import Signer
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions
from ytempire.settings import Settings


@dataclass(frozen=True)
class Entrance:
    """`platform` sees accounts before anybody is known; `cache` counts requests."""

    platform: Sessions
    keys: KeyRing
    signer: Signer
    door: Door
    registry: Registry
    cache: valkey.asyncio.Valkey
    settings: Settings

    @classmethod
    def of(cls, settings: Settings, platform: Sessions, keys: KeyRing, cache: valkey.asyncio.Valkey) -> Entrance:
        security = settings.security
        return cls(
            platform=platform,
            keys=keys,
            signer=Signer(platform, keys, security),
            door=Door(platform, keys, security),
            registry=Registry(platform, Letters(keys, settings.api.page_address), security),
            cache=cache,
            settings=settings,
        )
