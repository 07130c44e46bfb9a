"""What the parts need when each is started by itself."""

from __future__ import annotations

from ytempire.kit.errors import YtempireError
from ytempire.settings import Settings


class NotConfigured(YtempireError):
    code = "not_configured"


def require_urls(settings: Settings) -> tuple[str, str]:
    """Database and cache addresses; a part that is started alone has no embedded server."""
    if settings.database.url is None or settings.cache.url is None:
        raise NotConfigured(
            "This part needs to know its database and its cache.",
            hint="Set YTEMPIRE_DATABASE__URL and YTEMPIRE_CACHE__URL, or use `ytempire up`.",
        )
    return settings.database.url.get_secret_value(), settings.cache.url.get_secret_value()


def require_worker_url(settings: Settings) -> str:
    """The address of the role that takes jobs."""
    if settings.database.worker_url is None:
        raise NotConfigured(
            "The worker takes jobs as a role of its own, and its address is not known.",
            hint="Set YTEMPIRE_DATABASE__WORKER_URL, or use `ytempire up`.",
        )
    return settings.database.worker_url.get_secret_value()
