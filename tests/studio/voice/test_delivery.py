"""How lines are said."""

from __future__ import annotations

from ytempire.studio.script_document import Line
from ytempire.studio.voice.delivery import LONG, OF_ROLE, OPENING, PLAIN, QUESTION, WEIGHTY, deliveries

LONG_SENTENCE = "The old road runs along the river, past the mill and the inn, and ends at a small harbour by the sea."


def test_deliveries_of_each_kind_of_line() -> None:
    lines = [
        Line(text="Why is the sea salty?", role="hook", section=-1),
        Line(text="Rivers bring the salt.", role="body", section=0),
        Line(text="Rain wears down stone.", role="body", section=0),
        Line(text=LONG_SENTENCE, role="body", section=0),
        Line(text="A litre holds 35 grams.", role="body", section=0),
        Line(text="Where does it stay?", role="body", section=0),
        Line(text="The beds of old seas hold it.", role="body", section=1),
        Line(text="Salt stays, water leaves.", role="close", section=-1),
        Line(text="This was Clear Signal.", role="sign_off", section=-1),
    ]
    expected = [
        OF_ROLE["hook"], OPENING, PLAIN, LONG, WEIGHTY, QUESTION, OPENING, OF_ROLE["close"], OF_ROLE["sign_off"],
    ]  # fmt: skip
    assert deliveries(lines, "en") == expected


def test_deliveries_by_striking_words_of_the_language() -> None:
    lines = [
        Line(text=text, role="body", section=0) for text in ("Uno.", "Es el mejor de la costa.", "Es de la costa.")
    ]
    assert deliveries(lines, "es")[1:] == [WEIGHTY, PLAIN]
    assert deliveries(lines, "ja")[1:] == [PLAIN, PLAIN]
