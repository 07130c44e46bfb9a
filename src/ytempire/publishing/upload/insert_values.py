"""Decide what YouTube is told of a video when its upload begins."""

from __future__ import annotations

from ytempire.kit import clock
from ytempire.kit.database import Sessions
from ytempire.production.queries import VideoView
from ytempire.publishing import automation, metadata, service, youtube_rules
from ytempire.publishing.automation import ConsentRequired
from ytempire.publishing.errors import NotPublishable
from ytempire.publishing.leases import PublicationLease
from ytempire.publishing.metadata import Values
from ytempire.youtube.projects import ServiceClock


async def insert_values(
    sessions: Sessions, lease: PublicationLease, video: VideoView, now: ServiceClock
) -> tuple[Values, Values]:
    """Return what YouTube is told, by our clock and by its own.

    Raises NotPublishable for what was changed since to what YouTube refuses, and ConsentRequired where the channel does
    not publish by itself any more.
    """
    if lease.is_automatic:
        async with sessions.begin() as session:
            if not await automation.is_auto_publish_allowed(session, lease.channel_id):
                raise ConsentRequired(
                    "The channel does not publish by itself any more.", hint="Agree to it again, or cancel this."
                )
    # a time that came while it waited: then it is public at once, as it would be by now
    is_late = lease.publish_at is not None and lease.publish_at <= clock.now()
    publish_at, privacy = (None, "public") if is_late else (lease.publish_at, lease.privacy)
    wanted = service.desired_video(
        video, marker=lease.marker, category_id=lease.category_id, privacy=privacy, publish_at=publish_at
    )
    if violations := youtube_rules.find_violations(wanted, clock.now()):
        raise NotPublishable(violations)
    values = {
        "title": video.title,
        "description": video.description,
        "tags": video.tags,
        "language": video.language,
        "category_id": lease.category_id,
        "privacy": privacy,
        "licence": lease.licence,
        "made_for_kids": lease.made_for_kids,
        "synthetic_media": lease.synthetic_media,
    }
    there = now.to_service_time(publish_at) if publish_at else None
    return metadata.local_values(values, publish_at=publish_at), metadata.local_values(values, publish_at=there)
