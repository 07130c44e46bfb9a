"""How a sentence in a language other than English is read aloud, token by token, by the tables of its language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import regex

from ytempire.language.profile import language_profile
from ytempire.language.reading import Reading, reading_of
from ytempire.studio.emoji import without_emoji
from ytempire.studio.tokens import displayed_tokens, token_places
from ytempire.studio.voice.exponents import flattened
from ytempire.studio.voice.measures_in_language import amount_of, counted, named, noun_of, of, sum_of
from ytempire.studio.voice.noun_gender import counts_feminine, is_feminine_noun
from ytempire.studio.voice.number_words import cardinal, digit_by_digit, number_pattern, ordinal, value_of
from ytempire.studio.voice.pause_marks import settle_pauses, with_pause
from ytempire.studio.voice.roman_in_language import is_numeral, read_roman
from ytempire.studio.voice.word_place import WordPlace

JOINT = "\ue000"
"""Stands for a space between words that are read as one, so that places in the text stay what they are."""
_SPACE = "[ \u00a0\u202f\u2009]"
_EDGES = regex.compile(
    r"^([\"'“‘(\[{«‹¿¡\u00a0\u202f—–]*)(.*?)([\"'”’)\]}»›,;:!?…\u00a0\u202f]*\.?[\"'”’)\]}»›]*)$", regex.DOTALL
)
_DATE = regex.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_DATE = regex.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME = regex.compile(r"(\d{1,2})([:h.])(\d{2})?(?:\ue000?(h|hs|hrs|min))?")
_HYPHENS = regex.compile(r"[-–—]")
_HOST = regex.compile(r"(?:https?://)?(?:www\.)?((?:[\p{L}\d-]+\.)+\p{L}{2,6})(/\S*)?")
_MAIL = regex.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ELIDED = regex.compile(r"(\p{L}{1,5}')(.+)")
"""Of "l'80": the word of grammar, and the number that it is joined to."""
_PLAIN = str.maketrans({"’": "'", "−": "-", "ᵉ": "e", "ʳ": "r", "ᵈ": "d", "ˢ": "s", "ᵒ": "º"})
_LEAD = "-+~≈±<>"
_OPERATORS = regex.compile(r"(?<=[\p{L}\p{N}%)])([=×+±→≈<>])(?=[\p{L}\p{N}(-])")
_FRACTION = regex.compile(r"(\d*)([½¼¾])|(\d+)/(\d+)")
_DIRECTIONS = regex.compile(r"[CFKNSEWO]|nord|norte|north|sud|sur|sul|est|este|leste|ovest|ouest|oeste")
LARGEST_HOUR, LARGEST_MINUTE = 24, 59
MONTHS_IN_YEAR, DAYS_IN_MONTH = 12, 31


def read_in_language(text: str, language: str, pronunciations: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return for each displayed token of a text what is said for it, empty where it has no sound of its own.

    `pronunciations` maps a word in small letters to what is said for it.
    """
    reading = reading_of(language)
    joined = _joined(text, reading)
    places = token_places(joined)
    tokens = ["", *(place.group().translate(_PLAIN) for place in places), ""]
    parts = [_split(tokens, number, reading) for number in range(1, len(tokens) - 1)]
    heads, words, tails = ([part[side] for part in parts] for side in range(3))
    spoken = []
    for index, (head, core, tail) in enumerate(parts):
        spoken_word = pronunciations.get(core.lower()) or _read(WordPlace(words, index, reading, heads, tails))
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
    text = regex.sub(rf"(?<=\d[:.]\d\d){_SPACE}(?=(?:h|hs|hrs)(?!\p{{L}}))", JOINT, text)
    text = regex.sub(rf"(?<=\d){_SPACE}(?=[%‰][-–—]\d)|(?<=\d{_SPACE}?[%‰][-–—]\d+){_SPACE}(?=[%‰])", JOINT, text)
    forms = "|".join(regex.escape(form).replace(r"\ ", _SPACE) for form in reading.short_forms if " " in form)
    if not forms:
        return text
    return regex.sub(
        rf"(?<!\p{{L}})(?:{forms})(?!\p{{L}})", lambda match: _tied(match.group()), text, flags=regex.IGNORECASE
    )


