"""`serve`, `worker`, `migrate`: the parts, for production. They need YTEMPIRE_DATABASE__URL and YTEMPIRE_CACHE__URL."""

from __future__ import annotations

import asyncio

import typer
from sqlalchemy.engine import make_url

from ytempire.database import migrate as database
from ytempire.kit import logs
from ytempire.operations.parts import NotConfigured, require_urls
from ytempire.settings import get_settings


def register(app: typer.Typer) -> None:
    for command in (serve, worker, migrate):
        app.command(rich_help_panel="Parts, for production")(command)


def serve() -> None:
    """Serve the API and the page, in as many processes as YTEMPIRE_API__WORKERS says.

    Example: YTEMPIRE_API__WORKERS=2 ytempire serve
    """
    import uvicorn  # noqa: PLC0415  # only this command needs the web server, which takes a second to import

    from ytempire.kit.serving import GuardedProtocol  # noqa: PLC0415  # as it

    settings = get_settings()
    logs.configure(settings.log_level)
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
        http=GuardedProtocol,
        timeout_graceful_shutdown=5,
    )


def worker() -> None:
    """Work on the steps of runs until told to stop.

    Example: YTEMPIRE_WORKER__CPU_SLOTS=2 ytempire worker
    """
    from ytempire.operations.worker import run_worker  # noqa: PLC0415  # brings all that draws and encodes

    settings = get_settings()
    logs.configure(settings.log_level)
    asyncio.run(run_worker(settings))


def migrate() -> None:
    """Bring the database to the present schema, as its owner (YTEMPIRE_DATABASE__OWNER_URL).

    On a server of your own the first time with YTEMPIRE_DATABASE__SUPERUSER_URL as well: it makes the database, the
    roles, the extensions and the audit trail, which nobody else may own.

    Example: ytempire migrate
    """
    settings = get_settings()
    logs.configure(settings.log_level)
    if settings.database.owner_url is None:
        raise NotConfigured(
            "Migrations need the owner's database address.",
            hint="Set YTEMPIRE_DATABASE__OWNER_URL; `ytempire up` migrates its own database itself.",
        )
    owner_url = settings.database.owner_url.get_secret_value()
    if settings.database.superuser_url is not None:
        name = make_url(owner_url).database
        if name is None:
            raise NotConfigured("The owner's address names no database.", hint="It ends in /ytempire, for example.")
        database.bootstrap(settings.database.superuser_url.get_secret_value(), name)
    database.migrate(owner_url)
