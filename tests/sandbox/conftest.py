"""A sandbox behind a real port, and Google's own client in front of it."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import Resource, build_from_document
from googleapiclient.http import MediaIoBaseUpload, build_http

from tests.sandbox.discovery_check import Checked
from ytempire.sandbox.app import create_app
from ytempire.sandbox.server import server
from ytempire.settings import Sandbox

BLOCK = 256 * 1024


@pytest.fixture(scope="session", autouse=True)
def plain_http() -> Iterator[None]:
    """oauthlib speaks to an address without TLS only when told that it may."""
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    yield
    plain().close()
    del os.environ["OAUTHLIB_INSECURE_TRANSPORT"]


@cache
def described(name: str) -> str:
    return (files("googleapiclient") / "discovery_cache" / "documents" / name).read_text(encoding="utf-8")


@cache
def plain() -> httpx.Client:
    """For what is not Google's: one for the whole run, since making one reads the machine's certificates."""
    return httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))


@dataclass
class SandboxServer:
    """A sandbox that runs in a thread of this process."""

    folder: Path
    settings: Sandbox
    port: int = 0
    app: FastAPI = field(init=False)
    opened: list[Checked] = field(default_factory=list)

    def start(self) -> None:
        self.app = create_app(self.folder, self.settings)
        self._server = server(self.app, self.app.state.context.connections, host="127.0.0.1", port=self.port)
        started = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(started),))
        self._thread.start()
        assert started.wait(10)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    async def _serve(self, started: threading.Event) -> None:
        """What uvicorn's own `serve` does, without the tenth of a second that it waits at each end."""
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self._server.config.load()
        self._server.lifespan = self._server.config.lifespan_class(self._server.config)
        await self._server.startup()
        started.set()
        await self._end.wait()
        for listening in self._server.servers:
            listening.close()
        for connection in list(self._server.server_state.connections):
            connection.shutdown()
        for task in self._server.server_state.tasks:
            task.cancel()  # a slow answer, to somebody who was killed meanwhile
        while self._server.server_state.connections:
            await asyncio.sleep(0)
        await self._server.lifespan.shutdown()

    def stop(self) -> None:
        for http in self.opened:
            http.close()
        self.opened.clear()
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = plain().request(method, f"{self.base}/sandbox{path}", json=body)
        assert answer.is_success, answer.text
        assert answer.headers["x-sandbox"] == "ytempire"
        return answer.json() if answer.content else None

    def channel(self, title: str = "Tides", **values: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.control("POST", "/channels", {"title": title, **values})
        return made

    def project(self, **values: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.control("POST", "/projects", values)
        return made

    def fault(self, operation: str, kind: str, **values: Any) -> None:
        self.control("POST", "/faults", {"operation": operation, "kind": kind, **values})

    def advance(self, seconds: float) -> None:
        self.control("PUT", "/clock", {"advance_s": seconds})

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.control("GET", "/state")
        return state


@dataclass
class ApiClient:
    """Somebody with a channel, who lets a client of a project act for it."""

    sandbox_server: SandboxServer
    channel: dict[str, Any]
    project: dict[str, Any]
    tokens: dict[str, Any]

    @classmethod
    def of(cls, sandbox_server: SandboxServer, *, scopes: list[str] | None = None, **project: Any) -> ApiClient:
        return cls.joining(sandbox_server, sandbox_server.channel(), sandbox_server.project(**project), scopes)

    @classmethod
    def joining(
        cls,
        sandbox_server: SandboxServer,
        channel: dict[str, Any],
        project: dict[str, Any],
        scopes: list[str] | None = None,
    ) -> ApiClient:
        wanted = {"project_id": project["project_id"], "channel_id": channel["id"]}
        tokens = sandbox_server.control("POST", "/tokens", wanted | ({"scopes": scopes} if scopes else {}))
        return cls(sandbox_server, channel, project, tokens)

    @cached_property
    def credentials(self) -> Credentials:
        (config,) = self.project["client_config"].values()
        return Credentials(
            self.tokens["access_token"],
            refresh_token=self.tokens.get("refresh_token"),
            token_uri=config["token_uri"],
            client_id=config["client_id"],
            client_secret=config["client_secret"],
        )

    @property
    def quotas(self) -> dict[str, Any]:
        used: dict[str, Any] = self.sandbox_server.control("GET", f"/projects/{self.project['project_id']}/quotas")
        return used

    def allow(self, **quotas: int) -> None:
        buckets = {name.replace("_", "."): value for name, value in quotas.items()}
        self.sandbox_server.control("PUT", f"/projects/{self.project['project_id']}/quotas", buckets)

    @cached_property
    def youtube(self) -> Any:
        return client(self.sandbox_server, "youtube.v3.json", self.credentials)

    @cached_property
    def analytics(self) -> Any:
        return client(self.sandbox_server, "youtubeAnalytics.v2.json", self.credentials)

    def upload(self, title: str = "Ocean tides", *, media: bytes | None = None, **status: Any) -> dict[str, Any]:
        """One video in one chunk; each call another video file unless `media` is given."""
        made: dict[str, Any] = self.insert(title, video() if media is None else media, **status).execute()
        return made

    def insert(self, title: str, media: bytes, *, chunk: int = -1, **status: Any) -> Any:
        snippet = {"title": title, "description": "About the moon.", "tags": ["tides", "moon"], "categoryId": "27"}
        return self.youtube.videos().insert(
            part="snippet,status",
            body={"snippet": snippet, "status": {"privacyStatus": "public"} | status},
            media_body=MediaIoBaseUpload(BytesIO(media), "video/mp4", chunksize=chunk, resumable=True),
        )

    def get(self, video_id: str, part: str = "snippet,status,statistics,contentDetails") -> dict[str, Any]:
        (found,) = self.youtube.videos().list(part=part, id=video_id).execute()["items"]
        seen: dict[str, Any] = found
        return seen


def client(
    sandbox_server: SandboxServer, document: str, credentials: Credentials | None, key: str | None = None
) -> Resource:
    """Google's client on Google's description, whose root is the sandbox's; every answer is checked against it."""
    found = json.loads(described(document))
    found["rootUrl"] = found["baseUrl"] = f"{sandbox_server.base}/"
    http: Checked | AuthorizedHttp = Checked(build_http(), sandbox_server.base, found)
    sandbox_server.opened.append(http)
    if credentials is not None:
        http = AuthorizedHttp(credentials, http=http)
    return build_from_document(found, http=http, developerKey=key)


_file_numbers = iter(range(1, 1_000_000))


def video(size: int = 4096, *, seconds: float = 95.0) -> bytes:
    """The smallest MP4 that says how long and how large it is; no two are the same."""
    mvhd = bytes(12) + struct.pack(">II", 1000, int(seconds * 1000)) + bytes(80)
    tkhd = bytes(76) + struct.pack(">II", 1920 << 16, 1080 << 16)
    content = _box(b"ftyp", b"isomiso2mp41") + _box(b"moov", _box(b"mvhd", mvhd) + _box(b"trak", _box(b"tkhd", tkhd)))
    filling = max(16, size - len(content) - 8)
    return content + _box(b"mdat", struct.pack(">Q", next(_file_numbers)) * (filling // 8 + 1))[: filling + 8]


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def sandbox_server(tmp_path: Path) -> Iterator[SandboxServer]:
    sandbox = SandboxServer(tmp_path / "sandbox", Sandbox())
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def api_client(sandbox_server: SandboxServer) -> ApiClient:
    return ApiClient.of(sandbox_server)
