"""A real PostgreSQL and a real Valkey for the whole run; each test gets its own clone of one migrated template."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import hypothesis
import psycopg
import pytest
import structlog
from psycopg import sql

from tests.older_postgres import MAJORS, OlderPostgres
from tests.users import prepare_operator, sessions_as
from ytempire.database.migrate import APP, OWNER, WORKER, bootstrap, migrate
from ytempire.embeddings.embedding import Embedder
from ytempire.kit.database import Sessions, as_subject, connect, conninfo
from ytempire.kit.processes import die_with_parent_command
from ytempire.kit.subject import SYSTEM
from ytempire.runtime.home import Home, server_user
from ytempire.runtime.postgres import EmbeddedPostgres
from ytempire.runtime.valkey import EmbeddedValkey
from ytempire.runtime.workspace import prepare_workspace
from ytempire.settings import Settings

T = TypeVar("T")
TEMPLATE = "template_tests"
ROOM = 4 * 2**30  # bytes; a whole run has held less than a third of it at once
HOME_VARIABLE = "YTEMPIRE_TEST_HOME"
MOST_WORKERS = 16  # with some ten connections each; see max_connections
# the suite's data may be lost with the machine; durability itself is tested with the real configuration
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300", "shared_buffers=256MB")


# how fast examples are drawn is a matter of what else the machine does; each test says how many it needs
hypothesis.settings.register_profile("suite", suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("suite")
# a traceback in colours, with the variables of each frame, takes a second, and there are tests that make hundreds
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-case", action="store_true", help="run all cases where otherwise some are drawn")
    parser.addoption("--postgres", type=int, choices=MAJORS, help="run on an older server than the one that we ship")
    parser.addoption("--seed", type=int, help="draw the same cases as the run that printed this number")


def pytest_report_header(config: pytest.Config) -> str:
    return "cases: every one" if config.option.every_case else f"cases: drawn with --seed {config.option.seed}"


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Three for two cores: tests wait for servers. Of 2 cores, two workers used 63 %, three 90 % (measured)."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ or not hasattr(os, "sched_getaffinity"):
        return None  # for xdist to say
    return min(MOST_WORKERS, max(1, len(os.sched_getaffinity(0)) * 3 // 2))


def pytest_configure(config: pytest.Config) -> None:
    """The controller starts the servers once; parallel workers find them by the environment."""
    if config.option.seed is None:
        config.option.seed = random.randrange(10_000)  # workers are sent it
    for name in list(os.environ):
        if name.startswith("YTEMPIRE_") and name != HOME_VARIABLE:
            del os.environ[name]
    if not hasattr(config, "workerinput"):
        config.stash[SERVERS] = servers = Servers.start(config.option.postgres)
        os.environ[HOME_VARIABLE] = str(servers.home.root)


def _flaky(config: pytest.Config) -> dict[str, str]:
    """Journeys in the browser that failed and then passed, with why they failed."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return {}
    failed = {report.nodeid for name in ("failed", "error") for report in reporter.stats.get(name, [])}
    again = {report.nodeid: report for report in reporter.stats.get("rerun", [])}
    return {name: _told(report) for name, report in sorted(again.items()) if name not in failed}


