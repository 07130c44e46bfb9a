"""Why a voice cannot speak."""

from __future__ import annotations

from ytempire.kit.errors import InvalidInput


class VoiceUnavailable(InvalidInput):
    """The chosen engine or voice is not there; the hint says how to get it."""

    code = "voice_unavailable"


class VoiceNotInstalled(VoiceUnavailable):
    """What ships with the project is not on this machine, or is damaged: another voice may speak instead."""
