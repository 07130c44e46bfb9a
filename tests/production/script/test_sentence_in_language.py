"""Sentences of other languages: what may be spoken, how, and what leans on the sentence before it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ytempire.language.words import words_of
from ytempire.language.writing import LANGUAGES_WITH_WRITING
from ytempire.production.script.context_in_language import leans_in_language
from ytempire.production.script.sentence_in_language import (
    brief_in_language,
    cleaned_in_language,
    shortened_in_language,
    spoken_form,
    without_opener_in_language,
)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Las vecinas la llamaban la sorda."),
        ("fr", "Les voisines l'appelaient la sourde."),
        ("it", "Le vicine la chiamavano la sorda."),
        ("pt", "As vizinhas a chamavam de surda."),
        ("pt", "As vizinhas chamavam-na de surda."),
        ("fr", "Une vieille pompe en tire assez pour dix vaches."),
        ("fr", "La pompe neuve n'en perd presque pas."),
        ("it", "Nessuna mappa ne segna il posto."),
        ("es", "A los doce años cantaba en la plaza."),
        ("it", "A dodici anni cantava in piazza."),
        ("pt", "Aos doze anos cantava na praça."),
        ("es", "Libre de deudas, compró un molino."),
        ("it", "Libero dai debiti, si comprò un mulino."),
        ("pt", "Livre das dívidas, comprou um moinho."),
        ("it", "Voleva comprare un mulino."),
        ("es", "Todas durmieron en el suelo."),
        ("fr", "Tous dorment par terre."),
        ("it", "Tutti dormirono per terra."),
        ("pt", "Todos dormiram no chão."),
        ("pt", "Os voluntários dormiram pouco."),
        ("es", "A los nueve años la niña tocaba el arpa."),
        ("fr", "À neuf ans, la fillette jouait de la harpe."),
        ("it", "A nove anni la bambina suonava l'arpa."),
        ("pt", "Aos nove anos a menina tocava harpa."),
        ("it", "Il padre vendeva corde."),
        ("es", "El más viejo pesa nueve kilos."),
        ("fr", "La plus vieille pèse neuf kilos."),
        ("it", "Il più vecchio pesa nove chili."),
        ("pt", "O mais velho pesa nove quilos."),
        ("it", "Il mugnaio dormì in quel mulino per nove anni."),
        ("it", "In quell'anno bruciarono nove mulini."),
        ("es", "Sin embargo, el río crece."),
        ("es", "Entra lo mismo que sale."),
        ("fr", "Devenue acide, elle dissout le calcaire."),
        ("it", "Per anni i due si combattono con le parole."),
        ("it", "Nel marzo del 1800 descrive lo strumento in una lettera."),
        ("pt", "O efeito desapareceu a 200 metros das casas."),
        ("es", "Nació en Cádiz en 1908."),
        ("es", "Representa el cinco por ciento del total."),
        ("es", "Se encuentra al norte de la ciudad."),
        ("es", "En este caso, el agua hierve."),
        ("es", "Compártela en tus redes."),
        ("fr", "Elle soutient sa thèse en 1889."),
        ("fr", "En revanche, le bois gonfle."),
        ("fr", "Dans cette ville, le pont est fermé."),
        ("it", "Morì a Torino nel 1950."),
        ("it", "Di conseguenza, il prezzo sale."),
        ("pt", "Foi fundada em 1900 por dois irmãos."),
        ("pt", "Além disso, a água sobe."),
        ("pt", "Neste caso, a tampa fica aberta."),
    ],
)
def test_leans_in_language_sentence_without_antecedent_leans(language: str, text: str) -> None:
    assert leans_in_language(text, "", language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "La gran torre se ve desde el mar."),
        ("es", "Todas las torres se ven desde el mar."),
        ("es", "Al molinero le gusta el pan."),
        ("fr", "Tous les moulins tournent le soir."),
        ("fr", "Il y a un moulin au bord du lac."),
        ("it", "Tutti i mulini girano di sera."),
        ("it", "Quando il vento cala, il mulino dorme."),
        ("it", "La mano destra è più forte."),
        ("it", "I mulini di Carlo Neri, nato a Pesa nel 1871, girarono a lungo."),
        ("it", "Carlo Neri, nato a Pesa, girò il mondo."),
        ("it", "Il più vecchio mulino del lago pesa nove tonnellate."),
        ("fr", "Le plus vieux moulin du lac tourne encore."),
        ("it", "Quel che conta è il vento."),
        ("it", "I bambini della valle suonavano l'arpa."),
        ("es", "Los hijos de un molinero saben nadar."),
        ("es", "El molino de Luis Vega, abandonado en 1971, giró mucho tiempo."),
        ("pt", "Todos os moinhos giram de noite."),
        ("pt", "Em 1900 o moinho girava de noite."),
        ("es", "El efecto de la sal sobre el hielo es lento."),
        ("fr", "Quand le pain sèche, il durcit."),
        ("it", "I due fratelli aprirono una bottega nel 1902."),
        ("es", "El agua de un río parece dulce."),
        ("es", "Hay un puente sobre el río."),
        ("es", "Es posible que llueva mañana."),
        ("fr", "Il faut trois heures pour cuire le pain."),
        ("fr", "Ceux qui partent tôt arrivent les premiers."),
        ("it", "La cerniera è il cuore della bici."),
        ("it", "Ci sono tre vecchi ponti sul fiume."),
        ("pt", "A travessia dura nove minutos."),
        ("pt", "Há lagoas no meio das dunas."),
    ],
)
def test_leans_in_language_sentence_that_stands_alone_does_not_lean(language: str, text: str) -> None:
    assert not leans_in_language(text, "", language)


def test_leans_in_language_old_news_behind_adverbial_leans() -> None:
    before = "La pierre forme un anneau sous la goutte."
    assert leans_in_language("Goutte après goutte, l'anneau devient un tube.", before, "fr")
    assert not leans_in_language("Goutte après goutte, l'anneau devient un tube.", "", "fr")


def test_leans_in_language_answer_and_old_news_lean() -> None:
    assert leans_in_language("Casi siempre en verano.", "¿Cuándo llueve?", "es")
    assert leans_in_language("La sangre empieza a coagular.", "Un corte deja salir sangre.", "es")


@pytest.mark.parametrize(
    ("language", "raw"),
    [
        ("pt", "Palavras-chave: abelhas, café, renda do produtor."),
        ("es", "Fuente: archivo municipal de la villa de Alcorín."),
        ("it", "Nella foto in alto: il ponte delle vecchie fucine."),
        ("it", "P. Bertolucci, Liti di scienza, cap. 5."),
        ("es", "García Pérez, J. (1998). Historia de las aguas de Valencia."),
        ("fr", "L'auteur est professeur de physique à Lyon."),
        ("es", "Porque al es el artículo árabe."),
        ("es", "Costa sur del Perú hacia 1500."),
        ("es", "el agua empieza sin mayúscula y nadie sabe por qué."),
    ],
)
def test_spoken_form_label_reference_or_fragment_is_not_usable(language: str, raw: str) -> None:
    assert not spoken_form(raw, "", language).is_usable


@pytest.mark.parametrize(
    ("language", "raw", "line"),
    [
        ("es", "Últimos años Se jubiló en 1964 sin pensión.", "Se jubiló en 1964 sin pensión."),
        ("es", "Mares distintos En el Báltico hay menos sal.", "En el Báltico hay menos sal."),
        ("fr", "N. V. — Jouez souvent, même dix minutes.", "Jouez souvent, même dix minutes."),
        ("es", "En El Salvador llueve mucho en mayo.", "En El Salvador llueve mucho en mayo."),
        ("fr", "Le pain (de seigle) est-il meilleur\u00a0?", "Le pain est-il meilleur\u00a0?"),
    ],
)
def test_spoken_form_heading_and_speaker_are_left_off(language: str, raw: str, line: str) -> None:
    assert spoken_form(raw, "", language).lines == (line,)


@pytest.mark.parametrize(
    ("language", "text", "bare"),
    [
        ("es", "Sin embargo, el mar sube.", "El mar sube."),
        ("es", "Pero el mar sube.", "El mar sube."),
        ("it", "Un pianeta, invece, è vicino.", "Un pianeta è vicino."),
        ("pt", "No entanto, a água baixa.", "A água baixa."),
        ("fr", "Et le train part.", "Le train part."),
        ("es", "Así crece el trigo.", "Así crece el trigo."),
    ],
)
def test_without_opener_in_language_leaves_off_connectives(language: str, text: str, bare: str) -> None:
    assert without_opener_in_language(text, language) == bare


def test_shortened_in_language_leaves_off_what_only_adds() -> None:
    text = (
        "El polvo del desierto cruza cada año el océano y llega hasta la selva del otro lado del mundo, "
        "donde abona unos suelos que la lluvia lava sin descanso."
    )
    short = "El polvo del desierto cruza cada año el océano y llega hasta la selva del otro lado del mundo."
    assert shortened_in_language(text, "es") == short
    assert brief_in_language(text, 19, "es") == short
    assert brief_in_language(text, 10, "es") is None


@pytest.mark.parametrize("language", sorted(LANGUAGES_WITH_WRITING))
@example(text="b(())b")
@example(text="b(()b)b")
@given(text=st.text("abe lo,;:—()que pero «»¿?.", max_size=120))
def test_spoken_form_any_text_says_only_words_of_the_source(language: str, text: str) -> None:
    said = iter(words_of(text))
    form = spoken_form(text, "", language)
    assert all(word in said for line in form.lines for word in words_of(line))


def test_cleaned_in_language_keeps_spaces_of_french_marks_and_numbers() -> None:
    text = "Il a  12\u202f000 livres (anciens)\u00a0: pourquoi\u00a0?"
    assert cleaned_in_language(text) == "Il a 12\u202f000 livres\u00a0: pourquoi\u00a0?"


@pytest.mark.parametrize(
    ("language", "raw"),
    [("it", "A dodici anni cantava in piazza."), ("es", "Cantaba todas las noches."), ("pt", "Aos doze anos cantava.")],
)
def test_spoken_form_short_sentence_with_imperfect_is_usable(language: str, raw: str) -> None:
    assert spoken_form(raw, "", language).is_usable
