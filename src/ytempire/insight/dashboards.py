"""What dashboards show: rollups, added up and put together as JSON by PostgreSQL; shapes are in `dashboard_schemas`.

Only rollups are read, always for a range of days, by which they are partitioned. Row-level security decides whose
rows are seen, so a sum over “all channels” is one over those of whoever asks. Days are those of each channel's own
time zone. What a metric means is said in `derived_metrics`, once.
"""

# statements are made of our own names alone
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal, LiteralString
from uuid import UUID

from ytempire.insight.dashboard_cache import DashboardContext, DashboardResult
from ytempire.insight.derived_metrics import (
    ADDED_UP,
    CORRECTABLE_METRICS,
    DERIVED_METRICS,
    MetricName,
    json_pairs,
    record_columns,
    sums,
)
from ytempire.kit.errors import InvalidInput, NotFound
from ytempire.kit.read_pool import Connection

Dimension = Literal["traffic_source", "country", "device", "age_group", "gender"]
WEEKS_OF_AVERAGE = 4
RECENT_HOURS = 48
LONGEST_DAYS = 730  # as long as events are kept
ALL_CHANNELS = 2**31


@dataclass(frozen=True)
class DashboardQuery:
    """Which days, and of which channel; None: of all that are seen.

    `since` and `until` are both part of the range. Without them it is the last `days` days up to today. `now` is when
    it is asked: today is the day of then in the channel's time zone, and of several channels the latest that has begun.
    """

    now: datetime
    days: int
    since: date | None = None
    until: date | None = None
    channel_id: UUID | None = None


@dataclass(frozen=True)
class Window:
    """Days of a dashboard, both ends included, and the zone in which hours are told."""

    since: date
    until: date
    zone: str

    @property
    def previous_since(self) -> date:
        """Where the range of the same length before begins."""
        return self.since - (self.until - self.since) - timedelta(days=1)


async def overview(context: DashboardContext, dashboard_query: DashboardQuery) -> DashboardResult:
    """Sums over channels, for the range and the one before, and day by day: `Overview`."""
    window = await _window(context.connection, dashboard_query)
    of_one = dashboard_query.channel_id is not None
    days = (
        ""
        if of_one
        else await _read_days(context, dashboard_query, _OVERVIEW_DAYS, window.previous_since, window.until)
    )
    return await _json(context.connection, _overview(of_one), {**_parameters(dashboard_query, window), "parts": days})


async def channels(
    context: DashboardContext, dashboard_query: DashboardQuery, *, metric: MetricName, category: str | None, limit: int
) -> DashboardResult:
    """Channels by a metric, with where they stood in the range before: `ChannelRanking`."""
    window = await _window(context.connection, dashboard_query)
    more = {"metric": metric, "category": category, "limit": limit}
    await _without_helpers(context)
    return await _json(context.connection, _channels(metric), {**_parameters(dashboard_query, window), **more})


async def videos(
    context: DashboardContext, dashboard_query: DashboardQuery, *, metric: MetricName, min_views: int, limit: int
) -> DashboardResult:
    """The videos that have most of a metric: `TopVideos`."""
    window = await _window(context.connection, dashboard_query)
    of_one = dashboard_query.channel_id is not None
    query = _videos(metric, of_one=of_one, with_least=min_views > 0)
    parameters = {**_parameters(dashboard_query, window), "metric": metric, "min_views": min_views, "limit": limit}
    if of_one:
        return await _json(context.connection, query, parameters)
    await _without_helpers(context)
    # A video has at most what its channel has and what corrections took there, so mostly the channels with most are
    # enough. Of a rate that is not so, nor of what one video adds and another takes away.
    channel_count = 2 * limit if metric in ADDED_UP else ALL_CHANNELS
    while True:
        row = await (
            await context.connection.execute(query, {**parameters, "among": channel_count}, prepare=True)
        ).fetchone()
        assert row is not None
        dashboard, is_complete = row
        if is_complete:
            return DashboardResult(str(dashboard), None)
        channel_count *= 4


async def rpm(context: DashboardContext, dashboard_query: DashboardQuery, *, limit: int) -> DashboardResult:
    """RPM week by week of the channels that earned most, with its moving average: `RpmByWeek`."""
    window = await _window(context.connection, dashboard_query)
    monday = window.since - timedelta(days=window.since.weekday())
    more = {"monday": monday, "first": monday - timedelta(weeks=WEEKS_OF_AVERAGE - 1), "limit": limit}
    return await _json(
        context.connection,
        _rpm(dashboard_query.channel_id is not None),
        {**_parameters(dashboard_query, window), **more},
    )


