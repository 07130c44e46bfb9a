"""What YouTube said is forgotten in time, and nothing else is."""

from __future__ import annotations

from datetime import timedelta

from tests.collection.conftest import CollectionEnv
from ytempire.collection.retention import delete_expired

DAY = 86_400.0
KEPT = timedelta(days=30)


class TestForgetting:
    async def test_delete_expired_removes_stale_counters_and_reports(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(6 * DAY)
        await collection_env.collect()
        happened = collection_env.sums(video)
        await delete_expired(collection_env.runtime.sessions, KEPT)
        assert collection_env.row(video)["views"] is not None
        _long_ago(collection_env)
        await delete_expired(collection_env.runtime.sessions, KEPT)
        row = collection_env.row(video)
        assert (row["views"], row["previous_views"], row["read_at"]) == (None, None, None)
        assert collection_env.youtube_env.rows("SELECT count(*) FROM analytics.daily_report_views") == [(0,)]
        assert collection_env.sums(video) == happened

    async def test_counter_reading_after_deletion_continues_from_sums(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(DAY)
        await collection_env.collect()
        _long_ago(collection_env)
        await delete_expired(collection_env.runtime.sessions, KEPT)
        collection_env.youtube_env.sandbox_server.advance(DAY)
        await collection_env.collect()
        assert collection_env.sums(video) == collection_env.shown(video)

    async def test_delete_expired_keeps_counters_not_ingested(self, collection_env: CollectionEnv) -> None:
        video = collection_env.publish(quality=2.0)
        collection_env.youtube_env.sandbox_server.advance(DAY)
        await collection_env.collect()
        _long_ago(collection_env)
        collection_env.execute("UPDATE core.video_counters SET ingested = false")
        await delete_expired(collection_env.runtime.sessions, KEPT)
        assert collection_env.row(video)["views"] is not None


def _long_ago(collection_env: CollectionEnv) -> None:
    collection_env.execute("UPDATE core.video_counters SET read_at = read_at - interval '31 days'")
    collection_env.execute("UPDATE analytics.daily_report_views SET fetched_at = fetched_at - interval '31 days'")
