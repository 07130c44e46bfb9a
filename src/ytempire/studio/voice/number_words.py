"""Numbers as words of a language other than English, in the gender of what they count."""

from __future__ import annotations

import regex
from num2words import num2words

from ytempire.language.reading import Reading

LONGEST_READ = 15  # digits; a reader says longer ones, which are serial numbers, one by one
_SPACES = " \u00a0\u202f\u2009"
_ENGLISH = r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}"
"""1,234.56 and 1,234,567, which no other language can mean by a comma."""


def number_pattern(reading: Reading) -> str:
    """Return a pattern of the numbers of a language: 1.000,5 or 1 000,5; groups of three, then decimals."""
    groups = f"[{regex.escape(reading.group)}{_SPACES}]" if reading.group else f"[{_SPACES}]"
    return rf"{_ENGLISH}|\d{{1,3}}(?:{groups}\d{{3}})+(?:,\d+)?|\d+(?:[,.]\d+)?"


def value_of(written: str, reading: Reading) -> tuple[str, str]:
    """Return the digits before and behind the decimal sign. A point before three digits parts groups, else decimals."""
    plain = regex.sub(rf"[{_SPACES}]", "", written)
    if regex.fullmatch(_ENGLISH, plain):
        plain = plain.replace(",", "")
    elif reading.group and regex.fullmatch(rf"\d{{1,3}}(?:{regex.escape(reading.group)}\d{{3}})+(?:,\d+)?", plain):
        plain = plain.replace(reading.group, "")
    whole, _, decimals = plain.replace(",", ".").partition(".")
    return whole, decimals


def cardinal(written: str, reading: Reading, *, is_feminine: bool = False, noun: str = "") -> str:
    """ "1.000,5" mil coma cinco; feminine "doscientas", and short before a noun: "veintiún"."""
    whole, decimals = value_of(written, reading)
    if len(whole) > LONGEST_READ or (len(whole) > 1 and whole.startswith("0")):
        return digit_by_digit(whole, reading)
    words = _words(int(whole), reading)
    if decimals:
        lead = decimals[: len(decimals) - len(decimals.lstrip("0"))] if decimals.strip("0") else decimals
        rest = decimals[len(lead) :]
        tail = [digit_by_digit(lead, reading)] if lead else []
        tail += [_words(int(rest), reading) if len(rest) <= 2 else digit_by_digit(rest, reading)] if rest else []
        return " ".join([words, reading.decimal_word, *tail])
    if is_feminine:
        return _feminine(words, reading, noun)
    return _before_noun(words, reading, noun) if noun else words


def digit_by_digit(digits: str, reading: Reading) -> str:
    """Return the names of the digits one after the other."""
    return " ".join(_words(int(digit), reading) for digit in digits)


def ordinal(number: int, reading: Reading, *, is_feminine: bool = False, is_short: bool = False) -> str:
    """ "3" tercero, tercera, and before a noun "tercer"."""
    if is_short and not is_feminine and number in reading.short_ordinals:
        return reading.short_ordinals[number]
    words = reading.ordinals.get(number) or _plain(str(num2words(number, lang=reading.number_words, to="ordinal")))
    if not is_feminine:
        return words
    if reading.language == "fr":
        return "première" if number == 1 else words
    return " ".join(f"{word[:-1]}a" if word.endswith("o") else word for word in words.split())


def _words(number: int, reading: Reading) -> str:
    words = _plain(str(num2words(number, lang=reading.number_words)))
    if reading.language == "es":  # num2words writes "veintiuno mil"
        return regex.sub(r"\buno(?= mil)", "un", regex.sub(r"veintiuno(?= mil)", "veintiún", words))
    return words


def _plain(words: str) -> str:
    """num2words writes "mil, novecentos": a comma would be a pause."""
    return words.replace(",", "")


def _feminine(words: str, reading: Reading, noun: str) -> str:
    """Millions are masculine whatever they count: only what follows them takes the gender of the noun."""
    millions, rest = _parted(words)
    match reading.language:
        case "es":
            rest = regex.sub(r"cientos\b", "cientas", rest).replace("quinientos", "quinientas")
            rest = regex.sub(r"veintiún$|veintiuno$", "veintiuna", regex.sub(r"\buno$", "una", rest))
        case "pt":
            rest = regex.sub(r"(duz|trez|quatroc|quinh|seisc|setec|oitoc|novec)entos\b", r"\1entas", rest)
            rest = regex.sub(r"\bdois\b", "duas", regex.sub(r"\bum$", "uma", rest))
        case "fr":
            rest = regex.sub(r"\bun$", "une", rest)
        case "it" if rest == "uno":
            rest = "un'" if _starts_with_vowel(noun) else "una"
    return f"{millions}{rest}"


def _parted(words: str) -> tuple[str, str]:
    match = regex.fullmatch(r"(.*(?:mill[oó]n(?:es)?|milh(?:ão|ões)|milion[ei]|b?ilh(?:ão|ões))\b)(.*)", words)
    return (match[1], match[2]) if match else ("", words)


def _before_noun(words: str, reading: Reading, noun: str) -> str:
    """ "un metro", "veintiún metros", "treinta y un metros"; in Italian "un metro" but "uno zio", "uno studente"."""
    if reading.language == "es":
        return regex.sub(r"\buno$", "un", regex.sub(r"veintiuno$", "veintiún", words))
    if reading.language == "it" and words == "uno":
        return "uno" if takes_long_article(noun) else "un"
    return words


def takes_long_article(noun: str) -> bool:
    """Tell whether an Italian noun stands behind "uno" and "lo": "zio", "studente", "gnomo"."""
    return regex.match(r"z|x|y|gn|ps|pn|s[^aeiouàèéìòùh]", noun.lower()) is not None


def _starts_with_vowel(word: str) -> bool:
    return regex.match(r"h?[aeiouàèéìòù]", word.lower()) is not None
