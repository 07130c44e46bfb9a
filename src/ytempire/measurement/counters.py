"""Lifetime counters of a channel's videos become what happened since the reading before.

A reading is written down first, then delivered, then marked: a kill between two of these is mended by delivering it
again, with the same key and the same counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import aliased

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.measurement import decisions
from ytempire.measurement.attempts import Attempt, Event
from ytempire.measurement.budget import Budget, budget_of
from ytempire.measurement.decisions import COUNTS, PER_CALL
from ytempire.measurement.models import IS_THERE, Counters
from ytempire.publishing import observing
from ytempire.youtube.quota import Leaving

Counts = Mapping[str, int]


async def collect(attempt: Attempt) -> None:
    """Read every video of the channel that is due. Raises what `YouTube.call` raises, ClaimLost and NotTaken."""
    attempt.step = "counters"
    await _deliver(attempt)  # what a dead attempt left
    due = await _due(attempt)
    if due:
        await _read(attempt, due)
    attempt.require_taken()


async def _read(attempt: Attempt, due: Sequence[Counters]) -> None:
    budget = await budget_of(attempt)
    for first in range(0, len(due), PER_CALL):
        some = due[first : first + PER_CALL]
        listed = await _ask(attempt, [one.youtube_video_id for one in some], budget)
        await _note_publications(attempt, some, listed)
        await _note(attempt, some, listed, budget)
        await _deliver(attempt)
    attempt.done = replace(attempt.done, counters_read_at=clock.now())


async def _due(attempt: Attempt) -> Sequence[Counters]:
    one = aliased(Counters, name="c")
    # a reading that the pipeline did not take is the only place where it is known: none is written over it
    due = select(one).where(one.channel_id == attempt.held.channel_id, one.delivered, text(IS_THERE))
    if not attempt.held.everything:
        due = due.where(one.next_at <= clock.now())
    async with attempt.writing() as session:
        return (await session.scalars(due.order_by(one.next_at))).all()


async def _ask(attempt: Attempt, ids: Sequence[str], budget: Budget) -> Mapping[str, Mapping[str, Any]]:
    """What YouTube lists of these: counters, and for the same price what may have been edited there."""
    answer = await attempt.ask(
        lambda apis: apis.data.videos().list(part="snippet,status,statistics", id=",".join(ids)),
        leaving=Leaving(budget.reserve, "uploads"),
    )
    return {item["id"]: item for item in answer.get("items", [])}


async def _note_publications(
    attempt: Attempt, some: Sequence[Counters], listed: Mapping[str, Mapping[str, Any]]
) -> None:
    """What was edited or deleted there. In a transaction of its own: publishing locks its row before ours."""
    gone = [
        one.youtube_video_id
        for one in some
        if one.youtube_video_id not in listed and decisions.is_gone(one.missing_since, attempt.now)
    ]
    async with attempt.runtime.sessions.begin() as session:
        await observing.note_listed(session, listed, attempt.now)
        await observing.note_gone(session, gone)


# --- what is written down ---


async def _note(
    attempt: Attempt, some: Sequence[Counters], listed: Mapping[str, Mapping[str, Any]], budget: Budget
) -> None:
    read_at = clock.now()
    async with attempt.writing() as session:
        before = await _before(session, attempt.held.channel_id, some)
        await session.execute(
            update(Counters),
            [
                _reading(one, before[one.video_id], listed[one.youtube_video_id], read_at, attempt, budget)
                if one.youtube_video_id in listed
                else _missing(one, read_at, attempt)
                for one in some
            ],
        )
    attempt.collected.videos += len(listed)
    attempt.collected.missing += len(some) - len(listed)


_SUMS = "sum(views)::bigint AS views, sum(likes)::bigint AS likes, sum(comments)::bigint AS comments"
_IN_SERIES = text(f"""
    SELECT video_id, {_SUMS} FROM analytics.video_days
    WHERE channel_id = :channel_id AND video_id = ANY (:videos) GROUP BY video_id""")  # noqa: S608  # ours
# Of a video that was published again: what came before is of one that is gone.
_IN_SERIES_SINCE = text(f"""
    SELECT {_SUMS} FROM analytics.video_metrics
    WHERE channel_id = :channel_id AND video_id = :video_id AND "timestamp" > :since""")  # noqa: S608  # ours


async def _before(session: AsyncSession, channel_id: UUID, some: Sequence[Counters]) -> Mapping[UUID, Counts]:
    """What was counted before this reading. Where the last one is not kept any more, or never was, the series say."""
    counted = {one.video_id: {name: getattr(one, name) or 0 for name in COUNTS} for one in some}
    new = [one for one in some if one.read_at is None]
    if once := [one.video_id for one in new if one.since is None]:
        for row in await session.execute(_IN_SERIES, {"channel_id": channel_id, "videos": once}):
            counted[row.video_id] = {name: getattr(row, name) for name in COUNTS}
    for one in new:
        if one.since is not None:
            which = {"channel_id": channel_id, "video_id": one.video_id, "since": one.since}
            row = (await session.execute(_IN_SERIES_SINCE, which)).one()
            counted[one.video_id] = {name: getattr(row, name) or 0 for name in COUNTS}
    return counted


def _reading(
    one: Counters, before: Counts, item: Mapping[str, Any], read_at: datetime, attempt: Attempt, budget: Budget
) -> dict[str, Any]:
    """The columns of a video that was listed. Of a counter that is hidden nothing new is known."""
    after = {name: before[name] if count is None else count for name, count in decisions.counts_of(item).items()}
    age = attempt.now.at - datetime.fromisoformat(item["snippet"]["publishedAt"])
    every = decisions.pace(age)
    return {
        "video_id": one.video_id,
        **after,
        **{f"{name}_before": before[name] for name in COUNTS},
        "read_at": decisions.moment_of_reading(read_at, one.read_at),
        "delivered": after == before,  # nothing happened, and nothing is to be said
        "missing_since": None,
        **_next(every, read_at, decisions.apart(every, budget.stretch, attempt.now.factor)),
    }


def _missing(one: Counters, read_at: datetime, attempt: Attempt) -> dict[str, Any]:
    """The columns of a video that YouTube does not list: what was counted stays, until somebody says otherwise."""
    missing_since = one.missing_since or read_at
    every = decisions.MISSING if decisions.is_gone(missing_since, attempt.now) else decisions.DOUBTED
    return {
        "video_id": one.video_id,
        "missing_since": missing_since,
        **_next(every, read_at, decisions.apart(every, 1.0, attempt.now.factor)),
    }


def _next(every: timedelta, read_at: datetime, wait: timedelta) -> dict[str, Any]:
    return {"every_seconds": int(every.total_seconds()), "next_at": read_at + wait}


# --- what is delivered ---


async def _deliver(attempt: Attempt) -> None:
    """Everything of the channel that was written down and not delivered, or of which nobody knows whether it was."""
    waiting = select(Counters).where(Counters.channel_id == attempt.held.channel_id, ~Counters.delivered)
    async with attempt.writing() as session:
        rows = (await session.scalars(waiting)).all()
    if not rows:
        return
    refused = await attempt.deliver("counters", [_event(one) for one in rows])
    taken = [one for one in rows if str(one.video_id) not in refused]
    done = update(Counters).where(Counters.video_id.in_([one.video_id for one in taken])).values(delivered=True)
    async with attempt.writing() as session:
        await session.execute(done.execution_options(synchronize_session=False))
    happened = [_event(one) for one in taken]
    for name in COUNTS:
        setattr(attempt.collected, name, getattr(attempt.collected, name) + sum(one[name] for one in happened))


def _event(one: Counters) -> Event:
    assert one.read_at is not None  # a constraint says so
    happened = {name: (getattr(one, name) or 0) - (getattr(one, f"{name}_before") or 0) for name in COUNTS}
    return {
        "video_id": str(one.video_id),
        "channel_id": str(one.channel_id),
        "timestamp": one.read_at.isoformat(),
        **happened,
        "averages_of": 0,  # counters say nothing of how long anybody watched
        "correction": min(happened.values()) < 0,
    }
