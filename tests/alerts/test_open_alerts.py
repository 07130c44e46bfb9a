"""Opening, renewing and closing alerts, of a condition and of what happens once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import select, text

from tests.conftest import Database
from ytempire.alerts.models import Alert
from ytempire.alerts.open_alerts import AlertCondition, close_alert, open_alert, settle_alerts_as_owner
from ytempire.alerts.queries import close_expired_alerts, enable_rule, list_alerts
from ytempire.database.migrate import apply_code
from ytempire.kit.database import Sessions, as_subject, conninfo
from ytempire.kit.subject import SYSTEM, Role, Subject

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
LATE = AlertCondition("collection_late", "a", "No numbers", "Busy.", data={"count": 1})  # of a condition
STOP = AlertCondition("cost_stop", "a", "Stopped", "Three dollars.")  # of what happens once
MONTH = timedelta(days=32)


@pytest.fixture
def platform(sessions: Sessions) -> Sessions:
    return as_subject(sessions, SYSTEM)


async def open_at(platform: Sessions, condition: AlertCondition, now: datetime) -> bool:
    async with platform.begin() as session:
        return await open_alert(session, condition, now)


async def alerts(platform: Sessions) -> list[Alert]:
    async with platform() as session:
        return list(await session.scalars(select(Alert).order_by(Alert.id)))


async def test_open_alert_seen_again_is_renewed_and_one(platform: Sessions) -> None:
    again = AlertCondition("collection_late", "a", "Still no numbers", "Busy.", severity="critical", data={"count": 2})
    assert await open_at(platform, LATE, NOON) is True
    assert await open_at(platform, again, NOON + timedelta(hours=1)) is False
    assert await open_at(platform, again, NOON) is False  # the clock went back
    [alert] = await alerts(platform)
    assert (alert.title, alert.severity, alert.data) == ("Still no numbers", "critical", {"count": 2})
    assert (alert.opened_at, alert.last_seen_at) == (NOON, NOON + timedelta(hours=1))


async def test_open_alert_closed_and_seen_again_is_another(platform: Sessions) -> None:
    await open_at(platform, LATE, NOON)
    async with platform.begin() as session:
        await close_alert(session, "collection_late", "a", NOON + timedelta(hours=1))
        await close_alert(session, "collection_late", "a", NOON + timedelta(hours=2))  # none is open
    assert await open_at(platform, LATE, NOON + timedelta(hours=3)) is True
    assert [one.closed_at for one in await alerts(platform)] == [NOON + timedelta(hours=1), None]


async def test_open_alert_that_expires_stays_as_it_is_until_then(platform: Sessions) -> None:
    assert await open_at(platform, STOP, NOON) is True
    assert await open_at(platform, STOP, NOON + MONTH - timedelta(seconds=1)) is False
    [alert] = await alerts(platform)
    assert (alert.last_seen_at, alert.expires_at) == (NOON, NOON + MONTH)
    assert await open_at(platform, STOP, NOON + MONTH + timedelta(days=1)) is True
    assert [one.closed_at for one in await alerts(platform)] == [NOON + MONTH, None]


async def test_close_expired_alerts_closes_those_whose_time_is_over(platform: Sessions) -> None:
    await open_at(platform, STOP, NOON)
    await open_at(platform, LATE, NOON)
    async with platform.begin() as session:
        open_ones = await list_alerts(session, NOON + MONTH, state="open")
        # what is expired is closed, also before the worker closes it
        assert [one.rule for one in open_ones] == ["collection_late"]
        assert await close_expired_alerts(session, NOON + MONTH) == 1
        assert await close_expired_alerts(session, NOON + MONTH) == 0
    assert {one.rule: one.closed_at for one in await alerts(platform)} == {
        "cost_stop": NOON + MONTH,
        "collection_late": None,
    }


async def test_open_alert_by_several_at_once_is_one_fact(platform: Sessions, database: Database) -> None:
    opened = await asyncio.gather(*(open_at(platform, STOP, NOON) for _ in range(8)))
    assert sorted(opened) == [False] * 7 + [True]
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        facts = owner.execute("SELECT kind, data ->> 'rule' FROM core.outbox WHERE kind LIKE 'alert%'").fetchall()
    assert facts == [("alert_opened", "cost_stop")]


async def test_open_alert_of_a_disabled_rule_opens_none_and_disabling_closes(platform: Sessions) -> None:
    await open_at(platform, LATE, NOON)
    async with platform.begin() as session:
        await enable_rule(session, "collection_late", is_enabled=False, now=NOON + timedelta(hours=1))
    assert await open_at(platform, LATE, NOON + timedelta(hours=2)) is False
    [alert] = await alerts(platform)
    assert alert.closed_at == NOON + timedelta(hours=1)
    async with platform.begin() as session:
        await enable_rule(session, "collection_late", is_enabled=True, now=NOON)
    assert await open_at(platform, LATE, NOON + timedelta(hours=2)) is True


async def test_disabled_rule_stays_disabled_over_a_start(platform: Sessions, database: Database) -> None:
    async with platform.begin() as session:
        await enable_rule(session, "collection_late", is_enabled=False, now=NOON)
        await session.execute(text("UPDATE core.alert_rules SET is_enabled = is_enabled"))
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute("UPDATE core.alert_rules SET severity = 'info'")  # as of a version before
        owner.execute("INSERT INTO core.alert_rules (name, severity, description) VALUES ('old_rule', 'info', '')")
    apply_code(database.owner_url)
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        rules = dict(owner.execute("SELECT name, (severity, is_enabled)::text FROM core.alert_rules").fetchall())
    assert (rules["collection_late"], rules["cost_stop"]) == ("(warning,f)", "(critical,t)")
    assert "old_rule" not in rules


def test_settle_alerts_closes_what_is_seen_no_more_of_this_rule_alone(database: Database) -> None:
    def conditions(*keys: str) -> list[AlertCondition]:
        return [AlertCondition("partition_missing", key, key, "") for key in keys]

    with psycopg.connect(conninfo(database.owner_url), autocommit=True) as owner:
        settle_alerts_as_owner(owner, "collection_stopped", [AlertCondition("collection_stopped", "x", "", "")], NOON)
        settle_alerts_as_owner(owner, "partition_missing", conditions("a", "b"), NOON)
        settle_alerts_as_owner(owner, "partition_missing", conditions("b", "c"), NOON + timedelta(hours=1))
        still = owner.execute("SELECT key FROM core.alerts WHERE closed_at IS NULL ORDER BY key").fetchall()
        settle_alerts_as_owner(owner, "partition_missing", [], NOON + timedelta(hours=2))
        left = owner.execute("SELECT key FROM core.alerts WHERE closed_at IS NULL").fetchall()
    assert (still, left) == ([("b",), ("c",), ("x",)], [("x",)])


@pytest.mark.parametrize(
    ("role", "refusal"),
    # a person sees no rule that they may lock, and whoever reads masked views has no such function
    [("operator", "query returned no rows"), ("analyst", "masked.open_alert.* does not exist")],
)
async def test_open_alert_by_a_person_is_refused(sessions: Sessions, role: Role, refusal: str) -> None:
    with pytest.raises(Exception, match=refusal):
        await open_at(as_subject(sessions, Subject(uuid4(), role)), STOP, NOON)


async def test_insert_of_an_alert_by_an_operator_is_refused(sessions: Sessions) -> None:
    insert = text(
        "INSERT INTO core.alerts (rule, key, severity, title, message) VALUES ('cost_stop', 'x', 'info', '', '')"
    )
    with pytest.raises(Exception, match="row-level security"):
        async with as_subject(sessions, Subject(uuid4(), "operator")).begin() as session:
            await session.execute(insert)


async def test_open_alert_that_becomes_critical_is_told_and_one_that_becomes_less_is_not(
    platform: Sessions, database: Database
) -> None:
    for severity in ("warning", "critical", "warning"):
        await open_at(platform, replace(LATE, severity=severity), NOON)
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        facts = owner.execute("SELECT kind, data ->> 'severity' FROM core.outbox WHERE kind LIKE 'alert%' ORDER BY id")
        assert facts.fetchall() == [("alert_opened", "warning"), ("alert_escalated", "critical")]


async def test_open_alert_with_an_end_of_its_own_expires_then(platform: Sessions) -> None:
    await open_at(platform, replace(STOP, expires_after=timedelta(days=1)), NOON)
    [alert] = await alerts(platform)
    assert alert.expires_at == NOON + timedelta(days=1)


async def test_disable_rule_waits_for_an_alert_that_is_being_opened_and_closes_it(platform: Sessions) -> None:
    async with platform.begin() as session:
        await open_alert(session, LATE, NOON)

        async def disable() -> None:
            async with platform.begin() as other:
                await enable_rule(other, "collection_late", is_enabled=False, now=NOON + timedelta(hours=1))

        disabling = asyncio.create_task(disable())
        done, _ = await asyncio.wait([disabling], timeout=0.5)
        assert not done
    await disabling
    assert [one.closed_at for one in await alerts(platform)] == [NOON + timedelta(hours=1)]


async def test_alerts_of_a_rule_that_ends_in_another_way_now_or_is_gone_are_closed_at_the_start(
    platform: Sessions, database: Database
) -> None:
    await open_at(platform, LATE, NOON)
    await open_at(platform, STOP, NOON)
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute("UPDATE core.alert_rules SET expires_after = '1 day' WHERE name = 'collection_late'")
        owner.execute("INSERT INTO core.alert_rules (name, severity, description) VALUES ('old_rule', 'info', '')")
        owner.execute("SELECT core.open_alert('old_rule', 'x', NULL, NULL, '', '', NULL, '{}', now())")
    apply_code(database.owner_url)
    assert {one.rule for one in await alerts(platform) if one.closed_at is None} == {"cost_stop"}
