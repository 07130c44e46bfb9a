"""API projects: where each is reached, what time it is there, and which one a channel connects with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession, translate_constraint_errors
from ytempire.kit.errors import Conflict, InvalidInput, NotFound
from ytempire.youtube.clock_mapping import ClockMapping
from ytempire.youtube.errors import QuotaExhausted, YouTubeRetryLater
from ytempire.youtube.methods import ALLOWANCES
from ytempire.youtube.models import Project as ProjectRow

PACIFIC = ZoneInfo("America/Los_Angeles")  # at whose midnight quotas begin anew

GOOGLE_AUTHORISE = "https://accounts.google.com/o/oauth2/v2/auth"
GOOGLE_TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105  # an address
GOOGLE_REVOKE = "https://oauth2.googleapis.com/revoke"


def day_of(at: datetime) -> date:
    """The day in California, in which quota is counted."""
    return at.astimezone(PACIFIC).date()


@lru_cache(maxsize=1000)  # plans ask for the same days for each of thousands of uploads
def day_begins(day: date) -> datetime:
    """Midnight in California, whichever offset that day has."""
    return datetime(day.year, day.month, day.day, tzinfo=PACIFIC).astimezone(UTC)


@dataclass(frozen=True)
class ServiceClock:
    """Now by a project's clock. The sandbox's may run `speed` times faster than ours.

    `at` and the days are YouTube's, and `YouTubeRetryLater.when` is ours, as everything that we store or show is.
    """

    at: datetime
    speed: float = 1.0
    mapping: ClockMapping = field(default=ClockMapping(), repr=False)

    def to_local_time(self, service_time: datetime) -> datetime:
        """A moment that YouTube named, by our clock."""
        return self.mapping.to_local_time(service_time)

    def to_service_time(self, local_time: datetime) -> datetime:
        """A moment of ours, by YouTube's clock."""
        return self.mapping.to_service_time(local_time)

    @property
    def day(self) -> date:
        return day_of(self.at)

    @property
    def next_day(self) -> datetime:
        """When quotas begin anew."""
        return day_begins(self.day + timedelta(days=1))

    def later(self, message: str, *, reason: str, after_s: float, has_retry_time: bool = False) -> YouTubeRetryLater:
        when = self.to_local_time(self.at + timedelta(seconds=after_s))
        return YouTubeRetryLater(
            message, reason=reason, when=when, after_s=after_s / self.speed, has_retry_time=has_retry_time
        )

    def exhausted(self, message: str, *, reason: str) -> QuotaExhausted:
        seconds = (self.next_day - self.at).total_seconds()
        return QuotaExhausted(
            message, reason=reason, when=self.to_local_time(self.next_day), after_s=seconds / self.speed
        )


@dataclass(frozen=True)
class Project:
    """A project as a call needs it. `client_secret` is shown nowhere."""

    id: UUID
    name: str
    client_id: str
    client_secret: str = field(repr=False)
    is_sandbox: bool
    api_root: str | None
    is_testing: bool
    declared_client: str | None
    allowances: Mapping[str, int]

    @property
    def authorise_uri(self) -> str:
        return f"{self.api_root}o/oauth2/v2/auth" if self.api_root else GOOGLE_AUTHORISE

    @property
    def token_uri(self) -> str:
        return f"{self.api_root}token" if self.api_root else GOOGLE_TOKEN

    @property
    def revoke_uri(self) -> str:
        return f"{self.api_root}revoke" if self.api_root else GOOGLE_REVOKE


def about_secret(project_id: UUID) -> str:
    return f"core.youtube_projects/client_secret/{project_id}"


def _project(row: ProjectRow, keys: KeyRing) -> Project:
    return Project(
        id=row.id,
        name=row.name,
        client_id=row.client_id,
        client_secret=keys.open(row.client_secret, associated_data=about_secret(row.id)).decode(),
        is_sandbox=row.is_sandbox,
        api_root=row.api_root,
        is_testing=row.is_testing,
        declared_client=row.declared_client,
        allowances={**ALLOWANCES, **row.allowances},
    )


# All of these need the platform's session, or an administrator's.


