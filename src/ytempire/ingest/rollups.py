"""The statements that add up: of new events what the writer has summed, of others what they change; and recounts.

An event is a row of `analytics.video_metrics`. When it comes again with other values, the difference to what was there
is added to every rollup in the same statement, so a rollup is always what a recount would give. What is added up, and
by what, is said in `metrics`.
"""

# statements are made of our own names alone
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable

from ytempire.ingest.binary_copy import CORRECTION_COLUMNS, CORRECTIONS, EVENTS, PARTS, VIDEOS
from ytempire.ingest.events import AMOUNTS, COUNTS
from ytempire.ingest.metrics import ALL, BREAKDOWNS, DAY, METRICS, ROLLUPS, Rollup
from ytempire.ingest.sums import ARRAYS, LAYOUTS, RECENT_MINUTES
from ytempire.kit.locks import Lock


def summed_table(table: str) -> str:
    """The session's table of what the writer added up for a rollup."""
    return f"summed_{table.rpartition('.')[2]}"


_INCOMING = {
    "incoming_videos": VIDEOS.sql,
    "corrections": CORRECTIONS.sql,
    "incoming": EVENTS.sql,
    "redelivered": EVENTS.sql,
    "incoming_parts": PARTS.sql,
    "redelivered_parts": PARTS.sql,
    "replaced": 'channel_id uuid, video_id uuid, "timestamp" timestamptz',
    **{summed_table(rollup.table): LAYOUTS[rollup.table].sql for rollup in ROLLUPS},
    **{summed_table(rollup.table): ARRAYS[rollup.table].sql for rollup in BREAKDOWNS},
}
# What comes in, in tables of the session that are empty again after each commit.
INCOMING = ";".join(
    f"CREATE TEMPORARY TABLE {name} ({columns}) ON COMMIT DELETE ROWS" for name, columns in _INCOMING.items()
)
# What was looked for and added up of events of which some are not to be added, and is so again.
DELETE_PREPARED = tuple(
    f"DELETE FROM {name}"
    for name in ("incoming_videos", "incoming_parts", *(summed_table(rollup.table) for rollup in ALL))
)
# packed by the server: as rows and objects it would cost both sides more than all the rest of the answer
_RECENT = f"""
SELECT string_agg(uuid_send(channel_id) || uuid_send(video_id) || int8send(minute) || int8send(views)
                  || int8send(likes) || int8send(comments) || int8send(shares), '')
FROM (SELECT channel_id, video_id, extract(epoch FROM date_trunc('minute', "timestamp"))::bigint AS minute,
             sum(views)::bigint AS views, sum(likes)::bigint AS likes, sum(comments)::bigint AS comments,
             sum(shares)::bigint AS shares
      FROM changed WHERE "timestamp" >= now() - interval '{RECENT_MINUTES} minutes' AND NOT whole_day
      GROUP BY 1, 2, 3) AS recent"""
_PARTS = ("dimensions", "members", "views", "watch_time_minutes")
_VALUES = ("breakdowns_digest", *COUNTS, *AMOUNTS, "whole_day")


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def add_summed(rollup: Rollup, source: str) -> str:
    """Add what the writer has added up in this table of the session."""
    columns = _list((*rollup.row_keys, *(rollup.arrays or rollup.metrics)))
    return f"INSERT INTO {rollup.table} AS kept ({columns}) SELECT {columns} FROM {source} {_on_conflict_add(rollup)}"


# As the views in contract.sql have them.
_UNMERGED = (
    "analytics.video_deltas delta JOIN analytics.delta_segments segment ON segment.id = delta.segment"
    " AND segment.status IN ('open', 'closed') AND delta.channel_id >= segment.merged_below"
)


def add_deltas(rollup: Rollup, where: str) -> str:
    """Add what unmerged deltas of videos have for it."""
    keys = _list(rollup.row_keys)
    sums = _list(f"sum(delta.{name}){_cast(name)}" for name in rollup.metrics)
    return (
        f"INSERT INTO {rollup.table} AS kept ({keys}, {_list(rollup.metrics)})"
        f" SELECT {keys}, {sums} FROM {_UNMERGED} WHERE {where}"
        f" GROUP BY {keys} ORDER BY {keys} {_on_conflict_add(rollup)}"
    )


