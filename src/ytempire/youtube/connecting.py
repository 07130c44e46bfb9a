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

from ytempire.accounts.secrets import digest, new_secret
from ytempire.channels import credentials
from ytempire.channels import service as channels
from ytempire.channels.service import ChannelView
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession, Sessions, as_subject, in_name_of, said_plainly
from ytempire.kit.errors import Conflict, Forbidden
from ytempire.kit.rows import NOT_YOURS
from ytempire.kit.subject import Subject
from ytempire.youtube import connections, projects, tokens
from ytempire.youtube.connections import PROVIDER, ConnectionView
from ytempire.youtube.errors import ChannelStopped, ConsentUnusable
from ytempire.youtube.models import Connection, Consent
from ytempire.youtube.projects import Project
from ytempire.youtube.service import YouTube
from ytempire.youtube.tokens import Granted, Tokens

# Somebody reads a page and chooses an account; a code of Google's lives as long.
PATIENCE = timedelta(minutes=10)
CALLBACK = "/oauth/youtube/callback"


@dataclass(frozen=True)
class Begun:
    address: str  # where to send the person
    is_sandbox: bool
    expires_at: datetime


@dataclass(frozen=True)
class _Pending:
    channel_id: UUID
    project_id: UUID
    redirect_uri: str
    verifier: str


def about_verifier(state_hash: bytes) -> str:
    return f"core.youtube_consents/verifier/{state_hash.hex()}"


async def begin(
    youtube: YouTube,
    sessions: Sessions,
    person: Subject,
    channel_id: UUID,
    *,
    page: str,
    project_id: UUID | None = None,
) -> Begun:
    """The consent page's address for a channel that `person` may administer. `page` is where they reach ours.

    `sessions` are theirs: what they may not see or change is refused there. Raises Conflict and ChannelStopped.
    """
    async with sessions.begin() as session:
        channel = await channels.get_channel(session, channel_id)
        _require_connectable(channel)
        known = await connections.find_connection(session, channel_id)
    state, verifier, expires_at = new_secret(), tokens.new_verifier(), clock.now() + PATIENCE
    hashed, redirect_uri = digest(state), page + CALLBACK
    async with in_name_of(youtube.platform, person).begin() as session:
        project = await _project_for(session, youtube, known, project_id)
        session.add(
            Consent(
                state_hash=hashed,
                verifier=youtube.keys.seal(verifier.encode(), about=about_verifier(hashed)),
                project_id=project.id,
                channel_id=channel_id,
                user_id=person.user_id,
                redirect_uri=redirect_uri,
                expires_at=expires_at,
            )
        )
    address = tokens.consent_address(
        project, redirect_uri=redirect_uri, state=state, verifier=verifier, channel=channel.name
    )
    return Begun(address, project.is_sandbox, expires_at)


def _require_connectable(channel: ChannelView) -> None:
    if channel.access not in ("admin", "owner"):
        raise Forbidden(NOT_YOURS, hint="Ask its owner.")
    if channel.status in ("suspended", "archived"):
        raise ChannelStopped(
            f"The channel “{channel.name}” is {channel.status}.", reason="channelStopped", hint="Activate it first."
        )


async def _project_for(
    session: AsyncSession, youtube: YouTube, known: ConnectionView | None, wanted: UUID | None
) -> Project:
    """The project that was asked for, else the one the channel had, else the default. Raises Conflict."""
    default = await projects.default_project(session, youtube.keys) if wanted is None else None
    if known is not None and default is not None and known.is_sandbox == default.is_sandbox:
        return await projects.get_project(session, youtube.keys, known.project_id)
    project = default or await projects.get_project(session, youtube.keys, wanted or UUID(int=0))
    if known is not None and known.is_sandbox != project.is_sandbox:
        raise Conflict(
            "This channel belongs to the sandbox, and what it holds there is not real."
            if known.is_sandbox
            else "This channel belongs to a real YouTube channel and is not for the sandbox.",
            hint="Make another channel, and connect that.",
        )
    return project


