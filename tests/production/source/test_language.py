from __future__ import annotations

import pytest

from ytempire.production.source.reader import parse_source

SQUARES = (
    "Plaza Mayor lies in Madrid. Puerta del Sol, Plaza de España and Plaza de Cibeles are near. The Plaza de Oriente "
    "is older. Plaza de la Villa, Plaza de Colón, Plaza de Santa Ana, Plaza de la Cebada and Plaza de Tirso de Molina "
    "are small. Casa de la Panadería stands on Plaza Mayor. Calle de Alcalá leads from Puerta del Sol to Plaza de la "
    "Independencia. Palacio Real de Madrid and Teatro Real stand on Plaza de Oriente."
)
CHURCHES = (
    "Santa Maria della Salute and San Giorgio Maggiore face Piazza San Marco. Basilica di Santa Croce, Santa Maria "
    "Novella and San Lorenzo are in Firenze. Galleria degli Uffizi holds La nascita di Venere. Palazzo Pitti and Ponte "
    "Vecchio are near. Chiesa di San Luigi dei Francesi holds La vocazione di san Matteo. Piazza del Popolo and Piazza "
    "di Spagna are in Roma, and Fontana di Trevi is near them."
)
CLUBS = (
    "João da Silva, Maria de Oliveira and José dos Santos met in São Paulo. Rio de Janeiro, Belo Horizonte and Porto "
    "Alegre sent teams. Clube de Regatas do Flamengo won. Sociedade Esportiva Palmeiras lost. Estádio do Maracanã, "
    "Estádio do Morumbi and Estádio Beira-Rio were full. São Paulo Futebol Clube and Grêmio de Foot-Ball "
    "Porto-Alegrense drew, and Avenida Paulista was closed for them."
)


@pytest.mark.parametrize("text", [SQUARES, CHURCHES, CLUBS])
def test_language_of_english_with_foreign_names_is_english(text: str) -> None:
    assert parse_source(text.encode(), name="names.txt").language == "en"


def test_language_of_english_with_german_names_is_english() -> None:
    text = "Johann Sebastian Bach worked in Leipzig. Felix Mendelssohn Bartholdy played there too. " * 6
    assert parse_source(text.encode(), name="names.txt").language == "en"
