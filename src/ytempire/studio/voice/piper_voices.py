"""What a voice file of piper says of itself: needs no engine and no numpy."""

from __future__ import annotations

import json
from pathlib import Path


def piper_config(voice: Path) -> Path:
    """Return the description that lies beside a voice file."""
    return voice.with_name(f"{voice.name}.json")


def piper_language(voice: Path) -> str | None:
    """Return the language that a voice file's description names, of BCP 47, such as "en-US"; None without one."""
    try:
        code = json.loads(piper_config(voice).read_text(encoding="utf-8"))["language"]["code"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return code.replace("_", "-") if isinstance(code, str) else None
