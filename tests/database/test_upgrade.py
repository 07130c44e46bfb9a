"""A database of the version before, with data in it, comes up to the present one and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from psycopg import sql
from psycopg.types.json import Jsonb

from ytempire.accounts.opaque_tokens import hash_token
from ytempire.database.migrate import APP, OWNER, _config, bootstrap, migrate
from ytempire.ingest.metrics import ROLLUPS
from ytempire.ingest.rollups import recount, stored_rows
from ytempire.kit.database import conninfo
from ytempire.notifications.texts import notification_text
from ytempire.outbox.relay import Fact
from ytempire.publishing import metadata
from ytempire.runtime.postgres import EmbeddedPostgres
from ytempire.runtime.workspace import prepare_workspace

BEFORE = "2026_11_20_first"
CHANNEL, VIDEO, RUN = "01a00000-0000-7000-8000-000000000001", "01a00000-0000-7000-8000-000000000002", uuid4()
DATA = f"""
    INSERT INTO core.channels (id, name, persona) VALUES ('{CHANNEL}', 'Kept', '{{}}');
    INSERT INTO core.videos (id, channel_id, title, format) VALUES ('{VIDEO}', '{CHANNEL}', 'Kept too', '16:9');
    INSERT INTO core.workflows (id, channel_id, video_id, request, idempotency_key)
    VALUES ('{RUN}', '{CHANNEL}', '{VIDEO}', '{{}}', 'a key');
    INSERT INTO core.cost_alerts (scope, subject, kind, limit_usd, reached_usd, message) VALUES
        ('video', '{VIDEO}', 'warning', 1, 1, 'm'),
        ('service_video', '{VIDEO}:speech', 'warning', 1, 1, 'm'),
        ('channel_day', '{CHANNEL}:2026-11-20', 'stop', 1, 1, 'm'),
        ('day', '2026-11-20', 'stop', 1, 1, 'm');
    INSERT INTO core.sign_in_links (code_hash, expires_at) VALUES ('x', now());
    INSERT INTO core.sessions (token_hash, expires_at) VALUES ('y', now());
