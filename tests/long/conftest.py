"""A whole installation in a folder of its own, driven as a person would: through the command."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import forked_process
from tests.conftest import quick_folder
from tests.long.browser_steps import FLAGS, LIMIT_MS, OpenPage, heading, is_complaint
from tests.long.chromium import find_chromium
from ytempire.kit.database import conninfo
from ytempire.runtime.home import Home, server_user
from ytempire.runtime.stack import StackState, read_state
from ytempire.settings import Settings

expect.set_options(timeout=LIMIT_MS)
LONGEST_FIRST = (
    "test_fuzz",
    "test_crash_matrix",
    "test_journey_browser",
    "test_operator_browser",
    "test_faults_at_scale",
    "test_demo",
    "test_content_browser",
    "test_browser",
)
TEXT = Path(__file__).parents[2] / "src/ytempire/assets/demo/why-the-night-sky-is-dark.md"


@dataclass
class Installation:
    """`lease` is short, so that a killed worker is missed within seconds and not within ten."""

    root: Path
    port: int

    @property
    def home(self) -> Home:
        return Home(self.root, server_user(Settings()))

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "YTEMPIRE_HOME": str(self.root),
            "YTEMPIRE_API__PORT": str(self.port),
            # a hundredth of the CPU time; the voice that people hear has tests of its own
            "YTEMPIRE_SPEECH__DEFAULT_ENGINE": "espeak",
            "YTEMPIRE_WORKER__HEARTBEAT_INTERVAL": "PT0.5S",
            "YTEMPIRE_WORKER__LEASE_DURATION": "PT3S",
            # a merge of deltas is under way all the time
            "YTEMPIRE_INGEST__MERGE_INTERVAL": "PT0.5S",
            "YTEMPIRE_INGEST__DELTA_MIN_EVENTS": "100",
            # everybody here comes from one address, the fuzzer too
            "YTEMPIRE_SECURITY__EMAILS_PER_NETWORK_HOURLY": "1000000",
        }
        return {**{name: value for name, value in os.environ.items() if not name.startswith("YTEMPIRE_")}, **own}

    def run(self, *arguments: str, check: bool = True, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        done = forked_process.ytempire(*arguments, environment=self.environment, folder=cwd, timeout=600)
        if check and done.returncode != 0:
            raise AssertionError(f"ytempire {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "ytempire", *arguments],
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)

    def state(self) -> StackState | None:
        return read_state(self.home)

    def pid(self, service: str) -> int | None:
        state = self.state()
        return state.processes.get(service) if state else None

    def query(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        state = self.state()
        assert state is not None
        # the owner sees every row; the application would have to say for whom it asks
        with psycopg.connect(conninfo(state.endpoints.owner_url)) as connection:
            return connection.execute(statement, parameters or None).fetchall()

    def processes(self) -> list[psutil.Process]:
        """Every process that has to do with this installation, by its environment or its command line."""
        found = []
        for process in psutil.process_iter():
            try:
                told = " ".join(process.cmdline()) + process.environ().get("YTEMPIRE_HOME", "")
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
            if str(self.root) in told:
                found.append(process)
        return found

    def leftovers(self) -> list[Path]:
        """Half-written files."""
        return [path for path in self.root.rglob("*") if path.name.endswith((".part", ".partial"))] + list(
            self.home.work.iterdir()
        )


@contextmanager
def _new_installation() -> Iterator[Installation]:
    root = Path(tempfile.mkdtemp(prefix="ytempire-long-", dir=quick_folder()))
    root.chmod(0o711)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = Installation(root, port)
    try:
        yield place
    finally:
        # at once: that `down` stops everything has its own tests, and takes seconds
        for process in place.processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def new_installation() -> Iterator[Installation]:
    """A folder in which nothing was ever started."""
    with _new_installation() as place:
        yield place


@pytest.fixture(scope="session")
def started_once() -> Iterator[Installation]:
    """Its servers' folders are made, its database is migrated and filled; it never had a page, so no sandbox either."""
    with _new_installation() as place:
        place.run("runs", "list")
        yield place


@pytest.fixture
def installation(started_once: Installation) -> Iterator[Installation]:
    """A copy of what was started once, which saves its first start, a third of a short journey."""
    with _new_installation() as place:
        # of the server's files each keeps its owner, which shutil's copy does not
        subprocess.run(["cp", "-a", f"{started_once.root}/.", str(place.root)], check=True)
        yield place


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser, installation: Installation) -> Iterator[OpenPage]:
    """Opens a page in a browser profile of its own, as on another device. Complaints of any of them fail the test."""
    installation.run("up", "--detach", "--no-demo")
    contexts, complaints = [], []

    def open_page() -> Page:
        context = browser.new_context(
            viewport={"width": 1280, "height": 800},
            base_url=f"http://127.0.0.1:{installation.port}",
            reduced_motion="reduce",
        )
        context.set_default_timeout(LIMIT_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: OpenPage, installation: Installation) -> Page:
    """Somebody who came in by the printed link."""
    page = new_page()
    page.goto(installation.json("status", "--link")["link"])
    expect(heading(page, "Runs")).to_be_visible()
    return page


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes begins first, so that no processor waits for it at the end. Journeys have a second try."""
    items.sort(key=lambda item: (*LONGEST_FIRST, item.path.stem).index(item.path.stem))
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(1800))
        if "new_page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the page showed stands beside what failed."""
    report = yield
    shown = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and isinstance(shown, Page):
        report.sections.append((f"The page {shown.url}", shown.locator("body").aria_snapshot()))
    return report
