"""The list of commands says what their code says, without importing it."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer

from ytempire import cli
from ytempire.cli.command_list import COMMANDS, CommandInfo, load


@pytest.mark.parametrize("known", COMMANDS.values(), ids=COMMANDS)
def test_each_is_listed_as_its_code_says(known: CommandInfo) -> None:
    command = load(known)
    first = (command.help or "").split("\n\n")[0].replace("\n", " ")
    assert (command.name, command.rich_help_panel, first) == (known.name, known.panel, known.help)


def test_none_is_left_out() -> None:
    modules = (import_module(f"ytempire.cli.{path.stem}") for path in Path(cli.__file__).parent.glob("*.py"))
    app = typer.Typer()
    for module in modules:
        if hasattr(module, "register"):
            module.register(app)
    assert set(typer.main.get_group(app).commands) == set(COMMANDS)


def test_a_list_needs_no_database() -> None:
    asked = "import sys; from ytempire.cli.main import app; app(['--help'], standalone_mode=False);"
    asked += "sys.exit(any(name in sys.modules for name in ('sqlalchemy', 'numpy', 'fastapi')))"
    assert subprocess.run([sys.executable, "-c", asked], check=False, stdout=subprocess.DEVNULL).returncode == 0


@pytest.mark.parametrize("imported", ["ytempire.app", "ytempire.worker.process", "ytempire.runtime.maintenance"])
def test_what_runs_by_itself_knows_all_tables(imported: str) -> None:
    asked = f"import {imported}; from ytempire.kit.database import Model;"
    asked += "[key.column for table in Model.metadata.tables.values() for key in table.foreign_keys]"
    subprocess.run([sys.executable, "-c", asked], check=True)
