from __future__ import annotations

import pytest

from tests.production.script.framed_sources import PROSE, frame_of, make_source

TEMPLATE = "Now you know about the lighthouse."


@pytest.mark.parametrize(
    ("sentence", "close"),
    [
        ("The lighthouse needs its keeper.", "The lighthouse needs its keeper."),
        (
            "The lighthouse needs a keeper, which nobody wanted to be in those years.",
            "The lighthouse needs a keeper.",
        ),
        ("The lighthouse is a stone tower that warns the boats.", TEMPLATE),
        ("We know that the lighthouse saved boats.", "The lighthouse saved boats."),
        ("The lighthouse, a tower of stone, guides boats.", "The lighthouse guides boats."),
        ("It is important to clean the lighthouse lamp.", "Clean the lighthouse lamp."),
        ("The lighthouse had 14 keepers.", TEMPLATE),
        ("They left it.", TEMPLATE),
        ("The lighthouse needs a keeper, but only in winter.", TEMPLATE),
        ("The lighthouse shows the way to boats in the west of the bay.", TEMPLATE),
    ],
)
def test_choose_close_is_a_short_form_about_the_subject(sentence: str, close: str) -> None:
    assert frame_of(make_source("The lighthouse", f"{PROSE} {sentence}"))[1] == close


def test_choose_close_heading_that_says_something_is_the_takeaway() -> None:
    source = make_source("The lighthouse", PROSE, headings=("A Lighthouse Needs Its Keeper",))
    assert frame_of(source)[1] == "A lighthouse needs its keeper."


def test_choose_close_never_repeats_the_hook() -> None:
    hook, close = frame_of(make_source("The lighthouse", f"{PROSE} Nobody wound the lighthouse lamp twice."))
    assert hook == "Nobody wound the lighthouse lamp twice."
    assert close == TEMPLATE
