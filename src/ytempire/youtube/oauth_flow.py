"""Connecting a channel: to the consent page and back, again without losing anything, and apart.

What comes back is bound to who began: the state works once, within ten minutes, for that person alone. Until the one
transaction that stores connection and tokens together, nothing of it is anywhere; whoever is killed before it begins
anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from ytempire.accounts.opaque_tokens import hash_token, new_secret
from ytempire.channels import credentials
from ytempire.channels import service as channels
from ytempire.channels.service import ChannelView
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession, Sessions, as_platform_for, as_subject, translate_constraint_errors
from ytempire.kit.errors import Conflict, Forbidden
from ytempire.kit.row_updates import NOT_PERMITTED
from ytempire.kit.subject import Subject
from ytempire.youtube import connections, projects, tokens
from ytempire.youtube.connections import PROVIDER, ConnectionView
from ytempire.youtube.errors import ChannelStopped, ConsentUnusable
from ytempire.youtube.models import Connection, OAuthState
from ytempire.youtube.projects import Project
from ytempire.youtube.service import YouTube
from ytempire.youtube.tokens import Granted, Tokens

# Somebody reads a page and chooses an account; a code of Google's lives as long.
STATE_LIFETIME = timedelta(minutes=10)
CALLBACK = "/oauth/youtube/callback"


@dataclass(frozen=True)
class AuthorizationRequest:
    url: str  # where to send the person
    is_sandbox: bool
    expires_at: datetime


@dataclass(frozen=True)
class _PendingAuthorization:
    channel_id: UUID
    project_id: UUID
    redirect_uri: str
    verifier: str


def about_verifier(state_hash: bytes) -> str:
    """Return the associated data of a verifier's envelope: what was sealed keeps the table's first name."""
    return f"core.youtube_consents/verifier/{state_hash.hex()}"


async def start_authorization(
    youtube: YouTube,
    sessions: Sessions,
    person: Subject,
    channel_id: UUID,
    *,
    page: str,
    project_id: UUID | None = None,
) -> AuthorizationRequest:
    """The consent page's URL for a channel that `person` may administer. `page` is where they reach ours.

    `sessions` are theirs: what they may not see or change is refused there. Raises Conflict and ChannelStopped.
    """
    async with sessions.begin() as session:
        channel = await channels.get_channel(session, channel_id)
        _require_connectable(channel)
        connection = await connections.find_connection(session, channel_id)
    state, verifier, expires_at = new_secret(), tokens.new_verifier(), clock.now() + STATE_LIFETIME
    hashed, redirect_uri = hash_token(state), page + CALLBACK
    async with as_platform_for(youtube.platform, person).begin() as session:
        project = await _project_for(session, youtube, connection, project_id)
        session.add(
            OAuthState(
                state_hash=hashed,
                verifier=youtube.keys.seal(verifier.encode(), associated_data=about_verifier(hashed)),
                project_id=project.id,
                channel_id=channel_id,
                user_id=person.user_id,
                redirect_uri=redirect_uri,
                expires_at=expires_at,
            )
        )
    url = tokens.consent_url(project, redirect_uri=redirect_uri, state=state, verifier=verifier, channel=channel.name)
    return AuthorizationRequest(url, project.is_sandbox, expires_at)


def _require_connectable(channel: ChannelView) -> None:
    if channel.access not in ("admin", "owner"):
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")
    if channel.status in ("suspended", "archived"):
        raise ChannelStopped(
            f"The channel “{channel.name}” is {channel.status}.", reason="channelStopped", hint="Activate it first."
        )


async def _project_for(
    session: AsyncSession, youtube: YouTube, connection: ConnectionView | None, project_id: UUID | None
) -> Project:
    """The project that was asked for, else the one the channel had, else the default. Raises Conflict."""
    default = await projects.default_project(session, youtube.keys) if project_id is None else None
    if connection is not None and default is not None and connection.is_sandbox == default.is_sandbox:
        return await projects.get_project(session, youtube.keys, connection.project_id)
    project = default or await projects.get_project(session, youtube.keys, project_id or UUID(int=0))
    if connection is not None and connection.is_sandbox != project.is_sandbox:
        raise Conflict(
            "This channel belongs to the sandbox, and what it holds there is not real."
            if connection.is_sandbox
            else "This channel belongs to a real YouTube channel and is not for the sandbox.",
            hint="Make another channel, and connect that.",
        )
    return project


async def complete_authorization(
    youtube: YouTube, person: Subject, *, state: str, code: str | None, error: str | None = None
) -> ConnectionView:
    """Connect the channel for which `person` was sent away.

    Raises ConsentUnusable, Conflict, YouTubeRetryLater and YouTubeRefused; NotFound, Forbidden or ChannelStopped if
    they may not any more.
    """
    platform = as_platform_for(youtube.platform, person)
    pending, project = await _consume_state(youtube, platform, person, state)
    await _require_channel_admin(youtube, person, pending.channel_id)
    if code is None:
        what = "was not given" if error == "access_denied" else f"did not come about ({error or 'no reason was given'})"
        raise ConsentUnusable(
            f"The consent {what}.", hint="The channel is as it was. Connect it whenever you like.", reason="denied"
        )
    granted = await tokens.redeem(
        youtube.http, project, code=code, verifier=pending.verifier, redirect_uri=pending.redirect_uri
    )
    resource = await _fetch_channel(youtube, pending.channel_id, project, granted.tokens)
    lifetime = granted.refresh_lifetime
    ends_at = None if lifetime is None else (await youtube.now(project)).at + lifetime
    await _require_channel_admin(youtube, person, pending.channel_id)  # YouTube may have taken its time
    async with platform.begin() as session:
        await _store(session, youtube, person, pending.channel_id, project, granted, resource, ends_at)
        return await connections.get_connection(session, pending.channel_id)


async def find_channel_of(youtube: YouTube, person: Subject, state: str) -> UUID | None:
    """The channel for which `person` was sent away with this state, whatever became of it."""
    async with as_platform_for(youtube.platform, person).begin() as session:
        sent_for = select(OAuthState.channel_id).where(
            OAuthState.state_hash == hash_token(state), OAuthState.user_id == person.user_id
        )
        return await session.scalar(sent_for)


async def _require_channel_admin(youtube: YouTube, person: Subject, channel_id: UUID) -> None:
    """A permission may have been taken back since they were sent away, and storing is the platform's own act."""
    async with as_subject(youtube.platform, person).begin() as session:
        channel = await channels.get_channel(session, channel_id)
        _require_connectable(channel)


