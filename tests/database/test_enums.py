"""Values that the API's document lists are those that the database takes.

A row with one that is missing there could not be shown to anybody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg

from tests.conftest import Database
from ytempire.kit.database import conninfo
from ytempire.openapi import document

# Which column a field of an answer is read from.
STORED = {
    ("AlertOut", "severity"): "core.alerts.severity",
    ("AlertRuleOut", "severity"): "core.alert_rules.severity",
    ("NotificationPreferences", "page"): "core.notification_preferences.min_severity",
    ("BatchOut", "source"): "analytics.ingest_batches.source",
    ("CategoryOut", "competition"): "core.categories.competition",
    ("CategoryOut", "growth"): "core.categories.growth",
    ("ChannelOut", "status"): "core.channels.status",
    ("ConnectionOut", "status"): "core.channel_connections.status",
    ("CredentialOut", "provider"): "core.credentials.provider",
    ("CurrentUserOut", "role"): "core.users.role",
    ("ListedChannel", "connection"): "core.channel_connections.status",
    ("ListedChannel", "status"): "core.channels.status",
    ("ListedRun", "format"): "core.videos.format",
    ("ListedRun", "status"): "core.runs.status",
    ("ListedStep", "status"): "core.run_steps.status",
    ("NotificationOut", "severity"): "core.notifications.severity",
    ("PermissionOut", "level"): "core.permissions.level",
    ("PublicationEditOut", "kind"): "core.publication_edits.kind",
    ("PublicationEditOut", "status"): "core.publication_edits.status",
    ("PublicationOut", "captions_status"): "core.publications.captions_status",
    ("PublicationOut", "licence"): "core.publications.licence",
    ("PublicationOut", "privacy"): "core.publications.privacy",
    ("PublicationOut", "status"): "core.publications.status",
    ("PublicationOut", "thumbnail_status"): "core.publications.thumbnail_status",
    ("RunOut", "format"): "core.videos.format",
    ("RunOut", "status"): "core.runs.status",
    ("StepOut", "status"): "core.run_steps.status",
    ("TaskRunOut", "outcome"): "core.maintenance_log.outcome",
    ("UserOut", "role"): "core.users.role",
    ("UserOut", "status"): "core.users.status",
    ("VoiceConsentOut", "provider"): "core.voice_consents.provider",
    ("VersionOut", "created_by"): "core.video_versions.created_by",
    ("VideoOut", "format"): "core.videos.format",
}
# The platform's own row is listed nowhere.
NOT_SHOWN = {("UserOut", "role"): {"service"}}
# Fields that no column with a list of values is behind: worked out when they are asked for, or held by the models that
# also write them.
WORKED_OUT = re.compile(
    r"(access|freshness|metric|dimension|tier|transitions|family|motif|engine|gender|resource|scopes|action)$"
    r"|^(FindingOut status|SearchHitOut kind|GapOut severity|JobOut status|LiveMetrics source|CalendarConflict kind"
    r"|RemoteEditOut field|ReconciliationOut status|Setting source)$"
)


def answers() -> Iterator[tuple[str, str, set[str]]]:
    """Every field of an answer that is one of a list of values."""
    described = json.loads(document())
    schemas = described["components"]["schemas"]
    waiting = {
        name
        for methods in described["paths"].values()
        for operation in methods.values()
        for name in _names(operation["responses"])
    }
    known: set[str] = set()
    while waiting:
        name = waiting.pop()
        known.add(name)
        waiting |= set(_names(schemas[name])) - known
    for name in sorted(known):
        for field, shape in schemas[name].get("properties", {}).items():
            if values := set(_values(shape)):
                yield name, field, values


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2]
        for value in node.values():
            yield from _names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _names(value)


def _values(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node.get("enum", [])
        for value in node.values():
            yield from _values(value)
    elif isinstance(node, list):
        for value in node:
            yield from _values(value)


def stored_in(owner: psycopg.Connection, column: str) -> set[str]:
    """The values that the column's check allows."""
    schema, table, attribute = column.split(".")
    checks = owner.execute(
        "SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c"
        " WHERE c.contype = 'c' AND c.conrelid = format('%%I.%%I', %s::text, %s::text)::regclass",
        [schema, table],
    ).fetchall()
    listed = re.compile(rf"^CHECK \(\({attribute} = ANY \(ARRAY\[(.*)\]\)\)\)$")
    [stored] = [set(re.findall(r"'([^']*)'::text", found[1])) for (one,) in checks if (found := listed.match(one))]
    return stored


def test_api_enum_values_equal_stored_values(database: Database) -> None:
    unknown, different = [], {}
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        for name, field, values in answers():
            column = STORED.get((name, field))
            if column is not None:
                expected = stored_in(owner, column) - NOT_SHOWN.get((name, field), set())
                if values != expected:
                    different[name, field] = (values, expected)
            elif not WORKED_OUT.search(f"{name} {field}"):
                unknown.append((name, field))
    assert different == {}
    assert unknown == [], "say in STORED from which column each is read"
