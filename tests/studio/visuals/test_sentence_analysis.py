"""What is understood of a sentence: figures, phrases, lists, definitions, causes."""

from __future__ import annotations

import pytest

from ytempire.studio.visuals.sentence_analysis.phrases import compress, dangling, telling, words_in
from ytempire.studio.visuals.sentence_analysis.quantities import stated_quantities
from ytempire.studio.visuals.sentence_analysis.relations import cause, composition, definition, enumeration, quotation


class TestFigures:
    @pytest.mark.parametrize(
        ("sentence", "shown", "meaning"),
        [
            ("The solid ground rises by about 20 centimeters.", "~20 cm", "Solid ground rises"),
            ("Firms spent almost $100 million annually on advertising.", "~$100 million", "Annually on advertising"),
            ("More than 68 percent of the music on the radio was rock.", "68%+", "Music on the radio was rock"),
            ("Engines gained 1.5 kilograms of weight per part.", "1.5 kg", "Weight per part"),
            ("The board sold over 300,000 catalogs in a season.", "300,000+", "Catalogs in a season"),
            ("Meteors glow at altitudes between 80 and 130 kilometers.", "80–130 km", "Meteors glow at altitudes"),
            ("The canal took seven years to complete.", "7 years", "Canal took"),
        ],
    )
    def test_stated_quantities_have_value_unit_and_meaning(self, sentence: str, shown: str, meaning: str) -> None:
        (quantity,) = stated_quantities(sentence)
        assert f"{quantity.prefix}{quantity.value:,.{quantity.decimals}f}{quantity.suffix}" == shown
        assert quantity.meaning == meaning

    @pytest.mark.parametrize(
        ("sentence", "share"),
        [
            ("Only 9 percent of homes had a set.", 0.09),
            ("A third of the ice is gone.", 1 / 3),
            ("Half of the water leaves as urine.", 0.5),
        ],
    )
    def test_stated_quantities_find_share_of_whole(self, sentence: str, share: float) -> None:
        assert stated_quantities(sentence)[0].share == pytest.approx(share)

    @pytest.mark.parametrize(
        "sentence",
        [
            "See Section 508 for the rule.",
            "Apollo 11 came home.",
            "On June 4 we met.",
            "It happened in the first half of the century.",
            "The Sun is less than half of that.",
            "Two effects follow.",
            "The forms (see 12 pages) are long.",
            "They shot it in 3-D.",
        ],
    )
    def test_stated_quantities_ignore_numbers_without_quantity(self, sentence: str) -> None:
        assert stated_quantities(sentence) == []

    def test_stated_quantities_find_year_with_event(self) -> None:
        (quantity,) = stated_quantities("In 1811, construction began on the Cumberland Road.")
        assert quantity.is_year
        assert (quantity.value, quantity.meaning) == (1811, "Construction began on the Cumberland Road")


class TestPhrases:
    @pytest.mark.parametrize(
        ("sentence", "phrase"),
        [
            ("These are called spring tides.", "Spring tides"),
            ("Even the Galaxy is mostly empty space.", "Galaxy is mostly empty space"),
            ("The cartilage in the calli is replaced by trabecular bone.", "Trabecular bone"),
        ],
    )
    def test_telling_finds_key_phrase(self, sentence: str, phrase: str) -> None:
        found = telling(sentence, ())
        assert found is not None
        assert found.text == phrase

    @pytest.mark.parametrize("text", ["Forces of the", "pull of", "a number and", "Signals that are", "of the Moon"])
    def test_dangling_incomplete_phrase_is_true(self, text: str) -> None:
        assert dangling(text)

    def test_compress_keeps_hedge_and_drops_filler(self) -> None:
        assert compress("However, the universe is also mostly empty") == "Universe is mostly empty"

    def test_compress_keeps_adverb_under_negation(self) -> None:
        assert compress("the bone is not reset correctly") == "Bone is not reset correctly"


class TestRelations:
    def test_enumeration_finds_parts(self) -> None:
        parts = enumeration("The shape of the coast, the depth of the water, and the wind all change the result.")
        assert [part.text for part in parts] == ["Shape of the coast", "Depth of the water", "Wind"]

    @pytest.mark.parametrize(
        "sentence",
        [
            "They wanted more, and he stayed.",
            "Galaxies occur in clusters, both large and small.",
            "Music, especially rock and roll, reflected their desire.",
            "The Moon pulls the sea.",
        ],
    )
    def test_enumeration_of_other_sentence_is_empty(self, sentence: str) -> None:
        assert enumeration(sentence) == []

    def test_definition_finds_term_and_meaning(self) -> None:
        said = definition("A diuretic is a compound that increases urine output.")
        assert said is not None
        assert (said.term.text, said.meaning.text) == ("Diuretic", "Compound that increases urine output")

    def test_definition_of_pronoun_is_none(self) -> None:
        assert definition("It is a good day for everyone.") is None

    def test_cause_finds_cause_and_effect_in_any_order(self) -> None:
        said = cause("Families became less isolated as a result of the railroad.")
        assert said is not None
        assert (said.cause.text, said.effect.text) == ("Railroad", "Families became less isolated")
        assert said.cause.start > said.effect.start

    @pytest.mark.parametrize(
        "text",
        [
            "Salt does not cause rust on aluminium.",
            "Stress may cause headaches.",
            "If the river rises, the flood destroys the bridge.",
            "When the Moon is at first quarter, the tides produced by the Sun cancel those of the Moon.",
            "The new law, which few people had read at all, reduced taxes on houses in every one of the old towns.",
            "It causes floods in the valley.",
        ],
    )
    def test_cause_that_is_denied_doubtful_or_half_said_is_none(self, text: str) -> None:
        assert cause(text) is None

    def test_cause_of_question_is_none(self) -> None:
        assert cause("Does heat cause storms over the sea?") is None

    def test_composition_finds_whole_and_parts(self) -> None:
        found = composition(
            "The actual tides are a combination of the larger effect of the Moon and the smaller effect of the Sun."
        )
        assert found is not None
        whole, parts = found
        assert whole.text == "Actual tides"
        assert [part.text for part in parts] == ["Larger effect of the Moon", "Smaller effect of the Sun"]

    def test_quotation_finds_sentences_and_no_names(self) -> None:
        said = quotation("He wrote, “The tide is coming in at last.”")
        assert said is not None
        assert said.text == "The tide is coming in at last"
        assert quotation("It was called “shooting stars” once.") is None

    def test_enumeration_items_are_six_words_at_most(self) -> None:
        for part in enumeration(
            "We met designers, developers, and agency partners of every kind in the whole wide country."
        ):
            assert words_in(part.text) <= 6


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It says that the universe had a beginning", "Universe had a beginning"),
        ("He suggested that light needs time", "Light needs time"),
        ("The clocks say that it is noon", "Clocks say that it is noon"),  # who says it is part of the point
    ],
)
def test_compress_drops_reporting_clause(said: str, shown: str) -> None:
    assert compress(said) == shown
