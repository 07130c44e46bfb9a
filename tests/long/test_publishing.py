"""`ytempire publish` of an installation that runs: a video is live once, though its worker was killed on the way."""

from __future__ import annotations

import json
import os
import signal
import time

import httpx
import pytest

from tests.long.conftest import Installation
from tests.publishing.publisher import MIB, SRT, picture
from tests.sandbox.conftest import video
from ytempire.kit.storage import ObjectStore

pytestmark = pytest.mark.long


def finished_video(
    installation: Installation,
    title: str = "Why the night is dark",
    *,
    channel: str = "Clear Signal",
    size: int = 40 * MIB,
) -> str:
    """As production leaves one behind; rendering takes a minute."""
    [(channel_id,)] = installation.query("SELECT id FROM core.channels WHERE name = %s", channel)
    [(video_id,)] = installation.query(
        "INSERT INTO core.videos (channel_id, status, title, format, duration_seconds)"
        " VALUES (%s, 'ready', %s, '16:9', 95) RETURNING id",
        channel_id,
        title,
    )
    [(run_id,)] = installation.query(
        "INSERT INTO core.runs (channel_id, video_id, status, completed_at, request, requested_by)"
        " SELECT c.id, %s, 'completed', now(), '{}', c.owner_id FROM core.channels c WHERE c.id = %s RETURNING id",
        video_id,
        channel_id,
    )
    store = ObjectStore(installation.home.objects)
    for name, content in {"video.mp4": video(size), "thumbnail-1.jpg": picture(), "captions.srt": SRT}.items():
        kept = store.put_bytes(content)
        installation.query(
            "INSERT INTO core.run_artifacts (run_id, name, step, sha256, size_bytes, media_type)"
            " VALUES (%s, %s, 'render', %s, %s, 'x/y') RETURNING name",
            run_id,
            name,
            kept.sha256,
            kept.size_bytes,
        )
    return str(video_id)


def test_publish_with_worker_killed_is_live_once(installation: Installation) -> None:
    installation.run("up", "--detach", "--no-demo")
    sandbox = installation.json("status")["sandbox"].rstrip("/")
    installation.json("channels", "connect", "Clear Signal")
    video_id = finished_video(installation)
    slow = {"operation": "upload.chunk", "kind": "slow", "seconds": 1, "remaining": 3}
    httpx.post(f"{sandbox}/sandbox/faults", json=slow, trust_env=False).raise_for_status()
    publishing = installation.start("publish", video_id, "--privacy", "unlisted", "--json")
    deadline = time.monotonic() + 60
    while not installation.query("SELECT 1 FROM core.publications WHERE bytes_sent > 0"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    worker = installation.pid("worker")
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    told, complaint = publishing.communicate(timeout=600)
    assert publishing.returncode == 0, complaint
    said = json.loads(told)
    assert (said["status"], said["youtube_privacy"], said["is_sandbox"]) == ("live", "unlisted", True)
    assert (said["thumbnail_status"], said["captions_status"]) == ("done", "done")
    state = httpx.get(f"{sandbox}/sandbox/state", trust_env=False).json()
    assert [one["id"] for one in state["videos"]] == [said["youtube_video_id"]]
    again = installation.json("publish", video_id)
    assert again["id"] == said["id"]
