"""One's own account: who I am, password, second factor, sessions, API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from ytempire.accounts import api_keys, sessions
from ytempire.accounts.http.auth_endpoints import Address, Password
from ytempire.accounts.http.authentication import (
    CurrentUser,
    InteractiveUser,
    account_services_of,
    read_pool_of_request,
)
from ytempire.accounts.models import ApiKey, Session, User
from ytempire.accounts.profile import Profile
from ytempire.kit.clock import Timestamp
from ytempire.kit.database import Sessions, as_platform_for
from ytempire.kit.http import PROBLEMS
from ytempire.kit.read_pool import fetch_json_rows
from ytempire.kit.text import Name, SingleLineText
from ytempire.kit.time_zones import TimeZone

router = APIRouter(prefix="/api/v1/me", tags=["profile"], responses=PROBLEMS)


def _platform_sessions(request: Request, me: CurrentUser) -> Sessions:
    """The platform's, in my name: an analyst has no table to read their own account from. Always asked with my id."""
    return as_platform_for(account_services_of(request).platform, me)


def _profile(request: Request, me: CurrentUser) -> Profile:
    account_services = account_services_of(request)
    return Profile(
        _platform_sessions(request, me), me.user_id, account_services.keys, account_services.settings.security
    )


class CurrentUserOut(BaseModel):
    id: UUID
    email: str | None = Field(description="null: the person at this machine, before an address is set")
    full_name: str
    role: Literal["admin", "operator", "analyst", "service"]
    time_zone: str
    has_second_factor: bool
    created_at: datetime

    @classmethod
    def from_row(cls, user: User) -> Self:
        return cls(
            id=user.id,
            email=user.email,
            full_name=user.full_name,
            role=user.role,
            time_zone=user.time_zone,
            has_second_factor=user.totp_confirmed_at is not None,
            created_at=user.created_at,
        )


_PERSON = """
    SELECT id, json_build_object(
        'id', id, 'email', email, 'full_name', full_name, 'role', role, 'time_zone', time_zone,
        'has_second_factor', totp_confirmed_at IS NOT NULL, 'created_at', created_at
    )::text FROM core.users WHERE id = %(id)s
"""


@router.get("", response_model=CurrentUserOut)
async def get_current_user(request: Request, me: CurrentUser) -> Response:
    reader = read_pool_of_request(request).for_one_query(me.as_platform())
    (person,) = await fetch_json_rows(reader, _PERSON, {"id": me.user_id})
    return Response(person.json, media_type="application/json")


class CurrentUserUpdate(BaseModel):
    full_name: Annotated[SingleLineText | None, Field(max_length=200)] = None
    time_zone: TimeZone | None = None


@router.patch("")
async def update_current_user(request: Request, me: InteractiveUser, body: CurrentUserUpdate) -> CurrentUserOut:
    async with _platform_sessions(request, me).begin() as session:
        user = await session.get_one(User, me.user_id)
        user.full_name = user.full_name if body.full_name is None else body.full_name
        user.time_zone = body.time_zone or user.time_zone
        await session.flush()
        await session.refresh(user)
        return CurrentUserOut.from_row(user)


class SignInSetUp(BaseModel):
    email: Address
    password: Password


@router.post("/sign-in", status_code=204)
async def set_up_sign_in(request: Request, me: InteractiveUser, body: SignInSetUp) -> None:
    """First-run set-up: an address and a password for the person at this machine."""
    await _profile(request, me).set_up_sign_in(body.email, body.password.get_secret_value())


class PasswordChange(BaseModel):
    current: Password
    new: Password


@router.post("/password", status_code=204)
async def change_password(request: Request, me: InteractiveUser, body: PasswordChange) -> None:
    """Ends all other sessions."""
    await _profile(request, me).change_password(
        body.current.get_secret_value(), body.new.get_secret_value(), session_id=me.session_id
    )


class PasswordConfirmation(BaseModel):
    password: Password


class SecondFactorSeedOut(BaseModel):
    secret: str
    uri: str = Field(description="for a QR code")


@router.post("/second-factor")
async def begin_second_factor(
    request: Request, response: Response, me: InteractiveUser, body: PasswordConfirmation
) -> SecondFactorSeedOut:
    """A seed for an authenticator app. It counts once a code was confirmed."""
    seed = await _profile(request, me).begin_second_factor(body.password.get_secret_value())
    response.headers["Cache-Control"] = "no-store"
    return SecondFactorSeedOut(secret=seed.secret, uri=seed.uri)


