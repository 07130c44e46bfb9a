"""What the sandbox keeps is nobody else's to read: tokens, films, pictures."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.sandbox.conftest import Person, Served
from tests.sandbox.test_beside_videos import media, picture


def modes(folder: Path) -> set[tuple[str, int]]:
    """Of all that lies in it, folders and files."""
    found = [folder, *folder.rglob("*")]
    return {("folder" if one.is_dir() else "file", stat.S_IMODE(one.stat().st_mode)) for one in found}


def test_folders_and_files_are_the_owners_alone(served: Served, person: Person) -> None:
    made = person.upload()
    person.youtube.thumbnails().set(videoId=made["id"], media_body=media(picture(), "image/jpeg")).execute()
    assert len(list(served.folder.rglob("*"))) > 5
    assert modes(served.folder) == {("folder", 0o700), ("file", 0o600)}


def test_what_an_earlier_version_left_open_is_closed(served: Served, person: Person) -> None:
    person.upload()
    served.stop()
    for path in served.folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    served.start()
    assert modes(served.folder) == {("folder", 0o700), ("file", 0o600)}
