"""`ytempire ingest` as a command: a file, what is said of it, and the lines that could not go in."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import psycopg

from tests import forked_process
from tests.cli.test_maintenance import environment
from tests.conftest import Database
from tests.ingest.factories import event, filled, hours_ago, make_measured, ndjson
from ytempire.kit.database import Sessions, conninfo
from ytempire.runtime.home import Home


def ytempire(database: Database, home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    return forked_process.ytempire("ingest", *arguments, environment=environment(database, home))


async def test_ingest_metrics_file_reports_counts_quarantine_and_sums(
    database: Database, server_home: Home, sessions: Sessions, tmp_path: Path
) -> None:
    ann = await make_measured(sessions, "ann")
    channel, video = ann.pairs[0]
    file = tmp_path / "november.ndjson.gz"
    events = [event(channel, video, hours_ago(number), views=2) for number in range(1, 1201)]
    file.write_bytes(gzip.compress(ndjson(*events, events[0]) + b'\n{"views": [1\n'))

    done = ytempire(database, server_home, "metrics", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("✓ 1,202 events in ")
    assert "  1,200 new, 1 superseded in the file\n  1 in quarantine. See the reasons:" in done.stdout
    again = json.loads(ytempire(database, server_home, "metrics", str(file), "--json").stdout)
    assert (again["inserted"], again["unchanged"], again["rejected"]) == (0, 1200, 1)

    listed = ytempire(database, server_home, "quarantine", "list")
    assert '{"views": [1' in listed.stdout
    assert "views is a list; write a whole number" in listed.stdout
    assert ytempire(database, server_home, "quarantine", "retry").stdout == (
        "0 of 2 lines were ingested; 2 stay in quarantine\n"
    )
    refused = ytempire(database, server_home, "quarantine", "delete")
    assert (refused.returncode, "Give the ids of lines, or --all." in refused.stderr) == (2, True)
    assert ytempire(database, server_home, "quarantine", "delete", "--all").stdout == "2 lines deleted\n"

    checked = ytempire(database, server_home, "check")
    assert (checked.returncode, checked.stdout.endswith("all rollups equal a recount\n")) == (0, True)
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute("UPDATE analytics.video_hourly SET views = views + 1 WHERE hour > now() - interval '3 hours'")
    checked = ytempire(database, server_home, "check")
    assert (checked.returncode, "rows differ, in total by views +" in checked.stdout) == (1, True)
    assert ytempire(database, server_home, "rebuild").returncode == 0
    assert json.loads(ytempire(database, server_home, "check", "--json").stdout)["differences"] == []


def test_ingest_metrics_damaged_or_missing_file_exits_with_2(
    database: Database, server_home: Home, tmp_path: Path
) -> None:
    file = tmp_path / "broken.gz"
    file.write_bytes(gzip.compress(b"{}\n" * 10_000)[:-20])
    done = ytempire(database, server_home, "metrics", str(file))
    assert done.returncode == 2
    assert "is damaged: " in done.stderr
    assert "nothing counts twice" in done.stderr
    assert ytempire(database, server_home, "metrics", str(tmp_path / "none")).returncode == 2


async def test_ingest_metrics_without_accepted_events_exits_with_1(
    database: Database, server_home: Home, sessions: Sessions, tmp_path: Path
) -> None:
    ann = await make_measured(sessions, "ann")
    file = tmp_path / "events.ndjson"

    file.write_bytes(filled("31-text-counts.ndjson", *ann.pairs[0]))
    none = ytempire(database, server_home, "metrics", str(file))
    assert (none.returncode, "✓" in none.stdout, "All 2 events were rejected" in none.stdout) == (1, False, True)
    listed = json.loads(ytempire(database, server_home, "quarantine", "list", "--json").stdout)
    assert {line["line"]: line["reason"] for line in listed["lines"]} == {
        1: 'views is text; write the number without quotes, as in "views": 12',
        2: "likes is null; write a whole number, or leave it out where there is none",
    }

    file.write_bytes(b"\n\n")
    empty = ytempire(database, server_home, "metrics", str(file))
    assert (empty.returncode, empty.stdout) == (1, "✗ events.ndjson has no events\n")
    assert ytempire(database, server_home, "metrics", str(file), "--json").returncode == 1

    file.write_bytes(filled("30-array.json", *ann.pairs[0]))
    array = ytempire(database, server_home, "metrics", str(file))
    assert (array.returncode, array.stdout, "write one object a line" in array.stderr) == (2, "", True)