async def add_project(
    session: AsyncSession,
    keys: KeyRing,
    *,
    name: str,
    client_id: str,
    client_secret: str,
    api_root: str | None = None,
    is_testing: bool = False,
    declared_client: str | None = None,
    allowances: Mapping[str, int] | None = None,
) -> Project:
    """A project of Google's, or with `api_root` one of the sandbox. Raises Conflict and InvalidInput.

    A second one needs `declared_client`: what other client it is.
    """
    project_id = uuid4()
    row = ProjectRow(
        id=project_id,
        name=name,
        client_id=client_id,
        client_secret=keys.seal(client_secret.encode(), associated_data=about_secret(project_id)),
        is_sandbox=api_root is not None,
        api_root=api_root,
        is_testing=is_testing,
        declared_client=declared_client,
        allowances={**ALLOWANCES, **_checked(allowances or {})},
    )
    session.add(row)
    with translate_constraint_errors(
        {
            "youtube_projects_is_sandbox_key": Conflict(
                "There is a project already, and YouTube's terms forbid dividing one client over several.",
                hint="If this is another client, name it: --declare-client “…”.",
            ),
            "youtube_projects_client_id_key": Conflict("A project with this client is there already."),
            "youtube_projects_declared_client_check": InvalidInput("Say in 10 to 500 characters which client it is."),
            "youtube_projects_name_check": InvalidInput("A project's name has 1 to 100 characters."),
        }
    ):
        await session.flush()
    return _project(row, keys)


def _checked(allowances: Mapping[str, int]) -> Mapping[str, int]:
    if unknown := set(allowances) - set(ALLOWANCES):
        raise InvalidInput(
            f"There is no bucket {', '.join(sorted(unknown))}.", hint=f"There are {', '.join(ALLOWANCES)}."
        )
    if min(allowances.values(), default=0) < 0:
        raise InvalidInput("A bucket holds nothing or more, never less.")
    return allowances


async def set_allowances(session: AsyncSession, project_id: UUID, allowances: Mapping[str, int]) -> None:
    """What Google granted this project. Buckets that are not named stay. Raises NotFound and InvalidInput."""
    changed = ProjectRow.allowances.concat(dict(_checked(allowances)))
    done = await session.execute(
        update(ProjectRow)
        .where(ProjectRow.id == project_id)
        .values(allowances=changed)
        .returning(ProjectRow.id)
        .execution_options(synchronize_session=False)
    )
    if done.scalar() is None:
        raise NotFound(f"There is no project {project_id}.")


async def put_sandbox_project(
    session: AsyncSession, keys: KeyRing, *, client_id: str, client_secret: str, api_root: str
) -> None:
    """The sandbox's project: made, or where it was made given the client and address that the sandbox has now."""
    made = select(ProjectRow.id).where(ProjectRow.is_sandbox, ProjectRow.declared_client.is_(None))
    project_id = await session.scalar(made) or uuid4()
    values = {
        "client_id": client_id,
        "client_secret": keys.seal(client_secret.encode(), associated_data=about_secret(project_id)),
        "api_root": api_root,
    }
    await session.execute(
        insert(ProjectRow)
        .values(id=project_id, name="Sandbox", is_sandbox=True, allowances=ALLOWANCES, **values)
        .on_conflict_do_update(index_elements=["id"], set_=values)
    )


async def find_sandbox_project(session: AsyncSession, keys: KeyRing) -> Project | None:
    row = await session.scalar(select(ProjectRow).where(ProjectRow.is_sandbox, ProjectRow.declared_client.is_(None)))
    return _project(row, keys) if row else None


async def list_projects(session: AsyncSession, keys: KeyRing) -> list[Project]:
    return [_project(row, keys) for row in await session.scalars(select(ProjectRow).order_by(ProjectRow.created_at))]


async def get_project(session: AsyncSession, keys: KeyRing, project_id: UUID) -> Project:
    row = await session.get(ProjectRow, project_id)
    if row is None:
        raise NotFound(f"There is no API project {project_id}.")
    return _project(row, keys)


async def default_project(session: AsyncSession, keys: KeyRing) -> Project:
    """With which a channel connects that says nothing else: the real one if there is one, else the sandbox's."""
    row = await session.scalar(
        select(ProjectRow).where(ProjectRow.declared_client.is_(None)).order_by(ProjectRow.is_sandbox).limit(1)
    )
    if row is None:
        raise Conflict(
            "There is no API project to connect with.",
            hint="Create one (ytempire youtube project create --help), or start the sandbox with `ytempire up`.",
        )
    return _project(row, keys)


async def has_real_project(session: AsyncSession) -> bool:
    return await session.scalar(select(ProjectRow.id).where(~ProjectRow.is_sandbox).limit(1)) is not None
