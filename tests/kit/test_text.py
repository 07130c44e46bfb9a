"""Names of one line that somebody can see."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from ytempire.kit.text import MultiLineText, Name, SingleLineText

NAME, WORDS, PROSE = TypeAdapter(Name), TypeAdapter(SingleLineText), TypeAdapter(MultiLineText)


@pytest.mark.parametrize(
    "unseen", ["", " ", "\x1f\x1f\x1f", "\u00a0", "\u200b", "\u2028", "\x85", "a\nb", "a\x00b", "\x7f"]
)
def test_name_without_visible_character_or_multiline_is_refused(unseen: str) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(unseen)


@pytest.mark.parametrize("name", ["robot", "ロボット", "🤖", "a", "Zoë's key", "مفتاح"])
def test_name_in_any_language_is_accepted_and_stripped(name: str) -> None:
    assert NAME.validate_python(f"  {name}\u00a0") == name


def test_words_may_be_empty_and_prose_may_have_lines() -> None:
    assert WORDS.validate_python("  ") == ""
    assert PROSE.validate_python("one\n\ttwo\n") == "one\n\ttwo"
    for adapter in (WORDS, PROSE):
        with pytest.raises(ValidationError):
            adapter.validate_python("a\x00b")
    with pytest.raises(ValidationError):
        WORDS.validate_python("one\ntwo")
