"""The one queue application with every domain's tasks in it."""

from __future__ import annotations

import procrastinate

from ytempire.kit import jobs
from ytempire.production import tasks as production


def open_queue(database_url: str) -> procrastinate.App:
    """The queue with all tasks known; use as `async with open_queue(url).open_async() as queue`."""
    queue = jobs.open_queue(database_url)
    production.register(queue)
    return queue
