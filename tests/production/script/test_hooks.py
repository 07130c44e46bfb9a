from __future__ import annotations

import pytest

from tests.production.script.framed_sources import PROSE, frame_of, judge_of, make_source
from tests.production.script.texts import bees, glaciers
from ytempire.production.script.hooks import rank_hooks
from ytempire.production.script.rules.structure import closes_well, is_brief_hook, opens_well
from ytempire.production.script.sentences import sentences_of
from ytempire.production.source.document import SourceText


@pytest.mark.parametrize(
    "source", [bees(), glaciers(), make_source("The lighthouse", PROSE)], ids=lambda source: source.title
)
def test_frame_of_source_takes_three_seconds_and_six_words(source: SourceText) -> None:
    hook, close = frame_of(source)
    assert opens_well(hook, "en")
    assert closes_well(close)
    assert hook != close


@pytest.mark.parametrize(
    ("title", "headings", "paragraph", "hook"),
    [
        ("Why do lamps go out?", (), f"{PROSE} Lamps go out because their oil is cold.", "Why do lamps go out?"),
        (
            "The lighthouse",
            ("Who Wound the Lamp?",),
            f"{PROSE} The keeper wound the lamp.",
            "Who wound the lamp?",
        ),
        (
            "The lighthouse",
            (),
            f"{PROSE} Nobody wound the lighthouse lamp twice.",
            "Nobody wound the lighthouse lamp twice.",
        ),
        ("The lighthouse", (), f"{PROSE} The best part?", "What do you know about the lighthouse?"),
        (
            "The lighthouse",
            (),
            f"{PROSE} We never wound the lighthouse lamp.",
            "What do you know about the lighthouse?",
        ),
        (
            "The lighthouse",
            (),
            "A lighthouse is a tower with a lamp that shows boats the way.",
            "What is a lighthouse?",
        ),
        ("Oil and the Lamp", (), f"{PROSE} The lamp burns oil.", "What links oil and the lamp?"),
        ("The Origin of the Lighthouse", (), PROSE, "How did the lighthouse come about?"),
        ("Rise and fall of the lamp", (), PROSE, "What do you know about rise and fall of the lamp?"),
        ("King the Keeper", (), PROSE, "What do you know about king the keeper?"),
        ("During the Evening", (), PROSE, "What do you know about during the evening?"),
        (
            "Keeping Your Lamp Bright",
            (),
            f"{PROSE} Keep a lamp bright with clean oil.",
            "How do you keep your lamp bright?",
        ),
        ("The Lamp Revolution", (), f"{PROSE} A revolution.", "What did the lamp revolution change?"),
        ("The Lamps on the Far Side", (), PROSE, "What do you know about the lamps on the far side?"),
        (
            "Alzheimer’s Disease",
            (),
            f"{PROSE} It is Alzheimer’s disease.",
            "What do you know about Alzheimer’s disease?",
        ),
    ],
)
def test_rank_hooks_prefers_the_sources_own_question_or_stake(
    title: str, headings: tuple[str, ...], paragraph: str, hook: str
) -> None:
    assert frame_of(make_source(title, paragraph, headings=headings))[0] == hook


@pytest.mark.parametrize("title", ["Why do lamps go out?", "What is a lens?"])
def test_rank_hooks_question_without_answer_is_left_out(title: str) -> None:
    assert frame_of(make_source(title, PROSE))[0] != title


@pytest.mark.parametrize(
    ("title", "answer"),
    [
        ("Why do lamps go out?", "Lamps go out because their oil is cold."),
        ("What is a lens?", "A lens is a piece of glass that bends the light of the lamp."),
    ],
)
def test_rank_hooks_question_names_the_sentence_that_answers_it(title: str, answer: str) -> None:
    source = make_source(title, f"{PROSE} {answer}")
    sentences = sentences_of(source)
    hook = next(rank_hooks(source, sentences, judge_of(source)))
    assert hook.framing.text == title
    assert [sentences[place].source for place in hook.answers or ()] == [answer]


@pytest.mark.parametrize(
    "title", ["?", "Apollo 11", "9/11", "Node.js", "Internet cookies", "Bees are dying", "World War I", "Hepatitis B"]
)
def test_frame_of_title_that_no_template_takes_has_no_fault(title: str) -> None:
    source = make_source(title, PROSE)
    judge = judge_of(source)
    hook, close = frame_of(source)
    assert opens_well(hook, "en")
    assert closes_well(close)
    assert judge("hook", hook)
    assert judge("close", close)


