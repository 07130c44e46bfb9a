"""How often YouTube is asked, what a reading says, and what is late. Pure: state in, decision out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from ytempire.kit.backoff import Backoff
from ytempire.youtube.errors import YouTubeRetryLater, error_document
from ytempire.youtube.projects import PACIFIC, ServiceClock

# --- how often ---

# By age since a video is public, by YouTube's clock. Half of what most videos ever get comes in their first two days;
# counters of YouTube's move every few minutes at best.
_POLL_INTERVALS = (
    (timedelta(hours=48), timedelta(minutes=5)),
    (timedelta(days=7), timedelta(minutes=15)),
    (timedelta(days=30), timedelta(hours=1)),
)
OLD, MISSING = timedelta(hours=6), timedelta(hours=6)
# A list may lag or leave one out for a moment. What is away at four looks over a quarter of an hour was deleted.
DOUBTED, GONE_AFTER = timedelta(minutes=5), timedelta(minutes=15)
MAX_INTERVAL = timedelta(days=1)  # however little quota there is
MIN_INTERVAL_S = 1.0  # of our time, however fast YouTube's clock runs

PER_CALL = 50  # videos in one videos.list


def poll_interval(age: timedelta) -> timedelta:
    """How often a video of this age is read, by YouTube's clock."""
    return next((interval for until, interval in _POLL_INTERVALS if age < until), OLD)


def is_gone(missing_since: datetime | None, now: ServiceClock) -> bool:
    """Whether what YouTube does not list has been away for long enough to be gone; `missing_since` by our clock."""
    return missing_since is not None and now.at - now.to_service_time(missing_since) >= GONE_AFTER


def interval_factor(demand_a_day: float, remaining: int, protected_units: int, seconds_left: float) -> float:
    """By how much readings are to be further apart, so that what is left of the quota lasts until it begins anew."""
    available_daily = max(remaining - protected_units, 0) / max(seconds_left / 86_400, 1e-6)
    return max(1.0, demand_a_day / available_daily) if available_daily > 0 else MAX_INTERVAL / _POLL_INTERVALS[0][1]


def adjusted_interval(interval: timedelta, factor: float, speed: float) -> timedelta:
    """Between two readings, in our time."""
    service_interval = min(interval * factor, max(interval, MAX_INTERVAL))
    return timedelta(seconds=max(service_interval.total_seconds() / speed, MIN_INTERVAL_S))


# --- what a reading says ---

COUNTS = ("views", "likes", "comments")
_NAMES = {"views": "viewCount", "likes": "likeCount", "comments": "commentCount"}


def parse_counters(item: Mapping[str, Any]) -> dict[str, int | None]:
    """The counters of a `videos.list` item; None: hidden, or switched off."""
    statistics = item.get("statistics", {})
    return {
        name: int(statistics[youtube_name]) if youtube_name in statistics else None
        for name, youtube_name in _NAMES.items()
    }


def reading_event_time(now: datetime, before: datetime | None) -> datetime:
    """The key of a reading: later than the one before whatever the clock did, and never the key of a report.

    Readings have odd microseconds and reports even ones.
    """
    at = now if before is None or now > before else before + timedelta(microseconds=1)
    return at if at.microsecond % 2 else at + timedelta(microseconds=1)


# --- reports ---

# A day is there 48 to 72 hours after its end, and corrected later: spam is taken away, revenue is settled.
EARLIEST, LATEST = timedelta(hours=48), timedelta(hours=72)
_REREAD_AFTER = (*(timedelta(days=count) for count in range(1, 8)), timedelta(days=14), timedelta(days=30))
RECHECK_INTERVAL = timedelta(hours=3)  # for days that are not there yet


def day_begins(day: date) -> datetime:
    return day_ends(day - timedelta(days=1))


def day_ends(day: date) -> datetime:
    """Midnight in California, by YouTube's clock."""
    return datetime.combine(day + timedelta(days=1), time(), PACIFIC).astimezone(UTC)


def last_day(now: ServiceClock) -> date:
    """The last one that reports may know."""
    day = now.day
    while day_ends(day) + EARLIEST > now.at:  # days have 23 to 25 hours
        day -= timedelta(days=1)
    return day


def is_certainly_available(day: date, now: ServiceClock) -> bool:
    return now.at >= day_ends(day) + LATEST


def report_event_time(day: date, now: ServiceClock) -> datetime:
    """The moment of a day's report in our time: noon in California. Always the same, so that the last one counts."""
    at = now.to_local_time(datetime.combine(day, time(12), PACIFIC).astimezone(UTC))
    return at.replace(microsecond=at.microsecond // 2 * 2)


def next_reread_at(day: date, now: ServiceClock) -> datetime | None:
    """When a day that was read is read again, by YouTube's clock; None: it stays as it is."""
    came = day_ends(day) + EARLIEST
    return next((came + after for after in _REREAD_AFTER if came + after > now.at), None)


# --- what is late ---

Freshness = Literal["fresh", "late", "stale"]
Severity = Literal["brief", "warning", "critical"]
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
    return "critical" if lasted >= PROBLEM else "warning" if lasted >= WARNING else "brief"


def relative_difference(counted: int, reported: int) -> float | None:
    """How much of YouTube's figure ours is off; None: nothing to compare with."""
    return abs(counted - reported) / reported if reported else None if not counted else 1.0


ReconciliationStatus = Literal["match", "warning", "critical", "insufficient_data"]
# A day's last minutes are counted in the next one; below so many views that is all one sees.
FEW_VIEWS = 200
OFF_WARNING, OFF_PROBLEM = 0.02, 0.05


def reconciliation_status(difference: float | None, reported: int) -> ReconciliationStatus:
    """What it means that our views are off YouTube's by so much."""
    if difference is None or reported < FEW_VIEWS:
        return "insufficient_data"
    return "critical" if difference > OFF_PROBLEM else "warning" if difference > OFF_WARNING else "match"


# --- when something fails ---

BACKOFF = Backoff(first_s=15.0, longest_s=3600.0)


@dataclass(frozen=True)
class RetryDelay:
    """What an attempt that failed leaves behind."""

    seconds: float
    error: dict[str, Any]


def after_error(error: Exception, retry_count: int, step: str) -> RetryDelay:
    """How long to wait. What asks to wait longer than an hour is asked again, but for a quota, whose end is known."""
    if isinstance(error, YouTubeRetryLater) and error.after_s is not None:
        return RetryDelay(max(error.after_s, MIN_INTERVAL_S), error_document(error, step))
    return RetryDelay(BACKOFF.delay_s(retry_count + 1), error_document(error, step))
