"""Another process for a test, told what to do on its standard input, and killed at the end of the block."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.forked_process import ForkedProcess


@contextmanager
def run_in_other_process(module: str, asked: dict[str, Any]) -> Iterator[ForkedProcess]:
    with ForkedProcess(module, given=json.dumps(asked)) as process:
        yield process
