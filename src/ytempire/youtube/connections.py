"""The connection of a channel: what is known of it, and its changes of state. The tokens are sealed elsewhere.

Whoever may see a channel sees its connection; only the platform changes it (row-level security says so).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select, update

from ytempire.channels import credentials
from ytempire.kit import clock
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import NotFound
from ytempire.youtube.errors import NotConnected
from ytempire.youtube.models import Connection
from ytempire.youtube.projects import ServiceClock
from ytempire.youtube.tokens import MONEY, REPORTS, Tokens

PROVIDER = "youtube"
WARNING_PERIOD = timedelta(days=2)
# "refreshed or deleted after 30 days": developers.google.com/youtube/terms/developer-policies
COUNTS_RETENTION = timedelta(days=30)

Status = Literal["connected", "expiring", "expired", "revoked"]


@dataclass(frozen=True)
class ConnectionView:
    channel_id: UUID
    project_id: UUID
    is_sandbox: bool
    status: Status
    youtube_channel_id: str
    title: str
    handle: str | None
    thumbnail_url: str | None
    description: str | None
    country: str | None
    default_language: str | None
    uploads_playlist_id: str
    scopes: list[str]
    token_expires_at: datetime | None
    refresh_expires_at: datetime | None
    connected_at: datetime
    checked_at: datetime
    last_error: str | None
    subscriber_count: int | None
    view_count: int | None
    video_count: int | None
    fetched_at: datetime | None
    updated_at: datetime

    @property
    def is_usable(self) -> bool:
        return self.status in ("connected", "expiring")

    @property
    def missing(self) -> list[str]:
        """What the person did not allow, in words."""
        unticked = {REPORTS: "reports of views and viewers", MONEY: "reports of revenue"}
        return [words for scope, words in unticked.items() if scope not in self.scopes]


def view_of(row: Connection) -> ConnectionView:
    return ConnectionView(**{name: getattr(row, name) for name in ConnectionView.__dataclass_fields__})


async def find_connection(session: AsyncSession, channel_id: UUID) -> ConnectionView | None:
    row = await session.get(Connection, channel_id, populate_existing=True)
    return view_of(row) if row else None


async def get_connection(session: AsyncSession, channel_id: UUID) -> ConnectionView:
    view = await find_connection(session, channel_id)
    if view is None:
        raise NotFound("This channel was never connected to YouTube.", hint="Connect it: ytempire channels connect.")
    return view


async def list_connections(session: AsyncSession) -> list[ConnectionView]:
    return [view_of(row) for row in await session.scalars(select(Connection).order_by(Connection.channel_id))]


async def require_usable(session: AsyncSession, channel_id: UUID) -> ConnectionView:
    """Raises NotConnected with what to do."""
    view = await find_connection(session, channel_id)
    if view is not None and view.is_usable:
        return view
    problem = "has never been connected" if view is None else "is not connected any more"
    raise NotConnected(
        f"This channel {problem} to YouTube.", reason="notConnected", hint="Connect it; nothing is lost."
    )


async def store_tokens(session: AsyncSession, keys: KeyRing, channel_id: UUID, *, before: Tokens, now: Tokens) -> None:
    """Tokens that were renewed, unless somebody has connected the channel anew meanwhile."""
    is_replaced = await credentials.replace_credential(
        session, keys, channel_id, PROVIDER, before=before.sealed_text(), secret=now.sealed_text()
    )
    if is_replaced:
        await _update_connection(session, channel_id, {"token_expires_at": now.access_expires_at})


async def mark_ended(session: AsyncSession, keys: KeyRing, channel_id: UUID, tokens: Tokens, message: str) -> None:
    """The consent of these tokens has ended; a newer one, given meanwhile, has not. A trigger tells the owner."""
    secret = await credentials.find_credential(session, keys, channel_id, PROVIDER)
    if secret is None or Tokens.parse(secret).refresh_token != tokens.refresh_token:
        return
    ended = update(Connection).where(
        Connection.channel_id == channel_id, Connection.status.in_(("connected", "expiring"))
    )
    await session.execute(ended.values(status="expired", last_error=message, checked_at=clock.now()))


async def mark_revoked(session: AsyncSession, channel_id: UUID) -> None:
    """Somebody disconnected the channel."""
    await _update_connection(
        session, channel_id, {"status": "revoked", "token_expires_at": None, "refresh_expires_at": None}
    )


async def record_check(session: AsyncSession, channel_id: UUID, resource: Mapping[str, Any]) -> None:
    """What YouTube says of the channel now."""
    await _update_connection(
        session, channel_id, {**channel_columns(resource), "checked_at": clock.now(), "last_error": None}
    )


async def record_error(session: AsyncSession, channel_id: UUID, message: str) -> None:
    await _update_connection(session, channel_id, {"checked_at": clock.now(), "last_error": message})


async def warn_of_end(session: AsyncSession, channel_id: UUID, now: ServiceClock) -> bool:
    """Say that the consent ends within two days: once, since it is a change of state."""
    warned = await session.scalar(
        update(Connection)
        .where(
            Connection.channel_id == channel_id,
            Connection.status == "connected",
            Connection.refresh_expires_at <= now.at + WARNING_PERIOD,
        )
        .values(status="expiring")
        .returning(Connection.channel_id)
        .execution_options(synchronize_session=False)
    )
    return warned is not None


_COUNT_COLUMNS = (
    "subscriber_count",
    "view_count",
    "video_count",
    "description",
    "country",
    "default_language",
    "fetched_at",
)


async def delete_expired_counts(session: AsyncSession) -> None:
    """What could not be read again for 30 days. Which YouTube channel it is stays: connecting again must find it."""
    nothing = dict.fromkeys(_COUNT_COLUMNS)
    old = Connection.fetched_at < clock.now() - COUNTS_RETENTION
    await session.execute(update(Connection).where(old).values(nothing).execution_options(synchronize_session=False))


async def _update_connection(session: AsyncSession, channel_id: UUID, values: Mapping[str, Any]) -> None:
    await session.execute(
        update(Connection)
        .where(Connection.channel_id == channel_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def channel_columns(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a `channels.list` of snippet, contentDetails and statistics fills."""
    snippet, counts = resource["snippet"], resource.get("statistics", {})
    hidden = counts.get("hiddenSubscriberCount", False)
    return {
        "title": snippet["title"],
        "handle": snippet.get("customUrl"),
        "thumbnail_url": snippet.get("thumbnails", {}).get("default", {}).get("url"),
        "description": snippet.get("description"),
        "country": snippet.get("country"),
        "default_language": snippet.get("defaultLanguage"),
        "uploads_playlist_id": resource["contentDetails"]["relatedPlaylists"]["uploads"],
        "subscriber_count": None if hidden else _count(counts, "subscriberCount"),
        "view_count": _count(counts, "viewCount"),
        "video_count": _count(counts, "videoCount"),
        "fetched_at": clock.now(),
    }


def _count(counts: Mapping[str, Any], name: str) -> int | None:
    return int(counts[name]) if name in counts else None
