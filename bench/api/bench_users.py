"""The people of the bench: each an operator with a channel, a few finished videos, and a bearer token."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass

import httpx
import psycopg

from ytempire.accounts import passwords
from ytempire.channels.default_personas import DEFAULT_PERSONA
from ytempire.kit.database import conninfo
from ytempire.production.schemas import PUBLIC_FILES
from ytempire.production.steps.sequence import STEPS

VIDEOS_EACH = 4
PASSWORD = "correct lantern walnut orbit"  # of people who exist only in the bench's own database

# As the owner, who may write what no person may: a finished run has a history that only the worker makes.
_FILL = """
    WITH people AS (
        INSERT INTO core.users (email, full_name, password_hash, email_verified_at)
        SELECT 'operator-' || n || '@bench.example', 'Operator ' || n, %(hash)s, now()
        FROM generate_series(1, %(users)s) AS n RETURNING id
    ), voices AS (
        INSERT INTO core.personas (owner_id, name, definition)
        SELECT id, 'Bench', %(persona)s::jsonb FROM people RETURNING id, owner_id
    ), channels AS (
        INSERT INTO core.channels (owner_id, name, persona_id)
        SELECT owner_id, 'Bench', id FROM voices RETURNING id, owner_id
    ), videos AS (
        INSERT INTO core.videos (channel_id, status, title, description, tags, chapters, format, width, height,
                                 duration_seconds, script_score)
        SELECT id, 'ready', 'Why the night sky is dark, part ' || n, repeat('What one sees at night. ', 10),
               ARRAY['night', 'sky', 'stars', 'olbers', 'astronomy'],
               '[{"start_s": 0, "title": "The question"}, {"start_s": 31.5, "title": "The answer"}]',
               '16:9', 1920, 1080, 63.4, 0.912
        FROM channels, generate_series(1, %(each)s) AS n RETURNING id, channel_id
    ), runs AS (
        INSERT INTO core.runs (channel_id, video_id, requested_by, status, request, started_at, completed_at)
        SELECT v.channel_id, v.id, c.owner_id, 'completed', %(request)s::jsonb, now(), now()
        FROM videos v JOIN channels c ON c.id = v.channel_id RETURNING id, video_id, channel_id
    ), files AS (
        INSERT INTO core.run_artifacts (run_id, name, step, sha256, size_bytes, media_type)
        SELECT r.id, name, 'assemble', encode(sha256(convert_to(r.id || name, 'UTF8')), 'hex'), 123456, 'text/plain'
        FROM runs r, unnest(%(files)s::text[]) AS name
    ), steps AS (
        INSERT INTO core.run_steps (run_id, name, position, status, attempts, progress, provider, started_at,
                                         completed_at, wall_seconds, cpu_seconds, peak_bytes, evidence)
        SELECT r.id, name, place, 'completed', 1, 1, 'local', now(), now(), 3.25, 2.5, 123456789,
               '{"sentences": 31, "words": 367}'
        FROM runs r, unnest(%(steps)s::text[]) WITH ORDINALITY AS s(name, place)
    )
    INSERT INTO core.cost_lines (video_id, channel_id, run_id, step, attempt, service, item, outcome, usage, amount_usd)
    SELECT r.video_id, r.channel_id, r.id, name, 1, 'compute', 'cpu', 'success', '{"second": 2.5}', 0
    FROM runs r, unnest(%(steps)s::text[]) AS name
"""


@dataclass(frozen=True)
class Person:
    token: str
    channel_id: str


def fill(owner_url: str, *, users: int) -> None:
    """People and what they own; `users` channels, four times as many runs, 36 times as many steps."""
    request = {"source_name": "night.md", "options": {"seconds": 60}}
    with psycopg.connect(conninfo(owner_url)) as connection:
        connection.execute(
            _FILL,
            {
                "users": users,
                "each": VIDEOS_EACH,
                "hash": asyncio.run(passwords.hash_password(PASSWORD)),
                "persona": DEFAULT_PERSONA.model_dump_json(),
                "request": json.dumps(request),
                "files": list(PUBLIC_FILES),
                "steps": [step.name for step in STEPS],
            },
        )
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE")


def sign_in(address: str, *, users: int) -> tuple[list[Person], list[float]]:
    """Everybody, one after another, and how long each sign-in took."""
    signed_in, seconds = [], []
    with httpx.Client(base_url=address) as client:
        for number in range(1, users + 1):
            began = time.perf_counter()
            answer = client.post(
                "/api/v1/auth/sign-in", json={"email": f"operator-{number}@bench.example", "password": PASSWORD}
            ).raise_for_status()
            seconds.append(time.perf_counter() - began)
            token = answer.json()["access_token"]
            seen = client.get("/api/v1/channels", headers={"Authorization": f"Bearer {token}"}).raise_for_status()
            signed_in.append(Person(token, seen.json()["items"][0]["id"]))
    return signed_in, seconds
