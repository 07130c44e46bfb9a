"""Partitions by time: made ahead, taken away when they are older than their card keeps them, watched."""

from __future__ import annotations

from datetime import timedelta

import psycopg

from ytempire.database.catalog import Card
from ytempire.database.maintenance import alerts
from ytempire.database.maintenance.job import Job
from ytempire.database.maintenance.tasks import trail
from ytempire.database.partitions import (
    ARCHIVE,
    Step,
    covered_until,
    drop_archived,
    ensure_ahead,
    list_partitions,
    retire,
)
from ytempire.kit.errors import YtempireError

TRAIL = "audit.changes"  # of a role that nobody can become, so it has functions for this


def keep(job: Job) -> None:
    """Every table whose card names a partition key. One that cannot be done keeps no other from being done."""
    cards = [card for card in job.cards.values() if card.partition_key is not None and card.schema_name != ARCHIVE]
    for card in cards:
        try:
            _make_ahead(job, card)
            _take_away(job, card)
        except (YtempireError, psycopg.Error) as error:
            job.note_failure(card.table, error)
    missing = [wrong for card in cards if (wrong := _missing_tomorrow(job, card)) is not None]
    alerts.settle(job.keeper, "partitions", missing, job.now)
    job.note(tables=len(cards))
    job.require_all_done()


def _make_ahead(job: Job, card: Card) -> None:
    if card.table == TRAIL:
        for name in trail.make_partitions(job.connection):
            job.note_one("created", name)
        return
    for step in ensure_ahead(job.connection, card.table, period=card.partition_period, now=job.now):
        job.note_one("created", step.partition)


def _take_away(job: Job, card: Card) -> None:
    if card.keep_days is None:
        return
    kept, archived = timedelta(days=card.keep_days), timedelta(days=card.archived_days)

    def record(step: Step) -> None:
        if step.action != "detached":  # half of what follows
            job.note_one(step.action, step.partition)

    retire(job.connection, card.table, kept, archive=bool(archived), now=job.now, record=record)
    drop_archived(job.connection, card.table, kept + archived, now=job.now, record=record)


def _missing_tomorrow(job: Job, card: Card) -> alerts.Wrong | None:
    end = covered_until(list_partitions(job.connection, card.table), job.now)
    if end >= job.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2):
        return None
    return alerts.Wrong(
        f"partitions/{card.table}",
        "problem",
        f"{card.table} has no partition for tomorrow (UTC): what is written into it is refused after"
        f" {end:%Y-%m-%d %H:%M}.",
        "See why with `ytempire maintenance list`, mend it, and run `ytempire maintenance run partitions`.",
    )