async def heatmap(context: DashboardContext, dashboard_query: DashboardQuery) -> DashboardResult:
    """Views by weekday and hour, in the channel's time zone, or of all in UTC: `Heatmap`."""
    window = await _window(context.connection, dashboard_query)
    of_one = dashboard_query.channel_id is not None
    hours = "" if of_one else await _read_days(context, dashboard_query, _HEATMAP_DAYS, window.since, window.until)
    return await _json(context.connection, _heatmap(of_one), {**_parameters(dashboard_query, window), "parts": hours})


async def traffic(
    context: DashboardContext, dashboard_query: DashboardQuery, *, dimension: Dimension, limit: int
) -> DashboardResult:
    """Where views came from, or who watched, on what: `Traffic`."""
    window = await _window(context.connection, dashboard_query)
    more = {"dimension": dimension, "limit": limit, "parts": ""}
    if dashboard_query.channel_id is None:
        more["parts"] = await _read_days(
            context, dashboard_query, _TRAFFIC_DAYS, window.since, window.until, dimension=dimension
        )
    return await _json(
        context.connection,
        _traffic(dashboard_query.channel_id is not None),
        {**_parameters(dashboard_query, window), **more},
    )


async def video(context: DashboardContext, dashboard_query: DashboardQuery, video_id: UUID) -> DashboardResult:
    """One video: sums, day by day, its last hours, and all breakdowns: `VideoFigures`. Raises NotFound."""
    result = await context.connection.execute(
        "SELECT v.channel_id, c.time_zone, (%(now)s AT TIME ZONE c.time_zone)::date FROM core.videos v"
        " JOIN core.channels c ON c.id = v.channel_id WHERE v.id = %(video_id)s",
        {"now": dashboard_query.now, "video_id": video_id},
        prepare=True,
    )
    row = await result.fetchone()
    if row is None:
        raise NotFound("There is no such video.")
    channel_id, zone, today = row
    parameters = _parameters(dashboard_query, _range(dashboard_query, today, zone))
    this_hour = dashboard_query.now.replace(minute=0, second=0, microsecond=0)
    more = {
        "channel_id": channel_id,
        "video_id": video_id,
        "this_hour": this_hour,
        "first_hour": this_hour - timedelta(hours=RECENT_HOURS - 1),
    }
    return await _json(context.connection, _video(), {**parameters, **more})


async def _read_days(
    context: DashboardContext,
    dashboard_query: DashboardQuery,
    query: LiteralString,
    first: date,
    last: date,
    **more: object,
) -> str:
    """Of all channels: what `query` finds of each day, kept or computed, as one JSON array."""

    async def compute(begin: date, end: date) -> dict[date, str]:
        result = await context.connection.execute(query, {"begin": begin, "end": end, **more}, prepare=True)
        return dict(await result.fetchall())

    return await context.days.read_days((dashboard_query.now, *more.values()), first, last, compute)


async def _without_helpers(context: DashboardContext) -> None:
    """Alone it takes less time than with processes that add up its parts, and leaves the processors to others."""
    await context.connection.execute("SET LOCAL max_parallel_workers_per_gather = 0")


async def _window(connection: Connection, dashboard_query: DashboardQuery) -> Window:
    """Raises NotFound for a channel that is not there for whoever asks."""
    result = await connection.execute(
        _TODAY if dashboard_query.channel_id is None else _TODAY_OF_ONE,
        {"now": dashboard_query.now, "channel_id": dashboard_query.channel_id},
        prepare=True,
    )
    row = await result.fetchone()
    if row is None:
        raise NotFound("There is no such channel.")
    if dashboard_query.channel_id is None:
        # without the days it is planned for a handful of rows, and takes up to seventy times as long
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    return _range(dashboard_query, *row)


_TODAY: LiteralString = """SELECT coalesce(max((%(now)s AT TIME ZONE time_zone)::date),
    (%(now)s AT TIME ZONE 'UTC')::date), 'UTC' FROM core.channels"""
_TODAY_OF_ONE: LiteralString = (
    "SELECT (%(now)s AT TIME ZONE time_zone)::date, time_zone FROM core.channels WHERE id = %(channel_id)s"
)


