"""The trail: what is written, what is erased, and that it has room for tomorrow."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from tests.conftest import Database
from ytempire.accounts.models import User
from ytempire.kit.database import Sessions, as_subject, conninfo
from ytempire.kit.subject import SYSTEM, Subject


async def person(admin_sessions: Sessions) -> UUID:
    async with as_subject(admin_sessions, SYSTEM).begin() as session:
        user = User(email="ada@example.com", full_name="Ada", password_hash="$argon2id$secret")
        session.add(user)
        await session.flush()
        user.full_name, user.password_hash = "Countess", "$argon2id$other"
        await session.flush()
        return user.id


async def test_erase_person_keeps_lines_without_readable_values(admin_sessions: Sessions) -> None:
    user_id = await person(admin_sessions)
    async with admin_sessions.begin() as session:
        assert await session.scalar(text("SELECT audit.erase_person(:person)"), {"person": user_id}) == 2
        rows = (
            await session.execute(
                text(
                    "SELECT action, changed, old::text, new::text FROM audit.changes"
                    " WHERE row_key = :key ORDER BY occurred_at"
                ),
                {"key": str(user_id)},
            )
        ).all()
    assert [row.action for row in rows] == ["insert", "update"]
    assert "full_name" in rows[1].changed
    written = " ".join(f"{row.old} {row.new}" for row in rows)
    assert "digest" in written
    for value in ("Ada", "Countess", "ada@example.com", "argon2"):
        assert value not in written


async def test_erase_person_removes_ip_addresses(admin_sessions: Sessions) -> None:
    user_id = await person(admin_sessions)
    from_afar = as_subject(admin_sessions, Subject(user_id, "service", ip_address="203.0.113.9"))
    async with from_afar.begin() as session:
        session.add(User(full_name="Made by Ada"))
    addresses = text("SELECT host(ip_address) FROM audit.changes WHERE user_id = :person")
    async with admin_sessions.begin() as session:
        assert set(await session.scalars(addresses, {"person": user_id})) == {"203.0.113.9"}
        await session.execute(text("SELECT audit.erase_person(:person)"), {"person": user_id})
        assert set(await session.scalars(addresses, {"person": user_id})) == {None}


async def test_audit_digests_of_equal_values_differ(admin_sessions: Sessions) -> None:
    """Or a list of names would be enough to read the trail of an erased person."""
    async with as_subject(admin_sessions, SYSTEM).begin() as session:
        session.add_all([User(full_name="Same"), User(full_name="Same")])
    async with admin_sessions() as session:
        digests = (
            await session.scalars(
                text("SELECT new -> 'full_name' ->> 'digest' FROM audit.changes WHERE new ? 'full_name'")
            )
        ).all()
    assert len(digests) == len(set(digests)) >= 2


def test_erase_person_by_operator_is_refused(database: Database) -> None:
    with psycopg.connect(conninfo(database.app_url)) as connection:
        connection.execute("SELECT core.set_subject(%s, 'operator', NULL, NULL, NULL)", [SYSTEM.user_id])
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="Only an administrator"):
            connection.execute("SELECT audit.erase_person(%s)", [SYSTEM.user_id])


def test_make_partitions_again_creates_none(database: Database) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        assert connection.execute("SELECT audit.make_partitions()").fetchall() == []
        row = connection.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit.changes'::regclass"
        ).fetchone()
    assert row == (4,)


async def test_audit_trail_of_rolled_back_change_is_empty(admin_sessions: Sessions) -> None:
    user_id = await person(admin_sessions)
    async with admin_sessions() as session:
        await session.execute(text("UPDATE core.users SET full_name = 'x' WHERE id = :id"), {"id": user_id})
        await session.rollback()
    async with admin_sessions() as session:
        count = await session.scalar(
            text("SELECT count(*) FROM audit.changes WHERE row_key = :key"), {"key": str(user_id)}
        )
    assert count == 2
