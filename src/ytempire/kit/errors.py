"""The base of every error that a person may see: what happened, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping


class YtempireError(Exception):
    """An error with one clear sentence for a person.

    `message` says what happened, `hint` what to do; neither carries a secret. `status` is the HTTP status
    and `exit_code` the process status at the edges. A 500 always means that the bug is ours.
    """

    status: int = 500
    exit_code: int = 1
    code: str = "internal_error"
    refers_to: Mapping[str, str] | None = None
    """By their names the ids of what the sentence is about, for who wants to show it."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class InvalidInput(YtempireError):
    """What the caller gave cannot be used; nothing was made."""

    status = 422
    exit_code = 2
    code = "invalid_input"


class NotFound(YtempireError):
    status = 404
    code = "not_found"


class Conflict(YtempireError):
    """The request is sound, but the present state does not allow it."""

    status = 409
    code = "conflict"


class Forbidden(YtempireError):
    """It is there, and it is not theirs to do this with."""

    status = 403
    code = "forbidden"


class NotForAnalysts(Forbidden):
    """It is about people, is secret or no figure: analysts do not see it."""

    code = "not_for_analysts"


class PreconditionFailed(YtempireError):
    """What the caller read is not what is there any more."""

    status = 412
    code = "precondition_failed"


class RetryableError(YtempireError):
    """A failure that may pass: retry, not before `after_s` seconds where the other side named a time."""

    status = 503
    code = "retry_later"

    def __init__(self, message: str, *, hint: str | None = None, after_s: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.after_s = after_s


class PermanentError(YtempireError):
    """The other side refused for a reason that a repetition does not change."""

    status = 502
    code = "refused_by_provider"


class AnswerUnusable(PermanentError):
    """The other side served the call, and what it sent cannot be used: paid for, and to be asked for anew."""

    code = "answer_unusable"


class OutcomeUnknown(YtempireError):
    """The call may or may not have taken effect: ask the other side before doing it again."""

    status = 502
    code = "outcome_unknown"
