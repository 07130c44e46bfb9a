"""Old commands and options: they say what to run instead, and exit with 2."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from ytempire.cli.main import app
from ytempire.cli.renamed_commands import COMMANDS, OPTIONS, CommandRenamed, rename, require_present_names


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("measure", "collect"),
        ("measure --channel 'Clear Signal' --json", "collect --channel 'Clear Signal' --json"),
        ("unpublish ID --confirm X", "delete-from-youtube ID --confirm X"),
        ("costs limit set video 1 2", "costs budget set video 1 2"),
        ("produce a.md --again", "produce a.md --allow-duplicate"),
        ("youtube project allow ID units=50000", "youtube project set-quota ID units=50000"),
        ("youtube project add c.json --declare=other", "youtube project create c.json --declare-client=other"),
        ("youtube project create c.json --declare other", "youtube project create c.json --declare-client other"),
        ("channels add 'Deep Water'", "channels create 'Deep Water'"),
        ("ingest quarantine drop --all", "ingest quarantine delete --all"),
        ("bench ingest --lean --json", "bench ingest --minimal --json"),
        ("bench dashboards --asked 5", "bench dashboards --queries 5"),
    ],
)
def test_require_present_names_old_name_is_refused_with_the_new_command_line(old: str, new: str) -> None:
    with pytest.raises(CommandRenamed) as refused:
        require_present_names(shlex.split(old))
    assert (refused.value.exit_code, refused.value.hint) == (2, f"Run: ytempire {new}")
    require_present_names(shlex.split(new))


@pytest.mark.parametrize("line", ["", "--help", "channels", "costs --help", "produce -- --again", "runs list --again"])
def test_rename_leaves_other_command_lines(line: str) -> None:
    assert rename(shlex.split(line)) == shlex.split(line)


@pytest.mark.parametrize("command", [*COMMANDS.values(), *OPTIONS])
def test_new_command_exists_with_its_options(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert result.exit_code == 0
    assert all(option in result.output for option in OPTIONS.get(command, {}).values())


def test_old_command_prints_the_new_one_and_exits_with_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ytempire", "measure", "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Run: ytempire collect --json" in done.stderr
    assert json.loads(done.stdout)["error"]["code"] == "command_renamed"


def test_old_names_are_no_commands() -> None:
    known = typer.main.get_group(app).commands
    assert not {old[0] for old in COMMANDS if len(old) == 1} & set(known)
