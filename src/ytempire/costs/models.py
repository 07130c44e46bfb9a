"""Tables of the price book, the budgets and the ledger."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, func, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id


class Price(Model):
    """What one unit of a service costs while `valid_during` holds; two prices never hold at once."""

    __tablename__ = "prices"
    __table_args__ = (
        CheckConstraint("usd_per_unit >= 0", name="usd_per_unit"),
        ExcludeConstraint(
            ("service", "="),
            ("item", "="),
            ("unit", "="),
            ("valid_during", "&&"),
            name="prices_one_at_a_time_excl",
            using="gist",
        ),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    service: Mapped[str]  # "compute", "openai", …
    item: Mapped[str]  # model or kind, e.g. "cpu", "gpt-5-mini"
    unit: Mapped[str]  # "second", "input_token", "output_token", "character"
    usd_per_unit: Mapped[Decimal] = mapped_column(Numeric(20, 12))  # a token costs 1e-7 and less
    valid_during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    source: Mapped[str]  # where the figure comes from


class Budget(Model):
    """A warning and a stop for one scope. `stop_usd` null: warn only."""

    __tablename__ = "budgets"
    __table_args__ = (
        CheckConstraint("scope IN ('video', 'channel_day', 'day', 'service_video')", name="scope"),
        CheckConstraint(
            "scope <> 'video' OR (stop_usd IS NOT NULL AND stop_usd <= 3.00)"
            " OR coalesce(length(btrim(reason)), 0) >= 3",
            name="ceiling",
        ),
        CheckConstraint("warn_usd >= 0 AND (stop_usd IS NULL OR stop_usd >= warn_usd)", name="limits"),
        # one limit a scope and subject; a subject of null is the default for all
        Index("budgets_scope_subject_key", "scope", text("coalesce(subject, '')"), unique=True),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    scope: Mapped[str]
    subject: Mapped[str | None]  # channel id for channel_day, service name for service_video
    warn_usd: Mapped[Decimal]
    stop_usd: Mapped[Decimal | None]
    reason: Mapped[str | None]  # why a video may cost more than the ceiling
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class CostReservation(Model):
    """The upper bound of one call, held from before the call until it is settled."""

    __tablename__ = "cost_reservations"
    __table_args__ = (
        CheckConstraint("max_usd >= 0", name="max_usd"),
        CheckConstraint("status IN ('open', 'settled', 'released', 'unknown')", name="status"),
        Index("cost_reservations_call_key_key", "call_key", unique=True),
        # serves: was this bought before?
        Index("cost_reservations_request_idx", "request_key", postgresql_where=text("status = 'settled'")),
        # serves: open reservations of a video when the next one asks; of a step when it is claimed again
        Index("cost_reservations_open_idx", "video_id", "step", postgresql_where=text("status = 'open'")),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    call_key: Mapped[str]  # names this one call
    request_key: Mapped[str]  # names what is asked for, the same in every attempt; the provider's idempotency key
    # whose money it is; no foreign keys, since videos and channels stand on a floor above and the ledger outlives them
    video_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    run_id: Mapped[UUID]
    step: Mapped[str]
    attempt: Mapped[int]
    service: Mapped[str]
    item: Mapped[str]
    max_usd: Mapped[Decimal]
    status: Mapped[str] = mapped_column(server_default="open")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    settled_at: Mapped[datetime | None]
    response_sha256: Mapped[str | None]  # what was bought, in the object store
    response_bytes: Mapped[int | None] = mapped_column(BigInteger)


class CostLine(Model):
    """One line of the ledger. Never changed: a correction is a line of its own."""

    __tablename__ = "cost_lines"
    __table_args__ = (
        CheckConstraint("outcome IN ('success', 'failure', 'unknown')", name="outcome"),
        # serves: the account of a video, step by step
        Index("cost_lines_video_idx", "video_id", "step"),
        # serves: what a channel, and all channels, spent today
        Index("cost_lines_channel_day_idx", "occurred_at", "channel_id"),
        Index(
            "cost_lines_reservation_id_key",
            "reservation_id",
            unique=True,
            postgresql_where=text("reservation_id IS NOT NULL"),
        ),
        # a step settles its compute once for each attempt, whatever is killed when
        Index(
            "cost_lines_compute_key",
            "run_id",
            "step",
            "attempt",
            "service",
            unique=True,
            postgresql_where=text("reservation_id IS NULL"),
        ),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    reservation_id: Mapped[UUID | None] = mapped_column(ForeignKey("core.cost_reservations.id"))
    video_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    run_id: Mapped[UUID]
    step: Mapped[str]
    attempt: Mapped[int]
    service: Mapped[str]
    item: Mapped[str]
    outcome: Mapped[str]
    usage: Mapped[dict[str, Any]]  # quantity by unit, e.g. {"input_token": 1200, "output_token": 300}
    amount_usd: Mapped[Decimal]
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())
