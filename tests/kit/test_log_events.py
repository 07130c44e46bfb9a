"""The names of log events: constants of the form `<entity>_<participle>`, whose failures end in `_failed`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import ytempire

LEVELS = {"debug", "info", "warning", "error", "exception"}


def log_events() -> dict[str, str]:
    """Return the events that the code logs, each with its file."""
    events = {}
    for file in Path(ytempire.__file__).parent.rglob("*.py"):
        source = file.read_text()
        if "get_logger" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name("log"), attr=attr), args=[ast.Constant(str(event)), *_]
                ) if attr in LEVELS:
                    events[event] = file.name
    return events


def test_log_event_names_what_happened_and_not_what_did_not() -> None:
    events = log_events()
    assert len(events) > 50
    assert [event for event in events if not re.fullmatch(r"[a-z]+(_[a-z]+)+", event)] == []
    assert [event for event in events if "_not_" in event or event.endswith("_unexpectedly")] == []
