"""The progress of a command: a spinner on a terminal; in a log a line at once, and one every ten seconds.

Also the wait for a database that is restarting.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_fixed

from ytempire.cli.terminal import err, escape, seconds
from ytempire.kit.database import AsyncSession, Sessions, is_transient

T = TypeVar("T")
EVERY_S = 10.0
DATABASE_TIMEOUT_S = 60.0  # a restart of the server with a recovery takes seconds
POLL_S = 0.2


class Activity(Protocol):
    """Shows what a command is doing."""

    def say(self, text: str, *, kind: str | None = None) -> None:
        """Show the current activity. A log has a line every ten seconds for one `kind` (unset: for one text)."""


class _Spinner:
    def __init__(self, text: str) -> None:
        self.status = err.status(escape(text))

    def say(self, text: str, *, kind: str | None = None) -> None:
        self.status.update(escape(text))


class Lines:
    """For a log: a new activity at once, and its duration every ten seconds."""

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
        """Print nothing: --json prints only the document."""


@contextmanager
def activity(text: str, *, enabled: bool = True) -> Iterator[Activity]:
    """Show an activity while the block runs; `text` is its beginning."""
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
    """Return the result of `read`. Waits for a database that does not answer; raises its error after a minute."""

    async def read_once() -> T:
        async with sessions.begin() as session:
            return await read(session)

    retrying = AsyncRetrying(
        retry=retry_if_exception(is_transient),
        wait=wait_fixed(POLL_S),
        stop=stop_after_delay(DATABASE_TIMEOUT_S),
        before_sleep=lambda _: goes_on.say("The database does not answer. Waiting for it …"),
        reraise=True,
    )
    result: T = await retrying(read_once)
    if retrying.statistics["attempt_number"] > 1:
        goes_on.say("The database answers again.")
    return result
