"""Ids as parameters of commands; the error of an invalid id names the command that lists them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

import typer

from ytempire.kit.errors import InvalidInput


def parse_id(entity: str, hint: str) -> Callable[[str], UUID]:
    """Return a parser of ids, which raises InvalidInput with this hint."""

    def parse(text: str) -> UUID:
        try:
            return UUID(text)
        except ValueError:
            article = "an" if entity[0] in "aeiou" else "a"
            raise InvalidInput(f"“{text}” is not the id of {article} {entity}.", hint=hint) from None

    return parse


VIDEOS = "List them: ytempire videos list. The page has the id in its URL: /videos/…"
RUNS = "List them: ytempire runs list"
PROJECTS = "List them: ytempire youtube project list"

VideoId = Annotated[
    UUID,
    typer.Argument(
        help="A video's id, from `ytempire videos list` or the page.", metavar="VIDEO", parser=parse_id("video", VIDEOS)
    ),
]
RunId = Annotated[
    UUID, typer.Argument(help="A run's id, from `ytempire runs list`.", metavar="RUN", parser=parse_id("run", RUNS))
]
ALERTS = "List them: ytempire alerts list"
AlertId = Annotated[
    UUID,
    typer.Argument(
        help="An alert's id, from `ytempire alerts list`.", metavar="ALERT", parser=parse_id("alert", ALERTS)
    ),
]
ProjectId = Annotated[
    UUID,
    typer.Argument(
        help="From `ytempire youtube project list`.", metavar="PROJECT", parser=parse_id("project", PROJECTS)
    ),
]
