"""`ytempire voices`: what a speech service offers, and a channel's own key, which is never shown."""

from __future__ import annotations

import json
import os
import subprocess

import psycopg

from tests.conftest import Database
from tests.forked_process import ytempire
from tests.studio.voice.speech_server import KEY, speech_server
from ytempire.kit.database import conninfo
from ytempire.runtime.home import Home


def voices(
    database: Database, home: Home, *arguments: str, given: str = "", **changed: str
) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "YTEMPIRE_HOME": str(home.root),
        "YTEMPIRE_DATABASE__URL": database.app_url,
        "YTEMPIRE_DATABASE__OWNER_URL": database.owner_url,
        "YTEMPIRE_DATABASE__WORKER_URL": database.worker_url,
        "YTEMPIRE_CACHE__URL": "redis://localhost:1/0",  # no command of ours asks the cache here
        **changed,
    }
    return ytempire("voices", *arguments, environment=environment, given=given)


def first_channel(database: Database) -> str:
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        row = owner.execute("SELECT name FROM core.channels ORDER BY id LIMIT 1").fetchone()
    assert row is not None
    return str(row[0])


def test_voices_are_listed_with_the_key_of_the_channel_and_their_price(database: Database, server_home: Home) -> None:
    channel = first_channel(database)
    stored = voices(database, server_home, "set-key", channel, "elevenlabs", given=f"{KEY}\n")
    assert (stored.returncode, stored.stderr) == (0, "")
    assert KEY not in stored.stdout
    with speech_server() as server:
        address = {"YTEMPIRE_SPEECH__ELEVENLABS_BASE_URL": server.url}
        listed = voices(database, server_home, "list-offered", "elevenlabs", "--channel", channel, "--json", **address)
        without = voices(database, server_home, "list-offered", "elevenlabs", **address)
    assert json.loads(listed.stdout)["items"][1] == {
        "id": "v2",
        "name": "Bea",
        "kind": "cloned",
        "language": "",
        "usd_per_million_characters": "100",
    }
    assert without.returncode == 2
    assert "YTEMPIRE_SPEECH__ELEVENLABS_API_KEY" in without.stderr
    assert voices(database, server_home, "delete-key", channel, "elevenlabs").returncode == 0
    again = voices(database, server_home, "delete-key", channel, "elevenlabs")
    assert (again.returncode, "no elevenlabs credential" in again.stderr) == (1, True)


def test_unknown_service_and_empty_key_are_refused(database: Database, server_home: Home) -> None:
    channel = first_channel(database)
    unknown = voices(database, server_home, "set-key", channel, "azure", given=KEY)
    assert (unknown.returncode, "openai, elevenlabs, google" in unknown.stderr) == (2, True)
    empty = voices(database, server_home, "set-key", channel, "google", given="\n")
    assert (empty.returncode, "This is no key" in empty.stderr) == (2, True)


def test_consent_is_recorded_listed_and_revoked(database: Database, server_home: Home) -> None:
    channel = first_channel(database)
    given = ("--speaker", "Ada", "--how", "a letter", "--on", "2026-11-01")
    recorded = voices(database, server_home, "record-consent", channel, "v2", *given, "--json")
    consent = json.loads(recorded.stdout)
    assert (consent["provider"], consent["speaker"], consent["revoked_at"]) == ("elevenlabs", "Ada", None)
    again = voices(database, server_home, "record-consent", channel, "v2", *given)
    assert (again.returncode, "is recorded already" in again.stderr) == (1, True)
    revoked = voices(database, server_home, "revoke-consent", channel, consent["id"])
    assert revoked.stdout == "The consent of Ada for the voice “v2” is revoked.\n"
    listed = voices(database, server_home, "list-consents", channel)
    assert "a letter" in listed.stdout
    wrong = voices(database, server_home, "record-consent", channel, "v3", *given[:-1], "soon")
    assert (wrong.returncode, "Given on" in wrong.stderr) == (2, True)