def _range(dashboard_query: DashboardQuery, today: date, zone: str) -> Window:
    """Raises InvalidInput for days that are no range, or a longer one than is part."""
    until = dashboard_query.until or today
    since = dashboard_query.since or until - timedelta(days=dashboard_query.days - 1)
    if since > until:
        raise InvalidInput(f"The range begins on {since}, after its end on {until}.", hint="Choose an earlier `since`.")
    if (until - since).days >= LONGEST_DAYS:
        raise InvalidInput(f"A range has at most {LONGEST_DAYS} days.", hint="Choose a later `since`.")
    return Window(since, until, zone)


def _parameters(dashboard_query: DashboardQuery, window: Window) -> dict[str, Any]:
    return {
        "now": dashboard_query.now,
        "channel_id": dashboard_query.channel_id,
        "since": window.since,
        "until": window.until,
        "before": window.previous_since,
        "zone": window.zone,
    }


async def _json(connection: Connection, query: LiteralString, parameters: Mapping[str, Any]) -> DashboardResult:
    row = await (await connection.execute(query, parameters, prepare=True)).fetchone()
    assert row is not None
    return DashboardResult(str(row[0]), parameters["channel_id"])


_RANGE: LiteralString = "'since', %(since)s::date, 'until', %(until)s::date, 'channel_id', %(channel_id)s::uuid"
_ALL_DAYS: LiteralString = (
    "generate_series(%(since)s::date::timestamp, %(until)s::date::timestamp, '1 day') AS each_day"
)


# JSON objects of a day, with commas between them (`day_cache`).
_OVERVIEW_DAYS: LiteralString = f"""
    SELECT s.day, row_to_json(s)::text FROM (
        SELECT r.day, {sums()} FROM metrics.channel_daily r
        WHERE r.day BETWEEN %(begin)s AND %(end)s GROUP BY r.day) s"""


@cache
def _overview(of_one: bool) -> LiteralString:
    days: LiteralString = (
        f"""SELECT r.day, {sums()} FROM metrics.channel_daily r
        WHERE r.day BETWEEN %(before)s AND %(until)s AND r.channel_id = %(channel_id)s GROUP BY r.day"""
        if of_one
        else f"SELECT * FROM json_to_recordset(%(parts)s::json) AS r(day date, {record_columns()})"
    )
    return f"""
    WITH days AS MATERIALIZED ({days})
    SELECT json_build_object({_RANGE},
        'current', (SELECT json_build_object({json_pairs()})
                    FROM (SELECT {sums()} FROM days r WHERE r.day >= %(since)s) s),
        'previous', (SELECT json_build_object('since', %(before)s::date, 'until', %(since)s::date - 1, {json_pairs()})
                   FROM (SELECT {sums()} FROM days r WHERE r.day < %(since)s) s),
        'days', (SELECT json_agg(json_build_object('day', s.day, {json_pairs()}) ORDER BY s.day)
                 FROM (SELECT each_day::date AS day, {sums()}
                       FROM {_ALL_DAYS} LEFT JOIN days r ON r.day = each_day::date GROUP BY 1) s)
    )::text"""


@cache
def _channels(metric: MetricName) -> LiteralString:
    """Of all channels only what orders them is added up, and the rest of those that are shown."""
    return f"""
    WITH added_up AS MATERIALIZED (
        SELECT r.channel_id, r.day >= %(since)s AS present, {sums(metric)} FROM metrics.channel_daily r
        WHERE r.day BETWEEN %(before)s AND %(until)s GROUP BY 1, 2),
    ranked AS MATERIALIZED (
        SELECT s.channel_id, s.present, c.name AS channel_name, c.category,
               rank() OVER (PARTITION BY s.present ORDER BY {DERIVED_METRICS[metric].value} DESC NULLS LAST) AS place
        FROM added_up s
        JOIN core.channels c ON c.id = s.channel_id
        WHERE %(category)s::text IS NULL OR c.category = %(category)s),
    best AS MATERIALIZED (
        SELECT * FROM ranked WHERE present ORDER BY place, channel_id LIMIT %(limit)s)
    SELECT json_build_object({_RANGE}, 'metric', %(metric)s::text, 'category', %(category)s::text,
        'items', coalesce((SELECT json_agg(json_build_object(
                'rank', b.place, 'previous_rank', e.place, 'channel_id', b.channel_id, 'channel_name', b.channel_name,
                'category', b.category, {json_pairs()}) ORDER BY b.place, b.channel_id)
            FROM best b LEFT JOIN ranked e ON e.channel_id = b.channel_id AND NOT e.present,
            LATERAL (SELECT {sums()} FROM metrics.channel_daily r WHERE r.channel_id = b.channel_id
                     AND r.day BETWEEN %(since)s AND %(until)s) s), '[]')
    )::text"""


