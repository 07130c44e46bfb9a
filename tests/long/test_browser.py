"""What a person does on the page, in a real browser against a real installation."""

from __future__ import annotations

import os
import re
import signal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.long.browser_steps import choose, expect_soon
from tests.long.conftest import TEXT, Installation

pytestmark = pytest.mark.long


def order(page: Page, text: str) -> None:
    page.get_by_role("button", name="New video").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Text").fill(text)
    choose(dialog.get_by_label("Length"), "30 s")
    dialog.get_by_role("button", name="Create video").click()


def test_run_from_text_shows_playable_video(page: Page) -> None:
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()
    expect(page.get_by_text("Live")).to_be_visible()
    order(page, TEXT.read_text())

    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}$"))
    expect(page.get_by_role("heading", name="Why the night sky is dark")).to_be_visible()
    steps = page.get_by_role("table", name="Steps")
    expect(steps.get_by_role("progressbar", name="Assemble")).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Script").get_by_role("listitem").first).to_be_visible()
    expect(page.get_by_text("completed", exact=True)).to_be_visible()
    expect(steps.get_by_role("img", name="completed")).to_have_count(9)

    video = page.locator("video")
    # by evaluating: the page's policy lets nobody run text as a script, Playwright's own waiting neither
    expect_soon(lambda: video.evaluate("video => video.readyState >= 1"))
    assert 26 < video.evaluate("video => video.duration") < 34
    video.evaluate("video => { video.muted = true; return video.play(); }")
    expect_soon(lambda: video.evaluate("video => video.currentTime > 1"))

    page.get_by_role("tab", name="Review").click()
    checks = page.get_by_role("table", name="Checks")
    expect(checks.get_by_role("img", name="passed").first).to_be_visible()
    expect(checks.get_by_role("img", name="failed")).to_have_count(0)
    page.get_by_role("tab", name="Files").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="captions.srt").click()
    assert "-->" in download.value.path().read_text()

    page.get_by_role("link", name="Videos").click()
    expect(page.get_by_role("row", name=re.compile("Why the night sky is dark"))).to_be_visible()


def test_refused_text_shows_reason_and_keeps_input(page: Page) -> None:
    order(page, "Far too short.")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("words")
    expect(dialog.get_by_role("textbox", name="Text")).to_have_value("Far too short.")


def test_duplicate_text_asks_for_confirmation(page: Page) -> None:
    order(page, TEXT.read_text())
    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}$"))
    first = page.url
    page.goto("/runs")
    order(page, TEXT.read_text())
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("has a video of this very text: “Why the night sky is dark”")
    expect(dialog.get_by_role("link", name="View it")).to_have_attribute("href", "/runs/" + first.rpartition("/")[2])
    dialog.get_by_role("button", name="Create another video").click()
    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}$"))
    assert page.url != first


def test_run_is_cancelled_and_retried(page: Page) -> None:
    order(page, TEXT.read_text())
    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}$"))
    # the dialog has a button of that name too, which is the one that a role finds while it fades away
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Cancel run").click()
    expect(page.get_by_text("cancelled", exact=True).first).to_be_visible()
    page.get_by_role("button", name=re.compile("Run again from")).click()
    page.get_by_role("menuitem", name="Research").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()


def test_run_page_is_reachable_by_keyboard(page: Page) -> None:
    order(page, TEXT.read_text())
    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}$"))
    page.goto(page.url.split("/runs")[0] + "/runs")
    link = page.get_by_role("link", name="Why the night sky is dark")
    expect(link).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        if link.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}$"))


def test_page_without_session_shows_next_step(browser: Browser, installation: Installation) -> None:
    installation.run("up", "--detach", "--no-demo")
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{installation.port}/runs")
    expect(page.get_by_role("alert")).to_contain_text("ytempire status --link")
    context.close()


def test_live_connection_after_serve_crash_reconnects(page: Page, installation: Installation) -> None:
    expect(page.get_by_text("Live")).to_be_visible()
    serve = installation.pid("serve")
    assert serve is not None
    os.kill(serve, signal.SIGKILL)
    expect(page.get_by_text("Polling")).to_be_visible()
    expect(page.get_by_text("Live")).to_be_visible()
