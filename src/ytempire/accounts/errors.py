"""Why somebody does not come in."""

from __future__ import annotations

from ytempire.kit.errors import YtempireError


class NotSignedIn(YtempireError):
    status = 401
    code = "not_signed_in"


class SignInRefused(YtempireError):
    """One answer for an unknown address, a wrong password and an account that waits: nobody learns which."""

    status = 401
    code = "sign_in_refused"

    def __init__(self) -> None:
        super().__init__(
            "The address or the password is not right.",
            hint="After several failures an account waits a while before the next try; a reset link opens it at once.",
        )


class SecondFactorNeeded(YtempireError):
    """The password was right; the account asks for a code as well."""

    status = 401
    code = "second_factor_needed"


class AddressNotVerified(YtempireError):
    """The password was right, but nobody has shown yet that the address is theirs."""

    status = 403
    code = "address_not_verified"


class Forbidden(YtempireError):
    """Signed in, but not allowed to do this."""

    status = 403
    code = "forbidden"


class ForeignOrigin(YtempireError):
    """A page of another site asked the browser to do this."""

    status = 403
    code = "foreign_origin"


class TokenSpent(YtempireError):
    """A one-time link was used already, is too old, or never was."""

    status = 410
    code = "token_spent"
