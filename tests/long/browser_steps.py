"""A real browser as the journeys use it: how it is started, what it may complain of, and how a page is worked."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

OpenPage = Callable[[], Page]

# how long a journey waits for anything, the making of a video too: what is slow on a busy machine is not wrong.
# Three of them are less than a journey's own limit, so that what hangs is named.
LIMIT_MS = 400_000

# without the background flags the browser asks the world for updates
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# refusals, and a server that is away or killed in the middle of an answer, are what some journeys are about
EXPECTED = (
    *(f"status of {status}" for status in (401, 403, 409, 410, 412, 422)),
    *(f"ERR_{name}" for name in ("CONNECTION_REFUSED", "CONNECTION_RESET", "CONTENT_LENGTH_MISMATCH")),
    "WebSocket connection",
)


def is_complaint(message: ConsoleMessage) -> bool:
    return message.type in ("error", "warning") and not any(words in message.text for words in EXPECTED)


def heading(page: Page, name: str) -> Locator:
    return page.get_by_role("heading", name=name, exact=True)


def choose(box: Locator, option: str | re.Pattern[str]) -> None:
    """The first option of that name, by keyboard: a list that is still unfolding moves away under a mouse."""
    box.click()
    found = box.page.get_by_role("option", name=option).first
    told = found.inner_text()
    found.press("Enter")
    expect(box.page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_have_text(told)


def expect_soon(holds: Callable[[], object]) -> None:
    """Wait for what only a script in the page can tell."""
    deadline = time.monotonic() + LIMIT_MS / 1000
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)
