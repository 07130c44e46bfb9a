"""Refused sign-ins are counted by address, whether anybody has it or not

Revision: 2026_11_21_sign_in_failures, after 2026_11_20_room
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_sign_in_failures"
down_revision = "2026_11_20_room"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_failures",
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("failures >= 0", name=op.f("sign_in_failures_failures_check")),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("sign_in_failures_pkey")),
        schema="core",
    )
    op.create_index("sign_in_failures_last_failed_at_idx", "sign_in_failures", ["last_failed_at"], schema="core")
    op.execute("""
        INSERT INTO core.sign_in_failures (address_hash, failures, locked_until)
        SELECT sha256(convert_to(email, 'UTF8')), failed_sign_ins, locked_until FROM core.users
        WHERE email IS NOT NULL AND failed_sign_ins > 0
    """)
    op.drop_column("users", "failed_sign_ins", schema="core")  # and its check with it
    op.drop_column("users", "locked_until", schema="core")
