"""The output of commands: results on standard output, all else on standard error, colours only on a terminal."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

from rich.console import Console

from ytempire.kit.errors import YtempireError

# in a pipe there is no width to fit into; a table keeps its columns whole
PIPE_WIDTH = 240
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else PIPE_WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)

EXIT_REFUSED = 3
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def print_json(document: Any) -> None:
    """Print the only document of a command with --json."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def fail(error: YtempireError, *, as_json: bool = False) -> NoReturn:
    """Print an error with its hint, and exit with its status."""
    if as_json:
        print_json({"error": {"code": error.code, "message": error.message, "hint": error.hint}})
    err.print(f"[red]✗[/] {escape(error.message)}")
    if error.hint:
        err.print(f"  {escape(error.hint)}")
    raise SystemExit(error.exit_code)


def escape(text: str) -> str:
    """Escape the console's markup in a text."""
    return text.replace("[", "\\[")


def seconds(value: float) -> str:
    """Format a duration: 0.4 s, 12 s, 3 min 05 s."""
    if value < 10:
        return f"{value:.1f} s"
    if value < 120:
        return f"{value:.0f} s"
    return f"{int(value) // 60} min {int(value) % 60:02d} s"
