"""Lines of the quarantine, tried again: what can go in by now goes in and leaves it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ytempire.ingest.ingestor import Ingestor, IngestRequest, prepare
from ytempire.ingest.quarantine import delete_lines, lines_to_try
from ytempire.kit.database import Sessions
from ytempire.kit.subject import Subject

BATCH_LINES = 5_000


@dataclass(frozen=True)
class RetryResult:
    attempted: int
    ingested: int


async def retry_lines(
    ingestor: Ingestor, sessions: Sessions, subject: Subject, *, only: Sequence[UUID] | None = None
) -> RetryResult:
    """Try these lines again, or all that were kept whole.

    What went in is removed after it is committed: killed between the two it is tried once more, and changes nothing.
    """
    attempted = ingested = 0
    after: UUID | None = None
    while True:
        async with sessions.begin() as session:
            rows = await lines_to_try(session, limit=BATCH_LINES, after=after, only=only)
        if not rows:
            return RetryResult(attempted, ingested)
        ids = tuple(row.id for row in rows)
        data = "\n".join(row.content for row in rows).encode()
        prepared = await asyncio.to_thread(prepare, IngestRequest(data, "quarantine", tried_again=ids))
        receipt = await ingestor.write(prepared, subject)
        async with sessions.begin() as session:
            ingested += await delete_lines(session, only=ids, except_batch=receipt.batch_id)
        attempted, after = attempted + len(rows), ids[-1]
