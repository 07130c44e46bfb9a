"""Administration: users, the audit trail, letters that wait in the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from ytempire.accounts import administration, invitations, lockout
from ytempire.accounts.administration import Change
from ytempire.accounts.http.coming_in import Address
from ytempire.accounts.http.gate import Administrator, entrance_of, sessions_of_request
from ytempire.accounts.letters import about_body
from ytempire.accounts.models import OutgoingMail, User
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import in_name_of
from ytempire.kit.http import PROBLEMS, decode_cursor, decode_time_cursor, encode_cursor, encode_time_cursor
from ytempire.kit.mail import require_address
from ytempire.kit.text import Name, Words

router = APIRouter(prefix="/api/v1", tags=["administration"], responses=PROBLEMS)
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=200)]
Word = Annotated[Words | None, Query(max_length=200)]
Search = Annotated[Words, Query(max_length=100)]
Segment = Annotated[Name, Field(max_length=100)]


class UserOut(BaseModel):
    id: UUID
    email: str | None
    full_name: str
    role: Literal["admin", "operator", "analyst"]
    status: Literal["active", "suspended", "deleted"]
    segments: list[str] = Field(description="groups that feature flags name")
    verified: bool
    second_factor: bool
    locked_until: datetime | None
    last_sign_in_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, user: User, waiting: dict[str, datetime]) -> Self:
        return cls(
            id=user.id,
            email=user.email,
            full_name=user.full_name,
            role=user.role,
            status=user.status,
            segments=user.segments,
            verified=user.email_verified_at is not None,
            second_factor=user.totp_confirmed_at is not None,
            locked_until=waiting.get(user.email or ""),
            last_sign_in_at=user.last_sign_in_at,
            created_at=user.created_at,
        )


class UserPage(BaseModel):
    items: list[UserOut]
    next_cursor: str | None


@router.get("/users")
async def list_users(
    request: Request, me: Administrator, limit: Limit = 25, cursor: Cursor = None, q: Search = ""
) -> UserPage:
    """People, newest first; `q` looks for words in name and address."""
    async with sessions_of_request(request).begin() as session:
        rows = await administration.list_users(session, limit=limit + 1, before=decode_cursor(cursor), said=q)
        waiting = await lockout.waiting(session, {row.email for row in rows})
    more = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return UserPage(items=[UserOut.of(row, waiting) for row in rows[:limit]], next_cursor=more)


class Invitation(BaseModel):
    email: Address
    full_name: Annotated[Words, Field(max_length=200)] = ""
    role: Literal["admin", "operator", "analyst"] = "operator"


@router.post("/users", status_code=201)
async def invite_user(request: Request, me: Administrator, body: Invitation) -> UserOut:
    """Make an account for somebody, who gets a link to choose a password. Works with closed registration too."""
    require_address(body.email)
    entrance = entrance_of(request)
    async with in_name_of(entrance.platform, me).begin() as session:
        user = await invitations.invite(
            session,
            entrance.registry.letters,
            body.email,
            full_name=body.full_name,
            role=body.role,
            lifetime=entrance.settings.security.invitation_lifetime,
        )
        return UserOut.of(user, {})


class UserChange(BaseModel):
    role: Literal["admin", "operator", "analyst"] | None = None
    status: Literal["active", "suspended"] | None = None
    segments: Annotated[list[Segment] | None, Field(max_length=100)] = None


@router.patch("/users/{user_id}")
async def change_user(request: Request, me: Administrator, user_id: UUID, body: UserChange) -> UserOut:
    """Give another role or other segments, suspend or reactivate. Suspending ends all sessions."""
    async with sessions_of_request(request).begin() as session:
        user = await administration.change_user(session, user_id, **body.model_dump())
        return UserOut.of(user, await lockout.waiting(session, {user.email}))


class ChangeOut(BaseModel):
    id: UUID
    occurred_at: datetime
    table_name: str
    row_key: str
    action: Literal["insert", "update", "delete"]
    user_id: UUID | None
    user_name: str | None
    role: str | None
    session_id: UUID | None
    request_id: str | None
    address: str | None
    changed: list[str]
    old: dict[str, Any] | None
    new: dict[str, Any] | None

    @classmethod
    def of(cls, change: Change) -> Self:
        return cls.model_validate(vars(change))


class ChangePage(BaseModel):
    items: list[ChangeOut]
    next_cursor: str | None


@router.get("/audit")
async def list_changes(
    request: Request,
    me: Administrator,
    limit: Limit = 50,
    cursor: Cursor = None,
    table: Word = None,
    row: Word = None,
    user_id: UUID | None = None,
) -> ChangePage:
    """Every change of audited rows with its old and new values, newest first."""
    async with sessions_of_request(request).begin() as session:
        found = await administration.list_changes(
            session, limit=limit + 1, table_name=table, row_key=row, user_id=user_id, before=decode_time_cursor(cursor)
        )
    more = encode_time_cursor(found[limit - 1].occurred_at, found[limit - 1].id) if len(found) > limit else None
    return ChangePage(items=[ChangeOut.of(change) for change in found[:limit]], next_cursor=more)


class MailOut(BaseModel):
    id: UUID
    recipient: str
    subject: str
    body: str
    created_at: datetime
    sent_at: datetime | None
    error: str | None

    @classmethod
    def of(cls, row: OutgoingMail, keys: KeyRing) -> Self:
        return cls(
            id=row.id,
            recipient=row.recipient,
            subject=row.subject,
            body=keys.open(row.body, about=about_body(row.id)).decode(),
            created_at=row.created_at,
            sent_at=row.sent_at,
            error=row.error,
        )


class MailPage(BaseModel):
    items: list[MailOut]
    next_cursor: str | None
    waiting: int = Field(description="letters that have not been sent, on this page or not")


@router.get("/outbox")
async def list_mail(request: Request, me: Administrator, limit: Limit = 50, cursor: Cursor = None) -> MailPage:
    """Letters, newest first. Without a mail server they are read here."""
    keys = entrance_of(request).keys
    async with sessions_of_request(request).begin() as session:
        rows = await administration.list_mail(session, limit=limit + 1, before=decode_time_cursor(cursor))
        waiting = await administration.count_waiting_mail(session)
    more = encode_time_cursor(rows[limit - 1].created_at, rows[limit - 1].id) if len(rows) > limit else None
    return MailPage(items=[MailOut.of(row, keys) for row in rows[:limit]], next_cursor=more, waiting=waiting)
