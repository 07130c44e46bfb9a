from __future__ import annotations

import pytest

from tests.production.script.framed_sources import PROSE, frame_of, make_source
from ytempire.production.script.asked import cause_question, doing_question, how_question, person_question
from ytempire.production.script.sentences import sentences_of


@pytest.mark.parametrize(
    ("language", "sentence", "question"),
    [
        ("en", "Ice can float because ice is lighter than water.", "Why can ice float?"),
        ("en", "The Harlow lamp was red because red light is seen in fog.", "Why was the Harlow lamp red?"),
        ("en", "Oil cannot burn under water, because oil needs air.", "Why can't oil burn under water?"),
        ("es", "El hielo flota porque pesa menos que el agua.", "¿Por qué el hielo flota?"),
        ("fr", "La glace flotte parce qu'elle est plus légère que l'eau.", "Pourquoi la glace flotte\u00a0?"),
        ("fr", "La lampe reste rouge parce que le rouge se voit de loin.", "Pourquoi la lampe reste rouge\u00a0?"),
        ("it", "La lampada resta rossa perché il rosso si vede da lontano.", "Perché la lampada resta rossa?"),
        ("pt", "O gelo flutua porque pesa menos que a água.", "Por que o gelo flutua?"),
        ("pt", "As pedras não ajudam, porque a água sobe até a raiz.", "Por que as pedras não ajudam?"),
    ],
)
def test_cause_question_of_short_fact_with_its_cause_asks_why(language: str, sentence: str, question: str) -> None:
    source = make_source("Lamps", sentence, language=language)
    assert cause_question(sentences_of(source)[0], source) == question


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Wood is not heavy because it is dry."),  # it may be heavy for another reason
        ("en", "The lamp may go out because its oil is cold."),
        ("en", "The lamp was loved mainly because it was red."),
        ("en", "If it rains, the lamp is red because of the clouds."),
        ("en", "The keeper wound the lamp because the night was long."),  # no verb of it can stand in front
        ("en", "The lamp is a red light on a tower of stone."),
        ("es", "El hielo no flota porque pese menos que el agua."),
        ("pt", "Talvez o gelo flutue porque pesa menos que a água."),
    ],
)
def test_cause_question_of_sentence_without_sure_short_cause_is_none(language: str, sentence: str) -> None:
    source = make_source("Lamps", sentence, language=language)
    assert cause_question(sentences_of(source)[0], source) is None


@pytest.mark.parametrize(
    ("language", "title", "sentence", "question"),
    [
        ("en", "Edda Marrow, keeper of the light", "Edda Marrow was born in Harlow in 1801.", "Who was Edda Marrow?"),
        ("es", "Elena Robles y su faro", "Elena Robles nació en Cádiz en 1801.", "¿Quién fue Elena Robles?"),
        ("fr", "Le phare de Jeanne Aubry", "Jeanne Aubry est née à Brest en 1801.", "Qui était Jeanne Aubry\u00a0?"),
        ("it", "Ada Ferri e il suo faro", "Ada Ferri nacque a Bari nel 1801.", "Chi era Ada Ferri?"),
        ("pt", "Rita Leal e o farol", "Rita Leal nasceu em Olinda em 1801.", "Quem foi Rita Leal?"),
        ("en", "The lighthouse", "Edda Marrow was born in Harlow in 1801.", None),
        ("en", "Edda Marrow", "Edda Marrow keeps the light of Harlow today.", None),
    ],
)
def test_person_question_asks_who_the_person_of_the_title_was(
    language: str, title: str, sentence: str, question: str | None
) -> None:
    source = make_source(title, sentence, language=language)
    assert person_question(sentences_of(source)[0], source) == question


@pytest.mark.parametrize(
    ("title", "prose", "question"),
    [
        ("Keeping your lamp bright", "You keep it bright with oil.", "How do you keep your lamp bright?"),
        ("Planning a garden", "You plan it on paper in the winter.", "How do you plan a garden?"),
        ("Writing short letters", "Write them by hand in the evening.", "How do you write short letters?"),
        ("Opening the harbour", "They open it in the spring.", None),  # it is done to what others have
        ("Keeping your lamp bright", "The lamp needs oil in the winter.", None),
        ("Spring in the harbour", "Boats come in the spring.", None),
    ],
)
def test_doing_question_asks_how_what_the_title_names_is_done(title: str, prose: str, question: str | None) -> None:
    assert doing_question(title, make_source(title, prose)) == question


def test_rank_hooks_cause_of_the_subject_is_asked_and_answered_by_its_sentence() -> None:
    source = make_source("The lighthouse", f"The lighthouse lamp is red because red is seen in fog. {PROSE}")
    assert frame_of(source)[0] == "Why is the lighthouse lamp red?"


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("Open windows improve sleep", "How do open windows improve sleep?"),
        ("A lamp reaches the boats", "How does a lamp reach the boats?"),
        ("Salt carries heat", "How does salt carry heat?"),
        ("How lamps guide boats", "How do lamps guide boats?"),
        ("Why salt carries heat", "Why does salt carry heat?"),
        ("Why the old lamp is dark", "Why is the old lamp dark?"),
        ("why salt cannot burn", "Why can't salt burn?"),
        ("The lamp is a tower", None),  # no deed
        ("What lamps need", None),
        ("Lamps of the harbour", None),
    ],
)
def test_how_question_of_title_that_says_something_asks_how_it_comes_about(title: str, question: str | None) -> None:
    assert how_question(title, make_source(title, "A lamp and salt and open windows.")) == question
