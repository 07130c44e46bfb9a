"""Names of Google's voices, such as en-US-Neural2-D: needs no engine and no numpy."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ytempire.studio.voice.errors import VoiceUnavailable

_NAME = re.compile(r"([a-z]{2,3}-(?:[A-Z]{2}|419))-(Chirp3-HD|Chirp-HD|[A-Za-z0-9]+)-.+")


@dataclass(frozen=True)
class VoiceName:
    """What a name says. Voices of one family are made alike and have one price."""

    language: str
    family: str


def require_voice(name: str) -> VoiceName:
    """Return what a name says. Raises VoiceUnavailable for what is no name of a voice."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise VoiceUnavailable(
            f"“{name}” is no voice of Google.",
            hint="Its voices are named like en-US-Neural2-D or en-GB-Chirp3-HD-Kore.",
        )
    return VoiceName(*match.groups())


def family_of(name: str) -> str:
    """Return the family of a voice; empty where the name says none."""
    match = _NAME.fullmatch(name)
    return match[2] if match else ""
