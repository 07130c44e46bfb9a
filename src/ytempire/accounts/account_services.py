"""The services of accounts, put together once for an application."""

from __future__ import annotations

from dataclasses import dataclass

import valkey.asyncio

from ytempire.accounts.authenticator import Authenticator
from ytempire.accounts.emails import AccountEmails
from ytempire.accounts.registration import RegistrationService
from ytempire.accounts.signing_keys import TokenSigner
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions
from ytempire.settings import Settings


@dataclass(frozen=True)
class AccountServices:
    """`platform` sees accounts before anybody is known; `cache` counts requests."""

    platform: Sessions
    keys: KeyRing
    signer: TokenSigner
    authenticator: Authenticator
    registration: RegistrationService
    cache: valkey.asyncio.Valkey
    settings: Settings

    @classmethod
    def from_settings(
        cls, settings: Settings, platform: Sessions, keys: KeyRing, cache: valkey.asyncio.Valkey
    ) -> AccountServices:
        security = settings.security
        return cls(
            platform=platform,
            keys=keys,
            signer=TokenSigner(platform, keys, security),
            authenticator=Authenticator(platform, keys, security),
            registration=RegistrationService(platform, AccountEmails(keys, settings.api.page_url), security),
            cache=cache,
            settings=settings,
        )
