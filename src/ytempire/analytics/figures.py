"""What each figure means: one definition, used by every dashboard. For people: docs/metrics.md.

A rollup has sums, and weighted sums for rates, so a figure is worked out of sums and never of other figures: an
average of averages would be wrong. A rate of nothing is null, and so is one of less than nothing, which corrections may
leave of a short time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Literal, LiteralString

Measure = Literal[
    "views",
    "likes",
    "comments",
    "shares",
    "impressions",
    "subscribers_net",
    "watch_time_minutes",
    "revenue_usd",
    "engagement_rate",
    "rpm_usd",
    "click_through_rate",
    "average_view_seconds",
    "average_viewed_percent",
]
"""The figures by which a list can be ordered: all of them."""


@dataclass(frozen=True)
class Figure:
    """`value` is SQL over a row `s` of sums of `columns`; `json` is what of it goes over the wire."""

    value: LiteralString
    columns: tuple[LiteralString, ...]
    json: LiteralString = "{value}"


_RATE: LiteralString = "round({value}, 6)::float8"
_USD: LiteralString = "({value})::numeric(30, 6)::text"  # money is a decimal string

FIGURES: Mapping[Measure, Figure] = MappingProxyType(
    {
        "views": Figure("s.views", ("views",)),
        "likes": Figure("s.likes", ("likes",)),
        "comments": Figure("s.comments", ("comments",)),
        "shares": Figure("s.shares", ("shares",)),
        "impressions": Figure("s.impressions", ("impressions",)),
        "subscribers_net": Figure(
            "(s.subscribers_gained - s.subscribers_lost)", ("subscribers_gained", "subscribers_lost")
        ),
        "watch_time_minutes": Figure("s.watch_time_minutes", ("watch_time_minutes",), "({value})::float8"),
        "revenue_usd": Figure("s.estimated_revenue_usd", ("estimated_revenue_usd",), _USD),
        "engagement_rate": Figure(
            "(s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0)",
            ("likes", "comments", "shares", "views"),
            _RATE,
        ),
        "rpm_usd": Figure(
            "s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0)", ("estimated_revenue_usd", "views"), _USD
        ),
        "click_through_rate": Figure("s.clicks / nullif(s.impressions, 0)", ("clicks", "impressions"), _RATE),
        "average_view_seconds": Figure(
            "s.viewed_seconds / nullif(s.averages_of, 0)", ("viewed_seconds", "averages_of"), _RATE
        ),
        "average_viewed_percent": Figure(
            "s.viewed_percent / nullif(s.averages_of, 0)", ("viewed_percent", "averages_of"), _RATE
        ),
    }
)

ADDED_UP: frozenset[Measure] = frozenset(
    ("views", "likes", "comments", "shares", "impressions", "watch_time_minutes", "revenue_usd")
)
"""Sums: of a part they are at most what they are of the whole, and what fell in it beside."""

FELL: frozenset[Measure] = frozenset(("views", "likes", "comments", "shares", "revenue_usd"))
"""Those of which a correction may take away; `analytics.channel_falls` has at least how much that was, of the same
columns."""


def sums(*measures: Measure, row: LiteralString = "r") -> LiteralString:
    """The select list that adds up rows of a rollup (or of sums), for these figures or for all; nothing adds up to 0.

    `sum` of integers is numeric, so that what divides them does not cut off.
    """
    return ", ".join(f"coalesce(sum({row}.{column}), 0) AS {column}" for column in _columns(measures))


def declared(*measures: Measure) -> LiteralString:
    """The columns of `sums` as `json_to_recordset` has to be told of them."""
    return ", ".join(f"{column} numeric" for column in _columns(measures))


def _columns(measures: Iterable[Measure]) -> Iterable[LiteralString]:
    return dict.fromkeys(column for name in measures or FIGURES for column in FIGURES[name].columns)


def pairs(*measures: Measure) -> LiteralString:
    """The arguments of `json_build_object` for these figures, or all, of a row `s` of sums."""
    return ", ".join(f"'{name}', {said(name)}" for name in measures or FIGURES)


def said(measure: Measure) -> LiteralString:
    """Of a row `s` of sums, as it goes over the wire."""
    return FIGURES[measure].json.replace("{value}", FIGURES[measure].value)


def engagement_rate(*, views: int, likes: int, comments: int, shares: int) -> float | None:
    """The same as `FIGURES` has it, of counts that are not in the database."""
    if views <= 0:
        return None
    rate = Decimal(likes + comments + shares) / views
    return float(rate.quantize(Decimal("0.000001"), ROUND_HALF_UP))
