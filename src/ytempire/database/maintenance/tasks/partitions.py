"""Partitions by time: made ahead, taken away when they are older than their card keeps them, watched."""

from __future__ import annotations

from datetime import timedelta

import psycopg

from ytempire.alerts.open_alerts import AlertCondition, settle_alerts_as_owner
from ytempire.database.catalog import Card
from ytempire.database.maintenance.context import HEALTH_PAGE, TaskContext
from ytempire.database.maintenance.tasks import audit_trail
from ytempire.database.partitions.creation import ensure_ahead
from ytempire.database.partitions.listing import ARCHIVE, covered_until, list_partitions
from ytempire.database.partitions.parents import Step
from ytempire.database.partitions.removal import drop_archived, remove_expired_partitions
from ytempire.kit.errors import YtempireError

TRAIL = "audit.changes"  # of a role that nobody can become, so it has functions for this


def keep(context: TaskContext) -> None:
    """Every table whose card names a partition key. One that cannot be done keeps no other from being done."""
    cards = [card for card in context.cards.values() if card.partition_key is not None and card.schema_name != ARCHIVE]
    for card in cards:
        try:
            _create_ahead(context, card)
            _remove_expired(context, card)
        except (YtempireError, psycopg.Error) as error:
            context.record_failure(card.table, error)
    missing = [wrong for card in cards if (wrong := _missing_tomorrow(context, card)) is not None]
    settle_alerts_as_owner(context.lock_connection, "partition_missing", missing, context.now)
    context.record(tables=len(cards))
    context.require_all_done()


def _create_ahead(context: TaskContext, card: Card) -> None:
    if card.table == TRAIL:
        for name in audit_trail.make_partitions(context.connection):
            context.record_item("created", name)
        return
    for step in ensure_ahead(context.connection, card.table, period=card.partition_period, now=context.now):
        context.record_item("created", step.partition)


def _remove_expired(context: TaskContext, card: Card) -> None:
    if card.retention_days is None:
        return
    kept, archived = timedelta(days=card.retention_days), timedelta(days=card.archive_retention_days)

    def record(step: Step) -> None:
        if step.action != "detached":  # half of what follows
            context.record_item(step.action, step.partition)

    remove_expired_partitions(
        context.connection, card.table, kept, archive=bool(archived), now=context.now, on_step=record
    )
    drop_archived(context.connection, card.table, kept + archived, now=context.now, on_step=record)


def _missing_tomorrow(context: TaskContext, card: Card) -> AlertCondition | None:
    end = covered_until(list_partitions(context.connection, card.table), context.now)
    if end >= context.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2):
        return None
    return AlertCondition(
        "partition_missing",
        card.table,
        f"{card.table} has no partition for tomorrow (UTC): what is written into it is refused after"
        f" {end:%Y-%m-%d %H:%M}.",
        "See why with `ytempire maintenance list`, mend it, and run `ytempire maintenance run partitions`.",
        link=HEALTH_PAGE,
    )
