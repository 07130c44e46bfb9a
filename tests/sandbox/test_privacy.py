"""What the sandbox keeps is nobody else's to read: tokens, video files, pictures."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.sandbox.conftest import ApiClient, SandboxServer
from tests.sandbox.test_other_resources import media, picture


def modes(folder: Path) -> set[tuple[str, int]]:
    """Of all that lies in it, folders and files."""
    found = [folder, *folder.rglob("*")]
    return {("folder" if one.is_dir() else "file", stat.S_IMODE(one.stat().st_mode)) for one in found}


def test_folders_and_files_are_private_to_owner(sandbox_server: SandboxServer, api_client: ApiClient) -> None:
    made = api_client.upload()
    api_client.youtube.thumbnails().set(videoId=made["id"], media_body=media(picture(), "image/jpeg")).execute()
    assert len(list(sandbox_server.folder.rglob("*"))) > 5
    assert modes(sandbox_server.folder) == {("folder", 0o700), ("file", 0o600)}


def test_files_of_earlier_version_become_private_at_start(sandbox_server: SandboxServer, api_client: ApiClient) -> None:
    api_client.upload()
    sandbox_server.stop()
    for path in sandbox_server.folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    sandbox_server.start()
    assert modes(sandbox_server.folder) == {("folder", 0o700), ("file", 0o600)}
