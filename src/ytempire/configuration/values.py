"""Settings that an administrator gives on the page: kept sealed, and put before the environment's for the next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError
from sqlalchemy import delete, func, select
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

# A secret is for the server at its address, and goes there by the way that was meant: whoever may change host, port or
# encryption must not thereby read the secret.
SECRET_OF = {
    "language_model.base_url": "language_model.api_key",
    "speech.base_url": "speech.api_key",
    "mail.host": "mail.password",
    "mail.port": "mail.password",
    "mail.starttls": "mail.password",
}
Origin = Literal["here", "environment", "default"]


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
    """The settings with the given values in their place. Raises InvalidInput for one that its field does not take.

    A secret of the environment is left out where its address was given here and is another.
    """
    return _with(settings, {**given, **dict.fromkeys(withheld(settings, given))})


def withheld(settings: Settings, given: Mapping[str, str]) -> list[str]:
    """Secrets of the environment that are not sent by the way that was given here."""
    now = _with(settings, given)
    elsewhere = {secret for way, secret in SECRET_OF.items() if _at(now, way) != _at(settings, way)}
    return [one for one in KEYS if one in elsewhere and one not in given and _at(settings, one)]


def _with(settings: Settings, values: Mapping[str, str | None]) -> Settings:
    groups: dict[str, dict[str, str | None]] = {}
    for key, value in values.items():
        group, name = key.split(".")
        groups.setdefault(group, {})[name] = value
    changed = {}
    for group, named in groups.items():
        model = getattr(settings, group)
        try:
            changed[group] = type(model).model_validate({**model.model_dump(), **named})
        except ValidationError as error:
            first = error.errors()[0]
            raise InvalidInput(f"{group}.{'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
    return settings.model_copy(update=changed)


@dataclass(frozen=True)
class SettingNow:
    """What holds now. `value` and `otherwise`, what would hold without what was given here, are None for a secret."""

    key: str
    secret: bool
    origin: Origin
    is_set: bool
    value: str | None
    otherwise: str | None
    withheld: bool
    given_at: datetime | None


async def list_settings(session: AsyncSession, settings: Settings, keys: KeyRing) -> list[SettingNow]:
    """Every setting that can be given here."""
    given, given_at = await given_values(session, keys), await _given_at(session)
    now, kept_back = effective(settings, given), withheld(settings, given)
    return [_setting(key, settings, now, given_at.get(key), withheld=key in kept_back) for key in KEYS]


def _setting(key: str, settings: Settings, now: Settings, given_at: datetime | None, *, withheld: bool) -> SettingNow:
    group, name = key.split(".")
    value, otherwise, secret = _at(now, key), _at(settings, key), is_secret(key)
    named = name in getattr(settings, group).model_fields_set
    return SettingNow(
        key=key,
        secret=secret,
        origin="here" if given_at else "environment" if named else "default",
        is_set=value is not None,
        value=None if secret or value is None else str(value),
        otherwise=None if secret or otherwise is None else str(otherwise),
        withheld=withheld,
        given_at=given_at,
    )


def _at(settings: Settings, key: str) -> Any:
    group, name = key.split(".")
    return getattr(getattr(settings, group), name)


async def _given_at(session: AsyncSession) -> dict[str, datetime]:
    rows = await session.execute(select(ConfigurationValue.key, ConfigurationValue.updated_at))
    return {row.key: row.updated_at for row in rows}


async def set_value(session: AsyncSession, settings: Settings, keys: KeyRing, key: str, value: str) -> None:
    """Keep a value. Raises InvalidInput for an unknown key or a value that its field does not take.

    With another address its secret goes, if that was given here: it was given for the address before.
    """
    if key not in KEYS:
        raise InvalidInput(f"There is no setting {key} that can be given here.", hint=f"Known: {', '.join(KEYS)}.")
    if key.endswith(".base_url"):
        _require_url(value)
    given = await given_values(session, keys)
    before, after = effective(settings, given), effective(settings, {**given, key: value})
    await _forget_secret(session, before, after, key)
    sealed = keys.seal(value.encode(), about=about_value(key))
    await session.execute(
        insert(ConfigurationValue)
        .values(key=key, value=sealed)
        .on_conflict_do_update(index_elements=["key"], set_={"value": sealed, "updated_at": func.now()})
    )


async def remove_value(session: AsyncSession, settings: Settings, keys: KeyRing, key: str) -> None:
    """Back to the environment's. Raises NotFound."""
    given = await given_values(session, keys)
    if key not in given:
        raise NotFound(f"The setting {key} was not given here.")
    before = effective(settings, given)
    after = effective(settings, {one: value for one, value in given.items() if one != key})
    await _forget_secret(session, before, after, key)
    await session.execute(delete(ConfigurationValue).where(ConfigurationValue.key == key))


async def _forget_secret(session: AsyncSession, before: Settings, after: Settings, key: str) -> None:
    if key in SECRET_OF and _at(before, key) != _at(after, key):
        await session.execute(delete(ConfigurationValue).where(ConfigurationValue.key == SECRET_OF[key]))


def _require_url(value: str) -> None:
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise InvalidInput("This is no address of a service.", hint="One like https://models.example.org/v1.")
