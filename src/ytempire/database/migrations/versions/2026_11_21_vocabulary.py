"""The words that videos use, so that search knows what a mistyped one meant

Revision: 2026_11_21_vocabulary, after 2026_11_21_sign_in_failures
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_vocabulary"
down_revision = "2026_11_21_sign_in_failures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS fuzzystrmatch SCHEMA public")
    op.create_table(
        "vocabulary",
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("vocabulary_pkey")),
        schema="core",
    )
    # as `core.learn_words` does from now on
    op.execute("""
        INSERT INTO core.vocabulary (word)
        SELECT DISTINCT word FROM core.videos v, regexp_split_to_table(
            lower(concat_ws(' ', v.title, array_to_string(v.tags, ' '), v.description, v.script)), '[^[:alpha:]]+'
        ) AS word
        WHERE length(word) BETWEEN 4 AND 40
    """)
    op.create_index(
        "vocabulary_word_trgm_idx",
        "vocabulary",
        ["word"],
        schema="core",
        postgresql_using="gin",
        postgresql_ops={"word": "public.gin_trgm_ops"},
    )
    # it comes again with another result
    op.execute("DROP FUNCTION IF EXISTS core.search_videos(text, integer)")