def _told(report: pytest.TestReport) -> str:
    """The end of what it failed by, and the page that it stood on."""
    page = [f"{name}\n{shown}" for name, shown in report.sections if name.startswith("The page")]
    return "\n".join([*report.longreprtext.splitlines()[-40:], *page])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Last of all, since of a long output the end is what is kept and read."""
    yield
    for name, why in _flaky(terminalreporter.config).items():
        terminalreporter.write_line(why)
        terminalreporter.write_line(f"FLAKY {name}: it passed at its second try. Mend it before the next feature.")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """One flaky journey is named; two are a failure."""
    if len(_flaky(session.config)) > 1:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVERS in config.stash:
        config.stash[SERVERS].stop()


@dataclass
class Servers:
    home: Home
    processes: list[subprocess.Popen[bytes]]

    @classmethod
    def start(cls, major: int | None) -> Servers:
        """With the PostgreSQL that we ship, or an older one of version `major`."""
        root = Path(tempfile.mkdtemp(prefix="ytempire-tests-", dir=quick_folder()))
        root.chmod(0o711)
        home = Home(root, server_user(Settings()))
        home.prepare()
        postgres = OlderPostgres(home, major) if major else EmbeddedPostgres(home)
        postgres.initialise()
        options = [part for option in FAST for part in ("-c", option)]
        processes = [
            cls._spawn([*postgres.start_command(), *options], home, signal.SIGINT),
            cls._spawn(EmbeddedValkey(home).start_command(), home, signal.SIGTERM),
        ]
        deadline = time.monotonic() + 30
        while True:
            try:
                bootstrap(postgres.superuser_url, TEMPLATE)
                break
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        migrate(postgres.url(OWNER, TEMPLATE))
        asyncio.run(prepare_workspace(postgres.url(APP, TEMPLATE), voice_engine="espeak"))
        asyncio.run(prepare_operator(postgres.url(APP, TEMPLATE)))
        with psycopg.connect(conninfo(postgres.url(OWNER, TEMPLATE))) as owner:
            owner.execute("DELETE FROM core.outbox")  # the suite takes longer than a fact may wait
        return cls(home, processes)

    @staticmethod
    def _spawn(command: list[str], home: Home, on_death: signal.Signals) -> subprocess.Popen[bytes]:
        with (home.logs / "servers.log").open("ab") as log:
            return subprocess.Popen(
                die_with_parent_command(command, on_parent_death=on_death, user=home.user.switch),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self) -> None:
        for process, how in zip(self.processes, (signal.SIGINT, signal.SIGTERM), strict=True):
            process.send_signal(how)
            process.wait(timeout=30)
        shutil.rmtree(self.home.root, ignore_errors=True)


def quick_folder() -> Path | None:
    """In memory where there is room: a clone of the template is a thousand files."""
    memory = Path("/dev/shm")  # a folder of our own is made in it
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return memory if roomy else None


SERVERS = pytest.StashKey[Servers]()


@pytest.fixture
def drawn(request: pytest.FixtureRequest) -> Callable[[Sequence[T], int], list[T]]:
    """Draw some of the cases, in their order: other ones in each run, all of them with `--every-case`."""
    generator = random.Random(f"{request.config.option.seed} {request.node.nodeid}")

    def draw(cases: Sequence[T], count: int) -> list[T]:
        if request.config.option.every_case:
            return list(cases)
        return [cases[place] for place in sorted(generator.sample(range(len(cases)), count))]

    return draw


@pytest.fixture(scope="session")
def server_home() -> Home:
    return Home(Path(os.environ[HOME_VARIABLE]), server_user(Settings()))


@pytest.fixture(scope="session")
def postgres(server_home: Home) -> EmbeddedPostgres:
    return EmbeddedPostgres(server_home)


@pytest.fixture(scope="session")
def cache_url(server_home: Home) -> str:
    return EmbeddedValkey(server_home).url


@dataclass(frozen=True)
class Database:
    """One test's own clone of the template."""

    name: str
    app_url: str
    owner_url: str
    worker_url: str


@pytest.fixture
def database_template() -> str:
    """What a test's database is a clone of; a package whose tests begin further on has one of its own."""
    return TEMPLATE


@pytest.fixture
def database(postgres: EmbeddedPostgres, database_template: str) -> Iterator[Database]:
    with own_database(postgres, database_template) as database:
        yield database


@contextmanager
def own_database(postgres: EmbeddedPostgres, template: str = TEMPLATE) -> Iterator[Database]:
    """For what several tests read together."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(conninfo(postgres.superuser_url), autocommit=True) as admin:
        admin.execute(
            # in half the time of the other strategy, which a server that is never flushed needs not
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER)
            )
        )
    yield Database(name, postgres.url(APP, name), postgres.url(OWNER, name), postgres.url(WORKER, name))
    with psycopg.connect(conninfo(postgres.superuser_url), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
async def sessions(database: Database) -> AsyncIterator[Sessions]:
    """Of an ordinary operator, who was granted one channel."""
    engine = connect(database.app_url, pool_size=5)
    yield await sessions_as(engine, "operator")
    await engine.dispose()


@pytest.fixture
def platform(sessions: Sessions) -> Sessions:
    """Of the platform itself, which keeps the books and sees everybody's rows."""
    return as_subject(sessions, SYSTEM)


@pytest.fixture
async def admin_sessions(database: Database) -> AsyncIterator[Sessions]:
    engine = connect(database.app_url, pool_size=2)
    yield await sessions_as(engine, "admin")
    await engine.dispose()


@pytest.fixture(scope="session")
def embedder(server_home: Home) -> Embedder:
    return Embedder(server_home.models)