def _tied(text: str) -> str:
    return regex.sub(_SPACE, JOINT, text)


def _split(tokens: list[str], number: int, reading: Reading) -> tuple[str, str, str]:
    """Opening marks, the word, closing marks. A full stop that belongs to a short form stays with it."""
    match = _EDGES.match(tokens[number])
    assert match is not None
    head, core, tail = match.groups()
    is_last = number + 2 == len(tokens)
    bare = _ELIDED.sub(r"\2", core)
    if "." in tail and (_form_of(f"{bare}.", reading) or _century_word(f"{core}.", tokens, number, reading)):
        rest = tail[tail.index(".") + 1 :]
        return head, f"{core}.", rest + ("." if is_last and not rest.startswith((".", "!", "?")) else "")
    if tail.startswith(".") and tokens[number + 1][:1].islower() and _TIME.fullmatch(core):
        return head, core, tail[1:]  # "a las 8:05 h. de la mañana"
    return head, core, tail


def _century_word(core: str, words: Sequence[str], index: int, reading: Reading) -> str | None:
    """What "s." stands for beside a Roman numeral; elsewhere it is a second, a saint or an initial."""
    sides = words[max(0, index - 1) : index + 2]
    is_beside = any(is_numeral(part) for side in sides for part in regex.split(r"[-–—,.;:!?)»]", side) if part)
    form = reading.century_short.get(core.lower()) if is_beside else None
    is_several = form is not None and index > 0 and words[index - 1].lower() in {"los", "os", "les"}
    return f"{form}s" if is_several and form and not form.endswith("s") else form


def _form_of(core: str, reading: Reading) -> str | None:
    """What a short form stands for; one without a full stop is one with a capital only: French "Me", not "me"."""
    written = core.replace(JOINT, " ")
    is_plain_word = written.isalpha() and written.islower() and not written.endswith("º")
    is_lettered = len(written) == 2 and written.endswith(".")
    needs_number = is_lettered and _needs_number(written.lower(), reading)
    # A small letter is one short form, "p. 5", and a capital one another, "M. Roux"; never both.
    if is_plain_word or (is_lettered and written[0].islower() != needs_number):
        return None
    return reading.short_forms.get(written.lower())


def _needs_number(form: str, reading: Reading) -> bool:
    kinds = language_profile(reading.language).kinds_of(form.removesuffix("."))
    return "before_number" in kinds and "may_end" not in kinds


def _short_form(core: str, place: WordPlace) -> str | None:
    """What a short form stands for here: "art." only before a number, "mar." as a month only beside one."""
    reading = place.reading
    form = _form_of(core, reading)
    if form is None:
        return None
    has_number_after = place.after[:1].isdecimal() or is_numeral(place.after)
    if form in reading.months:
        earlier = [word for word in place.words[max(0, place.index - 2) : place.index] if word[:1].isdecimal()]
        return form if earlier or has_number_after else core
    return form if has_number_after or not _needs_number(core, reading) else core


def _read(place: WordPlace) -> str:
    core, reading = without_emoji(place.core), place.reading
    if not core or not regex.search(r"[\p{L}\p{N}%‰°º€$£¥&+=×~≈±→<>½¼¾]", core):
        return ""
    if core in reading.signs:
        return reading.signs[core]
    for reader in (_unit_after_number, _at_one_oclock, _elided, _figures, _short, _numeral):
        if (words := reader(core, place)) is not None:
            return words
    return _owing(_read_word(core, place), place)


def _elided(core: str, place: WordPlace) -> str | None:
    """ "l'80", "d'env.": with the word in full where what is joined to it begins with no vowel, "all'1.500"."""
    match = _ELIDED.fullmatch(core)
    if match is None:
        return None
    article, rest = match.groups()
    words = _read_figures(rest, place) if rest[0].isdecimal() else _short_form(rest, place)
    if words is None:
        return None
    if regex.match(r"h?[aeiouyàâéèêëîïôûü]", words.lower()) and not words.startswith(("huit", "onze")):
        return f"{article}{words}"
    whole = place.reading.unelided.get(article.lower())
    if whole is None:
        return f"{article}{words}"
    return f"{whole.capitalize() if article[0].isupper() else whole} {words}"