async def finish(
    youtube: YouTube, person: Subject, *, state: str, code: str | None, error: str | None = None
) -> ConnectionView:
    """Connect the channel for which `person` was sent away.

    Raises ConsentUnusable, Conflict, Later and Never; NotFound, Forbidden or ChannelStopped if they may not any more.
    """
    platform = in_name_of(youtube.platform, person)
    pending, project = await _take(youtube, platform, person, state)
    await _require_still_theirs(youtube, person, pending.channel_id)
    if code is None:
        said = "was not given" if error == "access_denied" else f"did not come about ({error or 'no reason was given'})"
        raise ConsentUnusable(
            f"The consent {said}.", hint="The channel is as it was. Connect it whenever you like.", reason="denied"
        )
    granted = await tokens.redeem(
        youtube.wire, project, code=code, verifier=pending.verifier, redirect_uri=pending.redirect_uri
    )
    resource = await _whose(youtube, pending.channel_id, project, granted.tokens)
    lifetime = granted.refresh_lifetime
    ends_at = None if lifetime is None else (await youtube.now(project)).at + lifetime
    await _require_still_theirs(youtube, person, pending.channel_id)  # YouTube may have taken its time
    async with platform.begin() as session:
        await _store(session, youtube, person, pending.channel_id, project, granted, resource, ends_at)
        return await connections.get_connection(session, pending.channel_id)


async def find_channel_of(youtube: YouTube, person: Subject, state: str) -> UUID | None:
    """The channel for which `person` was sent away with this state, whatever became of it."""
    async with in_name_of(youtube.platform, person).begin() as session:
        sent_for = select(Consent.channel_id).where(
            Consent.state_hash == digest(state), Consent.user_id == person.user_id
        )
        return await session.scalar(sent_for)


async def _require_still_theirs(youtube: YouTube, person: Subject, channel_id: UUID) -> None:
    """A permission may have been taken back since they were sent away, and storing is the platform's own act."""
    async with as_subject(youtube.platform, person).begin() as session:
        channel = await channels.get_channel(session, channel_id)
        _require_connectable(channel)


async def _take(youtube: YouTube, platform: Sessions, person: Subject, state: str) -> tuple[_Pending, Project]:
    """Use the state up: of two that come at once one wins, and another person's does not count as one."""
    hashed = digest(state)
    async with platform.begin() as session:
        taken = await session.scalar(
            update(Consent)
            .where(
                Consent.state_hash == hashed,
                Consent.user_id == person.user_id,
                Consent.used_at.is_(None),
                Consent.expires_at > clock.now(),
            )
            .values(used_at=clock.now())
            .returning(Consent)
        )
        if taken is None:
            raise ConsentUnusable(
                "This way back from YouTube was used already, is too old, or was somebody else's.",
                hint="Connect the channel once more.",
            )
        verifier = youtube.keys.open(taken.verifier, about=about_verifier(hashed)).decode()
        pending = _Pending(taken.channel_id, taken.project_id, taken.redirect_uri, verifier)
        return pending, await projects.get_project(session, youtube.keys, pending.project_id)


async def _whose(youtube: YouTube, channel_id: UUID, project: Project, fresh: Tokens) -> dict[str, Any]:
    """The YouTube channel of who consented."""
    answer = await youtube.ask_as(
        channel_id,
        project,
        fresh,
        lambda apis: apis.data.channels().list(part="snippet,contentDetails,statistics", mine=True),
    )
    items = answer.get("items") or []
    if not items:
        raise ConsentUnusable(
            "The account that consented has no YouTube channel.",
            hint="Choose the account of the channel, or make one.",
            reason="no_channel",
        )
    found: dict[str, Any] = items[0]
    return found


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
    known = await session.scalar(select(Connection).where(Connection.channel_id == channel_id).with_for_update())
    if known is not None and known.youtube_channel_id != resource["id"]:
        raise ConsentUnusable(
            f"This channel is “{known.title}” at YouTube, and the consent is for “{resource['snippet']['title']}”.",
            hint="Consent with the account of the former, or make another channel for the latter.",
            reason="another_channel",
        )
    values = {
        **connections.described(resource),
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
    taken = ConsentUnusable(
        f"“{resource['snippet']['title']}” is connected here already, as another channel.",
        hint="Choose another YouTube channel on the consent page.",
        reason="taken",
    )
    with said_plainly({"channel_connections_youtube_channel_id_key": taken}):
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

    Also for a channel that is suspended. Raises NotFound, Forbidden, Later and Never; on these all is as before.
    """
    async with sessions.begin() as session:
        channel = await channels.get_channel(session, channel_id)
        if channel.access not in ("admin", "owner"):
            raise Forbidden(NOT_YOURS, hint="Ask its owner.")
        connection = await connections.get_connection(session, channel_id)
    platform = in_name_of(youtube.platform, person)
    async with platform.begin() as session:
        project = await projects.get_project(session, youtube.keys, connection.project_id)
        held = await credentials.find_credential(session, youtube.keys, channel_id, PROVIDER)
    if held is not None and connection.is_usable:
        await tokens.revoke(youtube.wire, project, Tokens.of(held))
    async with platform.begin() as session:
        await connections.mark_revoked(session, channel_id)
        if held is not None:
            await credentials.remove_credential(session, channel_id, PROVIDER)
