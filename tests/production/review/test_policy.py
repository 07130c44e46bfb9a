from __future__ import annotations

import pytest

from ytempire.production.review.policy import PATTERNS, blocked_phrase_matches, policy_matches

ORDINARY = [
    "Alzheimer's disease slowly destroys memory, and there is no cure for it.",
    "Scientists hope to find a treatment that cures Alzheimer's one day.",
    "No medicine cures diabetes.",
    "If not treated quickly, a fracture of the femur can lead to death.",
    "The Bureau has collected statistics on homicide, assault and hate crime for eight decades.",
    "Law enforcement officers killed and assaulted are listed by state.",
    "Infants suckle on a nipple for nourishment, and sexual activity is an instinct.",
    "White artists began covering songs by Black artists.",
    "The tide-raising forces pull the side of the Earth that faces the Moon.",
    "The explosion marks the beginning of time.",
    "Cancer treatments can affect the salivary glands.",
    "A dehydrated person may lose consciousness, become comatose, or die.",
    "Beware of scams that promise guaranteed returns.",
    "The claim that vaccines cause autism is false.",
    "Hackers can steal your password and empty your account.",
    "The risks of buying on credit led many into debt.",
    "The war killed three million people between 1914 and 1918.",
    "Historians condemn the idea of inferior races.",
    "Suicide is a leading cause of death among young people, and help is available.",
    "Analysis shows that most meteors are very light.",
    "The escort ships reached the harbor of Cockermouth in Essex.",
]
REFUSED = [
    ("violence", "This video shows how to make a pipe bomb at home."),
    ("violence", "Those people should be shot."),
    ("hate", "Immigrants are vermin."),
    ("hate", "The genocide never happened."),
    ("sexual", "Watch xxx videos of her here."),
    ("sexual", "It links to explicit sexual content."),
    ("medical claims", "This tea cures cancer in two weeks."),
    ("medical claims", "It is a miracle cure."),
    ("medical claims", "Lose 20 pounds in a week with this trick."),
    ("financial promises", "We offer guaranteed returns of nine percent."),
    ("financial promises", "Double your money by Friday."),
    ("financial promises", "Get rich quick with this method."),
    ("self-harm", "Here is how to hurt yourself."),
    ("self-harm", "Nobody would miss you."),
]


@pytest.mark.parametrize("sentence", ORDINARY)
def test_policy_matches_educational_sentence_has_none(sentence: str) -> None:
    assert policy_matches([sentence]) == []


@pytest.mark.parametrize(("category", "sentence"), REFUSED)
def test_policy_matches_finds_calls_claims_and_slurs(category: str, sentence: str) -> None:
    (match,) = policy_matches([sentence])
    assert match.category == category
    assert match.words in sentence
    assert match.sentence == sentence


def test_policy_matches_slur_in_negated_sentence_is_found() -> None:
    assert policy_matches(["He was not called a f4ggot by scientists."])


def test_policy_matches_whole_words_only() -> None:
    assert policy_matches(["The Kikelomo family lives near the Pornic canal in Escortville."]) == []


def test_policy_patterns_all_have_test_sentence() -> None:
    assert {category for category, _ in REFUSED} == set(PATTERNS)


def test_blocked_phrase_matches_title_tags_and_script() -> None:
    said = {"title": "Casinos by night", "tags": "night, Poker", "script": "Nobody wins at\npoker for long."}
    found = blocked_phrase_matches(said, ["casinos", "poker for", "Poker", "roulette"])
    assert [(one.phrase, one.place) for one in found] == [
        ("casinos", "title"),
        ("poker for", "script"),
        ("Poker", "tags"),
        ("Poker", "script"),
    ]
    assert found[1].passage == "Nobody wins at poker for long."
    assert found[0].sentence == "The channel avoids “casinos”, and the title has it: “Casinos by night”."


def test_blocked_phrase_across_two_places_is_not_matched() -> None:
    assert blocked_phrase_matches({"title": "All for free", "description": "Money is not all."}, ["free money"]) == []
