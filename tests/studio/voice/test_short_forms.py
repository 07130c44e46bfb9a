"""How dates, versions, Roman numerals and short forms are read: right values for the rewrite of script and voice."""

from __future__ import annotations

import pytest

from tests.production.source_samples import fault, said, texts


def _fault(name: str) -> str:
    return said(texts(fault(name))[1])


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("11-slashes.txt", "after nine eleven in all ports"),
        ("11-slashes.txt", "met on March fourteenth, twenty twenty-two and April seventh again"),
        ("11-slashes.txt", "Add one and a half cups"),
        ("11-slashes.txt", "play in six eight time"),
        ("11-slashes.txt", "A fall of one hundredth of a degree"),
        ("12-dates-times.txt", "on July fourth, nineteen ninety-eight at two thirty P.M"),
        ("12-dates-times.txt", "closed at four P.M and at nine A.M again"),
        ("12-dates-times.txt", "took one hour two minutes thirty-three seconds that day"),
        ("12-dates-times.txt", "from May twenty twenty-four to November twenty twenty-four fill"),
        ("12-dates-times.txt", "fell on March fourteenth, twenty twenty-one in rain"),
        ("13-versions.txt", "Version two point oh point one repairs two point oh point oh"),
        ("13-versions.txt", "Python three point ten is newer than three point nine"),
        ("13-versions.txt", "is one ninety-two dot one sixty-eight dot zero dot one here"),
        ("13-versions.txt", "Section four point two point one says"),
        ("14-roman.txt", "Super Bowl fifty-eight drew more viewers than forty did"),
        ("14-roman.txt", "The year nineteen ninety-four stands"),
        ("14-roman.txt", "Hospital I.V lines carry"),
        ("14-roman.txt", "Human X.X chromosomes differ"),
        ("14-roman.txt", "The nineteenth century ended"),
        ("15-abbreviations.txt", "on Elm Drive near"),
        ("15-abbreviations.txt", "at twelve Main Street in"),
        ("15-abbreviations.txt", "The mayor said no. Builders went on"),
        ("15-abbreviations.txt", "lay three feet deep"),
        ("15-abbreviations.txt", "at five P.M. They left"),
    ],
)
def test_read_aloud_short_form_of_fault_sample(name: str, part: str) -> None:
    assert part in _fault(name)


def test_read_aloud_ratio_with_slash() -> None:
    """ "Sixteen by nine", or "or nine": never two numbers side by side."""
    assert any(f"The ratio is {one} here" in _fault("11-slashes.txt") for one in ("sixteen by nine", "sixteen or nine"))


def test_read_aloud_full_hour_has_no_noon() -> None:
    ends = ("It ended at ten P.M sharp", "It ended at twenty-two hundred sharp")
    assert any(end in _fault("12-dates-times.txt") for end in ends)
