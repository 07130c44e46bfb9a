"""What is added up, by what, and the statements that do it: once, for ingest, for a recount and for a rebuild.

An event is a row of `analytics.video_metrics`. When it comes, or comes again with other values, the difference to what
was there is added to every rollup in the same statement, so a rollup is always what a recount would give.
"""

# statements are made of our own names alone
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ytempire.analytics.copying import BREAKDOWN_COLUMNS, COLUMNS
from ytempire.analytics.events import AMOUNTS, COUNTS

MEASURES: Mapping[str, str] = {
    "events": "1",
    **{name: f"{{row}}.{name}" for name in COUNTS},
    "watch_time_minutes": "{row}.watch_time_minutes",
    "estimated_revenue_usd": "{row}.estimated_revenue_usd",
    "estimated_ad_revenue_usd": "{row}.estimated_ad_revenue_usd",
    # a rate times what it is a rate of, so that it can be added up and taken back
    "viewed_seconds": "{row}.average_view_duration * {row}.views",
    "viewed_percent": "{row}.average_percentage_viewed * {row}.views",
    "clicks": "{row}.click_through_rate * {row}.impressions",
}
"""Columns of a rollup, and what one event gives to each."""

HOUR = "date_trunc('hour', event.\"timestamp\", 'UTC')"
DAY = '(event."timestamp" AT TIME ZONE channel.time_zone)::date'
CHANNEL = "JOIN core.channels channel ON channel.id = event.channel_id"


@dataclass(frozen=True)
class Rollup:
    """`keys` are its columns and what they are of an `event` (and its `channel`); `measures` are summed."""

    table: str
    keys: Mapping[str, str]
    measures: tuple[str, ...] = tuple(MEASURES)

    @property
    def joins(self) -> str:
        return CHANNEL if DAY in self.keys.values() else ""

    @property
    def period(self) -> str:
        """The column that says when: `hour` or `day`."""
        return "day" if "day" in self.keys else "hour"


_OF_CHANNEL = {"channel_id": "event.channel_id"}
_OF_VIDEO = {**_OF_CHANNEL, "video_id": "event.video_id"}
ROLLUPS = (
    Rollup("analytics.video_hours", {**_OF_VIDEO, "hour": HOUR}),
    Rollup("analytics.video_days", {**_OF_VIDEO, "day": DAY}),
    Rollup("analytics.channel_hours", {**_OF_CHANNEL, "hour": HOUR}),
    Rollup("analytics.daily_channel_metrics", {**_OF_CHANNEL, "day": DAY}),
)
BREAKDOWNS = Rollup(
    "analytics.daily_breakdowns",
    {**_OF_VIDEO, "day": DAY, "dimension": "event.dimension", "member": "event.member"},
    ("events", "views", "watch_time_minutes"),
)

# What comes in, in tables of the session that are empty again after each commit.
INCOMING = f"""
CREATE TEMPORARY TABLE incoming ({", ".join(f'"{name}" {kind} NOT NULL' for name, kind in COLUMNS)})
    ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE incoming_parts ({", ".join(f'"{name}" {kind} NOT NULL' for name, kind in BREAKDOWN_COLUMNS)})
    ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE replaced (channel_id uuid, video_id uuid, "timestamp" timestamptz) ON COMMIT DELETE ROWS
"""
RECENT = [
    ("channel_id", "V16"),
    ("video_id", "V16"),
    ("minute", ">i8"),
    ("views", ">i8"),
    ("likes", ">i8"),
    ("comments", ">i8"),
    ("shares", ">i8"),
]
"""What changed in the minutes that live figures show, as numpy reads it: `minute` is its start, in seconds since 1970,
and the others are differences, which a correction may make negative."""
RECENT_MINUTES = 10
# packed by the server: as rows and objects it would cost both sides more than all the rest of the answer
_RECENT = f"""
SELECT string_agg(uuid_send(channel_id) || uuid_send(video_id) || int8send(minute) || int8send(views)
                  || int8send(likes) || int8send(comments) || int8send(shares), '')
FROM (SELECT channel_id, video_id, extract(epoch FROM date_trunc('minute', "timestamp"))::bigint AS minute,
             sum(views) AS views, sum(likes) AS likes, sum(comments) AS comments, sum(shares) AS shares
      FROM changed WHERE "timestamp" >= now() - interval '{RECENT_MINUTES} minutes' GROUP BY 1, 2, 3) AS recent"""
_KEY = 'channel_id, video_id, "timestamp"'
_VALUES = ("breakdowns_digest", *COUNTS, *AMOUNTS)


