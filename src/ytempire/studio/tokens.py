"""The tokens of a line: what captions display word by word, and what the times of a narration belong to."""

from __future__ import annotations

import re

_SPACES = "\u00a0\u202f"
_TOKEN = re.compile(rf"(?:[«‹][{_SPACES}])?\S+(?:[{_SPACES}][:;?!»›]\S*)*")


def token_places(text: str) -> list[re.Match[str]]:
    """Return where the tokens are: runs without white space. A French mark behind its no-break space is part of one."""
    return list(_TOKEN.finditer(text))


def displayed_tokens(text: str) -> list[str]:
    """Return the tokens of a text in order: "Qui parle ?" has two."""
    return [place.group() for place in token_places(text)]
