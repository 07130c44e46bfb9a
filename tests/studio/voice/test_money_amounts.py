from __future__ import annotations

import pytest

from tests.production.source_samples import fault, said, texts


def test_read_aloud_amounts_of_text() -> None:
    assert [said(sentence + ".") for sentence in texts(fault("04-money.txt"))[1].rstrip(".").split(". ")] == [
        "The club lost minus five million dollars and then minus two hundred thousand dollars in a year.",
        "It paid seventy-five thousand Australian dollars and five to six million U.S dollars for A Bridge.",
        "A pass costs five dollars a month.",
        "The hall holds twelve thousand liters and one thousand five hundred chairs.",
    ]


CASES = [
    # signs before
    ("−$200,000", "minus two hundred thousand dollars"),
    ("–€3.5 million", "minus three point five million euros"),
    ("$-5", "minus five dollars"),
    ("~$5m", "about five million dollars"),
    ("<$5 and >£6", "less than five dollars and more than six pounds"),
    # currencies before the amount
    ("C$1.50", "one Canadian dollar and fifty cents"),
    ("NZ$20 or HK$300", "twenty New Zealand dollars or three hundred Hong Kong dollars"),
    ("US$1", "one U.S dollar"),
    ("R$ 1.500,50", "one thousand five hundred Brazilian reals and fifty centavos"),
    ("₩5,000 and ₱20", "five thousand won and twenty pesos"),
    ("₹1,00,000", "one hundred thousand rupees"),
    ("CHF 50 or CHF50", "fifty Swiss francs or fifty Swiss francs"),
    ("USD 2.5 million", "two point five million U.S dollars"),
    ("EUR 1", "one euro"),
    ("CN¥20 and ¥500", "twenty Chinese yuan and five hundred yen"),
    ("Rs. 500 and RM 50", "five hundred rupees and fifty ringgit"),
    ("$ 5 million", "five million dollars"),
    ("$.50 and $0.5", "fifty cents and zero point five dollars"),
    # behind it
    ("75€ or 75 €", "seventy-five euros or seventy-five euros"),
    ("200 kr and 20 zł and 1 zł", "two hundred kronor and twenty zlotys and one zloty"),
    ("5,000 SEK or 1 CHF", "five thousand Swedish kronor or one Swiss franc"),
    ("5 million kr", "five million kronor"),
    ("99¢", "ninety-nine cents"),
    ("$5 USD or $5 million USD", "five U.S dollars or five million U.S dollars"),
    # magnitudes and ranges
    ("US$5–6 million", "five to six million U.S dollars"),
    ("US$ 5 million", "five million U.S dollars"),
    ("$5–$6 million", "five to six million dollars"),
    ("$500k–$1m", "five hundred thousand to one million dollars"),
    ("£3-4bn", "three to four billion pounds"),
    ("€10–15", "ten to fifteen euros"),
    ("A$1,000–2,000", "one thousand to two thousand Australian dollars"),
    ("$5 to $6 million", "five to six million dollars"),
    ("between $5 and 6 million", "between five and six million dollars"),
    ("it cost $5 and $6 million was left", "it cost five dollars and six million dollars was left"),
    ("$1 million–$2 million", "one million to two million dollars"),
    ("$5.50–$6.75", "five dollars and fifty cents to six dollars and seventy-five cents"),
    ("US $5 million", "five million U.S dollars"),
    ("INR 2.5 million and 3.500,00 EUR", "two point five million Indian rupees and three thousand five hundred euros"),
    # grouping
    ("5 000 000 km", "five million kilometers"),
    ("1\u202f234,67 km", "one thousand two hundred thirty-four point six seven kilometers"),
    ("12\u202f000 liters", "twelve thousand liters"),
    ("1\u00a0500\u00a0000 people.", "one million five hundred thousand people."),
    ("$12\u2009000", "twelve thousand dollars"),
    ("12 000 chairs", "twelve thousand chairs"),
    ("CHF 1'200 and 1’500 chairs", "one thousand two hundred Swiss francs and one thousand five hundred chairs"),
    ("in 2020 300 people", "in twenty twenty three hundred people"),
    # what it is paid for
    ("$5/month", "five dollars a month"),
    ("$5/mo. and €30/hr", "five dollars a month and thirty euros an hour"),
    ("$5 million/year", "five million dollars a year"),
    ("$1.2M/yr", "one point two million dollars a year"),
    ("10 €/month", "ten euros a month"),
    ("$0.99/lb", "ninety-nine cents a pound"),
    ("$10/user/month", "ten dollars a user a month"),
    # decimal commas where they are certain
    ("€3,50", "three euros and fifty cents"),
    (
        "3,5 km and 3,5% of 2,5 million",
        "three point five kilometers and three point five percent of two point five million",
    ),
    ("1.234,56 €", "one thousand two hundred thirty-four point five six euros"),
    ("0,125 of it", "zero point one two five of it"),
    ("1,500 km", "one thousand five hundred kilometers"),
    # no sums
    ("PHP 8.1 and COP 28", "P.H.P eight point one and C.O.P twenty-eight"),
    ("COP 4,000", "four thousand Colombian pesos"),
    ("A Bridge", "A Bridge"),
    # telephone numbers
    ("call 555-0123", "call five five five, zero one two three"),
    ("(555) 123-4567", "five five five, one two three, four five six seven"),
    ("+44 20 7946 0958", "plus four four, two zero, seven nine four six, zero nine five eight"),
    ("1-800-555-0199,", "one, eight zero zero, five five five, zero one nine nine,"),
    ("555.123.4567", "five five five, one two three, four five six seven"),
    ("030 1234567", "zero three zero, one two three four five six seven"),
    ("978-0-306-40615-7", "nine seven eight, zero, three zero six, four zero six one five, seven"),
    ("call 911 now", "call nine one one now"),
    ("in 1998-2004 and 100-2000", "in nineteen ninety-eight to two thousand four and one hundred to two thousand"),
]


@pytest.mark.parametrize(("written", "right"), CASES)
def test_read_aloud_amount(written: str, right: str) -> None:
    assert said(written) == right
