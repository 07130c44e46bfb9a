"""Changing the budgets. A budget belongs to a scope, and to one subject of it or to all."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from ytempire.costs.decisions import CEILING_USD
from ytempire.costs.models import Budget
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import InvalidInput

SCOPES = {
    "video": "all costs of one video",
    "channel_day": "all costs of one channel in a day (subject: the channel's id)",
    "day": "all costs of a day",
    "service_video": "the costs of one service in one video (subject: the service, such as speech)",
}


async def list_budgets(session: AsyncSession) -> list[Budget]:
    return list(await session.scalars(select(Budget).order_by(Budget.scope, Budget.subject)))


async def set_budget(
    session: AsyncSession,
    *,
    scope: str,
    subject: str | None,
    warn_usd: Decimal,
    stop_usd: Decimal | None,
    reason: str | None = None,
) -> None:
    """Put a budget in place of the one for this scope and subject. Raises InvalidInput.

    `reason`: why a video may cost more than the ceiling; it stands in the trail with who set it.
    """
    if scope not in SCOPES:
        raise InvalidInput(f"Unknown scope “{scope}”.", hint=f"Choose one of {', '.join(SCOPES)}.")
    if not warn_usd.is_finite() or warn_usd < 0 or (stop_usd is not None and not stop_usd.is_finite()):
        raise InvalidInput("A budget is a finite amount of at least 0.")
    if stop_usd is not None and stop_usd < warn_usd:
        raise InvalidInput(
            f"The stop ({stop_usd} USD) is below the warning ({warn_usd} USD).",
            hint="Give the warning first, then the stop.",
        )
    lifts = scope == "video" and (stop_usd is None or stop_usd > CEILING_USD)
    if lifts and len((reason or "").strip()) < 3:
        raise InvalidInput(
            f"A video may cost {CEILING_USD} USD at most, unless an administrator says why it may cost more.",
            hint="Say it with --reason; it is kept in the audit trail.",
        )
    values = {
        "warn_usd": warn_usd,
        "stop_usd": stop_usd,
        "reason": reason if lifts else None,
        "updated_at": clock.now(),
    }
    await session.execute(
        insert(Budget)
        .values(scope=scope, subject=subject, **values)
        .on_conflict_do_update(index_elements=[Budget.scope, text("coalesce(subject, '')")], set_=values)
    )
