"""How often YouTube is asked, what a reading says, and what is late. Pure: state in, decision out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from ytempire.youtube.errors import Later, described
from ytempire.youtube.projects import PACIFIC, Moment

# --- how often ---

# By age since a video is public, by YouTube's clock. Half of what most videos ever get comes in their first two days;
# counters of YouTube's move every few minutes at best.
_PACES = (
    (timedelta(hours=48), timedelta(minutes=5)),
    (timedelta(days=7), timedelta(minutes=15)),
    (timedelta(days=30), timedelta(hours=1)),
)
OLD, MISSING = timedelta(hours=6), timedelta(hours=6)
# A list may lag or leave one out for a moment. What is away at four looks over a quarter of an hour was deleted.
DOUBTED, GONE_AFTER = timedelta(minutes=5), timedelta(minutes=15)
SLOWEST = timedelta(days=1)  # however little quota there is
LEAST_S = 1.0  # of our time, however fast YouTube's clock runs

PER_CALL = 50  # videos in one videos.list


def pace(age: timedelta) -> timedelta:
    """How often a video of this age is read, by YouTube's clock."""
    return next((every for until, every in _PACES if age < until), OLD)


def is_gone(missing_since: datetime | None, now: Moment) -> bool:
    """Whether what YouTube does not list has been away for long enough to be gone; `missing_since` by our clock."""
    return missing_since is not None and now.at - now.theirs(missing_since) >= GONE_AFTER


def stretch(demand_a_day: float, left: int, reserve: int, seconds_left: float) -> float:
    """By how much readings are to be further apart, so that what is left of the quota lasts until it begins anew."""
    there = max(left - reserve, 0) / max(seconds_left / 86_400, 1e-6)
    return max(1.0, demand_a_day / there) if there > 0 else SLOWEST / _PACES[0][1]


def apart(every: timedelta, stretched: float, factor: float) -> timedelta:
    """Between two readings, in our time."""
    wanted = min(every * stretched, max(every, SLOWEST))
    return timedelta(seconds=max(wanted.total_seconds() / factor, LEAST_S))


# --- what a reading says ---

COUNTS = ("views", "likes", "comments")
_NAMES = {"views": "viewCount", "likes": "likeCount", "comments": "commentCount"}


def counts_of(item: Mapping[str, Any]) -> dict[str, int | None]:
    """The counters of a `videos.list` item; None: hidden, or switched off."""
    said = item.get("statistics", {})
    return {name: int(said[theirs]) if theirs in said else None for name, theirs in _NAMES.items()}


def differences(before: Mapping[str, int | None], after: Mapping[str, int | None]) -> dict[str, int]:
    """What happened between two readings; less than nothing where YouTube took something back. Before any was 0."""
    return {name: (after[name] or 0) - (before[name] or 0) for name in COUNTS}


def moment_of_reading(now: datetime, before: datetime | None) -> datetime:
    """The key of a reading: later than the one before whatever the clock did, and never the key of a report.

    Readings have odd microseconds and reports even ones.
    """
    at = now if before is None or now > before else before + timedelta(microseconds=1)
    return at if at.microsecond % 2 else at + timedelta(microseconds=1)


# --- reports ---

# A day is there 48 to 72 hours after its end, and corrected later: spam is taken away, revenue is settled.
EARLIEST, LATEST = timedelta(hours=48), timedelta(hours=72)
_AGAIN = (*(timedelta(days=count) for count in range(1, 8)), timedelta(days=14), timedelta(days=30))
LOOK_AGAIN = timedelta(hours=3)  # for days that are not there yet


def day_begins(day: date) -> datetime:
    return day_ends(day - timedelta(days=1))


def day_ends(day: date) -> datetime:
    """Midnight in California, by YouTube's clock."""
    return datetime.combine(day + timedelta(days=1), time(), PACIFIC).astimezone(UTC)


def last_day(now: Moment) -> date:
    """The last one that reports may know."""
    day = now.day
    while day_ends(day) + EARLIEST > now.at:  # days have 23 to 25 hours
        day -= timedelta(days=1)
    return day


def is_certainly_there(day: date, now: Moment) -> bool:
    return now.at >= day_ends(day) + LATEST


def key_of(day: date, now: Moment) -> datetime:
    """The moment of a day's report in our time: noon in California. Always the same, so that the last one counts."""
    at = now.ours(datetime.combine(day, time(12), PACIFIC).astimezone(UTC))
    return at.replace(microsecond=at.microsecond // 2 * 2)


def read_again(day: date, now: Moment) -> datetime | None:
    """When a day that was read is read again, by YouTube's clock; None: it stays as it is."""
    came = day_ends(day) + EARLIEST
    return next((came + after for after in _AGAIN if came + after > now.at), None)


# --- what is late ---

Freshness = Literal["fresh", "late", "stale"]
Severity = Literal["brief", "warning", "problem"]
LATE, STALE = timedelta(hours=2), timedelta(hours=6)
WARNING, PROBLEM = timedelta(hours=6), timedelta(hours=12)
GRACE = timedelta(minutes=15)  # beyond which a reading that did not come is a gap


def freshness(due_at: datetime | None, now: datetime) -> Freshness:
    """Of counters, by how long a reading has been due."""
    overdue = now - due_at if due_at is not None else timedelta(0)
    return "stale" if overdue >= STALE else "late" if overdue >= LATE else "fresh"


def severity(since: datetime, until: datetime) -> Severity:
    """Of a gap, by its length."""
    lasted = until - since
    return "problem" if lasted >= PROBLEM else "warning" if lasted >= WARNING else "brief"


def off_by(ours: int, theirs: int) -> float | None:
    """How much of YouTube's figure ours is off; None: nothing to compare with."""
    return abs(ours - theirs) / theirs if theirs else None if not ours else 1.0


Verdict = Literal["agrees", "warning", "problem", "too_few"]
# A day's last minutes are counted in the next one; below so many views that is all one sees.
FEW_VIEWS = 200
OFF_WARNING, OFF_PROBLEM = 0.02, 0.05


def verdict(off: float | None, reported: int) -> Verdict:
    """What it means that our views are off YouTube's by so much."""
    if off is None or reported < FEW_VIEWS:
        return "too_few"
    return "problem" if off > OFF_PROBLEM else "warning" if off > OFF_WARNING else "agrees"


# --- when something fails ---

FIRST_WAIT_S, LONGEST_WAIT_S = 15.0, 3600.0


@dataclass(frozen=True)
class Wait:
    """What an attempt that failed leaves behind."""

    seconds: float
    error: dict[str, Any]


def after_error(error: Exception, waits: int, step: str) -> Wait:
    """How long to wait. What asks to wait longer than an hour is asked again, but for a quota, whose end is known."""
    growing = min(FIRST_WAIT_S * 2.0 ** min(waits, 20), LONGEST_WAIT_S)
    if isinstance(error, Later) and error.after_s is not None:
        return Wait(max(error.after_s, LEAST_S), described(error, step))
    return Wait(growing, described(error, step))
