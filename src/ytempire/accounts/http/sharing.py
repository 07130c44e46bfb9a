"""Sharing a channel: for its owner, its administrators, and those of the installation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from starlette.requests import HTTPConnection

from ytempire.accounts import sharing
from ytempire.accounts.counting import count_in_hour
from ytempire.accounts.errors import TooManyRequests
from ytempire.accounts.http.coming_in import Address
from ytempire.accounts.http.gate import Me, entrance_of, sessions_of_request
from ytempire.accounts.sharing import Share
from ytempire.kit.database import in_name_of
from ytempire.kit.errors import Forbidden
from ytempire.kit.http import PROBLEMS
from ytempire.kit.subject import Subject

router = APIRouter(prefix="/api/v1/channels/{channel_id}/permissions", tags=["sharing"], responses=PROBLEMS)
Level = Literal["read", "write", "admin"]
# Whether an address has an account is nobody's to ask; a team is some ten people.
ADDRESSES_PER_HOUR = 30


async def giver(connection: HTTPConnection, subject: Me) -> Subject:
    """Dependency of what a key does with the scope admin alone: it must not let in others who may do more."""
    if "admin" not in getattr(connection.state, "scopes", ("admin",)):
        raise Forbidden("This API key may not share channels.", hint="Make a key with the scope admin.")
    return subject


Giver = Annotated[Subject, Depends(giver)]


class PermissionOut(BaseModel):
    user_id: UUID
    channel_id: UUID
    level: Level
    email: str | None
    full_name: str
    granted_at: datetime

    @classmethod
    def of(cls, share: Share) -> Self:
        return cls.model_validate(share, from_attributes=True)


class PermissionPage(BaseModel):
    items: list[PermissionOut]


@router.get("")
async def list_permissions(request: Request, me: Giver, channel_id: UUID) -> PermissionPage:
    """Who may do what with a channel, besides its owner. For its owner and its administrators."""
    async with sessions_of_request(request).begin() as session:
        rows = await sharing.list_permissions(session, channel_id)
    async with in_name_of(entrance_of(request).platform, me).begin() as platform:
        return PermissionPage(items=[PermissionOut.of(one) for one in await sharing.named(platform, rows)])


class NewShare(BaseModel):
    email: Address
    level: Level


@router.post("", status_code=201)
async def share(request: Request, me: Giver, channel_id: UUID, body: NewShare) -> PermissionOut:
    """Share the channel with who comes in with this address; with one who has it already, the level changes."""
    async with sessions_of_request(request).begin() as session:
        await sharing.require_giver(session, channel_id)
    await _count(request, me)
    platform = in_name_of(entrance_of(request).platform, me)
    async with platform.begin() as all_people:
        person = await sharing.find_person(all_people, body.email)
    async with sessions_of_request(request).begin() as session:
        made = await sharing.grant(
            session, user_id=person, channel_id=channel_id, level=body.level, granted_by=me.user_id
        )
    async with platform.begin() as all_people:
        [shared] = await sharing.named(all_people, [made])
    return PermissionOut.of(shared)


async def _count(request: Request, me: Subject) -> None:
    counted = await count_in_hour(entrance_of(request).cache, f"shares:by:{me.user_id}")
    if counted is not None and counted.used > ADDRESSES_PER_HOUR and me.role != "admin":
        raise TooManyRequests(
            "You named many addresses in this hour.", hint="Go on in the next hour.", after_s=counted.reset_s
        )


class Grant(BaseModel):
    level: Level


@router.put("/{user_id}", status_code=204)
async def grant(request: Request, me: Giver, channel_id: UUID, user_id: UUID, body: Grant) -> None:
    """Give somebody a permission, or change it."""
    async with sessions_of_request(request).begin() as session:
        await sharing.grant(session, user_id=user_id, channel_id=channel_id, level=body.level, granted_by=me.user_id)


@router.delete("/{user_id}", status_code=204)
async def revoke(request: Request, me: Giver, channel_id: UUID, user_id: UUID) -> None:
    """Take a permission back."""
    async with sessions_of_request(request).begin() as session:
        await sharing.revoke(session, user_id=user_id, channel_id=channel_id)
