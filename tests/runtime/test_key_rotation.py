"""Every stored secret moves to the new key, whatever is killed on the way."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import LargeBinary, select

from tests.conftest import Database
from tests.forked_process import ForkedProcess, ytempire
from ytempire.accounts.authenticator import totp_associated_data
from ytempire.accounts.emails import body_associated_data
from ytempire.accounts.models import Email, User
from ytempire.database.models import metadata
from ytempire.kit.crypto import KeyRing, key_id_of
from ytempire.kit.database import Sessions, as_subject, conninfo
from ytempire.kit.subject import SYSTEM
from ytempire.runtime.home import Home, server_user
from ytempire.runtime.key_rotation import envelopes_by_key, reseal, sealed_columns
from ytempire.settings import Settings

# Bytes that are no envelopes: nobody can open a digest.
DIGESTS = {
    "analytics.ingest_batches.digest",
    "analytics.daily_report_views.digest",
    "core.account_tokens.token_hash",
    "core.api_keys.key_hash",
    "core.recovery_codes.code_hash",
    "core.refresh_tokens.token_hash",
    "core.sign_in_failures.address_hash",
    "core.oauth_states.state_hash",
}


@pytest.fixture
def platform(sessions: Sessions) -> Sessions:
    return as_subject(sessions, SYSTEM)


@pytest.fixture
def home() -> Iterator[Home]:
    """A data folder that the servers' user can reach when the tests are root's."""
    with tempfile.TemporaryDirectory(prefix="ytempire-") as folder:
        Path(folder).chmod(0o755)
        home = Home(Path(folder) / "home", server_user(Settings()))
        home.prepare()
        yield home


@pytest.fixture
def keys(home: Home) -> KeyRing:
    return KeyRing.from_file(home.keys)


async def write_letters(platform: Sessions, keys: KeyRing, count: int) -> None:
    async with platform.begin() as session:
        for number in range(count):
            mail_id = uuid4()
            body = keys.seal(f"letter {number}".encode(), associated_data=body_associated_data(mail_id))
            session.add(
                Email(id=mail_id, user_id=SYSTEM.user_id, recipient="a@example.com", subject=str(number), body=body)
            )


async def read_letters(platform: Sessions, keys: KeyRing) -> dict[str, str]:
    async with platform() as session:
        rows = await session.scalars(select(Email))
        return {row.subject: keys.open(row.body, associated_data=body_associated_data(row.id)).decode() for row in rows}


def test_sealed_columns_cover_every_binary_column() -> None:
    columns = {
        f"{table.fullname}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert columns - DIGESTS == {sealed.title for sealed in sealed_columns()}


async def test_reseal_moves_all_envelopes_to_new_key(platform: Sessions, keys: KeyRing) -> None:
    await write_letters(platform, keys, 7)
    async with platform.begin() as session:
        user = User(email="a@example.com", password_hash="x")
        session.add(user)
        await session.flush()
        user.totp_secret = keys.seal(b"seed", associated_data=totp_associated_data(user))
        await session.flush()
        await session.refresh(user)
        changed_at = user.updated_at
    old, ring = keys.current, keys.with_new_key()
    assert old != ring.current
    result = await reseal(platform, ring, batch=3)
    assert (result.done, result.failed) == ({"core.emails.body": 7, "core.users.totp_secret": 1}, [])
    async with platform() as session:
        counts = await envelopes_by_key(session)
        stored = (await session.scalars(select(User).where(User.email == "a@example.com"))).one()
        assert stored.totp_secret is not None
        assert ring.open(stored.totp_secret, associated_data=totp_associated_data(stored)) == b"seed"
        assert stored.updated_at == changed_at
    assert counts["core.emails.body"] == {ring.current: 7}
    assert (await reseal(platform, ring)).done == {}
    assert await read_letters(platform, ring) == {str(n): f"letter {n}" for n in range(7)}


async def test_reseal_damaged_envelope_is_named_and_others_continue(platform: Sessions, keys: KeyRing) -> None:
    await write_letters(platform, keys, 5)
    async with platform.begin() as session:
        broken = (await session.scalars(select(Email).where(Email.subject == "2"))).one()
        broken.body = broken.body[:-1] + bytes([broken.body[-1] ^ 1])
    result = await reseal(platform, keys.with_new_key(), batch=2)
    assert result.done == {"core.emails.body": 4}
    [said] = result.failed
    assert str(broken.id) in said
    assert "is not what was sealed there" in said


@pytest.mark.timeout(180)
async def test_reseal_killed_midway_resumes_without_loss(
    platform: Sessions, keys: KeyRing, database: Database, cache_url: str, home: Home
) -> None:
    total = 3000
    await write_letters(platform, keys, total)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YTEMPIRE_")} | {
        "YTEMPIRE_HOME": str(home.root),
        "YTEMPIRE_DATABASE__URL": database.app_url,
        "YTEMPIRE_CACHE__URL": cache_url,
    }
    old = keys.current
    for command in ("rotate", "reseal"):
        before = moved(database, old)
        await asyncio.to_thread(kill_midway, command, environment, database, old)
        assert before < moved(database, old) < total
        # each opens, whichever key it has now
        assert len(await read_letters(platform, keys)) == total
    assert '"failed": []' in await asyncio.to_thread(finish, environment)
    assert moved(database, old) == total
    assert await read_letters(platform, keys) == {str(n): f"letter {n}" for n in range(total)}


def kill_midway(command: str, environment: dict[str, str], database: Database, old: str) -> None:
    before = moved(database, old)
    with ForkedProcess("ytempire", "keys", command, environment=environment) as process:
        while moved(database, old) == before and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        said = process.communicate()
        assert process.returncode == -signal.SIGKILL, said


def finish(environment: dict[str, str]) -> str:
    done = ytempire("keys", "reseal", "--json", environment=environment, timeout=120)
    done.check_returncode()
    return done.stdout


def moved(database: Database, old: str) -> int:
    """How many letters a key other than `old` has sealed."""
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        bodies = owner.execute("SELECT body FROM core.emails").fetchall()
    return sum(key_id_of(body) != old for (body,) in bodies)
