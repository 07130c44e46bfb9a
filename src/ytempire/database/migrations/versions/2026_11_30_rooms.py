"""Code: packages have other names, under which their files are noted

Revision: 2026_11_30_rooms, after 2026_11_30_outbox
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_rooms"
down_revision = "2026_11_30_outbox"
branch_labels = None
depends_on = None

MOVED = (
    "analytics/realtime.sql",
    "analytics/rebuilds.sql",
    "measurement/gap_facts.sql",
    "measurement/track_published.sql",
)


def upgrade() -> None:
    # made by what applies the files, so a new database does not have it yet
    if op.get_bind().scalar(sa.text("SELECT to_regclass('core.applied_code')")) is not None:
        op.get_bind().execute(
            sa.text("DELETE FROM core.applied_code WHERE path = ANY (:paths)"), {"paths": list(MOVED)}
        )