def _figures(core: str, place: WordPlace) -> str | None:
    if regex.search(r"[\d½¼¾]", core):
        return _read_figures(core, place)
    return _power(core, place) or (_equation(core, place) if regex.search("[⁰¹²³⁴-⁹]", core) else None)


def _short(core: str, place: WordPlace) -> str | None:
    return _century_word(core, place.words, place.index, place.reading) or _short_form(core, place)


def _numeral(core: str, place: WordPlace) -> str | None:
    return read_roman(place)


def _read_figures(core: str, place: WordPlace) -> str:
    readers = (
        _date,
        _time_span,
        _time,
        _money,
        _ordinal,
        _quantity,
        _phone,
        _range,
        _fraction,
        _numbered,
        _power,
        _equation,
    )
    for reader in readers:
        if (words := reader(core, place)) is not None:
            return words
    return _read_mixed(core, place.reading)


def _date(core: str, place: WordPlace) -> str | None:
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


def _time_span(core: str, place: WordPlace) -> str | None:
    """12:30-14:00, from one hour to another."""
    start, _, end = core.partition("-")
    if not all(regex.fullmatch(r"\d{1,2}:\d\d\D*", part) for part in (start, end)):
        return None
    first, second = _time(start, place), _time(end, place)
    return f"{first} {place.reading.to} {second}" if first and second else None


def _time(core: str, place: WordPlace) -> str | None:
    """14:30, 14h30, 7h; 10.30 only behind the word for hours."""
    match = _TIME.fullmatch(core)
    if match is None or int(match[1]) > LARGEST_HOUR or int(match[3] or 0) > LARGEST_MINUTE:
        return None
    reading = place.reading
    is_clock = place.before.lower() in reading.before_time
    if match[2] == "." and not is_clock and not match[4]:
        return None
    hour, minute = int(match[1]), int(match[3] or 0)
    noun = reading.units["h"]
    names = {
        "hour": cardinal(str(hour), reading, is_feminine=reading.hours_are_feminine),
        "hours": named(str(hour), noun, reading),
    }
    if match[3] is None and not is_clock:  # a time that something takes: "aperto 24h"
        return counted(match[1], noun, reading)
    if match[4] == "min":
        minutes = counted(str(minute), reading.units["min"], reading)
        return f"{names['hour']} {names['hours']} {reading.and_word} {minutes}"
    if minute == 0:
        return reading.whole_hour.format(**names)
    return reading.hour_and_minute.format(**names, minute=cardinal(str(minute), reading))


def _at_one_oclock(core: str, place: WordPlace) -> str | None:
    """ "Son las 1:00" is said "es la una": one hour is singular."""
    table = place.reading.one_oclock
    singular = table.get(core.lower())
    if singular is None:
        return None
    ahead = 2 if place.after.lower() in table else 1
    if not regex.fullmatch(r"0?1[:h]\d\d.*", place.near(ahead)):
        return None
    return singular.capitalize() if core[0].isupper() else singular


def _money(core: str, place: WordPlace) -> str | None:
    """ "5 €", "$3,50", "R$ 12": the amount, and the currency unless a word of magnitude follows, which it then says."""
    reading = place.reading
    amount = amount_of(core.replace(JOINT, " "), reading)
    if amount is None:
        return None
    written, currency = amount
    if place.after.lower() in reading.magnitudes or place.after == reading.thousand:
        return cardinal(written, reading, noun=place.after)
    return sum_of(written, currency, reading)


def _ordinal(core: str, place: WordPlace) -> str | None:
    """1.º, 3ª, 1er, 2e. What is a unit as well is read as one."""
    reading = place.reading
    match = regex.fullmatch(r"(\d{1,3})(\.?°)", core) if _is_ordinal_degree(place) else reading.ordinal.fullmatch(core)
    if match is None:
        return None
    mark = match[2].lstrip(".")
    return ordinal(
        int(match[1]),
        reading,
        is_feminine=mark in reading.feminine_marks or (mark == "°" and is_feminine_noun(place.after, reading)),
        is_short=mark in reading.short_ordinal_marks or place.has_noun_after(),
    )


