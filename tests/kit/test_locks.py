"""Advisory locks by name: who waits for whom, and that no other numbers are used."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

from ytempire.kit.database import Sessions
from ytempire.kit.locks import Lock, lock, try_lock

SOURCE = Path(__file__).parents[2] / "src/ytempire"


async def test_try_lock_of_a_held_lock_is_refused_until_its_transaction_ends(platform: Sessions) -> None:
    async with platform.begin() as other:
        async with platform.begin() as holder:
            await lock(holder, Lock.FEATURE_FLAGS)
            assert not await try_lock(other, Lock.FEATURE_FLAGS)
        assert await try_lock(other, Lock.FEATURE_FLAGS)


async def test_lock_of_another_name_or_key_is_free(platform: Sessions) -> None:
    key = str(uuid4())
    async with platform.begin() as holder, platform.begin() as other:
        await lock(holder, Lock.CALENDAR, key)
        assert await try_lock(other, Lock.SOURCE_TEXT, key)
        assert await try_lock(other, Lock.CALENDAR, str(uuid4()))
        assert not await try_lock(other, Lock.CALENDAR, key)


def test_locks_of_python_have_a_name() -> None:
    """A number or a hash beside the names may be another's."""
    unnamed = re.compile(r"advisory(_xact)?_lock\w*\([^)%{]*(\d|hashtext)")
    found = {
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.rglob("*.py")
        if "migrations/versions" not in file.as_posix() and unnamed.search(file.read_text())
    }
    assert found == set()
