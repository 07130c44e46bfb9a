"""Why somebody does not come in."""

from __future__ import annotations

from datetime import timedelta

from ytempire.kit.errors import RetryableError, YtempireError


class NotSignedIn(YtempireError):
    status = 401
    code = "unauthenticated"


class InvalidCredentials(YtempireError):
    """One answer for an address that is unknown, not verified or waits, and for a wrong password."""

    status = 401
    code = "invalid_credentials"

    def __init__(self) -> None:
        super().__init__(
            "The address or the password is not right.",
            hint="After several failures an address waits a while before the next try; a reset link opens it at once."
            " A new account opens once its address was verified by the link that was sent to it.",
        )


class WrongPassword(YtempireError):
    """Somebody who is signed in gave a password that is not the account's: they may hear that it was this."""

    status = 403
    code = "wrong_password"

    def __init__(self) -> None:
        super().__init__("The current password is not right.", hint="Nothing was changed.")


class AccountLocked(RetryableError):
    """Too many wrong passwords in a row, here or at sign-in."""

    status = 429
    code = "account_locked"

    def __init__(self, left: timedelta) -> None:
        seconds = max(1, round(left.total_seconds()))
        words = f"{seconds} seconds" if seconds < 120 else f"{round(seconds / 60)} minutes"
        super().__init__(
            "After several wrong passwords this account takes none for a while.",
            hint=f"Try again in {words}; a reset link opens it at once.",
            after_s=seconds,
        )


class TooManyRequests(RetryableError):
    """More in this hour than is allowed."""

    status = 429
    code = "too_many_requests"


class SecondFactorRequired(YtempireError):
    """The password was right; the account asks for a code as well."""

    status = 401
    code = "second_factor_required"


class CodeAlreadyUsed(YtempireError):
    """The password was right, and so was the code, once."""

    status = 401
    code = "code_already_used"

    def __init__(self) -> None:
        super().__init__(
            "This code was used already.",
            hint="Wait for the next one that your app shows, or use another recovery code.",
        )


class CrossOriginRefused(YtempireError):
    """A page of another site asked the browser to do this."""

    status = 403
    code = "cross_origin_refused"


class AccountSuspended(NotSignedIn):
    """The link was good; the account is closed."""

    code = "account_suspended"


class OneTimeTokenInvalid(YtempireError):
    """A one-time link was used already, is too old, or never was."""

    status = 410
    code = "one_time_token_invalid"
