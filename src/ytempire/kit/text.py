"""Text that a person types: what PostgreSQL can hold, a terminal can show and a list can tell apart."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

# Control characters, and the separators that Python takes for white space and others do not.
PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"
PROSE = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"  # with line ends and tabs


def _visible(value: str) -> str:
    """Refuse what would look empty: `isprintable` knows zero-width characters, which no strip takes away."""
    if not any(sign.isprintable() and not sign.isspace() for sign in value):
        raise ValueError("needs at least one visible character")
    return value


SingleLineText = Annotated[str, StringConstraints(strip_whitespace=True, pattern=PRINTABLE)]  # one line; may be empty
Name = Annotated[str, StringConstraints(strip_whitespace=True, pattern=PRINTABLE), AfterValidator(_visible)]
MultiLineText = Annotated[str, StringConstraints(strip_whitespace=True, pattern=PROSE)]  # several lines; may be empty
