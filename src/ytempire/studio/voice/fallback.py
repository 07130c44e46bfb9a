"""The voice that speaks where the one that ships is not on this machine: said wherever the narration is shown."""

from __future__ import annotations

from pathlib import Path

from ytempire.channels.persona import VoiceChoice
from ytempire.kit.logs import get_logger
from ytempire.studio.script_document import Script
from ytempire.studio.voice.document import Narration
from ytempire.studio.voice.engine import VoiceEngine
from ytempire.studio.voice.errors import VoiceNotInstalled
from ytempire.studio.voice.espeak import EspeakVoice
from ytempire.studio.voice.espeak_voices import DEFAULT_VOICES
from ytempire.studio.voice.narration import narrate

log = get_logger(__name__)


async def narrate_or_fall_back(script: Script, *, choice: VoiceChoice, engine: VoiceEngine, out_wav: Path) -> Narration:
    """Narrate with the chosen engine, or with espeak-ng where what ships of that is missing or damaged.

    The narration's `fallback` says why. What the operator has to set up, such as a key or a file of theirs, raises.
    """
    rate = choice.words_per_minute
    try:
        return await narrate(script, words_per_minute=rate, engine=engine, out_wav=out_wav)
    except VoiceNotInstalled as error:
        log.warning("voice_fallback", engine=engine.name, voice=engine.voice, reason=error.message)
        reason = f"{engine.name} {engine.voice} could not speak. {error.message} {error.hint}"
        espeak = EspeakVoice(DEFAULT_VOICES.get(script.language), pitch=choice.pitch)
        narration = await narrate(script, words_per_minute=rate, engine=espeak, out_wav=out_wav)
        return narration.model_copy(update={"fallback": reason})
