"""Overrides that were stored under the old name of a setting."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from ytempire.configuration.models import SettingOverride
from ytempire.configuration.setting_overrides import (
    delete_override,
    list_effective_settings,
    read_overrides,
    rename_overrides,
    set_override,
    setting_associated_data,
)
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession, Sessions
from ytempire.settings import Settings

SECRET = "very-secret"


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return KeyRing.from_file(tmp_path / "keys.json")


async def store(session: AsyncSession, keys: KeyRing, **values: str) -> None:
    """Store overrides of the group `mail` as the version before did."""
    await session.execute(text("DELETE FROM core.setting_overrides"))
    for name, value in values.items():
        key = f"mail.{name}"
        sealed = keys.seal(value.encode(), associated_data=setting_associated_data(key))
        session.add(SettingOverride(key=key, value=sealed))
    await session.flush()


async def stored_keys(session: AsyncSession) -> list[str]:
    return list(await session.scalars(text("SELECT key FROM core.setting_overrides ORDER BY key")))


async def test_read_overrides_old_key_is_read_under_its_new_name(admin_sessions: Sessions, keys: KeyRing) -> None:
    async with admin_sessions.begin() as session:
        await store(session, keys, host="mail.example.org", password=SECRET)
        assert await read_overrides(session, keys) == {"smtp.host": "mail.example.org", "smtp.password": SECRET}
        listed = {one.key: one for one in await list_effective_settings(session, Settings(), keys)}
        assert (listed["smtp.host"].source, listed["smtp.host"].value) == ("override", "mail.example.org")


async def test_read_overrides_of_two_keys_the_new_one_counts(admin_sessions: Sessions, keys: KeyRing) -> None:
    async with admin_sessions.begin() as session:
        await store(session, keys, sender="Old <old@example.org>")
        await set_override(session, Settings(), keys, "smtp.sender", "New <new@example.org>")
        assert await read_overrides(session, keys) == {"smtp.sender": "New <new@example.org>"}


async def test_delete_override_deletes_the_old_key_too(admin_sessions: Sessions, keys: KeyRing) -> None:
    async with admin_sessions.begin() as session:
        await store(session, keys, host="mail.example.org", password=SECRET)
        await delete_override(session, Settings(), keys, "smtp.host")
        assert await stored_keys(session) == []  # and with the host the password that was meant for it


async def test_rename_overrides_stores_the_value_under_its_new_name(
    admin_sessions: Sessions, keys: KeyRing, capfd: pytest.CaptureFixture[str]
) -> None:
    async with admin_sessions.begin() as session:
        await store(session, keys, host="mail.example.org", password=SECRET)
        await rename_overrides(session, keys)
        await rename_overrides(session, keys)
        assert await stored_keys(session) == ["smtp.host", "smtp.password"]
        assert await read_overrides(session, keys) == {"smtp.host": "mail.example.org", "smtp.password": SECRET}
    output = "".join(capfd.readouterr())
    assert output.count("setting_renamed") == 2
    assert SECRET not in output
