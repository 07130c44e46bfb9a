"""The engine that a persona asks for."""

from __future__ import annotations

from ytempire.channels.persona import VoiceChoice
from ytempire.costs.service import Gate
from ytempire.production.voice.engine import VoiceEngine
from ytempire.production.voice.espeak import EspeakVoice
from ytempire.settings import Speech


def engine_for(choice: VoiceChoice, settings: Speech, gate: Gate) -> VoiceEngine:
    return EspeakVoice(choice.voice, pitch=choice.pitch)
