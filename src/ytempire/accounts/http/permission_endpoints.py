"""Sharing a channel: for its owner, its administrators, and those of the installation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from starlette.requests import HTTPConnection

from ytempire.accounts import permissions
from ytempire.accounts.errors import TooManyRequests
from ytempire.accounts.http.auth_endpoints import Address
from ytempire.accounts.http.authentication import CurrentUser, account_services_of, sessions_of_request
from ytempire.accounts.permissions import ChannelPermission
from ytempire.accounts.rate_limits import count_in_hour
from ytempire.kit.database import as_platform_for
from ytempire.kit.errors import Forbidden
from ytempire.kit.http import PROBLEMS
from ytempire.kit.subject import Subject

router = APIRouter(prefix="/api/v1/channels/{channel_id}/permissions", tags=["sharing"], responses=PROBLEMS)
Level = Literal["read", "write", "admin"]
# Whether an address has an account is nobody's to ask; a team is some ten people.
ADDRESSES_PER_HOUR = 30


async def require_permission_scope(connection: HTTPConnection, subject: CurrentUser) -> Subject:
    """Dependency of what a key does with the scope admin alone: it must not let in others who may do more."""
    if "admin" not in getattr(connection.state, "scopes", ("admin",)):
        raise Forbidden("This API key may not share channels.", hint="Make a key with the scope admin.")
    return subject


PermissionAdmin = Annotated[Subject, Depends(require_permission_scope)]


class PermissionOut(BaseModel):
    user_id: UUID
    channel_id: UUID
    level: Level
    email: str | None
    full_name: str
    granted_at: datetime

    @classmethod
    def from_permission(cls, share: ChannelPermission) -> Self:
        return cls.model_validate(share, from_attributes=True)


class PermissionPage(BaseModel):
    items: list[PermissionOut]


@router.get("")
async def list_permissions(request: Request, me: PermissionAdmin, channel_id: UUID) -> PermissionPage:
    """Who may do what with a channel, besides its owner. For its owner and its administrators."""
    async with sessions_of_request(request).begin() as session:
        rows = await permissions.list_permissions(session, channel_id)
    async with as_platform_for(account_services_of(request).platform, me).begin() as platform:
        return PermissionPage(
            items=[
                PermissionOut.from_permission(permission)
                for permission in await permissions.with_user_names(platform, rows)
            ]
        )


class NewPermission(BaseModel):
    email: Address
    level: Level


@router.post("", status_code=201)
async def grant_permission(
    request: Request, me: PermissionAdmin, channel_id: UUID, body: NewPermission
) -> PermissionOut:
    """Share the channel with who comes in with this address; with one who has it already, the level changes."""
    async with sessions_of_request(request).begin() as session:
        await permissions.require_channel_admin(session, channel_id)
    await _count(request, me)
    platform = as_platform_for(account_services_of(request).platform, me)
    async with platform.begin() as all_people:
        person = await permissions.find_active_user(all_people, body.email)
    async with sessions_of_request(request).begin() as session:
        made = await permissions.grant_permission(
            session, user_id=person, channel_id=channel_id, level=body.level, granted_by=me.user_id
        )
    async with platform.begin() as all_people:
        [shared] = await permissions.with_user_names(all_people, [made])
    return PermissionOut.from_permission(shared)


async def _count(request: Request, me: Subject) -> None:
    counted = await count_in_hour(account_services_of(request).cache, f"shares:by:{me.user_id}")
    if counted is not None and counted.used > ADDRESSES_PER_HOUR and me.role != "admin":
        raise TooManyRequests(
            "You named many addresses in this hour.", hint="Go on in the next hour.", after_s=counted.reset_s
        )


class PermissionLevel(BaseModel):
    level: Level


@router.put("/{user_id}", status_code=204)
async def set_permission_level(
    request: Request, me: PermissionAdmin, channel_id: UUID, user_id: UUID, body: PermissionLevel
) -> None:
    """Give somebody a permission, or change it."""
    async with sessions_of_request(request).begin() as session:
        await permissions.grant_permission(
            session, user_id=user_id, channel_id=channel_id, level=body.level, granted_by=me.user_id
        )


@router.delete("/{user_id}", status_code=204)
async def revoke_permission(request: Request, me: PermissionAdmin, channel_id: UUID, user_id: UUID) -> None:
    """Take a permission back."""
    async with sessions_of_request(request).begin() as session:
        await permissions.revoke_permission(session, user_id=user_id, channel_id=channel_id)
