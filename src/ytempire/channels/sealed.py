"""The secrets of channels."""

from __future__ import annotations

from ytempire.channels.credentials import credential_associated_data
from ytempire.channels.models import Credential
from ytempire.kit.sealed_columns import SealedColumn

SEALED_COLUMNS = (
    SealedColumn(Credential, "secret", lambda row: credential_associated_data(row.channel_id, row.provider)),
)