def _is_ordinal_degree(place: WordPlace) -> bool:
    """ "1° maggio", "il 2° piano": the sign of degrees before a month, or between an article and a noun."""
    if not regex.fullmatch(r"\d{1,3}\.?°", place.core) or _DIRECTIONS.fullmatch(place.after):
        return False
    is_day = place.after.lower() in place.reading.months or _is_date(place)
    articles = place.reading.masculine_articles | place.reading.feminine_articles
    return is_day or (place.before.lower() in articles and place.has_noun_after())


def _quantity(core: str, place: WordPlace) -> str | None:
    """A number by itself, or with a sign before and a unit behind it: -5, ~30, 20°C, 5km, 78%."""
    reading = place.reading
    match = regex.fullmatch(rf"([-+~≈±<>]?)({number_pattern(reading)}) ?(\D.*)?", core.replace(JOINT, " "))
    if match is None:
        return None
    sign, written, unit = match.groups()
    lead = "" if not sign else f"{reading.minus if sign == '-' else reading.signs[sign]} "
    if unit is None:
        return lead + _number(written, place)
    noun = noun_of(unit, reading)
    return f"{lead}{counted(written, noun, reading)}" if noun else None


def _number(written: str, place: WordPlace) -> str:
    """A number in the gender of the noun behind it, as far as its ending tells that."""
    reading, after = place.reading, place.after
    if noun := noun_of(after, reading):
        return cardinal(written, reading, is_feminine=noun.is_feminine, noun=named(written, noun, reading))
    if after.lower() in reading.months or (after in {"de", "d'"} and _is_date(place)):
        return (
            _day(int(written), reading)
            if written.isdecimal() and int(written) <= DAYS_IN_MONTH
            else cardinal(written, reading)
        )
    is_one = value_of(written, reading) == ("1", "")
    noun_after = after if place.has_noun_after() else ""
    return cardinal(written, reading, is_feminine=counts_feminine(place, is_one=is_one), noun=noun_after)


def _is_date(place: WordPlace) -> bool:
    following = place.words[place.index + 2] if place.index + 2 < len(place.words) else ""
    return following.lower() in place.reading.months


def _range(core: str, place: WordPlace) -> str | None:
    """1998-2003, 10–15, 10-15%, 10%-15%."""
    reading = place.reading
    number = number_pattern(reading)
    match = regex.fullmatch(rf"({number}) ?([^\d\s-–—]*)[-–—]({number}) ?(\D.*)?", core.replace(JOINT, " "))
    if match is None:
        return None
    low, first_unit, high, unit = match.groups()
    noun = noun_of(unit, reading) if unit else None
    if (unit and noun is None) or (first_unit and first_unit != unit):
        return None
    second = counted(high, noun, reading) if noun else cardinal(high, reading)
    return f"{cardinal(low, reading)} {reading.to} {second}"


def _phone(core: str, place: WordPlace) -> str | None:
    """555-1234, 91-555-12-34: digit by digit. In brackets or before a noun, three and four figures are a range."""
    groups = core.split("-")
    if not all(group.isdecimal() for group in groups) or len(groups) < 2:
        return None
    is_short = [len(group) for group in groups] == [3, 4] and not core.endswith("0")
    is_period = place.before.lower() in {*place.reading.before_year, place.reading.of_money}
    is_range = (
        "(" in place.heads[place.index] or is_period or place.has_noun_after() or noun_of(place.after, place.reading)
    )
    if len(groups) < 3 and (not is_short or is_range):
        return None
    return ", ".join(digit_by_digit(group, place.reading) for group in groups)


def _fraction(core: str, place: WordPlace) -> str | None:
    """ "1/2", "2½", and before what they measure "medio kilogramo", "tres cuartos de hora"."""
    reading, match = place.reading, _FRACTION.fullmatch(core)
    if match is None:
        return None
    if match[1]:
        return f"{cardinal(match[1], reading)} {reading.and_word} {reading.fractions[match[2]]}"
    unit = noun_of(place.after, reading)
    noun = unit.singular if unit else place.after if place.has_noun_after() else ""
    if core in {"1/2", "½"} and noun:
        is_feminine = unit.is_feminine if unit else is_feminine_noun(noun, reading)
        half = reading.halves[1 if is_feminine else 0]
        return (
            f"{cardinal('1', reading, is_feminine=is_feminine, noun=noun)} {half}" if reading.language == "fr" else half
        )
    if (words := reading.fractions.get(core)) is not None:
        return f"{words} {of(noun, reading).removesuffix(noun)}".rstrip() if noun else words
    return f"{cardinal(match[3], reading)} {reading.over} {cardinal(match[4], reading)}" if match[3] else None


