"""What a template sets beside its text: the videos that it is for, and how they are written, spoken and shown."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, ValidationError, model_validator

from ytempire.channels.persona import (
    Brand,
    EngineName,
    FontFamily,
    HexColour,
    Motif,
    Persona,
    Pitch,
    SpeakingStyle,
    Transition,
    VoiceChoice,
    VoiceId,
    WordsPerMinute,
    require_engine_with_style,
)
from ytempire.kit.errors import InvalidInput
from ytempire.kit.text import PROSE, Name

SHORTEST_S, LONGEST_S = 10, 900  # of any video that can be ordered
LONGEST_SCRIPT_TEMPLATE = 2_000

Rate = Annotated[Decimal, Field(ge=0, le=1, max_digits=4, decimal_places=3), PlainSerializer(float, return_type=float)]
Label = Annotated[Name, Field(max_length=100)]


class _Overrides(BaseModel):
    """What is null stays as the persona has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def changes(self) -> dict[str, object]:
        """Return what is set, as JSON has it."""
        return self.model_dump(mode="json", exclude_none=True)


class VoiceSettings(_Overrides):
    engine: EngineName | None = None
    voice: VoiceId | None = Field(default=None, description="the engine's own name for a voice")
    words_per_minute: WordsPerMinute | None = None
    pitch: Pitch | None = None
    style: SpeakingStyle | None = None

    @model_validator(mode="after")
    def _require_engine_with_style(self) -> Self:
        if self.engine is not None:
            require_engine_with_style(self.engine, self.style)
        return self


class VisualSettings(_Overrides):
    accent: Annotated[str, HexColour] | None = None
    family: FontFamily | None = None
    motif: Motif | None = None
    transitions: tuple[Transition, Transition] | None = None


class TemplateSettings(BaseModel):
    """`niche` and `style` say where a template belongs; the targets are what its videos are to reach."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    niche: Label | None = None
    style: Label | None = Field(default=None, description="of the videos, e.g. explainer")
    seconds: int | None = Field(
        default=None, ge=SHORTEST_S, le=LONGEST_S, description="the length of a video that is ordered without one"
    )
    retention_target: Rate | None = Field(default=None, description="share of a video that is watched, 0 to 1")
    engagement_target: Rate | None = Field(default=None, description="likes, comments and shares for each view, 0 to 1")
    script_template: str | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST_SCRIPT_TEMPLATE,
        pattern=PROSE,
        description="how the script is to be built, for the language model; the extractive writer cannot follow it",
    )
    voice_settings: VoiceSettings | None = Field(default=None, description="in place of the persona's")
    visual_settings: VisualSettings | None = Field(default=None, description="in place of the persona's brand")

    def apply_to(self, persona: Persona) -> Persona:
        """Return the persona with what this sets in its place. Raises InvalidInput where they do not fit together."""
        return persona.model_copy(
            update={"voice": self._applied_voice(persona), "brand": self._applied_brand(persona.brand)}
        )

    def _applied_voice(self, persona: Persona) -> VoiceChoice:
        settings, voice = self.voice_settings, persona.voice
        if settings is None:
            return voice
        kept = voice.model_dump(mode="json")
        if settings.engine not in {None, voice.engine}:
            kept |= {"voice": None, "style": None}  # both are the other engine's own
        try:
            return VoiceChoice.model_validate(kept | settings.changes())
        except ValidationError as error:
            reason = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
            raise InvalidInput(
                f"The template's voice settings do not fit the persona “{persona.name}”: {reason}.",
                hint="Set an engine in the voice settings of the template too.",
            ) from error

    def _applied_brand(self, brand: Brand) -> Brand:
        if self.visual_settings is None:
            return brand
        return Brand.model_validate(brand.model_dump(mode="json") | self.visual_settings.changes())
