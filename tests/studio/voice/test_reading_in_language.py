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
        ("De 1999 costaba.", "De mil novecientos noventa y nueve costaba."),
        ("En 1492 llega.", "En mil cuatrocientos noventa y dos llega."),
        ("En el año 1999 costaba mucho.", "En el año mil novecientos noventa y nueve costaba mucho."),
        ("Un grupo de 1500 personas.", "Un grupo de mil quinientas personas."),
        ("Vale 5 mil € o $5 mil.", "Vale cinco mil euros o cinco mil dólares."),
        ("El s. XIX.", "El siglo diecinueve."),
        ("Los ss. XIX y XX.", "Los siglos diecinueve y veinte."),
        ("La II Guerra Mundial y el III Congreso.", "La segunda Guerra Mundial y el tercer Congreso."),
        ("El n° 5, n°12, nº 5.", "El número cinco, número doce, número cinco."),
        ("A −5 °C.", "A menos cinco grados Celsius."),
        ("Pon 1/2 kg.", "Pon medio kilogramo."),
        ("Pon 1/2 taza, 3/4 kg.", "Pon media taza, tres cuartos de kilogramo."),
        ("A las 13:30 h llega.", "A las trece y treinta llega."),
        ("A las 8:05 h. de la tarde.", "A las ocho y cinco de la tarde."),
        ("Son las 1:00.", "Es la una."),
        ("A la 1:00.", "A la una."),
        (
            "3×4=12, 10⁶, 10^6, 10^-6.",
            "tres por cuatro igual a doce, diez elevado a seis, diez elevado a seis, diez elevado a menos seis.",
        ),
        ("10 %-15 %.", "diez a quince por ciento."),
        ("Vale 20 €/kg.", "Vale veinte euros por kilogramo."),
        ("Isabel I y Felipe II.", "Isabel primera y Felipe segundo."),
        (
            "Hay 500 mujeres, 200 especies y 1.200 camas.",
            "Hay quinientas mujeres, doscientas especies y mil doscientas camas.",
        ),
        ("Tiene 200 problemas y 200.000.000 casas.", "Tiene doscientos problemas y doscientos millones casas."),
        ("Hay 21 000 casas.", "Hay veintiún mil casas."),
        ("Pan y/o vino.", "Pan y o vino."),
        ("Vale 1,234.56.", "Vale mil doscientos treinta y cuatro coma cincuenta y seis."),
        ("Llame al 555-1234.", "Llame al cinco cinco cinco, uno dos tres cuatro."),
        ("La era (476-1492).", "La era, cuatrocientos setenta y seis a mil cuatrocientos noventa y dos."),
        ("Ve a casa.", "Ve a casa."),
        ("Los s. XX y XXI.", "Los siglos veinte y veintiuno."),
        ("Vale 1 000 000 €.", "Vale un millón de euros."),
        ("De 12:30-14:00 h.", "De doce y treinta a catorce."),
        ("Es x²+y²=z².", "Es x elevado a dos más y elevado a dos igual a z elevado a dos."),
    ],
    "fr": [
        ("Il y a 11\u202f000 ans\u00a0!", "Il y a onze mille ans!"),
        ("Le XIXe siècle de Louis XIV.", "Le dix-neuvième siècle de Louis quatorze."),
        ("Le 1er mai à 14h30.", "Le premier mai à quatorze heures trente."),
        ("Il a 3,5 % de 5 millions €.", "Il a trois virgule cinq pour cent de cinq millions d'euros."),
        ("M. Roux me dit, c.-à-d. à Me Dupont.", "monsieur Roux me dit, c'est-à-dire à maître Dupont."),
        ("La 2e page et 21 pages.", "La deuxième page et vingt et une pages."),
        ("D'1,5 million d'euros.", "D'un virgule cinq million d'euros."),
        ("Près d'1/3 des cas.", "Près d'un tiers des cas."),
        ("L'11 mai.", "Le onze mai."),
        ("Il a 5 mille €.", "Il a cinq mille euros."),
        ("Au XXe s. on chante.", "Au vingtième siècle on chante."),
        ("Les XVe-XVIe siècles.", "Les quinzième et seizième siècles."),
        ("Le XVIᵉ siècle.", "Le seizième siècle."),
        ("Ce siècle de François Ier.", "Ce siècle de François premier."),
        ("Le Dr P. Le Goff, p. 5.", "Le docteur P. Le Goff, page cinq."),
        ("Le n° 5, n°12, nº 5.", "Le numéro cinq, numéro douze, numéro cinq."),
        ("Il faut 1/2 kg.", "Il faut un demi kilogramme."),
        (
            "5 M€, 1,2 Md€, 5 m³/s.",
            "cinq millions d'euros, un virgule deux milliard d'euros, cinq mètres cubes par seconde.",
        ),
        ("10⁶, 10^-6, 3×4=12.", "dix puissance six, dix puissance moins six, trois fois quatre égale douze."),
        ("Il y a 1 femme et 21 personnes, 1 homme.", "Il y a une femme et vingt et une personnes, un homme."),
        ("Il y a 0,1 s.", "Il y a zéro virgule un seconde."),
        ("Il y a d'env. 3 km.", "Il y a d'environ trois kilomètres."),
        ("Et/ou cela.", "Et ou cela."),
    ],
    "it": [
        ("Nel XIX secolo, Luigi XIV.", "Nel diciannovesimo secolo, Luigi quattordicesimo."),
        ("Il 1º maggio alle 10.30, ecc.", "Il primo maggio alle dieci e trenta, eccetera."),
        ("Ca. 15.000 km e 2,5 m.", "circa quindicimila chilometri e due virgola cinque metri."),
        ("I ragazzi pagano 3 €.", "I ragazzi pagano tre euro."),
        ("Porta l’80 % dall'11 maggio.", "Porta l'ottanta per cento dall'undici maggio."),
        ("L'80% dei laghi, dell'1,5%.", "L'ottanta per cento dei laghi, dell'uno virgola cinque per cento."),
        ("L'1,2 miliardi, all'1.500.", "L'uno virgola due miliardi, al millecinquecento."),
        ("Porta l’80 %.", "Porta l'ottanta per cento."),
        ("Costa 5 mila €.", "Costa cinque mila euro."),
        ("Nel sec. XX nacque.", "Nel secolo ventesimo nacque."),
        ("I secoli XV-XVI.", "I secoli quindicesimo e sedicesimo."),
        ("Io vivo nel V secolo.", "Io vivo nel quinto secolo."),
        ("La II guerra mondiale.", "La seconda guerra mondiale."),
        ("Il n° 5, n°12, nº 5.", "Il numero cinque, numero dodici, numero cinque."),
        ("Il 1° maggio, il 2° piano, fa 20°.", "Il primo maggio, il secondo piano, fa venti gradi."),
        ("Serve 1/2 kg e 1/2 chilo.", "Serve mezzo chilogrammo e mezzo chilo."),
        ("È aperto 24h.", "È aperto ventiquattro ore."),
        ("C'è 1 casa e 1 ora.", "C'è una casa e un' ora."),
        ("C'è 1 uomo, 1 zio, 1 problema.", "C'è un uomo, uno zio, un problema."),
        ("Pane e/o vino.", "Pane e o vino."),
        ("20 €/kg, 20 €/t, 20 €/h.", "venti euro al chilogrammo, venti euro alla tonnellata, venti euro all'ora."),
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
        ("Em 1822 havia.", "Em mil oitocentos e vinte e dois havia."),
        ("No ano de 1500 chegava.", "No ano de mil e quinhentos chegava."),
        ("Custa R$ 210 mil.", "Custa duzentos e dez mil reais."),
        ("US$5 mil por mês.", "cinco mil dólares por mês."),
        ("Séculos XIX e XX.", "Séculos dezenove e vinte."),
        ("O séc. XX.", "O século vinte."),
        ("A II Guerra Mundial.", "A segunda Guerra Mundial."),
        ("O n° 5, n°12, nº 5.", "O número cinco, número doze, número cinco."),
        ("Ponha 1/2 kg.", "Ponha meio quilograma."),
        ("Dura 8h30min.", "Dura oito horas e trinta minutos."),
        ("5%–10%.", "cinco a dez por cento."),
        ("2 mulheres e 2 mil pessoas.", "duas mulheres e duas mil pessoas."),
        ("200 milhões de pessoas, 2 dias.", "duzentos milhões de pessoas, dois dias."),
        ("D. Maria I e D. Pedro I.", "D. Maria primeira e D. Pedro primeiro."),
        ("E/ou isso.", "E ou isso."),
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
