"""The keys that sign access tokens: sealed in the database, one current, retired ones until nothing needs them."""

from __future__ import annotations

import asyncio
import json
import math
import time
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from ytempire.accounts.models import SigningKey as StoredKey
from ytempire.accounts.sessions import IssuedSession
from ytempire.accounts.tokens import LEEWAY, AccessClaims, SigningKey, TokenKeyUnknown, TokenVerifier, issue_access
from ytempire.kit import clock
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession, Sessions
from ytempire.kit.locks import Lock, lock
from ytempire.settings import Security

FRESH_FOR_S = 60.0  # another process may rotate: a retired key signs no longer than this after it
RELOAD_AFTER_S = 5.0  # a token with an unknown key makes us look again, but not for every such token


def private_key_associated_data(kid: str) -> str:
    return f"core.signing_keys/private_pem/{kid}"


@dataclass
class TokenSigner:
    """Issues and checks access tokens. Loads keys again each minute, and when it meets an unknown one."""

    platform: Sessions
    keys: KeyRing
    security: Security
    _current: SigningKey | None = None
    _published: list[dict[str, str]] = field(default_factory=list)
    _verifier: TokenVerifier | None = None
    _loaded_at: float = -math.inf
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def load(self) -> None:
        """Read the keys, making the first one where there is none. What is the same as before is not read again."""
        async with self.platform.begin() as session:
            stored = await _stored(session)
            if stored is None:
                self._current = await _add(session, self.keys)
            elif self._current is None or stored.kid != self._current.kid:
                # 35 ms of processor, in which nobody else would be answered
                self._current = await asyncio.to_thread(self._open, stored)
            published = await _published(session, self.security.access_lifetime)
        if self._verifier is None or published != self._published:
            self._verifier = TokenVerifier(published, issuer=self.security.issuer, audience=self.security.audience)
            self._published = published
        self._loaded_at = time.monotonic()

    def _open(self, stored: StoredKey) -> SigningKey:
        return SigningKey.from_pem(
            self.keys.open(stored.private_pem, associated_data=private_key_associated_data(stored.kid))
        )

    async def rotate(self) -> None:
        """Sign with a new key from now on; tokens of the old one stay good until they expire."""
        async with self.platform.begin() as session:
            await _lock_key_creation(session)
            await session.execute(
                update(StoredKey).where(StoredKey.retired_at.is_(None)).values(retired_at=clock.now())
            )
            await _add(session, self.keys)
            spent = clock.now() - 2 * self.security.access_lifetime
            await session.execute(delete(StoredKey).where(StoredKey.retired_at < spent))
        await self.load()

    async def issue(self, opened: IssuedSession) -> str:
        await self._reload_if_older(after_s=FRESH_FOR_S)
        assert self._current is not None
        return issue_access(
            self._current,
            issuer=self.security.issuer,
            audience=self.security.audience,
            user_id=opened.user_id,
            session_id=opened.id,
            role=opened.role,
            lifetime=self.security.access_lifetime,
        )

    async def check(self, token: str) -> AccessClaims:
        """Raises TokenRefused and its kinds."""
        await self._reload_if_older(after_s=FRESH_FOR_S)
        assert self._verifier is not None
        try:
            return self._verifier.verify(token)
        except TokenKeyUnknown:
            await self._reload_if_older(after_s=RELOAD_AFTER_S)
            return self._verifier.verify(token)

    async def _reload_if_older(self, *, after_s: float) -> None:
        """Load the keys where that was longer ago; of many that come at once, one does."""
        if time.monotonic() - self._loaded_at < after_s:
            return
        async with self._lock:
            if time.monotonic() - self._loaded_at >= after_s:
                await self.load()

    async def published(self) -> list[dict[str, str]]:
        """Public keys for JWKS."""
        async with self.platform.begin() as session:
            return await _published(session, self.security.access_lifetime)


async def _stored(session: AsyncSession) -> StoredKey | None:
    """The key to sign with; None where it is the caller's to make the first one."""
    current = select(StoredKey).where(StoredKey.retired_at.is_(None))
    key = await session.scalar(current)
    if key is None:
        await _lock_key_creation(session)
        key = await session.scalar(current)
    return key


async def _lock_key_creation(session: AsyncSession) -> None:
    """Of those who make a key, one at a time does."""
    await lock(session, Lock.SIGNING_KEY_CREATION)


async def _add(session: AsyncSession, keys: KeyRing) -> SigningKey:
    made = await asyncio.to_thread(SigningKey.generate)
    session.add(
        StoredKey(
            kid=made.kid,
            public_jwk=json.dumps(made.public_jwk),
            private_pem=keys.seal(made.private_pem, associated_data=private_key_associated_data(made.kid)),
        )
    )
    await session.flush()
    return made


async def _published(session: AsyncSession, lifetime: timedelta) -> list[dict[str, str]]:
    """The current key and those whose last token may still be good."""
    rows = await session.scalars(
        select(StoredKey.public_jwk)
        .where(
            or_(
                StoredKey.retired_at.is_(None),
                StoredKey.retired_at > clock.now() - _retention_after_retirement(lifetime),
            )
        )
        .order_by(StoredKey.created_at.desc())
    )
    return [json.loads(row) for row in rows]


def _retention_after_retirement(lifetime: timedelta) -> timedelta:
    """How long after its retirement a key may still be needed: another process signs with it for a moment."""
    return lifetime + timedelta(seconds=FRESH_FOR_S) + LEEWAY
