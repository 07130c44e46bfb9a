"""What a refusal of YouTube means: pure functions from an answer to one of the errors.

The reasons are those of developers.google.com/youtube/v3/docs/errors and of recorded answers.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ytempire.kit.retry_after import pause_s
from ytempire.youtube.errors import (
    ActionRequired,
    NotConnected,
    YouTubeOutcomeUnknown,
    YouTubeRefused,
    YouTubeRetryLater,
)
from ytempire.youtube.projects import ServiceClock

# Nobody says how long these last: a burst is over within a minute, a server's trouble mostly as well. How many uploads
# a channel has is a secret; it counts 24 hours back, so that a part of it is free again after some.
BURST_S, TROUBLE_S, UPLOAD_LIMIT_S = 60.0, 60.0, 3 * 3600.0
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


def strip_html(text: str) -> str:
    """Google's sentences hold links and signs of HTML; people read them as text."""
    return " ".join(_TAG.sub("", html.unescape(text)).split())[:500]


@dataclass(frozen=True)
class YouTubeErrorResponse:
    """An answer that is an error, in YouTube's words."""

    status: int
    reason: str
    message: str
    retry_after: str | None = None
    is_from_proxy: bool = False  # no JSON: whatever answered in between, YouTube did not

    @classmethod
    def from_response(cls, status: int, content: bytes, *, retry_after: str | None = None) -> YouTubeErrorResponse:
        """Whatever stands in the body: a page of a proxy has no reason either."""
        fallback = f"It answered {status} without a reason."
        try:
            document = json.loads(content)
        except ValueError:
            return cls(status, "", fallback, retry_after, is_from_proxy=True)
        try:
            error = document["error"]
            return cls(status, _reason(error), strip_html(str(error["message"])), retry_after)
        except (KeyError, TypeError, AttributeError, IndexError):
            return cls(status, "", fallback, retry_after)

    @property
    def is_used_up(self) -> bool:
        """Whether a bucket is empty until midnight. Of uploads the day's limit says so in its sentence alone."""
        return self.reason in EXHAUSTED or (self.reason in BURST and "per day" in self.message)


def _reason(error: Mapping[str, Any]) -> str:
    """In the older form of Google's errors it stands in `errors`, in the newer one in `details`."""
    reasons = [entry.get("reason") for name in ("errors", "details") for entry in error.get(name) or []]
    return str(next((entry for entry in reasons if entry), None) or error.get("status") or "")


def map_error(
    error_response: YouTubeErrorResponse, *, is_write: bool, now: ServiceClock, method: str = ""
) -> YouTubeRetryLater | YouTubeRefused | YouTubeOutcomeUnknown:
    """Which of the errors a refusal of this method is. Where the server names a time, nothing is tried before it."""
    message = f"YouTube refused: {error_response.message}"
    reason = error_response.reason or f"http_{error_response.status}"
    requested_s = pause_s(error_response.retry_after, now.at)
    if error_response.is_used_up:
        return now.exhausted(f"YouTube says that the quota is used up: {error_response.message}", reason=reason)
    for_person = _action_required(error_response, message, reason, method)
    if for_person is not None:
        return for_person
    if (
        error_response.reason in PASSES
        or error_response.status == 429
        or (error_response.status == 403 and requested_s is not None)
    ):
        after_s = PASSES.get(error_response.reason, BURST_S) if requested_s is None else requested_s
        return now.later(message, reason=reason, after_s=after_s, has_retry_time=requested_s is not None)
    if error_response.status == 401 or error_response.reason in SIGNED_OUT:
        return NotConnected(message, reason=reason, hint="Connect the channel again; nothing is lost.")
    if error_response.status >= 500 or error_response.status == 408 or error_response.is_from_proxy:
        who = "Something between here and YouTube" if error_response.is_from_proxy else "YouTube"
        status_text = f"{who} answered {error_response.status}."
        return map_no_response(status_text, reason=reason, is_write=is_write, now=now, requested_s=requested_s)
    return YouTubeRefused(message, reason=reason)


def _action_required(
    error_response: YouTubeErrorResponse, message: str, reason: str, method: str
) -> ActionRequired | None:
    """What somebody has to repair in Google's console or at YouTube, with the page where that is done."""
    if reason in NOT_ENABLED:
        link = _CONSOLE.search(error_response.message)
        page = link[0].rstrip(".,)") if link else "https://console.cloud.google.com/apis/library/youtube.googleapis.com"
        hint = f"Enable the YouTube Data API in the project at Google: {page}. It goes on by itself."
        if "analytics" in page.lower():
            hint = hint.replace("Data", "Analytics")
        return ActionRequired(message, reason=reason, hint=hint)
    if reason in NOT_GRANTED:
        return ActionRequired(
            "The channel's consent does not include the right to do this.",
            reason=reason,
            hint="Connect the channel again, and tick that right on Google's page. It goes on by itself.",
        )
    if reason == "youtubeSignupRequired":
        return ActionRequired(
            "This Google account has no YouTube channel.",
            reason=reason,
            hint="Create one at https://www.youtube.com/create_channel, then connect the channel again.",
        )
    if reason in CLOSED:
        return ActionRequired(
            f"YouTube says that this channel is {CLOSED[reason]}.",
            reason=reason,
            hint="Look at https://studio.youtube.com why, and appeal there. It goes on when the channel is back.",
        )
    if method == "thumbnails.set" and error_response.status == 403 and reason in ("forbidden", "http_403"):
        return ActionRequired(
            "YouTube takes no thumbnail from this channel: its owner has not verified a phone number.",
            reason=reason,
            hint="Verify it at https://www.youtube.com/verify. The thumbnail is then sent by itself.",
            after_s=VERIFY_S,
        )
    return None


def map_no_response(
    message: str, *, reason: str, is_write: bool, now: ServiceClock, requested_s: float | None = None
) -> YouTubeRetryLater | YouTubeOutcomeUnknown:
    """Reading again is harmless; what was to change something may have been done. `requested_s`: not before that."""
    after_s = TROUBLE_S if requested_s is None else requested_s
    later = now.later(message, reason=reason, after_s=after_s, has_retry_time=requested_s is not None)
    if is_write:
        after_s_ours = later.after_s if requested_s is not None else None
        return YouTubeOutcomeUnknown(
            f"{message} Whether it was done is not known.", reason=reason, after_s=after_s_ours
        )
    return later
