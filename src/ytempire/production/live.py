"""What open pages hear of runs: what changed (from PostgreSQL, with the commit), how far a step is (from Valkey).

Losing Valkey costs the fine progress.
"""

from __future__ import annotations

from uuid import UUID

from ytempire.live.stream import Message
from ytempire.production.progress import PROGRESS_CHANNEL


def run_changed(said: str) -> Message:
    """`<run id> <channel id>`, as core.notify_workflow says it. Raises ValueError."""
    run_id, channel_id = said.split(" ")
    return Message("run_changed", frozenset([UUID(channel_id)]), {"run_id": run_id})


def step_progress(said: str) -> Message:
    """`<run id> <channel id> <step> <fraction>`. Raises ValueError."""
    run_id, channel_id, step, fraction = said.split(" ")
    progress = {"run_id": run_id, "step": step, "progress": float(fraction)}
    return Message("step_progress", frozenset([UUID(channel_id)]), progress)


NOTIFIED = {"workflow_changed": run_changed}
PUBLISHED = {PROGRESS_CHANNEL: step_progress}
