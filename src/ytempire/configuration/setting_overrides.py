"""Overrides of settings, given by an administrator on the page: stored sealed, and used from the next step of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import Insert, insert

from ytempire.configuration.models import SettingOverride
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import InvalidInput, NotFound
from ytempire.kit.logs import get_logger
from ytempire.renamed_settings import RENAMED
from ytempire.settings import Settings

log = get_logger(__name__)

# Settings that may be overridden while everything runs: "group.field". Addresses of the servers are not among them.
KEYS = (
    "language_model.base_url",
    "language_model.api_key",
    "language_model.model",
    "speech.base_url",
    "speech.api_key",
    "speech.model",
    "speech.voice",
    "smtp.host",
    "smtp.port",
    "smtp.user",
    "smtp.password",
    "smtp.sender",
    "smtp.starttls",
)

# A secret is for the server at its address, and goes there by the way that was meant: whoever may change host, port or
# encryption must not thereby read the secret.
SECRET_OF = {
    "language_model.base_url": "language_model.api_key",
    "speech.base_url": "speech.api_key",
    "smtp.host": "smtp.password",
    "smtp.port": "smtp.password",
    "smtp.starttls": "smtp.password",
}
SettingSource = Literal["override", "environment", "default"]


def setting_associated_data(key: str) -> str:
    """Return the associated data of an override's envelope: what was sealed keeps the table's first name."""
    return f"core.system_configuration/value/{key}"


def is_secret(key: str) -> bool:
    """Secrets are written and never shown again."""
    group, name = key.split(".")
    return SecretStr in _types(type(getattr(Settings(), group)).model_fields[name].annotation)


def _types(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__args__", (annotation,))


async def read_overrides(session: AsyncSession, keys: KeyRing) -> dict[str, str]:
    """Return all overrides, opened, under their present names. Needs the platform's session or an administrator's."""
    rows = sorted(await session.scalars(select(SettingOverride)), key=lambda row: row.key not in RENAMED)
    return {RENAMED.get(row.key, row.key): _open(keys, row) for row in rows}  # of two names the present one counts


def _open(keys: KeyRing, row: SettingOverride) -> str:
    return keys.open(row.value, associated_data=setting_associated_data(row.key)).decode()


async def rename_overrides(session: AsyncSession, keys: KeyRing) -> None:
    """Store under its present name what was stored under an old one; for one version. Needs the platform's session."""
    rows = await session.scalars(select(SettingOverride).where(SettingOverride.key.in_(RENAMED)).with_for_update())
    for row in rows:
        await session.execute(_insert(keys, RENAMED[row.key], _open(keys, row)).on_conflict_do_nothing())
        await session.delete(row)
        log.warning("setting_renamed", old=row.key, new=RENAMED[row.key])


def effective_settings(settings: Settings, overrides: Mapping[str, str]) -> Settings:
    """Return the settings with their overrides. Raises InvalidInput for a value that its field does not take.

    A secret of the environment is left out where its address is overridden by another.
    """
    return _with(settings, {**overrides, **dict.fromkeys(withheld_secrets(settings, overrides))})


def withheld_secrets(settings: Settings, overrides: Mapping[str, str]) -> list[str]:
    """Return the secrets of the environment that are not sent to the server of an override."""
    now = _with(settings, overrides)
    elsewhere = {secret for way, secret in SECRET_OF.items() if _at(now, way) != _at(settings, way)}
    return [key for key in KEYS if key in elsewhere and key not in overrides and _at(settings, key)]


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
class EffectiveSetting:
    """A setting as it holds now. `value` and `fallback_value` (without the override) are None for a secret."""

    key: str
    secret: bool
    source: SettingSource
    is_set: bool
    value: str | None
    fallback_value: str | None
    is_withheld: bool
    set_at: datetime | None


async def list_effective_settings(session: AsyncSession, settings: Settings, keys: KeyRing) -> list[EffectiveSetting]:
    """Return every setting that can be overridden."""
    overrides, set_at = await read_overrides(session, keys), await _read_override_times(session)
    now, kept_back = effective_settings(settings, overrides), withheld_secrets(settings, overrides)
    return [_setting(key, settings, now, set_at.get(key), is_withheld=key in kept_back) for key in KEYS]


def _setting(
    key: str, settings: Settings, now: Settings, set_at: datetime | None, *, is_withheld: bool
) -> EffectiveSetting:
    group, name = key.split(".")
    value, fallback_value, secret = _at(now, key), _at(settings, key), is_secret(key)
    named = name in getattr(settings, group).model_fields_set
    return EffectiveSetting(
        key=key,
        secret=secret,
        source="override" if set_at else "environment" if named else "default",
        is_set=value is not None,
        value=None if secret or value is None else str(value),
        fallback_value=None if secret or fallback_value is None else str(fallback_value),
        is_withheld=is_withheld,
        set_at=set_at,
    )


def _at(settings: Settings, key: str) -> Any:
    group, name = key.split(".")
    return getattr(getattr(settings, group), name)


async def _read_override_times(session: AsyncSession) -> dict[str, datetime]:
    rows = await session.execute(select(SettingOverride.key, SettingOverride.updated_at))
    times = sorted(rows, key=lambda row: row.key not in RENAMED)
    return {RENAMED.get(row.key, row.key): row.updated_at for row in times}


async def set_override(session: AsyncSession, settings: Settings, keys: KeyRing, key: str, value: str) -> None:
    """Store an override. Raises InvalidInput for an unknown key or a value that its field does not take.

    With another address its secret is removed, if that is an override: it was meant for the address before.
    """
    if key not in KEYS:
        raise InvalidInput(f"There is no setting {key} that can be given here.", hint=f"Known: {', '.join(KEYS)}.")
    if key.endswith(".base_url"):
        _require_url(value)
    overrides = await read_overrides(session, keys)
    before, after = effective_settings(settings, overrides), effective_settings(settings, {**overrides, key: value})
    await _forget_secret(session, before, after, key)
    statement = _insert(keys, key, value)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["key"], set_={"value": statement.excluded.value, "updated_at": func.now()}
        )
    )


def _insert(keys: KeyRing, key: str, value: str) -> Insert:
    """Return the statement that stores an override; the envelope is bound to its key."""
    sealed = keys.seal(value.encode(), associated_data=setting_associated_data(key))
    return insert(SettingOverride).values(key=key, value=sealed)


async def delete_override(session: AsyncSession, settings: Settings, keys: KeyRing, key: str) -> None:
    """Delete an override, so that the environment's value holds again. Raises NotFound."""
    overrides = await read_overrides(session, keys)
    if key not in overrides:
        raise NotFound(f"The setting {key} was not given here.")
    before = effective_settings(settings, overrides)
    after = effective_settings(settings, {other: value for other, value in overrides.items() if other != key})
    await _forget_secret(session, before, after, key)
    await _delete_rows(session, key)


async def _delete_rows(session: AsyncSession, key: str) -> None:
    names = [key, *(old for old, new in RENAMED.items() if new == key)]
    await session.execute(delete(SettingOverride).where(SettingOverride.key.in_(names)))


async def _forget_secret(session: AsyncSession, before: Settings, after: Settings, key: str) -> None:
    if key in SECRET_OF and _at(before, key) != _at(after, key):
        await _delete_rows(session, SECRET_OF[key])


def _require_url(value: str) -> None:
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise InvalidInput("This is no address of a service.", hint="One like https://models.example.org/v1.")
