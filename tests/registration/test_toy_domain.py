"""A new domain is a folder and a line: this one adds one of everything, and nothing else is edited."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import text

from tests.api import BASE, link_code, settings_for
from tests.conftest import Database
from tests.registration.toy.domain import DOMAIN
from tests.relay import relay
from tests.users import sessions_as
from tests.worker_context import worker_settings
from ytempire.alerts.open_alerts import AlertCondition, open_alert
from ytempire.app import create_app
from ytempire.database.catalog import catalog_files, read_catalog
from ytempire.database.checks.applied_changes import check_applied_code
from ytempire.database.checks.catalog_drift import check_catalog
from ytempire.database.checks.check import Target
from ytempire.database.code_files import code_files
from ytempire.database.migrate import apply_code
from ytempire.kit import clock
from ytempire.kit.database import connect, conninfo, sessions_of
from ytempire.kit.periodic import run_periodically
from ytempire.kit.subject import SYSTEM
from ytempire.registration.domains import registered_domains
from ytempire.runtime.home import Home
from ytempire.worker.process import open_worker_context, register_domains

DOMAINS = (*registered_domains(), DOMAIN)


@pytest.fixture
def toy_database(database: Database) -> Database:
    """With the toy's view, function and trigger."""
    assert apply_code(database.owner_url, domains=DOMAINS)[0] == "tests/registration/toy/waves.sql"
    return database


def test_toy_domain_in_the_catalog_satisfies_the_doctor(toy_database: Database) -> None:
    cards = read_catalog(catalog_files(DOMAINS))
    with psycopg.connect(conninfo(toy_database.owner_url)) as owner:
        target = Target(owner, toy_database.owner_url, clock.now(), cards=cards, code=code_files(DOMAINS))
        findings = [*check_catalog(target), *check_applied_code(target)]
    assert [finding.status for finding in findings] == ["ok", "ok"]


async def test_toy_domain_periodic_task_enqueues_a_job_whose_trigger_is_heard(
    toy_database: Database, cache_url: str, server_home: Home
) -> None:
    engine = connect(toy_database.app_url, pool_size=1)
    await sessions_as(engine, "operator")  # who is granted one channel
    async with (
        await psycopg.AsyncConnection.connect(conninfo(toy_database.app_url), autocommit=True) as listener,
        open_worker_context(worker_settings(toy_database, cache_url, server_home.root), domains=[DOMAIN]) as context,
        asyncio.timeout(30),
    ):
        await listener.execute("LISTEN wave_made")
        periodic = asyncio.create_task(run_periodically(await register_domains(context)))
        working = asyncio.create_task(context.queue.run_worker_async(queues=["network"], install_signal_handlers=False))
        notification = await anext(listener.notifies())
        for task in (periodic, working):
            task.cancel()
        await asyncio.gather(periodic, working, return_exceptions=True)
    message = DOMAIN.resolve("live:NOTIFIED")[notification.channel](notification.payload)
    assert (message.type, len(message.channels or ())) == ("wave_made", 1)
    await engine.dispose()


async def test_toy_domain_alert_of_its_rule_notifies(toy_database: Database) -> None:
    engine = connect(toy_database.app_url, pool_size=1)
    await sessions_as(engine, "operator")
    async with sessions_of(engine, SYSTEM).begin() as session:
        channel_id, owner_id = (await session.execute(text("SELECT id, owner_id FROM core.channels LIMIT 1"))).one()
        wave = AlertCondition("wave_high", "a", "A high wave", "Go up.", channel_id=channel_id)
        assert await open_alert(session, wave, clock.now())
    await relay(toy_database)
    async with sessions_of(engine, SYSTEM).begin() as session:
        notified = await session.execute(text("SELECT user_id, kind, title FROM core.notifications"))
        assert notified.all() == [(owner_id, "wave_high", "A high wave")]
    await engine.dispose()


async def test_toy_domain_route_answers_beside_all_others(
    toy_database: Database, cache_url: str, tmp_path: Path
) -> None:
    settings = settings_for(toy_database, cache_url, tmp_path)
    app = create_app(settings, domains=DOMAINS)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client,
    ):
        assert (await client.get("/api/v1/waves")).status_code == 401
        await client.get("/sign-in-link", params={"code": await link_code(settings, "operator")})
        with psycopg.connect(conninfo(toy_database.owner_url)) as owner:
            owner.execute("UPDATE core.channels SET description = 'wave'")
        answer = await client.get("/api/v1/waves")
        assert (answer.status_code, answer.json()) == (200, 1)
        assert (await client.get("/api/v1/channels")).status_code == 200
    assert "/api/v1/waves" in app.openapi()["paths"]


def test_toy_domain_is_in_no_list_of_ours() -> None:
    assert DOMAIN not in registered_domains()
    assert DOMAIN.resolve("models:IMPORTED")
