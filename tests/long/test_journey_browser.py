"""The whole loop by hand: a channel is connected, a text becomes a video, gets a time, is public then, and earns."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.long.browser_steps import choose, heading
from tests.long.conftest import TEXT, Installation
from tests.long.test_browser import order
from tests.long.test_calendar_browser import lines
from tests.long.test_measurement_browser import DAY_S, number
from tests.long.test_youtube_browser import consent, open_channel

pytestmark = pytest.mark.long

TITLE = "Why the night sky is dark"
AHEAD = timedelta(seconds=45)  # what it takes to click, and the worker to set the time at YouTube
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def connect(page: Page) -> None:
    open_channel(page)
    youtube = page.get_by_role("region", name="YouTube")
    youtube.get_by_role("button", name="Connect", exact=True).click()
    consent(page, "Allow")
    expect(youtube.get_by_role("status")).to_contain_text("Connected: “Clear Signal” is “Clear Signal” on YouTube.")


def tell_what_it_is_about(page: Page) -> None:
    form = page.get_by_role("form", name="Channel details")
    form.get_by_label("Topics").fill("wasps, Light,")
    form.get_by_label("Blocked phrases").fill("lottery,")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form.get_by_role("status")).to_contain_text("Saved")


def give_a_time(page: Page, day: datetime) -> None:
    """The channel's week has one time, 18:00 of that day, which somebody is to fill."""
    form = page.get_by_role("form", name="Automation")
    form.get_by_label("Videos per day").fill("1")
    choose(form.get_by_role("combobox", name="Day"), WEEKDAYS[day.weekday()])
    form.get_by_label("Time", exact=True).fill("18:00")
    form.get_by_role("button", name="Add slot").click()
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form.get_by_role("status")).to_contain_text("Saved")


def make(page: Page) -> None:
    page.get_by_role("link", name="Runs").first.click()
    order(page, TEXT.read_text())
    expect(heading(page, TITLE)).to_be_visible()
    expect(page.get_by_text("completed", exact=True)).to_be_visible()


def open_calendar(page: Page, day: datetime) -> None:
    """At the week of that day, which is this one or the next."""
    page.get_by_role("link", name="Calendar", exact=True).click()
    expect(heading(page, "Calendar")).to_be_visible()
    if day.isocalendar().week != datetime.now(UTC).isocalendar().week:
        page.get_by_role("button", name="Next week").click()


def fill(page: Page) -> Locator:
    """The free time gets the video; its line, once YouTube has it."""
    lines(page, "^18:00, free, Clear Signal$").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=TITLE).check()
    dialog.get_by_role("button", name="Publish at this time").click()
    expect(dialog).to_have_count(0)
    entry = lines(page, f"^18:00, {TITLE}, Clear Signal, scheduled$")
    expect(entry).to_be_visible()
    return entry


def move_closer(page: Page, entry: Locator) -> datetime:
    """To the next full minute: nobody wants to wait until tomorrow."""
    entry.click()
    dialog = page.get_by_role("dialog")
    choose(dialog.get_by_role("combobox", name="New time"), "another time")
    at = (datetime.now(UTC) + AHEAD).replace(second=0, microsecond=0) + timedelta(minutes=1)
    dialog.get_by_label("Time", exact=True).fill(f"{at:%Y-%m-%dT%H:%M}")
    dialog.get_by_role("button", name="Reschedule").click()
    expect(dialog).to_have_count(0)
    return at


def test_journey_from_text_to_revenue_by_hand(page: Page, installation: Installation) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    connect(page)
    tell_what_it_is_about(page)
    give_a_time(page, tomorrow)
    make(page)

    open_calendar(page, tomorrow)
    at = move_closer(page, fill(page))
    open_calendar(page, at)
    lines(page, f"^{at:%H:%M}, {TITLE}, Clear Signal").click()
    page.get_by_role("link", name="Open video").click()
    tags = page.get_by_role("form", name="Title, description and tags").get_by_role("button")
    expect(tags.first).to_have_text("Light")
    there = page.get_by_role("region", name="On YouTube")
    expect(there).to_contain_text("YouTube makes it public at its scheduled time.")
    expect(there.get_by_text("live", exact=True)).to_be_visible()
    expect(there).to_contain_text("It is public.")
    expect(there).to_contain_text(f"Live since {at.day} {at:%b %Y, %H:%M}")
    expect(number(there, "Views")).to_contain_text("YouTube's counter, read")

    # the days that an audience and YouTube's reports take
    sandbox = installation.json("status")["sandbox"].rstrip("/")
    httpx.put(f"{sandbox}/sandbox/clock", json={"advance_s": 6 * DAY_S}, trust_env=False).raise_for_status()
    expect(number(there, "Views").locator("dd").first).to_have_text(re.compile("^[1-9]"))
    expect(number(there, "Revenue (USD)")).to_contain_text("Analytics through")
    expect(number(there, "Revenue (USD)").locator("dd").first).to_have_text(re.compile("[1-9]"))
    expect(number(there, "Profit (USD)")).to_contain_text("revenue minus cost")
    on_its_time = "SELECT status, published_at = scheduled_at FROM core.videos WHERE title = %s"
    assert installation.query(on_its_time, TITLE) == [("published", True)]
