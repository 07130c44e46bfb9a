"""One-time links and the sessions that they open."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id


class SignInLink(Model):
    __tablename__ = "sign_in_links"
    __table_args__ = (
        Index("sign_in_links_code_hash_key", "code_hash", unique=True),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    code_hash: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Session(Model):
    __tablename__ = "sessions"
    __table_args__ = (
        Index("sessions_token_hash_key", "token_hash", unique=True),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    token_hash: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
