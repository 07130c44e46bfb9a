"""On which Pacific day each upload fits into the quota: earliest deadline first. Pure.

Days and moments are YouTube's. A publication gets the first day that has room for its video file and its attachments,
after those whose time comes sooner; so nobody is late who need not be, and no day holds more than its allowance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from ytempire.youtube.methods import INSERTS
from ytempire.youtube.projects import day_begins, day_of
from ytempire.youtube.quota.costs import COMPLETE_UPLOAD_COST, Amounts

WEEK = 7
# A video file of 200 MB takes a quarter of an hour over a line of 2 Mbit/s, and YouTube's processing about as long.
LEAD = timedelta(minutes=30)
DAY = timedelta(days=1)


def subtract(amounts: Amounts, taken: Amounts) -> Amounts:
    """What uploads may use of these amounts."""
    return {name: max(0, amount - taken.get(name, 0)) for name, amount in amounts.items()}


@dataclass(frozen=True)
class QueuedUpload:
    """A publication with something to be paid. `not_before`: what it waits for besides quota."""

    id: UUID
    deadline: datetime
    cost: Amounts
    not_before: datetime | None = None


@dataclass(frozen=True)
class UploadPlacement:
    """When a publication's upload can begin; `day` is None where no day's allowance is enough for it.

    `done_at`: what begins at a reset is there no sooner than an upload takes. Whoever has today for it goes when it
    can: for a time that is sooner than that nobody is asked any more.
    """

    day: date | None
    begins_at: datetime | None
    done_at: datetime | None
    late: timedelta


@dataclass(frozen=True)
class PlannedDay:
    day: date
    planned: int  # uploads that are to begin on it
    room: int  # further complete uploads that it has room for


@dataclass(frozen=True)
class Plan:
    days: list[PlannedDay]
    placements: Mapping[UUID, UploadPlacement]

    def is_not_today(self, publication_id: UUID, today: date) -> bool:
        """What no day is enough for goes when it comes: a video file without captions is better than none."""
        placement = self.placements.get(publication_id)
        return placement is not None and placement.day is not None and placement.day > today

    def late(self) -> timedelta:
        """By how much all of them are, together."""
        return sum((placement.late for placement in self.placements.values()), timedelta())


def plan(
    waiting: Iterable[QueuedUpload],
    *,
    now: datetime,
    today: Amounts,
    daily: Amounts,
    lead: timedelta = LEAD,
    days_at_least: int = WEEK,
) -> Plan:
    """`today` is what is left for uploads of this day, `daily` what each day after has for them.

    `lead` is how long an upload takes, by YouTube's clock.
    """
    book = _DayCapacity(now, today, daily, lead)
    for _ in range(days_at_least):
        book.add_day()
    placements = {
        upload.id: book.place(upload) for upload in sorted(waiting, key=lambda upload: (upload.deadline, upload.id))
    }
    return Plan([book.seen(n) for n in range(len(book.left))], placements)


class _DayCapacity:
    """What is left of each day as one after the other is given a place."""

    def __init__(self, now: datetime, today: Amounts, daily: Amounts, lead: timedelta) -> None:
        self.now, self.first, self.lead = now, day_of(now), lead
        self.coming, self.daily = today, daily
        self.left: list[dict[str, int]] = []
        self.uploads: list[int] = []
        # for each cost, the first day that may have room: what a day has no room for, it never has again
        self.full_before: dict[tuple[tuple[str, int], ...], int] = {}

    def add_day(self) -> None:
        self.left.append(dict(self.coming))
        self.uploads.append(0)
        self.coming = self.daily

    def place(self, upload: QueuedUpload) -> UploadPlacement:
        number = self._first_with_room(upload)
        if number is None:
            return UploadPlacement(None, None, None, timedelta())
        for bucket, amount in upload.cost.items():
            self.left[number][bucket] -= amount
        self.uploads[number] += upload.cost.get(INSERTS, 0)
        day = self.first + number * DAY
        begins_at = day_begins(day) if number else self.now
        done_at = begins_at + self.lead if number and upload.cost.get(INSERTS) else begins_at
        return UploadPlacement(day, begins_at, done_at, max(timedelta(), done_at - upload.deadline))

    def _first_with_room(self, upload: QueuedUpload) -> int | None:
        cost = tuple(sorted(upload.cost.items()))
        full_before = self.full_before.get(cost, 0)
        earliest = 0 if upload.not_before is None else max(0, (day_of(upload.not_before) - self.first).days)
        number = max(earliest, full_before)
        while not self._has_room(number, upload.cost):
            if not _fits(self.daily, upload.cost):
                return None
            number += 1
        if earliest <= full_before:
            self.full_before[cost] = number
        return number

    def _has_room(self, number: int, cost: Amounts) -> bool:
        while number >= len(self.left):
            self.add_day()
        return _fits(self.left[number], cost)

    def seen(self, number: int) -> PlannedDay:
        left = self.left[number]
        room = min(left.get(bucket, 0) // amount for bucket, amount in COMPLETE_UPLOAD_COST.items())
        return PlannedDay(self.first + number * DAY, self.uploads[number], room)


def _fits(left: Amounts, cost: Amounts) -> bool:
    return all(left.get(bucket, 0) >= amount for bucket, amount in cost.items())
