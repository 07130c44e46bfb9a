"""Personas that ship with the project: three channels that nobody would take for one another."""

from __future__ import annotations

from ytempire.channels.persona import Brand, Persona, VoiceChoice
from ytempire.settings import DefaultEngine

PERSONAS: dict[str, Persona] = {
    persona.name: persona
    for persona in (
        Persona(
            name="Clear Signal",
            brand=Brand(
                accent="#FFB454",
                companions=("#5CC8FF", "#8E9BFF"),
                background="#0D1424",
                text="#F4F6FB",
                family="Inter",
                motif="orbits",
                transitions=("fade", "smoothleft"),
            ),
            voice=VoiceChoice(voice="af_heart", words_per_minute=158, pitch=42),
            sign_off="This was Clear Signal.",
        ),
        Persona(
            name="The Long View",
            brand=Brand(
                accent="#E4573D",
                companions=("#2F6B5E", "#B98A2E"),
                background="#F5F0E6",
                text="#1E2420",
                family="Newsreader",
                motif="contours",
                transitions=("dissolve", "smoothup"),
            ),
            voice=VoiceChoice(voice="bm_george", words_per_minute=146, pitch=36),
            sign_off="Thank you for taking the long view.",
        ),
        Persona(
            name="Field Notes",
            brand=Brand(
                accent="#7CE0B8",
                companions=("#4FB3BF", "#6FA8FF"),
                background="#10201C",
                text="#EFF7F2",
                family="Space Grotesk",
                motif="grid",
                transitions=("wipeleft", "fade"),
            ),
            voice=VoiceChoice(voice="bf_emma", words_per_minute=163, pitch=48),
            sign_off="End of the field notes.",
        ),
    )
}

DEFAULT_PERSONA = PERSONAS["Clear Signal"]


def personas_with(engine: DefaultEngine) -> list[Persona]:
    """Return the personas as they begin where `engine` speaks by default."""
    if engine == DEFAULT_PERSONA.voice.engine:
        return list(PERSONAS.values())
    return [
        persona.model_copy(update={"voice": persona.voice.model_copy(update={"engine": engine, "voice": None})})
        for persona in PERSONAS.values()
    ]
