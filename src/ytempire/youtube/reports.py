"""What is left of the quota today, for a screen and a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ytempire.kit.errors import YtempireError
from ytempire.youtube import projects, quota
from ytempire.youtube.quota import BucketState
from ytempire.youtube.service import YouTube
from ytempire.youtube.sharing import Share, share_of_reading


@dataclass(frozen=True)
class ProjectQuota:
    id: UUID
    name: str
    is_sandbox: bool
    is_testing: bool
    declared_client: str | None
    buckets: Sequence[BucketState]
    reading: Share
    trouble: str | None


async def quota_today(youtube: YouTube) -> list[ProjectQuota]:
    """Of each project. One whose clock does not answer (a sandbox that is down) says so and shows nothing."""
    async with youtube.platform.begin() as session:
        known = await projects.list_projects(session, youtube.keys)
    found = []
    for one in known:
        buckets: Sequence[BucketState] = []
        reading = Share(daily={}, today={})
        trouble = None
        try:
            now = await youtube.now(one)
        except YtempireError as error:
            trouble = error.message
        else:
            async with youtube.platform.begin() as session:
                buckets = await quota.buckets_of(session, one, now)
                reading = await share_of_reading(session, one, now)
        found.append(
            ProjectQuota(
                one.id, one.name, one.is_sandbox, one.is_testing, one.declared_client, buckets, reading, trouble
            )
        )
    return found
