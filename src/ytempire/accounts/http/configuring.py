"""Flags and configuration: what an administrator changes while everything runs, and what of it concerns oneself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from ytempire.accounts.http.gate import Administrator, Me, entrance_of, sessions_of_request
from ytempire.accounts.models import User
from ytempire.configuration import flags, values
from ytempire.configuration.models import FeatureFlag
from ytempire.kit.database import in_name_of
from ytempire.kit.http import PROBLEMS
from ytempire.kit.text import Name, Words

router = APIRouter(prefix="/api/v1", tags=["configuration"], responses=PROBLEMS)
FlagName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,99}$")]
Text = Annotated[Words, Field(max_length=1000)]


class Features(BaseModel):
    items: list[str]


@router.get("/me/features")
async def my_features(request: Request, me: Me) -> Features:
    """The features that I have. The same answer each time, until a flag is changed."""
    async with in_name_of(entrance_of(request).platform, me)() as session:
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


class FlagOut(FlagBody):
    name: str
    updated_at: datetime

    @classmethod
    def of(cls, flag: FeatureFlag) -> Self:
        return cls.model_validate({name: getattr(flag, name) for name in cls.model_fields})


class FlagPage(BaseModel):
    items: list[FlagOut]


@router.get("/flags")
async def list_flags(request: Request, me: Administrator) -> FlagPage:
    async with sessions_of_request(request)() as session:
        return FlagPage(items=[FlagOut.of(flag) for flag in await flags.list_flags(session)])


@router.put("/flags/{name}")
async def set_flag(request: Request, me: Administrator, name: FlagName, body: FlagBody) -> FlagOut:
    """Make or replace a flag."""
    async with sessions_of_request(request).begin() as session:
        return FlagOut.of(await flags.set_flag(session, name, **body.model_dump()))


@router.delete("/flags/{name}", status_code=204)
async def remove_flag(request: Request, me: Administrator, name: FlagName) -> None:
    async with sessions_of_request(request).begin() as session:
        await flags.remove_flag(session, name)


class Setting(BaseModel):
    key: str
    secret: bool = Field(description="written, and never shown again")
    given: bool = Field(description="given here; otherwise it is the environment's or the default")
    value: str | None = Field(description="null for a secret")


class SettingPage(BaseModel):
    items: list[Setting]


@router.get("/configuration")
async def list_configuration(request: Request, me: Administrator) -> SettingPage:
    """Every setting that can be given here, with what holds now."""
    entrance = entrance_of(request)
    async with sessions_of_request(request)() as session:
        given = await values.given_values(session, entrance.keys)
    now = values.effective(entrance.settings, given)
    items = []
    for key in values.KEYS:
        group, name = key.split(".")
        value, secret = getattr(getattr(now, group), name), values.is_secret(key)
        shown = None if secret or value is None else str(value)
        items.append(Setting(key=key, secret=secret, given=key in given, value=shown))
    return SettingPage(items=items)


class SettingValue(BaseModel):
    value: Annotated[Name, Field(max_length=4000)]


SettingKey = Annotated[str, Path(max_length=100, pattern=r"^[a-z_]+\.[a-z_]+$")]


@router.put("/configuration/{key}", status_code=204)
async def set_configuration(request: Request, me: Administrator, key: SettingKey, body: SettingValue) -> None:
    """Give a setting. It counts from the next step of a run and the next letter on."""
    entrance = entrance_of(request)
    async with sessions_of_request(request).begin() as session:
        await values.set_value(session, entrance.settings, entrance.keys, key, body.value)


@router.delete("/configuration/{key}", status_code=204)
async def remove_configuration(request: Request, me: Administrator, key: SettingKey) -> None:
    """Back to the environment's value or the default."""
    async with sessions_of_request(request).begin() as session:
        await values.remove_value(session, key)
