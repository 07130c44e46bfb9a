"""Old names of settings, which are still read for one version because they stand in people's files.

With the next version this module goes, and with it what calls it.
"""

from __future__ import annotations

import json
import os
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

# "group.field": the old name and the new one
RENAMED = {
    "api.address": "api.public_url",
    "api.largest_body": "api.max_body_bytes",
    "machine.least_free_mb": "machine.min_free_mb",
    "machine.lock_patience": "machine.lock_timeout",
    "mail.host": "smtp.host",
    "mail.password": "smtp.password",
    "mail.port": "smtp.port",
    "mail.sender": "smtp.sender",
    "mail.starttls": "smtp.starttls",
    "mail.user": "smtp.user",
    "measurement.kept": "collection.retention",
    "sandbox.processing": "sandbox.processing_time",
    "sandbox.uploads_per_channel": "sandbox.uploads_per_channel_daily",
    "security.first_lock": "security.lockout_initial",
    "security.letters_per_network": "security.emails_per_network_hourly",
    "security.letters_per_recipient": "security.emails_per_recipient_hourly",
    "security.lock_after": "security.lockout_threshold",
    "security.longest_lock": "security.lockout_max",
    "worker.heartbeat": "worker.heartbeat_interval",
    "worker.lease": "worker.lease_duration",
}


def variable_of(key: str) -> str:
    """Return the environment variable of a setting: `YTEMPIRE_SMTP__HOST` for `smtp.host`."""
    return f"YTEMPIRE_{key.replace('.', '__')}".upper()


def find_renamed_variables() -> dict[str, str]:
    """Return the old environment variables that are set, each with the one to use instead."""
    return {variable_of(old): variable_of(RENAMED[old]) for old in _read_old_values()}


class RenamedVariables(PydanticBaseSettingsSource):
    """The environment under its old names. It stands below the environment: where both are set, the new name wins."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        raise NotImplementedError  # of sources that read field by field; this one gives whole groups

    def __call__(self) -> dict[str, Any]:
        groups: dict[str, dict[str, Any]] = {}
        for old, value in _read_old_values().items():
            group, name = RENAMED[old].split(".")
            groups.setdefault(group, {})[name] = value
        return groups


def _read_old_values() -> dict[str, Any]:
    """Return the values of old settings that the environment has, by old name: one by one, or a group as JSON."""
    environment = {name.upper(): value for name, value in os.environ.items()}
    values: dict[str, Any] = {}
    for old in RENAMED:
        group, name = old.split(".")
        whole_group = _parse_object(environment.get(f"YTEMPIRE_{group}".upper(), ""))
        if variable_of(old) in environment:
            values[old] = environment[variable_of(old)]
        elif name in whole_group:
            values[old] = whole_group[name]
    return values


def _parse_object(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
