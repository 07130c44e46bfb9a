"""The secrets of projects and of consents under way."""

from __future__ import annotations

from ytempire.kit.sealed_columns import SealedColumn
from ytempire.youtube.models import OAuthState, Project
from ytempire.youtube.oauth_flow import about_verifier
from ytempire.youtube.projects import about_secret

SEALED_COLUMNS = (
    SealedColumn(Project, "client_secret", lambda row: about_secret(row.id)),
    SealedColumn(OAuthState, "verifier", lambda row: about_verifier(row.state_hash)),
)