def _numbered(core: str, place: WordPlace) -> str | None:
    """ "n°12", "p.5": a short form that is joined to its number."""
    match = regex.fullmatch(r"(\D+[.°º])(\d.*)", core)
    form = place.reading.short_forms.get(match[1].lower()) if match else None
    return f"{form} {_read_figures(match[2], place)}" if match and form else None


def _power(core: str, place: WordPlace) -> str | None:
    """10⁶, 10^-6, x²: what is raised, and to what."""
    reading = place.reading
    match = regex.fullmatch(r"(\d[\d.,]*|\p{L})\^\(?([-+]?)(\d+|\p{L})\)?", flattened(core))
    if match is None:
        return None
    base = cardinal(match[1], reading) if match[1][0].isdecimal() else match[1]
    sign = f"{reading.minus} " if match[2] == "-" else ""
    return f"{base} {reading.power} {sign}{cardinal(match[3], reading) if match[3].isdecimal() else match[3]}"


def _equation(core: str, place: WordPlace) -> str | None:
    """3×4=12: what stands between signs one after the other."""
    parts = _OPERATORS.split(core)
    if len(parts) == 1:
        return None
    alone = [WordPlace([part], 0, place.reading, [""], [""]) for part in parts]
    return " ".join(_read(part) for part in alone)


def _read_mixed(core: str, reading: Reading) -> str:
    """Letters and figures of a name, one group after another: "M31", "14-bis", "A4"."""
    if match := _HOST.fullmatch(core):
        return _address(match[1], match[2] or "", reading)
    groups = regex.findall(r"\d+|[\p{L}'’]+", core)
    return " ".join(
        (digit_by_digit(group, reading) if len(group) > 4 else cardinal(group, reading)) if group.isdecimal() else group
        for group in groups
    )


def _unit_after_number(core: str, place: WordPlace) -> str | None:
    """ "km" behind 12, "€" behind 5, "%" behind 78; and the currency behind the magnitude of its amount."""
    reading = place.reading
    before = _ELIDED.sub(r"\2", place.before.replace(JOINT, " ")).lstrip(_LEAD)
    number = number_pattern(reading)
    if regex.fullmatch(rf"(?:{number})(?:[-–—](?:{number}))?", before) and (noun := noun_of(core, reading)):
        return named(before, noun, reading) if regex.fullmatch(number, before) else noun.plural
    if _FRACTION.fullmatch(before) and (noun := noun_of(core, reading)):
        return noun.singular if not before[0].isdecimal() or "/" in before else noun.plural
    currency = reading.currencies.get(core)
    if currency and place.before.lower() in reading.magnitudes:
        return of(currency.unit.plural, reading)
    return currency.unit.plural if currency and place.before == reading.thousand else None


def _owing(spoken_word: str, place: WordPlace) -> str:
    """ "$15 millones", "R$ 2 mil": the currency is said behind the magnitude."""
    reading, core = place.reading, place.core.lower()
    amount = amount_of(place.before.replace(JOINT, " "), reading) if place.before else None
    if amount is None or (core not in reading.magnitudes and core != reading.thousand):
        return spoken_word
    owed = amount[1].unit.plural
    return f"{spoken_word} {owed if core == reading.thousand else of(owed, reading)}"


def _read_word(core: str, place: WordPlace) -> str:
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
    if all(language_profile(reading.language).is_grammar(part) for part in core.split("/")):
        return core.replace("/", " ")  # "y/o"
    return core.replace("/", f" {reading.slash} ") if "/" in core.strip("/") else core


def _address(host: str, path: str, reading: Reading) -> str:
    words = [f" {reading.dot} ".join(host.split("."))]
    words += [regex.sub(r"[-_]", " ", part) for part in path.split("/") if part]
    return f" {reading.slash} ".join(words)
