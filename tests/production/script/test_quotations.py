from __future__ import annotations

import pytest

from tests.production.script.texts import bees
from ytempire.production.script.rules.faithfulness import find_unfaithful
from ytempire.production.script.rules.quotations import contains_quotation, find_wrong_quotations, quoted_passage
from ytempire.production.script.rules.reviewed_script import Finding, ReviewedScript
from ytempire.production.source.reader import parse_source
from ytempire.studio.script_document import Line

HONEY = "A strong colony eats more than 20 kilograms of honey between October and March."
ORDERS = "Nobody gives orders in a cluster; each bee feels only the warmth of its neighbours."


def findings(text: str, source_sentence: str | None) -> list[Finding]:
    line = Line(text=text, role="body", section=0, source_sentence=source_sentence)
    return list(find_wrong_quotations(ReviewedScript.of([line], bees(), seconds=1, target_seconds=1)))


@pytest.mark.parametrize(
    ("text", "source_sentence"),
    [
        (HONEY, HONEY),
        ("Between October and March a strong colony eats more than 20 kilograms of honey.", HONEY),
        (
            "A strong colony eats more than 20 kilograms of honey.",
            "“a  strong colony eats more\u00a0than 20 kilograms”…",
        ),
        ("Nobody gives orders in a cluster.", ORDERS),
        ("A single bee dies within hours when it is alone in the frost.", "It dies within hours when it is alone"),
        ("A line that quotes nothing is looked at by other rules.", None),
    ],
)
def test_find_wrong_quotations_supported_line_has_no_finding(text: str, source_sentence: str | None) -> None:
    assert findings(text, source_sentence) == []


@pytest.mark.parametrize(
    ("text", "source_sentence", "kind"),
    [
        (HONEY, "The queen sings at night.", "wrong_quotation"),
        (HONEY, "A strong colony eats more than 30 kilograms of honey", "wrong_quotation"),
        (HONEY, "strong colony … of honey between October", "wrong_quotation"),
        (HONEY, "a strong", "wrong_quotation"),  # found anywhere
        (HONEY, " … ", "wrong_quotation"),
        ("The bees gather at 10 °C around the queen.", "The winter bees die in April.", "unsupported"),
        ("A colony eats 35 kilograms of honey between October and March.", HONEY, "lost_noun"),
        ("A colony eats 50 kilograms of honey between October and March.", HONEY, "unsupported"),
        ("Each bee gives orders in a cluster and feels the warmth of its neighbours.", ORDERS, "lost_negation"),
        # the quotation leaves the "Nobody" out; the whole sentence does not
        (
            "It gives orders in a cluster; each bee feels only the warmth of its neighbours.",
            "gives orders in a cluster; each bee feels only the warmth",
            "lost_negation",
        ),
    ],
)
def test_rules_of_faithfulness_find_fault_of_quoting_line_once(text: str, source_sentence: str, kind: str) -> None:
    line = Line(text=text, role="body", section=0, source_sentence=source_sentence)
    script = ReviewedScript.of([line], bees(), seconds=1, target_seconds=1)
    found = [finding for rule in (find_unfaithful, find_wrong_quotations) for finding in rule(script)]
    assert [finding.kind for finding in found] == [kind]


def test_find_wrong_quotations_other_sentence_does_not_support_line() -> None:
    """The source has the number, but not in the sentence that is quoted."""
    [finding] = findings(
        "Most of the honey, 20 kilograms, is burned for warmth.", "Most of the honey is burned for warmth."
    )
    assert finding.kind == "unsupported"
    assert finding.reason.startswith("Held against the sentence it quotes, “Most of the honey")


def test_quoted_passage_spans_sentences_and_brings_what_it_stands_on() -> None:
    script = ReviewedScript.of((), bees(), seconds=1, target_seconds=1)
    across = quoted_passage("the edge. nothing", script)
    assert across is None
    both = quoted_passage("burned for warmth. For this reason, beekeepers leave", script)
    assert both == (
        "Most of the honey is burned for warmth. For this reason, beekeepers leave some of the harvest in the hive."
    )
    leaning = quoted_passage("They have not left it for up to four months", script)
    assert leaning is not None
    assert leaning.startswith("On the first day above 12 °C")


def test_contains_quotation_ignores_marks_and_needs_whole_words() -> None:
    text = "She called it the “hive’s heart” – and kept\u00a0it warm."
    assert contains_quotation(text, 'she called it the "hive\'s heart" - and kept it')
    assert contains_quotation(text, "**She called it** the 'hive’s heart'")
    assert contains_quotation(text, "the « hive's heart » – and")
    assert not contains_quotation(text, "called it the hi")
    assert not contains_quotation(text, "")


def test_find_wrong_quotations_in_other_languages() -> None:
    text = "# Las abejas\n\n" + "Las abejas no duermen en invierno. La reina vive cuatro años en la colmena. " * 6
    source = parse_source(text.encode(), name="a.md", language="es")
    lines = [
        Line(text="La reina vive cuatro años.", role="body", section=0, source_sentence="La reina vive cuatro años"),
        Line(text="La reina vive 40 años.", role="body", section=0, source_sentence="La reina vive cuatro años"),
        Line(text="La reina vive cuatro años.", role="body", section=0, source_sentence="Las abejas no duermen nunca"),
    ]
    script = ReviewedScript.of(lines, source, seconds=1, target_seconds=1)
    assert [finding.line for finding in find_wrong_quotations(script)] == [2]  # 1 is found without its quotation
