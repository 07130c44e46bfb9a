"""Folders that a command writes into, looked at before the work begins."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from ytempire.kit.errors import InvalidInput


def require_writable(folder: Path) -> None:
    """Raise InvalidInput unless a file can be created in `folder`, which may not exist yet. Leaves nothing behind."""
    try:
        nearest = folder.absolute()
        while not nearest.exists():
            nearest = nearest.parent
        if not nearest.is_dir():
            raise InvalidInput(
                f"The output folder {folder} cannot be created: {nearest} is a file.", hint="Choose another with --out."
            )
        probe = nearest / f".ytempire-{uuid4().hex}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InvalidInput(
            f"The output folder {folder} cannot be written: {(error.strerror or str(error)).lower()}.",
            hint="Choose another with --out.",
        ) from error
