"""How much room the data takes, and how long the disk lasts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import psycopg

from tests.conftest import Database
from tests.ingest.factories import event, hours_ago, make_measured, ndjson
from ytempire.ingest.ingestor import Ingestor, IngestRequest
from ytempire.kit.database import Sessions, conninfo
from ytempire.runtime.disk_forecast import LEAST_EVENTS, forecast_disk


async def test_forecast_disk_gives_growth_with_enough_history(
    database: Database, sessions: Sessions, tmp_path: Path
) -> None:
    before = forecast_disk(database.owner_url, tmp_path)
    assert (before.used > 1_000_000, before.grows, before.days_left) == (True, None, None)
    ann = await make_measured(sessions, "ann")
    channel, video = ann.pairs[0]
    begin = hours_ago(20)
    said = [event(channel, video, begin + timedelta(seconds=number), views=1) for number in range(LEAST_EVENTS + 1)]
    async with Ingestor(database.app_url, application="test") as ingestor:
        await ingestor.ingest(IngestRequest(ndjson(*said), "api"), ann.subject)
    with psycopg.connect(conninfo(database.owner_url), autocommit=True) as owner:
        owner.execute("ANALYZE analytics.video_metrics")
    after = forecast_disk(database.owner_url, tmp_path)
    assert after.grows is not None
    assert after.days_left is not None
    # all of it came in today
    assert 100 < after.grows / (LEAST_EVENTS + 1) < 1_000
    assert after.days_left == after.free // after.grows
