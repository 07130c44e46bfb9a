"""Room in the pages of tables whose rows change many times, so that a change stays beside its row (HOT)

Revision: 2026_11_20_room, after 2026_11_20_journal
"""

from alembic import op

revision = "2026_11_20_room"
down_revision = "2026_11_20_journal"
branch_labels = None
depends_on = None

# Changed columns must be in no index: a step's heartbeat and progress each second, a key's last use with every request.
FILLFACTORS = {"workflow_steps": 70, "api_keys": 80}


def upgrade() -> None:
    for table, percent in FILLFACTORS.items():
        op.execute(f"ALTER TABLE core.{table} SET (fillfactor = {percent})")
