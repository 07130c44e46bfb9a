from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.production.source_samples import FILLER, fault, page, read, texts
from ytempire.production.source.text_cleanup import spaced, tidy, without_terminal_orders

FAMILY, FLAG, WALES = "👨\u200d👩\u200d👧", "🇩🇪", "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"


def test_source_text_has_no_control_characters() -> None:
    source = fault("19-controls.txt")
    assert source.title == "How a pilot works"
    assert source.blocks[1].text.startswith("A radio watch listens all night.")
    assert not any(unicodedata.category(sign).startswith("C") for block in source.blocks for sign in block.text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("The \x1b[1;31mold\x1b[0m lamp\x07 burns.", "The old lamp burns."),
        ("\x1b]0;title\x07The o\x08ol\x08ld\x08d _\x08l_\x08a_\x08m_\x08p burns.", "The old lamp burns."),
        ("The \u202eold\u202c \u2066lamp\u2069 bu\u00adr\u200bns\ufeff\u2060.", "The old lamp burns."),
        ("The old\u2028lamp\u2029bur\x85ns.", "The old lamp bur ns."),
        ("The old\U000e0041\U000e0042 lamp \x9bburns\x7f.", "The old lamp burns."),
        ("The old la\u200dmp bu\u200crns.", "The old lamp burns."),
        ("The old &amp;amp; dim lamp &lt; 3&nbsp;m burns&amp;hellip;", "The old & dim lamp < 3 m burns…"),
        ("The &#8220;old&#x201d; lamp at 12\u202f000&#160;lux burns.", "The “old” lamp at 12,000 lux burns."),
        ("A ﬁne lamp\u200e burns .", "A fine lamp burns."),
    ],
)
def test_tidy_removes_invisible_characters(text: str, right: str) -> None:
    assert spaced(tidy(without_terminal_orders(text)), "en") == right


@pytest.mark.parametrize(
    ("language", "text", "right"),
    [
        (
            "fr",
            "Pourquoi ? Il dit : « non » ; 12&#8239;000 fois.",
            "Pourquoi\u00a0? Il dit\u00a0: «\u00a0non\u00a0»\u00a0; 12\u202f000 fois.",
        ),
        ("es", "¿Por qué ? Dijo: « no »; 12&nbsp;000 veces.", "¿Por qué? Dijo: « no »; 12\u202f000 veces."),
        ("en", "Why ? He said: « no » ; 12&nbsp;000 times.", "Why? He said: « no »; 12,000 times."),
    ],
)
def test_spaced_text_has_spaces_of_its_language(language: str, text: str, right: str) -> None:
    assert spaced(tidy(text), language) == right


@pytest.mark.parametrize("joined", [FAMILY, FLAG, WALES, "👍🏽", "❤\ufe0f", "می\u200cخواهم", "क्\u200dष"])
def test_tidy_keeps_joined_characters(joined: str) -> None:
    assert tidy(f"It is {joined} here") == f"It is {joined} here"
    assert read(f"# Lamps {joined}").title == f"Lamps {joined}"


def test_html_entities_of_control_characters_are_removed() -> None:
    assert texts(page("<p>The&#8; old&#x1b;[0m lamp&#127;.</p>")) == ["The old[0m lamp."]


def test_text_with_terminal_colours_is_not_binary() -> None:
    assert (
        texts(read("\x1b[1mA\x1b[0m \x1b[2mlamp\x1b[0m burns.\n\n" + f"\x1b[3m{FILLER}\x1b[0m"))[0] == "A lamp burns."
    )


@given(st.text(max_size=200))
def test_tidy_any_text_has_no_control_characters(text: str) -> None:
    clean = tidy(text)
    assert not any(unicodedata.category(sign) == "Cc" for sign in clean)
    assert clean == clean.strip()
