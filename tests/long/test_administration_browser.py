"""Administration in a real browser: feature flags and settings, as they are changed and seen."""

from __future__ import annotations

import json
import re
from typing import LiteralString

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.long.browser_steps import OpenPage, heading
from tests.long.conftest import Installation
from tests.long.test_accounts_browser import administration, set_up
from ytempire.kit.database import conninfo

pytestmark = pytest.mark.long

SECRET = "sk-nobody-may-see-this"


def features_of(page: Page) -> list[str]:
    found: list[str] = page.evaluate("fetch('/api/v1/me/features').then(a => a.json()).then(a => a.items)")
    return found


def turn(page: Page, flag: str) -> None:
    """The switch shows at once what was asked; this waits until the server has said so, too."""
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "/flags/" in answer.url) as answer:
        page.get_by_role("switch", name=f"{flag} is on").click()
    assert answer.value.ok


def test_feature_flag_is_created_edited_toggled_and_deleted(page: Page) -> None:
    set_up(page)
    administration(page, "Feature flags")
    flags = page.get_by_role("table", name="Feature flags")
    registration = flags.get_by_role("row", name=re.compile("^registration"))
    expect(registration.get_by_role("cell", name="everyone", exact=True)).to_be_visible()
    expect(flags.get_by_role("button", name="Delete registration")).to_be_disabled()

    page.get_by_role("button", name="Create flag").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Name").fill("new_player")
    dialog.get_by_label("Description").fill("The player with chapters")
    dialog.get_by_label("Off: disabled for everyone").check()
    expect(dialog.get_by_text("No random users")).to_be_visible()
    dialog.get_by_label("Share in percent").fill("25")
    expect(dialog.get_by_text("About 1 user in 4, always the same ones.")).to_be_visible()
    dialog.get_by_role("slider", name="Share of users").press("Home")
    dialog.get_by_role("combobox", name="Users").fill("oper")
    page.get_by_role("option", name=re.compile("Operator")).click()
    dialog.get_by_role("button", name="Create flag").click()
    expect(dialog).to_have_count(0)
    row = flags.get_by_role("row", name=re.compile("new_player"))
    expect(row).to_contain_text("1 user")
    expect(row).to_contain_text("Operator")
    assert features_of(page) == ["new_player", "registration"]

    # at once, and it stays after a reload
    turn(page, "new_player")
    expect(row).to_contain_text("no one")
    page.reload()
    expect(row.get_by_role("switch")).not_to_be_checked()
    assert features_of(page) == ["registration"]

    # a name that is taken replaces nothing
    page.get_by_role("button", name="Create flag").click()
    dialog.get_by_label("Name").fill("new_player")
    dialog.get_by_role("button", name="Create flag").click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is a flag named new_player already.")
    dialog.get_by_role("button", name="Cancel").click()

    row.get_by_role("button", name="Delete new_player").click()
    page.get_by_role("button", name="Delete flag").click()
    expect(row).to_have_count(0)


def test_feature_flag_concurrent_edit_is_refused(page: Page) -> None:
    administration(page, "Feature flags")
    page.get_by_role("button", name="Edit registration").click()
    other = page.context.new_page()
    other.goto("/administration/flags")
    turn(other, "registration")
    expect(other.get_by_role("row", name=re.compile("^registration"))).to_contain_text("no one")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Description").fill("Anybody may ask")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody has changed the flag registration since you looked.")


def test_user_segment_gives_feature(page: Page) -> None:
    administration(page, "Users")
    page.get_by_role("button", name="Segments of Operator").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Segments").fill("beta_tester")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Segments of Operator")).to_have_text("beta_tester")

    administration(page, "Feature flags")
    page.get_by_role("button", name="Create flag").click()
    dialog.get_by_label("Name").fill("early")
    dialog.get_by_label("Off: disabled for everyone").check()
    dialog.get_by_role("combobox", name="Segments").fill("beta_tester")
    dialog.get_by_role("button", name="Create flag").click()
    expect(page.get_by_role("row", name=re.compile("^early"))).to_contain_text("1 segment")
    assert features_of(page) == ["early", "registration"]


def test_registration_closed_shows_message(page: Page, new_page: OpenPage) -> None:
    administration(page, "Feature flags")
    turn(page, "registration")
    expect(page.get_by_role("row", name=re.compile("^registration"))).to_contain_text("no one")
    stranger = new_page()
    stranger.goto("/register")
    stranger.get_by_label("Email").fill("olga@example.org")
    stranger.get_by_label("Password", exact=True).fill("violet harbour lantern moss")
    stranger.get_by_role("button", name="Register").click()
    expect(stranger.get_by_role("alert")).to_contain_text("This installation takes no registrations.")


