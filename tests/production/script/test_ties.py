from __future__ import annotations

import pytest

from ytempire.production.script.sentences import Sentence, sentences_of
from ytempire.production.script.ties import (
    Tie,
    introduced_before,
    is_of_authors_day,
    tie_of,
    without_label,
    without_undated_opener,
)
from ytempire.production.source.document import Block, SourceText


def _tie(text: str, language: str, *, is_first: bool = False) -> Tie:
    return tie_of(text, is_first=is_first, language=language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "However, most lamps are not switched on at noon."),
        ("en", "But the keeper had gone home."),
        ("en", "The keeper, however, had gone home."),
        ("en", "Others are lit by hand."),
        ("es", "Sin embargo, el farero se había ido."),
        ("es", "Otras se encienden a mano."),
        ("fr", "Toutefois, le gardien était parti."),
        ("fr", "D'autres s’allument à la main."),
        ("it", "Ma il guardiano era partito."),
        ("it", "Il guardiano, però, era partito."),
        ("pt", "No entanto, o faroleiro tinha ido embora."),
    ],
)
def test_tie_of_sentence_that_limits_completes_the_one_before_it(language: str, text: str) -> None:
    assert _tie(text, language).completes
    assert _tie(text, language).leans


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "But lamps need oil."), ("es", "Pero los faros necesitan aceite."), ("pt", "Mas os faróis usam óleo.")],
)
def test_tie_of_but_at_the_start_of_a_paragraph_stands_alone(language: str, text: str) -> None:
    assert not _tie(text, language, is_first=True).leans


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The keeper also paints the tower."),
        ("en", "At even greater distances the light is a point."),
        ("en", "This gives another picture of the sea."),
        ("en", "Two other lamps stand on the pier."),
        ("en", "Additionally, the lamp turns."),
        ("es", "El farero también pinta la torre."),
        ("es", "Otra lámpara está en el muelle."),
        ("fr", "Le gardien peint également la tour."),
        ("fr", "Une autre lampe se trouve sur le quai."),
        ("it", "Il guardiano dipinge anche la torre."),
        ("it", "Un'altra lampada sta sul molo."),
        ("pt", "O faroleiro também pinta a torre."),
        ("pt", "Outra lâmpada fica no cais."),
    ],
)
def test_tie_of_comparison_without_its_partner_leans(language: str, text: str) -> None:
    assert _tie(text, language, is_first=True).leans


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The beacon, also known as the light, stands on a rock."),
        ("en", "Not only sailors but also pilots use it."),
        ("en", "The lamp is even brighter than the moon."),
        ("en", "One lamp is red and the other green."),
        ("en", "The two keepers talk to one another every night."),
        ("es", "Una lámpara es roja y otra es verde."),
        ("fr", "Une lampe est rouge, une autre est verte."),
        ("it", "Anche se piove, la lampada resta accesa."),
        ("pt", "Não só os marinheiros, mas também os pilotos usam o farol."),
    ],
)
def test_tie_of_comparison_with_its_partner_stands_alone(language: str, text: str) -> None:
    assert not _tie(text, language, is_first=True).leans


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "There are two main kinds of lamp.", 2),
        ("en", "It can fail for several reasons.", 2),
        ("en", "The two kinds of lamp burn oil.", 0),
        ("en", "There are three kinds: red, green and white.", 0),
        ("es", "Hay tres tipos de lámpara.", 3),
        ("fr", "La mairie étudie trois solutions.", 3),
        ("it", "Abbiamo provato quattro regole.", 4),
        ("pt", "Há várias maneiras de acender o farol.", 2),
        ("pt", "As três maneiras são antigas.", 0),
    ],
)
def test_tie_of_count_announces_as_many_sentences(language: str, text: str, count: int) -> None:
    assert _tie(text, language).announces == count


@pytest.mark.parametrize(
    ("language", "earlier", "text"),
    [
        ("en", "Rub until you feel a tiny burr.", "The burr is the best sign."),
        ("es", "Se forma una rebaba fina.", "La rebaba es la mejor señal."),
        ("fr", "Il se forme un fil mince.", "Le fil est le meilleur signe."),
        ("it", "Si forma una bava sottile.", "La bava è il segno migliore."),
        ("pt", "Forma-se uma rebarba fina.", "A rebarba é o melhor sinal."),
    ],
)
def test_introduced_before_thing_that_was_introduced_is_old(language: str, earlier: str, text: str) -> None:
    assert introduced_before(text, [earlier], "A title", language)
    assert not introduced_before(text, [], "A title", language)
    assert not introduced_before(text, [earlier], text, language)  # what all of the text is about


@pytest.mark.parametrize(
    ("language", "text", "rest"),
    [
        ("en", "A couple weeks ago, the crew cleared the pier.", "The crew cleared the pier."),
        ("en", "On Harbour Day, the crew cleared the pier.", "The crew cleared the pier."),
        ("en", "In May, the crew cleared the pier.", "In May, the crew cleared the pier."),
        ("es", "Recientemente, el equipo limpió el muelle.", "El equipo limpió el muelle."),
        ("fr", "L’année dernière, l'équipe a nettoyé le quai.", "L'équipe a nettoyé le quai."),
        ("it", "Negli ultimi anni, il molo è stato pulito.", "Il molo è stato pulito."),
        ("pt", "Atualmente, o cais está limpo.", "O cais está limpo."),
    ],
)
def test_without_undated_opener_drops_when_it_was_to_its_author(language: str, text: str, rest: str) -> None:
    assert without_undated_opener(text, language) == rest


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "In 2020, most offices use digital lamps.", True),
        ("en", "In 2020, most offices used digital lamps.", False),
        ("en", "The tower was painted three weeks ago.", True),
        ("en", "The first lamp was lit 4 billion years ago.", False),
        ("es", "En 1908 nace su hijo.", False),
        ("es", "La torre se pintó hace dos semanas.", True),
        ("fr", "La tour a été peinte l'année dernière.", True),
        ("it", "La torre fu dipinta due settimane fa.", True),
        ("pt", "A torre foi pintada há duas semanas.", True),
    ],
)
def test_is_of_authors_day_tells_what_is_true_only_then(language: str, text: str, expected: bool) -> None:
    assert is_of_authors_day(text, language) == expected


@pytest.mark.parametrize(
    ("raw", "rest"),
    [
        ("Low contrast - Follow the guide on colour.", "Follow the guide on colour."),
        ("Write for people: Step back from the words of the trade.", "Step back from the words of the trade."),
        ("The lamp burns at night.", "The lamp burns at night."),
        ("Opening hours: 9 to 5.", "Opening hours: 9 to 5."),
    ],
)
def test_without_label_keeps_the_sentence_alone(raw: str, rest: str) -> None:
    assert without_label(raw) == rest


def _sentences(*texts: str, byline: str = "By a keeper.") -> list[Sentence]:
    blocks = tuple(Block(kind="paragraph", text=text) for text in (byline, *texts))
    return sentences_of(SourceText(title="The pier", blocks=blocks, language="en", words=90, sha256="0" * 64))


def test_sentences_of_text_without_date_leave_out_what_its_author_dates_by_the_day() -> None:
    text = "The old tower at the pier was painted three weeks ago."
    assert not _sentences(text)[-1].usable
    assert _sentences(text, byline="By a keeper, 3 March 2026.")[-1].usable


def test_sentences_of_comparison_that_opens_a_paragraph_needs_its_part_alone() -> None:
    _, _, first, second = _sentences("The lamp turns all night. It also hums.", "Sailors also hum at night.")
    assert (first.leans, first.compares) == (True, False)
    assert (second.leans, second.compares) == (True, True)