class Code(BaseModel):
    code: Annotated[str, Field(min_length=6, max_length=20)]


class RecoveryCodes(BaseModel):
    codes: list[str] = Field(description="shown this once; each opens the account once without the app")


@router.post("/second-factor/confirm")
async def confirm_second_factor(request: Request, response: Response, me: InteractiveUser, body: Code) -> RecoveryCodes:
    response.headers["Cache-Control"] = "no-store"
    return RecoveryCodes(codes=await _profile(request, me).confirm_second_factor(body.code))


@router.post("/second-factor/remove", status_code=204)
async def remove_second_factor(request: Request, me: InteractiveUser, body: PasswordConfirmation) -> None:
    await _profile(request, me).remove_second_factor(body.password.get_secret_value())


class SessionOut(BaseModel):
    id: UUID
    ip_address: str | None
    user_agent: str
    created_at: datetime
    refreshed_at: datetime
    expires_at: datetime
    is_current: bool

    @classmethod
    def from_row(cls, row: Session, this: UUID | None) -> Self:
        return cls(
            id=row.id,
            ip_address=str(row.ip_address) if row.ip_address is not None else None,
            user_agent=row.user_agent,
            created_at=row.created_at,
            refreshed_at=row.refreshed_at,
            expires_at=row.expires_at,
            is_current=row.id == this,
        )


class SessionPage(BaseModel):
    items: list[SessionOut]


@router.get("/sessions")
async def list_sessions(request: Request, me: CurrentUser) -> SessionPage:
    async with _platform_sessions(request, me).begin() as session:
        rows = await sessions.list_sessions(session, me.user_id)
    return SessionPage(items=[SessionOut.from_row(row, me.session_id) for row in rows])


@router.delete("/sessions/{session_id}", status_code=204)
async def revoke_session(request: Request, me: InteractiveUser, session_id: UUID) -> None:
    """End a session at once."""
    async with _platform_sessions(request, me).begin() as session:
        await sessions.revoke_session(session, me.user_id, session_id, reason="revoked")


Scope = Literal["read", "write", "admin", "ingest"]


class NewApiKey(BaseModel):
    name: Annotated[Name, Field(max_length=100)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=4)]
    hourly_limit: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    expires_at: Timestamp | None = None


class ApiKeyOut(BaseModel):
    id: UUID
    name: str
    prefix: str = Field(description="how the key begins")
    scopes: list[Scope]
    hourly_limit: int
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def from_row(cls, row: ApiKey) -> Self:
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class CreatedApiKey(ApiKeyOut):
    secret: str = Field(description="the key itself, shown this once")

    @classmethod
    def made(cls, row: ApiKey, secret: str) -> Self:
        return cls(**ApiKeyOut.from_row(row).model_dump(), secret=secret)


class ApiKeyPage(BaseModel):
    items: list[ApiKeyOut]


@router.get("/api-keys")
async def list_api_keys(request: Request, me: CurrentUser) -> ApiKeyPage:
    async with _platform_sessions(request, me).begin() as session:
        return ApiKeyPage(items=[ApiKeyOut.from_row(row) for row in await api_keys.list_keys(session, me.user_id)])


@router.post("/api-keys", status_code=201)
async def create_api_key(request: Request, response: Response, me: InteractiveUser, body: NewApiKey) -> CreatedApiKey:
    """Make a key for a program. It is shown this once."""
    async with _platform_sessions(request, me).begin() as session:
        row, secret = await api_keys.create_key(
            session,
            me.user_id,
            name=body.name,
            scopes=list(body.scopes),
            hourly_limit=body.hourly_limit,
            expires_at=body.expires_at,
        )
        await session.refresh(row)
        response.headers["Cache-Control"] = "no-store"
        return CreatedApiKey.made(row, secret)


@router.delete("/api-keys/{key_id}", status_code=204)
async def revoke_api_key(request: Request, me: InteractiveUser, key_id: UUID) -> None:
    async with _platform_sessions(request, me).begin() as session:
        await api_keys.revoke_key(session, me.user_id, key_id)
