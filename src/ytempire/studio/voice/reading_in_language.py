"""How a sentence in a language other than English is read aloud, token by token, by the tables of its language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import regex

from ytempire.language.profile import language_profile
from ytempire.language.reading import Currency, Noun, Reading, reading_of
from ytempire.studio.emoji import without_emoji
from ytempire.studio.tokens import displayed_tokens, token_places
from ytempire.studio.voice.number_words import cardinal, digit_by_digit, number_pattern, ordinal, value_of
from ytempire.studio.voice.numerals import roman
from ytempire.studio.voice.pause_marks import settle_pauses, with_pause

JOINT = "\ue000"
"""Stands for a space between words that are read as one, so that places in the text stay what they are."""
_SPACE = "[ \u00a0\u202f\u2009]"
_EDGES = regex.compile(
    r"^([\"'“‘(\[{«‹¿¡\u00a0\u202f—–]*)(.*?)([\"'”’)\]}»›,;:!?…\u00a0\u202f]*\.?[\"'”’)\]}»›]*)$", regex.DOTALL
)
_DATE = regex.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_DATE = regex.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME = regex.compile(r"(\d{1,2})(?::|h|\.)(\d{2})?h?")
_HYPHENS = regex.compile(r"[-–—]")
_HOST = regex.compile(r"(?:https?://)?(?:www\.)?((?:[\p{L}\d-]+\.)+\p{L}{2,6})(/\S*)?")
_MAIL = regex.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ROMAN_ORDINAL = regex.compile(r"([IVXLC]+)(e|ème|er|ère|es|º|ª|o|a)?")
_ELIDED = regex.compile(r"(\p{L}{1,5}')(\d.*)")
"""Of "l'80": the word of grammar, and the number that it is joined to."""
LARGEST_HOUR, LARGEST_MINUTE, LARGEST_REIGN = 24, 59, 40
MONTHS_IN_YEAR, DAYS_IN_MONTH = 12, 31


@dataclass(frozen=True)
class _Place:
    """One of a sentence's words without the marks around them."""

    words: Sequence[str]
    index: int
    reading: Reading

    @property
    def core(self) -> str:
        return self.words[self.index]

    @property
    def before(self) -> str:
        return self.words[self.index - 1] if self.index else ""

    @property
    def after(self) -> str:
        return self.words[self.index + 1] if self.index + 1 < len(self.words) else ""