"""

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
LATER = datetime(2199, 1, 1, 8, 30, 15, 250_000, tzinfo=UTC)
DESCRIBED = "One.\r\nTwo.\n"
PUBLISHED = (
    ("live", "public", None, "public"),
    ("live", "public", None, "private"),
    ("live", "private", NOW, "public"),
    ("processing", "private", LATER, None),
)


@pytest.fixture
def name(postgres: EmbeddedPostgres) -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    bootstrap(postgres.superuser_url, name)
    yield name
    with psycopg.connect(conninfo(postgres.superuser_url), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


async def test_upgrade_assigns_existing_rows_to_operator(postgres: EmbeddedPostgres, name: str) -> None:
    owner_url = postgres.url(OWNER, name)
    command.upgrade(_config(owner_url), BEFORE)
    with psycopg.connect(conninfo(owner_url)) as owner:
        owner.execute(DATA)
    migrate(owner_url)
    await prepare_workspace(postgres.url(APP, name), voice_engine="kokoro")
    with psycopg.connect(conninfo(owner_url)) as owner:
        people = owner.execute("SELECT id, full_name, role FROM core.users WHERE role <> 'service'").fetchall()
        assert [person[1:] for person in people] == [("Operator", "admin")]
        for table, column in (("channels", "owner_id"), ("runs", "requested_by")):
            [(whose,)] = owner.execute(
                sql.SQL("SELECT DISTINCT {} FROM core.{}").format(sql.Identifier(column), sql.Identifier(table))
            ).fetchall()
            assert whose == people[0][0]
        alerts = dict(owner.execute("SELECT data ->> 'scope', channel_id::text FROM core.alerts").fetchall())
        assert alerts == {"video": CHANNEL, "service_video": CHANNEL, "channel_day": CHANNEL, "day": None}
        kept = owner.execute("SELECT title FROM core.videos").fetchall()
        assert kept == [("Kept too",)]


def test_upgrade_keeps_sign_in_failures_and_search_words(postgres: EmbeddedPostgres, name: str) -> None:
    owner_url = postgres.url(OWNER, name)
    command.upgrade(_config(owner_url), "2026_11_20_room")
    with psycopg.connect(conninfo(owner_url)) as owner:
        owner.execute(f"""
            INSERT INTO core.users (id, email, failed_sign_ins, locked_until) VALUES
                ('{CHANNEL}', 'waiting@example.com', 7, '2026-11-20 12:00Z'),
                ('{VIDEO}', 'other@example.com', 0, NULL);
            INSERT INTO core.personas (id, owner_id, name, definition) VALUES ('{RUN}', '{CHANNEL}', 'p', '{{}}');
            INSERT INTO core.channels (id, owner_id, name, persona_id)
            VALUES ('{CHANNEL}', '{CHANNEL}', 'Kept', '{RUN}');
            INSERT INTO core.videos (channel_id, title, format, tags, description, script) VALUES
                ('{CHANNEL}', 'A title', '16:9', '{{"two tags"}}', 'Described at 12:30.', 'Spoken, Übung and spoken.');
        """)
    migrate(owner_url)
    with psycopg.connect(conninfo(owner_url)) as owner:
        kept = owner.execute("SELECT address_hash, failures, locked_until FROM core.sign_in_failures").fetchall()
        assert kept == [(hash_token("waiting@example.com"), 7, datetime(2026, 11, 20, 12, tzinfo=UTC))]
        words = owner.execute("SELECT word FROM core.search_vocabulary ORDER BY word").fetchall()
        assert [word for (word,) in words] == ["described", "spoken", "tags", "title", "übung"]
        again = owner.execute(
            "SELECT word FROM core.videos,"
            " core.split_words(concat_ws(' ', title, tags[1], description, script)) AS w (word)"
            " ORDER BY word"
        ).fetchall()
        assert again == words


OTHER, DELIVERED = "01a00000-0000-7000-8000-000000000003", [uuid4() for _ in range(4)]
REPORTED, COUNTED, SENT, GONE = DELIVERED


def test_upgrade_removes_report_figures_from_hourly_rollups(postgres: EmbeddedPostgres, name: str) -> None:
    """Days and events stay as they were; an hour that had nothing else is gone."""
    owner_url = postgres.url(OWNER, name)
    command.upgrade(_config(owner_url), "2026_11_29_ceiling")
    noon, other = "2026-10-10 20:00:00+00", "2026-10-10 20:10:00.000001+00"
    zeros = "0, 0, 0, 0, 0, 0, 0"
    with psycopg.connect(conninfo(owner_url)) as owner:
        owner.execute(f"""
            INSERT INTO core.users (id, email) VALUES ('{CHANNEL}', 'kept@example.com');
            INSERT INTO core.personas (id, owner_id, name, definition) VALUES ('{RUN}', '{CHANNEL}', 'p', '{{}}');
            INSERT INTO core.channels (id, owner_id, name, persona_id) VALUES
                ('{CHANNEL}', '{CHANNEL}', 'Measured', '{RUN}'), ('{OTHER}', '{CHANNEL}', 'Not measured', '{RUN}');
            INSERT INTO core.report_days (channel_id, day, ends_at) VALUES ('{CHANNEL}', '2026-10-10', '{noon}');
            INSERT INTO analytics.ingest_batches
                (id, user_id, source, name, digest, parts, events, superseded, rejected) VALUES
                ('{REPORTED}', '{CHANNEL}', 'youtube', 'reports 2026-10-10', '', 1, 1, 0, 0),
                   ('{COUNTED}', '{CHANNEL}', 'youtube', 'counters', '', 1, 1, 0, 0),
                   ('{SENT}', '{CHANNEL}', 'api', NULL, '', 1, 1, 0, 0);
        """)
        said = [  # channel, video, when, delivery, views, shares, minutes watched
            (CHANNEL, VIDEO, noon, REPORTED, 0, -2, 90),
            (CHANNEL, VIDEO, other, COUNTED, 7, 0, 0),
            (CHANNEL, RUN, noon, REPORTED, 0, 1, 30),  # the only one of its hour
            (CHANNEL, RUN, "2026-10-11 20:00:00+00", GONE, 0, 3, 60),  # whose record went with its age
            (CHANNEL, RUN, "2026-10-11 21:00:00+00", SENT, 0, 4, 5),  # by somebody else, who says an hour
            (OTHER, OTHER, noon, GONE, 0, 5, 6),
        ]
        for channel, video, at, batch, views, shares, watched in said:
            owner.execute(
                'INSERT INTO analytics.video_metrics (channel_id, video_id, "timestamp", batch_id, views, shares,'
                " watch_time_minutes, likes, dislikes, comments, subscribers_gained, subscribers_lost, impressions,"
                " averages_of, average_view_duration, average_percentage_viewed, estimated_revenue_usd,"
                " estimated_ad_revenue_usd, click_through_rate)"
                f" VALUES (%s, %s, %s, %s, %s, %s, %s, {zeros}, 0, 0, 0, 0, 0)",
                [channel, video, at, batch, views, shares, watched],
            )
        for table, key in (("video_hours", "video_id, "), ("channel_hours", "")):
            owner.execute(
                f"INSERT INTO analytics.{table} (channel_id, {key}hour, events, views, shares, watch_time_minutes,"
                " likes, dislikes, comments, subscribers_gained, subscribers_lost, impressions, averages_of,"
                " estimated_revenue_usd, estimated_ad_revenue_usd, viewed_seconds, viewed_percent, clicks)"
                f" SELECT channel_id, {key}date_trunc('hour', \"timestamp\", 'UTC'), count(*), sum(views), sum(shares),"
                f" sum(watch_time_minutes), {zeros}, 0, 0, 0, 0, 0 FROM analytics.video_metrics"
                f" GROUP BY channel_id, {key}date_trunc('hour', \"timestamp\", 'UTC')"
            )
    migrate(owner_url)
    with psycopg.connect(conninfo(owner_url)) as owner:
        marked = owner.execute("SELECT shares FROM analytics.video_metrics WHERE whole_day ORDER BY shares").fetchall()
        assert marked == [(-2,), (1,), (3,)]
        for table in ("video_hourly", "channel_hourly"):
            hours = owner.execute(
                f"SELECT channel_id::text, events, views, shares, watch_time_minutes FROM analytics.{table}"
                " ORDER BY views, shares"
            ).fetchall()
            assert hours == [(CHANNEL, 1, 0, 4, 5), (OTHER, 1, 0, 5, 6), (CHANNEL, 1, 7, 0, 0)]
        for rollup in ROLLUPS:
            if rollup.period == "hour":
                counted = owner.execute(recount(rollup, "true").encode()).fetchall()
                assert sorted(counted) == sorted(owner.execute(stored_rows(rollup, "true").encode()).fetchall())


def test_search_functions_with_other_parameter_names_are_replaced(postgres: EmbeddedPostgres, name: str) -> None:
    """As an installation has them from before; the trigger on videos calls them at any time."""
    owner_url = postgres.url(OWNER, name)
    migrate(owner_url)
    with psycopg.connect(conninfo(owner_url)) as owner:
        owner.execute("""
            DROP FUNCTION core.split_words(text), core.query_words(text), core.correct_words(text),
                core.search_videos(text, integer), core.search_channels(text, integer);
            CREATE FUNCTION core.split_words(said text) RETURNS SETOF text LANGUAGE sql AS 'SELECT said';
            CREATE FUNCTION core.query_words(asked text) RETURNS tsquery LANGUAGE sql AS 'SELECT NULL::tsquery';
            CREATE FUNCTION core.correct_words(asked text, OUT words tsquery, OUT closeness double precision)
                LANGUAGE sql AS 'SELECT NULL::tsquery, 1.0';
            CREATE FUNCTION core.search_videos(asked text, most integer)
                RETURNS TABLE (video_id uuid, rank double precision) LANGUAGE sql AS 'SELECT NULL::uuid, 1.0';
            CREATE FUNCTION core.search_channels(asked text, most integer)
                RETURNS TABLE (channel_id uuid, rank double precision) LANGUAGE sql AS 'SELECT NULL::uuid, 1.0';
            UPDATE core.applied_code SET sha256 = 'before' WHERE path LIKE '%search.sql';
        """)
    migrate(owner_url)
    with psycopg.connect(conninfo(owner_url)) as owner:
        parameters = owner.execute("""
            SELECT proname, proargnames[:pronargs] FROM pg_proc WHERE pronamespace = 'core'::regnamespace
            AND proname IN ('split_words', 'query_words', 'correct_words', 'search_videos', 'search_channels')
        """).fetchall()
    assert dict(parameters) == {
        "split_words": ["input_text"],
        "query_words": ["query_text"],
        "correct_words": ["query_text"],
        "search_videos": ["query_text", "max_rows"],
        "search_channels": ["query_text", "max_rows"],
    }


def test_upgrade_of_empty_database_runs_all_migrations(postgres: EmbeddedPostgres, name: str) -> None:
    migrate(postgres.url(OWNER, name))
    with psycopg.connect(conninfo(postgres.url(OWNER, name))) as owner:
        assert owner.execute("SELECT full_name FROM core.users").fetchall() == [("YTEMPIRE",)]


def test_upgrade_publications_have_no_remote_edits(postgres: EmbeddedPostgres, name: str) -> None:
    owner_url = postgres.url(OWNER, name)
    command.upgrade(_config(owner_url), "2026_11_29_ceiling")
    with psycopg.connect(conninfo(owner_url)) as owner:
        owner.execute(f"""
            INSERT INTO core.users (id, email) VALUES ('{CHANNEL}', 'a@example.com');
            INSERT INTO core.personas (id, owner_id, name, definition) VALUES ('{RUN}', '{CHANNEL}', 'p', '{{}}');
            INSERT INTO core.channels (id, owner_id, name, persona_id)
            VALUES ('{CHANNEL}', '{CHANNEL}', 'Kept', '{RUN}');
        """)
        for number, (status, privacy, at, shown) in enumerate(PUBLISHED):
            [(video,)] = owner.execute(
                "INSERT INTO core.videos (channel_id, title, format, tags, description, status, duration_seconds,"
                " published_at, scheduled_at) VALUES (%s, 'A title ', '16:9', '{two tags}', %s, %s, 9, %s, %s)"
                " RETURNING id",
                [
                    CHANNEL,
                    DESCRIBED,
                    *(("published", at or NOW, None) if status == "live" else ("scheduled", None, at)),
                ],
            )
            owner.execute(
                "INSERT INTO core.publications (video_id, channel_id, is_sandbox, ordered_by, status, privacy,"
                " publish_at, category_id, made_for_kids, synthetic_media, licence, marker, file_sha256, size_bytes,"
                " youtube_video_id, youtube_privacy, live_at) VALUES (%s, %s, false, %s, %s, %s, %s, '27', false, true,"
                " 'youtube', %s, 'x', 1, %s, %s, %s)",
                [video, CHANNEL, CHANNEL, status, privacy, at, f"m{number}", f"y{number}", shown,
                 NOW if status == "live" else None],
            )  # fmt: skip
    migrate(owner_url)
    migrate(owner_url)
    with psycopg.connect(conninfo(owner_url)) as owner:
        rows = owner.execute(
            "SELECT last_sent, baseline, status, youtube_privacy, publish_at FROM core.publications"
        ).fetchall()
    for sent, baseline, status, privacy, at in rows:
        item = {
            "snippet": {"title": "A title", "description": DESCRIBED.replace("\r", "").strip(), "tags": ["two tags"],
                        "categoryId": "27", "defaultLanguage": "en", "defaultAudioLanguage": "en"},
            "status": {"privacyStatus": privacy or "private", "license": "youtube", "containsSyntheticMedia": True},
        }  # fmt: skip
        if status == "processing":
            item["status"]["publishAt"] = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        shown = metadata.parse_remote_values(item, marker="m")
        assert metadata.find_remote_edits(baseline, shown) == {}
        assert all(metadata.is_same(one, sent[one], shown[one]) for one in shown.keys() - {"visibility"})


FACTS = {
    "cost_stop": ({"message": "Three dollars."}, ("A cost limit stopped a paid call", "Three dollars.", None)),
    "video_viral": (
        {"title": "Tides", "hour_views": 2000},
        ("“Tides” goes viral", "About 2000 views in the last hour.", f"/videos/{VIDEO}"),
    ),
    "collection_late": (
        {"name": "Kept", "reason": "Busy.", "since": "2026-11-30T00:00:00Z"},
        (
            "No numbers of “Kept” have come from YouTube",
            "Busy. What is missing now comes with the next reading.",
            f"/channels/{CHANNEL}",
        ),
    ),
    "alert_opened": (
        {"key": "x", "severity": "critical", "message": "No partition.", "remedy": "Run it."},
        ("No partition.", "Run it.", "/administration/database"),
    ),
}


def test_upgrade_undelivered_alert_facts_get_text(postgres: EmbeddedPostgres, name: str) -> None:
    owner_url = postgres.url(OWNER, name)
    command.upgrade(_config(owner_url), "2026_11_30_rooms")
    with psycopg.connect(conninfo(owner_url)) as owner:
        for kind, (data, _) in FACTS.items():
            owner.execute(
                "INSERT INTO core.outbox (subscriber, subject, kind, channel_id, row_id, data)"
                " VALUES ('notifications', 'x:1', %s, %s, %s, %s)",
                [kind, CHANNEL, VIDEO, Jsonb(data)],
            )
    migrate(owner_url)
    with psycopg.connect(conninfo(owner_url)) as owner:
        rows = owner.execute("SELECT * FROM core.outbox ORDER BY id", prepare=False)
        facts = [dict(zip([column.name for column in rows.description or []], row, strict=True)) for row in rows]
    texts = [
        notification_text(Fact(one["kind"], 1, one["channel_id"], one["row_id"], None, one["data"], NOW))
        for one in facts
    ]
    assert [(text.title, text.message, text.link) for text in texts if text] == [text for _, text in FACTS.values()]
