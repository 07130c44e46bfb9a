"""The channels and videos of the bench."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import psycopg

from ytempire.channels.default_personas import DEFAULT_PERSONA
from ytempire.kit.database import conninfo
from ytempire.kit.subject import Subject

CHANNELS = 2_000
ZONES = ("UTC", "America/New_York", "Asia/Kolkata", "Europe/Berlin", "Asia/Tokyo")

# As the owner, without triggers and search: a million videos as people make them would take an hour.
_FILL = """
WITH voice AS (
    INSERT INTO core.personas (owner_id, name, definition) VALUES (%(owner)s, 'Bench', %(persona)s) RETURNING id
)
INSERT INTO core.channels (owner_id, name, persona_id, time_zone)
SELECT %(owner)s, 'Bench ' || n, voice.id, (%(zones)s::text[])[1 + n %% cardinality(%(zones)s::text[])]
FROM voice, generate_series(1, %(channels)s) AS n
"""
_VIDEOS = """
INSERT INTO core.videos (channel_id, title, format, status, duration_seconds)
SELECT c.ids[1 + n %% cardinality(c.ids)], 'Video ' || n, '16:9', 'ready', 60
FROM (SELECT array_agg(id) AS ids FROM core.channels WHERE name LIKE 'Bench %%') AS c,
     generate_series(1, %(videos)s) AS n
"""


def fill(owner_url: str, operator: Subject, *, videos: int) -> None:
    with psycopg.connect(conninfo(owner_url), autocommit=True) as connection:
        connection.execute("ALTER TABLE core.videos DISABLE TRIGGER USER")
        connection.execute(
            _FILL,
            {
                "owner": operator.user_id,
                "persona": DEFAULT_PERSONA.model_dump_json(),
                "zones": list(ZONES),
                "channels": CHANNELS,
            },
        )
        connection.execute(_VIDEOS, {"videos": videos})
        connection.execute("ALTER TABLE core.videos ENABLE TRIGGER USER")
        connection.execute("VACUUM ANALYZE core.videos, core.channels")


def pairs(owner_url: str) -> npt.NDArray[np.void]:
    """Of every video its channel and itself, as sixteen bytes each."""
    row = np.dtype([("fields", ">i2"), ("a", ">i4"), ("channel_id", "V16"), ("b", ">i4"), ("video_id", "V16")])
    with psycopg.connect(conninfo(owner_url)) as connection, connection.cursor() as cursor:
        query = "COPY (SELECT channel_id, id FROM core.videos WHERE title LIKE 'Video %') TO STDOUT (FORMAT BINARY)"
        with cursor.copy(query) as copy:
            data = b"".join(copy)
    return np.frombuffer(data[19:-2], row)
