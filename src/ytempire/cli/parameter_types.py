"""Parsers of the parameters of commands, with the same rules as over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ytempire.kit.clock import parse_timestamp
from ytempire.kit.errors import InvalidInput

T = TypeVar("T", bound=BaseModel)


def parse_time(text: str) -> datetime:
    """Parse a time between 1970 and 2200. Raises InvalidInput."""
    try:
        return parse_timestamp(text)
    except ValueError as error:
        reason = str(error) if str(error).startswith("is ") else "is not a time"
        raise InvalidInput(
            f"“{text}” {reason}.", hint="Write it as 2026-12-24T18:00, or with a zone: …T18:00+01:00."
        ) from error


def parse_as(model: type[T], **values: Any) -> T:
    """Build a model from values. Raises InvalidInput, which names the first wrong one."""
    try:
        return model(**values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = " ".join(str(part) for part in first["loc"]).replace("_", " ")
        reason = first["msg"].removeprefix("Value error, ")
        raise InvalidInput(f"{name.capitalize()}{' ' if reason[0].islower() else ': '}{reason}.") from error
