"""The maintenance process: waits until something is due, and starts a process that does it.

`serve` holds no connection and little memory; what examines and rebuilds is loaded by the other, for the minute in
which it is needed. Killing either loses nothing: what was due stays due.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

from ytempire.kit import logs
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.logs import get_logger
from ytempire.kit.processes import die_with_parent_command
from ytempire.kit.subject import SYSTEM
from ytempire.registration.domains import registered_domains
from ytempire.runtime.process_settings import NotConfigured, configure_logs
from ytempire.settings import Settings, get_settings

log = get_logger(__name__)

SERVE, DO_DUE = "serve", "do-due"
# After a process that could not look: the database may be starting again.
AGAIN_AFTER_S = 60.0
# However far away the next task is: a clock that was put back must not keep us waiting for a year.
LONGEST_WAIT_S = timedelta(hours=6).total_seconds()
STOP_WITHIN_S = 10.0


def command_of(mode: str) -> list[str]:
    return [sys.executable, "-m", __name__ if __name__ != "__main__" else "ytempire.runtime.maintenance", mode]


def require_owner_url(settings: Settings) -> str:
    """Return the URL of the database's owner. Raises NotConfigured."""
    if settings.database.owner_url is None:
        raise NotConfigured(
            "Maintenance needs the URL of the database's owner, which is not set.",
            hint="Set YTEMPIRE_DATABASE__OWNER_URL, or use `ytempire up`.",
        )
    return settings.database.owner_url.get_secret_value()


def serve(settings: Settings) -> None:
    """Do what is due, again and again, until SIGTERM or SIGINT. Raises NotConfigured."""
    require_owner_url(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("maintenance_started")
    while not stop.is_set():
        _wait(_do_due(stop), stop)
    log.info("maintenance_stopped")


def _wait(seconds: float, stop: threading.Event) -> None:
    """By the wall's clock, so that a machine that slept is not late by as long as it slept."""
    due, latest = time.time() + seconds, time.monotonic() + LONGEST_WAIT_S
    while time.time() < due and time.monotonic() < latest and not stop.wait(min(30.0, max(0.1, due - time.time()))):
        pass


def _do_due(stop: threading.Event) -> float:
    """Start the process that does it; after how many seconds something is due again."""
    with subprocess.Popen(
        die_with_parent_command(command_of(DO_DUE)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as process:
        while process.poll() is None:
            if stop.wait(0.2):
                process.terminate()  # it holds nothing that a restart does not find again
                try:
                    process.wait(STOP_WITHIN_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                return 0.0
        assert process.stdout is not None
        output = process.stdout.read()
    if process.returncode != 0:
        log.error("maintenance_process_failed", status=process.returncode)
        return AGAIN_AFTER_S
    return float(json.loads(output)["next_due_in_s"])


def do_due(settings: Settings) -> float:
    """What `serve` starts: do what is due; after how many seconds something is due again."""
    from ytempire.database.maintenance import runner  # noqa: PLC0415  # brings models, migrations and the doctor

    os.nice(10)  # those who wait for a page or a video go first
    owner_url = require_owner_url(settings)
    try:
        runner.run_due(owner_url)
    except runner.Busy:
        return AGAIN_AFTER_S
    asyncio.run(_relay_facts(owner_url))
    return runner.next_due_in_s(owner_url)


async def _relay_facts(owner_url: str) -> None:
    """Deliver what the worker has not: an alert that says that no worker runs must reach its administrators."""
    from ytempire.outbox.periodic import subscribers_of  # noqa: PLC0415  # as above
    from ytempire.outbox.relay import deliver_pending  # noqa: PLC0415

    engine = connect(owner_url, pool_size=1, application="ytempire-maintenance")
    await deliver_pending(sessions_of(engine, SYSTEM), subscribers_of(registered_domains()))
    await engine.dispose()


def main(mode: str) -> None:
    settings = get_settings()
    if mode == SERVE:
        configure_logs(settings)
        serve(settings)
    else:
        logs.configure(settings.log_level)  # what starts it has warned of old settings
        sys.stdout.write(json.dumps({"next_due_in_s": do_due(settings)}))


if __name__ == "__main__":
    main(sys.argv[1])
