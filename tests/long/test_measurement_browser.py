"""Numbers on the page: a video is published, YouTube's clock goes on, and the figures come by themselves."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.long.browser_steps import choose
from tests.long.conftest import Installation
from tests.long.test_publishing import finished_video
from tests.long.test_youtube_browser import open_channel

pytestmark = pytest.mark.long

DAY_S = 86_400


def number(region: Locator, name: str) -> Locator:
    """A number, with what stands below it."""
    return region.locator("div", has=region.page.locator("dt", has_text=re.compile(f"^{re.escape(name)}$")))


def change_and_delete(page: Page, there: Locator, installation: Installation) -> None:
    """What YouTube has is changed from the page, and deleted in two steps; the figures stay."""
    page.get_by_role("textbox", name="Title").fill("Why the night is dark, in short")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as a new version")).to_be_visible()
    there.get_by_role("button", name="Edit on YouTube").click()
    dialog = page.get_by_role("dialog", name="Edit on YouTube")
    choose(dialog.get_by_role("combobox", name="Visibility"), re.compile("^Unlisted"))
    dialog.get_by_role("button", name="Update on YouTube").click()
    expect(there.get_by_text("Updated on YouTube.")).to_be_visible()
    expect(there).to_contain_text("It is unlisted.")
    there.get_by_role("button", name="Delete from YouTube").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("A figure in it is wrong")
    dialog.get_by_role("button", name="Continue").click()
    delete = dialog.get_by_role("button", name="Delete from YouTube")
    [(youtube_id,)] = installation.query("SELECT youtube_video_id FROM core.publications")
    dialog.get_by_role("textbox", name="YouTube video ID").fill("another id")
    delete.click()
    expect(dialog.get_by_text(f"Type {youtube_id} to confirm.")).to_be_visible()
    dialog.get_by_role("textbox", name="YouTube video ID").fill(youtube_id)
    delete.click()
    expect(there.get_by_text("removed", exact=True)).to_be_visible()
    expect(number(there, "Views").locator("dd").first).to_have_text(re.compile(r"^[1-9]"))


def test_channel_figures_appear_as_collected(page: Page, installation: Installation) -> None:
    sandbox = installation.json("status")["sandbox"].rstrip("/")
    installation.json("channels", "connect", "Clear Signal")
    open_channel(page)
    numbers = page.get_by_role("region", name="Data collection")
    expect(numbers).to_contain_text("No video of this channel is live on YouTube yet")

    video_id = finished_video(installation)
    page.goto(f"/videos/{video_id}")
    expect(page.get_by_role("heading", name="Why the night is dark")).to_be_visible()
    expect(page.get_by_role("region", name="On YouTube")).to_have_count(0)
    assert installation.json("publish", video_id)["status"] == "live"

    page.reload()
    there = page.get_by_role("region", name="On YouTube")
    expect(there.get_by_text("sandbox", exact=True)).to_be_visible()
    expect(there.get_by_text("live", exact=True)).to_be_visible()
    expect(there).to_contain_text("thumbnail uploaded, captions uploaded")
    expect(number(there, "Views")).to_contain_text("YouTube's counter, read")
    expect(number(there, "Revenue (USD)")).to_contain_text("Analytics: two to three days late")

    # nobody asks for it: the worker sees that YouTube's clock went on, and the page that there is more
    httpx.put(f"{sandbox}/sandbox/clock", json={"advance_s": 6 * DAY_S}, trust_env=False).raise_for_status()
    expect(number(there, "Views").locator("dd").first).to_have_text(re.compile(r"^[1-9]"))
    expect(number(there, "Revenue (USD)")).to_contain_text("Analytics through")
    expect(number(there, "Revenue (USD)").locator("dd").first).to_have_text(re.compile(r"^[0-9]"))
    expect(number(there, "Profit (USD)")).to_contain_text("revenue minus cost")
    there.get_by_role("button", name="Table").click()
    expect(there.get_by_role("table", name="Views by day").get_by_role("row").nth(1)).to_contain_text(
        re.compile("[0-9]")
    )

    sources = there.get_by_role("table", name="Traffic sources")
    expect(sources.get_by_role("row").nth(1)).to_contain_text(re.compile(r"[0-9.]+ %\s*[1-9]"))
    expect(there.get_by_role("table", name="Countries")).to_be_visible()
    expect(there.get_by_role("table", name="Devices")).to_be_visible()

    open_channel(page)
    expect(numbers.get_by_text("fresh", exact=True)).to_be_visible()
    # YouTube says it of the channel once a day; what its videos have is known sooner
    known = page.get_by_role("table", name="Statistics on YouTube")
    expect(known.get_by_role("row", name=re.compile("^Views of publications from here"))).to_be_visible()
    expect(numbers).to_contain_text("of 1 video, last read")
    expect(numbers).to_contain_text(re.compile(r"through 20\d\d-\d\d-\d\d"))
    expect(numbers.get_by_role("table", name="Views counted and reported").get_by_role("row")).not_to_have_count(0)

    # what a person asks for comes as well
    said = installation.json("collect", "--channel", "Clear Signal")["items"]
    assert [(one["channel"], one["videos"], one["error"]) for one in said] == [("Clear Signal", 1, None)]

    page.goto(f"/videos/{video_id}")
    change_and_delete(page, there, installation)
