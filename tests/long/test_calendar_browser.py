"""The calendar on the page: scheduled automatically, a free slot filled by hand, then rescheduled and cancelled."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.long.browser_steps import choose, heading
from tests.long.conftest import Installation
from tests.long.test_publishing import finished_video

pytestmark = pytest.mark.long

SMALL = 64 * 1024


def give_times(installation: Installation, channel: str, *times: str, by_itself: bool) -> None:
    """Each day at these times, on clocks of Kathmandu."""
    [(channel_id,)] = installation.query(
        "UPDATE core.channels SET time_zone = 'Asia/Kathmandu' WHERE name = %s RETURNING id", channel
    )
    installation.query(
        "INSERT INTO core.channel_automation"
        " (channel_id, videos_per_day, auto_publish, consent_at, consent_by, consent_version)"
        " SELECT c.id, 2, %s, now(), c.owner_id, '2026-11' FROM core.channels c WHERE c.id = %s RETURNING 1",
        by_itself,
        channel_id,
    )
    for at in times:
        installation.query(
            "INSERT INTO core.publishing_slots (channel_id, weekday, local_time)"
            " SELECT %s, weekday, %s::time FROM generate_series(0, 6) AS weekday RETURNING 1",
            channel_id,
            at,
        )


def open_next_week(page: Page) -> None:
    """A week of which nothing is past."""
    page.get_by_role("link", name="Calendar", exact=True).click()
    expect(heading(page, "Calendar")).to_be_visible()
    page.get_by_role("button", name="Next week").click()


def publications(installation: Installation) -> list[tuple[Any, ...]]:
    return installation.query(
        "SELECT v.title, p.status, p.is_automatic, to_char(p.publish_at AT TIME ZONE 'Asia/Kathmandu', 'HH24:MI')"
        " FROM core.publications p JOIN core.videos v ON v.id = p.video_id ORDER BY p.id"
    )


def lines(page: Page, named: str) -> Locator:
    return page.get_by_role("button", name=re.compile(named))


def test_finished_videos_are_scheduled_automatically(page: Page, installation: Installation) -> None:
    installation.json("channels", "connect", "Clear Signal")
    give_times(installation, "Clear Signal", "18:30", by_itself=True)
    finished_video(installation, "How tides work", size=SMALL)
    finished_video(installation, "Angles <and> brackets", size=SMALL)
    page.get_by_role("link", name="Calendar", exact=True).click()
    expect(heading(page, "Calendar")).to_be_visible()
    page.get_by_role("button", name="Month", exact=True).click()
    legend = page.get_by_role("list", name="Channels")
    expect(legend).to_contain_text("times in Asia/Kathmandu, schedules automatically")
    expect(legend.get_by_text("sandbox", exact=True)).to_be_visible()
    expect(lines(page, "^18:30, How tides work, Clear Signal, (processing|scheduled)$")).to_be_visible()
    assert [one[:3] for one in publications(installation)] == [("How tides work", "processing", True)]
    # YouTube has it: a new time is set there
    lines(page, "^18:30, How tides work, Clear Signal, scheduled$").click()
    dialog = page.get_by_role("dialog")
    choose(dialog.get_by_role("combobox", name="New time"), "another time")
    field = dialog.get_by_label("Time", exact=True)
    field.fill(field.input_value().replace("T18:30", "T20:45"))
    dialog.get_by_role("button", name="Reschedule").click()
    expect(lines(page, "^20:45, How tides work, Clear Signal, scheduled$")).to_be_visible()

    wrong = page.get_by_role("region", name="Conflicts")
    expect(wrong).to_contain_text("“Angles <and> brackets” cannot be planned by itself. The title has < or >")
    quota = page.get_by_role("list", name="Quota of Sandbox by Pacific day").get_by_role("listitem")
    expect(quota).to_have_count(7)
    expect(quota.first).to_contain_text("1 started")

    # mended, it gets a time by itself
    wrong.get_by_role("link", name="Open video").click()
    page.get_by_label("Title", exact=True).fill("Angles and brackets")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Calendar", exact=True).click()
    page.get_by_role("button", name="Month", exact=True).click()
    expect(lines(page, "^18:30, Angles and brackets, Clear Signal")).to_be_visible()
    expect(wrong).to_have_count(0)


def test_free_slot_is_filled_rescheduled_and_cancelled(page: Page, installation: Installation) -> None:
    installation.json("channels", "connect", "Clear Signal")
    give_times(installation, "Clear Signal", "09:00", "18:30", by_itself=False)
    finished_video(installation, "What a barcode says", size=SMALL)
    finished_video(installation, "How bees vote", size=SMALL)
    [(project,)] = installation.query("SELECT id FROM core.youtube_projects")
    # today's is used up, so that nothing is sent meanwhile
    installation.query(
        "INSERT INTO core.quota_usage (project_id, bucket, day, used)"
        " VALUES (%s, 'inserts', (now() AT TIME ZONE 'America/Los_Angeles')::date, 100) RETURNING 1",
        project,
    )

    open_next_week(page)
    expect(lines(page, "^09:00, free, Clear Signal$")).to_have_count(7)
    # by keyboard: the line is a button
    lines(page, "^09:00, free, Clear Signal$").first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("09:00 in Asia/Kathmandu, free")
    dialog.get_by_role("radio", name="How bees vote").check()
    dialog.get_by_role("button", name="Publish at this time").click()
    expect(dialog).to_have_count(0)
    entry = lines(page, "^09:00, How bees vote, Clear Signal, planned")
    expect(entry).to_be_visible()
    expect(lines(page, "^09:00, free, Clear Signal$")).to_have_count(6)

    # moved to one of the free times on the page
    entry.click()
    expect(dialog).to_contain_text("a user")
    choose(dialog.get_by_role("combobox", name="New time"), re.compile("18:30, free$"))
    dialog.get_by_role("button", name="Reschedule").click()
    moved = lines(page, "^18:30, How bees vote, Clear Signal, planned")
    expect(moved).to_be_visible()
    expect(lines(page, "^09:00, free, Clear Signal$")).to_have_count(7)

    # to another time: past ones are refused before they are sent
    moved.click()
    choose(dialog.get_by_role("combobox", name="New time"), "another time")
    field = dialog.get_by_label("Time", exact=True)
    kept = field.input_value()
    field.fill("2026-01-01T09:00")
    expect(dialog.get_by_text("This time is in the past.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Reschedule")).to_be_disabled()
    field.fill(kept.replace("T18:30", "T20:15"))
    dialog.get_by_role("button", name="Reschedule").click()
    odd = lines(page, "^20:15, How bees vote")
    expect(odd).to_be_visible()
    assert publications(installation) == [("How bees vote", "planned", False, "20:15")]

    odd.click()
    dialog.get_by_role("button", name="Cancel publication").click()
    expect(dialog).to_have_count(0)  # nothing behind it can be found while it is open
    expect(odd).to_have_count(0)
    assert publications(installation) == []
    ready = page.get_by_role("table", name="Backlog")
    expect(ready.get_by_role("row", name=re.compile("How bees vote"))).to_be_visible()
    ready.get_by_role("button", name="Schedule “What a barcode says” in the next free slot").click()
    expect(ready.get_by_role("row", name=re.compile("What a barcode says"))).to_have_count(0)
    assert [one[:3] for one in publications(installation)] == [("What a barcode says", "planned", False)]

    # one whose time has passed stands above the days, and can be moved from there
    installation.query("UPDATE core.publications SET publish_at = now() - interval '30 hours' RETURNING 1")
    page.get_by_role("button", name="Today").click()
    page.reload()
    overdue = page.get_by_role("table", name="Overdue")
    expect(overdue.get_by_role("row", name=re.compile("What a barcode says.*Clear Signal.*planned"))).to_be_visible()
    overdue.get_by_role("button", name="What a barcode says").click()
    dialog.get_by_role("button", name="Reschedule").click()
    expect(dialog).to_have_count(0)
    expect(overdue).to_have_count(0)

    # a channel that is paused: said, with the way there
    installation.query("UPDATE core.channels SET status = 'paused' WHERE name = 'Clear Signal' RETURNING 1")
    page.get_by_role("button", name="Today").click()
    page.reload()
    wrong = page.get_by_role("region", name="Conflicts")
    page.get_by_role("button", name="Month", exact=True).click()
    expect(wrong).to_contain_text("“Clear Signal” is paused: 1 publication waits for it. Activate the channel.")
    wrong.get_by_role("link", name="Open channel").first.click()
    expect(heading(page, "Clear Signal")).to_be_visible()