@cache
def _videos(metric: MetricName, *, of_one: bool, with_least: bool) -> LiteralString:
    """Of all videos only what orders them is added up, and the rest of those that are shown.

    Of all channels: those of the `among` channels that have most of it, and whether no other can be among the best.
    """
    value: LiteralString = DERIVED_METRICS[metric].value
    least: LiteralString = "HAVING sum(r.views) >= %(min_views)s" if with_least else ""
    of_channels: LiteralString = (
        "AND r.channel_id = %(channel_id)s"
        if of_one
        else "AND r.channel_id = ANY (ARRAY(SELECT channel_id FROM channels WHERE place <= %(among)s))"
    )
    channels: LiteralString = (
        ""
        if of_one
        else f"""
    channels AS MATERIALIZED (
        SELECT m.*, row_number() OVER (ORDER BY most DESC NULLS LAST) AS place FROM (
            SELECT s.channel_id, {value} {_corrections(metric)} AS most FROM (
                SELECT r.channel_id, {sums(metric)} FROM metrics.channel_daily r
                WHERE r.day BETWEEN %(since)s AND %(until)s GROUP BY 1) s) m),"""
    )
    enough: LiteralString = (
        ""
        if of_one
        else f""",
        (SELECT max(most) FROM channels WHERE place > %(among)s) IS NULL
        OR (SELECT count(*) = %(limit)s AND min({value}) > (SELECT max(most) FROM channels WHERE place > %(among)s)
            FROM best s)"""
    )
    return f"""
    WITH {channels} best AS MATERIALIZED (
        SELECT s.*, rank() OVER (ORDER BY {value} DESC NULLS LAST) AS place FROM (
            SELECT s.* FROM (
                SELECT r.channel_id, r.video_id, {sums(metric)} FROM metrics.video_daily r
                WHERE r.day BETWEEN %(since)s AND %(until)s {of_channels} GROUP BY 1, 2 {least}) s
            ORDER BY {value} DESC NULLS LAST, s.video_id LIMIT %(limit)s) s)
    SELECT json_build_object({_RANGE}, 'metric', %(metric)s::text, 'min_views', %(min_views)s::bigint,
        'items', coalesce((
            SELECT json_agg(json_build_object(
                'rank', b.place, 'video_id', b.video_id, 'title', v.title, 'channel_id', b.channel_id,
                'channel_name', c.name, {json_pairs()}) ORDER BY b.place, b.video_id)
            FROM best b LEFT JOIN core.videos v ON v.id = b.video_id LEFT JOIN core.channels c ON c.id = b.channel_id
            JOIN (SELECT r.channel_id, r.video_id, {sums()} FROM metrics.video_daily r
                  WHERE r.channel_id = ANY (ARRAY(SELECT channel_id FROM best))
                  AND r.video_id = ANY (ARRAY(SELECT video_id FROM best))
                  AND r.day BETWEEN %(since)s AND %(until)s GROUP BY 1, 2) s
            ON (s.channel_id, s.video_id) = (b.channel_id, b.video_id)), '[]')
    )::text{enough}"""


def _corrections(metric: MetricName) -> LiteralString:
    """What corrections took away of a channel; its days may have been others when they came."""
    if metric not in CORRECTABLE_METRICS:
        return ""
    (column,) = DERIVED_METRICS[metric].columns
    return f"""+ coalesce((SELECT sum(f.{column}) FROM metrics.channel_corrections f WHERE f.channel_id = s.channel_id
                              AND f.day BETWEEN %(since)s::date - 1 AND %(until)s::date + 1), 0)"""


