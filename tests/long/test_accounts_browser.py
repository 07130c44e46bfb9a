"""Accounts as people meet them: coming in, keeping others out, sharing, and looking up who did what."""

from __future__ import annotations

import re
import time
from typing import Any

import httpx
import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.long.browser_steps import OpenPage, choose, heading
from tests.long.conftest import Installation

pytestmark = pytest.mark.long

EMAIL, PASSWORD = "ada@example.org", "copper window silent river"
OTHER_EMAIL, OTHER_PASSWORD = "olga@example.org", "violet harbour lantern moss"


def set_up(page: Page) -> None:
    """From the banner, or from the profile."""
    page.get_by_role("link", name="Set up sign-in").first.click()
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Set up sign-in").click()
    expect(heading(page, "Sign-in is set up")).to_be_visible()


def sign_in(page: Page, email: str = EMAIL, password: str = PASSWORD, code: str | None = None) -> None:
    """From the sign-in page."""
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    if code is not None:
        expect(heading(page, "Enter your code")).to_be_visible()
        expect(page.get_by_label("Code")).to_be_focused()
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Sign in", exact=True).click()


def person_menu(page: Page, item: str) -> None:
    page.get_by_role("button", name=re.compile("^Account of")).click()
    page.get_by_role("menuitem", name=item).click()


def sign_out(page: Page) -> None:
    person_menu(page, "Sign out")
    expect(heading(page, "Sign in")).to_be_visible()


def administration(page: Page, part: str) -> None:
    page.get_by_role("link", name="Administration").click()
    page.get_by_role("navigation", name="Administration").get_by_role("link", name=part).click()
    expect(heading(page, part)).to_be_visible()


def make_operator(page: Page, stranger: Page) -> None:
    """A stranger registers; the administrator sees the email, whose link the stranger opens."""
    stranger.goto("/register")
    stranger.get_by_label("Name").fill("Olga Operator")
    stranger.get_by_label("Email").fill(OTHER_EMAIL)
    stranger.get_by_label("Password", exact=True).fill(OTHER_PASSWORD)
    stranger.get_by_role("button", name="Register").click()
    expect(stranger.get_by_role("status")).to_contain_text("a letter with a link is on its way")

    administration(page, "Emails")
    email = page.get_by_role("article", name="Verify your address")
    expect(email).to_contain_text(OTHER_EMAIL)
    stranger.goto(email.get_by_role("link").get_attribute("href") or "")
    expect(heading(stranger, "Your email address is verified")).to_be_visible()
    stranger.get_by_role("link", name="Sign in").click()
    sign_in(stranger, OTHER_EMAIL, OTHER_PASSWORD)
    expect(heading(stranger, "Runs")).to_be_visible()


def test_first_run_setup_allows_sign_out_and_sign_in(page: Page) -> None:
    banner = page.get_by_role("region", name="First steps")
    banner.get_by_role("button", name="Dismiss").click()
    page.reload()
    expect(heading(page, "Runs")).to_be_visible()
    expect(banner).to_have_count(0)
    # put away, it is still offered by the profile
    person_menu(page, "Profile")
    set_up(page)
    sign_out(page)
    expect(page.get_by_role("alert")).to_have_text("You are signed out.")

    # without a session any address leads to the sign-in, and from there back
    page.goto("/videos?from=somewhere")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    sign_in(page, password="not the right words")
    expect(page.get_by_role("alert")).to_contain_text("The address or the password is not right.")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    sign_in(page)
    expect(page).to_have_url(re.compile(r"/videos\?from=somewhere$"))
    expect(heading(page, "Videos")).to_be_visible()


