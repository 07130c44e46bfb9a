"""The gate: estimate -> reserve -> call -> settle is the only way to a provider that can cost money."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from ytempire.costs import decisions, queries
from ytempire.costs.errors import CostRefused
from ytempire.costs.models import Cost, CostAlert, CostReservation
from ytempire.costs.queries import Usage
from ytempire.costs.shipped import COMPUTE_ITEM, COMPUTE_SERVICE, COMPUTE_UNIT
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession, Sessions
from ytempire.kit.errors import OutcomeUnknown, YtempireError
from ytempire.kit.logs import get_logger
from ytempire.kit.money import ZERO, usd
from ytempire.kit.storage import ObjectDamaged, ObjectStore, StoredObject

log = get_logger(__name__)


@dataclass(frozen=True)
class Spender:
    """On whose behalf money is spent: one attempt of one step of one run."""

    video_id: UUID
    channel_id: UUID
    workflow_id: UUID
    step: str
    attempt: int


@dataclass(frozen=True)
class Bought:
    """What a provider returned, as bytes that can be kept, and what it says was used."""

    value: bytes
    usage: Usage


@dataclass(frozen=True)
class Gate:
    """Buys for one spender. Each call has its own transactions: none is open while the provider works."""

    sessions: Sessions
    spender: Spender
    store: ObjectStore

    async def buy(
        self,
        *,
        service: str,
        item: str,
        bound: Usage,
        name: str,
        call: Callable[[str], Awaitable[Bought]],
        content: str = "",
    ) -> bytes:
        """Make one paid call, or raise CostRefused before it. What was bought once in a run is not bought again.

        `bound` is the most that the call can use. `name` tells calls of one attempt apart. The same item for the same
        `content` in the same step of a run is the same request: its answer is kept, and a later attempt gets it from
        there. `call` receives a key of that request for the provider's idempotency header. An OutcomeUnknown from
        `call` is settled at the bound; any other error is a call that the provider did not serve, recorded at 0.
        """
        same = f"{self.spender.workflow_id}:{self.spender.step}:{item}:{content or name}"
        request_key = hashlib.sha256(same.encode()).hexdigest()[:40]
        kept = await self._kept(request_key)
        if kept is not None:
            return kept
        reservation_id = await self._reserve(service, item, bound, name, request_key)
        try:
            bought = await call(request_key)
        except OutcomeUnknown:
            await self._settle(reservation_id, outcome="unknown", usage=bound)
            raise
        except YtempireError:
            await self._settle(reservation_id, outcome="failure", usage={})
            raise
        except BaseException:
            # cancelled, or an answer that could not be read: it may have been served, so it counts at its bound
            await asyncio.shield(self._settle(reservation_id, outcome="unknown", usage=bound))
            raise
        answer = await asyncio.to_thread(self.store.put_bytes, bought.value)
        await self._settle(reservation_id, outcome="success", usage=bought.usage, answer=answer)
        return bought.value

    async def _kept(self, request_key: str) -> bytes | None:
        """The answer of a finished call for the same request; None where there is none, or its file is gone."""
        async with self.sessions.begin() as session:
            bought = await session.scalar(
                select(CostReservation)
                .where(CostReservation.request_key == request_key, CostReservation.status == "settled")
                .limit(1)
            )
        if bought is None or bought.answer_sha256 is None or bought.answer_bytes is None:
            return None
        try:
            path = await asyncio.to_thread(self.store.get, bought.answer_sha256, bought.answer_bytes)
        except ObjectDamaged as error:
            log.warning("kept_answer_lost", call_key=bought.call_key, reason=error.message)
            return None
        return await asyncio.to_thread(path.read_bytes)

    async def _reserve(self, service: str, item: str, bound: Usage, name: str, request_key: str) -> UUID:
        spender = self.spender
        key = f"{spender.workflow_id}:{spender.step}:{spender.attempt}:{name}"
        refused: str | None = None
        async with self.sessions.begin() as session:
            bound_usd = await queries.amount_of(session, service, item, bound, at=clock.now())
            # Two workers that ask at the same moment must see each other's reservation. One short lock for all:
            # the daily limit spans channels, and a reservation takes a millisecond beside a call of seconds.
            await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("costs.reserve"))))
            limits = await queries.limits_for(
                session, video_id=spender.video_id, channel_id=spender.channel_id, service=service
            )
            stopped = decisions.stopped_by(limits, bound_usd)
            if stopped is not None:
                refused = decisions.refusal(stopped, bound_usd)
                await _alert(session, stopped, spender.channel_id, "stop", refused)
            else:
                reservation = CostReservation(
                    call_key=key,
                    request_key=request_key,
                    video_id=spender.video_id,
                    channel_id=spender.channel_id,
                    workflow_id=spender.workflow_id,
                    step=spender.step,
                    attempt=spender.attempt,
                    service=service,
                    item=item,
                    bound_usd=bound_usd,
                )
                session.add(reservation)
                await session.flush()
        if refused is not None:
            raise CostRefused(refused, hint="Raise it (ytempire costs limit set --help), or use a cheaper provider.")
        return reservation.id

    async def _settle(
        self, reservation_id: UUID, *, outcome: str, usage: Usage, answer: StoredObject | None = None
    ) -> None:
        async with self.sessions.begin() as session:
            reservation = await session.get_one(CostReservation, reservation_id, with_for_update=True)
            if reservation.status != "open":
                return  # the step was taken over meanwhile, and its next attempt settled this at the bound
            amount = (
                reservation.bound_usd
                if outcome == "unknown"
                else await queries.amount_of(
                    session, reservation.service, reservation.item, usage, at=reservation.created_at
                )
            )
            if answer is not None:
                reservation.answer_sha256, reservation.answer_bytes = answer.sha256, answer.size_bytes
            await _write(session, reservation, outcome=outcome, usage=usage, amount_usd=amount)


async def settle_abandoned(session: AsyncSession, workflow_id: UUID, step: str) -> int:
    """Settle at their bound the calls of a step whose worker died before it settled them; how many there were."""
    open_ones = list(
        await session.scalars(
            select(CostReservation)
            .with_for_update()
            .where(
                CostReservation.workflow_id == workflow_id,
                CostReservation.step == step,
                CostReservation.status == "open",
            )
        )
    )
    for reservation in open_ones:
        await _write(session, reservation, outcome="unknown", usage={}, amount_usd=reservation.bound_usd)
    return len(open_ones)


async def record_compute(session: AsyncSession, spender: Spender, cpu_seconds: Decimal) -> None:
    """One ledger line for the processor time of an attempt, priced by the same book, and the warnings it reaches."""
    usage = {COMPUTE_UNIT: cpu_seconds}
    amount = await queries.amount_of(session, COMPUTE_SERVICE, COMPUTE_ITEM, usage, at=clock.now())
    await session.execute(
        insert(Cost)
        .values(
            video_id=spender.video_id,
            channel_id=spender.channel_id,
            workflow_id=spender.workflow_id,
            step=spender.step,
            attempt=spender.attempt,
            service=COMPUTE_SERVICE,
            item=COMPUTE_ITEM,
            outcome="success",
            usage={COMPUTE_UNIT: str(cpu_seconds)},
            amount_usd=amount,
        )
        .on_conflict_do_nothing()
    )
    await _warn(session, spender.video_id, spender.channel_id, COMPUTE_SERVICE)


async def require_room(session: AsyncSession, spender: Spender) -> None:
    """Raise CostRefused where a limit is passed already: a step costs processor time, whatever else it buys."""
    limits = await queries.limits_for(
        session, video_id=spender.video_id, channel_id=spender.channel_id, service=COMPUTE_SERVICE
    )
    limit = decisions.passed(limits)
    if limit is not None:
        used = limit.settled_usd + limit.reserved_usd
        raise CostRefused(
            f"{used:.2f} USD are spent or reserved for {decisions.WORDS[limit.scope]}, more than the limit of"
            f" {limit.stop_usd:.2f} USD: the step was not begun.",
            hint="Raise it (ytempire costs limit set --help), or wait until it is over.",
        )


async def _write(
    session: AsyncSession,
    reservation: CostReservation,
    *,
    outcome: str,
    usage: Usage,
    amount_usd: Decimal,
) -> None:
    session.add(
        Cost(
            reservation_id=reservation.id,
            video_id=reservation.video_id,
            channel_id=reservation.channel_id,
            workflow_id=reservation.workflow_id,
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
    if amount_usd > reservation.bound_usd:
        log.error(
            "cost_above_bound",
            call_key=reservation.call_key,
            bound_usd=str(reservation.bound_usd),
            amount_usd=str(amount_usd),
        )
    await _warn(session, reservation.video_id, reservation.channel_id, reservation.service)


async def _warn(session: AsyncSession, video_id: UUID, channel_id: UUID, service: str) -> None:
    limits = await queries.limits_for(session, video_id=video_id, channel_id=channel_id, service=service)
    for limit in decisions.warned_by(limits):
        await _alert(
            session,
            limit,
            channel_id,
            "warning",
            f"{limit.settled_usd:.2f} USD are spent for "
            f"{decisions.WORDS[limit.scope]}; the warning is set at {limit.warn_usd:.2f} USD.",
        )


async def _alert(session: AsyncSession, limit: decisions.Limit, channel_id: UUID, kind: str, message: str) -> None:
    await session.execute(
        insert(CostAlert)
        .values(
            scope=limit.scope,
            channel_id=None if limit.scope == "day" else channel_id,
            subject=limit.subject,
            kind=kind,
            message=message,
            limit_usd=(limit.warn_usd if kind == "warning" else limit.stop_usd) or ZERO,
            reached_usd=limit.settled_usd,
        )
        .on_conflict_do_nothing()
    )