async def _consume_state(
    youtube: YouTube, platform: Sessions, person: Subject, state: str
) -> tuple[_PendingAuthorization, Project]:
    """Use the state up: of two that come at once one wins, and another person's does not count as one."""
    hashed = hash_token(state)
    async with platform.begin() as session:
        row = await session.scalar(
            update(OAuthState)
            .where(
                OAuthState.state_hash == hashed,
                OAuthState.user_id == person.user_id,
                OAuthState.used_at.is_(None),
                OAuthState.expires_at > clock.now(),
            )
            .values(used_at=clock.now())
            .returning(OAuthState)
        )
        if row is None:
            raise ConsentUnusable(
                "This way back from YouTube was used already, is too old, or was somebody else's.",
                hint="Connect the channel once more.",
            )
        verifier = youtube.keys.open(row.verifier, associated_data=about_verifier(hashed)).decode()
        pending = _PendingAuthorization(row.channel_id, row.project_id, row.redirect_uri, verifier)
        return pending, await projects.get_project(session, youtube.keys, pending.project_id)


async def _fetch_channel(youtube: YouTube, channel_id: UUID, project: Project, fresh: Tokens) -> dict[str, Any]:
    """The YouTube channel of who consented."""
    response = await youtube.call_with_tokens(
        channel_id,
        project,
        fresh,
        lambda apis: apis.data.channels().list(part="snippet,contentDetails,statistics", mine=True),
    )
    items = response.get("items") or []
    if not items:
        raise ConsentUnusable(
            "The account that consented has no YouTube channel.",
            hint="Choose the account of the channel, or make one.",
            reason="no_channel",
        )
    channel: dict[str, Any] = items[0]
    return channel


async def _store(
    session: AsyncSession,
    youtube: YouTube,
    person: Subject,
    channel_id: UUID,
    project: Project,
    granted: Granted,
    resource: dict[str, Any],
    ends_at: datetime | None,
) -> None:
    """Connection and tokens, together or not at all. Tokens that are refused here are dropped, and not taken back at
    YouTube: that would end every consent of that account, also of a channel that is connected rightly.
    """
    connection = await session.scalar(select(Connection).where(Connection.channel_id == channel_id).with_for_update())
    if connection is not None and connection.youtube_channel_id != resource["id"]:
        raise ConsentUnusable(
            f"This channel is “{connection.title}” at YouTube, and the consent is for"
            f" “{resource['snippet']['title']}”.",
            hint="Consent with the account of the former, or make another channel for the latter.",
            reason="another_channel",
        )
    values = {
        **connections.channel_columns(resource),
        "project_id": project.id,
        "is_sandbox": project.is_sandbox,
        "status": "connected",
        "youtube_channel_id": resource["id"],
        "scopes": list(granted.scopes),
        "token_expires_at": granted.tokens.access_expires_at,
        "refresh_expires_at": ends_at,
        "connected_at": clock.now(),
        "connected_by": person.user_id,
        "checked_at": clock.now(),
        "last_error": None,
    }
    already_connected = ConsentUnusable(
        f"“{resource['snippet']['title']}” is connected here already, as another channel.",
        hint="Choose another YouTube channel on the consent page.",
        reason="taken",
    )
    with translate_constraint_errors({"channel_connections_youtube_channel_id_key": already_connected}):
        await session.execute(
            insert(Connection)
            .values(channel_id=channel_id, **values)
            .on_conflict_do_update(index_elements=["channel_id"], set_=values)
        )
    await credentials.set_credential(
        session,
        youtube.keys,
        channel_id,
        PROVIDER,
        granted.tokens.sealed_text(),
        label=f"{'[sandbox] ' if project.is_sandbox else ''}{resource['snippet']['title']}"[:200],
        expires_at=ends_at,
    )


async def disconnect(youtube: YouTube, sessions: Sessions, person: Subject, channel_id: UUID) -> None:
    """End the consent at YouTube and forget the tokens. Which YouTube channel it is stays known, for another time.

    Also for a channel that is suspended. Raises NotFound, Forbidden, YouTubeRetryLater and YouTubeRefused; on these all
    is as before.
    """
    async with sessions.begin() as session:
        channel = await channels.get_channel(session, channel_id)
        if channel.access not in ("admin", "owner"):
            raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")
        connection = await connections.get_connection(session, channel_id)
    platform = as_platform_for(youtube.platform, person)
    async with platform.begin() as session:
        project = await projects.get_project(session, youtube.keys, connection.project_id)
        secret = await credentials.find_credential(session, youtube.keys, channel_id, PROVIDER)
    if secret is not None and connection.is_usable:
        await tokens.revoke(youtube.http, project, Tokens.parse(secret))
    async with platform.begin() as session:
        await connections.mark_revoked(session, channel_id)
        if secret is not None:
            await credentials.delete_credential(session, channel_id, PROVIDER)
