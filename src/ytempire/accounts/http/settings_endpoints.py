"""Flags and configuration: what an administrator changes while everything runs, and what of it concerns oneself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Header, Path, Request
from pydantic import BaseModel, Field
from sqlalchemy import select

from ytempire.accounts.http.authentication import Administrator, CurrentUser, account_services_of, sessions_of_request
from ytempire.accounts.models import User
from ytempire.configuration import flags, setting_overrides
from ytempire.configuration.models import FeatureFlag
from ytempire.kit.database import AsyncSession, as_platform_for
from ytempire.kit.etags import etag_of
from ytempire.kit.http import PROBLEMS
from ytempire.kit.text import Name, SingleLineText

router = APIRouter(prefix="/api/v1", tags=["settings"], responses=PROBLEMS)
FlagName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,99}$")]
Text = Annotated[SingleLineText, Field(max_length=1000)]


class Features(BaseModel):
    items: list[str]


@router.get("/me/features")
async def list_my_features(request: Request, me: CurrentUser) -> Features:
    """The features that I have. The same answer each time, until a flag is changed."""
    async with as_platform_for(account_services_of(request).platform, me).begin() as session:
        user = await session.get_one(User, me.user_id)
        return Features(items=await flags.features_of(session, user.id, user.segments))


class FlagBody(BaseModel):
    description: Text = ""
    enabled: bool
    percentage: Annotated[int, Field(ge=0, le=100, description="of all people, the same ones each time")] = 100
    segments: Annotated[list[Annotated[Name, Field(max_length=1000)]], Field(max_length=100)] = Field(
        default=[], description="who have it in any case"
    )
    user_ids: Annotated[list[UUID], Field(max_length=1000)] = Field(default=[], description="who have it in any case")


class UserRef(BaseModel):
    id: UUID
    full_name: str
    email: str | None


class FlagOut(FlagBody):
    name: str
    is_built_in: bool = Field(description="YTEMPIRE itself asks for it: it can be turned off, not removed")
    is_boolean: bool = Field(description="only `enabled` counts, because it is asked before anybody is known")
    people: list[UserRef] = Field(description="whom `user_ids` name, where there still is an account")
    updated_at: datetime
    etag: str = Field(description="for If-Match")

    @classmethod
    def from_row(cls, flag: FeatureFlag, people: dict[UUID, UserRef]) -> Self:
        return cls(
            name=flag.name,
            description=flag.description,
            enabled=flag.enabled,
            percentage=flag.percentage,
            segments=flag.segments,
            user_ids=flag.user_ids,
            is_built_in=flag.name in flags.BUILT_IN,
            is_boolean=flag.name in flags.BUILT_IN and flags.BUILT_IN[flag.name].is_boolean,
            people=[people[user_id] for user_id in flag.user_ids if user_id in people],
            updated_at=flag.updated_at,
            etag=etag_of(flag.updated_at),
        )


class FlagPage(BaseModel):
    items: list[FlagOut]


@router.get("/flags")
async def list_flags(request: Request, me: Administrator) -> FlagPage:
    async with sessions_of_request(request).begin() as session:
        rows = await flags.list_flags(session)
        people = await _named(session, {user_id for flag in rows for user_id in flag.user_ids})
    return FlagPage(items=[FlagOut.from_row(flag, people) for flag in rows])


async def _named(session: AsyncSession, ids: set[UUID]) -> dict[UUID, UserRef]:
    rows = await session.execute(select(User.id, User.full_name, User.email).where(User.id.in_(ids)))
    return {row.id: UserRef(id=row.id, full_name=row.full_name, email=row.email) for row in rows}


@router.put("/flags/{name}")
async def set_flag(
    request: Request,
    me: Administrator,
    name: FlagName,
    body: FlagBody,
    if_match: Annotated[str | None, Header(max_length=100, description="replace only what was seen")] = None,
    if_none_match: Annotated[Literal["*"] | None, Header(description="make, never replace")] = None,
) -> FlagOut:
    """Make or replace a flag."""
    values = flags.FlagValues(**body.model_dump())
    async with sessions_of_request(request).begin() as session:
        flag = await flags.set_flag(session, name, values, may_exist=if_none_match is None, expected_etag=if_match)
        return FlagOut.from_row(flag, await _named(session, set(flag.user_ids)))


@router.delete("/flags/{name}", status_code=204)
async def delete_flag(request: Request, me: Administrator, name: FlagName) -> None:
    async with sessions_of_request(request).begin() as session:
        await flags.remove_flag(session, name)


class Setting(BaseModel):
    key: str
    secret: bool = Field(description="written, and never shown again")
    source: setting_overrides.SettingSource = Field(description="where it comes from")
    is_set: bool = Field(description="whether there is a value, a secret one too")
    value: str | None = Field(description="null for a secret")
    fallback_value: str | None = Field(description="what would hold without what was given here; null for a secret")
    is_withheld: bool = Field(description="the environment has this secret for another address, so it is not used")
    set_at: datetime | None


class SettingPage(BaseModel):
    items: list[Setting]


@router.get("/settings")
async def list_settings(request: Request, me: Administrator) -> SettingPage:
    """Every setting that can be given here, with what holds now."""
    account_services = account_services_of(request)
    async with sessions_of_request(request).begin() as session:
        settings = await setting_overrides.list_effective_settings(
            session, account_services.settings, account_services.keys
        )
    return SettingPage(items=[Setting(**vars(setting)) for setting in settings])


class SettingValue(BaseModel):
    value: Annotated[Name, Field(max_length=4000)]


SettingKey = Annotated[str, Path(max_length=100, pattern=r"^[a-z_]+\.[a-z_]+$")]


@router.put("/settings/{key}", status_code=204)
async def set_setting(request: Request, me: Administrator, key: SettingKey, body: SettingValue) -> None:
    """Give a setting. It counts from the next step of a run and the next letter on.

    A secret stays with its address: with another one it is no longer used, and is given again.
    """
    account_services = account_services_of(request)
    async with sessions_of_request(request).begin() as session:
        await setting_overrides.set_override(session, account_services.settings, account_services.keys, key, body.value)


@router.delete("/settings/{key}", status_code=204)
async def reset_setting(request: Request, me: Administrator, key: SettingKey) -> None:
    """Back to the environment's value or the default."""
    account_services = account_services_of(request)
    async with sessions_of_request(request).begin() as session:
        await setting_overrides.delete_override(session, account_services.settings, account_services.keys, key)
