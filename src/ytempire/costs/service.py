"""The gate: estimate -> reserve -> call -> settle is the only way to a provider that can cost money."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from ytempire.alerts.open_alerts import AlertCondition, open_alert
from ytempire.costs import decisions, queries
from ytempire.costs.default_prices import COMPUTE_ITEM, COMPUTE_SERVICE, COMPUTE_UNIT
from ytempire.costs.errors import BudgetExceeded
from ytempire.costs.models import CostLine, CostReservation
from ytempire.costs.queries import Usage
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession, Sessions, retry_while_transient
from ytempire.kit.errors import AnswerUnusable, OutcomeUnknown, YtempireError
from ytempire.kit.locks import Lock, lock
from ytempire.kit.logs import get_logger
from ytempire.kit.money import ZERO, usd
from ytempire.kit.storage import ObjectDamaged, ObjectStore, StoredObject

log = get_logger(__name__)
SETTLEMENT_PATIENCE_S = 30.0  # a restart of the database with a recovery takes seconds


@dataclass(frozen=True)
class CostContext:
    """On whose behalf money is spent: one attempt of one step of one run."""

    video_id: UUID
    channel_id: UUID
    run_id: UUID
    step: str
    attempt: int


@dataclass(frozen=True)
class PaidResponse:
    """What a provider returned, as bytes that can be stored, and what it says was used."""

    value: bytes
    usage: Usage


@dataclass(frozen=True)
class PaidCallGate:
    """Makes paid calls for one attempt of a step. No transaction is open while the provider works."""

    sessions: Sessions
    cost_context: CostContext
    store: ObjectStore

    async def call_paid(
        self,
        *,
        service: str,
        item: str,
        max_usage: Usage,
        name: str,
        call: Callable[[str], Awaitable[PaidResponse]],
        content: str = "",
    ) -> bytes:
        """Make one paid call, or raise BudgetExceeded before it. What a run has paid for once is not paid for again.

        `max_usage` is the most that the call can use. `name` tells calls of one attempt apart. The same item for the
        same `content` in the same step of a run is the same request: its answer is kept, and a later attempt gets it
        from there. `call` receives a key of that request for the provider's idempotency header. An OutcomeUnknown from
        `call` is settled at `max_usage`, and so is an AnswerUnusable; any other error is a call that the provider did
        not serve, recorded at 0.
        """
        same = f"{self.cost_context.run_id}:{self.cost_context.step}:{item}:{content or name}"
        request_key = hashlib.sha256(same.encode()).hexdigest()[:40]
        stored_response = await self._find_stored_response(request_key)
        if stored_response is not None:
            return stored_response
        reservation_id = await self._reserve(service, item, max_usage, name, request_key)
        try:
            response = await call(request_key)
        except OutcomeUnknown:
            await self._settle(reservation_id, outcome="unknown", usage=max_usage)
            raise
        except AnswerUnusable:
            await self._settle(reservation_id, outcome="success", usage=max_usage)
            raise
        except YtempireError:
            await self._settle(reservation_id, outcome="failure", usage={})
            raise
        except BaseException:
            # cancelled, or an answer that could not be read: it may have been served, so it counts at `max_usage`
            await asyncio.shield(self._settle(reservation_id, outcome="unknown", usage=max_usage))
            raise
        answer = await asyncio.to_thread(self.store.put_bytes, response.value)
        await self._settle(reservation_id, outcome="success", usage=response.usage, answer=answer)
        return response.value

    async def _find_stored_response(self, request_key: str) -> bytes | None:
        """The answer of a finished call for the same request; None where there is none, or its file is gone."""
        async with self.sessions.begin() as session:
            reservation = await session.scalar(
                select(CostReservation)
                .where(
                    CostReservation.request_key == request_key,
                    CostReservation.status == "settled",
                    CostReservation.response_sha256.is_not(None),  # what was unusable is paid for and not kept
                )
                .limit(1)
            )
        if reservation is None or reservation.response_sha256 is None or reservation.response_bytes is None:
            return None
        try:
            path = await asyncio.to_thread(self.store.get, reservation.response_sha256, reservation.response_bytes)
        except ObjectDamaged as error:
            log.warning("stored_response_lost", call_key=reservation.call_key, reason=error.message)
            return None
        return await asyncio.to_thread(path.read_bytes)

    async def _reserve(self, service: str, item: str, max_usage: Usage, name: str, request_key: str) -> UUID:
        cost_context = self.cost_context
        key = f"{cost_context.run_id}:{cost_context.step}:{cost_context.attempt}:{name}"
        refused: str | None = None
        async with self.sessions.begin() as session:
            max_usd = await queries.amount_of(session, service, item, max_usage, at=clock.now())
            # Two workers that ask at the same moment must see each other's reservation. One short lock for all:
            # the daily budget spans channels, and a reservation takes a millisecond beside a call of seconds.
            await lock(session, Lock.COST_RESERVATION)
            budgets = await queries.budgets_for(
                session, video_id=cost_context.video_id, channel_id=cost_context.channel_id, service=service
            )
            blocking = decisions.blocking_budget(budgets, max_usd)
            if blocking is not None:
                refused = decisions.refusal_message(blocking, max_usd)
                await _open_alert(session, blocking, cost_context, "cost_stop", refused)
            else:
                reservation = CostReservation(
                    call_key=key,
                    request_key=request_key,
                    video_id=cost_context.video_id,
                    channel_id=cost_context.channel_id,
                    run_id=cost_context.run_id,
                    step=cost_context.step,
                    attempt=cost_context.attempt,
                    service=service,
                    item=item,
                    max_usd=max_usd,
                )
                session.add(reservation)
                await session.flush()
        if refused is not None:
            raise BudgetExceeded(refused, hint="Raise it (ytempire costs budget set), or use a cheaper provider.")
        return reservation.id

    async def _settle(
        self, reservation_id: UUID, *, outcome: str, usage: Usage, answer: StoredObject | None = None
    ) -> None:
        """Settle a reservation, again while the database is away: a paid answer that is not noted is paid for twice."""

        async def settle_once() -> None:
            async with self.sessions.begin() as session:
                await _settle_reservation(session, reservation_id, outcome=outcome, usage=usage, answer=answer)

        await retry_while_transient(settle_once, for_s=SETTLEMENT_PATIENCE_S)


async def _settle_reservation(
    session: AsyncSession, reservation_id: UUID, *, outcome: str, usage: Usage, answer: StoredObject | None
) -> None:
    reservation = await session.get_one(CostReservation, reservation_id, with_for_update=True)
    if reservation.status != "open":
        return  # it is settled, or the step was taken over meanwhile and its next attempt settled this at the bound
    amount = (
        reservation.max_usd
        if outcome == "unknown"
        else await queries.amount_of(session, reservation.service, reservation.item, usage, at=reservation.created_at)
    )
    if answer is not None:
        reservation.response_sha256, reservation.response_bytes = answer.sha256, answer.size_bytes
    await _insert_cost_line(session, reservation, outcome=outcome, usage=usage, amount_usd=amount)


async def settle_orphaned_reservations(session: AsyncSession, run_id: UUID, step: str) -> int:
    """Settle at their bound the calls of a step whose worker died before it settled them; how many there were."""
    reservations = list(
        await session.scalars(
            select(CostReservation)
            .with_for_update()
            .where(
                CostReservation.run_id == run_id,
                CostReservation.step == step,
                CostReservation.status == "open",
            )
        )
    )
    for reservation in reservations:
        await _insert_cost_line(session, reservation, outcome="unknown", usage={}, amount_usd=reservation.max_usd)
    return len(reservations)


async def record_compute(session: AsyncSession, cost_context: CostContext, cpu_seconds: Decimal) -> None:
    """One ledger line for the processor time of an attempt, priced by the same book, and the warnings it reaches."""
    usage = {COMPUTE_UNIT: cpu_seconds}
    amount = await queries.amount_of(session, COMPUTE_SERVICE, COMPUTE_ITEM, usage, at=clock.now())
    await session.execute(
        insert(CostLine)
        .values(
            video_id=cost_context.video_id,
            channel_id=cost_context.channel_id,
            run_id=cost_context.run_id,
            step=cost_context.step,
            attempt=cost_context.attempt,
            service=COMPUTE_SERVICE,
            item=COMPUTE_ITEM,
            outcome="success",
            usage={COMPUTE_UNIT: str(cpu_seconds)},
            amount_usd=amount,
        )
        .on_conflict_do_nothing()
    )
    await _check_warnings(session, cost_context, COMPUTE_SERVICE)


async def require_within_budget(session: AsyncSession, cost_context: CostContext) -> None:
    """Raise BudgetExceeded where a budget is exceeded already: a step costs processor time, whatever else it buys."""
    budgets = await queries.budgets_for(
        session, video_id=cost_context.video_id, channel_id=cost_context.channel_id, service=COMPUTE_SERVICE
    )
    budget = decisions.exceeded_budget(budgets)
    if budget is not None:
        used = budget.settled_usd + budget.reserved_usd
        raise BudgetExceeded(
            f"{used:.2f} USD are spent or reserved for {decisions.SCOPE_LABELS[budget.scope]}, more than the limit of"
            f" {budget.stop_usd:.2f} USD: the step was not begun.",
            hint="Raise it (ytempire costs budget set), or wait until it is over.",
        )


async def _insert_cost_line(
    session: AsyncSession,
    reservation: CostReservation,
    *,
    outcome: str,
    usage: Usage,
    amount_usd: Decimal,
) -> None:
    session.add(
        CostLine(
            reservation_id=reservation.id,
            video_id=reservation.video_id,
            channel_id=reservation.channel_id,
            run_id=reservation.run_id,
            step=reservation.step,
            attempt=reservation.attempt,
            service=reservation.service,
            item=reservation.item,
            outcome=outcome,
            usage={unit: str(quantity) for unit, quantity in usage.items()},
            amount_usd=usd(amount_usd),
        )
    )
    status = {"success": "settled", "failure": "released", "unknown": "unknown"}[outcome]
    await session.execute(
        update(CostReservation)
        .where(CostReservation.id == reservation.id)
        .values(status=status, settled_at=clock.now())
    )
    await session.flush()
    if amount_usd > reservation.max_usd:
        log.error(
            "cost_reservation_exceeded",
            call_key=reservation.call_key,
            max_usd=str(reservation.max_usd),
            amount_usd=str(amount_usd),
        )
    await _check_warnings(session, reservation, reservation.service)


async def _check_warnings(session: AsyncSession, spent: CostContext | CostReservation, service: str) -> None:
    budgets = await queries.budgets_for(session, video_id=spent.video_id, channel_id=spent.channel_id, service=service)
    for budget in decisions.warned_budgets(budgets):
        await _open_alert(
            session,
            budget,
            spent,
            "cost_warning",
            f"{budget.settled_usd:.2f} USD are spent for "
            f"{decisions.SCOPE_LABELS[budget.scope]}; the warning is set at {budget.warn_usd:.2f} USD.",
        )


_ALERT_TITLES = {"cost_warning": "A cost warning was reached", "cost_stop": "A cost limit stopped a paid call"}


async def _open_alert(
    session: AsyncSession,
    budget: decisions.BudgetUsage,
    spent: CostContext | CostReservation,
    rule: str,
    message: str,
) -> None:
    limit_usd = (budget.warn_usd if rule == "cost_warning" else budget.stop_usd) or ZERO
    condition = AlertCondition(
        rule,
        f"{budget.scope}/{budget.subject}",
        _ALERT_TITLES[rule],
        message,
        channel_id=None if budget.scope == "day" else spent.channel_id,
        link=f"/videos/{spent.video_id}" if budget.scope in {"video", "service_video"} else None,
        # the next day has a budget of its own
        expires_after=timedelta(days=1) if budget.scope in {"day", "channel_day"} else None,
        data={"scope": budget.scope, "limit_usd": str(limit_usd), "reached_usd": str(budget.settled_usd)},
    )
    await open_alert(session, condition, clock.now())
