"""What a command says while it waits: a spinner on a terminal; in a log a line at once, and one every ten seconds.

And waiting itself: for a server that is being started again a command waits, and says so.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError

from ytempire.cli.terminal import err, escape, seconds
from ytempire.kit.database import AsyncSession, Sessions

T = TypeVar("T")
EVERY_S = 10.0
PATIENCE_S = 60.0  # a restart of the server with a recovery takes seconds
POLL_S = 0.2


class Activity(Protocol):
    """Something that goes on, and can be said to go on."""

    def say(self, text: str, *, kind: str | None = None) -> None:
        """Say what goes on now. Called often; more of the same kind (unset: the same text) is said now and then."""


class _Spinner:
    def __init__(self, text: str) -> None:
        self.status = err.status(escape(text))

    def say(self, text: str, *, kind: str | None = None) -> None:
        self.status.update(escape(text))


class Lines:
    """For a log: what is new at once, what goes on every ten seconds with how long it has taken."""

    def __init__(self, *, every_s: float = EVERY_S) -> None:
        self._every_s = every_s
        self._since = self._said_at = time.monotonic()
        self._kind = ""

    def say(self, text: str, *, kind: str | None = None) -> None:
        now, kind = time.monotonic(), kind or text
        if kind != self._kind:
            self._kind, self._since, self._said_at = kind, now, now
            err.print(text, markup=False)
        elif now - self._said_at >= self._every_s:
            self._said_at = now
            err.print(f"{text} {seconds(now - self._since)} so far", markup=False)


class _Silent:
    def say(self, text: str, *, kind: str | None = None) -> None:
        """With --json nothing but the document is said."""


@contextmanager
def activity(text: str, *, enabled: bool = True) -> Iterator[Activity]:
    """For the block; says `text` at its beginning."""
    if not enabled:
        yield _Silent()
    elif err.is_terminal:
        spinner = _Spinner(text)
        with spinner.status:
            yield spinner
    else:
        lines = Lines()
        lines.say(text)
        yield lines


async def read_patiently(sessions: Sessions, read: Callable[[AsyncSession], Awaitable[T]], goes_on: Activity) -> T:
    """What `read` finds. While the database is away this waits and says so; raises its error after a minute."""
    since: float | None = None
    while True:
        try:
            async with sessions.begin() as session:
                found = await read(session)
        except (OperationalError, InterfaceError):
            since = since or time.monotonic()
            if time.monotonic() - since > PATIENCE_S:
                raise
            goes_on.say("The database does not answer. Waiting for it to come back …")
            await asyncio.sleep(POLL_S)
        else:
            if since is not None:
                goes_on.say("The database is back.")
            return found
