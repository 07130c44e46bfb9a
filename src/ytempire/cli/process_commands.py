"""`serve`, `worker`, `migrate`: single processes. They need YTEMPIRE_DATABASE__URL and YTEMPIRE_CACHE__URL."""

from __future__ import annotations

import asyncio

import typer
from sqlalchemy.engine import make_url

from ytempire.database import migrate as database
from ytempire.runtime.process_settings import NotConfigured, configure_logs, require_urls
from ytempire.settings import get_settings


def register(app: typer.Typer) -> None:
    for command in (serve, worker, migrate):
        app.command(rich_help_panel="Processes")(command)


def serve() -> None:
    """Serve the API and the page, in the number of processes that YTEMPIRE_API__WORKERS sets.

    Example: YTEMPIRE_API__WORKERS=2 ytempire serve
    """
    import uvicorn  # noqa: PLC0415  # only this command needs the web server, which takes a second to import

    from ytempire.kit.http_protocol import LimitedHttpProtocol  # noqa: PLC0415  # as it

    settings = get_settings()
    configure_logs(settings)
    require_urls(settings)
    uvicorn.run(
        "ytempire.app:create_served_app",
        factory=True,
        workers=settings.api.workers,
        host=settings.api.host,
        port=settings.api.port,
        log_config=None,
        access_log=False,
        proxy_headers=False,  # the application knows which proxies to believe
        server_header=False,
        http=LimitedHttpProtocol,
        timeout_graceful_shutdown=5,
    )


def worker() -> None:
    """Run the jobs of the queue until stopped.

    Example: YTEMPIRE_WORKER__CPU_SLOTS=2 ytempire worker
    """
    from ytempire.worker.process import run_worker  # noqa: PLC0415  # brings all that draws and encodes

    settings = get_settings()
    configure_logs(settings)
    asyncio.run(run_worker(settings))


def migrate() -> None:
    """Migrate the database to the current schema, as its owner (YTEMPIRE_DATABASE__OWNER_URL).

    On your own server set YTEMPIRE_DATABASE__SUPERUSER_URL as well the first time: the superuser creates the database,
    the roles, the extensions and the audit trail, which only it may own.

    Example: ytempire migrate
    """
    settings = get_settings()
    configure_logs(settings)
    if settings.database.owner_url is None:
        raise NotConfigured(
            "A migration needs the URL of the database's owner.",
            hint="Set YTEMPIRE_DATABASE__OWNER_URL; `ytempire up` migrates its own database.",
        )
    owner_url = settings.database.owner_url.get_secret_value()
    if settings.database.superuser_url is not None:
        name = make_url(owner_url).database
        if name is None:
            raise NotConfigured(
                "YTEMPIRE_DATABASE__OWNER_URL names no database.", hint="It must end in the name, such as /ytempire."
            )
        database.bootstrap(settings.database.superuser_url.get_secret_value(), name)
    database.migrate(owner_url)
