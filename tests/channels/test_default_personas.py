"""The personas that ship are usable, and differ so that nobody takes one for another."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import pytest
from pydantic import ValidationError

from ytempire.channels.default_personas import PERSONAS, personas_with
from ytempire.channels.persona import Brand, FontFamily
from ytempire.studio.visuals.typefaces import families, family


@pytest.mark.parametrize("name", PERSONAS)
def test_default_persona_font_is_bundled(name: str) -> None:
    assert family(PERSONAS[name].brand.family)


@pytest.mark.parametrize(("one", "other"), list(combinations(PERSONAS.values(), 2)))
def test_default_personas_differ_in_every_visible_and_audible_part(one: object, other: object) -> None:
    first, second = one.brand, other.brand  # type: ignore[attr-defined]
    for part in ("accent", "background", "family", "motif", "transitions"):
        assert getattr(first, part) != getattr(second, part)
    assert one.voice.voice != other.voice.voice  # type: ignore[attr-defined]


def test_personas_with_other_engine_have_its_default_voice() -> None:
    for persona in personas_with("espeak"):
        assert (persona.voice.engine, persona.voice.voice) == ("espeak", None)
        assert persona.voice.words_per_minute == PERSONAS[persona.name].voice.words_per_minute
    assert personas_with("kokoro") == list(PERSONAS.values())


def test_brand_with_invalid_colour_is_refused() -> None:
    good = PERSONAS["Clear Signal"].brand.model_dump()
    with pytest.raises(ValidationError):
        Brand.model_validate({**good, "accent": "blue"})
    with pytest.raises(ValidationError):
        Brand.model_validate({**good, "companions": ("#12345", "#123456")})


def test_brand_font_choices_equal_bundled_fonts() -> None:
    assert set(get_args(FontFamily)) == set(families())
