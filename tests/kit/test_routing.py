"""A path finds the route that FastAPI finds for it."""

from __future__ import annotations

import re

import pytest
from fastapi import APIRouter, FastAPI, WebSocket
from starlette.testclient import TestClient

from ytempire.app import create_app
from ytempire.kit.routing import include_router
from ytempire.settings import Settings


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    first, second = APIRouter(prefix="/things"), APIRouter()

    @first.get("/{thing_id}")
    def get_thing(thing_id: str) -> str:
        return f"thing {thing_id}"

    @second.get("/things/{thing_id}/parts")
    def list_parts(thing_id: str) -> str:
        return f"parts of {thing_id}"

    @second.get("/{anything}")
    def get_anything(anything: str) -> str:
        return f"any {anything}"

    @second.websocket("/live")
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("live")
        await socket.close()

    include_router(app, first)
    include_router(app, second)
    return TestClient(app)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/things/1", "thing 1"),
        ("/things/1/parts", "parts of 1"),
        ("/things", "any things"),
        ("/thingsandmore", "any thingsandmore"),
        ("/things/1/", "thing 1"),  # sent on to the path without the slash
    ],
)
def test_path_finds_its_route(client: TestClient, path: str, answer: str) -> None:
    assert client.get(path).json() == answer


def test_other_method_and_unknown_path_are_refused(client: TestClient) -> None:
    assert client.post("/things/1").status_code == 405
    assert client.get("/things/1/parts/2").status_code == 404


def test_socket_finds_its_route(client: TestClient) -> None:
    with client.websocket_connect("/live") as socket:
        assert socket.receive_text() == "live"


def test_every_path_of_api_finds_same_router_as_without_beginnings() -> None:
    app = create_app(Settings())
    included = [route for route in app.router.routes if hasattr(route, "original_router")]
    assert len(included) > 20
    for path, operations in app.openapi()["paths"].items():
        for method in operations:
            scope = {"type": "http", "method": method.upper(), "path": re.sub(r"\{[^}]*\}", "x", path)}
            with_beginnings = [route.matches({**scope})[0] for route in included]
            assert with_beginnings == [type(route).matches(route, {**scope})[0] for route in included], path
