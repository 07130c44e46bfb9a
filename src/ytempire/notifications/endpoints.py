"""HTTP for notifications: mine."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import Authenticated, CurrentUser, account_services_of
from ytempire.kit.cursors import decode_cursor, encode_id, split_page
from ytempire.kit.database import as_platform_for
from ytempire.kit.http import PROBLEMS
from ytempire.kit.severity import Severity
from ytempire.notifications import preferences, queries
from ytempire.notifications.models import Notification

router = APIRouter(prefix="/api/v1", tags=["notifications"], dependencies=[Authenticated], responses=PROBLEMS)
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=200)]


class NotificationOut(BaseModel):
    id: UUID
    kind: str
    severity: Severity
    title: str
    message: str
    link: str | None = Field(description="where on the page it leads")
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def from_row(cls, row: Notification) -> Self:
        return cls.model_validate(row, from_attributes=True)


class NotificationPage(BaseModel):
    items: list[NotificationOut]
    next_cursor: str | None
    unread: int


@router.get("/notifications")
async def list_notifications(
    request: Request, me: CurrentUser, limit: Limit = 25, cursor: Cursor = None, unread: bool = False
) -> NotificationPage:
    """What I must know, newest first, and how many of them I have not read."""
    async with as_platform_for(account_services_of(request).platform, me).begin() as session:
        rows = await queries.list_notifications(
            session, me.user_id, limit=limit + 1, unread=unread, before=decode_cursor(cursor)
        )
        count = await queries.count_unread(session, me.user_id)
    page, more = split_page(rows, limit, encode_id)
    return NotificationPage(items=[NotificationOut.from_row(row) for row in page], next_cursor=more, unread=count)


class NotificationPreferences(BaseModel):
    page: Severity = Field(description="the least severity of which the page notifies; info: everything")


@router.get("/notification-preferences")
async def get_notification_preferences(request: Request, me: CurrentUser) -> NotificationPreferences:
    """Of what I am notified."""
    async with as_platform_for(account_services_of(request).platform, me).begin() as session:
        return NotificationPreferences(page=await preferences.min_severity(session, me.user_id, "page"))


@router.put("/notification-preferences")
async def set_notification_preferences(
    request: Request, me: CurrentUser, body: NotificationPreferences
) -> NotificationPreferences:
    """Of what I want to be notified from now on."""
    async with as_platform_for(account_services_of(request).platform, me).begin() as session:
        await preferences.set_min_severity(session, me.user_id, "page", body.page)
    return body


class ReadUpTo(BaseModel):
    up_to: UUID = Field(description="this one and all before it")


class MarkedRead(BaseModel):
    count: int


@router.post("/notifications/read")
async def mark_read(request: Request, me: CurrentUser, body: ReadUpTo) -> MarkedRead:
    """I have read them. Saying it again is no error."""
    async with as_platform_for(account_services_of(request).platform, me).begin() as session:
        return MarkedRead(count=await queries.mark_read(session, me.user_id, up_to=body.up_to))
