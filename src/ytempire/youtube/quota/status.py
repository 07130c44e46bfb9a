"""What is left of the quota today, for a screen and a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ytempire.kit.errors import YtempireError
from ytempire.youtube import projects
from ytempire.youtube.quota import reservations
from ytempire.youtube.quota.claims import ClaimedUnits, read_claims
from ytempire.youtube.quota.reservations import BucketState
from ytempire.youtube.service import YouTube


@dataclass(frozen=True)
class ProjectQuota:
    id: UUID
    name: str
    is_sandbox: bool
    is_testing: bool
    declared_client: str | None
    buckets: Sequence[BucketState]
    claims: Mapping[str, ClaimedUnits]
    error_message: str | None


async def list_project_quota(youtube: YouTube) -> list[ProjectQuota]:
    """Of each project. One whose clock does not answer (a sandbox that is down) says so and shows nothing."""
    async with youtube.platform.begin() as session:
        all_projects = await projects.list_projects(session, youtube.keys)
    quotas = []
    for project in all_projects:
        buckets: Sequence[BucketState] = []
        claims: Mapping[str, ClaimedUnits] = {}
        error_message = None
        try:
            now = await youtube.now(project)
        except YtempireError as error:
            error_message = error.message
        else:
            async with youtube.platform.begin() as session:
                buckets = await reservations.buckets_of(session, project, now)
                claims = await read_claims(session, project, now)
        quotas.append(
            ProjectQuota(
                project.id,
                project.name,
                project.is_sandbox,
                project.is_testing,
                project.declared_client,
                buckets,
                claims,
                error_message,
            )
        )
    return quotas