def add_to(rollup: Rollup, source: str) -> str:
    """Add what `source` says has changed. Sorted, so that two never wait for each other in a circle."""
    keys, places = ", ".join(rollup.keys), ", ".join(str(number) for number, _ in enumerate(rollup.keys, 1))
    # of an event that is said again most members are as they were
    changes = (
        "HAVING " + " OR ".join(f"sum(event.{name}) <> 0" for name in rollup.measures) if rollup is BREAKDOWNS else ""
    )
    return (
        f"INSERT INTO {rollup.table} AS kept ({keys}, {', '.join(rollup.measures)})"
        f" SELECT {', '.join(rollup.keys.values())}, {', '.join(f'sum(event.{name})' for name in rollup.measures)}"
        f" FROM {source} event {rollup.joins} GROUP BY {places} {changes} ORDER BY {places}"
        f" ON CONFLICT ({keys}) DO UPDATE SET"
        f" {', '.join(f'{name} = kept.{name} + excluded.{name}' for name in rollup.measures)}"
    )


def recount(rollup: Rollup, where: str) -> str:
    """The rows that the rollup should have for the events of `where`."""
    places = ", ".join(str(number) for number, _ in enumerate(rollup.keys, 1))
    parts = f"({_unnested('analytics.video_breakdowns', 'said.', sign='+')})"
    source = parts if rollup is BREAKDOWNS else "analytics.video_metrics"
    sums = (f"sum({MEASURES[name].format(row='event')}) AS {name}" for name in rollup.measures)
    keys = (f"{expression} AS {name}" for name, expression in rollup.keys.items())
    return (
        f"SELECT {', '.join(keys)}, {', '.join(sums)} FROM {source} event {rollup.joins}"
        f" WHERE {where} GROUP BY {places}"
    )


def _window(rollup: Rollup) -> tuple[str, str]:
    """The rows of a channel for some days, and the events that they are made of: since, and until before."""
    since, until = (f"(%({end})s::timestamp AT TIME ZONE 'UTC')" for end in ("since", "until"))
    rows, events = "channel_id = %(channel_id)s", "event.channel_id = %(channel_id)s"
    if rollup.period == "hour":
        return (
            f"{rows} AND hour >= {since} AND hour < {until}",
            f'{events} AND event."timestamp" >= {since} AND event."timestamp" < {until}',
        )
    return (
        f"{rows} AND day >= %(since)s::date AND day < %(until)s::date",
        # a channel's day begins up to 14 hours before that of UTC, and ends up to 12 after it
        f"{events} AND event.\"timestamp\" >= {since} - interval '1 day'"
        f" AND event.\"timestamp\" < {until} + interval '1 day'"
        f" AND {DAY} >= %(since)s::date AND {DAY} < %(until)s::date",
    )


def compare(rollup: Rollup) -> str:
    """How many rows of a channel differ from a recount of some days, and by how much in all: kept less counted."""
    kept, counted = _window(rollup)
    measures = rollup.measures
    differences = (f"coalesce(sum(coalesce(kept.{one}, 0) - coalesce(counted.{one}, 0)), 0)" for one in measures)
    return (
        f"SELECT count(*), {', '.join(differences)}"
        f" FROM (SELECT {', '.join((*rollup.keys, *measures))} FROM {rollup.table} WHERE {kept}) kept"
        f" FULL JOIN ({recount(rollup, counted)}) counted USING ({', '.join(rollup.keys)})"
        f" WHERE ({_of('kept', measures)}) IS DISTINCT FROM ({_of('counted', measures)})"
    )


def rebuild(rollup: Rollup) -> tuple[str, str]:
    """Two statements that make a channel's rows of some days anew."""
    kept, counted = _window(rollup)
    columns = ", ".join((*rollup.keys, *rollup.measures))
    return (
        f"DELETE FROM {rollup.table} WHERE {kept}",
        f"INSERT INTO {rollup.table} ({columns}) {recount(rollup, counted)}",
    )


def _put(returning: str) -> str:
    return (
        f"INSERT INTO analytics.video_metrics AS kept ({_KEY}, batch_id, {', '.join(_VALUES)})"
        f" SELECT {_KEY}, %(batch_id)s::uuid, {', '.join(_VALUES)} FROM incoming"
        f" ON CONFLICT ({_KEY}) DO UPDATE SET batch_id = excluded.batch_id, {_set(_VALUES)}"
        f" WHERE ({_of('kept', _VALUES)}) IS DISTINCT FROM ({_of('excluded', _VALUES)})"
        f" RETURNING {returning}"
    )


def _set(names: Iterable[str]) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in names)


def _of(row: str, names: Iterable[str]) -> str:
    return ", ".join(f"{row}.{name}" for name in names)


