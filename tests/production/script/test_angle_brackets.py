from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.production.source_samples import fault, usable
from ytempire.production.script.angle_brackets import without_angles
from ytempire.production.script.metadata import described, title_for
from ytempire.production.script.sentences import sentences_of


def test_comparison_is_kept_in_script_and_worded_in_metadata() -> None:
    source = fault("01-compare-in-prose.md")
    sentence = "The valve closes when the pressure is < 3 bar and the flow is > 9 liters."
    assert sentence in usable(source)
    assert sentences_of(source)[0].lines == (sentence,)
    assert title_for(source) == "Keep pressure less than 3 bar and flow more than 9"
    assert described(sentence, "en", attribution=None, licence=None) == (
        "The valve closes when the pressure is less than 3 bar and the flow is more than 9 liters."
    )


def test_title_for_has_no_lone_number_or_entity() -> None:
    assert title_for(fault("20-title.md")) == "I ♥ harbors & boats"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("x<5 and y>3", "x less than 5 and y more than 3"),
        ("Why A < B and C > D", "Why A less than B and C more than D"),
        ("groups of <3 people, >90% full", "groups of less than 3 people, more than 90% full"),
        ("n <= 4 and m >= 5", "n at most 4 and m at least 5"),
        ("List<String> and Map<String, List<Integer>>", "List‹String› and Map‹String, List‹Integer››"),
        ("from a -> b => c <-> d", "from a → b → c ↔ d"),
        ("Home > Tools > Saws", "Home › Tools › Saws"),
        ("Cats <3", "Cats ♥"),
        ("By Jo <jo@example.org>", "By Jo jo@example.org"),
        ("<b>Old</b> lamps", "Old lamps"),
        (">9000 lamps", "more than 9000 lamps"),
        ("<b and c> d", "less than b and c more than d"),
        ("one line\n\na < b\nanother", "one line\n\na less than b\nanother"),
        ("no signs  at all", "no signs  at all"),
    ],
)
def test_without_angles_replaces_comparisons_and_arrows(text: str, right: str) -> None:
    assert without_angles(text) == right


@given(st.text(alphabet="ab<>-= 3\n,/", max_size=60))
def test_without_angles_leaves_no_angle_bracket(text: str) -> None:
    assert not set(without_angles(text)) & set("<>")
