"""What a template changes in the persona of its runs, and which template a name stands for."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ytempire.channels import templates
from ytempire.channels.default_personas import DEFAULT_PERSONA
from ytempire.channels.persona import Persona, VoiceChoice
from ytempire.channels.template_settings import TemplateSettings, VisualSettings, VoiceSettings
from ytempire.channels.templates import TemplateText
from ytempire.kit.database import Sessions
from ytempire.kit.errors import InvalidInput, NotFound

EXPRESSIVE = VoiceChoice(engine="elevenlabs", voice="v1", words_per_minute=150, style=0.4)


def with_voice(voice: VoiceChoice) -> Persona:
    return DEFAULT_PERSONA.model_copy(update={"voice": voice})


def test_apply_to_without_settings_keeps_persona() -> None:
    assert TemplateSettings().apply_to(DEFAULT_PERSONA) == DEFAULT_PERSONA


def test_apply_to_replaces_only_what_is_set() -> None:
    settings = TemplateSettings(
        voice_settings=VoiceSettings(words_per_minute=130), visual_settings=VisualSettings(accent="#112233")
    )
    persona = settings.apply_to(with_voice(EXPRESSIVE))
    assert persona.voice == EXPRESSIVE.model_copy(update={"words_per_minute": 130})
    assert persona.brand == DEFAULT_PERSONA.brand.model_copy(update={"accent": "#112233"})
    assert (persona.name, persona.sign_off) == (DEFAULT_PERSONA.name, DEFAULT_PERSONA.sign_off)


def test_apply_to_other_engine_drops_voice_and_style_of_persona() -> None:
    settings = TemplateSettings(voice_settings=VoiceSettings(engine="kokoro"))
    voice = settings.apply_to(with_voice(EXPRESSIVE)).voice
    assert voice == VoiceChoice(engine="kokoro", voice=None, words_per_minute=150, style=None)


def test_apply_to_style_for_engine_without_style_is_refused() -> None:
    settings = TemplateSettings(voice_settings=VoiceSettings(style=0.5))
    with pytest.raises(InvalidInput, match="the engine espeak has no style"):
        settings.apply_to(with_voice(VoiceChoice(engine="espeak")))


def test_template_text_with_topic_is_accepted() -> None:
    assert TemplateText(title="{topic}: {title}").title == "{topic}: {title}"
    with pytest.raises(ValidationError, match=r"only \{title\}, \{topic\}, "):
        TemplateText(title="{subject}")


class TestFindTemplate:
    async def test_find_template_by_name_prefers_own_over_shared(
        self, sessions: Sessions, admin_sessions: Sessions
    ) -> None:
        async with admin_sessions.begin() as session:
            shared = await templates.create_template(session, "House", TemplateText(), TemplateSettings(), shared=True)
        async with sessions.begin() as session:
            assert (await templates.find_template(session, "HOUSE")).id == shared.id
            own = await templates.create_template(session, "house", TemplateText(), TemplateSettings(), shared=False)
            assert (await templates.find_template(session, "House")).id == own.id
            assert (await templates.find_template(session, str(shared.id))).name == "House"

    async def test_find_template_unknown_name_is_not_found(self, sessions: Sessions) -> None:
        async with sessions.begin() as session:
            with pytest.raises(NotFound, match="There is no template “House”"):
                await templates.find_template(session, "House")
