"""The gate on a real database: limits, failures, races, and a crash between call and settle."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.conftest import Database
from tests.costs.factories import ITEM, SERVICE, cost_context, gate, set_price
from tests.lost_connections import end_blocked_connection, owner_of
from ytempire.alerts.models import Alert
from ytempire.costs import budgets, prices, queries, service
from ytempire.costs.errors import BudgetExceeded, PriceMissing
from ytempire.costs.models import CostLine, CostReservation
from ytempire.costs.service import CostContext, PaidResponse
from ytempire.kit.database import Sessions, conninfo
from ytempire.kit.errors import AnswerUnusable, InvalidInput, OutcomeUnknown, PermanentError, RetryableError
from ytempire.runtime.postgres import EmbeddedPostgres

DYING_BUYER = """
import asyncio, sys
from pathlib import Path
from uuid import UUID
from ytempire.costs.service import CostContext, PaidCallGate
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.storage import ObjectStore
from ytempire.kit.subject import SYSTEM

async def call(key):
    print("serving", flush=True)
    await asyncio.sleep(60)

video, channel, run = map(UUID, sys.argv[2:5])
by = CostContext(video_id=video, channel_id=channel, run_id=run, step="voice", attempt=1)
gate = PaidCallGate(sessions_of(connect(sys.argv[1]), SYSTEM), by, ObjectStore(Path(sys.argv[5])))
asyncio.run(gate.call_paid(service="voice", item="test-voice", max_usage={"character": 100}, name="1", call=call))
"""


async def call_paid(
    platform: Sessions, by: CostContext, characters: int, *, used: int | None = None, name: str = "1"
) -> bytes:
    async def call(key: str) -> PaidResponse:
        return PaidResponse(key.encode(), {"character": characters if used is None else used})

    return await gate(platform, by).call_paid(
        service=SERVICE, item=ITEM, max_usage={"character": characters}, name=name, call=call
    )


async def ledger(platform: Sessions, by: CostContext) -> list[CostLine]:
    async with platform() as session:
        return await queries.list_ledger(session, by.video_id)


class TestBuy:
    async def test_call_paid_settled_on_another_connection_when_one_is_lost(
        self, platform: Sessions, database: Database, postgres: EmbeddedPostgres
    ) -> None:
        """Or the answer would not be noted, and the step's next attempt would pay again."""
        await set_price(platform, "0.000015")
        by = cost_context()
        served = 0
        async with owner_of(database) as owner:

            async def call(key: str) -> PaidResponse:
                nonlocal served
                served += 1
                await owner.execute("LOCK TABLE core.cost_lines")  # which the settlement writes to
                return PaidResponse(b"a voice", {"character": 100})

            buyer = gate(platform, by)
            usage = {"character": 100}
            paying = asyncio.create_task(
                buyer.call_paid(service=SERVICE, item=ITEM, max_usage=usage, name="1", call=call)
            )
            await end_blocked_connection(postgres, database)
            await owner.rollback()
            assert await paying == b"a voice"
            again = await buyer.call_paid(service=SERVICE, item=ITEM, max_usage=usage, name="1", call=call)
        assert (again, served) == (b"a voice", 1)
        assert [line.outcome for line in await ledger(platform, by)] == ["success"]

    async def test_call_paid_records_used_amount_not_reserved(self, platform: Sessions) -> None:
        await set_price(platform, "0.000015")
        by = cost_context()
        await call_paid(platform, by, 1000, used=800)
        [line] = await ledger(platform, by)
        assert (line.amount_usd, line.outcome, line.usage) == (Decimal("0.012000"), "success", {"character": "800"})

    async def test_call_paid_that_could_exceed_three_dollars_is_refused_uncalled(self, platform: Sessions) -> None:
        await set_price(platform, "0.01")
        by = cost_context()
        await call_paid(platform, by, 290)
        called = False

        async def call(_: str) -> PaidResponse:
            nonlocal called
            called = True
            return PaidResponse(b"", {"character": 11})

        with pytest.raises(BudgetExceeded, match=r"3\.00 USD. It was not made"):
            await gate(platform, by).call_paid(
                service=SERVICE, item=ITEM, max_usage={"character": 11}, name="2", call=call
            )
        assert not called
        assert sum(line.amount_usd for line in await ledger(platform, by)) == Decimal("2.90")
        await call_paid(platform, by, 10, name="3")  # exactly three dollars is allowed

    async def test_call_paid_reaching_warning_opens_one_alert(self, platform: Sessions) -> None:
        await set_price(platform, "0.01")
        by = cost_context()
        for number, characters in enumerate((249, 1, 5), start=1):
            await call_paid(platform, by, characters, name=str(number))
            async with platform() as session:
                alerts = list(await session.scalars(select(Alert).where(Alert.key == f"video/{by.video_id}")))
            assert len(alerts) == (0 if number == 1 else 1)
        assert (alerts[0].rule, alerts[0].data) == (
            "cost_warning",
            {"scope": "video", "limit_usd": "2.500000", "reached_usd": "2.500000"},
        )

    async def test_call_paid_refused_leaves_alert_and_no_reservation(self, platform: Sessions) -> None:
        await set_price(platform, "1")
        by = cost_context()
        with pytest.raises(BudgetExceeded):
            await call_paid(platform, by, 4)
        async with platform() as session:
            [alert] = await session.scalars(select(Alert).where(Alert.key == f"video/{by.video_id}"))
            assert (alert.rule, alert.link) == ("cost_stop", f"/videos/{by.video_id}")
            assert (
                await session.scalar(select(CostReservation.id).where(CostReservation.video_id == by.video_id)) is None
            )

    async def test_call_paid_without_price_is_not_called(self, platform: Sessions) -> None:
        with pytest.raises(PriceMissing, match="no price for voice test-voice per character") as raised:
            await call_paid(platform, cost_context(), 1)
        assert "ytempire costs price set voice test-voice character" in str(raised.value.hint)

    @pytest.mark.parametrize("error", [RetryableError("slow down"), PermanentError("no")])
    async def test_call_paid_failed_is_recorded_and_frees_reservation(
        self,
        platform: Sessions,
        error: Exception,
    ) -> None:
        await set_price(platform, "0.01")
        by = cost_context()

        async def call(_: str) -> PaidResponse:
            raise error

        with pytest.raises(type(error)):
            await gate(platform, by).call_paid(
                service=SERVICE, item=ITEM, max_usage={"character": 299}, name="1", call=call
            )
        [line] = await ledger(platform, by)
        assert (line.outcome, line.amount_usd) == ("failure", 0)
        await call_paid(platform, by, 300, name="2")

    async def test_call_paid_unknown_outcome_settles_at_bound(self, platform: Sessions) -> None:
        await set_price(platform, "0.01")
        by = cost_context()

        async def call(_: str) -> PaidResponse:
            raise OutcomeUnknown("the line went dead")

        with pytest.raises(OutcomeUnknown):
            await gate(platform, by).call_paid(
                service=SERVICE, item=ITEM, max_usage={"character": 200}, name="1", call=call
            )
        [line] = await ledger(platform, by)
        assert (line.outcome, line.amount_usd) == ("unknown", Decimal("2.00"))
        with pytest.raises(BudgetExceeded):
            await call_paid(platform, by, 101, name="2")

    async def test_call_paid_unusable_answer_is_paid_for_and_asked_for_anew(self, platform: Sessions) -> None:
        await set_price(platform, "0.01")
        by = cost_context()

        async def call(_: str) -> PaidResponse:
            raise AnswerUnusable("no sound")

        for attempt in (1, 2):
            with pytest.raises(AnswerUnusable):
                await gate(platform, replace(by, attempt=attempt)).call_paid(
                    service=SERVICE, item=ITEM, max_usage={"character": 100}, name="1", call=call
                )
        assert [(line.outcome, line.amount_usd) for line in await ledger(platform, by)] == [
            ("success", Decimal("1.00"))
        ] * 2

    async def test_call_paid_by_racing_workers_stays_below_stop(self, platform: Sessions) -> None:
        await set_price(platform, "0.01")
        for _ in range(12):  # one that settles between two looks at the sums is seldom met
            video = uuid4()
            workers = [cost_context(video_id=video) for _ in range(8)]
            results = await asyncio.gather(*(call_paid(platform, by, 90) for by in workers), return_exceptions=True)
            assert sum(isinstance(result, BudgetExceeded) for result in results) == 5
            assert sum(isinstance(result, bytes) for result in results) == 3
            assert sum(line.amount_usd for line in await ledger(platform, workers[0])) == Decimal("2.70")

    async def test_call_paid_after_price_change_keeps_earlier_amounts(self, platform: Sessions) -> None:
        await set_price(platform, "0.01")
        by = cost_context()
        await call_paid(platform, by, 10)
        await set_price(platform, "0.02")
        await call_paid(platform, by, 10, name="2")
        assert [line.amount_usd for line in await ledger(platform, by)] == [Decimal("0.10"), Decimal("0.20")]

    async def test_call_paid_in_later_attempt_reuses_idempotency_key(self, platform: Sessions) -> None:
        await set_price(platform, "0.01")
        first = cost_context()
        again = cost_context(video_id=first.video_id, run_id=first.run_id, attempt=2)
        assert await call_paid(platform, first, 1) == await call_paid(platform, again, 1)
        assert await call_paid(platform, again, 1, name="2") != await call_paid(platform, cost_context(), 1)

    async def test_call_paid_in_later_attempt_returns_stored_answer(self, platform: Sessions) -> None:
        await set_price(platform, "0.01")
        first = cost_context()
        again = cost_context(video_id=first.video_id, run_id=first.run_id, attempt=2)
        calls: list[str] = []

        async def call(key: str) -> PaidResponse:
            calls.append(key)
            return PaidResponse(f"answer {len(calls)}".encode(), {"character": 10})

        async def ask(by: CostContext, content: str) -> bytes:
            return await gate(platform, by).call_paid(
                service=SERVICE, item=ITEM, max_usage={"character": 10}, name=content, content=content, call=call
            )

        assert await ask(first, "one sentence") == b"answer 1"
        assert await ask(again, "one sentence") == b"answer 1"
        assert await ask(again, "another sentence") == b"answer 2"
        assert await ask(cost_context(), "one sentence") == b"answer 3"  # another run pays for itself
        assert len(await ledger(platform, first)) == 2

    async def test_call_paid_with_missing_stored_answer_calls_again(self, platform: Sessions) -> None:
        await set_price(platform, "0.01")
        first = cost_context()
        again = cost_context(video_id=first.video_id, run_id=first.run_id, attempt=2)
        kept = await call_paid(platform, first, 1)
        gate(platform, first).store.path(hashlib.sha256(kept).hexdigest()).unlink()
        assert await call_paid(platform, again, 1) == kept
        assert len(await ledger(platform, first)) == 2

    async def test_call_paid_unreadable_answer_settles_at_bound(self, platform: Sessions) -> None:
        await set_price(platform, "0.01")
        by = cost_context()

        async def call(_: str) -> PaidResponse:
            raise AttributeError("the answer is a page of HTML")

        with pytest.raises(AttributeError):
            await gate(platform, by).call_paid(
                service=SERVICE, item=ITEM, max_usage={"character": 100}, name="1", call=call
            )
        [line] = await ledger(platform, by)
        assert (line.outcome, line.amount_usd) == ("unknown", Decimal("1.00"))


