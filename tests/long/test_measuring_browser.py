"""What was measured, in a real browser: live, as charts and tables, and how ingest does."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.ingest.factories import event, ndjson
from tests.long.browser_steps import heading
from tests.long.conftest import Installation
from ytempire.channels.models import Channel
from ytempire.kit.database import connect
from ytempire.production.models import Video
from ytempire.runtime.local_operator import operator_sessions

pytestmark = pytest.mark.long


async def _videos(installation: Installation) -> list[tuple[UUID, UUID]]:
    """Three videos on the operator's own channel."""
    state = installation.state()
    assert state is not None
    engine = connect(state.endpoints.database_url, pool_size=1)
    async with (await operator_sessions(engine)).begin() as session:
        channel = (await session.scalars(select(Channel.id))).first()
        assert channel is not None
        rows = [
            Video(channel_id=channel, title=title, format="16:9") for title in ("Night sky", "Deep sea", "High peaks")
        ]
        session.add_all(rows)
        await session.flush()
        found = [(channel, row.id) for row in rows]
    await engine.dispose()
    return found


def deliver(installation: Installation, folder: Path, *lines: bytes, check: bool = True) -> None:
    file = folder / "events.ndjson"
    file.write_bytes(b"\n".join(lines))
    installation.run("ingest", "metrics", str(file), check=check)


def test_overview_figures_follow_ingested_events(installation: Installation, page: Page, tmp_path: Path) -> None:
    page.goto("/overview")
    expect(heading(page, "Overview")).to_be_visible()
    expect(page.get_by_text("No data yet")).to_be_visible()
    with ThreadPoolExecutor(1) as thread:  # the browser's own loop runs in this one
        sky, sea, peaks = thread.submit(asyncio.run, _videos(installation)).result()
    now = datetime.now(UTC)
    past = [
        event(*sky, now - timedelta(days=day, hours=2), views=1000 + 50 * day, likes=40, estimated_revenue_usd=2.5)
        for day in range(20)
    ]
    deliver(installation, tmp_path, ndjson(*past, event(*sea, now - timedelta(minutes=4), views=5000, likes=400)))
    hour = page.get_by_role("table", name="Trending now")
    expect(hour.get_by_role("row", name=re.compile("Deep sea"))).to_contain_text("viral")
    expect(page.get_by_text("Views by day")).to_be_visible()
    page.get_by_role("button", name="Show table").click()
    expect(page.get_by_role("table", name="Metrics by day").get_by_role("row")).to_have_count(29)  # 28 days

    # a commit is on the screen within a second or so, without a reload
    views = page.get_by_role("definition").first
    before = views.inner_text()
    deliver(installation, tmp_path, ndjson(event(*peaks, now - timedelta(minutes=1), views=700)))
    expect(views).not_to_have_text(before)
    expect(hour.get_by_role("row", name=re.compile("High peaks"))).to_be_visible()


def test_ingest_page_handles_quarantine_and_checks_sums(installation: Installation, page: Page, tmp_path: Path) -> None:
    deliver(installation, tmp_path, b"nonsense", b"more nonsense", check=False)  # it says that nothing went in
    page.goto("/ingest")
    expect(heading(page, "Ingest")).to_be_visible()
    lines = page.get_by_role("table", name="Quarantine")
    expect(lines.get_by_role("row")).to_have_count(3)
    lines.get_by_role("button", name="Retry line 1").click()
    expect(page.get_by_text("0 of 1 lines were ingested.")).to_be_visible()
    lines.get_by_role("button", name="Delete line 2").click()
    expect(lines.get_by_role("row")).to_have_count(2)
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("button", name="Delete lines").click()
    expect(page.get_by_text("The quarantine is empty.")).to_be_visible()
    batches = page.get_by_role("table", name="Ingest batches")
    expect(batches.get_by_role("row", name=re.compile("events.ndjson")).first).to_contain_text("committed")
    page.get_by_role("button", name="Check last 7 days").click()
    expect(page.get_by_text(re.compile("channels checked: no mismatches"))).to_be_visible()
