"""What every answer carries, and that nobody's name passes from one request to the next."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psycopg
import psycopg_pool
import pytest
import structlog
from fastapi import FastAPI, Request

from ytempire.kit.errors import NotFound
from ytempire.kit.http import install_problems
from ytempire.kit.subject import Subject, current_subject, set_current_subject


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problems(app)

    @app.get("/known")
    async def known(request: Request) -> dict[str, str]:
        set_current_subject(Subject(uuid4(), "operator"))
        request.state.answer_headers = {"RateLimit": '"hourly";r=1'}
        return {"logged": structlog.contextvars.get_contextvars()["request_id"]}

    @app.get("/who")
    async def who() -> bool:
        return current_subject() is None

    @app.get("/missing")
    async def missing() -> None:
        raise NotFound("There is no such thing.")

    @app.get("/deadlock")
    async def deadlock() -> None:
        raise psycopg.errors.DeadlockDetected

    @app.get("/full")
    async def full() -> None:
        with Path("/dev/full").open("wb", buffering=0) as disk:  # noqa: ASYNC230  # it is no disk
            disk.write(b"x")

    @app.get("/damaged")
    async def damaged() -> None:
        raise OSError(errno.EIO, "Input/output error")

    @app.get("/full-there")
    async def full_there() -> None:
        raise psycopg.errors.DiskFull

    @app.get("/away")
    async def away() -> None:
        raise psycopg_pool.PoolTimeout

    @app.get("/ended")
    async def ended() -> None:
        raise psycopg.errors.InvalidAuthorizationSpecification

    @app.get("/bug")
    async def bug() -> None:
        raise ZeroDivisionError

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_request_id_is_equal_in_response_and_log(client: httpx.AsyncClient) -> None:
    answer = await client.get("/known")
    assert str(UUID(answer.headers["x-request-id"])) == answer.json()["logged"]
    assert answer.headers["ratelimit"] == '"hourly";r=1'
    assert "request_id" not in structlog.contextvars.get_contextvars()
    again = await client.get("/known")
    assert again.headers["x-request-id"] != answer.headers["x-request-id"]


async def test_request_subject_is_cleared_after_response(client: httpx.AsyncClient) -> None:
    await client.get("/known")
    assert current_subject() is None
    assert (await client.get("/who")).json() is True


@pytest.mark.parametrize(("path", "status"), [("/missing", 404), ("/nowhere", 404), ("/bug", 500)])
async def test_problem_contains_request_id(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/deadlock", "/away"])
async def test_transient_database_error_is_503_with_retry_after(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "retry_later", "5")


async def test_ended_session_error_is_401(client: httpx.AsyncClient) -> None:
    assert (await client.get("/ended")).status_code == 401


@pytest.mark.parametrize("path", ["/full", "/full-there"])
async def test_full_disk_error_is_507_with_hint(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")
    assert "make room" in answer.json()["hint"]


async def test_other_os_error_is_500(client: httpx.AsyncClient) -> None:
    answer = await client.get("/damaged")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
