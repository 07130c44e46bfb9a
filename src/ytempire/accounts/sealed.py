"""The secrets of accounts."""

from __future__ import annotations

from ytempire.accounts.authenticator import totp_associated_data
from ytempire.accounts.emails import body_associated_data
from ytempire.accounts.models import Email, SigningKey, User
from ytempire.accounts.signing_keys import private_key_associated_data
from ytempire.kit.sealed_columns import SealedColumn

SEALED_COLUMNS = (
    SealedColumn(Email, "body", lambda row: body_associated_data(row.id)),
    SealedColumn(SigningKey, "private_pem", lambda row: private_key_associated_data(row.kid)),
    SealedColumn(User, "totp_secret", totp_associated_data),
)
