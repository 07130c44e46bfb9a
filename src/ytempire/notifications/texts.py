"""The text of a notification, from a fact. Pure: a fact in, sentences out.

A kind without a text notifies nobody; who is notified, `recipients.py` says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ytempire.kit.severity import Severity
from ytempire.outbox.relay import Fact


@dataclass(frozen=True)
class NotificationText:
    severity: Severity
    title: str
    message: str
    link: str | None
    """Where on the page it leads."""
    kind: str | None = None
    """By which alert rule; None: of the fact's kind."""


def notification_text(fact: Fact) -> NotificationText | None:
    """Return what people are told of a fact; None: nothing. Raises KeyError for a fact without its data."""
    make = _TEXTS.get(fact.kind)
    if make is None or _is_own_decision(fact):
        return None
    text = make(fact)
    if not fact.data.get("is_sandbox"):
        return text
    return NotificationText(text.severity, f"[sandbox] {text.title}", text.message, text.link, text.kind)


def _is_own_decision(fact: Fact) -> bool:
    """Whether it is a publication that a person cancelled, who knows it."""
    return fact.kind.startswith("publication_") and fact.data.get("reason_code") == "cancelled"


def _run(severity: Severity, ending: str) -> Callable[[Fact], NotificationText]:
    def make(fact: Fact) -> NotificationText:
        return NotificationText(
            severity, f"“{fact.data['title']}” {ending}", fact.data.get("reason", ""), f"/runs/{fact.row_id}"
        )

    return make


def _connection_expiring(fact: Fact) -> NotificationText:
    return NotificationText(
        "warning",
        f"YouTube's consent for “{fact.data['name']}” ends soon",
        f"It ends at {_utc(fact.data['refresh_expires_at'])}. Connect the channel again before that; nothing is lost.",
        f"/channels/{fact.channel_id}",
    )


def _connection_lost(severity: Severity, title: str) -> Callable[[Fact], NotificationText]:
    return lambda fact: NotificationText(
        severity,
        title.format(name=fact.data["name"]),
        "Nothing is published or measured until you connect the channel again; nothing is lost.",
        f"/channels/{fact.channel_id}",
    )


def _video(severity: Severity, title: str, message: str | None = None) -> Callable[[Fact], NotificationText]:
    """Of a publication: `title` has the video's name in it; `message` unset: the error, or else the reason."""

    def make(fact: Fact) -> NotificationText:
        data = fact.data
        reason = data.get("error") or data.get("reason") or ""
        return NotificationText(
            severity,
            title.format(title=data["title"]),
            reason if message is None else message.format(fields=data.get("fields")),
            f"/videos/{data['video_id']}",
        )

    return make


def _action_required(fact: Fact) -> NotificationText:
    data = fact.data
    sentences = (data.get("reason"), data.get("hint"))
    return NotificationText(
        "warning", f"“{data['title']}” waits for you", " ".join(filter(None, sentences)), f"/videos/{data['video_id']}"
    )


def _alert_opened(fact: Fact) -> NotificationText:
    data = fact.data
    return NotificationText(data["severity"], data["title"], data["message"], data["link"], data["rule"])


def _utc(moment: str) -> str:
    """Return a moment of a fact's data, which is ISO 8601 with an offset, as people read it."""
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


_TEXTS: Mapping[str, Callable[[Fact], NotificationText]] = {
    "run_completed": _run("success", "is ready"),
    "run_refused": _run("warning", "was refused by the review"),
    "run_failed": _run("critical", "could not be made"),
    "connection_expiring": _connection_expiring,
    "connection_expired": _connection_lost("critical", "YouTube's consent for “{name}” has ended"),
    "connection_revoked": _connection_lost("warning", "“{name}” is not connected to YouTube any more"),
    "publication_live": _video("success", "“{title}” is on YouTube"),
    "publication_failed": _video("critical", "“{title}” could not be published"),
    "publication_unknown": _video("warning", "Whether “{title}” reached YouTube is being asked"),
    "publication_missing": _video(
        "warning",
        "“{title}” is not on YouTube any more",
        "Somebody deleted it there. It can be published again from its page.",
    ),
    "publication_edited_remotely": _video(
        "warning",
        "“{title}” was edited at YouTube",
        "Edited there: {fields}. It stays so until you choose on its page whose is kept.",
    ),
    "publication_update_failed": _video("critical", "“{title}” could not be changed at YouTube"),
    "publication_update_conflict": _video("warning", "“{title}” was edited at YouTube too: whose is kept?"),
    "publication_deletion_conflict": _video("warning", "“{title}” could not be deleted at YouTube"),
    "publication_deletion_failed": _video("critical", "“{title}” could not be deleted at YouTube"),
    "publication_deletion_done": _video("warning", "“{title}” was deleted at YouTube"),
    "publication_action_required": _action_required,
    "alert_opened": _alert_opened,
    "alert_escalated": _alert_opened,
}