def test_sign_in_link_expired_shows_next_step(page: Page, new_page: OpenPage, installation: Installation) -> None:
    link = installation.json("status", "--link")["link"]
    first, late = new_page(), new_page()
    first.goto(link)
    expect(heading(first, "Runs")).to_be_visible()
    late.goto(link)
    expect(heading(late, "This link has expired")).to_be_visible()
    expect(late.get_by_text("ytempire status --link")).to_be_visible()
    late.get_by_role("link", name="Sign in with email").click()
    expect(heading(late, "Sign in")).to_be_visible()
    # a program is told the same as a problem
    answer = httpx.get(link)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_registration_email_can_be_resent(page: Page, new_page: OpenPage) -> None:
    stranger = new_page()
    stranger.goto("/register")
    stranger.get_by_label("Email").fill(OTHER_EMAIL)
    stranger.get_by_label("Password", exact=True).fill(OTHER_PASSWORD)
    stranger.get_by_role("button", name="Register").click()
    administration(page, "Emails")
    emails = page.get_by_role("list", name="Emails").get_by_role("listitem")
    expect(emails).to_have_count(1)
    stranger.get_by_role("link", name="Go to sign-in").click()
    sign_in(stranger, OTHER_EMAIL, OTHER_PASSWORD)
    expect(stranger.get_by_role("alert")).to_contain_text("opens once its address was verified")
    stranger.get_by_role("button", name="Send a new email", exact=True).click()
    expect(stranger.get_by_text("a new letter with a link is on its way")).to_be_visible()
    expect(emails).to_have_count(2)

    email = page.get_by_role("article", name="Verify your address")
    emails.first.get_by_role("button").click()
    stranger.goto(email.get_by_role("link").get_attribute("href") or "")
    expect(heading(stranger, "Your email address is verified")).to_be_visible()
    stranger.get_by_role("link", name="Sign in").click()
    sign_in(stranger, OTHER_EMAIL, OTHER_PASSWORD)
    expect(heading(stranger, "Runs")).to_be_visible()


def test_second_factor_setup_protects_sign_in(page: Page) -> None:
    set_up(page)
    page.get_by_role("link", name="Set up second factor").click()
    page.get_by_role("button", name="Set up second factor").click()
    # somebody who finds the page open knows no password
    asked = page.get_by_role("form", name="Set up second factor")
    asked.get_by_label("Your password").fill("not the right words")
    asked.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("The current password is not right.")
    asked.get_by_label("Your password").fill(PASSWORD)
    asked.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("img", name="QR code for the authenticator app")).to_be_visible()
    totp = pyotp.TOTP(page.get_by_label("Secret").inner_text().replace(" ", ""))
    page.get_by_label("Code").fill("000000" if totp.now() != "000000" else "111111")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not right.")
    page.get_by_label("Code").fill(totp.now())
    page.get_by_role("button", name="Turn on").click()

    shown = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(shown).to_have_count(10)
    recovery = shown.all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert all(code in download.value.path().read_text() for code in recovery)
    page.get_by_label("I have saved these codes").check()
    page.get_by_role("button", name="Done").click()
    factor = page.get_by_role("region", name="Second factor")
    expect(factor.get_by_text("on", exact=True)).to_be_visible()

    # the code that turned it on is used up; the app's next one is accepted already
    sign_out(page)
    sign_in(page, code=totp.at(int(time.time()) + 30))
    expect(heading(page, "Runs")).to_be_visible()
    sign_out(page)
    sign_in(page, code=recovery[3].lower())
    expect(heading(page, "Runs")).to_be_visible()
    sign_out(page)
    sign_in(page, code=recovery[3])
    expect(page.get_by_role("alert")).to_contain_text("This code was used already.")
    page.get_by_label("Code").fill(recovery[4])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(page, "Runs")).to_be_visible()

    person_menu(page, "Profile")
    factor.get_by_role("button", name="Remove").click()
    factor.get_by_label("Your password").fill(PASSWORD)
    factor.get_by_role("button", name="Remove second factor").click()
    expect(factor.get_by_text("off", exact=True)).to_be_visible()
    sign_out(page)
    sign_in(page)
    expect(heading(page, "Runs")).to_be_visible()