def test_settings_are_set_and_reset_with_secret_bound_to_address(page: Page, installation: Installation) -> None:
    administration(page, "Settings")
    mail = page.get_by_role("region", name="Email")
    expect(mail).to_contain_text("no server: emails are not sent")

    def set_value(label: str, value: str) -> None:
        mail.get_by_role("button", name=f"Change {label}").click()
        field = mail.get_by_role("form", name=label).get_by_role("textbox")
        expect(field).to_be_focused()
        field.fill(value)
        field.press("Enter")
        expect(mail.get_by_role("form", name=label)).to_have_count(0)

    set_value("Server", "mail.example.org")
    expect(mail).to_contain_text("emails are sent")
    set_value("User", "ytempire")
    expect(mail).to_contain_text("emails are not sent: the user has no password")
    set_value("Password", SECRET)
    password = mail.get_by_role("row", name=re.compile("^Password"))
    expect(password).to_contain_text("is set")
    expect(mail).to_contain_text("emails are sent")
    assert SECRET not in page.content()
    assert SECRET not in json.dumps(page.evaluate("fetch('/api/v1/settings').then(answer => answer.json())"))
    stored = installation.query("SELECT key, value FROM core.setting_overrides")
    assert {key for key, _ in stored} == {"smtp.host", "smtp.user", "smtp.password"}
    assert not any(SECRET.encode() in bytes(value) for _, value in stored)

    # another server does not get the password of this one
    mail.get_by_role("button", name="Change Server").click()
    server = mail.get_by_role("form", name="Server")
    server.get_by_role("textbox").fill("elsewhere.example.org")
    expect(server).to_contain_text("is not sent to a new address")
    server.get_by_role("button", name="Save").click()
    expect(password).to_contain_text("not set")
    expect(mail).to_contain_text("emails are not sent: the user has no password")

    port = mail.get_by_role("row", name=re.compile("^Port"))
    mail.get_by_role("button", name="Change Port").click()
    port_form = mail.get_by_role("form", name="Port")
    port_form.get_by_role("spinbutton").fill("2525")
    port_form.get_by_role("button", name="Save").click()
    expect(port).to_contain_text("set here")
    port.get_by_role("button", name="Reset Port").click()
    expect(page.get_by_role("dialog")).to_contain_text("The value becomes “587”")
    page.get_by_role("button", name="Reset").click()
    expect(port).to_contain_text("default")

    # the refusal of a value stands beside its field
    speech = page.get_by_role("region", name="Speech")
    speech.get_by_role("button", name="Change Address").click()
    speech.get_by_role("textbox").fill("not an address")
    speech.get_by_role("button", name="Save").click()
    expect(speech.get_by_role("alert")).to_contain_text("This is no address of a service.")
    speech.get_by_role("textbox").press("Escape")
    expect(speech.get_by_role("button", name="Change Address")).to_be_focused()


def test_user_search_finds_user(page: Page) -> None:
    administration(page, "Users")
    page.get_by_label("Search users").fill("nobody at all")
    expect(heading(page, "No users found")).to_be_visible()
    page.get_by_role("button", name="Show all users").click()
    expect(page.get_by_role("row", name=re.compile("Operator"))).to_be_visible()
    page.get_by_label("Search users").fill("oper")
    expect(page).to_have_url(re.compile(r"q=oper$"))
    expect(page.get_by_role("row", name=re.compile("Operator"))).to_be_visible()


def _as_owner(installation: Installation, statement: LiteralString) -> None:
    state = installation.state()
    assert state is not None
    with psycopg.connect(conninfo(state.endpoints.owner_url), autocommit=True) as connection:
        connection.execute(statement)


def test_database_page_shows_health_and_remedies(page: Page, installation: Installation) -> None:
    administration(page, "Database")
    # the first check comes soon after the start; before it the page says how to have it at once
    examined = page.get_by_role("region", name="Last check")
    expect(examined).to_contain_text("No problems")
    expect(page.get_by_text("healthy", exact=True)).to_be_visible()
    tasks = page.get_by_role("table", name="Maintenance")
    doctor = tasks.get_by_role("row", name=re.compile("^Doctor"))
    expect(doctor).to_contain_text("completed")
    expect(doctor).to_contain_text("in 5 hours")
    tables = page.get_by_role("table", name="Tables").get_by_role("row")
    expect(tables.filter(has_text="core.event_log")).to_contain_text("months")
    before = tables.count()
    page.get_by_role("button", name=re.compile("^Show all ")).click()
    assert tables.count() > before

    # what is wrong is found, told, and gone again
    _as_owner(installation, "CREATE TABLE core.left_behind (id integer)")
    installation.run("maintenance", "run", "doctor")
    page.reload()
    alerts = page.get_by_role("table", name="Open alerts")
    expect(alerts.get_by_role("row", name=re.compile("core.left_behind has no card"))).to_contain_text("critical")
    first = page.get_by_role("table", name="Findings").get_by_role("row").nth(1)
    expect(first).to_contain_text("critical")
    expect(first.get_by_role("cell").nth(3)).not_to_have_text("–")
    page.goto("/runs")
    page.get_by_role("button", name=re.compile("^Notifications, . unread$")).click()
    page.get_by_role("dialog", name="Notifications").get_by_role("link").first.click()
    expect(heading(page, "Database")).to_be_visible()

    # somebody works on it
    assert "core.left_behind has no card." in installation.run("alerts", "list", "--state", "active").stdout
    page.get_by_role("link", name="Alerts").click()
    wrong = page.get_by_role("table", name="Alerts", exact=True).get_by_role("row", name=re.compile("left_behind"))
    wrong.first.get_by_role("button", name=re.compile("^Acknowledge")).click()
    page.get_by_role("button", name="Acknowledged").click()
    expect(wrong.first).to_contain_text("Installation")
    page.get_by_role("switch", name="The rule “Video viral” is on").click()
    page.reload()
    expect(page.get_by_role("switch", name="The rule “Video viral” is on")).not_to_be_checked()
    assert "video_viral (disabled)" in installation.run("alerts", "rules").stdout
    installation.run("alerts", "enable", "video_viral")
    page.goto("/profile")
    page.get_by_label("Notify me of").click()
    page.get_by_role("option", name="Critical problems only").click()
    expect(page.get_by_text("✓ Saved")).to_be_visible()

    page.goto("/administration/database")
    _as_owner(installation, "DROP TABLE core.left_behind")
    installation.run("maintenance", "run", "doctor")
    page.reload()
    expect(page.get_by_text("healthy", exact=True)).to_be_visible()
    page.get_by_role("button", name="Show closed").click()
    closed = page.get_by_role("table", name="Closed alerts").get_by_role("row", name=re.compile("left_behind"))
    expect(closed.first).to_contain_text("closed")
