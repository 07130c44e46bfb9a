"""Ids that a person gives to a command: what is none says where one is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

import typer

from ytempire.kit.errors import InvalidInput


def read_id(what: str, where: str) -> Callable[[str], UUID]:
    def read(given: str) -> UUID:
        try:
            return UUID(given)
        except ValueError:
            raise InvalidInput(f"“{given}” is not the id of a {what}.", hint=where) from None

    return read


VIDEOS = "`ytempire videos list` shows them, and the page has it in its address: /videos/…"
RUNS = "`ytempire runs list` shows them."
PROJECTS = "`ytempire youtube project list` shows them."

VideoId = Annotated[
    UUID,
    typer.Argument(
        help="A video's id, from `ytempire videos list` or the page.", metavar="VIDEO", parser=read_id("video", VIDEOS)
    ),
]
RunId = Annotated[
    UUID, typer.Argument(help="A run's id, from `ytempire runs list`.", metavar="RUN", parser=read_id("run", RUNS))
]
ProjectId = Annotated[
    UUID,
    typer.Argument(
        help="From `ytempire youtube project list`.", metavar="PROJECT", parser=read_id("project", PROJECTS)
    ),
]
