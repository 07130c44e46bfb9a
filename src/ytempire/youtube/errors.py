"""Why a call of YouTube failed, and so what to do: later, never, or ask first what happened.

`reason` is YouTube's own word, or ours where it had none: who decides reads it, people read the message.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ytempire.kit.errors import Conflict, OutcomeUnknown, PermanentError, RetryableError, YtempireError

ACTION_RETRY_S = 3600.0  # between two looks whether somebody has repaired it: each may take of the quota


class YouTubeRetryLater(RetryableError):
    """It may work later: not before `when`, where that is known.

    `when` is by the project's clock, which is the sandbox's where it is that; `after_s` are seconds of ours until then.
    `has_retry_time`: YouTube itself named that time, so that nobody may ask sooner. Nothing was done at YouTube.
    """

    code = "youtube_retry_later"

    def __init__(
        self,
        message: str,
        *,
        reason: str,
        when: datetime | None = None,
        after_s: float | None = None,
        hint: str | None = None,
        has_retry_time: bool = False,
    ) -> None:
        super().__init__(message, hint=hint, after_s=after_s)
        self.reason, self.when, self.has_retry_time = reason, when, has_retry_time


class QuotaExhausted(YouTubeRetryLater):
    """A bucket has not enough left until `when`: the call was not made, or was refused."""

    code = "youtube_quota_exhausted"


class ActionRequired(YouTubeRetryLater):
    """Somebody has to repair something first, as the hint says; then it works as it was ordered."""

    status = 409
    code = "youtube_action_required"

    def __init__(self, message: str, *, reason: str, hint: str, after_s: float = ACTION_RETRY_S) -> None:
        super().__init__(message, reason=reason, hint=hint, after_s=after_s, has_retry_time=True)


class YouTubeRefused(PermanentError):
    """YouTube refused for a reason that a repetition does not change. Nothing was done."""

    code = "youtube_refused"

    def __init__(self, message: str, *, reason: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


class NotConnected(YouTubeRefused):
    """The channel has no consent that stands: somebody has to connect it."""

    status = 409
    code = "youtube_not_connected"


class ChannelStopped(YouTubeRefused):
    """The channel is paused, suspended or archived, and this call is not for such."""

    status = 409
    code = "channel_stopped"


class UploadSessionExpired(YouTubeRefused):
    """The session of an upload is there no more: look for the video before beginning another."""

    code = "youtube_upload_session_expired"


class YouTubeOutcomeUnknown(OutcomeUnknown):
    """It may have been done: ask YouTube before doing it again."""

    code = "youtube_outcome_unknown"

    def __init__(self, message: str, *, reason: str, after_s: float | None = None) -> None:
        super().__init__(message, hint="Look at YouTube what is there before doing it again.")
        self.reason, self.after_s = reason, after_s  # the server's own wish where it named one


class ConsentUnusable(Conflict):
    """Coming back from the consent page does not connect the channel. `reason`: a word for the page, which has a
    sentence for each.
    """

    code = "authorization_failed"

    def __init__(self, message: str, *, hint: str | None = None, reason: str = "unusable") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


def error_document(error: Exception, step: str) -> dict[str, Any]:
    """What went wrong in the worker, as it is kept and shown to people.

    `for_person`: it goes on when somebody has done what the hint says, of which the channel's owner is told.
    """
    if not isinstance(error, YtempireError):
        return {
            "step": step,
            "reason": "internal",
            "message": f"Something went wrong on our side: {type(error).__name__}.",
            "hint": "The worker's log has the details. It is tried again.",
        }
    reason = getattr(error, "reason", error.code)
    document = {"step": step, "reason": reason, "message": error.message, "hint": error.hint}
    return {**document, "for_person": True} if isinstance(error, ActionRequired | NotConnected) else document
