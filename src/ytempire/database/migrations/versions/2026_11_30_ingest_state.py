"""The number of shards is a fact of the database, and batches are done when all their events are

Revision: 2026_11_30_ingest_state, after 2026_11_30_contract
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_ingest_state"
down_revision = "2026_11_30_contract"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ingest_state",
        sa.Column("id", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("shards", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("videos_version", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint("id", name=op.f("ingest_state_id_check")),
        sa.CheckConstraint("shards BETWEEN 1 AND 8", name=op.f("ingest_state_shards_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("ingest_state_pkey")),
        schema="analytics",
    )
    op.execute("INSERT INTO analytics.ingest_state DEFAULT VALUES")
    op.drop_constraint("ingest_batches_counts_check", "ingest_batches", schema="analytics")
    op.drop_column("ingest_batches", "parts", schema="analytics")
    op.create_check_constraint(
        op.f("ingest_batches_counts_check"),
        "ingest_batches",
        "events >= 0 AND superseded >= 0 AND rejected >= 0",
        schema="analytics",
    )
    # who sends no key is not compared
    op.alter_column("ingest_batches", "digest", nullable=True, schema="analytics")
    op.create_check_constraint(
        op.f("ingest_batches_digest_check"),
        "ingest_batches",
        "idempotency_key IS NULL OR digest IS NOT NULL",
        schema="analytics",
    )
    # until now there were two
    op.add_column(
        "ingest_batch_shards",
        sa.Column("shards", sa.SmallInteger(), server_default="2", nullable=False),
        schema="analytics",
    )
    op.alter_column("ingest_batch_shards", "shards", server_default=None, schema="analytics")
    op.drop_constraint("ingest_batch_shards_pkey", "ingest_batch_shards", schema="analytics")
    op.create_primary_key(
        op.f("ingest_batch_shards_pkey"), "ingest_batch_shards", ["batch_id", "shards", "shard"], schema="analytics"
    )
