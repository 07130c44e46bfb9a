"""What each derived metric means: one definition, used by every dashboard. For people: docs/metrics.md.

A rollup has sums, and weighted sums for rates, so a metric is derived from sums and never from other metrics: an
average of averages would be wrong. A rate of nothing is null, and so is one of less than nothing, which corrections may
leave of a short time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Literal, LiteralString

MetricName = Literal[
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
"""The metrics by which a list can be ordered: all of them."""


@dataclass(frozen=True)
class DerivedMetric:
    """`value` is SQL over a row `s` of sums of `columns`; `json` is what of it goes over the wire."""

    value: LiteralString
    columns: tuple[LiteralString, ...]
    json: LiteralString = "{value}"


_RATE: LiteralString = "round({value}, 6)::float8"
_USD: LiteralString = "({value})::numeric(30, 6)::text"  # money is a decimal string

DERIVED_METRICS: Mapping[MetricName, DerivedMetric] = MappingProxyType(
    {
        "views": DerivedMetric("s.views", ("views",)),
        "likes": DerivedMetric("s.likes", ("likes",)),
        "comments": DerivedMetric("s.comments", ("comments",)),
        "shares": DerivedMetric("s.shares", ("shares",)),
        "impressions": DerivedMetric("s.impressions", ("impressions",)),
        "subscribers_net": DerivedMetric(
            "(s.subscribers_gained - s.subscribers_lost)", ("subscribers_gained", "subscribers_lost")
        ),
        "watch_time_minutes": DerivedMetric("s.watch_time_minutes", ("watch_time_minutes",), "({value})::float8"),
        "revenue_usd": DerivedMetric("s.estimated_revenue_usd", ("estimated_revenue_usd",), _USD),
        "engagement_rate": DerivedMetric(
            "(s.likes + s.comments + s.shares) / nullif(greatest(s.views, 0), 0)",
            ("likes", "comments", "shares", "views"),
            _RATE,
        ),
        "rpm_usd": DerivedMetric(
            "s.estimated_revenue_usd * 1000 / nullif(greatest(s.views, 0), 0)", ("estimated_revenue_usd", "views"), _USD
        ),
        "click_through_rate": DerivedMetric("s.clicks / nullif(s.impressions, 0)", ("clicks", "impressions"), _RATE),
        "average_view_seconds": DerivedMetric(
            "s.viewed_seconds / nullif(s.averages_basis_views, 0)", ("viewed_seconds", "averages_basis_views"), _RATE
        ),
        "average_viewed_percent": DerivedMetric(
            "s.viewed_percent / nullif(s.averages_basis_views, 0)", ("viewed_percent", "averages_basis_views"), _RATE
        ),
    }
)

ADDED_UP: frozenset[MetricName] = frozenset(
    ("views", "likes", "comments", "shares", "impressions", "watch_time_minutes", "revenue_usd")
)
"""Sums: of a part they are at most what they are of the whole, and what corrections took from it."""

CORRECTABLE_METRICS: frozenset[MetricName] = frozenset(("views", "likes", "comments", "shares", "revenue_usd"))
"""Those of which a correction may take away; `metrics.channel_corrections` has at least how much that was, of the
same columns."""


def sums(*metrics: MetricName, row: LiteralString = "r") -> LiteralString:
    """The select list that adds up rows of a rollup (or of sums), for these metrics or for all; nothing adds up to 0.

    `sum` of integers is numeric, so that what divides them does not cut off.
    """
    return ", ".join(f"coalesce(sum({row}.{column}), 0) AS {column}" for column in _columns(metrics))


def record_columns(*metrics: MetricName) -> LiteralString:
    """The columns of `sums` as `json_to_recordset` has to be told of them."""
    return ", ".join(f"{column} numeric" for column in _columns(metrics))


def _columns(metrics: Iterable[MetricName]) -> Iterable[LiteralString]:
    return dict.fromkeys(column for name in metrics or DERIVED_METRICS for column in DERIVED_METRICS[name].columns)


def json_pairs(*metrics: MetricName) -> LiteralString:
    """The arguments of `json_build_object` for these metrics, or all, of a row `s` of sums."""
    return ", ".join(f"'{name}', {json_value(name)}" for name in metrics or DERIVED_METRICS)


def json_value(metric: MetricName) -> LiteralString:
    """Of a row `s` of sums, as it goes over the wire."""
    return DERIVED_METRICS[metric].json.replace("{value}", DERIVED_METRICS[metric].value)


def engagement_rate(*, views: int, likes: int, comments: int, shares: int) -> float | None:
    """The same as `DERIVED_METRICS` has it, of counts that are not in the database."""
    if views <= 0:
        return None
    rate = Decimal(likes + comments + shares) / views
    return float(rate.quantize(Decimal("0.000001"), ROUND_HALF_UP))
