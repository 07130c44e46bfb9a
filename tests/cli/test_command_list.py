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
def test_command_list_matches_name_panel_and_help_of_code(known: CommandInfo) -> None:
    command = load(known)
    first = (command.help or "").split("\n\n")[0].replace("\n", " ")
    assert (command.name, command.rich_help_panel, first) == (known.name, known.panel, known.help)


def test_command_list_contains_every_command() -> None:
    modules = (import_module(f"ytempire.cli.{path.stem}") for path in Path(cli.__file__).parent.glob("*.py"))
    app = typer.Typer()
    for module in modules:
        if hasattr(module, "register"):
            module.register(app)
    assert set(typer.main.get_group(app).commands) == set(COMMANDS)


def test_help_imports_no_database_or_web_modules() -> None:
    asked = "import sys; from ytempire.cli.main import app; app(['--help'], standalone_mode=False);"
    asked += "sys.exit(any(name in sys.modules for name in ('sqlalchemy', 'numpy', 'fastapi')))"
    assert subprocess.run([sys.executable, "-c", asked], check=False, stdout=subprocess.DEVNULL).returncode == 0


@pytest.mark.parametrize("imported", ["ytempire.app", "ytempire.worker.process", "ytempire.runtime.maintenance"])
def test_entry_point_resolves_all_foreign_keys(imported: str) -> None:
    asked = f"import {imported}; from ytempire.kit.database import Model;"
    asked += "[key.column for table in Model.metadata.tables.values() for key in table.foreign_keys]"
    subprocess.run([sys.executable, "-c", asked], check=True)
