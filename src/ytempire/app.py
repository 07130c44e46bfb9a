"""The FastAPI application: composes the routers of all domains, nothing else."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import valkey.asyncio
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from sqlalchemy import text
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import FileResponse

from ytempire.accounts.account_services import AccountServices
from ytempire.database import models  # noqa: F401  # a statement may refer to a table of any domain
from ytempire.ingest.deltas import DeltaPolicy
from ytempire.ingest.ingestor import Ingestor
from ytempire.insight.dashboard_cache import DashboardCache
from ytempire.insight.invalidation import InvalidationFeed
from ytempire.journal.request_log import RequestLog, RequestLogMiddleware
from ytempire.kit.body_limit import BodyLimit
from ytempire.kit.crypto import load_keys
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.errors import NotFound
from ytempire.kit.http import install_problems
from ytempire.kit.jobs import open_queue
from ytempire.kit.processes import set_parent_death_signal
from ytempire.kit.read_pool import ReadPool
from ytempire.kit.routing import include_router
from ytempire.kit.security_headers import SecurityHeaders
from ytempire.kit.storage import ObjectStore
from ytempire.kit.subject import SYSTEM
from ytempire.live.broadcaster import Broadcaster
from ytempire.live.stream import Message
from ytempire.realtime.counters import LiveCounters
from ytempire.registration.domain import Domain
from ytempire.registration.domains import registered_domains
from ytempire.runtime import prometheus
from ytempire.runtime.home import CHECKOUT, home_of
from ytempire.runtime.process_settings import configure_logs, require_urls
from ytempire.settings import Settings, get_settings
from ytempire.youtube.service import YouTube

WEB_DIST = CHECKOUT / "web" / "dist"
# How long a thread that adds up events may keep the loop from requests that wait; Python's own is five times as long.
THREAD_SWITCH_INTERVAL_S = 0.001
CACHE_TIMEOUT_S = 0.5  # a request that cannot be counted goes on uncounted


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    database_url, cache_url = require_urls(settings)
    engine = connect(database_url, pool_size=settings.database.pool_size, application="ytempire-api")
    app.state.sessions = sessions_of(engine)
    app.state.reads = ReadPool(database_url, size=settings.database.pool_size, application="ytempire-api")
    platform = sessions_of(engine, SYSTEM)
    home = home_of(settings)
    home.root.mkdir(parents=True, exist_ok=True)
    keys = load_keys(home.keys, settings.security.given_keys)
    app.state.store = ObjectStore(home.objects)
    app.state.models = home.models
    async with (
        open_queue(database_url).open_async() as app.state.queue,
        # a subscriber waits for as long as nothing happens; a request that is counted does not
        valkey.asyncio.Valkey.from_url(cache_url, socket_timeout=None) as live_cache,
        valkey.asyncio.Valkey.from_url(
            cache_url, socket_timeout=CACHE_TIMEOUT_S, socket_connect_timeout=CACHE_TIMEOUT_S
        ) as cache,
        LiveCounters(database_url, cache, application="ytempire-api") as app.state.live_counters,
        Ingestor(
            database_url,
            application="ytempire-ingest",
            on_commit=app.state.live_counters.add,
            delta_policy=DeltaPolicy.from_settings(settings.ingest),
        ) as app.state.ingestor,
        YouTube(platform, keys) as app.state.youtube,
    ):
        app.state.account_services = AccountServices.from_settings(settings, platform, keys, cache)
        app.state.requests = RequestLog(platform)
        app.state.requests.start()
        await app.state.account_services.signer.load()
        app.state.broadcaster = Broadcaster(
            database_url,
            live_cache,
            notified=_live_messages(app.state.domains, "notified_messages"),
            published=_live_messages(app.state.domains, "published_messages"),
        )
        app.state.broadcaster.start()
        await app.state.reads.start()
        app.state.dashboard_cache = DashboardCache(
            InvalidationFeed(database_url), cache, at_once=max(1, settings.database.pool_size * 2 // 3)
        )
        app.state.dashboard_cache.start()
        yield
        await app.state.dashboard_cache.stop()
        await app.state.reads.stop()
        await app.state.broadcaster.stop()
        await app.state.requests.stop()
    await engine.dispose()


def _live_messages(
    domains: Sequence[Domain], kind: Literal["notified_messages", "published_messages"]
) -> dict[str, Callable[[str], Message]]:
    """Return what open pages hear of all domains, by channel."""
    messages: dict[str, Callable[[str], Message]] = {}
    for domain in domains:
        if (reference := getattr(domain, kind)) is not None:
            messages |= domain.resolve(reference)
    return messages


def create_app(settings: Settings | None = None, *, domains: Sequence[Domain] | None = None) -> FastAPI:
    """Make the API of `domains`, which are all that are registered unless they are given."""
    settings = settings or get_settings()
    domains = registered_domains() if domains is None else domains
    app = FastAPI(
        title="YTEMPIRE",
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,  # FastAPI's page takes its scripts from another company's server
        redoc_url=None,
        openapi_url="/api/openapi.json",
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.settings = settings
    app.state.domains = domains
    app.add_middleware(BodyLimit, largest=settings.api.max_body_bytes)
    install_problems(app)
    # a page of another site that resolves its own name to this machine (DNS rebinding) is turned away
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*settings.api.hosts, "localhost", "127.0.0.1", "[::1]"])
    app.add_middleware(RequestLogMiddleware)  # around all that answers: it sees what is sent
    app.add_middleware(SecurityHeaders, https=settings.api.is_https)
    if settings.api.trusted_proxies:
        _trust_proxies(app, settings)
    for domain in domains:
        for router in domain.routers:
            include_router(app, domain.resolve(router))
    include_router(app, prometheus.router)

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        async with app.state.sessions.begin() as session:
            await session.execute(text("SELECT 1"))
        return {"status": "ok"}

    if WEB_DIST.exists():
        _mount_web(app, WEB_DIST)
    return app


def _trust_proxies(app: FastAPI, settings: Settings) -> None:
    """Who calls, and by which scheme, is what these proxies say: the nearest address that is none of theirs."""
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware  # noqa: PLC0415  # where it is used, it costs

    app.add_middleware(
        ProxyHeadersMiddleware,
        trusted_hosts=[str(proxy) for proxy in settings.api.trusted_proxies],
    )


def create_served_app() -> FastAPI:
    """For `ytempire serve`: the only process, or one of several, which then ends when the one that started it does."""
    settings = get_settings()
    if settings.api.workers > 1:
        configure_logs(settings)
        set_parent_death_signal()
    app = create_app(settings)
    _freeze_garbage()
    sys.setswitchinterval(THREAD_SWITCH_INTERVAL_S)
    return app


def _freeze_garbage() -> None:
    """What is there now stays until the end: the collector need not walk through it again and again.

    With it each full collection stopped all requests for 0.15 s, and lists cost half as much again.
    """
    gc.collect()
    gc.freeze()


def _mount_web(app: FastAPI, folder: Path) -> None:
    """The built page: hashed assets are cached for ever, any other path is the page itself."""
    own_files = {file.name for file in folder.iterdir() if file.is_file()}
    # a third of the size over the wire; API answers may carry secrets and are not compressed (BREACH)
    app.mount("/assets", GZipMiddleware(StaticFiles(directory=folder / "assets"), minimum_size=1000), name="assets")

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str) -> FileResponse:
        if path.startswith("api/"):
            raise NotFound(f"There is nothing at /{path}.")
        name = path if path in own_files else "index.html"
        return FileResponse(folder / name, headers={"Cache-Control": "no-cache"})
