"""Settings that an administrator gives on the page: kept sealed, and put before the environment's for the next step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from ytempire.configuration.models import ConfigurationValue
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import InvalidInput, NotFound
from ytempire.settings import Settings

# What may be given while everything runs: "group.field" of the settings. Addresses of the servers are not among them.
KEYS = (
    "language_model.base_url",
    "language_model.api_key",
    "language_model.model",
    "speech.base_url",
    "speech.api_key",
    "speech.model",
    "speech.voice",
    "mail.host",
    "mail.port",
    "mail.user",
    "mail.password",
    "mail.sender",
    "mail.starttls",
)


def about_value(key: str) -> str:
    """What a value's envelope is bound to."""
    return f"core.system_configuration/value/{key}"


def is_secret(key: str) -> bool:
    """Secrets are written and never shown again."""
    group, name = key.split(".")
    return SecretStr in _types(type(getattr(Settings(), group)).model_fields[name].annotation)


def _types(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__args__", (annotation,))


async def given_values(session: AsyncSession, keys: KeyRing) -> dict[str, str]:
    """All values that were given, opened. Needs the platform's session or an administrator's."""
    rows = await session.scalars(select(ConfigurationValue).order_by(ConfigurationValue.key))
    return {row.key: keys.open(row.value, about=about_value(row.key)).decode() for row in rows}


def effective(settings: Settings, given: Mapping[str, str]) -> Settings:
    """The settings with the given values in their place. Raises InvalidInput for one that its field does not take."""
    groups: dict[str, dict[str, str]] = {}
    for key, value in given.items():
        group, name = key.split(".")
        groups.setdefault(group, {})[name] = value
    changed = {}
    for group, values in groups.items():
        model = getattr(settings, group)
        try:
            changed[group] = type(model).model_validate({**model.model_dump(), **values})
        except ValidationError as error:
            first = error.errors()[0]
            raise InvalidInput(f"{group}.{'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
    return settings.model_copy(update=changed)


async def set_value(session: AsyncSession, settings: Settings, keys: KeyRing, key: str, value: str) -> None:
    """Keep a value. Raises InvalidInput for an unknown key or a value that its field does not take."""
    if key not in KEYS:
        raise InvalidInput(f"There is no setting {key} that can be given here.", hint=f"Known: {', '.join(KEYS)}.")
    effective(settings, {**await given_values(session, keys), key: value})
    sealed = keys.seal(value.encode(), about=about_value(key))
    await session.execute(
        insert(ConfigurationValue)
        .values(key=key, value=sealed)
        .on_conflict_do_update(index_elements=["key"], set_={"value": sealed})
    )


async def remove_value(session: AsyncSession, key: str) -> None:
    """Back to the environment's. Raises NotFound."""
    gone = await session.scalar(
        delete(ConfigurationValue).where(ConfigurationValue.key == key).returning(ConfigurationValue.key)
    )
    if gone is None:
        raise NotFound(f"The setting {key} was not given here.")