@cache
def _rpm(of_one: bool) -> LiteralString:
    """Weeks are ISO weeks of the channel's days. The average is weighted: four weeks' revenue by four weeks' views.

    Of all channels only the revenue is added up, and the weeks of those that are shown.
    """
    return f"""
    WITH best AS MATERIALIZED (
        SELECT r.channel_id, sum(r.estimated_revenue_usd) AS revenue FROM metrics.channel_daily r
        WHERE r.day BETWEEN %(monday)s AND %(until)s {"AND r.channel_id = %(channel_id)s" if of_one else ""}
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(limit)s),
    weeks AS MATERIALIZED (
        SELECT b.channel_id, w.* FROM best b, LATERAL (
            SELECT date_trunc('week', r.day::timestamp)::date AS week, {sums("rpm_usd")}
            FROM metrics.channel_daily r
            WHERE r.channel_id = b.channel_id AND r.day BETWEEN %(first)s AND %(until)s GROUP BY 1) w),
    shown AS (
        SELECT s.*, (SELECT {DERIVED_METRICS["rpm_usd"].value} FROM (SELECT s.moving_views AS views,
                     s.moving_revenue AS estimated_revenue_usd) s) AS moving_rpm
        FROM (SELECT w.*, b.revenue, sum(w.views) OVER month AS moving_views,
                     sum(w.estimated_revenue_usd) OVER month AS moving_revenue
              FROM weeks w JOIN best b ON b.channel_id = w.channel_id
              WINDOW month AS (PARTITION BY w.channel_id ORDER BY w.week
                               RANGE BETWEEN '{7 * (WEEKS_OF_AVERAGE - 1)} days' PRECEDING AND CURRENT ROW)) s
        WHERE s.week >= %(monday)s)
    SELECT json_build_object('since', %(monday)s::date, 'until', %(until)s::date, 'channel_id', %(channel_id)s::uuid,
        'items', coalesce((SELECT json_agg(item ORDER BY revenue DESC, channel_id) FROM (
            SELECT s.revenue, s.channel_id, json_build_object('channel_id', s.channel_id, 'channel_name', c.name,
                'weeks', json_agg(json_build_object('week', to_char(s.week, 'IYYY-"W"IW'), 'monday', s.week,
                    {json_pairs("views", "revenue_usd", "rpm_usd")},
                    'moving_rpm_usd', s.moving_rpm::numeric(30, 6)::text) ORDER BY s.week)) AS item
            FROM shown s JOIN core.channels c ON c.id = s.channel_id GROUP BY s.revenue, s.channel_id, c.name) i), '[]')
    )::text"""


_HOUR_METRICS: tuple[MetricName, ...] = ("views", "watch_time_minutes", "engagement_rate")
_HEATMAP_DAYS: LiteralString = f"""
    SELECT (s.hour AT TIME ZONE 'UTC')::date, string_agg(row_to_json(s)::text, ',') FROM (
        SELECT r.hour, {sums(*_HOUR_METRICS)} FROM metrics.channel_hourly r
        WHERE r.hour >= (%(begin)s::date::timestamp AT TIME ZONE 'UTC')
          AND r.hour < ((%(end)s::date + 1)::timestamp AT TIME ZONE 'UTC') GROUP BY r.hour) s GROUP BY 1"""


@cache
def _heatmap(of_one: bool) -> LiteralString:
    """An hour of UTC counts where it begins, also in zones that are half an hour beside it."""
    metrics = _HOUR_METRICS
    begin: LiteralString = "(%(since)s::date::timestamp AT TIME ZONE %(zone)s)"
    end: LiteralString = "((%(until)s::date + 1)::timestamp AT TIME ZONE %(zone)s)"
    cell: LiteralString = "extract(isodow FROM {0})::integer AS weekday, extract(hour FROM {0})::integer AS hour"
    hours: LiteralString = (
        f"""metrics.channel_hourly r
        WHERE r.hour >= {begin} AND r.hour < {end} AND r.channel_id = %(channel_id)s"""
        if of_one
        else f"json_to_recordset(%(parts)s::json) AS r(hour timestamptz, {record_columns(*metrics)})"
    )
    return f"""
    WITH hours AS MATERIALIZED (SELECT r.hour AT TIME ZONE %(zone)s AS at, r.* FROM {hours}),
    counted AS (SELECT {cell.format("r.at")}, {sums(*metrics)} FROM hours r GROUP BY 1, 2),
    begun AS (
        SELECT {cell.format("(each_hour AT TIME ZONE %(zone)s)")}, count(*) AS hours
        FROM generate_series(date_trunc('hour', {begin} + interval '59 minutes', 'UTC'),
                             least({end} - interval '1 minute', %(now)s), '1 hour') AS each_hour GROUP BY 1, 2)
    SELECT json_build_object({_RANGE}, 'time_zone', %(zone)s::text,
        'items', coalesce((SELECT json_agg(json_build_object('weekday', s.weekday, 'hour', s.hour, 'hours', s.hours,
            'views_per_hour', round(s.views / s.hours, 6)::float8, {json_pairs(*metrics)}) ORDER BY s.weekday, s.hour)
            FROM (SELECT b.weekday, b.hour, b.hours, {sums(*metrics)} FROM begun b
                  LEFT JOIN counted r USING (weekday, hour) GROUP BY 1, 2, 3) s), '[]')
    )::text"""


