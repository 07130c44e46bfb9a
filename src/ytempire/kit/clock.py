"""Time: UTC with zone, everywhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

# A zone may carry an earlier or a later one past what Python can hold, and what is stored could not be read again.
FIRST_YEAR, LAST_YEAR = 1970, 2200
_NUMBER = re.compile(r"\s*[+-]?\d+(\.\d*)?([eE][+-]?\d+)?\s*")


def _require_supported_year(value: datetime) -> datetime:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"is not between {FIRST_YEAR} and {LAST_YEAR}")
    return value


def _reject_bare_number(value: object) -> object:
    """Pydantic would take one for seconds since 1970, or for thousandths of them, by how large it is."""
    if isinstance(value, int | float) or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        raise ValueError("is a bare number; write a time with its zone, such as 2026-12-24T18:00:00Z")
    return value


# that a person gives
Timestamp = Annotated[AwareDatetime, BeforeValidator(_reject_bare_number), AfterValidator(_require_supported_year)]


def parse_timestamp(text: str) -> datetime:
    """A time that a person writes, in UTC where they name no zone. Raises ValueError."""
    _reject_bare_number(text.strip())
    at = datetime.fromisoformat(text.strip())
    return _require_supported_year(at if at.tzinfo else at.replace(tzinfo=UTC))


def now() -> datetime:
    return datetime.now(UTC)
