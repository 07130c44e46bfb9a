"""What a channel sounds and looks like: frozen values that production reads, without any row behind them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ytempire.kit.text import Name

Motif = Literal["orbits", "waves", "grid", "contours", "particles"]
Transition = Literal["fade", "smoothleft", "smoothup", "wipeleft", "circleopen", "dissolve"]
FontFamily = Literal["Inter", "Newsreader", "Space Grotesk"]
EngineName = Literal["elevenlabs", "espeak", "google", "kokoro", "openai", "piper"]
ENGINES_WITH_STYLE = ("elevenlabs",)
HexColour = Field(pattern=r"^#[0-9a-fA-F]{6}$")
VoiceId = Annotated[Name, Field(max_length=100)]
WordsPerMinute = Annotated[int, Field(ge=120, le=200)]
Pitch = Annotated[int, Field(ge=0, le=99)]
SpeakingStyle = Annotated[float, Field(ge=0, le=1)]  # how expressive, where the engine has that


def require_engine_with_style(engine: EngineName, style: float | None) -> None:
    """Raise ValueError for a style of an engine that has none."""
    if style is not None and engine not in ENGINES_WITH_STYLE:
        raise ValueError(f"the engine {engine} has no style; {' and '.join(ENGINES_WITH_STYLE)} has one")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Brand(_Frozen):
    """Colours, type and motion of a channel. One accent, two quiet companions (LOOK: contrast >= 4.5:1)."""

    accent: str = HexColour
    companions: tuple[Annotated[str, HexColour], Annotated[str, HexColour]]
    background: str = HexColour
    text: str = HexColour
    family: FontFamily = Field(description="a font family that ships with the project")
    motif: Motif
    transitions: tuple[Transition, Transition]


class VoiceChoice(_Frozen):
    """Which engine speaks and how. `voice` is the engine's own name for a voice."""

    engine: EngineName = "kokoro"
    voice: VoiceId | None = None
    words_per_minute: WordsPerMinute = 158
    pitch: Pitch = 42
    style: SpeakingStyle | None = Field(
        default=None, description="how expressive, 0 to 1, for the engine elevenlabs; null: as the voice is"
    )

    @model_validator(mode="after")
    def _require_engine_with_style(self) -> Self:
        require_engine_with_style(self.engine, self.style)
        return self


class Persona(_Frozen):
    name: Annotated[Name, Field(max_length=100)]
    brand: Brand
    voice: VoiceChoice
    sign_off: Annotated[Name, Field(max_length=200)] = Field(
        description="the spoken closing words of every video, e.g. the channel's own"
    )
