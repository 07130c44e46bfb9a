"""On whose behalf the code runs. Every transaction tells the database, whose row-level security then decides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

Role = Literal["admin", "operator", "analyst", "service"]


@dataclass(frozen=True)
class Subject:
    """A user in a role, and where the request came from, for the audit trail.

    With a session the database looks the role up itself: it may have changed since the token was issued.

    The role `service` sees every tenant: sign-in before anybody is known, and the worker's own bookkeeping. The worker
    keeps the id of the person who ordered the run, so that the trail names them.
    """

    user_id: UUID
    role: Role
    session_id: UUID | None = None
    request_id: str | None = None
    ip_address: str | None = None
    read_only: bool = False  # an API key that may only look

    def without_request(self) -> Subject:
        """The same rights, whichever request it was: what several asked for can be done at once."""
        return replace(self, request_id=None, ip_address=None)

    def as_platform(self) -> Subject:
        """The platform acting for them: it sees every row, and the audit trail names the person."""
        return replace(self, role="service", read_only=False)


# The platform itself; its row is made by the migration and nobody can sign in as it.
SYSTEM = Subject(UUID("00000000-0000-7000-8000-000000000001"), "service")

_current: ContextVar[Subject | None] = ContextVar("subject", default=None)


def current_subject() -> Subject | None:
    return _current.get()


def set_current_subject(subject: Subject | None) -> None:
    """For the rest of this task (a request): transactions that begin from now on are this subject's."""
    _current.set(subject)


@contextmanager
def anonymous() -> Iterator[None]:
    """For the block, until somebody is known in it; what they did there ends with it."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)
