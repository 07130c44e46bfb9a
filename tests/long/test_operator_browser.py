"""What an ordinary operator does, from registering to taking a video down, without an administrator's help after the
first email.
"""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.long.browser_steps import OpenPage, choose, heading
from tests.long.conftest import TEXT, Installation
from tests.long.test_accounts_browser import make_operator
from tests.long.test_browser import order

pytestmark = pytest.mark.long

CHANNEL, TITLE = "Deep Water", "Why the night sky is dark"
BY_HAND = "The dark of the night, edited by hand"


def make_a_channel(page: Page) -> None:
    """With the first persona that they have."""
    page.get_by_role("link", name="Channels").first.click()
    page.get_by_role("button", name="Create channel").click()
    dialog = page.get_by_role("dialog", name="Create channel")
    dialog.get_by_label("Name").fill(CHANNEL)
    dialog.get_by_role("button", name="Create one").click()
    making = page.get_by_role("dialog", name="Create persona")
    making.get_by_label("Name").fill("Diver")
    making.get_by_label("Closing line").fill("Back to the surface.")
    making.get_by_role("button", name="Create persona").click()
    dialog.get_by_role("button", name="Create channel").click()
    expect(heading(page, CHANNEL)).to_be_visible()


def connect_it(page: Page) -> None:
    """To a channel of the same name, which the sandbox makes for it."""
    youtube = page.get_by_role("region", name="YouTube")
    youtube.get_by_role("button", name="Connect", exact=True).click()
    expect(heading(page, "YTEMPIRE wants access to a channel")).to_be_visible()
    expect(page.get_by_role("radio", name=re.compile(f"{CHANNEL} a new channel"))).to_be_checked()
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(youtube.get_by_role("status")).to_contain_text(f"Connected: “{CHANNEL}” is “{CHANNEL}” on YouTube.")


def publish_it(page: Page) -> None:
    """From its own page, with another thumbnail than the first."""
    second = page.get_by_role("button", name="Thumbnail 2")
    second.click()
    expect(second).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog", name=re.compile("Publish on"))
    expect(dialog.get_by_text("sandbox", exact=True)).to_be_visible()
    choose(dialog.get_by_role("combobox", name="Visibility"), re.compile("^Unlisted"))
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(dialog).to_have_count(0)


def edit_it(page: Page) -> None:
    form = page.get_by_role("form", name="Title, description and tags")
    form.get_by_role("textbox", name="Title").fill(f"{TITLE}, really")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(heading(page, f"{TITLE}, really")).to_be_visible()
    there = page.get_by_role("region", name="On YouTube")
    there.get_by_role("button", name="Edit on YouTube").click()
    dialog = page.get_by_role("dialog", name="Edit on YouTube")
    choose(dialog.get_by_role("combobox", name="Visibility"), re.compile("^Public"))
    dialog.get_by_role("button", name="Update on YouTube").click()
    expect(there.get_by_text("Updated on YouTube.")).to_be_visible()
    expect(there).to_contain_text("It is public.")


def edit_by_hand(installation: Installation, youtube_id: str, title: str) -> None:
    """As YouTube Studio does, with the channel's own consent; a while later the numbers are read again."""
    sandbox = installation.json("status")["sandbox"].rstrip("/")
    with httpx.Client(base_url=sandbox, trust_env=False) as client:
        client.put("/sandbox/clock", json={"advance_s": 130}).raise_for_status()  # our own change is settled there
        state = client.get("/sandbox/state").json()
        [channel] = [one["channel_id"] for one in state["videos"] if one["id"] == youtube_id]
        asked = {"project_id": state["projects"][0]["id"], "channel_id": channel}
        token = client.post("/sandbox/tokens", json=asked).json()["access_token"]
        signed = {"headers": {"Authorization": f"Bearer {token}"}}
        listed = client.get("/youtube/v3/videos", params={"part": "snippet", "id": youtube_id}, **signed)
        snippet = listed.json()["items"][0]["snippet"]
        body = {"id": youtube_id, "snippet": {**snippet, "title": title}}
        client.put("/youtube/v3/videos", params={"part": "snippet"}, json=body, **signed).raise_for_status()
        client.put("/sandbox/clock", json={"advance_s": 600}).raise_for_status()


def see_and_keep_it(page: Page, title: str) -> None:
    """What was edited at YouTube is shown beside ours, and taken over."""
    edited = page.get_by_role("region", name="Edited on YouTube")
    expect(edited.get_by_text(title)).to_be_visible()
    expect(edited.get_by_text(f"{TITLE}, really")).to_be_visible()
    edited.get_by_role("button", name="Use YouTube's version").click()
    expect(edited).to_have_count(0)
    expect(heading(page, title)).to_be_visible()


def take_it_down(page: Page, youtube_id: str) -> None:
    there = page.get_by_role("region", name="On YouTube")
    there.get_by_role("button", name="Delete from YouTube").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("A figure in it is wrong")
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_role("textbox", name="YouTube video ID").fill(youtube_id)
    dialog.get_by_role("button", name="Delete from YouTube").click()
    expect(there.get_by_text("removed", exact=True)).to_be_visible()


def on_a_phone(page: Page) -> None:
    """Every place is reached by the menu, and no page is wider than the screen."""
    page.set_viewport_size({"width": 390, "height": 844})
    for place in ("Overview", "Runs", "Videos", "Calendar", "Alerts", "Channels"):
        page.get_by_role("button", name="Menu", exact=True).click()
        page.get_by_role("menuitem", name=place).click()
        expect(heading(page, place)).to_be_visible()
        expect(page.get_by_role("menu")).to_have_count(0)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, place
    page.get_by_role("link", name=CHANNEL).click()
    expect(heading(page, CHANNEL)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_operator_without_administrator_completes_whole_journey(
    page: Page, new_page: OpenPage, installation: Installation
) -> None:
    olga = new_page()
    make_operator(page, olga)
    make_a_channel(olga)
    connect_it(olga)
    olga.get_by_role("link", name="Runs").first.click()
    order(olga, TEXT.read_text())
    expect(olga.get_by_text("completed", exact=True)).to_be_visible()
    expect(olga.get_by_role("button", name="Publish", exact=True)).to_be_visible()
    olga.get_by_role("link", name="Videos").first.click()
    olga.get_by_role("link", name=TITLE).click()
    publish_it(olga)
    there = olga.get_by_role("region", name="On YouTube")
    expect(there.get_by_text("live", exact=True)).to_be_visible()
    expect(there).to_contain_text("It is unlisted.")
    edit_it(olga)
    [(youtube_id,)] = installation.query("SELECT youtube_video_id FROM core.publications")
    edit_by_hand(installation, youtube_id, BY_HAND)
    see_and_keep_it(olga, BY_HAND)
    on_a_phone(olga)
    olga.set_viewport_size({"width": 1280, "height": 800})
    olga.get_by_role("link", name="Videos").first.click()
    olga.get_by_role("link", name=BY_HAND).click()
    take_it_down(olga, youtube_id)