def read_in_language(text: str, language: str, pronunciations: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return for each displayed token of a text what is said for it, empty where it has no sound of its own.

    `pronunciations` maps a word in small letters to what is said for it.
    """
    reading = reading_of(language)
    joined = _joined(text, reading)
    places = token_places(joined)
    parts = [_split(place.group(), reading, is_last=number + 1 == len(places)) for number, place in enumerate(places)]
    words = [core for _, core, _ in parts]
    spoken = []
    for index, (head, core, tail) in enumerate(parts):
        spoken_word = pronunciations.get(core.lower()) or _read(_Place(words, index, reading))
        spoken.append(with_pause(head, spoken_word, tail))
    read: list[tuple[str, str]] = []
    for place, settled in zip(places, settle_pauses(spoken), strict=True):
        written, *silent = displayed_tokens(text[place.start() : place.end()])
        read += [(written, settled), *((word, "") for word in silent)]
    return read


def _joined(text: str, reading: Reading) -> str:
    """The text, of the same length, without the spaces in numbers, in amounts and in short forms of several words."""
    text = regex.sub(rf"(?<![\d.,])\d{{1,3}}(?:{_SPACE}\d{{3}})+(?!\d)", lambda match: _tied(match.group()), text)
    marks = "|".join(regex.escape(sign) for sign in sorted(reading.currencies, key=len, reverse=True))
    text = regex.sub(rf"(?<![\p{{L}}\d])(?:{marks}){_SPACE}(?=\d)", lambda match: _tied(match.group()), text)
    text = regex.sub(rf"(?<=\d){_SPACE}(?=(?:{marks})(?![\p{{L}}\d]))", JOINT, text)
    forms = "|".join(regex.escape(form).replace(r"\ ", _SPACE) for form in reading.short_forms if " " in form)
    if not forms:
        return text
    return regex.sub(
        rf"(?<!\p{{L}})(?:{forms})(?!\p{{L}})", lambda match: _tied(match.group()), text, flags=regex.IGNORECASE
    )


def _tied(text: str) -> str:
    return regex.sub(_SPACE, JOINT, text)


def _split(token: str, reading: Reading, *, is_last: bool) -> tuple[str, str, str]:
    """Opening marks, the word, closing marks. A full stop that belongs to a short form stays with it."""
    match = _EDGES.match(token)
    assert match is not None
    head, core, tail = match.groups()
    if "." in tail and _form_of(f"{core}.", reading):
        rest = tail[tail.index(".") + 1 :]
        return head, f"{core}.", rest + ("." if is_last and not rest.startswith((".", "!", "?")) else "")
    return head, core, tail


def _form_of(core: str, reading: Reading) -> str | None:
    """What a short form stands for; one without a full stop is one with a capital only: French "Me", not "me"."""
    written = core.replace(JOINT, " ")
    is_plain_word = written.isalpha() and written.islower()
    is_plain_letter = len(written) == 2 and written[0].islower() and not _needs_number(written, reading)
    return None if is_plain_word or is_plain_letter else reading.short_forms.get(written.lower())


def _needs_number(form: str, reading: Reading) -> bool:
    kinds = language_profile(reading.language).kinds_of(form.removesuffix("."))
    return "before_number" in kinds and "may_end" not in kinds


def _short_form(core: str, place: _Place) -> str | None:
    """What a short form stands for here: "art." only before a number, "mar." as a month only beside one."""
    reading = place.reading
    form = _form_of(core, reading)
    if form is None:
        return None
    has_number_after = place.after[:1].isdecimal() or roman(place.after) is not None
    if form in reading.months:
        earlier = [word for word in place.words[max(0, place.index - 2) : place.index] if word[:1].isdecimal()]
        return form if earlier or has_number_after else core
    return form if has_number_after or not _needs_number(core, reading) else core


def _read(place: _Place) -> str:  # noqa: PLR0911  # a table of shapes
    core = without_emoji(place.core.replace("’", "'").replace("−", "-"))
    reading = place.reading
    if not core or not regex.search(r"[\p{L}\p{N}%‰°º€$£¥&+=×~≈±→<>½¼¾]", core):
        return ""
    if core in reading.signs:
        return reading.signs[core]
    if core in reading.fractions:
        return reading.fractions[core]
    if (unit := _unit_after_number(place, core)) is not None:
        return unit
    if elided := _ELIDED.fullmatch(core):
        return f"{elided[1]}{_read_figures(elided[2], place)}"
    if regex.search(r"\d", core):
        return _read_figures(core, place)
    if (form := _short_form(core, place)) is not None:
        return form
    return _read_roman(core, place) or _owing(_read_word(core, place), place)


def _read_figures(core: str, place: _Place) -> str:
    for reader in (_date, _time, _money, _ordinal, _quantity, _range, _fraction):
        if (words := reader(core, place)) is not None:
            return words
    return _read_mixed(core, place.reading)


def _date(core: str, place: _Place) -> str | None:
    """12/03/2024 as day, month and year; 2024-03-12 alike."""
    reading = place.reading
    if match := _ISO_DATE.fullmatch(core):
        year, month, day = match.groups()
    elif match := _DATE.fullmatch(core):
        day, month, year = match.groups()
    else:
        return None
    if not (1 <= int(month) <= MONTHS_IN_YEAR and 1 <= int(day) <= DAYS_IN_MONTH):
        return None
    return reading.date.format(
        day=_day(int(day), reading), month=reading.months[int(month) - 1], year=cardinal(year, reading)
    )


def _day(day: int, reading: Reading) -> str:
    return reading.first_day if day == 1 else cardinal(str(day), reading)


def _time(core: str, place: _Place) -> str | None:
    """14:30, 14h30, 7h; 10.30 only behind the word for hours."""
    match = _TIME.fullmatch(core)
    if match is None or int(match[1]) > LARGEST_HOUR or int(match[2] or 0) > LARGEST_MINUTE:
        return None
    reading = place.reading
    if "." in core and place.before.lower() not in reading.before_time:
        return None
    if ":" not in core and "h" not in core and "." not in core:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    noun = reading.units["h"]
    names = {
        "hour": cardinal(str(hour), reading, is_feminine=reading.hours_are_feminine),
        "hours": noun.singular if hour == 1 else noun.plural,
    }
    if minute == 0:
        return reading.whole_hour.format(**names)
    return reading.hour_and_minute.format(**names, minute=cardinal(str(minute), reading))


def _money(core: str, place: _Place) -> str | None:
    """ "5 €", "$3,50", "R$ 12": the amount, and the currency unless a word of magnitude follows, which it then says."""
    reading = place.reading
    amount = _amount(core, reading)
    if amount is None:
        return None
    written, currency = amount
    if place.after.lower() in reading.magnitudes:
        return cardinal(written, reading)
    return _sum(written, currency, reading)


def _amount(core: str, reading: Reading) -> tuple[str, Currency] | None:
    marks = "|".join(regex.escape(sign) for sign in sorted(reading.currencies, key=len, reverse=True))
    number = number_pattern(reading)
    match = regex.fullmatch(rf"(?:({marks}){JOINT}?({number})|({number})({marks}))", core.replace(JOINT, " "))
    if match is None:
        match = regex.fullmatch(rf"(?:({marks}) ({number})|({number}) ({marks}))", core.replace(JOINT, " "))
    if match is None:
        return None
    return match[2] or match[3], reading.currencies[match[1] or match[4]]


def _sum(written: str, currency: Currency, reading: Reading) -> str:
    whole, decimals = value_of(written, reading)
    if len(decimals) == 2 and currency.cent.singular:
        parts = [_counted(whole, currency.unit, reading)] if int(whole) else []
        parts += [_counted(str(int(decimals)), currency.cent, reading)] if int(decimals) else []
        return f" {reading.and_word} ".join(parts) or _counted("0", currency.unit, reading)
    return _counted(written, currency.unit, reading)


def _counted(written: str, noun: Noun, reading: Reading) -> str:
    return (
        f"{cardinal(written, reading, is_feminine=noun.is_feminine, before_noun=True)} {_named(written, noun, reading)}"
    )


def _named(written: str, noun: Noun, reading: Reading) -> str:
    return noun.singular if value_of(written, reading) == ("1", "") else noun.plural


def _ordinal(core: str, place: _Place) -> str | None:
    """1.º, 3ª, 1er, 2e. What is a unit as well is read as one."""
    reading = place.reading
    match = reading.ordinal.fullmatch(core)
    if match is None:
        return None
    mark = match[2].lstrip(".")
    return ordinal(
        int(match[1]),
        reading,
        is_feminine=mark in reading.feminine_marks,
        is_short=mark in reading.short_ordinal_marks,
    )


def _quantity(core: str, place: _Place) -> str | None:
    """A number by itself, or with a sign before and a unit behind it: -5, ~30, 20°C, 5km, 78%."""
    reading = place.reading
    match = regex.fullmatch(rf"([-+~≈±<>]?)({number_pattern(reading)})(\D.*)?", core.replace(JOINT, " "))
    if match is None:
        return None
    sign, written, unit = match.groups()
    lead = "" if not sign else f"{reading.minus if sign == '-' else reading.signs[sign]} "
    if unit is None:
        return lead + _number(written, place)
    noun = reading.units.get(unit)
    return f"{lead}{_counted(written, noun, reading)}" if noun else None


def _number(written: str, place: _Place) -> str:
    """A number in the gender of the noun behind it, as far as its ending tells that."""
    reading, after = place.reading, place.after
    if noun := reading.units.get(after):
        return cardinal(written, reading, is_feminine=noun.is_feminine, before_noun=True)
    if currency := reading.currencies.get(after):
        return cardinal(written, reading, is_feminine=currency.unit.is_feminine, before_noun=True)
    if after.lower() in reading.months or (after in {"de", "d'"} and _is_date(place)):
        return (
            _day(int(written), reading)
            if written.isdecimal() and int(written) <= DAYS_IN_MONTH
            else cardinal(written, reading)
        )
    profile = language_profile(reading.language)
    counts = after[:1].islower() and after.isalpha() and not profile.is_grammar(after)
    is_feminine = counts and _is_feminine(after, reading.language)
    return cardinal(written, reading, is_feminine=is_feminine, before_noun=counts)


def _is_date(place: _Place) -> bool:
    following = place.words[place.index + 2] if place.index + 2 < len(place.words) else ""
    return following.lower() in place.reading.months


_FEMININE = regex.compile(r"\p{L}+(?:a|as|ción|ciones|sión|siones|dad|dades|ção|ções|são|sões|dade|dades|gem|gens)")
_MASCULINE = regex.compile(r"días?|dias?|mapas?|planetas?|\p{L}+(?:ma|mas|ista|istas|ão)(?<!ção)(?<!são)")
"""Of Greek nouns in -ma, and of nouns in -a that are masculine."""


def _is_feminine(noun: str, language: str) -> bool:
    lower = noun.lower()
    if language not in {"es", "pt"}:  # elsewhere only the number one tells the gender, and it is written out
        return False
    return _FEMININE.fullmatch(lower) is not None and _MASCULINE.fullmatch(lower) is None


def _range(core: str, place: _Place) -> str | None:
    """1998-2003, 10–15, 10-15%."""
    reading = place.reading
    number = number_pattern(reading)
    match = regex.fullmatch(rf"({number})[-–—]({number})(\D.*)?", core.replace(JOINT, " "))
    if match is None:
        return None
    low, high, unit = match.groups()
    noun = reading.units.get(unit) if unit else None
    if unit and noun is None:
        return None
    second = _counted(high, noun, reading) if noun else cardinal(high, reading)
    return f"{cardinal(low, reading)} {reading.to} {second}"


def _fraction(core: str, place: _Place) -> str | None:
    reading = place.reading
    if match := regex.fullmatch(r"(\d+)([½¼¾])", core):
        return f"{cardinal(match[1], reading)} {reading.and_word} {reading.fractions[match[2]]}"
    match = regex.fullmatch(r"(\d+)/(\d+)", core)
    if match is None:
        return None
    return f"{cardinal(match[1], reading)} {reading.over} {cardinal(match[2], reading)}"


def _read_mixed(core: str, reading: Reading) -> str:
    """Letters and figures of a name, one group after another: "M31", "14-bis", "A4"."""
    if match := _HOST.fullmatch(core):
        return _address(match[1], match[2] or "", reading)
    groups = regex.findall(r"\d+|[\p{L}'’]+", core)
    return " ".join(
        (digit_by_digit(group, reading) if len(group) > 4 else cardinal(group, reading)) if group.isdecimal() else group
        for group in groups
    )


def _unit_after_number(place: _Place, core: str) -> str | None:
    """ "km" behind 12, "€" behind 5, "%" behind 78; and the currency behind the magnitude of its amount."""
    reading = place.reading
    number = regex.fullmatch(
        rf"[-+~≈±<>]?(?:{number_pattern(reading)}|(?:{number_pattern(reading)})[-–—](?:{number_pattern(reading)}))",
        _ELIDED.sub(r"\2", place.before.replace(JOINT, " ").replace("’", "'")),
    )
    if number is not None:
        noun = reading.units.get(core) or reading.units.get(core.removesuffix("."))
        if noun is None and (currency := reading.currencies.get(core)):
            noun = currency.unit
        if noun is not None:
            return _named(place.before.lstrip("-+~≈±<>"), noun, reading)
    is_of_magnitude = place.before.lower() in reading.magnitudes
    if is_of_magnitude and (currency := reading.currencies.get(core)):
        return _of(currency.unit.plural, reading)
    return None


def _owing(spoken_word: str, place: _Place) -> str:
    """ "$15 millones": the currency is said behind the magnitude."""
    if place.core.lower() not in place.reading.magnitudes or not place.index:
        return spoken_word
    amount = _amount(place.before, place.reading)
    return spoken_word if amount is None else f"{spoken_word} {_of(amount[1].unit.plural, place.reading)}"


def _of(noun: str, reading: Reading) -> str:
    """ "de dólares", "d'euros"."""
    is_elided = reading.language == "fr" and noun[0] in "aeiouy"
    return f"d'{noun}" if is_elided else f"{reading.of_money} {noun}"


def _read_roman(core: str, place: _Place) -> str | None:
    """siglo XIX, XIXe siècle, Felipe II; None for other letters."""
    match = _ROMAN_ORDINAL.fullmatch(core)
    value = roman(match[1]) if match else None
    if match is None or value is None or not core[0].isupper():
        return None
    reading, before, after = place.reading, place.before, place.after
    if before.lower() in reading.century_before or after.lower() in reading.century_after:
        return _as_ordinal(value, reading.century_ordinals_to, reading)
    if match[2] and len(match[1]) > 1:
        return ordinal(value, reading, is_feminine=match[2] in reading.feminine_marks)
    if before.lower() in reading.numbered:
        return cardinal(str(value), reading)
    is_name = before[:1].isupper() and before.isalpha() and not language_profile(reading.language).is_grammar(before)
    is_number = len(core) > 1 or core in "IVX"
    return (
        _as_ordinal(value, reading.reign_ordinals_to, reading)
        if is_name and is_number and value < LARGEST_REIGN
        else None
    )


def _as_ordinal(value: int, up_to: int, reading: Reading) -> str:
    return ordinal(value, reading) if value <= up_to else cardinal(str(value), reading)


def _read_word(core: str, place: _Place) -> str:
    reading = place.reading
    if _MAIL.fullmatch(core):
        user, _, host = core.partition("@")
        return f"{user.replace('.', f' {reading.dot} ')} {reading.at} {_address(host, '', reading)}"
    if (match := _HOST.fullmatch(core)) and ("/" in core or core[0].islower()):
        return _address(match[1], match[2] or "", reading)
    if regex.fullmatch(r"\p{Lu}{2,}", core) and not regex.search(r"[AEIOUYÁÉÍÓÚÀÈÂÊÔÃÕ]", core):
        return ".".join(core)  # letters that make no syllable
    parts = [part for part in _HYPHENS.split(core) if part]
    if any(regex.fullmatch(r"\p{Lu}{2,}", part) for part in parts) and len(parts) > 1:
        return " ".join(parts)
    return core.replace("/", f" {reading.slash} ") if "/" in core.strip("/") else core


def _address(host: str, path: str, reading: Reading) -> str:
    words = [f" {reading.dot} ".join(host.split("."))]
    words += [regex.sub(r"[-_]", " ", part) for part in path.split("/") if part]
    return f" {reading.slash} ".join(words)
