"""What dashboards should say, counted in Python from the events themselves."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.ingest.factories import Measured, event

PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class Happened:
    """One event, in whose zone it was."""

    channel: UUID
    video: UUID
    at: datetime
    zone: ZoneInfo
    said: dict[str, Any]

    @property
    def day(self) -> date:
        return self.at.astimezone(self.zone).date()

    @property
    def hour(self) -> datetime | None:
        """None: it is of a whole day, and no hour had any of it."""
        return None if self.said["whole_day"] else self.at.replace(minute=0, second=0, microsecond=0)

    @property
    def line(self) -> dict[str, Any]:
        return event(self.channel, self.video, self.at, **self.said)


def happenings(chance: random.Random, who: Measured, zones: Iterable[str], *, days: int, many: int) -> list[Happened]:
    """Events of different videos and moments, over so many days up to an hour ago."""
    zone_of = dict(zip(who.videos, map(ZoneInfo, zones), strict=True))
    until = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=1)
    found = {}
    for _ in range(many):
        channel, video = chance.choice(who.pairs)
        at = until - timedelta(minutes=chance.randrange(days * 24 * 60))
        found[video, at] = Happened(channel, video, at, zone_of[channel], _said(chance))
    return list(found.values())


def _said(chance: random.Random) -> dict[str, Any]:
    parts = [
        {"dimension": dimension, "member": member, "views": chance.randrange(50), "minutes": chance.randrange(90) / 4}
        for dimension, members in (
            ("country", "DE IN US FR"),
            ("device", "MOBILE TV"),
            ("traffic_source", "SEARCH EXT"),
        )
        for member in chance.sample(members.split(), chance.choice([0, 1, 2]))
    ]
    fell = -1 if chance.random() < 0.2 else 1
    return {
        "views": chance.choice([0, 0, chance.randrange(2000)]), "likes": chance.randrange(90),
        "comments": chance.randrange(9), "shares": fell * chance.randrange(5), "impressions": chance.randrange(9000),
        "subscribers_gained": chance.randrange(9), "subscribers_lost": chance.randrange(9),
        "click_through_rate": chance.randrange(1000) / 1000, "watch_time_minutes": chance.randrange(9999) / 4,
        "estimated_revenue_usd": fell * chance.randrange(10**7) / 10**6, "correction": fell < 0,
        "whole_day": chance.random() < 0.2, "average_view_duration": chance.randrange(900) / 4,
        "average_percentage_viewed": chance.randrange(500) / 4, "breakdowns": parts,
    }  # fmt: skip


def total(happened: Iterable[Happened], name: str, weight: str | None = None) -> Decimal:
    return sum(
        (Decimal(str(one.said[name])) * (one.said[weight] if weight else 1) for one in happened), start=Decimal(0)
    )


def ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part / whole).quantize(PLACES, ROUND_HALF_UP) if whole else None


def figures(happened: Iterable[Happened]) -> dict[str, Any]:
    """As `dashboard_schemas.Figures` has them."""
    of = list(happened)
    counts = {name: int(total(of, name)) for name in ("views", "likes", "comments", "shares", "impressions")}
    views, revenue = Decimal(counts["views"]), total(of, "estimated_revenue_usd")
    engaged = Decimal(counts["likes"] + counts["comments"] + counts["shares"])
    return {
        **counts,
        "subscribers_net": int(total(of, "subscribers_gained") - total(of, "subscribers_lost")),
        "watch_time_minutes": float(total(of, "watch_time_minutes")),
        "revenue_usd": f"{revenue:.6f}",
        "engagement_rate": as_float(ratio(engaged, views)),
        "rpm_usd": as_text(ratio(revenue * 1000, views)),
        "click_through_rate": as_float(
            ratio(total(of, "click_through_rate", "impressions"), Decimal(counts["impressions"]))
        ),
        "average_view_seconds": as_float(ratio(total(of, "average_view_duration", "views"), views)),
        "average_viewed_percent": as_float(ratio(total(of, "average_percentage_viewed", "views"), views)),
    }


def as_float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def as_text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.6f}"


def members(happened: Iterable[Happened], dimension: str) -> list[dict[str, Any]]:
    """As `dashboard_schemas.Member` has them."""
    sums: dict[str, list[Decimal]] = {}
    for one in happened:
        for part in one.said["breakdowns"]:
            if part["dimension"] == dimension:
                kept = sums.setdefault(part["member"], [Decimal(0), Decimal(0)])
                kept[0] += part["views"]
                kept[1] += Decimal(str(part["minutes"]))
    whole = sum((views for views, _ in sums.values()), start=Decimal(0))
    return [
        {
            "member": member,
            "views": int(views),
            "watch_time_minutes": float(minutes),
            "share": as_float(ratio(views, whole)),
        }
        for member, (views, minutes) in sorted(sums.items(), key=lambda item: (-item[1][0], item[0]))
    ]
