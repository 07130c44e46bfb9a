"""Administration: users, the audit trail, emails."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from ytempire.accounts import administration, invitations, lockout
from ytempire.accounts.administration import AuditChange
from ytempire.accounts.emails import body_associated_data
from ytempire.accounts.http.auth_endpoints import Address
from ytempire.accounts.http.authentication import Administrator, account_services_of, sessions_of_request
from ytempire.accounts.models import Email, User
from ytempire.kit.crypto import KeyRing
from ytempire.kit.cursors import decode_cursor, decode_time_cursor, encode_cursor, encode_id, split_page
from ytempire.kit.database import as_platform_for
from ytempire.kit.http import PROBLEMS
from ytempire.kit.mail import require_address
from ytempire.kit.text import Name, SingleLineText

router = APIRouter(prefix="/api/v1", tags=["administration"], responses=PROBLEMS)
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=200)]
Word = Annotated[SingleLineText | None, Query(max_length=200)]
Search = Annotated[SingleLineText, Query(max_length=100)]
Segment = Annotated[Name, Field(max_length=100)]


class UserOut(BaseModel):
    id: UUID
    email: str | None
    full_name: str
    role: Literal["admin", "operator", "analyst"]
    status: Literal["active", "suspended", "deleted"]
    segments: list[str] = Field(description="groups that feature flags name")
    is_email_verified: bool
    has_second_factor: bool
    locked_until: datetime | None
    last_sign_in_at: datetime | None
    created_at: datetime

    @classmethod
    def from_row(cls, user: User, waiting: dict[str, datetime]) -> Self:
        return cls(
            id=user.id,
            email=user.email,
            full_name=user.full_name,
            role=user.role,
            status=user.status,
            segments=user.segments,
            is_email_verified=user.email_verified_at is not None,
            has_second_factor=user.totp_confirmed_at is not None,
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
        rows = await administration.list_users(session, limit=limit + 1, before=decode_cursor(cursor), query=q)
        waiting = await lockout.waiting(session, {row.email for row in rows})
    page, more = split_page(rows, limit, encode_id)
    return UserPage(items=[UserOut.from_row(row, waiting) for row in page], next_cursor=more)


class Invitation(BaseModel):
    email: Address
    full_name: Annotated[SingleLineText, Field(max_length=200)] = ""
    role: Literal["admin", "operator", "analyst"] = "operator"


@router.post("/users", status_code=201)
async def invite_user(request: Request, me: Administrator, body: Invitation) -> UserOut:
    """Make an account for somebody, who gets a link to choose a password. Works with closed registration too."""
    require_address(body.email)
    account_services = account_services_of(request)
    async with as_platform_for(account_services.platform, me).begin() as session:
        user = await invitations.invite(
            session,
            account_services.registration.emails,
            body.email,
            full_name=body.full_name,
            role=body.role,
            lifetime=account_services.settings.security.invitation_lifetime,
        )
        return UserOut.from_row(user, {})


class UserChange(BaseModel):
    role: Literal["admin", "operator", "analyst"] | None = None
    status: Literal["active", "suspended"] | None = None
    segments: Annotated[list[Segment] | None, Field(max_length=100)] = None


@router.patch("/users/{user_id}")
async def update_user(request: Request, me: Administrator, user_id: UUID, body: UserChange) -> UserOut:
    """Give another role or other segments, suspend or reactivate. Suspending ends all sessions."""
    async with sessions_of_request(request).begin() as session:
        user = await administration.change_user(session, user_id, **body.model_dump())
        return UserOut.from_row(user, await lockout.waiting(session, {user.email}))


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
    ip_address: str | None
    changed: list[str]
    old: dict[str, Any] | None
    new: dict[str, Any] | None

    @classmethod
    def from_change(cls, change: AuditChange) -> Self:
        return cls.model_validate(vars(change))


class ChangePage(BaseModel):
    items: list[ChangeOut]
    next_cursor: str | None


@router.get("/audit")
async def list_audit_changes(
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
        changes = await administration.list_changes(
            session, limit=limit + 1, table_name=table, row_key=row, user_id=user_id, before=decode_time_cursor(cursor)
        )
    page, more = split_page(changes, limit, lambda change: encode_cursor((change.occurred_at, change.id)))
    return ChangePage(items=[ChangeOut.from_change(change) for change in page], next_cursor=more)


class EmailOut(BaseModel):
    id: UUID
    recipient: str
    subject: str
    body: str
    created_at: datetime
    sent_at: datetime | None
    error: str | None

    @classmethod
    def from_row(cls, row: Email, keys: KeyRing) -> Self:
        return cls(
            id=row.id,
            recipient=row.recipient,
            subject=row.subject,
            body=keys.open(row.body, associated_data=body_associated_data(row.id)).decode(),
            created_at=row.created_at,
            sent_at=row.sent_at,
            error=row.error,
        )


class EmailPage(BaseModel):
    items: list[EmailOut]
    next_cursor: str | None
    waiting: int = Field(description="letters that have not been sent, on this page or not")


@router.get("/emails")
async def list_emails(request: Request, me: Administrator, limit: Limit = 50, cursor: Cursor = None) -> EmailPage:
    """Letters, newest first. Without a mail server they are read here."""
    keys = account_services_of(request).keys
    async with sessions_of_request(request).begin() as session:
        rows = await administration.list_emails(session, limit=limit + 1, before=decode_time_cursor(cursor))
        waiting = await administration.count_pending_emails(session)
    page, more = split_page(rows, limit, lambda email: encode_cursor((email.created_at, email.id)))
    return EmailPage(items=[EmailOut.from_row(row, keys) for row in page], next_cursor=more, waiting=waiting)
