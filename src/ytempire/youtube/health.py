"""Whether connections work: asked of YouTube once a day, or now; and warning of consents that will end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from ytempire.kit import clock
from ytempire.kit.errors import YtempireError
from ytempire.kit.logs import get_logger
from ytempire.youtube import connections, projects
from ytempire.youtube.connections import ConnectionView
from ytempire.youtube.errors import ChannelStopped, Never
from ytempire.youtube.projects import Moment
from ytempire.youtube.service import YouTube

log = get_logger(__name__)
# One unit of ten thousand for each channel and day; the terms want counts that are at most 30 days old.
PROBE_EVERY = timedelta(days=1)


async def check(youtube: YouTube, channel_id: UUID) -> ConnectionView:
    """Ask YouTube for the channel, and write down what it says, or what was wrong. Raises what `call` raises."""
    try:
        answer = await youtube.call(
            channel_id,
            lambda apis: apis.data.channels().list(part="snippet,contentDetails,statistics", mine=True),
        )
        items = answer.get("items") or []
        if not items:
            raise Never("YouTube knows the account, but no channel of it any more.", reason="channelGone")
    except ChannelStopped:
        raise  # nothing was tried
    except YtempireError as error:
        async with youtube.platform.begin() as session:
            await connections.note_trouble(session, channel_id, error.message)
        raise
    async with youtube.platform.begin() as session:
        await connections.note_seen(session, channel_id, items[0])
        return await connections.get_connection(session, channel_id)


async def look_after(youtube: YouTube) -> None:
    """All connections: warn of ends, probe what was not tried for a day, forget figures that are too old.

    One that fails keeps no other from being looked at; what was wrong stands in its row. Safe to do again at any time.
    """
    async with youtube.platform.begin() as session:
        await connections.forget_old_counts(session)
        standing = [one for one in await connections.list_connections(session) if one.is_usable]
        known = {one.id: one for one in await projects.list_projects(session, youtube.keys)}
    moments: dict[UUID, Moment] = {}
    for one in standing:
        try:
            if one.project_id not in moments:
                moments[one.project_id] = await youtube.now(known[one.project_id])
            await _look_at(youtube, one, moments[one.project_id])
        except YtempireError as error:
            log.warning("connection_not_checked", channel_id=str(one.channel_id), code=error.code, why=error.message)


async def _look_at(youtube: YouTube, one: ConnectionView, now: Moment) -> None:
    async with youtube.platform.begin() as session:
        if await connections.warn_of_end(session, one.channel_id, now):
            log.warning("consent_ends_soon", channel_id=str(one.channel_id), ends_at=str(one.refresh_expires_at))
    ended = one.refresh_expires_at is not None and one.refresh_expires_at <= now.at
    # what was wrong is tried again at the next look, since most of it passes
    if ended or one.last_error is not None or one.checked_at <= clock.now() - PROBE_EVERY:
        await check(youtube, one.channel_id)