def test_api_key_works_until_revoked(page: Page, installation: Installation) -> None:
    person_menu(page, "Profile")
    page.get_by_role("button", name="Create API key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Nightly report")
    dialog.get_by_label("Requests per hour").fill("5")
    dialog.get_by_role("button", name="Create").click()
    secret = dialog.get_by_label("Key", exact=True).inner_text()
    dialog.get_by_role("button", name="Done").click()
    row = page.get_by_role("table", name="API keys").get_by_role("row", name=re.compile("Nightly report"))
    expect(row).to_contain_text("read")
    expect(page.get_by_text(secret)).to_have_count(0)

    with httpx.Client(
        base_url=f"http://127.0.0.1:{installation.port}/api/v1", headers={"Authorization": f"Bearer {secret}"}
    ) as program:
        answer = program.get("/channels")
        assert answer.status_code == 200
        assert answer.headers["RateLimit"].startswith('"hourly";r=4;')
        assert program.post("/me/api-keys", json={"name": "another", "scopes": ["read"]}).status_code == 403

        row.get_by_role("button", name="Revoke Nightly report").click()
        page.get_by_role("button", name="Revoke key").click()
        expect(page.get_by_text("No API keys yet.")).to_be_visible()
        assert program.get("/channels").status_code == 401


def test_session_ended_on_other_device_signs_out(page: Page, new_page: OpenPage) -> None:
    set_up(page)
    there = new_page()
    there.goto("/sign-in")
    sign_in(there)
    expect(heading(there, "Runs")).to_be_visible()

    person_menu(page, "Profile")
    sessions = page.get_by_role("table", name="Sessions")
    expect(sessions.get_by_text("current")).to_have_count(1)
    sessions.get_by_role("button", name="End").click()
    page.get_by_role("button", name="End session").click()
    expect(page.get_by_role("dialog")).to_have_count(0)  # nothing behind it can be found while it is open
    expect(sessions.get_by_role("button", name="End")).to_have_count(0)

    there.get_by_role("link", name="Videos").click()
    expect(there).to_have_url(re.compile(r"/sign-in\?next=%2Fvideos"))
    expect(there.get_by_role("alert")).to_contain_text("This session has ended.")
    page.reload()
    expect(heading(page, "Profile")).to_be_visible()


def test_two_tabs_renew_shared_session_once(page: Page) -> None:
    """When the access token has run out, one of them renews it, once, and both go on."""
    set_up(page)
    page.get_by_role("link", name="Go to runs").click()
    second = page.context.new_page()
    second.goto("/videos")
    expect(heading(second, "Videos")).to_be_visible()
    refreshes: list[str] = []
    page.context.on("request", lambda request: refreshes.append(request.url) if "refresh" in request.url else None)

    for _ in range(2):
        # and no other: Playwright's own way takes all of them out for a moment, in which a tab that asks is signed out
        page.context.new_cdp_session(page).send("Network.deleteCookies", {"name": "ytempire_access", "url": page.url})
        for tab in (page, second):
            tab.evaluate("location.reload()")
        expect(heading(page, "Runs")).to_be_visible()
        expect(heading(second, "Videos")).to_be_visible()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
    assert len(refreshes) == 2

    sign_out(page)
    expect(heading(second, "Sign in")).to_be_visible()
    sign_in(page)
    expect(heading(page, "Runs")).to_be_visible()
    expect(heading(second, "Videos")).to_be_visible()


