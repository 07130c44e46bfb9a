"""YouTube on the page: to the consent page and back, what a channel does by itself, and what is left of the quota."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.long.browser_steps import choose, heading
from tests.long.test_accounts_browser import administration
from tests.long.test_content_browser import confirm

pytestmark = pytest.mark.long


def consent(page: Page, decision: str) -> None:
    """On the sandbox's page, for its channel of the demo workspace."""
    expect(heading(page, "YTEMPIRE wants access to a channel")).to_be_visible()
    page.get_by_role("radio", name=re.compile("Clear Signal")).check()
    page.get_by_role("button", name=decision, exact=True).click()


def open_channel(page: Page) -> None:
    page.get_by_role("link", name="Channels").first.click()
    page.get_by_role("link", name="Clear Signal", exact=True).click()
    expect(heading(page, "Clear Signal")).to_be_visible()


def test_channel_is_connected_checked_and_disconnected(page: Page) -> None:
    open_channel(page)
    youtube = page.get_by_role("region", name="YouTube")
    expect(youtube).to_contain_text("Not connected yet.")

    # refused over there: said, and it is as it was
    youtube.get_by_role("button", name="Connect", exact=True).click()
    consent(page, "Deny")
    expect(heading(page, "Clear Signal")).to_be_visible()
    expect(youtube.get_by_role("status")).to_contain_text("Access was denied. The channel is unchanged")

    youtube.get_by_role("button", name="Connect", exact=True).click()
    consent(page, "Allow")
    expect(youtube.get_by_role("status")).to_contain_text("Connected: “Clear Signal” is “Clear Signal” on YouTube.")
    expect(youtube.get_by_text("sandbox", exact=True)).to_be_visible()
    expect(youtube.get_by_text("connected", exact=True)).to_be_visible()
    figures = youtube.get_by_role("table", name="Statistics on YouTube")
    expect(figures.get_by_role("row").nth(1)).to_contain_text("ago")
    page.reload()
    expect(youtube.get_by_text("connected", exact=True)).to_be_visible()
    expect(youtube.get_by_role("status")).to_have_count(0)
    with page.expect_response(lambda answer: answer.url.endswith("/connection/check")) as checked:
        youtube.get_by_role("button", name="Check now").click()
    assert checked.value.ok

    page.get_by_role("link", name="Channels").first.click()
    row = page.get_by_role("table", name="Channels").get_by_role("row", name=re.compile("Clear Signal"))
    expect(row.get_by_text("sandbox", exact=True)).to_be_visible()

    # what that took: one unit to connect, one to check
    administration(page, "Quota")
    expect(page.get_by_text("sandbox", exact=True)).to_be_visible()
    buckets = page.get_by_role("table", name=re.compile("^Quota of"))
    expect(buckets.get_by_role("row", name=re.compile("^Units"))).to_contain_text("2 units")
    expect(buckets.get_by_role("row", name=re.compile("^Units"))).to_contain_text("20 per day")
    # how many more today depends on how much of it is left to read in
    room = re.compile("Room for 2[01] more complete uploads today, 20 per day; units run out first.")
    expect(page.get_by_text(room)).to_be_visible()

    open_channel(page)
    youtube.get_by_role("button", name="Disconnect").click()
    confirm(page, "Disconnect channel", "Videos on YouTube stay there.")
    expect(youtube.get_by_text("revoked", exact=True)).to_be_visible()
    expect(youtube.get_by_text("Connect the channel to check it. There is nothing to disconnect.")).to_be_visible()
    expect(youtube.get_by_role("button", name="Check now")).to_be_disabled()
    expect(youtube.get_by_role("button", name="Connect again")).to_be_enabled()


def test_auto_publish_requires_consent(page: Page) -> None:
    open_channel(page)
    form = page.get_by_role("form", name="Automation")
    save, saved = form.get_by_role("button", name="Save", exact=True), form.get_by_role("status")
    expect(save).to_be_disabled()
    form.get_by_label("Videos per day").fill("2")
    choose(form.get_by_role("combobox", name="Day"), "Friday")
    form.get_by_label("Time", exact=True).fill("18:30")
    form.get_by_label("Time", exact=True).press("Enter")  # this time, not the form
    expect(form.get_by_text("Friday already has 18:30.")).to_be_visible()
    form.get_by_role("switch", name="Auto-publish").check()
    expect(form.get_by_text("I am answerable for what is published")).to_be_visible()
    expect(save).to_be_disabled()
    expect(form.get_by_text("Auto-publish needs your consent.")).to_be_visible()
    form.get_by_role("checkbox", name="I agree").check()
    save.click()
    expect(saved).to_contain_text("Saved")
    expect(form.get_by_text(re.compile("^Agreed by you on .*, text version 2026-11"))).to_be_visible()
    page.reload()
    expect(form.get_by_label("Videos per day")).to_have_value("2")
    expect(form.get_by_role("button", name="Remove Friday 18:30")).to_be_visible()

    # somebody else is first: what was typed is kept, and goes over theirs when one says so
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("form", name="Automation").get_by_label("Videos per day").fill("5")
    other.get_by_role("form", name="Automation").get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_role("form", name="Automation").get_by_role("status")).to_contain_text("Saved")
    other.close()
    form.get_by_role("button", name="Remove Friday 18:30").click()
    save.click()
    expect(form.get_by_role("alert")).to_contain_text("Someone else changed the videos per day since you opened it.")
    form.get_by_role("button", name="Overwrite").click()
    expect(saved).to_contain_text("Saved")
    expect(form.get_by_label("Videos per day")).to_have_value("5")
    expect(form.get_by_text("No publishing slots yet, so nothing is published automatically.")).to_be_visible()

    form.get_by_role("switch", name="Auto-publish").uncheck()
    expect(form.get_by_text("Saving ends the consent")).to_be_visible()
    save.click()
    expect(form.get_by_text("Agreed by you")).to_have_count(0)
