"""What a refusal of YouTube means: pure functions from an answer to one of the errors.

The reasons are those of developers.google.com/youtube/v3/docs/errors and of recorded answers.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ytempire.youtube.errors import Later, Never, NotConnected, Unknown, WaitsForPerson
from ytempire.youtube.projects import Moment

# Nobody says how long these last: a burst is over within a minute, a server's trouble mostly as well. How many uploads
# a channel has is a secret; it counts 24 hours back, so that a part of it is free again after some.
BURST_S, TROUBLE_S, UPLOAD_LIMIT_S = 60.0, 60.0, 3 * 3600.0
LONGEST_PAUSE_S = 24 * 3600.0  # however long a server asks us to stay away
VERIFY_S = 6 * 3600.0  # each try of a thumbnail takes 50 units of the quota

EXHAUSTED = frozenset({"quotaExceeded", "dailyLimitExceeded"})
BURST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "userRequestsExceedRateLimit"})
SIGNED_OUT = frozenset({"authError", "authorizationRequired", "invalidCredentials", "expired"})
PASSES = {**dict.fromkeys(BURST, BURST_S), "uploadLimitExceeded": UPLOAD_LIMIT_S}
NOT_ENABLED = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
NOT_GRANTED = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
CLOSED = {
    **dict.fromkeys(("channelClosed", "authenticatedUserAccountClosed", "accountClosed"), "closed"),
    **dict.fromkeys(("channelSuspended", "authenticatedUserAccountSuspended", "accountSuspended"), "suspended"),
}

_CONSOLE = re.compile(r"https://console\.(?:developers|cloud)\.google\.com/[^\s\"'<>]+")
_TAG = re.compile(r"<[a-zA-Z/!?][^>]*(?:>|$)")


def plain(said: str) -> str:
    """Google's sentences hold links and signs of HTML; people read them as text."""
    return " ".join(_TAG.sub("", html.unescape(said)).split())[:500]


@dataclass(frozen=True)
class Refusal:
    """An answer that is an error, in YouTube's words."""

    status: int
    reason: str
    message: str
    retry_after: str | None = None
    is_anothers: bool = False  # no JSON: whatever answered in between, YouTube did not

    @classmethod
    def of(cls, status: int, content: bytes, *, retry_after: str | None = None) -> Refusal:
        """Whatever stands in the body: a page of a proxy has no reason either."""
        said = f"It answered {status} without a reason."
        try:
            answer = json.loads(content)
        except ValueError:
            return cls(status, "", said, retry_after, is_anothers=True)
        try:
            error = answer["error"]
            return cls(status, _reason(error), plain(str(error["message"])), retry_after)
        except (KeyError, TypeError, AttributeError, IndexError):
            return cls(status, "", said, retry_after)

    @property
    def is_used_up(self) -> bool:
        """Whether a bucket is empty until midnight. Of uploads the day's limit says so in its sentence alone."""
        return self.reason in EXHAUSTED or (self.reason in BURST and "per day" in self.message)


def _reason(error: Mapping[str, Any]) -> str:
    """In the older form of Google's errors it stands in `errors`, in the newer one in `details`."""
    given = [one.get("reason") for name in ("errors", "details") for one in error.get(name) or []]
    return str(next((one for one in given if one), None) or error.get("status") or "")


def pause_s(retry_after: str | None, now: datetime) -> float | None:
    """How many seconds a `Retry-After` asks for: a number of them, or a date. None: it cannot be read."""
    said = (retry_after or "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said), LONGEST_PAUSE_S)
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    until = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_PAUSE_S)


def meaning_of(refusal: Refusal, *, is_write: bool, now: Moment, method: str = "") -> Later | Never | Unknown:
    """Which of the errors a refusal of this method is. Where the server names a time, nothing is tried before it."""
    said = f"YouTube refused: {refusal.message}"
    reason = refusal.reason or f"http_{refusal.status}"
    asked = pause_s(refusal.retry_after, now.at)
    if refusal.is_used_up:
        return now.exhausted(f"YouTube says that the quota is used up: {refusal.message}", reason=reason)
    for_person = _for_person(refusal, said, reason, method)
    if for_person is not None:
        return for_person
    if refusal.reason in PASSES or refusal.status == 429 or (refusal.status == 403 and asked is not None):
        after_s = PASSES.get(refusal.reason, BURST_S) if asked is None else asked
        return now.later(said, reason=reason, after_s=after_s, is_asked=asked is not None)
    if refusal.status == 401 or refusal.reason in SIGNED_OUT:
        return NotConnected(said, reason=reason, hint="Connect the channel again; nothing is lost.")
    if refusal.status >= 500 or refusal.status == 408 or refusal.is_anothers:
        who = "Something between here and YouTube" if refusal.is_anothers else "YouTube"
        answered = f"{who} answered {refusal.status}."
        return no_answer(answered, reason=reason, is_write=is_write, now=now, asked_s=asked)
    return Never(said, reason=reason)


def _for_person(refusal: Refusal, said: str, reason: str, method: str) -> WaitsForPerson | None:
    """What somebody has to repair in Google's console or at YouTube, with the page where that is done."""
    if reason in NOT_ENABLED:
        named = _CONSOLE.search(refusal.message)
        page = (
            named[0].rstrip(".,)") if named else "https://console.cloud.google.com/apis/library/youtube.googleapis.com"
        )
        hint = f"Enable the YouTube Data API in the project at Google: {page}. It goes on by itself."
        if "analytics" in page.lower():
            hint = hint.replace("Data", "Analytics")
        return WaitsForPerson(said, reason=reason, hint=hint)
    if reason in NOT_GRANTED:
        return WaitsForPerson(
            "The channel's consent does not include the right to do this.",
            reason=reason,
            hint="Connect the channel again, and tick that right on Google's page. It goes on by itself.",
        )
    if reason == "youtubeSignupRequired":
        return WaitsForPerson(
            "This Google account has no YouTube channel.",
            reason=reason,
            hint="Create one at https://www.youtube.com/create_channel, then connect the channel again.",
        )
    if reason in CLOSED:
        return WaitsForPerson(
            f"YouTube says that this channel is {CLOSED[reason]}.",
            reason=reason,
            hint="Look at https://studio.youtube.com why, and appeal there. It goes on when the channel is back.",
        )
    if method == "thumbnails.set" and refusal.status == 403 and reason in ("forbidden", "http_403"):
        return WaitsForPerson(
            "YouTube takes no thumbnail from this channel: its owner has not verified a phone number.",
            reason=reason,
            hint="Verify it at https://www.youtube.com/verify. The thumbnail is then sent by itself.",
            after_s=VERIFY_S,
        )
    return None


def no_answer(said: str, *, reason: str, is_write: bool, now: Moment, asked_s: float | None = None) -> Later | Unknown:
    """Reading again is harmless; what was to change something may have been done. `asked_s`: not before that."""
    after_s = TROUBLE_S if asked_s is None else asked_s
    later = now.later(said, reason=reason, after_s=after_s, is_asked=asked_s is not None)
    if is_write:
        after_s_ours = later.after_s if asked_s is not None else None
        return Unknown(f"{said} Whether it was done is not known.", reason=reason, after_s=after_s_ours)
    return later