def test_operator_access_follows_role_permission_and_suspension(page: Page, new_page: OpenPage) -> None:
    administration(page, "Users")
    role = page.get_by_role("combobox", name=re.compile("^Role of"))
    role.click()
    page.get_by_role("option", name="Operator").click()
    page.get_by_role("button", name="Change role").click()
    expect(page.get_by_role("alert")).to_contain_text("This is the last administrator.")
    expect(role).to_have_text("Administrator")

    operator = new_page()
    make_operator(page, operator)
    expect(operator.get_by_role("link", name="Administration")).to_have_count(0)
    operator.get_by_role("button", name="Account of Olga").click()
    expect(operator.get_by_role("menuitem", name="Profile")).to_be_visible()
    expect(operator.get_by_role("menuitem", name="Administration")).to_have_count(0)
    operator.goto("/administration/users")
    expect(heading(operator, "Administrators only")).to_be_visible()
    assert channels_of(operator) == []

    administration(page, "Permissions")
    chosen = page.get_by_role("combobox", name="Channel", exact=True).inner_text()
    page.get_by_role("combobox", name="User").click()
    page.get_by_role("option", name=re.compile("Olga Operator")).click()
    page.get_by_role("button", name="Share").click()
    row = page.get_by_role("table", name="Permissions").get_by_role("row", name=re.compile("Olga Operator"))
    expect(row).to_be_visible()
    assert channels_of(operator) == [chosen]
    _looks_only(operator, chosen)

    choose(row.get_by_role("combobox"), "Read and write")
    expect(row.get_by_role("combobox")).to_have_text("Read and write")
    operator.goto("/runs")
    operator.get_by_role("button", name="New video", exact=True).first.click()
    expect(operator.get_by_role("combobox", name="Channel", exact=True)).to_contain_text(chosen)
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Revoke permission").click()
    expect(page.get_by_text("Not shared with anyone yet.")).to_be_visible()
    assert channels_of(operator) == []

    _shared_on_the_channels_page(page, operator, chosen)

    # a suspended account is out at once
    administration(page, "Users")
    page.get_by_role("row", name=re.compile("Olga Operator")).get_by_role("button", name="Suspend").click()
    page.get_by_role("button", name="Suspend account").click()
    expect(page.get_by_text("suspended", exact=True)).to_be_visible()
    operator.goto("/videos")
    expect(heading(operator, "Sign in")).to_be_visible()


def _shared_on_the_channels_page(page: Page, operator: Page, channel: str) -> None:
    """By whoever administers it, with who has an address here; and then by them."""
    page.goto("/channels")
    page.get_by_role("link", name=channel, exact=True).click()
    people = page.get_by_role("region", name="Permissions", exact=True)
    people.get_by_label("Email").fill("nobody@example.org")
    people.get_by_role("button", name="Share").click()
    expect(people.get_by_role("alert")).to_contain_text("Nobody here comes in with this address.")
    people.get_by_label("Email").fill(OTHER_EMAIL)
    choose(people.get_by_role("combobox", name="Permission"), "Admin")
    people.get_by_role("button", name="Share").click()
    expect(people.get_by_role("row", name=re.compile("Olga Operator"))).to_be_visible()
    operator.goto("/channels")
    operator.get_by_role("link", name=channel, exact=True).click()
    theirs = operator.get_by_role("region", name="Permissions", exact=True)
    expect(theirs.get_by_role("row", name=re.compile("Olga Operator"))).to_be_visible()


def _looks_only(operator: Page, channel: str) -> None:
    """Nothing is offered that would be refused."""
    operator.goto("/runs")
    operator.get_by_role("button", name="New video", exact=True).first.click()
    ordering = operator.get_by_role("dialog", name="New video", exact=True)
    expect(ordering).to_contain_text("No channel with write access")
    ordering.get_by_role("combobox", name="Channel", exact=True).click()
    expect(operator.get_by_role("option", name=f"{channel} read access only")).to_be_disabled()
    operator.goto("/channels")
    expect(operator.get_by_role("table", name="Channels").get_by_role("cell", name="read", exact=True)).to_be_visible()
    operator.get_by_role("link", name=channel, exact=True).click()
    expect(heading(operator, channel)).to_be_visible()
    for region in ("Channel details", "YouTube", "Automation"):
        part = operator.get_by_role("region", name=region, exact=True)
        expect(part.get_by_text("You cannot change this channel.")).to_be_visible()
    expect(operator.get_by_role("button", name="Connect", exact=True)).to_be_disabled()
    expect(operator.get_by_role("switch", name="Auto-publish")).to_be_disabled()
    expect(operator.get_by_text("Only the owner can edit the persona.")).to_be_visible()
    expect(operator.get_by_role("link", name="View videos", exact=True)).to_be_visible()
    expect(operator.get_by_role("region", name="Permissions", exact=True)).to_have_count(0)
    for button in ("Pause", "Suspend", "Archive", "Save", "Edit persona"):
        expect(operator.get_by_role("button", name=button, exact=True)).to_have_count(0)


