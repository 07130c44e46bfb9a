"""What a worker offers to its domains, over a test's own database."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from tests.conftest import Database
from ytempire.settings import Settings


def worker_settings(database: Database, cache_url: str, home: Path) -> Settings:
    """Return settings of a process that is started by itself, with its data folder at `home`."""
    settings = Settings(home=home)
    settings.database.url = SecretStr(database.app_url)
    settings.database.worker_url = SecretStr(database.worker_url)
    settings.cache.url = SecretStr(cache_url)
    return settings