class TestBudgets:
    async def test_raised_budget_allows_refused_call(self, platform: Sessions) -> None:
        await set_price(platform, "1")
        by = cost_context()
        with pytest.raises(BudgetExceeded):
            await call_paid(platform, by, 4)
        async with platform.begin() as session:
            limit = {"scope": "video", "subject": None, "warn_usd": Decimal(4), "stop_usd": Decimal(5)}
            await budgets.set_budget(session, **limit, reason="A longer film.")  # type: ignore[arg-type]  # as above
        await call_paid(platform, by, 4, name="2")
        with pytest.raises(BudgetExceeded):
            await call_paid(platform, by, 2, name="3")

    async def test_service_budget_stops_calls_of_that_service(self, platform: Sessions) -> None:
        await set_price(platform, "1")
        async with platform.begin() as session:
            await budgets.set_budget(
                session, scope="service_video", subject=SERVICE, warn_usd=Decimal("0.5"), stop_usd=Decimal(1)
            )
        by = cost_context()
        await call_paid(platform, by, 1)
        with pytest.raises(BudgetExceeded, match="this service in this video"):
            await call_paid(platform, by, 1, name="2")

    @pytest.mark.parametrize(
        ("scope", "warn", "stop"),
        [
            ("galaxy", "1", "2"),
            ("video", "3", "2"),
            ("video", "-1", None),
            ("video", "NaN", None),
        ],
    )
    async def test_set_budget_with_invalid_values_is_refused(
        self, platform: Sessions, scope: str, warn: str, stop: str | None
    ) -> None:
        async with platform.begin() as session:
            with pytest.raises(InvalidInput):
                await budgets.set_budget(
                    session, scope=scope, subject=None, warn_usd=Decimal(warn), stop_usd=Decimal(stop) if stop else None
                )

    @pytest.mark.parametrize("stop", [Decimal("3.01"), None])
    async def test_set_budget_above_three_dollars_requires_administrator_and_reason(
        self, platform: Sessions, admin_sessions: Sessions, sessions: Sessions, stop: Decimal | None
    ) -> None:
        async def lift(by: Sessions, reason: str | None) -> None:
            async with by.begin() as session:
                await budgets.set_budget(
                    session, scope="video", subject=None, warn_usd=Decimal(1), stop_usd=stop, reason=reason
                )

        for missing in (None, " ", "x"):
            with pytest.raises(InvalidInput, match=r"3\.00 USD at most.*--reason"):
                await lift(admin_sessions, missing)
        with pytest.raises(DBAPIError, match="row-level security"):
            await lift(sessions, "I would like to.")
        async with platform() as session:
            with pytest.raises(DBAPIError, match="budgets_ceiling_check"):
                await session.execute(text("UPDATE core.budgets SET stop_usd = 9 WHERE scope = 'video'"))
        await lift(admin_sessions, "A film of ten minutes.")
        async with admin_sessions() as session:
            trail = (
                "SELECT new ->> 'reason' FROM audit.changes WHERE table_name = 'core.budgets' ORDER BY occurred_at DESC"
            )
            assert await session.scalar(text(trail)) == "A film of ten minutes."
        async with admin_sessions.begin() as session:
            await budgets.set_budget(session, scope="video", subject=None, warn_usd=Decimal(1), stop_usd=Decimal(3))
        async with admin_sessions() as session:
            assert await session.scalar(text("SELECT reason FROM core.budgets WHERE scope = 'video'")) is None

    @pytest.mark.parametrize(("zone", "hours"), [("Pacific/Kiritimati", 14), ("America/Los_Angeles", -8), ("UTC", 0)])
    async def test_channel_day_budget_resets_at_local_midnight(
        self, platform: Sessions, database: Database, zone: str, hours: int
    ) -> None:
        """What was spent before its midnight counts no more, whatever day it is in UTC."""
        await set_price(platform, "1")
        with psycopg.connect(conninfo(database.owner_url)) as owner:
            [channel_id] = (
                owner.execute("UPDATE core.channels SET time_zone = %s RETURNING id", [zone]).fetchone() or ()
            )
            [began] = owner.execute("SELECT core.channel_midnight(%s)", [channel_id]).fetchone() or ()
        async with platform.begin() as session:
            await budgets.set_budget(
                session, scope="channel_day", subject=str(channel_id), warn_usd=Decimal(1), stop_usd=Decimal(2)
            )
        assert began == datetime.now(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        await call_paid(platform, cost_context(channel_id=channel_id), 2)
        with pytest.raises(BudgetExceeded, match="this channel today"):
            await call_paid(platform, cost_context(channel_id=channel_id), 1)
        with psycopg.connect(conninfo(database.owner_url)) as owner:
            owner.execute("ALTER TABLE core.cost_lines DISABLE TRIGGER USER")
            owner.execute("UPDATE core.cost_lines SET occurred_at = %s", [began - timedelta(seconds=1)])
            owner.execute("UPDATE core.cost_reservations SET created_at = %s", [began - timedelta(seconds=1)])
        await call_paid(platform, cost_context(channel_id=channel_id), 1)


class TestSettleAbandoned:
    async def test_orphaned_reservation_of_crashed_worker_settles_at_bound(
        self,
        platform: Sessions,
        database: Database,
        tmp_path: Path,
    ) -> None:
        await set_price(platform, "0.01")
        by = cost_context()
        # a process of its own buys, and is killed by kill -9 while the provider works
        dying = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            DYING_BUYER,
            database.app_url,
            *map(str, (by.video_id, by.channel_id, by.run_id, tmp_path)),
            stdout=asyncio.subprocess.PIPE,
        )
        assert dying.stdout is not None
        assert await dying.stdout.readline() == b"serving\n"
        dying.kill()
        await dying.communicate()

        async with platform.begin() as session:
            assert await service.settle_orphaned_reservations(session, by.run_id, by.step) == 1
        async with platform.begin() as session:
            assert await service.settle_orphaned_reservations(session, by.run_id, by.step) == 0
        [line] = await ledger(platform, by)
        assert (line.outcome, line.amount_usd) == ("unknown", Decimal("1.00"))

    async def test_call_paid_cancelled_settles_at_bound_at_once(self, platform: Sessions) -> None:
        await set_price(platform, "0.01")
        by = cost_context()
        served = asyncio.Event()

        async def call(_: str) -> PaidResponse:
            served.set()
            await asyncio.Event().wait()
            raise AssertionError

        buying = asyncio.create_task(
            gate(platform, by).call_paid(service=SERVICE, item=ITEM, max_usage={"character": 100}, name="1", call=call)
        )
        await served.wait()
        buying.cancel()
        await asyncio.gather(buying, return_exceptions=True)
        [line] = await ledger(platform, by)
        assert (line.outcome, line.amount_usd) == ("unknown", Decimal("1.00"))

    async def test_orphaned_reservation_is_not_settled_again_by_returning_worker(self, platform: Sessions) -> None:
        await set_price(platform, "0.01")
        by = cost_context()
        served, go_on = asyncio.Event(), asyncio.Event()

        async def call(_: str) -> PaidResponse:
            served.set()
            await go_on.wait()
            return PaidResponse(b"late", {"character": 50})

        slow = asyncio.create_task(
            gate(platform, by).call_paid(service=SERVICE, item=ITEM, max_usage={"character": 100}, name="1", call=call)
        )
        await served.wait()
        async with platform.begin() as session:
            await service.settle_orphaned_reservations(session, by.run_id, by.step)
        go_on.set()
        assert await slow == b"late"
        assert [line.amount_usd for line in await ledger(platform, by)] == [Decimal("1.00")]


