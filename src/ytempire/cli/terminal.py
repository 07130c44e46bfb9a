"""How commands speak: results on standard output, everything else on standard error, colours on a terminal only."""

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
    """The one document of a command with --json."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def fail(error: YtempireError, *, as_json: bool = False) -> NoReturn:
    """One sentence and a next step; then the exit status that the error stands for."""
    if as_json:
        print_json({"error": {"code": error.code, "message": error.message, "hint": error.hint}})
    err.print(f"[red]✗[/] {escape(error.message)}")
    if error.hint:
        err.print(f"  {escape(error.hint)}")
    raise SystemExit(error.exit_code)


def escape(text: str) -> str:
    """Text of others, safe for the console's markup."""
    return text.replace("[", "\\[")


def seconds(value: float) -> str:
    """A duration as people read it: 0.4 s, 12 s, 3 min 05 s."""
    if value < 10:
        return f"{value:.1f} s"
    if value < 120:
        return f"{value:.0f} s"
    return f"{int(value) // 60} min {int(value) % 60:02d} s"
