"""Time: UTC with zone, everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

# A zone may carry an earlier or a later one past what Python can hold, and what is stored could not be read again.
FIRST_YEAR, LAST_YEAR = 1970, 2200


def _within_reach(value: datetime) -> datetime:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"is not between {FIRST_YEAR} and {LAST_YEAR}")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_within_reach)]  # that a person gives


def now() -> datetime:
    return datetime.now(UTC)
