"""A wrong id is said with where a right one is found, before anything is started or made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from ytempire.channels.endpoints import NewChannel
from ytempire.cli.parameter_types import parse_as
from ytempire.kit.errors import InvalidInput

WRONG = {
    ("publish", "1"): ("“1” is not the id of a video.", "ytempire videos list"),
    ("delete-from-youtube", "x", "--reason", "A figure is wrong"): (
        "“x” is not the id of a video.",
        "ytempire videos list",
    ),
    ("costs", "show", "[1]"): ("“[1]” is not the id of a video.", "ytempire videos list"),
    ("runs", "show", "1"): ("“1” is not the id of a run.", "ytempire runs list"),
    ("youtube", "project", "set-quota", "1", "units=5"): (
        "“1” is not the id of a project.",
        "ytempire youtube project list",
    ),
}


@pytest.mark.parametrize("arguments", WRONG)
def test_command_with_invalid_id_names_next_step(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ytempire", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "YTEMPIRE_HOME": str(tmp_path / "home")},
        timeout=60,
        check=False,
    )
    said, where = WRONG[arguments]
    assert done.returncode == 2
    assert said in done.stderr
    assert where in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2
    assert not (tmp_path / "home").exists()


def test_parse_as_applies_api_schema_to_command_arguments() -> None:
    for given, says in (
        ({"name": "X", "time_zone": "Mars/Olympus"}, "Time zone is not the name of a time zone"),
        ({"name": ""}, "Name needs at least one visible character"),
    ):
        with pytest.raises(InvalidInput, match=says):
            parse_as(NewChannel, persona_id=UUID(int=1), **given)
