"""A real sandbox over HTTP, and the product's client before it: what runs in production, with a clock to turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import psycopg
import pytest

from tests.conftest import Database
from tests.forked_process import ForkedProcess
from tests.sandbox.conftest import SandboxServer, plain, sandbox_server
from tests.worker_process import run_in_other_process
from ytempire.channels import personas
from ytempire.channels import service as channels
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions, as_subject, conninfo
from ytempire.kit.subject import SYSTEM, Subject
from ytempire.youtube import oauth_flow, projects
from ytempire.youtube.connections import ConnectionView
from ytempire.youtube.projects import Project
from ytempire.youtube.service import YouTube

__all__ = ["sandbox_server"]

PAGE = "http://127.0.0.1:8711"


@dataclass
class YouTubeEnv:
    """An installation with a sandbox: the operator, their sessions, one channel, and the client."""

    sandbox_server: SandboxServer
    database: Database
    sessions: Sessions
    youtube: YouTube
    project: Project
    operator: Subject
    channel_id: UUID
    home: Path
    counterpart: dict[str, Any] = field(default_factory=dict)  # the YouTube channel that the channel is to become

    async def begin(self, channel_id: UUID | None = None) -> str:
        authorization = await oauth_flow.start_authorization(
            self.youtube, self.sessions, self.operator, channel_id or self.channel_id, page=PAGE
        )
        assert authorization.is_sandbox
        return authorization.url

    async def connect(self, channel_id: UUID | None = None, *, counterpart: str | None = None) -> ConnectionView:
        back = consented(await self.begin(channel_id), counterpart or self.counterpart["id"])
        return await oauth_flow.complete_authorization(self.youtube, self.operator, **back)

    async def channel(self, name: str) -> UUID:
        async with self.sessions.begin() as session:
            [persona] = [one for one in await personas.list_personas(session) if one.owner_id == self.operator.user_id]
            return (await channels.create_channel(session, name=name, persona_id=persona.id)).id

    async def set_status(self, status: str) -> None:
        async with self.sessions.begin() as session:
            await channels.update_channel(session, self.channel_id, {"status": status})

    async def at_the_beginning_of_a_day(self) -> None:
        """Of quota: all of the next one is ahead."""
        now = await self.youtube.now(self.project)
        self.sandbox_server.advance((now.next_day - now.at).total_seconds() + 1)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(conninfo(self.database.owner_url)) as connection:
            return connection.execute(query).fetchall()  # type: ignore[arg-type]  # written in the tests

    def used(self, bucket: str = "units") -> int:
        """What the sandbox itself has counted."""
        quotas = self.sandbox_server.control("GET", f"/projects/{self.project_at_youtube}/quotas")
        used: int = quotas[{"searches": "search.list", "inserts": "videos.insert"}.get(bucket, bucket)]["used"]
        return used

    def calls_at_youtube(self, operation: str) -> int:
        """How often the sandbox was asked, whatever became of it."""
        return sum(one["count"] for one in self.sandbox_server.state()["calls"] if one["operation"] == operation)

    @contextmanager
    def run_in_other_process(self, do: str, **given: Any) -> Iterator[ForkedProcess]:
        """Another process that does something here; killed at the end of the block."""
        asked = {
            "do": do,
            "database_url": self.database.app_url,
            "keys": str(self.home / "keys.json"),
            "log": str(self.home / "elsewhere.log"),
            "channel_id": str(self.channel_id),
            "user_id": str(self.operator.user_id),
            **given,
        }
        with run_in_other_process("tests.youtube.worker_main", asked) as process:
            yield process

    @property
    def project_at_youtube(self) -> str:
        return self.project.client_id.partition("-")[0]


def consented(
    address: str, counterpart: str, *, decision: str = "allow", ticked: Collection[str] | None = None
) -> dict[str, Any]:
    """Drive the consent page as a browser does; what it sends back to our callback.

    `ticked`: the scopes that stay ticked; None: all of them.
    """
    page = plain().get(address)
    assert page.status_code == 200, page.text
    parts = urlsplit(address)
    form = {name: values[0] for name, values in parse_qs(parts.query).items()}
    chosen = {"decision": decision} if ticked is None else {"decision": "ticked", "granted": list(ticked)}
    answer = plain().post(
        f"{parts.scheme}://{parts.netloc}/o/oauth2/v2/auth/decision",
        data={**form, "channel": counterpart, **chosen},
    )
    assert answer.status_code == 303, answer.text
    location = urlsplit(answer.headers["location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == PAGE + oauth_flow.CALLBACK
    said = {name: values[0] for name, values in parse_qs(location.query).items()}
    return {"state": said["state"], "code": said.get("code"), "error": said.get("error")}


def client_of(made: dict[str, Any]) -> tuple[str, str]:
    (config,) = made["client_config"].values()
    return config["client_id"], config["client_secret"]


async def register(sandbox_server: SandboxServer, platform: Sessions, keys: KeyRing, **given: Any) -> Project:
    client_id, client_secret = client_of(sandbox_server.project(**given))
    async with platform.begin() as session:
        return await projects.add_project(
            session,
            keys,
            name="Sandbox",
            client_id=client_id,
            client_secret=client_secret,
            api_root=f"{sandbox_server.base}/",
            is_testing=given.get("mode") == "testing",
        )


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return KeyRing.from_file(tmp_path / "keys.json")


@pytest.fixture
def project_given() -> dict[str, Any]:
    """What the sandbox's project is made with; a test class may say otherwise."""
    return {}


@pytest.fixture
async def youtube_env(
    sandbox_server: SandboxServer,
    database: Database,
    sessions: Sessions,
    keys: KeyRing,
    tmp_path: Path,
    project_given: dict[str, Any],
) -> AsyncIterator[YouTubeEnv]:
    async with open_youtube_env(sandbox_server, database, sessions, keys, tmp_path, project_given) as youtube_env:
        yield youtube_env


@asynccontextmanager
async def open_youtube_env(
    sandbox_server: SandboxServer,
    database: Database,
    sessions: Sessions,
    keys: KeyRing,
    home: Path,
    project_given: dict[str, Any],
) -> AsyncIterator[YouTubeEnv]:
    """With a project and a channel at YouTube of its own."""
    platform = as_subject(sessions, SYSTEM)
    project = await register(sandbox_server, platform, keys, **project_given)
    async with client_of_operator(sandbox_server, database, sessions, keys, home, project) as youtube_env:
        youtube_env.counterpart = sandbox_server.channel("Clear Signal")
        yield youtube_env


@asynccontextmanager
async def client_of_operator(
    sandbox_server: SandboxServer, database: Database, sessions: Sessions, keys: KeyRing, home: Path, project: Project
) -> AsyncIterator[YouTubeEnv]:
    platform = as_subject(sessions, SYSTEM)
    operator: Subject = sessions.kw["info"]["subject"]
    async with sessions.begin() as session:
        channel = (await channels.list_channels(session))[0]
    async with YouTube(platform, keys) as youtube:
        yield YouTubeEnv(sandbox_server, database, sessions, youtube, project, operator, channel.id, home)
