"""Whether connections work: asked of YouTube once a day, or now; and warning of consents that will end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from ytempire.kit import clock
from ytempire.kit.errors import YtempireError
from ytempire.kit.logs import get_logger
from ytempire.youtube import connections, projects
from ytempire.youtube.connections import ConnectionView
from ytempire.youtube.errors import ChannelStopped, YouTubeRefused
from ytempire.youtube.projects import ServiceClock
from ytempire.youtube.service import YouTube

log = get_logger(__name__)
# One unit of ten thousand for each channel and day; the terms want counts that are at most 30 days old.
PROBE_EVERY = timedelta(days=1)


async def check(youtube: YouTube, channel_id: UUID) -> ConnectionView:
    """Ask YouTube for the channel, and write down what it says, or what was wrong. Raises what `call` raises."""
    try:
        response = await youtube.call(
            channel_id,
            lambda apis: apis.data.channels().list(part="snippet,contentDetails,statistics", mine=True),
        )
        items = response.get("items") or []
        if not items:
            raise YouTubeRefused("YouTube knows the account, but no channel of it any more.", reason="channelMissing")
    except ChannelStopped:
        raise  # nothing was tried
    except YtempireError as error:
        async with youtube.platform.begin() as session:
            await connections.record_error(session, channel_id, error.message)
        raise
    async with youtube.platform.begin() as session:
        await connections.record_check(session, channel_id, items[0])
        return await connections.get_connection(session, channel_id)


async def check_connections(youtube: YouTube) -> None:
    """All connections: warn of ends, probe what was not tried for a day, forget figures that are too old.

    One that fails keeps no other from being looked at; what was wrong stands in its row. Safe to do again at any time.
    """
    async with youtube.platform.begin() as session:
        await connections.delete_expired_counts(session)
        usable = [connection for connection in await connections.list_connections(session) if connection.is_usable]
        projects_by_id = {project.id: project for project in await projects.list_projects(session, youtube.keys)}
    clocks: dict[UUID, ServiceClock] = {}
    for connection in usable:
        try:
            if connection.project_id not in clocks:
                clocks[connection.project_id] = await youtube.now(projects_by_id[connection.project_id])
            await _check_connection(youtube, connection, clocks[connection.project_id])
        except YtempireError as error:
            log.warning(
                "connection_check_failed", channel_id=str(connection.channel_id), code=error.code, why=error.message
            )


async def _check_connection(youtube: YouTube, connection: ConnectionView, now: ServiceClock) -> None:
    async with youtube.platform.begin() as session:
        if await connections.warn_of_end(session, connection.channel_id, now):
            log.warning(
                "consent_expiring", channel_id=str(connection.channel_id), ends_at=str(connection.refresh_expires_at)
            )
    ended = connection.refresh_expires_at is not None and connection.refresh_expires_at <= now.at
    # what was wrong is tried again at the next look, since most of it passes
    if ended or connection.last_error is not None or connection.checked_at <= clock.now() - PROBE_EVERY:
        await check(youtube, connection.channel_id)
