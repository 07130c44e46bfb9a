"""Reading alerts, and acknowledging them. Row-level security shows those of channels that somebody may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_, update

from ytempire.alerts.models import Alert, AlertRuleRow
from ytempire.kit.cursors import TimePosition
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Forbidden, NotFound
from ytempire.kit.row_updates import NOT_PERMITTED

AlertState = Literal["active", "acknowledged", "open", "closed"]


async def list_alerts(
    session: AsyncSession,
    now: datetime,
    *,
    limit: int | None = None,
    before: TimePosition | None = None,
    state: AlertState | None = None,
    channel_id: UUID | None = None,
    is_of_installation: bool = False,
) -> Sequence[Alert]:
    """Return alerts, newest first; `state` None: of every state. `active`: open and not acknowledged."""
    query = select(Alert).order_by(Alert.opened_at.desc(), Alert.id.desc()).limit(limit)
    if before is not None:
        query = query.where(tuple_(Alert.opened_at, Alert.id) < before)
    if channel_id is not None:
        query = query.where(Alert.channel_id == channel_id)
    if is_of_installation:
        query = query.where(Alert.channel_id.is_(None))
    is_closed = or_(Alert.closed_at.is_not(None), func.coalesce(Alert.expires_at <= now, False))
    if state == "closed":
        query = query.where(is_closed)
    elif state is not None:
        query = query.where(~is_closed)
    if state == "active":
        query = query.where(Alert.acknowledged_at.is_(None))
    elif state == "acknowledged":
        query = query.where(Alert.acknowledged_at.is_not(None))
    return (await session.scalars(query)).all()


async def open_keys(session: AsyncSession, rule: str, now: datetime) -> list[str]:
    """Return the keys for which an alert of a rule is open."""
    is_open = and_(Alert.rule == rule, Alert.closed_at.is_(None), func.coalesce(Alert.expires_at > now, True))
    return list(await session.scalars(select(Alert.key).where(is_open)))


async def acknowledge_alert(session: AsyncSession, alert_id: UUID, user_id: UUID, now: datetime) -> Alert:
    """Note who looks after an alert; the first who says so stays. Raises NotFound, and Forbidden for who only reads."""
    alert = await session.scalar(select(Alert).where(Alert.id == alert_id))
    if alert is None:
        raise NotFound("There is no such alert.")
    if alert.acknowledged_at is None:
        acknowledged = await session.execute(
            update(Alert)
            .where(and_(Alert.id == alert_id, Alert.acknowledged_at.is_(None)))
            .values(acknowledged_at=now, acknowledged_by=user_id)
            .returning(Alert.id)
        )
        is_acknowledged = acknowledged.one_or_none() is not None
        await session.refresh(alert)
        if not is_acknowledged and alert.acknowledged_at is None:
            raise Forbidden(NOT_PERMITTED)
    return alert


async def close_expired_alerts(session: AsyncSession, now: datetime) -> int:
    """Close alerts of what happened once, when their time is over; how many. Needs the platform's session."""
    closed = await session.scalars(
        update(Alert)
        .where(Alert.closed_at.is_(None), Alert.expires_at <= now)
        .values(closed_at=Alert.expires_at)
        .returning(Alert.id)
    )
    return len(closed.all())


async def list_rules(session: AsyncSession) -> Sequence[AlertRuleRow]:
    """Return all rules, by name."""
    return (await session.scalars(select(AlertRuleRow).order_by(AlertRuleRow.name))).all()


async def enable_rule(session: AsyncSession, name: str, *, is_enabled: bool, now: datetime) -> AlertRuleRow:
    """Enable or disable a rule; disabling closes its open alerts. Raises NotFound."""
    rule: AlertRuleRow | None = await session.scalar(
        update(AlertRuleRow).where(AlertRuleRow.name == name).values(is_enabled=is_enabled).returning(AlertRuleRow)
    )
    if rule is None:
        raise NotFound(f"There is no alert rule named {name}.")
    if not is_enabled:
        await session.execute(
            update(Alert)
            .where(Alert.rule == name, Alert.closed_at.is_(None))
            .values(closed_at=func.greatest(Alert.opened_at, now))
        )
    return rule
