"""`python -m ytempire.openapi --check|--write FILE`: hold the committed API document against the code."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ytempire.app import create_app
from ytempire.settings import Settings


def document() -> str:
    return json.dumps(create_app(Settings()).openapi(), indent=1, sort_keys=True) + "\n"


def main(mode: str, file: Path) -> None:
    if mode == "--write":
        file.write_text(document())
    elif file.read_text() != document():
        sys.exit(f"{file} is not what the code says. Run `make openapi` and review the difference.")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