def merge_channel_deltas() -> tuple[str, ...]:
    """Statements that take a channel's deltas into its rollups, and away. No merge is under way until the transaction
    ends."""
    of_videos = [rollup for rollup in ROLLUPS if rollup.of_video]
    return (
        f"SELECT pg_advisory_xact_lock({int(Lock.DELTA_MERGE)}, 0)",
        *(add_deltas(rollup, "delta.channel_id = %(channel_id)s") for rollup in of_videos),
        "WITH removed AS (DELETE FROM analytics.video_deltas delta USING analytics.delta_segments segment"
        " WHERE delta.channel_id = %(channel_id)s AND segment.id = delta.segment"
        " AND segment.status IN ('open', 'closed') AND delta.channel_id >= segment.merged_below"
        " RETURNING delta.segment::integer)"
        " SELECT analytics.mark_segments_changed(array_agg(DISTINCT segment)) FROM removed",
    )


def _on_conflict_add(rollup: Rollup) -> str:
    if rollup.packed:
        added = f"({_list(rollup.arrays)}) = ({_merged(rollup)})"
    else:
        added = _list(f"{name} = kept.{name} + excluded.{name}" for name in rollup.metrics)
    return f"ON CONFLICT ({_list(rollup.row_keys)}) DO UPDATE SET {added}"


def add_to(rollup: Rollup, source: str) -> str:
    """Add what `source` says has changed."""
    rows, columns = _changes(rollup, source), (*rollup.keys, *rollup.metrics)
    if rollup.packed:
        # of an event that comes again most members are as they were
        rows += " HAVING " + " OR ".join(f"sum(event.{column}) <> 0" for column in rollup.metrics)
        rows, columns = _pack(rollup, rows), (*rollup.row_keys, *rollup.arrays)
    return (
        f"INSERT INTO {rollup.table} AS kept ({_list(columns)}) {rows} ORDER BY {_ordinals(rollup.row_keys)}"
        f" {_on_conflict_add(rollup)}"
    )


def _changes(rollup: Rollup, source: str) -> str:
    sums = _list(f"sum(event.{name}){_cast(name)} AS {name}" for name in rollup.metrics)
    keys = _list(f"{expression} AS {name}" for name, expression in rollup.keys.items())
    return f"SELECT {keys}, {sums} FROM {source} event {rollup.joins} GROUP BY {_ordinals(rollup.keys)}"


def _cast(metric: str) -> str:
    """A sum of bigint is numeric, and a difference of integers may be more than one."""
    return "::bigint" if METRICS[metric].is_integer else ""


def _ordinals(keys: Iterable[str]) -> str:
    return _list(str(number) for number, _ in enumerate(keys, 1))


def _pack(rollup: Rollup, rows: str) -> str:
    """These rows, one for each value of `packed`, with those side by side in arrays."""
    arrays = _list(f"array_agg({element} ORDER BY {_list(rollup.packed)})" for element in rollup.arrays.values())
    keys = _list(rollup.row_keys)
    return f"SELECT {keys}, {arrays} FROM ({rows}) AS one GROUP BY {keys}"


def unpacked(rollup: Rollup, row: str = "kept") -> str:
    """Of a row of the rollup its arrays, as rows."""
    return f"unnest({_of(row, rollup.arrays)}) AS part({_list(rollup.arrays.values())})"


def _merged(rollup: Rollup) -> str:
    """The arrays of two rows as one. A member whose events are all gone goes out of them.

    Mostly both have the same members, and then their sums are added place by place in half the time.
    """
    names = [column for column, element in rollup.arrays.items() if element in rollup.packed]
    added = _list(f"array_agg({column} + more_{column})" for column in rollup.metrics)
    pairs = _list((_of("kept", rollup.metrics), _of("excluded", rollup.metrics)))
    pair_columns = _list((*rollup.metrics, *(f"more_{column}" for column in rollup.metrics)))
    alike = f"({_of('kept', names)}) = ({_of('excluded', names)}) AND 0 < ALL (excluded.events)"
    all_members = " UNION ALL ".join(f"SELECT * FROM {unpacked(rollup, row)}" for row in ("kept", "excluded"))
    sums = _list(f"sum({name}){_cast(name)} AS {name}" for name in rollup.metrics)
    summed_members = (
        f"SELECT {_list(rollup.packed)}, {sums} FROM ({all_members}) AS members GROUP BY {_ordinals(rollup.packed)}"
        f" HAVING sum(events) <> 0 ORDER BY {_ordinals(rollup.packed)}"
    )
    arrays = _list(f"coalesce(array_agg({element}), '{{}}')" for element in rollup.arrays.values())
    return (
        f"SELECT * FROM (SELECT {_of('kept', names)}, {added} FROM unnest({pairs}) AS pair({pair_columns})) AS added"
        f" WHERE {alike} UNION ALL"
        f" SELECT * FROM (SELECT {arrays} FROM ({summed_members}) AS members) AS merged WHERE NOT ({alike})"
    )