_MEMBER_JSON: LiteralString = """json_build_object('member', s.member, 'views', s.views,
    'watch_time_minutes', s.watch_time_minutes::float8, 'share', round(s.views / nullif(s.all_views, 0), 6)::float8)"""
_MEMBER_SUMS: LiteralString = "sum(part.views) AS views, sum(part.watch_time_minutes) AS watch_time_minutes"


_TRAFFIC_DAYS: LiteralString = f"""
    SELECT m.day, string_agg(row_to_json(m)::text, ',') FROM (
        SELECT part.day, part.member, {_MEMBER_SUMS}
        FROM metrics.channel_breakdown_daily part
        WHERE part.day BETWEEN %(begin)s AND %(end)s AND part.dimension = %(dimension)s GROUP BY 1, 2) m GROUP BY 1"""


@cache
def _traffic(of_one: bool) -> LiteralString:
    members: LiteralString = (
        """metrics.channel_breakdown_daily part
        WHERE part.day BETWEEN %(since)s AND %(until)s AND part.dimension = %(dimension)s
          AND part.channel_id = %(channel_id)s"""
        if of_one
        else "json_to_recordset(%(parts)s::json) AS part(member text, views numeric, watch_time_minutes numeric)"
    )
    return f"""
    WITH members AS MATERIALIZED (SELECT part.member, {_MEMBER_SUMS} FROM {members} GROUP BY 1)
    SELECT json_build_object({_RANGE}, 'dimension', %(dimension)s::text,
        'views', (SELECT coalesce(sum(views), 0) FROM members),
        'items', coalesce((SELECT json_agg({_MEMBER_JSON} ORDER BY s.views DESC, s.member) FROM (
            SELECT m.*, (SELECT sum(views) FROM members) AS all_views FROM members m
            ORDER BY m.views DESC, m.member LIMIT %(limit)s) s), '[]')
    )::text"""


@cache
def _video() -> LiteralString:
    of_video: LiteralString = "r.channel_id = %(channel_id)s AND r.video_id = %(video_id)s"
    in_range: LiteralString = "r.day BETWEEN %(since)s AND %(until)s"
    return f"""
    WITH days AS MATERIALIZED (
        SELECT r.* FROM metrics.video_daily r WHERE {of_video} AND {in_range}),
    hours AS MATERIALIZED (
        SELECT r.* FROM metrics.video_hourly r
        WHERE {of_video} AND r.hour BETWEEN %(first_hour)s AND %(this_hour)s),
    parts AS (
        SELECT s.*, sum(s.views) OVER (PARTITION BY s.dimension) AS all_views FROM (
            SELECT part.dimension, part.member, {_MEMBER_SUMS}
            FROM metrics.video_breakdown_daily part
            WHERE part.channel_id = %(channel_id)s AND part.video_id = %(video_id)s
              AND part.day BETWEEN %(since)s AND %(until)s GROUP BY 1, 2) s)
    SELECT json_build_object({_RANGE}, 'video_id', v.id, 'title', v.title, 'status', v.status,
        'published_at', v.published_at, 'channel_name', c.name, 'time_zone', c.time_zone,
        'current', (SELECT json_build_object({json_pairs()}) FROM (SELECT {sums()} FROM days r) s),
        'days', (SELECT json_agg(json_build_object('day', s.day, {json_pairs()}) ORDER BY s.day)
                 FROM (SELECT each_day::date AS day, {sums()}
                       FROM {_ALL_DAYS} LEFT JOIN days r ON r.day = each_day::date GROUP BY 1) s),
        'hours', (SELECT json_agg(json_build_object('hour', s.hour, {json_pairs()}) ORDER BY s.hour)
                  FROM (SELECT each_hour AS hour, {sums()}
                        FROM generate_series(%(first_hour)s::timestamptz, %(this_hour)s::timestamptz, '1 hour')
                        AS each_hour LEFT JOIN hours r ON r.hour = each_hour GROUP BY 1) s),
        'breakdowns', coalesce((SELECT json_agg(json_build_object('dimension', d.dimension, 'items', d.items)
                                                ORDER BY d.dimension)
            FROM (SELECT s.dimension, json_agg({_MEMBER_JSON} ORDER BY s.views DESC, s.member) AS items
                  FROM parts s GROUP BY 1) d), '[]')
    )::text
    FROM core.videos v JOIN core.channels c ON c.id = v.channel_id WHERE v.id = %(video_id)s"""
