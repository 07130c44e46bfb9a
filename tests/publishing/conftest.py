"""A finished video on a connected channel, made once and copied for each test that asks for a publisher."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import procrastinate
import pytest

from tests.conftest import TEMPLATE, Database
from tests.production.conftest import queue, store
from tests.publishing.prepared import PreparedPublisher, PreparedPublishers, copy_folder
from tests.publishing.publisher import Publisher, open_publisher
from tests.sandbox.conftest import SandboxServer, sandbox_server
from tests.youtube.conftest import YouTubeEnv, keys, open_youtube_env, project_given
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions
from ytempire.kit.storage import ObjectStore
from ytempire.runtime.postgres import EmbeddedPostgres

__all__ = ["keys", "project_given", "queue", "sandbox_server", "store"]


@pytest.fixture(scope="session")
def prepared_publishers(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PreparedPublishers]:
    with PreparedPublishers.open(postgres, tmp_path_factory.mktemp("prepared")) as publishers:
        yield publishers


@pytest.fixture
def prepared(
    request: pytest.FixtureRequest,
    prepared_publishers: PreparedPublishers,
    file_size: int,
    project_given: dict[str, Any],
) -> PreparedPublisher | None:
    """What a test begins with that asks for a publisher, live or not; None: it makes its own things."""
    if "publisher" not in request.fixturenames:
        return None
    return prepared_publishers.get(
        is_live="live" in request.fixturenames, file_size=file_size, project_given=project_given
    )


@pytest.fixture
def database_template(prepared: PreparedPublisher | None) -> str:
    return prepared.database if prepared else TEMPLATE


@pytest.fixture
def tmp_path(tmp_path: Path, prepared: PreparedPublisher | None) -> Path:
    if prepared:
        copy_folder(prepared, tmp_path)
    return tmp_path


@pytest.fixture
async def youtube_env(
    sandbox_server: SandboxServer,
    database: Database,
    sessions: Sessions,
    keys: KeyRing,
    tmp_path: Path,
    project_given: dict[str, Any],
    prepared: PreparedPublisher | None,
) -> AsyncIterator[YouTubeEnv]:
    opened = (
        prepared.open_youtube_env(sandbox_server, database, sessions, keys, tmp_path)
        if prepared
        else open_youtube_env(sandbox_server, database, sessions, keys, tmp_path, project_given)
    )
    async with opened as youtube_env:
        yield youtube_env


@pytest.fixture
def file_size() -> int:
    """One chunk, of more than one block; a test class may say otherwise."""
    return 300 * 1024


@pytest.fixture
async def publisher(
    youtube_env: YouTubeEnv, queue: procrastinate.App, store: ObjectStore, file_size: int
) -> AsyncIterator[Publisher]:
    async with open_publisher(youtube_env, queue, store, file_size) as publisher:
        yield publisher


@pytest.fixture
async def live(publisher: Publisher) -> Publisher:
    """Whose video is live; see `prepared`."""
    assert (await publisher.view()).status == "live"
    return publisher
