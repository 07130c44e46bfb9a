"""Two processes sign and check with one database's keys."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event, text, update

from tests.conftest import Database
from ytempire.accounts import signing_keys
from ytempire.accounts.models import SigningKey
from ytempire.accounts.sessions import IssuedSession
from ytempire.accounts.signing_keys import TokenSigner
from ytempire.accounts.tokens import TokenKeyUnknown
from ytempire.kit import clock
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions, as_subject
from ytempire.kit.subject import SYSTEM
from ytempire.settings import Security

OPENED = IssuedSession(UUID(int=1), UUID(int=2), "operator", "unused", clock.now() + timedelta(days=1))


@pytest.fixture
def platform(sessions: Sessions) -> Sessions:
    return as_subject(sessions, SYSTEM)


@pytest.fixture
def pair(platform: Sessions, database: Database, tmp_path: Path) -> tuple[TokenSigner, TokenSigner]:
    keys = KeyRing.from_file(tmp_path / "keys.json")
    return TokenSigner(platform, keys, Security()), TokenSigner(platform, keys, Security())


def minute_passes(signer: TokenSigner) -> None:
    signer._loaded_at -= signing_keys.FRESH_FOR_S


async def test_check_token_of_key_from_other_process_loads_key(pair: tuple[TokenSigner, TokenSigner]) -> None:
    one, other = pair
    before = await one.issue(OPENED)
    await other.check(before)
    minute_passes(other)  # it has looked at the keys before, some time ago
    await other.check(before)
    other._loaded_at -= signing_keys.RELOAD_AFTER_S
    await one.rotate()
    assert (await other.check(await one.issue(OPENED))).session_id == OPENED.id
    assert (await other.check(before)).session_id == OPENED.id


async def test_check_token_of_unknown_key_reloads_keys_with_rate_limit(
    pair: tuple[TokenSigner, TokenSigner], platform: Sessions
) -> None:
    one, other = pair
    await other.check(await one.issue(OPENED))
    await one.rotate()
    token = await one.issue(OPENED)
    loads = counted(platform)
    with pytest.raises(TokenKeyUnknown):
        await other.check(token)  # it has just looked
    assert loads == []
    other._loaded_at -= signing_keys.RELOAD_AFTER_S
    answers = await asyncio.gather(*(other.check(token) for _ in range(50)))
    assert (len(answers), len(loads)) == (50, 1)


async def test_issue_with_retired_key_stops_after_one_minute(
    pair: tuple[TokenSigner, TokenSigner], platform: Sessions
) -> None:
    one, other = pair
    old = await other.issue(OPENED)
    await one.rotate()
    assert kid_of(await other.issue(OPENED)) == kid_of(old)
    minute_passes(other)
    loads = counted(platform)
    issued = await asyncio.gather(*(other.issue(OPENED) for _ in range(50)))
    assert {kid_of(token) for token in issued} == {kid_of(await one.issue(OPENED))}
    assert len(loads) == 1


async def test_check_token_of_just_retired_key_passes_until_expiry(
    pair: tuple[TokenSigner, TokenSigner], platform: Sessions
) -> None:
    one, other = pair
    await other.issue(OPENED)
    await one.rotate()
    last = await other.issue(OPENED)
    almost = Security().access_lifetime + timedelta(seconds=signing_keys.FRESH_FOR_S)
    await retired_ago(platform, almost)
    minute_passes(one)
    assert (await one.check(last)).session_id == OPENED.id
    await retired_ago(platform, almost + timedelta(minutes=1))
    minute_passes(one)
    with pytest.raises(TokenKeyUnknown):
        await one.check(last)


async def retired_ago(platform: Sessions, ago: timedelta) -> None:
    async with platform.begin() as session:
        retired = update(SigningKey).where(SigningKey.retired_at.is_not(None))
        await session.execute(retired.values(retired_at=clock.now() - ago))
        assert await session.scalar(text("SELECT count(*) FROM core.signing_keys WHERE retired_at IS NOT NULL")) == 1


def counted(platform: Sessions) -> list[str]:
    """One entry for each time that the database is asked for the keys."""
    loads: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if "FROM core.signing_keys" in statement and "ORDER BY" in statement:  # all that are good, once a look
            loads.append(statement)

    event.listen(platform.kw["bind"].sync_engine, "before_cursor_execute", note)
    return loads


def kid_of(token: str) -> str:
    return token.split(".", maxsplit=1)[0]
