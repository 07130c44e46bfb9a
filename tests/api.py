"""The application over real HTTP semantics: the ASGI app with its own database, store and cache."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from fastapi import FastAPI

from tests.conftest import Database
from tests.users import Person, subject_named
from ytempire.accounts import one_time_tokens
from ytempire.app import create_app
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.subject import SYSTEM
from ytempire.settings import Api, Cache, Security, Settings
from ytempire.settings import Database as DatabaseSettings

BASE = "http://127.0.0.1:8711"


def settings_for(database: Database, cache_url: str, home: Path) -> Settings:
    return Settings(
        home=home,
        database=DatabaseSettings(url=database.app_url),
        cache=Cache(url=cache_url),  # type: ignore[arg-type]
        api=Api(port=8711),
        # all tests share one cache, and most of them the addresses
        security=Security(emails_per_recipient_hourly=1_000_000, emails_per_network_hourly=1_000_000),
    )


# Applications that nobody uses just now, by the settings that shape them: each builds its 150 routes anew, which took
# a fifth of a test of endpoints. Everything else of the settings is read when it starts.
_IDLE: defaultdict[str, list[FastAPI]] = defaultdict(list)


@asynccontextmanager
async def _app_of(settings: Settings) -> AsyncIterator[FastAPI]:
    idle = _IDLE[settings.api.model_dump_json()]
    app = idle.pop() if idle else create_app(settings)
    app.state.settings = settings
    yield app
    idle.append(app)


@asynccontextmanager
async def client_of(settings: Settings, *, person: Person | None = "operator") -> AsyncIterator[httpx.AsyncClient]:
    """Signed in as `person`; None: as nobody."""
    async with (
        _app_of(settings) as app,
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client,
    ):
        if person is not None:
            answer = await client.get("/sign-in-link", params={"code": await link_code(settings, person)})
            assert answer.status_code == 303
        yield client


async def link_code(settings: Settings, person: Person = "operator") -> str:
    assert settings.database.url is not None
    engine = connect(settings.database.url.get_secret_value(), pool_size=1)
    async with sessions_of(engine, SYSTEM).begin() as session:
        subject = await subject_named(session, person)
        code = await one_time_tokens.issue(
            session, subject.user_id, "sign_in_link", lifetime=settings.api.link_lifetime
        )
    await engine.dispose()
    return code