def recount(rollup: Rollup, where: str) -> str:
    """The rows that the rollup should have for the events of `where`; one for each value of what is packed."""
    parts = f"({_unnested('analytics.video_breakdowns', 'said.', sign='+')})"
    source = parts if rollup.packed else "analytics.video_metrics"
    sums = _list(f"sum({METRICS[name].sql('event')}){_cast(name)} AS {name}" for name in rollup.metrics)
    keys = _list(f"{expression} AS {name}" for name, expression in rollup.keys.items())
    return (
        f"SELECT {keys}, {sums} FROM {source} event {rollup.joins} WHERE {where} AND {rollup.only}"
        f" GROUP BY {_ordinals(rollup.keys)}"
    )


def stored_rows(rollup: Rollup, where: str) -> str:
    """Its rows, or one for each value of what is packed, in the columns of `recount`."""
    columns = _list((*rollup.keys, *rollup.metrics))
    if not rollup.packed:
        if not rollup.of_video:
            return f"SELECT {columns} FROM {rollup.table} WHERE {where}"
        # what is not merged yet lies in rows of its own
        sums = _list(f"sum({name}){_cast(name)} AS {name}" for name in rollup.metrics)
        keys = _list(rollup.keys)
        view = rollup.table.replace("analytics.", "metrics.")
        return f"SELECT {keys}, {sums} FROM {view} WHERE {where} GROUP BY {keys}"
    keys, parts = _of("kept", rollup.row_keys), _of("part", rollup.arrays.values())
    rows = f"SELECT {keys}, {parts} FROM {rollup.table} kept, {unpacked(rollup)} WHERE {where}"
    return f"SELECT {columns} FROM ({rows}) AS one"


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
    stored, counted = _window(rollup)
    metrics = rollup.metrics
    differences = (
        f"coalesce(sum(coalesce(kept.{metric}, 0) - coalesce(counted.{metric}, 0)), 0)" for metric in metrics
    )
    return (
        f"SELECT count(*), {_list(differences)}"
        f" FROM ({stored_rows(rollup, stored)}) kept"
        f" FULL JOIN ({recount(rollup, counted)}) counted USING ({_list(rollup.keys)})"
        f" WHERE ({_of('kept', metrics)}) IS DISTINCT FROM ({_of('counted', metrics)})"
    )


def rebuild(rollup: Rollup) -> tuple[str, str]:
    """Two statements that rebuild a channel's rows of some days."""
    stored, counted = _window(rollup)
    rows, columns = recount(rollup, counted), (*rollup.keys, *rollup.metrics)
    if rollup.packed:
        rows, columns = _pack(rollup, rows), (*rollup.row_keys, *rollup.arrays)
    return (
        f"DELETE FROM {rollup.table} WHERE {stored}",
        f"INSERT INTO {rollup.table} ({_list(columns)}) {rows}",
    )


# Ids come as their bytes one after the other: as an array they would cost the writer more.
_CHANNELS = """
(SELECT place, encode(substr(%s, place * 16 + 1, 16), 'hex')::uuid AS id FROM generate_series(0, %s - 1) AS place)"""
# What a transaction has to know: how many shards there are; the version of all videos; whether the subject may write to
# all of these channels; ids for so many batches; whether this segment of
# deltas is open.
STATE = f"""
SELECT state.shards, state.videos_version,
       (SELECT core.sees_all()) OR NOT EXISTS (
           SELECT id FROM {_CHANNELS} AS asked EXCEPT SELECT unnest(core.channel_ids('write'))),
       ARRAY (SELECT core.new_id() FROM generate_series(1, %s)),
       EXISTS (SELECT FROM analytics.delta_segments segment
               WHERE (segment.id, segment.generation, segment.status) = (%s, %s, 'open'))
FROM analytics.ingest_state state"""
# Time zones of channels.
TIME_ZONES = f"""
SELECT array_agg(channel.time_zone ORDER BY place)
FROM {_CHANNELS} AS asked
CROSS JOIN LATERAL (SELECT one.time_zone FROM core.channels one WHERE one.id = asked.id LIMIT 1) AS channel"""
# Days since 2000 of quarters of an hour since 1970 in time zones.
DAYS = """
SELECT array_agg((to_timestamp(quarter * 900.0) AT TIME ZONE zone)::date - date '2000-01-01' ORDER BY place)
FROM unnest(%s::text[], %s::bigint[]) WITH ORDINALITY AS asked(zone, quarter, place)"""
# Series have no foreign keys. What somebody may not see is not there for them. LIMIT: each is looked for by its key,
# whatever a planner thinks of tables that were empty when it planned.
UNKNOWN_VIDEOS = """
SELECT said.line, CASE WHEN video.id IS NULL THEN 'There is no video with this id.'
                       WHEN video.channel_id <> said.channel_id THEN 'The video belongs to another channel.'
                       ELSE 'You may not write to this channel.' END
FROM incoming_videos said
LEFT JOIN LATERAL (SELECT * FROM core.videos one WHERE one.id = said.video_id LIMIT 1) AS video ON true
WHERE video.channel_id IS DISTINCT FROM said.channel_id
OR NOT ((SELECT core.sees_all()) OR said.channel_id = ANY ((SELECT core.channel_ids('write'))::uuid[]))"""
_KEY = 'channel_id, video_id, "timestamp"'
_SAME_EVENT = " AND ".join(f"{{0}}.{name.strip()} = {{1}}.{name.strip()}" for name in _KEY.split(","))
# Lines of events that were there before this batch.
REDELIVERED = f"""
SELECT array_agg(incoming.line) FROM incoming, LATERAL (
    SELECT there.batch_id FROM analytics.video_metrics there WHERE {_SAME_EVENT.format("there", "incoming")}
    AND there."timestamp" BETWEEN %s AND %s LIMIT 1) AS before WHERE before.batch_id <> %s"""
