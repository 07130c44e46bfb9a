"""Keys of speech services among the credentials of channels

Revision: 2026_12_01_speech_keys, after 2026_11_30_video_deltas
"""

from alembic import op

revision = "2026_12_01_speech_keys"
down_revision = "2026_11_30_video_deltas"
branch_labels = None
depends_on = None

PROVIDERS = "provider IN ('youtube', 'webhook', 'openai', 'elevenlabs', 'google')"


def upgrade() -> None:
    op.drop_constraint(op.f("credentials_provider_check"), "credentials", schema="core")
    op.create_check_constraint(op.f("credentials_provider_check"), "credentials", PROVIDERS, schema="core")
