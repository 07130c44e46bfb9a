"""The addresses of upload sessions: whoever has one may upload."""

from __future__ import annotations

from ytempire.kit.sealed_columns import SealedColumn
from ytempire.publishing.models import Publication
from ytempire.publishing.queries import about_session

SEALED_COLUMNS = (SealedColumn(Publication, "session_uri", lambda row: about_session(row.id)),)
