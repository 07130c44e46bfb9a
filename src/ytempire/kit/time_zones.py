"""Time zones that somebody may choose."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator

# `Factory` is for clocks that nobody has set; the others are what some systems call their own zone or copies of all.
_NONE = ("Factory", "localtime", "posixrules")
TIME_ZONES = frozenset(
    name for name in available_timezones() if name not in _NONE and not name.startswith(("posix/", "right/"))
)


def _known(name: str) -> str:
    if name not in TIME_ZONES:
        raise ValueError("is not the name of a time zone, such as Europe/Berlin")
    return name


TimeZone = Annotated[str, AfterValidator(_known)]
