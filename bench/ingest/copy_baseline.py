"""The floor: the server's binary COPY of the same deliveries into tables with a primary key, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg

from ytempire.ingest.binary_copy import EVENTS, PARTS, copy_breakdowns, copy_rows
from ytempire.ingest.event_order import last_of_each
from ytempire.ingest.events import parse
from ytempire.kit import clock
from ytempire.kit.database import conninfo

_EVENT_KEY = 'channel_id, video_id, "timestamp"'
_TABLES = f"""
DROP TABLE IF EXISTS floor_events, floor_parts;
CREATE TABLE floor_events ({EVENTS.sql},
    PRIMARY KEY ({_EVENT_KEY}));
CREATE TABLE floor_parts ({PARTS.sql},
    PRIMARY KEY ({_EVENT_KEY}))"""


@dataclass(frozen=True)
class CopyBaseline:
    """Deliveries in files that the server reads itself, each two: its events, and their breakdowns."""

    superuser_url: str
    files: Sequence[tuple[Path, Path]]
    events: int

    def run(self) -> float:
        """Events a second: each delivery in one commit, as durable as ours."""
        with psycopg.connect(conninfo(self.superuser_url), autocommit=True) as connection:
            connection.execute(_TABLES.encode())
            began = time.perf_counter()
            for events, parts in self.files:
                with connection.transaction():
                    connection.execute(f"COPY floor_events FROM '{events}' (FORMAT BINARY)".encode())
                    connection.execute(f"COPY floor_parts FROM '{parts}' (FORMAT BINARY)".encode())
            took = time.perf_counter() - began
            connection.execute("DROP TABLE floor_events, floor_parts")
        return self.events / took


def write(payloads: Sequence[bytes], folder: Path, superuser_url: str) -> CopyBaseline:
    """The rows of these deliveries as files that anybody may read, in the order in which ours are written."""
    files, count = [], 0
    for number, body in enumerate(payloads):
        events = parse(body, now=clock.now()).events
        events = events.take(last_of_each(events))
        pair = folder / f"floor-{number}-events", folder / f"floor-{number}-parts"
        pair[0].write_bytes(copy_rows(events, np.zeros_like(events.video_id)))
        pair[1].write_bytes(copy_breakdowns(events))
        for file in pair:
            file.chmod(0o644)
        files.append(pair)
        count += len(events)
    return CopyBaseline(superuser_url, files, count)