class TestRecordCompute:
    async def test_record_compute_at_default_price_records_usage_at_zero_cost(self, platform: Sessions) -> None:
        by = cost_context(step="assemble")
        for _ in range(2):  # settling twice is one line
            async with platform.begin() as session:
                await service.record_compute(session, by, Decimal("61.25"))
        [line] = await ledger(platform, by)
        assert (line.service, line.usage, line.amount_usd) == ("compute", {"second": "61.25"}, 0)


class TestComputeThatCosts:
    async def test_record_compute_with_price_warns_and_stops_next_step(self, platform: Sessions) -> None:
        async with platform.begin() as session:
            await prices.set_price(
                session, service="compute", item="cpu", unit="second", usd_per_unit=Decimal("0.01"), source="test"
            )
        by = cost_context(step="assemble")
        async with platform.begin() as session:
            await service.require_within_budget(session, by)
            await service.record_compute(session, by, Decimal(260))
        async with platform() as session:
            [alert] = await session.scalars(select(Alert).where(Alert.key == f"video/{by.video_id}"))
        assert (alert.rule, alert.data["reached_usd"]) == ("cost_warning", "2.600000")
        later = replace(by, attempt=2)
        async with platform.begin() as session:
            await service.require_within_budget(session, later)  # below the stop
            await service.record_compute(session, later, Decimal(41))
        async with platform.begin() as session:
            with pytest.raises(BudgetExceeded, match=r"3\.01 USD are spent .* for this video, more than .* 3\.00"):
                await service.require_within_budget(session, replace(by, attempt=3))


async def test_cost_lines_cannot_be_changed_by_application_role(platform: Sessions) -> None:
    by = cost_context()
    async with platform.begin() as session:
        await service.record_compute(session, by, Decimal(1))
    for statement in ("UPDATE core.cost_lines SET amount_usd = 0", "DELETE FROM core.cost_lines"):
        async with platform() as session:
            with pytest.raises(Exception, match="permission denied for table cost_lines"):
                await session.execute(text(statement))
