"""When a channel's times are: from weekdays and local times to moments. Pure.

A day is a channel's own. What its clocks skip in spring happens as they jump, and what they show twice in autumn
happens the first time, so that each time of each day is one moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ytempire.publishing.automation import PublishingSlot


def slot_times(slots: Iterable[PublishingSlot], zone: ZoneInfo, first: date, last: date) -> list[datetime]:
    """Of these days, both included, in order. Two times that the clocks skip together are one moment."""
    times = {(slot.weekday, slot.local_time) for slot in slots}
    return sorted(
        {
            to_utc(day, local_time, zone)
            for day in days(first, last)
            for weekday, local_time in times
            if weekday == day.weekday()
        }
    )


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def to_utc(day: date, local_time: time, zone: ZoneInfo) -> datetime:
    """When the clocks of a zone show this, in UTC."""
    shown = datetime.combine(day, local_time)
    at = shown.replace(tzinfo=zone).astimezone(UTC)  # of two, `fold` 0 is the first
    return at if to_local(at, zone) == shown else _jump(shown, zone)


def to_local(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks of a zone show then."""
    return at.astimezone(zone).replace(tzinfo=None)


def _jump(skipped: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks skip what they never show."""
    # read with the offset that holds after the jump it lies before it, and the other way round
    before, after = (int(skipped.replace(tzinfo=zone, fold=fold).timestamp()) for fold in (1, 0))
    offset = datetime.fromtimestamp(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return datetime.fromtimestamp(after, UTC)
