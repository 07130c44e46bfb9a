"""The tables behind reports.query: which days are there, and what each cell holds.

A day is there 48 to 72 hours after it ended, as at YouTube; it may still change, when spam is taken away (audience.py).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from ytempire.sandbox import audience
from ytempire.sandbox.audience import COUNTRIES, DEVICES, SOURCES, WITH_THUMBNAIL, AudienceHistory, VideoProfile
from ytempire.sandbox.clock import HOURS_48, day_begins

PLAIN = (
    "views",
    "engagedViews",
    "likes",
    "dislikes",
    "comments",
    "shares",
    "subscribersGained",
    "subscribersLost",
    "videosAddedToPlaylists",
    "videosRemovedFromPlaylists",
)
Sums = dict[str, float]
_COUNTRY = {name: number for number, name in enumerate(COUNTRIES)}


@dataclass
class Cell:
    """Sums of one row: what can be added up. Averages and prices are made of them at the end."""

    sums: Sums = field(default_factory=lambda: defaultdict(float))

    def add(self, **values: float) -> None:
        for name, value in values.items():
            self.sums[name] += value


def is_available(day: date, seed: int, now: float) -> bool:
    """Whether reports know that day already: two to three days late, not always the same."""
    draw = hashlib.sha256(f"{seed} report {day}".encode()).digest()[0] / 256
    return now >= day_begins(day + timedelta(days=1)) + HOURS_48 * (1 + draw / 2)


def last_day(first: date, last: date, seed: int, now: float) -> date | None:
    """The last day of a span of which there is a report; days come in their order."""
    day = last
    while day >= first:
        if is_available(day, seed, now):
            return day
        day -= timedelta(days=1)
    return None


@dataclass(frozen=True)
class ReportRange:
    """What a query asks about, without its metrics and dimensions."""

    profiles: list[VideoProfile]
    first: date
    last: date
    country: str | None
    now: float

    def histories(self) -> Iterator[tuple[AudienceHistory, int]]:
        """Each video's days, with the number of the first that is asked for."""
        for profile in self.profiles:
            history = audience.history(profile, self.last, self.now)
            if history is not None:
                yield history, max(0, (self.first - history.days[0]).days)


Group = tuple[str, slice]  # the name of a row, and which days belong to it
Grouping = Callable[[AudienceHistory, int], list[Group]]  # of a history and the number of the first day asked for


def as_one(history: AudienceHistory, first: int) -> list[Group]:
    return [("", slice(first, None))]


def by_video(history: AudienceHistory, first: int) -> list[Group]:
    return [(history.profile.video_id, slice(first, None))]


def by_day(history: AudienceHistory, first: int) -> list[Group]:
    return [(day.isoformat(), slice(number, number + 1)) for number, day in enumerate(history.days) if number >= first]


def by_month(history: AudienceHistory, first: int) -> list[Group]:
    months = [day.isoformat()[:7] for day in history.days]
    starts = {month: max(first, months.index(month)) for month in dict.fromkeys(months[first:])}
    return [(month, slice(start, months.index(month) + months.count(month))) for month, start in starts.items()]


def activity(report_range: ReportRange, grouping: Grouping, *, by_country: bool = False) -> dict[tuple[str, ...], Cell]:
    """What viewers do, and money: one row for each group, or for each country. Empty ones are left out."""
    cells: dict[tuple[str, ...], Cell] = defaultdict(Cell)
    wanted = [name for name in _COUNTRY if report_range.country in (None, name)]
    selections = [[name] for name in wanted] if by_country else [wanted]
    for history, first in report_range.histories():
        groups = grouping(history, first)
        for countries in selections:
            daily = _daily(history, [_COUNTRY[name] for name in countries])
            for name, days in groups:
                if sum(daily["views"][days]):
                    cell = cells[(countries[0],) if by_country else (name,)]
                    cell.add(**{metric: sum(values[days]) for metric, values in daily.items()})
    return cells


def _daily(history: AudienceHistory, columns: list[int]) -> dict[str, list[float]]:
    """By metric, a number a day; as lists, since single days are added up far more often than numpy likes."""
    daily: dict[str, list[float]] = {
        name: counts[:, columns].sum(axis=1).tolist() for name, counts in history.counts.items()
    }
    daily["minutes"] = history.minutes[:, columns].sum(axis=1).tolist()
    daily["gross"] = history.gross[:, columns].sum(axis=1).tolist()
    # how long the views would be if each watched all of it: the base of averageViewPercentage
    daily["whole_s"] = [views * history.profile.duration_s for views in daily["views"]]
    return daily


