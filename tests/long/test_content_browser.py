"""Channels and videos in a real browser: told of, found, changed, put away; nobody overwrites what others changed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.long.browser_steps import choose, heading
from tests.long.conftest import TEXT
from tests.long.test_browser import order

pytestmark = pytest.mark.long


def search(page: Page, words: str) -> None:
    """From anywhere, by keyboard."""
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search videos and channels")).to_be_focused()
    page.keyboard.type(words)


def confirm(page: Page, action: str, says: str) -> None:
    question = page.get_by_role("dialog")
    expect(question).to_contain_text(says)
    question.get_by_role("button", name=action).click()
    expect(question).to_have_count(0)


def test_finished_video_is_notified_found_edited_and_archived(page: Page) -> None:
    bell = page.get_by_role("button", name="Notifications", exact=True)
    bell.click()
    told = page.get_by_role("dialog", name="Notifications")
    expect(told).to_contain_text("No notifications yet.")
    page.keyboard.press("Escape")
    expect(bell).to_be_focused()
    search(page, "night sky")
    expect(page.get_by_text("No results for “night sky”")).to_be_visible()
    page.keyboard.press("Escape")

    # the live connection brings the word of it; opening it is reading it
    order(page, TEXT.read_text())
    page.get_by_role("link", name="Channels").click()
    expect(heading(page, "Channels")).to_be_visible()
    page.get_by_role("button", name="Notifications, 1 unread").click()
    expect(told).to_contain_text("1 new")
    page.keyboard.press("Tab")
    expect(told.get_by_role("link", name="“Why the night sky is dark” is ready")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}$"))
    expect(told).to_have_count(0)
    page.reload()
    expect(bell).to_be_visible()

    # mistyped, and faster than the answer
    search(page, "nihgt sky")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/videos/[0-9a-f-]{36}$"))
    _edit_words(page)
    _put_away(page)


def _edit_words(page: Page) -> None:
    words = page.get_by_role("form", name="Title, description and tags")
    title, save = words.get_by_label("Title"), words.get_by_role("button", name="Save", exact=True)
    versions = page.get_by_role("table", name="Versions").get_by_role("row")
    expect(versions).to_have_count(2)
    title.fill("x" * 101)
    expect(words).to_contain_text("1 too many for YouTube")
    expect(save).to_be_disabled()
    title.fill("Why is the night sky dark?")
    words.get_by_role("combobox", name="Tags").fill("Olbers, paradox")
    save.click()
    expect(words.get_by_role("status")).to_contain_text("Saved as a new version")
    expect(heading(page, "Why is the night sky dark?")).to_be_visible()
    expect(words.get_by_role("button", name="paradox")).to_be_visible()
    expect(versions.nth(1)).to_contain_text("title, tags")

    # somebody else is first: what was typed is kept, and their part of it too
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("textbox", name="Description").fill("Theirs.")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    other.close()
    title.fill("Mine")
    save.click()
    expect(words.get_by_role("alert")).to_contain_text("Someone else changed the description since you opened it.")
    words.get_by_role("button", name="Overwrite").click()
    expect(heading(page, "Mine")).to_be_visible()
    expect(words.get_by_role("textbox", name="Description")).to_have_value("Theirs.")

    page.get_by_role("button", name="View version 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Restore this version").click()
    expect(heading(page, "Why the night sky is dark")).to_be_visible()
    expect(title).to_have_value("Why the night sky is dark")
    expect(versions.nth(1)).to_contain_text("restored")


def _put_away(page: Page) -> None:
    page.get_by_role("button", name="Archive").click()
    confirm(page, "Archive video", "It can be restored at any time.")
    expect(page.get_by_text("Restore it to edit its metadata")).to_be_visible()
    page.get_by_role("link", name="Videos").first.click()
    expect(heading(page, "No finished videos yet")).to_be_visible()
    page.goto("/videos?status=archived")
    page.get_by_role("link", name="Why the night sky is dark").click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("ready", exact=True)).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    confirm(page, "Remove permanently", "cannot be restored")
    expect(heading(page, "No finished videos yet")).to_be_visible()


def _choose_voice(page: Page, dialog: Locator) -> None:
    """By keyboard, and not before it was heard; that of espeak-ng is spoken when it is asked for."""
    heart, reed = "Listen: Heart", "Listen: Reed (America)"
    for engine, name in ((None, heart), ("espeak-ng (synthetic)", reed)):
        if engine is not None:
            choose(dialog.get_by_role("combobox", name="Voice engine"), engine)
        with page.expect_response("**/api/v1/voices/*/*/sample") as sample:
            dialog.get_by_role("button", name=name).click()
        assert sample.value.ok
        expect(dialog.get_by_role("button", name="Stop")).to_be_visible()
        dialog.get_by_role("button", name="Stop").click()
        expect(dialog.get_by_role("button", name=name)).to_be_visible()
    choose(dialog.get_by_role("combobox", name="Voice engine"), "Kokoro (natural)")
    voice = dialog.get_by_role("combobox", name="Voice", exact=True)
    voice.fill("british female")
    voice.press("ArrowDown")
    voice.press("Enter")
    expect(voice).to_have_value("bf_emma")
    expect(dialog.get_by_text("Emma, female, British English")).to_be_visible()


def test_channel_is_created_found_edited_and_stopped(page: Page) -> None:
    page.get_by_role("link", name="Channels").click()
    page.get_by_role("button", name="Create channel").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Name").fill("Clear Signal")
    dialog.get_by_role("button", name="Create channel").click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is a channel named “Clear Signal” already.")
    dialog.get_by_label("Name").fill("Deep Water")
    dialog.get_by_role("button", name="Create one").click()
    making = page.get_by_role("dialog", name="Create persona")
    making.get_by_label("Name").fill("Diver")
    making.get_by_label("Closing line").fill("Back to the surface.")
    making.get_by_label("Text", exact=True).fill("#333333")
    expect(making).to_contain_text("4.5:1 is needed to read it well")
    making.get_by_label("Text", exact=True).fill("#ffffff")
    making.get_by_role("button", name="Create persona").click()
    expect(dialog.get_by_role("combobox", name="Persona")).to_contain_text("Diver")
    dialog.get_by_role("button", name="Create channel").click()
    expect(heading(page, "Deep Water")).to_be_visible()
    sounds = page.get_by_role("region", name="Persona")
    expect(sounds).to_contain_text("Back to the surface.")
    sounds.get_by_role("button", name="Edit persona").click()
    dialog.get_by_label("Words per minute").fill("140")
    _choose_voice(page, dialog)
    dialog.get_by_role("button", name="Save").click()
    expect(sounds).to_contain_text("“bf_emma”, 140 words per minute")

    form = page.get_by_role("form", name="Channel details")
    form.get_by_role("textbox", name="Description").fill("What lives where no light goes")
    choose(form.get_by_role("combobox", name="Category"), "Education")
    form.get_by_role("combobox", name="Time zone").fill("Lisbon")
    page.get_by_role("option", name="Europe/Lisbon").click()
    form.get_by_label("Audience").fill("Divers who never dive")
    form.get_by_label("Topics").fill("deep sea, Anglerfish,")
    form.get_by_label("Blocked phrases").fill("treasure map")  # leaving the field is enough
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("status")).to_contain_text("Saved")
    page.reload()
    expect(form.get_by_label("Audience")).to_have_value("Divers who never dive")
    for phrase in ("deep sea", "Anglerfish", "treasure map"):
        expect(form.get_by_role("button", name=phrase, exact=True)).to_be_visible()

    # changed in another tab since: said, and nothing is lost
    other = page.context.new_page()
    other.goto(page.url)
    theirs = other.get_by_role("form", name="Channel details")
    theirs.get_by_label("Name").fill("Deeper Water")
    theirs.get_by_role("button", name="Save").click()
    expect(heading(other, "Deeper Water")).to_be_visible()
    other.close()
    form.get_by_label("Name").fill("Deepest Water")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("Someone else changed the name since you opened it.")
    form.get_by_role("button", name="Discard my changes").click()
    expect(form.get_by_label("Name")).to_have_value("Deeper Water")

    page.get_by_role("button", name="Pause").click()
    confirm(page, "Pause channel", "Runs in progress continue")
    expect(page.get_by_text("paused", exact=True)).to_be_visible()
    page.get_by_role("button", name="Suspend").click()
    confirm(page, "Suspend channel", "Its runs are cancelled immediately")
    expect(page.get_by_text("suspended", exact=True)).to_be_visible()
    page.get_by_role("link", name="Runs").click()
    search(page, "light")
    page.get_by_role("option", name=re.compile("Deeper Water")).click()
    expect(heading(page, "Deeper Water")).to_be_visible()

    page.get_by_role("button", name="Archive").click()
    confirm(page, "Archive channel", "It is hidden from lists")
    expect(page.get_by_role("button", name="Restore")).to_be_visible()
    page.get_by_role("link", name="Channels").first.click()
    expect(page.get_by_role("link", name="Clear Signal", exact=True)).to_be_visible()
    expect(page.get_by_text("Deeper Water")).to_have_count(0)

    choose(page.get_by_role("combobox", name="Filter", exact=True), re.compile("^Archived$"))
    expect(page.get_by_text("1 archived: open one to restore it", exact=True)).to_be_visible()
    page.get_by_role("link", name="Deeper Water", exact=True).click()
    page.get_by_role("button", name="Restore", exact=True).click()
    confirm(page, "Restore channel", "New videos can be created and scheduled again.")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.goto("/channels?status=archived")
    expect(heading(page, "No archived channels")).to_be_visible()
    page.get_by_role("button", name="Show channels in use", exact=True).click()
    expect(page.get_by_role("link", name="Deeper Water", exact=True)).to_be_visible()
