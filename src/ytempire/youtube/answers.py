"""What a refusal of YouTube means: pure functions from an answer to one of the errors.

The reasons are those of developers.google.com/youtube/v3/docs/errors and of recorded answers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from ytempire.youtube.errors import Later, Never, NotConnected, Unknown
from ytempire.youtube.projects import Moment

# Nobody says how long these last: a burst is over within a minute, a server's trouble mostly as well. How many uploads
# a channel has is a secret; it counts 24 hours back, so that a part of it is free again after some.
BURST_S, TROUBLE_S, UPLOAD_LIMIT_S = 60.0, 60.0, 3 * 3600.0

EXHAUSTED = frozenset({"quotaExceeded", "dailyLimitExceeded"})
BURST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "userRequestsExceedRateLimit"})
SIGNED_OUT = frozenset({"authError", "authorizationRequired", "invalidCredentials", "expired", "youtubeSignupRequired"})


@dataclass(frozen=True)
class Refusal:
    """An answer that is an error, in YouTube's words."""

    status: int
    reason: str
    message: str

    @classmethod
    def of(cls, status: int, content: bytes) -> Refusal:
        """Whatever stands in the body: a page of a proxy has no reason either."""
        try:
            error = json.loads(content)["error"]
            details = error.get("errors") or [{}]
            return cls(status, str(details[0].get("reason") or error.get("status") or ""), str(error["message"])[:500])
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            return cls(status, "", f"It answered {status} without a reason.")

    @property
    def is_used_up(self) -> bool:
        """Whether a bucket is empty until midnight. Of uploads the day's limit says so in its sentence alone."""
        return self.reason in EXHAUSTED or (self.reason in BURST and "per day" in self.message)


def meaning_of(refusal: Refusal, *, is_write: bool, now: Moment) -> Later | Never | Unknown:
    """Which of the errors a refusal is. An empty bucket is the gate's to say (`Refusal.is_used_up`)."""
    said = f"YouTube refused: {refusal.message}"
    reason = refusal.reason or f"http_{refusal.status}"
    if refusal.reason in BURST or refusal.status == 429:
        return now.later(said, reason=reason, after_s=BURST_S)
    if refusal.reason == "uploadLimitExceeded":
        return now.later(said, reason=reason, after_s=UPLOAD_LIMIT_S)
    if refusal.status == 401 or refusal.reason in SIGNED_OUT:
        return NotConnected(said, reason=reason, hint="Connect the channel again; nothing is lost.")
    if refusal.status >= 500 or refusal.status == 408:
        return no_answer(f"YouTube answered {refusal.status}.", reason=reason, is_write=is_write, now=now)
    return Never(said, reason=reason)


def no_answer(said: str, *, reason: str, is_write: bool, now: Moment) -> Later | Unknown:
    """Reading again is harmless; what was to change something may have been done."""
    if is_write:
        return Unknown(f"{said} Whether it was done is not known.", reason=reason)
    return now.later(said, reason=reason, after_s=TROUBLE_S)
