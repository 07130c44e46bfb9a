"""What is written is said in the words of its language, one reading for each displayed token."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytempire.language.reading import LANGUAGES_WITH_READING
from ytempire.studio.tokens import displayed_tokens
from ytempire.studio.voice.text_normalization import read_aloud, spoken_text

CASES = {
    "es": [
        ("Son 22 000 toneladas.", "Son veintidós mil toneladas."),
        ("Mide 1.000,5 km.", "Mide mil coma cinco kilómetros."),
        ("Mide 0,05 mm.", "Mide cero coma cero cinco milímetros."),
        ("Hay 200 personas y 21 días.", "Hay doscientas personas y veintiún días."),
        ("Cuesta 5 € o $15 millones.", "Cuesta cinco euros o quince millones de dólares."),
        ("Cuesta €3,50.", "Cuesta tres euros y cincuenta céntimos."),
        ("Cuesta 3,50 € al día.", "Cuesta tres euros y cincuenta céntimos al día."),
        ("Nació el 12/03/1998.", "Nació el doce de marzo de mil novecientos noventa y ocho."),
        ("Sale a las 14:30.", "Sale a las catorce y treinta."),
        ("Sale a las 10.00 y cuesta 10.00.", "Sale a las diez y cuesta diez coma cero cero."),
        ("El 1.er piso y la 3.ª planta.", "El primer piso y la tercera planta."),
        ("El siglo XIX y Felipe II.", "El siglo diecinueve y Felipe segundo."),
        ("El Sr. Ruiz, p. ej., vive en EE. UU.", "El señor Ruiz, por ejemplo, vive en Estados Unidos."),
        ("Va a 120 km/h, a -5 °C.", "Va a ciento veinte kilómetros por hora, a menos cinco grados Celsius."),
        ("Compró 10 m. Luego durmió.", "Compró diez metros. Luego durmió."),
        ("Es una obra de art. nueva.", "Es una obra de art. nueva."),
    ],
    "fr": [
        ("Il y a 11\u202f000 ans\u00a0!", "Il y a onze mille ans!"),
        ("Le XIXe siècle de Louis XIV.", "Le dix-neuvième siècle de Louis quatorze."),
        ("Le 1er mai à 14h30.", "Le premier mai à quatorze heures trente."),
        ("Il a 3,5 % de 5 millions €.", "Il a trois virgule cinq pour cent de cinq millions d'euros."),
        ("M. Roux me dit, c.-à-d. à Me Dupont.", "monsieur Roux me dit, c'est-à-dire à maître Dupont."),
        ("La 2e page et 21 pages.", "La deuxième page et vingt et un pages."),
    ],
    "it": [
        ("Nel XIX secolo, Luigi XIV.", "Nel diciannovesimo secolo, Luigi quattordicesimo."),
        ("Il 1º maggio alle 10.30, ecc.", "Il primo maggio alle dieci e trenta, eccetera."),
        ("Ca. 15.000 km e 2,5 m.", "circa quindicimila chilometri e due virgola cinque metri."),
        ("I ragazzi pagano 3 €.", "I ragazzi pagano tre euro."),
        ("Porta l’80 % dall'11 maggio.", "Porta l'ottanta per cento dall'undici maggio."),
    ],
    "pt": [
        ("No século XIX, Pedro II.", "No século dezenove, Pedro segundo."),
        (
            "Custa R$ 12,50 ou R$ 3,8 milhões.",
            "Custa doze reais e cinquenta centavos ou três vírgula oito milhões de reais.",
        ),
        ("Às 7h15, 200 pessoas.", "Às sete e quinze, duzentas pessoas."),
        ("O 1.º lugar e a 2ª vez.", "O primeiro lugar e a segunda vez."),
        ("A casa fica no mar. Nada mais.", "A casa fica no mar. Nada mais."),
        ("Em 5 de mar. de 2020.", "Em cinco de março de dois mil e vinte."),
    ],
}


@pytest.mark.parametrize(
    ("language", "written", "said"), [(language, *case) for language, cases in CASES.items() for case in cases]
)
def test_read_aloud_in_language_says_what_is_written(language: str, written: str, said: str) -> None:
    assert spoken_text(read_aloud(written, language=language)) == said


@pytest.mark.parametrize("language", sorted(LANGUAGES_WITH_READING))
@given(text=st.text("ab Sr.,:?!«»\u00a0\u202f01259/-€$%°º XIVh()km'", max_size=60))
def test_read_aloud_any_text_has_one_reading_for_each_token(language: str, text: str) -> None:
    read = read_aloud(text, language=language)
    assert [token.written for token in read] == displayed_tokens(text)


def test_read_aloud_own_pronunciation_overrules_reading() -> None:
    (token,) = read_aloud("XIX", language="es", pronunciations={"xix": "equis"})
    assert token.spoken == "equis"


def test_read_aloud_language_without_tables_leaves_text_to_engine() -> None:
    assert spoken_text(read_aloud("Es sind 5 km.", language="de")) == "Es sind 5 km."
