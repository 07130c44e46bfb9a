"""What open pages hear of runs: what changed (from PostgreSQL, with the commit), how far a step is (from Valkey).

Losing Valkey costs the fine progress.
"""

from __future__ import annotations

from uuid import UUID

from ytempire.live.stream import Message
from ytempire.production.progress import PROGRESS_CHANNEL


def run_changed(payload: str) -> Message:
    """`<run id> <channel id>`, as core.notify_run says it. Raises ValueError."""
    run_id, channel_id = payload.split(" ")
    return Message("run_changed", frozenset([UUID(channel_id)]), {"run_id": run_id})


def step_progress(payload: str) -> Message:
    """`<run id> <channel id> <step> <fraction>`. Raises ValueError."""
    run_id, channel_id, step, fraction = payload.split(" ")
    progress = {"run_id": run_id, "step": step, "progress": float(fraction)}
    return Message("step_progress", frozenset([UUID(channel_id)]), progress)


NOTIFIED = {"run_changed": run_changed}
PUBLISHED = {PROGRESS_CHANNEL: step_progress}
