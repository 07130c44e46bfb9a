"""The settings and logs of a process that is started by itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ytempire.kit import logs
from ytempire.kit.errors import YtempireError
from ytempire.renamed_settings import find_renamed_variables
from ytempire.settings import Settings

log = logs.get_logger(__name__)


class NotConfigured(YtempireError):
    code = "not_configured"


def configure_logs(settings: Settings, *, file: Path | None = None) -> None:
    """Write logs to `file`, or to standard error where none is given; warn of settings under an old name."""
    logs.configure(settings.log_level, file=file)
    _warn_of_renamed_settings()


@cache
def _warn_of_renamed_settings() -> None:
    """Once in a process: the API configures its logs twice."""
    for old, new in find_renamed_variables().items():
        log.warning("setting_renamed", old=old, new=new)


def require_urls(settings: Settings) -> tuple[str, str]:
    """Return the URLs of database and cache. Raises NotConfigured: a single process has no embedded server."""
    if settings.database.url is None or settings.cache.url is None:
        raise NotConfigured(
            "The URL of the database or of the cache is not set.",
            hint="Set YTEMPIRE_DATABASE__URL and YTEMPIRE_CACHE__URL, or use `ytempire up`.",
        )
    return settings.database.url.get_secret_value(), settings.cache.url.get_secret_value()


def require_worker_url(settings: Settings) -> str:
    """Return the URL of the role that takes jobs. Raises NotConfigured."""
    if settings.database.worker_url is None:
        raise NotConfigured(
            "The worker needs the URL of its own database role, which is not set.",
            hint="Set YTEMPIRE_DATABASE__WORKER_URL, or use `ytempire up`.",
        )
    return settings.database.worker_url.get_secret_value()
