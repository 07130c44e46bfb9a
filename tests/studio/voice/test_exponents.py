from __future__ import annotations

import pytest

from tests.production.source_samples import fault, said, texts
from ytempire.studio.voice.text_normalization import read_aloud


def test_read_aloud_powers_of_page() -> None:
    assert said(texts(fault("03-powers.html"))[1]) == (
        "A drop holds ten to the twenty-first molecules. A gap is ten to the minus ninth meters wide. "
        "A plot of ninety square meters feeds a goat."
    )


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("10^21 and 10^-9 m", "ten to the twenty-first and ten to the minus ninth meters"),
        ("3.2 × 10⁸ m/s", "three point two times ten to the eighth meters per second"),
        ("3×10⁸ of it", "three times ten to the eighth of it"),
        ("2¹⁰, 5² and 10³", "two to the tenth, five squared and ten to the third"),
        ("x² + y³ = zⁿ", "x squared plus y cubed equals z to the n"),
        ("10³⁻⁵ cells", "ten to the third to the fifth cells"),
        ("90m² of 1 m²", "ninety square meters of one square meter"),
        ("20 km² and 5 m^3", "twenty square kilometers and five cubic meters"),
        ("3 ft², 12 in²", "three square feet, twelve square inches"),
        ("9.8 m/s² of it", "nine point eight meters per second squared of it"),
        ("5 s⁻¹ of it", "five per second of it"),
        ("CO₂ and H₂O", "C.O two and H two O"),
        ("¹⁴C is old", "fourteen C is old"),
    ],
)
def test_read_aloud_exponent_or_unit(written: str, right: str) -> None:
    assert said(written) == right


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("a load < 5 kilograms", "a load less than five kilograms"),
        ("an angle > 30 degrees", "an angle more than thirty degrees"),
        ("<5 kg, >90%", "less than five kilograms, more than ninety percent"),
        ("x<5 or 5<x<10", "x less than five or five less than x less than ten"),
        ("p<=0.05, n >= 4, a != b", "p at most zero point zero five, n at least four, a is not b"),
        ("a List<String> and Map<String, Integer>", "a List String and Map String, Integer"),
        ("from a -> b", "from a to b"),
        ("The <b> tag", "The b tag"),
        ("I ♥ lamps", "I love lamps"),
    ],
)
def test_read_aloud_comparisons_types_and_arrows(written: str, right: str) -> None:
    assert said(written) == right


def test_read_aloud_merged_number_keeps_written_tokens() -> None:
    tokens = read_aloud("It holds 12\u202f000 liters, CHF 50.")
    assert [(token.written, token.spoken) for token in tokens] == [
        ("It", "It"),
        ("holds", "holds"),
        ("12", "twelve thousand"),
        ("000", ""),
        ("liters,", "liters,"),
        ("CHF", "fifty Swiss francs."),
        ("50.", ""),
    ]