# A table of lines, which is searched once: an array is searched for each row again.
_LINES = "unnest(%s::integer[]) AS these(line) WHERE incoming.line = these.line"
MOVE_REDELIVERED = f"""
WITH moved AS (DELETE FROM incoming USING {_LINES} RETURNING incoming.*) INSERT INTO redelivered SELECT * FROM moved"""


def add_corrections() -> str:
    """What the events that came in take away, or more: one that comes again is counted again. Seldom any."""
    taken_away = _list(f"sum(greatest(-event.{name}, 0)){_cast(name)}" for name in CORRECTION_COLUMNS)
    added = _list(f"{name} = kept.{name} + excluded.{name}" for name in CORRECTION_COLUMNS)
    return (
        f"INSERT INTO analytics.channel_corrections AS kept (channel_id, day, {_list(CORRECTION_COLUMNS)})"
        f" SELECT event.channel_id, {DAY}, {taken_away} FROM corrections event"
        " JOIN core.channels channel ON channel.id = event.channel_id"
        " GROUP BY 1, 2 ORDER BY 1, 2"
        f" ON CONFLICT (channel_id, day) DO UPDATE SET {added}, updated_at = now()"
    )


def insert_new() -> str:
    """Events that are not there yet go in. To ask that first costs half as much again."""
    return f"{_insert_from('incoming')} ON CONFLICT ({_KEY}) DO NOTHING"


def insert_breakdowns() -> str:
    """And what breaks them down."""
    columns = f"{_KEY}, {_list(_PARTS)}"
    return f"INSERT INTO analytics.video_breakdowns ({columns}) SELECT {columns} FROM incoming_parts"


def _insert_from(source: str) -> str:
    return (
        f"INSERT INTO analytics.video_metrics AS kept ({_KEY}, batch_id, {', '.join(_VALUES)})"
        f" SELECT {_KEY}, batch_id, {', '.join(_VALUES)} FROM {source}"
    )


def _replace_redelivered(returning: str) -> str:
    return (
        f"{_insert_from('redelivered')}"
        f" ON CONFLICT ({_KEY}) DO UPDATE SET batch_id = excluded.batch_id, {_set(_VALUES)}"
        f" WHERE ({_of('kept', _VALUES)}) IS DISTINCT FROM ({_of('excluded', _VALUES)})"
        f" RETURNING {returning}"
    )


def _set(names: Iterable[str]) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in names)


def _of(row: str, names: Iterable[str]) -> str:
    return ", ".join(f"{row}.{name}" for name in names)


def _differences() -> str:
    """What changed: `new` less `old`. The event itself is no more than it was."""
    columns = [f"new.{name.strip()}" for name in _KEY.split(",")]
    columns += ["old.breakdowns_digest AS digest_before", "0 AS events"]
    columns += ["new.whole_day", "old.whole_day AS was_whole_day"]
    for name, metric in METRICS.items():
        if name != "events":
            columns.append(f"({metric.sql('new')}){_cast(name)} - ({metric.sql('old')}) AS {name}")
    return ", ".join(columns)


