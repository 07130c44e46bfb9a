"""The labelled set is what its README says, and the arithmetic of the bench that uses it."""

from __future__ import annotations

from collections import Counter

import pytest
from bench.review.labelled_set import FOLDER, LANGUAGES, LabelledScript, Passage, load_passages, load_scripts
from bench.review.measure import Verdict, auc, boundaries, of_scripts


def kinds_of_readme() -> set[str]:
    rows = [line for line in (FOLDER / "README.md").read_text().splitlines() if line.startswith("| ")]
    return {line.split("|")[1].strip() for line in rows[2:]}


def test_labelled_scripts_are_enough_in_each_language_and_half() -> None:
    scripts = load_scripts()
    clean = Counter((script.language, script.is_held_out) for script in scripts if script.kind is None)
    faulty = Counter((script.language, script.is_held_out) for script in scripts if script.kind is not None)
    assert sum(clean.values()) >= 150
    assert sum(faulty.values()) >= 150
    for language in LANGUAGES:
        for half in (True, False):
            assert clean[language, half] >= 10
            assert faulty[language, half] >= 20
    for half in (True, False):
        assert {script.kind for script in scripts if script.kind and script.is_held_out == half} == kinds_of_readme()


def test_labelled_scripts_clean_ones_have_short_hook_and_close() -> None:
    for script in load_scripts():
        if script.kind is None:
            roles = [role for role, _ in script.lines]
            assert roles == ["hook", *["body"] * (len(roles) - 2), "close"], script.name
            assert len(script.lines[0][1].split()) <= 9, script.name  # a lone mark counts in French
            assert len(script.lines[-1][1].split()) <= 7, script.name


def test_labelled_scripts_with_fault_differ_from_the_clean_one() -> None:
    scripts = load_scripts()
    clean = {script.name: script.lines for script in scripts if script.kind is None}
    for script in scripts:
        if script.kind is not None:
            original = clean[script.name.rsplit("-", 1)[0]]
            assert (script.lines == original) == (script.kind == "length"), script.name
            assert (script.target_seconds is not None) == (script.kind == "length"), script.name


def test_labelled_passages_are_enough_and_have_no_empty_sentence() -> None:
    passages = load_passages()
    assert sum(len(passage.sentences) for passage in passages) >= 400
    assert all(sentence.strip() == sentence != "" for passage in passages for sentence in passage.sentences)
    assert Counter(passage.language for passage in passages).keys() == set(LANGUAGES)


def labelled(kind: str | None, language: str = "en") -> LabelledScript:
    return LabelledScript(language, "name", "Title", "Source.", (("hook", "Why?"),), kind, None, True)


def test_of_scripts_gives_recall_of_each_kind_and_share_of_clean_ones_refused() -> None:
    verdicts = [
        *(Verdict(labelled("citation"), score) for score in (0.2, 0.9)),
        Verdict(labelled("url", "fr"), 0.1),
        *(Verdict(labelled(None), score) for score in (0.8, 0.9, 0.74, 1.0)),
    ]
    figures = of_scripts(verdicts)
    assert (figures["faulty"], figures["clean"]) == (3, 4)
    assert figures["faults_found"] == pytest.approx(2 / 3, abs=0.001)
    assert figures["clean_refused"] == 0.25
    assert figures["found_by_kind"] == {"citation": 0.5, "url": 1.0}
    assert figures["found_by_language"] == {"en": 0.5, "fr": 1.0}


@pytest.mark.parametrize(
    ("better", "worse", "expected"),
    [([0.9, 0.8], [0.1, 0.2], 1.0), ([0.5], [0.5], 0.5), ([0.1], [0.9], 0.0), ([0.9, 0.3], [0.5], 0.5)],
)
def test_auc_is_share_of_pairs_in_order(better: list[float], worse: list[float], expected: float) -> None:
    assert auc(better, worse) == expected


def test_boundaries_of_easy_passages_are_all_found() -> None:
    figures = boundaries(
        [Passage("en", ("It rains.", "Nobody minds."), True), Passage("en", ("One.", "Two.", "Three."), True)]
    )
    assert figures["all"] == {"boundaries": 3, "recall": 1.0, "precision": 1.0}
