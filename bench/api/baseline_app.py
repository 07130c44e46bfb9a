"""The floor: a FastAPI application with one route that does one SELECT, over the driver that ours uses.

It has no sign-in, no row-level security that filters, no audit: what it reads, it reads as the owner of the table.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from ytempire.kit.processes import set_parent_death_signal
from ytempire.settings import get_settings

SELECT = text("SELECT slug, name FROM core.categories WHERE slug = :slug")


def create_app() -> FastAPI:
    settings = get_settings()
    assert settings.database.owner_url is not None  # the bench gives it
    set_parent_death_signal()
    # as anybody would write it, with as many connections as a route of ours has
    size = settings.database.pool_size
    engine = create_async_engine(settings.database.owner_url.get_secret_value(), pool_size=size, max_overflow=0)
    sessions = async_sessionmaker(engine, class_=AsyncSession)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan, openapi_url=None)

    @app.get("/{slug}")
    async def category(slug: str) -> dict[str, str]:
        async with sessions() as session:
            row = (await session.execute(SELECT, {"slug": slug})).one()
        return {"slug": row.slug, "name": row.name}

    return app
