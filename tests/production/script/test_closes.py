from __future__ import annotations

from collections import Counter

import pytest

from tests.production.script.framed_sources import PROSE, frame_of, judge_of, make_source
from ytempire.production.script.closes import close_of_body, is_told, share_heard
from ytempire.production.script.framing import Framing
from ytempire.production.script.hooks import rank_hooks
from ytempire.production.script.sentences import sentences_of

TEMPLATE = "The lighthouse, in a nutshell."


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


def test_choose_close_what_a_conclusion_announces_is_the_takeaway() -> None:
    source = make_source("The lighthouse", f"{PROSE} One rule keeps the lighthouse bright: clean glass and fresh oil.")
    assert frame_of(source)[1] == "Clean glass and fresh oil."


@pytest.mark.parametrize(
    "sentence",
    [
        "The keeper said in the lighthouse: clean glass and fresh oil.",  # he says it
        "One rule keeps the lighthouse bright: it wants fresh oil.",  # "it" leans
        "One rule keeps the lighthouse bright: fresh oil.",  # too little
    ],
)
def test_choose_close_what_is_announced_and_is_no_takeaway_is_left_out(sentence: str) -> None:
    assert frame_of(make_source("The lighthouse", f"{PROSE} {sentence}"))[1] == TEMPLATE


def test_choose_close_half_of_a_contrast_is_no_takeaway() -> None:
    contrast = "A lighthouse lasts for thirty years; the sea of the bay does not end with it."
    assert "lasts" not in frame_of(make_source("The lighthouse", f"{PROSE} {contrast}"))[1]


@pytest.mark.parametrize(
    ("body", "close"),
    [
        (("The lighthouse lamp guides the boats.", "Oil was dear.", "Nobody came."), "The lighthouse guides boats."),
        (("Oil was dear.", "Nobody came.", "The lighthouse guides boats."), TEMPLATE),  # still in the ear
        (("The lighthouse guides boats.", "Oil was dear.", "Nobody came."), TEMPLATE),  # said as it is
    ],
)
def test_close_of_body_is_about_what_was_told_and_not_in_the_ear(body: tuple[str, ...], close: str) -> None:
    source = make_source("The lighthouse", f"{PROSE} The lighthouse, a tower of stone, guides boats.")
    sentences, judge = sentences_of(source), judge_of(source)
    hook = next(rank_hooks(source, sentences, judge))
    assert close_of_body(source, sentences, hook, body, judge).text == close


def test_share_heard_of_a_detail_that_was_not_told_is_small() -> None:
    source = make_source("The lighthouse", PROSE)
    heard = Counter({"keep": 2, "lamp": 1})
    assert share_heard(Framing("Boats fear winter storms.", 1), heard, source) == 0
    assert share_heard(Framing("A lamp wants oil.", 1), heard, source) == pytest.approx(1 / 3)
    assert not is_told(Framing("A lamp wants oil.", 1), heard, source)
    assert is_told(Framing("Keep the lamp dry.", 1), heard, source)  # advice: two of three words are told