@pytest.mark.parametrize(
    ("language", "title", "hook", "close"),
    [
        ("es", "El faro", "¿Qué se sabe realmente del faro?", "El faro, en pocas palabras."),
        ("fr", "Le phare", "Que sait-on vraiment du phare\u00a0?", "Voilà le phare, en bref."),
        ("fr", "Orages", "Que sait-on vraiment d'orages\u00a0?", "Voilà, en quelques mots."),
        ("fr", "La lampe", "Que sait-on vraiment de la lampe\u00a0?", "Voilà la lampe, en bref."),
        ("it", "La lampada", "Che cosa si sa davvero della lampada?", "Ecco la lampada, in breve."),
        ("it", "Maree", "Che cosa si sa davvero di maree?", "Hai sentito la versione breve."),
        ("it", "L'onda", "Che cosa si sa davvero dell'onda?", "Ecco l'onda, in breve."),
        ("es", "Las olas", "¿Qué se sabe realmente de las olas?", "Las olas, en pocas palabras."),
        ("pt", "A lâmpada", "O que se sabe sobre a lâmpada?", "A lâmpada, em poucas palavras."),
        ("pt", "Marés", "O que se sabe sobre marés?", "Você ouviu a versão curta."),
    ],
)
def test_frame_of_text_without_short_sentences_is_in_its_language(
    language: str, title: str, hook: str, close: str
) -> None:
    assert frame_of(make_source(title, language=language)) == (hook, close)


@pytest.mark.parametrize(
    ("language", "title", "prose", "hook"),
    [
        ("es", "El faro", "El faro es una torre con una lámpara que guía a los barcos.", "¿Qué es el faro?"),
        (
            "fr",
            "La marée",
            "La marée est un mouvement de la mer qui revient deux fois par jour.",
            "Qu'est-ce que la marée\u00a0?",
        ),
        (
            "it",
            "Le maree",
            "Le maree sono i movimenti del mare che tornano due volte al giorno.",
            "Che cosa sono le maree?",
        ),
        ("pt", "O farol", "O farol é uma torre com uma lâmpada que guia os barcos.", "O que é o farol?"),
    ],
)
def test_rank_hooks_text_that_defines_its_subject_asks_what_it_is(
    language: str, title: str, prose: str, hook: str
) -> None:
    assert frame_of(make_source(title, prose, language=language))[0] == hook


@pytest.mark.parametrize(
    ("language", "title", "hook"),
    [
        ("en", "In winter the boats are not out", "In winter the boats are not out."),
        ("fr", "À Brest, le phare ne suffit plus", "À Brest, le phare ne suffit plus."),
        ("es", "El faro no basta a los barcos", None),  # "basta" is no verb that is known
    ],
)
def test_rank_hooks_title_that_says_what_is_at_stake_opens(language: str, title: str, hook: str | None) -> None:
    found = frame_of(make_source(title, PROSE if language == "en" else "", language=language))[0]
    assert found == hook or (hook is None and found != title)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "A dark lamp is worse than a small lamp."),
        ("es", "El faro cuesta más que la lámpara."),
        ("fr", "Le phare coûte plus que la lampe."),
        ("it", "Il faro costa più della lampada."),
        ("pt", "O farol custa mais do que a lâmpada."),
    ],
)
def test_opens_well_comparison_makes_a_listener_look_up(language: str, sentence: str) -> None:
    assert opens_well(sentence, language)


def test_opens_well_statement_without_surprise_is_no_hook() -> None:
    assert not opens_well("A lamp is a light on a tower.", "en")


def test_opens_well_ten_short_words_are_a_hook_and_ten_long_ones_are_none() -> None:
    long = "Why do internationally comparable meteorological observations from abandoned stations disappear overnight?"
    assert opens_well("Why do the old men at sea let it be?", "en")
    assert not opens_well(long, "en")


def test_is_brief_hook_eight_long_words_take_more_than_three_seconds() -> None:
    assert is_brief_hook("Why do the old men at sea let it be?", "en")
    assert not is_brief_hook("Why do internationally comparable meteorological observations disappear overnight?", "en")


def test_rank_hooks_what_the_source_says_first_is_better() -> None:
    early, late = "No lighthouse lamp is cheaper than an oil lamp.", "No lighthouse lamp is older than an oil lamp."
    hooks = frame_of(make_source("The lighthouse lamp", f"{early} {PROSE} {late}"))
    assert hooks[0] == early


def test_rank_hooks_announcement_without_what_it_announces_is_no_hook() -> None:
    announced = "One lighthouse habit saves most lamps: clean oil for each long evening of the winter."
    assert (
        frame_of(make_source("The lighthouse", f"{announced} {PROSE}"))[0] == "What do you know about the lighthouse?"
    )


def test_rank_hooks_denial_before_a_colon_opens() -> None:
    denied = "Most lighthouse lamps do not die of storms: they go out for want of oil in the winter."
    hook = frame_of(make_source("The lighthouse", f"{denied} {PROSE}"))[0]
    assert hook == "Most lighthouse lamps do not die of storms."


def test_rank_hooks_title_in_another_language_keeps_its_names() -> None:
    prose = "La niebla cubre la punta noventa días al año y los barcos no la ven."
    hook = frame_of(make_source("El faro de Punta Negra ya no tiene farero", prose, language="es"))[0]
    assert hook == "El faro de Punta Negra ya no tiene farero."
