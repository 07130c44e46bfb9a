"""Search's functions get other parameter names, which CREATE OR REPLACE refuses: its code makes them anew

Revision: 2026_11_30_search_parameters, after 2026_11_30_contract
"""

from alembic import op

revision = "2026_11_30_search_parameters"
down_revision = "2026_11_30_contract"
branch_labels = None
depends_on = None

FUNCTIONS = (
    "search_videos(text, integer)",
    "search_channels(text, integer)",
    "correct_words(text)",
    "query_words(text)",
    "split_words(text)",
)


def upgrade() -> None:
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION IF EXISTS core.{function}")
