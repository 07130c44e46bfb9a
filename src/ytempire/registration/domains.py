"""The list of domains: a new one is a folder with a `domain.py`, and a line here."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from ytempire.registration.domain import Domain

_PACKAGES = (
    "accounts",
    "configuration",
    "outbox",
    "alerts",
    "channels",
    "costs",
    "youtube",
    "journal",
    "notifications",
    "database.maintenance",
    "ingest",
    "production",
    "publishing",
    "collection",
    "insight",
    "realtime",
    "live",
)


@cache
def registered_domains() -> tuple[Domain, ...]:
    """Return the declaration of every domain, in the order in which their routers are asked."""
    return tuple(import_module(f"ytempire.{package}.domain").DOMAIN for package in _PACKAGES)