def apply_redelivered(*, returns_old: bool) -> str:
    """One statement: what is `redelivered` replaces what was there, and the difference goes into every rollup.

    `returns_old`: the server tells the row that was replaced (PostgreSQL 18); without, it is read before. Answers with
    how many events changed, of how many the breakdowns are replaced, what changed in the last minutes (`sums.RECENT`),
    packed, and which channels and days of UTC have events that were of an hour and are of a whole day now, or the
    reverse: their hours are left as they were, to be rebuilt.
    """
    if returns_old:
        changed = f"WITH changed AS ({_replace_redelivered(_differences())})"
    else:
        changed = (
            f"WITH before AS MATERIALIZED (SELECT there.* FROM analytics.video_metrics there JOIN redelivered"
            f" USING ({_KEY})), put AS ({_replace_redelivered('kept.*')}), changed AS ("
            f"SELECT {_differences()} FROM put new LEFT JOIN before old USING ({_KEY}))"
        )
    of_hours = "(SELECT * FROM changed WHERE NOT (whole_day OR was_whole_day))"
    added = ", ".join(
        f"added_{number} AS ({add_to(rollup, of_hours if rollup.period == 'hour' else 'changed')})"
        for number, rollup in enumerate(ROLLUPS)
    )
    return (
        f"{changed}, {added}, noted AS (INSERT INTO replaced ({_KEY}) SELECT {_KEY} FROM changed"
        " WHERE digest_before <> 0)"
        f" SELECT count(*), count(*) FILTER (WHERE digest_before <> 0), ({_RECENT}), (SELECT jsonb_agg(DISTINCT"
        " jsonb_build_array(channel_id, (\"timestamp\" AT TIME ZONE 'UTC')::date)) FROM changed"
        " WHERE whole_day <> was_whole_day) FROM changed"
    )


_PART = "dimension, member, views, watch_time_minutes"


def _unnested(source: str, row: str, *, sign: str) -> str:
    """Of each of these events its members, to be added or taken back."""
    arrays = ", ".join(f"{row}{name}" for name in _PARTS)
    return (
        f"SELECT {_KEY}, dimension, member, {sign}1 AS events, {sign}part.views AS views,"
        f" {sign}part.watch_time_minutes AS watch_time_minutes"
        f" FROM {source} said, unnest({arrays}) AS part({_PART})"
    )


def apply_redelivered_breakdowns(*, returns_old: bool) -> str:
    """The same for breakdowns: an event that comes again comes as a whole, so members that it lacks now go."""
    insert = (
        f"INSERT INTO analytics.video_breakdowns AS kept ({_KEY}, {', '.join(_PARTS)})"
        f" SELECT {_KEY}, {', '.join(_PARTS)} FROM redelivered_parts"
        f" ON CONFLICT ({_KEY}) DO UPDATE SET {_set(_PARTS)}"
        f" WHERE ({_of('kept', _PARTS)}) IS DISTINCT FROM ({_of('excluded', _PARTS)})"
    )
    both = ", ".join(f"new.{name.strip()}" for name in _KEY.split(","))
    both += "".join(f", new.{name}, old.{name} AS old_{name}" for name in _PARTS)
    if returns_old:
        came = f"came AS ({insert} RETURNING {both})"
    else:
        came = (
            "before AS MATERIALIZED (SELECT there.* FROM analytics.video_breakdowns there JOIN redelivered_parts"
            f" USING ({_KEY})), put AS ({insert} RETURNING kept.*),"
            f" came AS (SELECT {both} FROM put new LEFT JOIN before old USING ({_KEY}))"
        )
    same_event, same_still = _SAME_EVENT.format("part", "event"), _SAME_EVENT.format("still", "part")
    gone = (
        f"gone AS (DELETE FROM analytics.video_breakdowns part USING replaced event WHERE {same_event}"
        f" AND NOT EXISTS (SELECT FROM redelivered_parts still WHERE {same_still}) RETURNING part.*)"
    )
    changed = " UNION ALL ".join(
        (
            _unnested("came", "said.", sign="+"),
            _unnested("came", "said.old_", sign="-"),
            _unnested("gone", "said.", sign="-"),
        )
    )
    added = ", ".join(f"added_{number} AS ({add_to(rollup, 'changed')})" for number, rollup in enumerate(BREAKDOWNS))
    return f"WITH {came}, {gone}, changed AS ({changed}), {added} SELECT"


def remove_empty(rollup: Rollup) -> str:
    """Rows of these days whose last member went with the events that were replaced."""
    keys = [name for name in ("channel_id", "video_id") if name in rollup.keys]
    return (
        f"DELETE FROM {rollup.table} sums USING (SELECT DISTINCT {_list(keys)} FROM replaced) event"
        f" WHERE ({_of('sums', keys)}) = ({_of('event', keys)}) AND sums.events = '{{}}'"
        " AND sums.day BETWEEN %(since)s::date AND %(until)s::date"
    )
