"""Headings of a source as they are shown and spoken."""

from __future__ import annotations

import pytest

from ytempire.production.script.source_parts import short_heading


@pytest.mark.parametrize(
    ("language", "heading", "short"),
    [
        ("en", "3. Feeding the goats", "Feeding the goats"),
        ("en", "IV. The mill", "The mill"),
        ("en", "2.4 GHz or 5 GHz", "2.4 GHz or 5 GHz"),
        ("en", "Winter: what the goats eat when there is no grass", "Winter"),
        ("en", "Feeding the goats with bread for the whole of the winter", None),
        ("es", "2. Dar pan a las cabras durante todo el largo invierno", None),
        ("fr", "1) Nourrir les chèvres", "Nourrir les chèvres"),
        ("it", "5. Il mulino", "Il mulino"),
        ("pt", "4. Dar pão às cabras durante o inverno inteiro", None),
    ],
)
def test_short_heading_has_no_number_and_is_not_cut_at_a_preposition(
    language: str, heading: str, short: str | None
) -> None:
    assert short_heading(heading, language) == short
