"""One's own account: who I am, password, second factor, sessions, API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from ytempire.accounts import api_keys, sessions
from ytempire.accounts.http.coming_in import Address, Password
from ytempire.accounts.http.gate import Me, MeInPerson, entrance_of, reads_of_request
from ytempire.accounts.models import ApiKey, Session, User
from ytempire.accounts.profile import Profile
from ytempire.kit.clock import Moment
from ytempire.kit.database import Sessions, in_name_of
from ytempire.kit.http import PROBLEMS
from ytempire.kit.reads import items
from ytempire.kit.text import Name, Words
from ytempire.kit.zones import TimeZone

router = APIRouter(prefix="/api/v1/me", tags=["profile"], responses=PROBLEMS)


def _mine(request: Request, me: Me) -> Sessions:
    """The platform's, in my name: an analyst has no table to read their own account from. Always asked with my id."""
    return in_name_of(entrance_of(request).platform, me)


def _profile(request: Request, me: Me) -> Profile:
    entrance = entrance_of(request)
    return Profile(_mine(request, me), me.user_id, entrance.keys, entrance.settings.security)


class Person(BaseModel):
    id: UUID
    email: str | None = Field(description="null: the person at this machine, before an address is set")
    full_name: str
    role: Literal["admin", "operator", "analyst", "service"]
    time_zone: str
    second_factor: bool
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(
            id=user.id,
            email=user.email,
            full_name=user.full_name,
            role=user.role,
            time_zone=user.time_zone,
            second_factor=user.totp_confirmed_at is not None,
            created_at=user.created_at,
        )


_PERSON = """
    SELECT id, json_build_object(
        'id', id, 'email', email, 'full_name', full_name, 'role', role, 'time_zone', time_zone,
        'second_factor', totp_confirmed_at IS NOT NULL, 'created_at', created_at
    )::text FROM core.users WHERE id = %(id)s
"""


@router.get("", response_model=Person)
async def who_am_i(request: Request, me: Me) -> Response:
    async with reads_of_request(request).begin(me.served_by_the_platform()) as connection:
        (person,) = await items(connection, _PERSON, {"id": me.user_id})
    return Response(person.json, media_type="application/json")


class PersonChange(BaseModel):
    full_name: Annotated[Words | None, Field(max_length=200)] = None
    time_zone: TimeZone | None = None


@router.patch("")
async def change_me(request: Request, me: MeInPerson, body: PersonChange) -> Person:
    async with _mine(request, me).begin() as session:
        user = await session.get_one(User, me.user_id)
        user.full_name = user.full_name if body.full_name is None else body.full_name
        user.time_zone = body.time_zone or user.time_zone
        await session.flush()
        await session.refresh(user)
        return Person.of(user)


class SignInSetUp(BaseModel):
    email: Address
    password: Password


@router.post("/sign-in", status_code=204)
async def set_up_sign_in(request: Request, me: MeInPerson, body: SignInSetUp) -> None:
    """First-run set-up: an address and a password for the person at this machine."""
    await _profile(request, me).set_up_sign_in(body.email, body.password.get_secret_value())


class PasswordChange(BaseModel):
    current: Password
    new: Password


@router.post("/password", status_code=204)
async def change_password(request: Request, me: MeInPerson, body: PasswordChange) -> None:
    """Ends all other sessions."""
    await _profile(request, me).change_password(
        body.current.get_secret_value(), body.new.get_secret_value(), session_id=me.session_id
    )


class PasswordOnly(BaseModel):
    password: Password


class Seed(BaseModel):
    secret: str
    uri: str = Field(description="for a QR code")


@router.post("/second-factor")
async def begin_second_factor(request: Request, response: Response, me: MeInPerson, body: PasswordOnly) -> Seed:
    """A seed for an authenticator app. It counts once a code was confirmed."""
    seed = await _profile(request, me).begin_second_factor(body.password.get_secret_value())
    response.headers["Cache-Control"] = "no-store"
    return Seed(secret=seed.secret, uri=seed.uri)


class Code(BaseModel):
    code: Annotated[str, Field(min_length=6, max_length=20)]


class RecoveryCodes(BaseModel):
    codes: list[str] = Field(description="shown this once; each opens the account once without the app")


@router.post("/second-factor/confirm")
async def confirm_second_factor(request: Request, response: Response, me: MeInPerson, body: Code) -> RecoveryCodes:
    response.headers["Cache-Control"] = "no-store"
    return RecoveryCodes(codes=await _profile(request, me).confirm_second_factor(body.code))


@router.post("/second-factor/remove", status_code=204)
async def remove_second_factor(request: Request, me: MeInPerson, body: PasswordOnly) -> None:
    await _profile(request, me).remove_second_factor(body.password.get_secret_value())


class SessionOut(BaseModel):
    id: UUID
    address: str | None
    user_agent: str
    created_at: datetime
    refreshed_at: datetime
    expires_at: datetime
    is_this: bool

    @classmethod
    def of(cls, row: Session, this: UUID | None) -> Self:
        return cls(
            id=row.id,
            address=str(row.address) if row.address is not None else None,
            user_agent=row.user_agent,
            created_at=row.created_at,
            refreshed_at=row.refreshed_at,
            expires_at=row.expires_at,
            is_this=row.id == this,
        )


class SessionPage(BaseModel):
    items: list[SessionOut]


@router.get("/sessions")
async def list_sessions(request: Request, me: Me) -> SessionPage:
    async with _mine(request, me).begin() as session:
        rows = await sessions.list_sessions(session, me.user_id)
    return SessionPage(items=[SessionOut.of(row, me.session_id) for row in rows])


@router.delete("/sessions/{session_id}", status_code=204)
async def revoke_session(request: Request, me: MeInPerson, session_id: UUID) -> None:
    """End a session at once."""
    async with _mine(request, me).begin() as session:
        await sessions.revoke_session(session, me.user_id, session_id, because="revoked")


Scope = Literal["read", "write", "admin", "ingest"]


class NewKey(BaseModel):
    name: Annotated[Name, Field(max_length=100)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=4)]
    hourly_limit: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    expires_at: Moment | None = None


class KeyOut(BaseModel):
    id: UUID
    name: str
    prefix: str = Field(description="how the key begins")
    scopes: list[Scope]
    hourly_limit: int
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, row: ApiKey) -> Self:
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class MadeKey(KeyOut):
    secret: str = Field(description="the key itself, shown this once")

    @classmethod
    def made(cls, row: ApiKey, secret: str) -> Self:
        return cls(**KeyOut.of(row).model_dump(), secret=secret)


class KeyPage(BaseModel):
    items: list[KeyOut]


@router.get("/api-keys")
async def list_keys(request: Request, me: Me) -> KeyPage:
    async with _mine(request, me).begin() as session:
        return KeyPage(items=[KeyOut.of(row) for row in await api_keys.list_keys(session, me.user_id)])


@router.post("/api-keys", status_code=201)
async def create_key(request: Request, response: Response, me: MeInPerson, body: NewKey) -> MadeKey:
    """Make a key for a program. It is shown this once."""
    async with _mine(request, me).begin() as session:
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
        return MadeKey.made(row, secret)


@router.delete("/api-keys/{key_id}", status_code=204)
async def revoke_key(request: Request, me: MeInPerson, key_id: UUID) -> None:
    async with _mine(request, me).begin() as session:
        await api_keys.revoke_key(session, me.user_id, key_id)
