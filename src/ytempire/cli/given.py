"""What a person gave to a command, held to the same shapes as what comes over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ytempire.kit.clock import read_moment
from ytempire.kit.errors import InvalidInput

T = TypeVar("T", bound=BaseModel)


def read_time(given: str) -> datetime:
    """Raises InvalidInput for what is no time between 1970 and 2200."""
    try:
        return read_moment(given)
    except ValueError as error:
        said = str(error) if str(error).startswith("is ") else "is no time"
        raise InvalidInput(
            f"“{given}” {said}.", hint="Write it as 2026-12-24T18:00, or with a zone: …T18:00+01:00."
        ) from error


def read_as(shape: type[T], **given: Any) -> T:
    """Raises InvalidInput, which names what is wrong first."""
    try:
        return shape(**given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        what = " ".join(str(part) for part in first["loc"]).replace("_", " ")
        wrong = first["msg"].removeprefix("Value error, ")
        raise InvalidInput(f"{what.capitalize()}{' ' if wrong[0].islower() else ': '}{wrong}.") from error