def channels_of(page: Page) -> list[str]:
    answer: dict[str, Any] = page.evaluate("fetch('/api/v1/channels').then(answer => answer.json())")
    return [channel["name"] for channel in answer["items"]]


def test_audit_trail_shows_old_and_new_values(page: Page) -> None:
    set_up(page)
    person_menu(page, "Profile")
    name = page.get_by_role("form", name="Personal details").get_by_label("Name")
    before = name.input_value()
    name.fill("Ada Lovelace")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    expect(page.get_by_role("button", name="Account of Ada Lovelace")).to_be_visible()

    administration(page, "Audit trail")
    choose(page.get_by_role("combobox", name="Table", exact=True), "Users")
    expect(page).to_have_url(re.compile(r"table=core\.users"))
    changes = page.get_by_role("button", name="User changed")
    changes.first.click()
    shown = page.get_by_role("table", name="User changed")
    expect(shown.get_by_role("row")).to_have_count(2)
    row = shown.get_by_role("row", name=re.compile("full_name"))
    expect(row.get_by_role("cell").nth(1)).to_contain_text(before)
    expect(row.get_by_role("cell").nth(2)).to_contain_text("Ada Lovelace")

    # the set-up before it: the password is only named
    changes.first.click()
    changes.nth(1).click()
    expect(shown.get_by_role("row", name=re.compile("password_hash"))).to_contain_text("changed, not recorded")
    page.get_by_role("button", name="All changes of this row").click()
    expect(page.get_by_label("Row ID")).not_to_have_value("")
    page.get_by_role("button", name="Clear filters").click()
    expect(page).to_have_url(re.compile(r"/audit$"))


def test_forgotten_password_is_reset_by_email(page: Page, new_page: OpenPage) -> None:
    set_up(page)
    forgetful = new_page()
    forgetful.goto("/sign-in")
    forgetful.get_by_role("link", name="Forgot password?").click()
    expect(heading(forgetful, "Forgot password?")).to_be_visible()  # the page before has that field too
    forgetful.get_by_label("Email").fill(EMAIL)
    forgetful.get_by_role("button", name="Send link").click()
    expect(heading(forgetful, "Check your email")).to_be_visible()

    administration(page, "Emails")
    email = page.get_by_role("article", name="Set a new password")
    expect(email).to_be_visible()
    link = email.get_by_role("link").get_attribute("href") or ""
    forgetful.goto(link)
    forgetful.get_by_label("New password").fill("short")
    forgetful.get_by_role("button", name="Set password").click()
    expect(forgetful.get_by_text("Enter at least 12 characters.")).to_be_visible()
    forgetful.get_by_label("New password").fill("seven quiet orange engines")
    forgetful.get_by_role("button", name="Set password").click()
    expect(heading(forgetful, "Your password is set")).to_be_visible()
    forgetful.get_by_role("link", name="Sign in").click()
    sign_in(forgetful, password="seven quiet orange engines")
    expect(heading(forgetful, "Runs")).to_be_visible()

    # it works once, and all sessions from before have ended
    forgetful.goto(link)
    forgetful.get_by_label("New password").fill("another four good words")
    forgetful.get_by_role("button", name="Set password").click()
    expect(forgetful.get_by_role("alert")).to_contain_text("used already or is too old")
    page.goto("/videos")
    expect(heading(page, "Sign in")).to_be_visible()
