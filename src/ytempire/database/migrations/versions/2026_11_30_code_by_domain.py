"""Code: what is one domain's own lies in its folder, and is noted under another path

Revision: 2026_11_30_code_by_domain, after 2026_11_30_field_names
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_code_by_domain"
down_revision = "2026_11_30_field_names"
branch_labels = None
depends_on = None

MOVED = ("core/live.sql", "core/measurement.sql", "core/notify_run.sql", "core/search.sql")


def upgrade() -> None:
    # made by what applies the files, so a new database does not have it yet
    if op.get_bind().scalar(sa.text("SELECT to_regclass('core.applied_code')")) is not None:
        op.get_bind().execute(
            sa.text("DELETE FROM core.applied_code WHERE path = ANY (:paths)"), {"paths": list(MOVED)}
        )
