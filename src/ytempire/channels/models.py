"""Tables of channels: channels, the personas they speak with, categories, templates, credentials, consents."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ytempire.kit.database import Model, new_id, subject_id


class Category(Model):
    """A niche. `cpm_usd` is what a thousand ad impressions are thought to bring, in dollars; null: nobody has said."""

    __tablename__ = "categories"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z][a-z0-9_]{0,49}$'", name="slug"),
        CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name="name"),
        CheckConstraint("cpm_usd >= 0", name="cpm_usd"),
        CheckConstraint("competition IN ('low', 'medium', 'high')", name="competition"),
        CheckConstraint("growth IN ('low', 'medium', 'high')", name="growth"),
        {"schema": "core"},
    )

    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    cpm_usd: Mapped[Decimal | None]
    competition: Mapped[str | None]
    growth: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PersonaModel(Model):
    """How channels of one owner sound and look. `definition` is a `persona.Persona`."""

    __tablename__ = "personas"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name="name"),
        # serves: one owner's personas by name
        Index("personas_owner_id_name_key", "owner_id", text("lower(name)"), unique=True),
        # a channel refers to its persona with its owner, so that nothing spans two tenants
        Index("personas_id_owner_id_key", "id", "owner_id", unique=True),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("core.users.id"), server_default=subject_id)
    name: Mapped[str]
    definition: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Channel(Model):
    """What production and the page know of a channel. `strategy` is a `strategy.Strategy`."""

    __tablename__ = "channels"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name="name"),
        CheckConstraint("length(description) <= 5000", name="description"),
        CheckConstraint("status IN ('active', 'paused', 'suspended', 'archived')", name="status"),
        CheckConstraint("jsonb_typeof(strategy) = 'object'", name="strategy"),
        # serves: find a channel by the name that a person types; one owner's living channels have different names
        Index(
            "channels_owner_id_name_key",
            "owner_id",
            text("lower(name)"),
            unique=True,
            postgresql_where=text("status <> 'archived'"),
        ),
        # serves: a removed user's archived channels too
        Index("channels_owner_id_idx", "owner_id"),
        ForeignKeyConstraint(["persona_id", "owner_id"], ["core.personas.id", "core.personas.owner_id"]),
        # serves: may this persona be removed
        Index("channels_persona_id_idx", "persona_id", "owner_id"),
        # serves: the channels of a niche
        Index("channels_category_idx", "category"),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("core.users.id"), server_default=subject_id)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    category: Mapped[str | None] = mapped_column(ForeignKey("core.categories.slug"))
    status: Mapped[str] = mapped_column(server_default="active")
    time_zone: Mapped[str] = mapped_column(server_default="UTC")
    persona_id: Mapped[UUID]
    strategy: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Template(Model):
    """Words that every video of a kind carries, with variables such as {title} (`templates.VARIABLES`).

    The columns from `niche` on are those of `template_settings.TemplateSettings`.
    """

    __tablename__ = "templates"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) BETWEEN 1 AND 100", name="name"),
        CheckConstraint("length(title) BETWEEN 1 AND 200", name="title"),
        CheckConstraint("length(description) BETWEEN 1 AND 5000", name="description"),
        CheckConstraint("cardinality(tags) <= 50", name="tags"),
        CheckConstraint("length(btrim(niche)) BETWEEN 1 AND 100", name="niche"),
        CheckConstraint("length(btrim(style)) BETWEEN 1 AND 100", name="style"),
        CheckConstraint("seconds BETWEEN 10 AND 900", name="seconds"),
        CheckConstraint("retention_target BETWEEN 0 AND 1", name="retention_target"),
        CheckConstraint("engagement_target BETWEEN 0 AND 1", name="engagement_target"),
        CheckConstraint("length(script_template) BETWEEN 1 AND 2000", name="script_template"),
        CheckConstraint("jsonb_typeof(voice_settings) = 'object'", name="voice_settings"),
        CheckConstraint("jsonb_typeof(visual_settings) = 'object'", name="visual_settings"),
        # serves: one owner's templates by name
        Index("templates_owner_id_name_key", "owner_id", text("lower(name)"), unique=True),
        # serves: what everybody may use
        Index("templates_shared_idx", "id", postgresql_where=text("shared")),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("core.users.id"), server_default=subject_id)
    name: Mapped[str]
    title: Mapped[str]
    description: Mapped[str]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    shared: Mapped[bool] = mapped_column(server_default=text("false"))
    niche: Mapped[str | None]
    style: Mapped[str | None]
    seconds: Mapped[int | None]
    retention_target: Mapped[Decimal | None] = mapped_column(Numeric(4, 3))
    engagement_target: Mapped[Decimal | None] = mapped_column(Numeric(4, 3))
    script_template: Mapped[str | None]
    voice_settings: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    visual_settings: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Credential(Model):
    """What opens a channel's account at a provider. `secret` is an envelope; nothing shows what is in it."""

    __tablename__ = "credentials"
    __table_args__ = (
        CheckConstraint("provider IN ('youtube', 'webhook', 'openai', 'elevenlabs', 'google')", name="provider"),
        CheckConstraint("length(label) <= 200", name="label"),
        # serves: a channel's credentials; one of each kind
        Index("credentials_channel_id_provider_key", "channel_id", "provider", unique=True),
        # serves: what expires soon
        Index("credentials_expires_at_idx", "expires_at", postgresql_where=text("expires_at IS NOT NULL")),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("core.channels.id", ondelete="CASCADE"))
    provider: Mapped[str]
    label: Mapped[str] = mapped_column(server_default="")
    secret: Mapped[bytes]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class VoiceConsent(Model):
    """That a speaker agreed to the use of their cloned voice on a channel. Only its revocation is ever added."""

    __tablename__ = "voice_consents"
    __table_args__ = (
        CheckConstraint("provider IN ('openai', 'elevenlabs', 'google')", name="provider"),
        CheckConstraint("length(btrim(voice)) BETWEEN 1 AND 100", name="voice"),
        CheckConstraint("length(btrim(speaker)) BETWEEN 1 AND 200", name="speaker"),
        CheckConstraint("length(btrim(given_how)) BETWEEN 1 AND 2000", name="given_how"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_by"),
        # serves: may this voice be used; one consent at a time
        Index(
            "voice_consents_channel_id_provider_voice_key",
            "channel_id",
            "provider",
            "voice",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        # serves: all consents of a channel
        Index("voice_consents_channel_id_idx", "channel_id"),
        # serve: what a removed person recorded
        Index("voice_consents_recorded_by_idx", "recorded_by"),
        Index("voice_consents_revoked_by_idx", "revoked_by"),
        {"schema": "core"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=new_id)
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("core.channels.id", ondelete="CASCADE"))
    provider: Mapped[str]
    voice: Mapped[str]
    speaker: Mapped[str]
    given_how: Mapped[str]
    given_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("core.users.id"), server_default=subject_id)
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("core.users.id"))
