"""Old names of commands and options: for one version they print the new command line and exit with 2.

With the next version this module goes, and with it what calls it.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from ytempire.kit.errors import InvalidInput

COMMANDS = {
    ("measure",): ("collect",),
    ("unpublish",): ("delete-from-youtube",),
    ("channels", "add"): ("channels", "create"),
    ("costs", "limit"): ("costs", "budget"),
    ("ingest", "quarantine", "drop"): ("ingest", "quarantine", "delete"),
    ("youtube", "project", "add"): ("youtube", "project", "create"),
    ("youtube", "project", "allow"): ("youtube", "project", "set-quota"),
}
# of a command under its new name
OPTIONS = {
    ("bench", "dashboards"): {"--asked": "--queries"},
    ("bench", "ingest"): {"--lean": "--minimal"},
    ("produce",): {"--again": "--allow-duplicate"},
    ("youtube", "project", "create"): {"--declare": "--declare-client"},
}


class CommandRenamed(InvalidInput):
    code = "command_renamed"


def require_present_names(arguments: Sequence[str]) -> None:
    """Refuse a command line with an old name. Raises CommandRenamed, which says what to run instead."""
    present = rename(arguments)
    if present != list(arguments):
        raise CommandRenamed(
            f"`{_line(arguments)}` uses an old name of a command or an option.",
            hint=f"Run: {_line(present)}",
        )


def rename(arguments: Sequence[str]) -> list[str]:
    """Return a command line with the present names of its command and options."""
    words = list(arguments)
    for old, new in COMMANDS.items():
        if tuple(words[: len(old)]) == old:
            words[: len(old)] = new
    for command, options in OPTIONS.items():
        if tuple(words[: len(command)]) == command:
            end = words.index("--") if "--" in words else len(words)  # behind it there are no options
            words[:end] = [_rename_option(word, options) for word in words[:end]]
    return words


def _rename_option(word: str, options: dict[str, str]) -> str:
    name, equals, value = word.partition("=")
    return options.get(name, name) + equals + value


def _line(arguments: Sequence[str]) -> str:
    return shlex.join(["ytempire", *arguments])
