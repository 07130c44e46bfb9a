"""HTTP for alerts: those that concern me, acknowledging one, and the rules."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import Administrator, Authenticated, CurrentUser, sessions_of_request
from ytempire.alerts import queries
from ytempire.alerts.models import Alert, AlertRuleRow
from ytempire.kit import clock
from ytempire.kit.cursors import decode_time_cursor, encode_cursor, split_page
from ytempire.kit.http import PROBLEMS
from ytempire.kit.severity import Severity

router = APIRouter(prefix="/api/v1", tags=["alerts"], dependencies=[Authenticated], responses=PROBLEMS)
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=200)]
State = Annotated[queries.AlertState | None, Query(description="open: active or acknowledged; unset: every state")]


class AlertOut(BaseModel):
    id: UUID
    rule: str
    key: str = Field(description="where it is wrong; at most one alert of a rule and a key is open")
    channel_id: UUID | None = Field(description="null: of the installation; administrators see these")
    severity: Severity
    title: str = Field(description="what is wrong")
    message: str = Field(description="why, and what to do about it")
    link: str | None = Field(description="where on the page it leads")
    opened_at: datetime
    last_seen_at: datetime
    expires_at: datetime | None = Field(description="when it closes; null: when it is gone")
    closed_at: datetime | None = Field(description="null: it is still there, or expired within the last minute")
    acknowledged_at: datetime | None = Field(description="when somebody said that they look after it")
    acknowledged_by: UUID | None

    @classmethod
    def from_row(cls, alert: Alert) -> Self:
        return cls.model_validate(alert, from_attributes=True)


class AlertPage(BaseModel):
    items: list[AlertOut]
    next_cursor: str | None


@router.get("/alerts")
async def list_alerts(
    request: Request,
    limit: Limit = 25,
    cursor: Cursor = None,
    state: State = None,
    channel_id: UUID | None = None,
    installation: Annotated[bool, Query(description="only those of the installation")] = False,
) -> AlertPage:
    """What is or was wrong on channels that I may see and, for administrators, with the installation; newest first."""
    async with sessions_of_request(request).begin() as session:
        rows = await queries.list_alerts(
            session,
            clock.now(),
            limit=limit + 1,
            before=decode_time_cursor(cursor),
            state=state,
            channel_id=channel_id,
            is_of_installation=installation,
        )
    page, more = split_page(rows, limit, lambda alert: encode_cursor((alert.opened_at, alert.id)))
    return AlertPage(items=[AlertOut.from_row(row) for row in page], next_cursor=more)


@router.post("/alerts/{alert_id}/acknowledge")
async def acknowledge_alert(request: Request, me: CurrentUser, alert_id: UUID) -> AlertOut:
    """I look after it. Of several the first stays; saying it again is no error."""
    async with sessions_of_request(request).begin() as session:
        return AlertOut.from_row(await queries.acknowledge_alert(session, alert_id, me.user_id, clock.now()))


class AlertRuleOut(BaseModel):
    name: str
    severity: Severity
    description: str = Field(description="when an alert is opened")
    expires_after_seconds: float | None = Field(description="null: an alert closes when it is gone")
    is_enabled: bool

    @classmethod
    def from_row(cls, rule: AlertRuleRow) -> Self:
        expires_after = rule.expires_after
        return cls(
            name=rule.name,
            severity=rule.severity,
            description=rule.description,
            expires_after_seconds=None if expires_after is None else expires_after.total_seconds(),
            is_enabled=rule.is_enabled,
        )


class AlertRulePatch(BaseModel):
    is_enabled: bool = Field(description="false: no alert is opened, and those that are open close")


RuleName = Annotated[str, Path(pattern="^[a-z]+(_[a-z]+)+$", max_length=100)]


@router.get("/alert-rules")
async def list_alert_rules(request: Request) -> list[AlertRuleOut]:
    """What alerts can be about, and which of it is disabled."""
    async with sessions_of_request(request).begin() as session:
        return [AlertRuleOut.from_row(rule) for rule in await queries.list_rules(session)]


@router.patch("/alert-rules/{name}")
async def change_alert_rule(request: Request, me: Administrator, name: RuleName, body: AlertRulePatch) -> AlertRuleOut:
    """Enable or disable a rule, for the whole installation."""
    async with sessions_of_request(request).begin() as session:
        rule = await queries.enable_rule(session, name, is_enabled=body.is_enabled, now=clock.now())
        return AlertRuleOut.from_row(rule)
