"""The text of notifications, fact by fact."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import CheckConstraint

from ytempire.database.models import metadata
from ytempire.notifications.texts import _TEXTS, NotificationText, notification_text
from ytempire.outbox.relay import Fact

CHANNEL, ROW, VIDEO = (UUID(int=number) for number in (1, 2, 3))
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
OF_VIDEO = {"title": "Tides", "video_id": str(VIDEO), "is_sandbox": False}
AT_VIDEO, AT_CHANNEL, AT_RUN = f"/videos/{VIDEO}", f"/channels/{CHANNEL}", f"/runs/{ROW}"
NOTHING_LOST = "Nothing is published or measured until you connect the channel again; nothing is lost."


def fact(kind: str, data: dict[str, Any]) -> Fact:
    return Fact(kind, 1, CHANNEL, ROW, None, data, NOON)


EXAMPLES = [
    ("run_completed", {"title": "Tides"}, ("success", "“Tides” is ready", "", AT_RUN)),
    ("run_refused", {"title": "Tides", "reason": "Too short."},
     ("warning", "“Tides” was refused by the review", "Too short.", AT_RUN)),
    ("run_failed", {"title": "Tides", "reason": "The voice broke."},
     ("critical", "“Tides” could not be made", "The voice broke.", AT_RUN)),
    ("connection_expiring", {"name": "Signal", "refresh_expires_at": "2026-12-02T01:30:00+01:00"},
     ("warning", "YouTube's consent for “Signal” ends soon",
      "It ends at 2026-12-02 00:30 UTC. Connect the channel again before that; nothing is lost.", AT_CHANNEL)),
    ("connection_expired", {"name": "Signal"},
     ("critical", "YouTube's consent for “Signal” has ended", NOTHING_LOST, AT_CHANNEL)),
    ("connection_revoked", {"name": "Signal"},
     ("warning", "“Signal” is not connected to YouTube any more", NOTHING_LOST, AT_CHANNEL)),
    ("publication_live", OF_VIDEO, ("success", "“Tides” is on YouTube", "", AT_VIDEO)),
    ("publication_failed", {**OF_VIDEO, "reason": "Refused."},
     ("critical", "“Tides” could not be published", "Refused.", AT_VIDEO)),
    ("publication_unknown", OF_VIDEO, ("warning", "Whether “Tides” reached YouTube is being asked", "", AT_VIDEO)),
    ("publication_missing", OF_VIDEO,
     ("warning", "“Tides” is not on YouTube any more",
      "Somebody deleted it there. It can be published again from its page.", AT_VIDEO)),
    ("publication_edited_remotely", {**OF_VIDEO, "fields": "tags, title"},
     ("warning", "“Tides” was edited at YouTube",
      "Edited there: tags, title. It stays so until you choose on its page whose is kept.", AT_VIDEO)),
    ("publication_update_failed", {**OF_VIDEO, "reason": "asked for", "error": "Refused."},
     ("critical", "“Tides” could not be changed at YouTube", "Refused.", AT_VIDEO)),
    ("publication_update_conflict", OF_VIDEO,
     ("warning", "“Tides” was edited at YouTube too: whose is kept?", "", AT_VIDEO)),
    ("publication_deletion_conflict", OF_VIDEO, ("warning", "“Tides” could not be deleted at YouTube", "", AT_VIDEO)),
    ("publication_deletion_failed", {**OF_VIDEO, "error": "Refused."},
     ("critical", "“Tides” could not be deleted at YouTube", "Refused.", AT_VIDEO)),
    ("publication_deletion_done", {**OF_VIDEO, "reason": "A wrong number."},
     ("warning", "“Tides” was deleted at YouTube", "A wrong number.", AT_VIDEO)),
    ("publication_action_required", {**OF_VIDEO, "reason": "The API is off.", "hint": "Turn it on."},
     ("warning", "“Tides” waits for you", "The API is off. Turn it on.", AT_VIDEO)),
    ("alert_opened", {"rule": "partition_missing", "severity": "critical", "title": "No partition.",
                      "message": "Run it.", "link": "/administration/database"},
     ("critical", "No partition.", "Run it.", "/administration/database", "partition_missing")),
    ("alert_escalated", {"rule": "partition_missing", "severity": "critical", "title": "No partition.",
                      "message": "Run it.", "link": "/administration/database"},
     ("critical", "No partition.", "Run it.", "/administration/database", "partition_missing")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "data", "expected"), EXAMPLES, ids=[kind for kind, *_ in EXAMPLES])
def test_notification_text_of_a_kind(kind: str, data: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert notification_text(fact(kind, data)) == NotificationText(*expected)


def test_notification_text_kinds_all_have_example() -> None:
    assert {kind for kind, *_ in EXAMPLES} == set(_TEXTS)


def values_of(table: str, column: str) -> set[str]:
    """The values that the table's own check allows, which triggers make kinds of."""
    checks = (check for check in metadata.tables[table].constraints if isinstance(check, CheckConstraint))
    found = (re.fullmatch(rf"{column} IN \(([^)]*)\)", str(check.sqltext)) for check in checks)
    [values] = {match[1] for match in found if match}
    return set(re.findall(r"'(\w+)'", values))


def test_notification_text_kinds_are_all_written_by_triggers() -> None:
    renamed = {"planned": "requested", "gone": "missing"}
    written = {f"run_{status}" for status in values_of("core.runs", "status")}
    written |= {f"connection_{status}" for status in values_of("core.channel_connections", "status")}
    written |= {f"publication_{renamed.get(one, one)}" for one in values_of("core.publications", "status")}
    written |= {
        f"publication_{kind}_{status}"
        for kind in values_of("core.publication_edits", "kind")
        for status in values_of("core.publication_edits", "status")
    }
    written |= {"publication_edited_remotely", "publication_action_required", "alert_opened", "alert_escalated"}
    assert set(_TEXTS) - written == set()


def test_notification_text_of_the_sandbox_says_so() -> None:
    text = notification_text(fact("publication_live", {**OF_VIDEO, "is_sandbox": True}))
    assert text is not None
    assert text.title == "[sandbox] “Tides” is on YouTube"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("run_requested", {}),
        ("channel_added", {"name": "Signal"}),
        ("publication_failed", {**OF_VIDEO, "reason_code": "cancelled"}),
    ],
)
def test_notification_text_of_what_nobody_needs_to_hear_is_none(kind: str, data: dict[str, Any]) -> None:
    assert notification_text(fact(kind, data)) is None