def breakdown(report_range: ReportRange, dimension: str, *, by_day: bool) -> dict[tuple[str, ...], Cell]:
    """Traffic sources or devices: views, watch time, and thumbnails shown."""
    names = list(SOURCES if dimension == "insightTrafficSourceType" else DEVICES)
    cells: dict[tuple[str, ...], Cell] = defaultdict(Cell)
    for history, first in report_range.histories():
        views, minutes = _selected(history, report_range.country)
        shares = history.sources if dimension == "insightTrafficSourceType" else _repeated(history)
        parts = audience.split(views, shares)
        shown = audience.habits(history.profile).clicks
        for number in range(first, len(history.days)):
            for column in np.flatnonzero(parts[number]):
                member, count = names[column], int(parts[number, column])
                key = (history.days[number].isoformat(), member) if by_day else (member,)
                clicked = count if dimension == "deviceType" or member in WITH_THUMBNAIL else 0
                cells[key].add(
                    views=count,
                    engagedViews=float(int(count * audience.ENGAGED_VIEWS)),
                    minutes=float(minutes[number]) * count / max(1, int(views[number])),
                    whole_s=count * history.profile.duration_s,
                    clicked=clicked,
                    impressions=float(int(clicked / shown)),
                )
    return cells


def _selected(history: AudienceHistory, country: str | None) -> tuple[audience.Ints, audience.Floats]:
    if country is None:
        return history.counts["views"].sum(axis=1), history.minutes.sum(axis=1)
    if country not in _COUNTRY:
        return np.zeros(len(history.days), dtype=np.int64), np.zeros(len(history.days))
    column = _COUNTRY[country]
    return history.counts["views"][:, column], history.minutes[:, column]


def _repeated(history: AudienceHistory) -> audience.Floats:
    return np.tile(audience.device_shares(history.profile), (len(history.days), 1))


def people(report_range: ReportRange, dimensions: list[str]) -> dict[tuple[str, ...], float]:
    """viewerPercentage by age, by sex, or both: of those who are signed in, weighted by each video's views."""
    ages, sexes = list(audience.AGES), list(audience.SEXES)
    weights: dict[tuple[str, ...], float] = defaultdict(float)
    total = 0.0
    for history, first in report_range.histories():
        views = float(_selected(history, report_range.country)[0][first:].sum())
        shares = audience.people_shares(history.profile)
        total += views
        for row, age in enumerate(ages):
            for column, sex in enumerate(sexes):
                key = tuple({"ageGroup": age, "gender": sex}[name] for name in dimensions)
                weights[key] += views * float(shares[row, column])
    return {key: round(100 * weight / total, 1) for key, weight in weights.items()} if total else {}


# --- metrics ---

_Made = Callable[[Sums], Any]


def _ratio(above: float, below: float) -> float:
    return above / below if below else 0.0


def _whole(name: str) -> _Made:
    return lambda sums: int(sums[name])


ACTIVITY: dict[str, tuple[str, _Made]] = {name: ("INTEGER", _whole(name)) for name in PLAIN} | {
    "estimatedMinutesWatched": ("INTEGER", lambda sums: round(sums["minutes"])),
    "averageViewDuration": ("INTEGER", lambda sums: int(_ratio(sums["minutes"] * 60, sums["views"]))),
    "averageViewPercentage": (
        "FLOAT",
        lambda sums: round(100 * _ratio(sums["minutes"] * 60, sums["whole_s"]), 2),
    ),
}
MONEY: dict[str, tuple[str, _Made]] = {
    "estimatedRevenue": (
        "FLOAT",
        lambda sums: round(sums["gross"] * audience.CREATORS_PART * (1 + audience.PREMIUM_PART), 3),
    ),
    "estimatedAdRevenue": ("FLOAT", lambda sums: round(sums["gross"] * audience.CREATORS_PART, 3)),
    "estimatedRedPartnerRevenue": (
        "FLOAT",
        lambda sums: round(sums["gross"] * audience.CREATORS_PART * audience.PREMIUM_PART, 3),
    ),
    "grossRevenue": ("FLOAT", lambda sums: round(sums["gross"], 3)),
    "monetizedPlaybacks": ("INTEGER", _whole("monetizedPlaybacks")),
    "adImpressions": ("INTEGER", _whole("adImpressions")),
    "playbackBasedCpm": ("FLOAT", lambda sums: round(1000 * _ratio(sums["gross"], sums["monetizedPlaybacks"]), 3)),
    "cpm": ("FLOAT", lambda sums: round(1000 * _ratio(sums["gross"], sums["adImpressions"]), 3)),
}
_SHORT = ("views", "engagedViews", "estimatedMinutesWatched", "averageViewDuration", "averageViewPercentage")
THUMBNAILS: dict[str, tuple[str, _Made]] = {
    "videoThumbnailImpressions": ("INTEGER", _whole("impressions")),
    "videoThumbnailImpressionsClickRate": (
        "FLOAT",
        lambda sums: round(100 * _ratio(sums["clicked"], sums["impressions"]), 2),
    ),
}
BREAKDOWN = {name: ACTIVITY[name] for name in _SHORT} | THUMBNAILS