def _differences() -> str:
    """What changed: `new` less `old`, which is null for an event that was not there."""
    said = [f"new.{name.strip()}" for name in _KEY.split(",")]
    said += ["coalesce(old.breakdowns_digest, 0) AS digest_before", "(old.video_id IS NULL)::integer AS events"]
    for name, expression in MEASURES.items():
        if name != "events":
            new, old = expression.format(row="new"), expression.format(row="old")
            said.append(f"{new} - coalesce({old}, 0) AS {name}")
    return ", ".join(said)


def absorb(*, returns_old: bool) -> str:
    """One statement: what is `incoming` goes in, and its difference to what was there into every rollup.

    `returns_old`: the server tells the row that was replaced (PostgreSQL 18); without, it is read before. Answers with
    how many events were new, how many changed, of how many the breakdowns are replaced, and what changed in the last
    minutes (RECENT), packed.
    """
    if returns_old:
        changed = f"WITH changed AS ({_put(_differences())})"
    else:
        changed = (
            f"WITH before AS MATERIALIZED (SELECT there.* FROM analytics.video_metrics there JOIN incoming"
            f" USING ({_KEY})), put AS ({_put('kept.*')}), changed AS ("
            f"SELECT {_differences()} FROM put new LEFT JOIN before old USING ({_KEY}))"
        )
    added = ", ".join(f"added_{number} AS ({add_to(rollup, 'changed')})" for number, rollup in enumerate(ROLLUPS))
    return (
        f"{changed}, {added}, noted AS (INSERT INTO replaced ({_KEY}) SELECT {_KEY} FROM changed"
        " WHERE digest_before <> 0) SELECT count(*) FILTER (WHERE events = 1), count(*) FILTER (WHERE events = 0),"
        f" count(*) FILTER (WHERE digest_before <> 0), ({_RECENT}) FROM changed"
    )


_PARTS = ("dimensions", "members", "views", "watch_time_minutes")
_MEMBER = "dimension, member, views, watch_time_minutes"


def _unnested(source: str, row: str, *, sign: str) -> str:
    """Of each of these events its members, to be added or taken back."""
    arrays = ", ".join(f"{row}{name}" for name in _PARTS)
    return (
        f"SELECT {_KEY}, dimension, member, {sign}1 AS events, {sign}part.views AS views,"
        f" {sign}part.watch_time_minutes AS watch_time_minutes"
        f" FROM {source} said, unnest({arrays}) AS part({_MEMBER})"
    )


def absorb_breakdowns(*, returns_old: bool) -> str:
    """The same for breakdowns: an event that is said again is said as a whole, so members that it lacks now go."""
    put = (
        f"INSERT INTO analytics.video_breakdowns AS kept ({_KEY}, {', '.join(_PARTS)})"
        # a double holds nine digits before the point and six behind it exactly, and comes out as it went in
        f" SELECT {_KEY}, dimensions, members, views, watch_time_minutes::numeric(18, 6)[] FROM incoming_parts"
        f" ORDER BY {_KEY}"
        f" ON CONFLICT ({_KEY}) DO UPDATE SET {_set(_PARTS)}"
        f" WHERE ({_of('kept', _PARTS)}) IS DISTINCT FROM ({_of('excluded', _PARTS)})"
    )
    both = ", ".join(f"new.{name.strip()}" for name in _KEY.split(","))
    both += "".join(f", new.{name}, old.{name} AS old_{name}" for name in _PARTS)
    if returns_old:
        came = f"came AS ({put} RETURNING {both})"
    else:
        came = (
            "before AS MATERIALIZED (SELECT there.* FROM analytics.video_breakdowns there JOIN incoming_parts"
            f" USING ({_KEY})), put AS ({put} RETURNING kept.*),"
            f" came AS (SELECT {both} FROM put new LEFT JOIN before old USING ({_KEY}))"
        )
    same = " AND ".join(f"{{0}}.{name.strip()} = {{1}}.{name.strip()}" for name in _KEY.split(","))
    same_event, same_still = same.format("part", "event"), same.format("still", "part")
    gone = (
        f"gone AS (DELETE FROM analytics.video_breakdowns part USING replaced event WHERE {same_event}"
        f" AND NOT EXISTS (SELECT FROM incoming_parts still WHERE {same_still}) RETURNING part.*)"
    )
    changed = " UNION ALL ".join(
        (
            _unnested("came", "said.", sign="+"),
            _unnested("came", "said.old_", sign="-"),
            _unnested("gone", "said.", sign="-"),
        )
    )
    return f"WITH {came}, {gone}, changed AS ({changed}) {add_to(BREAKDOWNS, 'changed')}"
