"""Lines of the quarantine, tried again: what can go in by now goes in and leaves it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ytempire.analytics.deliveries import Deliveries, Delivery, prepare
from ytempire.analytics.quarantine import drop_lines, lines_to_try
from ytempire.kit.database import Sessions
from ytempire.kit.subject import Subject

AT_ONCE = 5_000


@dataclass(frozen=True)
class Retried:
    tried: int
    went_in: int


async def retry_lines(
    deliveries: Deliveries, sessions: Sessions, subject: Subject, *, only: Sequence[UUID] | None = None
) -> Retried:
    """Try these lines again, or all that were kept whole.

    What went in is removed after it is committed: killed between the two it is tried once more, and changes nothing.
    """
    tried = went_in = 0
    after: UUID | None = None
    while True:
        async with sessions.begin() as session:
            rows = await lines_to_try(session, limit=AT_ONCE, after=after, only=only)
        if not rows:
            return Retried(tried, went_in)
        ids = tuple(row.id for row in rows)
        data = "\n".join(row.content for row in rows).encode()
        prepared = await asyncio.to_thread(prepare, Delivery(data, "quarantine", tried_again=ids))
        receipt = await deliveries.write(prepared, subject)
        async with sessions.begin() as session:
            went_in += await drop_lines(session, only=ids, except_batch=receipt.batch_id)
        tried, after = tried + len(rows), ids[-1]
