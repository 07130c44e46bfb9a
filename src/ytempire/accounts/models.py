"""Tables of people: users, their sessions and one-time tokens, API keys, permissions, signing keys, outgoing mail.

Every secret that comes back from outside is kept as a hash only; what we must read again is an envelope (kit.crypto).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id

ROLES = ("admin", "operator", "analyst", "service")
LEVELS = ("read", "write", "admin")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class User(Model):
    """A person, or the platform itself (role service, which nobody can sign in as)."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(_one_of("role", ROLES), name="role"),
        CheckConstraint(_one_of("status", ("active", "suspended", "deleted")), name="status"),
        CheckConstraint("email = lower(btrim(email)) AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="email"),
        CheckConstraint("length(email) <= 254", name="email_length"),
        CheckConstraint("length(full_name) <= 200", name="full_name"),
        CheckConstraint("(status = 'deleted') = (deleted_at IS NOT NULL)", name="deleted_at"),
        CheckConstraint("role <> 'service' OR (password_hash IS NULL AND email IS NULL)", name="service_has_no_door"),
        CheckConstraint("totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name="totp"),
        # serves: sign-in by address; one account an address
        Index("users_email_key", "email", unique=True),
        # every sign-in writes the row: room on the page keeps those updates off the indexes
        {"schema": "core", "postgresql_with": {"fillfactor": "80"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    email: Mapped[str | None]  # null: the person at this machine, who has not set an address yet
    email_verified_at: Mapped[datetime | None]
    password_hash: Mapped[str | None]
    full_name: Mapped[str] = mapped_column(server_default="")
    role: Mapped[str] = mapped_column(server_default="operator")
    status: Mapped[str] = mapped_column(server_default="active")
    segments: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")  # for feature flags, e.g. beta_tester
    time_zone: Mapped[str] = mapped_column(server_default="UTC")
    totp_secret: Mapped[bytes | None]  # envelope
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)  # a code is accepted once
    last_sign_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    deleted_at: Mapped[datetime | None]


class SignInFailures(Model):
    """Refused sign-ins of an address in a row, whether anybody has it or not: an unknown one is written alike."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures"),
        # serves: removing what is old
        Index("sign_in_failures_last_failed_at_idx", "last_failed_at"),
        {"schema": "core"},
    )

    address_hash: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(server_default="0")
    last_failed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    locked_until: Mapped[datetime | None]


class Session(Model):
    """One sign-in: the family of its refresh tokens. Ends when it expires, is revoked, or a used token comes again."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_at"),
        # serves: the list of somebody's sessions; revoking them all
        Index("sessions_user_id_idx", "user_id"),
        # serves: removing what expired
        Index("sessions_expires_at_idx", "expires_at"),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("core.users.id", ondelete="CASCADE"))
    ip_address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    refreshed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str | None]  # signed_out, revoked, reuse, password_changed


class RefreshToken(Model):
    """One link of a session's chain. Used once; a second use means that somebody else holds a copy."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        Index("refresh_tokens_session_id_idx", "session_id"),
        {"schema": "core"},
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("core.sessions.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    used_at: Mapped[datetime | None]


class AccountToken(Model):
    """A secret that was sent to somebody or printed, and works once."""

    __tablename__ = "account_tokens"
    __table_args__ = (
        CheckConstraint(_one_of("purpose", ("sign_in_link", "verify_email", "reset_password")), name="purpose"),
        Index("account_tokens_user_id_idx", "user_id"),
        {"schema": "core"},
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("core.users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Model):
    """Opens an account once when the TOTP device is lost."""

    __tablename__ = "recovery_codes"
    __table_args__ = ({"schema": "core"},)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("core.users.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    used_at: Mapped[datetime | None]


class ApiKey(Model):
    """A program's way in, with less than its owner may do. Shown once; `prefix` is what a list shows of it."""

    __tablename__ = "api_keys"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name="name"),
        CheckConstraint("hourly_limit BETWEEN 1 AND 1000000", name="hourly_limit"),
        CheckConstraint(
            "scopes <@ ARRAY['read', 'write', 'admin', 'ingest'] AND cardinality(scopes) > 0", name="scopes"
        ),
        Index("api_keys_key_hash_key", "key_hash", unique=True),
        # serves: a person's keys; two living keys of one name would be mistaken for each other
        Index("api_keys_user_id_name_key", "user_id", "name", unique=True, postgresql_where=text("revoked_at IS NULL")),
        # serves: revoked keys too, when the person is removed
        Index("api_keys_user_id_idx", "user_id"),
        # `last_used_at` changes often and is in no index
        {"schema": "core", "postgresql_with": {"fillfactor": "80"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("core.users.id", ondelete="CASCADE"))
    name: Mapped[str]
    prefix: Mapped[str]
    key_hash: Mapped[bytes]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    hourly_limit: Mapped[int] = mapped_column(server_default="1000")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Permission(Model):
    """What somebody may do with a channel that is not theirs: admin includes write, write includes read."""

    __tablename__ = "permissions"
    __table_args__ = (
        CheckConstraint(_one_of("level", LEVELS), name="level"),
        # serves: who may do what with a channel
        Index("permissions_channel_id_idx", "channel_id"),
        Index("permissions_granted_by_idx", "granted_by"),
        {"schema": "core"},
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("core.users.id", ondelete="CASCADE"), primary_key=True)
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("core.channels.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str]
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("core.users.id", ondelete="SET NULL"))
    granted_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SigningKey(Model):
    """Signs access tokens. A retired key still verifies until the last token that it signed has expired."""

    __tablename__ = "signing_keys"
    __table_args__ = (
        # one key signs at a time
        Index(
            "signing_keys_current_key",
            text("(retired_at IS NULL)"),
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
        {"schema": "core"},
    )

    kid: Mapped[str] = mapped_column(primary_key=True)
    public_jwk: Mapped[str]
    private_pem: Mapped[bytes]  # envelope
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    retired_at: Mapped[datetime | None]


class Email(Model):
    """An email to somebody. Without a mail server it stays here, where an administrator can read it."""

    __tablename__ = "emails"
    __table_args__ = (
        Index("emails_user_id_idx", "user_id"),
        # serves: what is still to be sent
        Index("emails_unsent_idx", "created_at", postgresql_where=text("sent_at IS NULL")),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("core.users.id", ondelete="CASCADE"))
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[bytes]  # envelope: an email may carry a link that opens an account
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempted_at: Mapped[datetime | None]  # the last attempt, by whichever worker
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]
