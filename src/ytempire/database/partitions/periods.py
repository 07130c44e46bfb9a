"""Compute months and weeks, and name partitions after them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ytempire.database.catalog import Period
from ytempire.kit.errors import InvalidInput

LONGEST_NAME = 63 - len("_y2026m11")  # PostgreSQL cuts names at 63 bytes, and two months would get one name


def month_of(moment: datetime) -> datetime:
    """Return midnight UTC on the first of the month of `moment`. Raises ValueError for a time without zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without its zone falls in no month")
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def add_months(month: datetime, count: int) -> datetime:
    """Return the first of the month that lies `count` months after (or before) `month`, which is a first itself."""
    years, index = divmod(month.month - 1 + count, 12)
    return month.replace(year=month.year + years, month=index + 1)


def week_of(moment: datetime) -> datetime:
    """Return midnight UTC on the Monday of the week of `moment`. Raises ValueError for a time without zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without its zone falls in no week")
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def partition_name(table: str, start: datetime, period: Period = "month") -> str:
    """Name a partition: `events` in November 2026 is `events_y2026m11`, in its second week (ISO) `events_y2026w46`.

    Raises InvalidInput where PostgreSQL would cut the name.
    """
    if len(table.encode()) > LONGEST_NAME:
        raise InvalidInput(f"The name {table} is too long to name partitions after: {LONGEST_NAME} bytes at most.")
    if period == "week":
        year, week, _ = start.isocalendar()
        return f"{table}_y{year:04d}w{week:02d}"
    return f"{table}_y{start.year:04d}m{start.month:02d}"


def period_starts(period: Period, begin: datetime, now: datetime, ahead: int) -> Iterator[datetime]:
    """Yield the starts of the periods from `begin` to `now` and of the next `ahead`, and the end of the last."""
    start_of, following = (week_of, _next_week) if period == "week" else (month_of, _next_month)
    start, left = start_of(min(begin, now)), ahead + 1
    while left >= 0:
        yield start
        left -= start >= start_of(now)
        start = following(start)


def _next_week(start: datetime) -> datetime:
    return start + timedelta(weeks=1)


def _next_month(start: datetime) -> datetime:
    return add_months(start, 1)
