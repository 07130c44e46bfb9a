"""Lines that could not be ingested: stored as they were sent, retried, deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from sqlalchemy import delete, func, select

from ytempire.ingest.events import MAX_LINE_BYTES, Rejected
from ytempire.ingest.models import QuarantinedEvent
from ytempire.kit.database import AsyncSession


@dataclass(frozen=True)
class Quarantine:
    """Where the bad lines of one batch go."""

    lines: Mapping[int, bytes]
    tried_again: Sequence[UUID] = ()
    """Where the batch comes from quarantine itself: which row its first line is, its second and so on."""

    def statement(self, batch_id: UUID, rejected: Sequence[Rejected]) -> tuple[LiteralString, list[Any]]:
        """What keeps them, in whatever transaction. A line that was there already is not there twice."""
        lines, reasons = [entry.line for entry in rejected], [entry.reason for entry in rejected]
        if self.tried_again:
            return (
                "UPDATE staging.quarantine q SET batch_id = %s, reason = again.reason, retry_count = q.retry_count + 1,"
                " attempted_at = now() FROM unnest(%s::uuid[], %s::text[]) AS again(id, reason) WHERE q.id = again.id",
                [batch_id, [self.tried_again[line - 1] for line in lines], reasons],
            )
        texts = [_text(self.lines[line]) for line in lines]
        return (
            "INSERT INTO staging.quarantine (batch_id, line, reason, content, truncated)"
            " SELECT %s, * FROM unnest(%s::integer[], %s::text[], %s::text[], %s::boolean[])",
            [batch_id, lines, reasons, texts, [len(self.lines[line]) > MAX_LINE_BYTES for line in lines]],
        )


def _text(line: bytes) -> str:
    # what cannot be stored as text is not what anybody wants to read either
    return line[:MAX_LINE_BYTES].decode("utf-8", "replace").replace("\x00", "\ufffd")


async def list_lines(session: AsyncSession, *, limit: int, before: UUID | None = None) -> list[QuarantinedEvent]:
    """Newest first."""
    query = select(QuarantinedEvent).order_by(QuarantinedEvent.id.desc()).limit(limit)
    if before is not None:
        query = query.where(QuarantinedEvent.id < before)
    return list(await session.scalars(query))


async def count_lines(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(QuarantinedEvent)) or 0


async def lines_to_try(
    session: AsyncSession, *, limit: int, after: UUID | None, only: Sequence[UUID] | None
) -> list[QuarantinedEvent]:
    """Those that were kept whole, in the order in which they came."""
    query = select(QuarantinedEvent).where(~QuarantinedEvent.truncated).order_by(QuarantinedEvent.id).limit(limit)
    if after is not None:
        query = query.where(QuarantinedEvent.id > after)
    if only is not None:
        query = query.where(QuarantinedEvent.id.in_(only))
    return list(await session.scalars(query))


async def delete_lines(session: AsyncSession, *, only: Sequence[UUID] | None, except_batch: UUID | None = None) -> int:
    """Remove these lines, or all; how many there were. `except_batch`: not those that this batch rejected again."""
    statement = delete(QuarantinedEvent)
    if only is not None:
        statement = statement.where(QuarantinedEvent.id.in_(only))
    if except_batch is not None:
        statement = statement.where(QuarantinedEvent.batch_id != except_batch)
    return len((await session.scalars(statement.returning(QuarantinedEvent.id))).all())
