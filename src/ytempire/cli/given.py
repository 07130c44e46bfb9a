"""What a person gave to a command, held to the same shapes as what comes over HTTP."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ytempire.kit.errors import InvalidInput

T = TypeVar("T", bound=BaseModel)


def read_as(shape: type[T], **given: Any) -> T:
    """Raises InvalidInput, which names what is wrong first."""
    try:
        return shape(**given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        what = " ".join(str(part) for part in first["loc"]).replace("_", " ")
        wrong = first["msg"].removeprefix("Value error, ")
        raise InvalidInput(f"{what.capitalize()}{' ' if wrong[0].islower() else ': '}{wrong}.") from error
