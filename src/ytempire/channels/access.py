"""What whoever asks may do with a channel, and so with its videos and runs."""

from __future__ import annotations

from functools import cache
from typing import Literal, LiteralString

from sqlalchemy import ColumnElement, literal_column

Access = Literal["read", "write", "admin", "owner"]
ACCESS: tuple[Access, ...] = ("read", "write", "admin", "owner")
"""Each includes those before it."""


def allows(access: Access, needed: Access) -> bool:
    return ACCESS.index(access) >= ACCESS.index(needed)


def access_to(channel: LiteralString) -> LiteralString:
    """SQL for a query that names `core.channels` so: what row-level security grants, each asked once for a statement.

    Administrators, who may do everything, are as good as the owner.
    """
    return f"""CASE
        WHEN (SELECT core.sees_all()) OR {channel}.owner_id = (SELECT core.current_user_id()) THEN 'owner'
        WHEN {channel}.id = ANY ((SELECT core.channel_ids('admin'))::uuid[]) THEN 'admin'
        WHEN {channel}.id = ANY ((SELECT core.channel_ids('write'))::uuid[]) THEN 'write'
        ELSE 'read' END"""


@cache
def access_to_channel() -> ColumnElement[Access]:
    """The same for a query of the model `Channel`."""
    return literal_column(access_to("core.channels"))
