"""Whether an engine has a voice, asked before a run is begun: needs no engine and no numpy."""

from __future__ import annotations

from ytempire.studio.voice import espeak_voices, google_voices
from ytempire.studio.voice.kokoro import voices as kokoro_voices


def require_known_voice(engine: str, voice: str) -> None:
    """Raise VoiceUnavailable where `engine` says that it has no `voice`; the services' own are known to them alone."""
    if engine == "espeak":
        espeak_voices.require_voice(voice)
    elif engine == "kokoro":
        kokoro_voices.require_voice(voice)
    elif engine == "google":
        google_voices.require_voice(voice)
