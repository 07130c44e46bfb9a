"""What a worker sends to YouTube, it sends with the rights that whoever ordered it has by then."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from ytempire.accounts import service as accounts
from ytempire.channels import service as channels
from ytempire.kit.database import Sessions, as_subject
from ytempire.kit.errors import Forbidden, NotFound
from ytempire.youtube.errors import YouTubeRefused


async def require_access(
    platform: Sessions, person_id: UUID, channel_id: UUID, needed: Literal["write", "admin"]
) -> None:
    """Raise YouTubeRefused where this person has no such access to the channel any more."""
    async with platform.begin() as session:
        person = await accounts.subject_of(session, person_id)
    async with as_subject(platform, person).begin() as session:
        try:
            await channels.require_channel(session, channel_id, needed)
        except (NotFound, Forbidden) as error:
            raise YouTubeRefused(
                "Whoever ordered this has no access to the channel any more that would allow it.",
                reason="accessRevoked",
                hint="Somebody who has can order it again.",
            ) from error
