"""How a written sentence is read aloud: for every displayed token the words that a reader says.

"$15 million" becomes "fifteen" and "million dollars". The map from displayed to spoken is kept token by token, so
that captions show what is written while the voice says what is meant. The rules here are those of English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ytempire.language.profile import LANGUAGES, language_profile
from ytempire.studio.emoji import without_emoji
from ytempire.studio.tokens import displayed_tokens, token_places
from ytempire.studio.voice import lexicon as lex
from ytempire.studio.voice.exponents import flattened, read_unit
from ytempire.studio.voice.figures_in_context import Neighbours, read_in_context
from ytempire.studio.voice.money_amounts import (
    ISO_UNIT,
    MAGNITUDES,
    MARKS,
    per_of,
    plain_amount,
    span_of,
    sum_of,
    unit_of,
)
from ytempire.studio.voice.numerals import cardinal, digit_by_digit, ordinal, roman, year
from ytempire.studio.voice.pause_marks import settle_pauses, with_pause
from ytempire.studio.voice.quantities import NUMBER, is_magnitude, read_quantity
from ytempire.studio.voice.quantity_tokens import join_quantities
from ytempire.studio.voice.reading_in_language import read_in_language

ENGLISH = language_profile("en")
FIRST_YEAR, LARGEST_REIGN = 1000, 40
_EDGES = re.compile(r"^([\"'“‘(\[{«¿¡]*)(.*?)([\"'”’)\]}»,;:!?…]*\.?[\"'”’)\]}»]*)$", re.DOTALL)
_ANGLED = re.compile(r"(<=|>=|<>|<|>)")
# List<String>, the halves of Map<Key, Value>
_TYPE = re.compile(r"[^<>]*<[^<>\d=].*>.*|[A-Za-z_]\w+<[A-Z]\w+|\w+>+|.*[‹›].*")
_SHORT_UNIT = re.compile(r".*/(?:mo|yr|hr|wk|min|sec|lb|gal)|kr")  # "$5/mo. and more"
_DOMAIN = re.compile(rf"(?:https?://)?(?:www\.)?((?:[\w-]+\.)+(?:{'|'.join(lex.DOMAIN_ENDS)}))(/\S*)?", re.IGNORECASE)


@dataclass(frozen=True)
class NormalizedToken:
    """`written` is what a caption displays; `spoken` what the voice says, with the punctuation that shapes a pause.

    `spoken` is empty where a token has no sound of its own (a lone dash).
    """

    written: str
    spoken: str


def read_aloud(
    text: str, *, language: str = "en", pronunciations: Mapping[str, str] | None = None
) -> list[NormalizedToken]:
    """One entry per displayed token of `text`, in order.

    `language` is of ISO 639-1; in one that has no tables here, numbers and short forms are left to the engine.
    `pronunciations` maps a word as written, without punctuation and ignoring case, to what is said for it.
    """
    own = {key.lower(): value for key, value in (pronunciations or {}).items()}
    if language == "en":
        return _read_english(text, own)
    if language in LANGUAGES:
        return [NormalizedToken(*pair) for pair in read_in_language(text, language, own)]
    return [NormalizedToken(token, own.get(_core(token).lower(), token)) for token in displayed_tokens(text)]


def _read_english(text: str, own: Mapping[str, str]) -> list[NormalizedToken]:
    joined = join_quantities(text)
    places = token_places(joined)
    tokens = [place.group() for place in places]
    shouted = _is_shouted(tokens)
    spoken: list[str] = []
    for index, token in enumerate(tokens):
        before = _core(tokens[index - 1]) if index else ""
        after = tokens[index + 1] if index + 1 < len(tokens) else ""
        head, core, tail = _split(token, before, after)
        lowered = shouted and not re.search(r"\d", core)
        reading = own.get(core.lower()) or _normalize_token(
            core.lower() if lowered else core, before, _core(after), tokens, index
        )
        spoken.append(with_pause(head, reading, tail))
    read: list[NormalizedToken] = []
    for place, reading in zip(places, settle_pauses(spoken), strict=True):
        # What was joined is said at its first word; the others are shown and have no sound of their own.
        written, *silent = displayed_tokens(text[place.start() : place.end()])
        read += [NormalizedToken(written, reading), *(NormalizedToken(word, "") for word in silent)]
    return read


def spoken_text(tokens: Sequence[NormalizedToken]) -> str:
    return " ".join(token.spoken for token in tokens if token.spoken)


def _split(token: str, before: str, after: str) -> tuple[str, str, str]:
    """Opening marks, the word itself, closing marks. A full stop that belongs to an abbreviation stays with it."""
    match = _EDGES.match(token)
    assert match is not None
    head, core, tail = match.groups()
    if "." in tail and _SHORT_UNIT.fullmatch(core) and after[:1].islower():
        return head, core, tail.replace(".", "", 1)
    if "." in tail:
        dotted = f"{core}{tail[: tail.index('.') + 1]}"
        if _is_abbreviation(core, dotted, before, after):
            rest = tail[tail.index(".") + 1 :]
            ends = (not after or _ends_sentence(dotted, after)) and not rest.startswith((".", "!", "?"))
            return head, dotted, rest + ("." if ends else "")
    return head, core, tail


def _is_abbreviation(core: str, dotted: str, before: str, after: str) -> bool:
    lower = dotted.lower()
    if lower in lex.NEEDS_NUMBER:
        return after[:1].isdecimal()
    if lower in lex.STREETS and _is_street(before, after):
        return True
    if core.lower() in lex.MONTHS and core[:1].isupper() and after[:1].isdecimal():
        return True
    known = lower in lex.ABBREVIATIONS and (lower not in lex.NEEDS_FOLLOWER or after[:1].isalnum())
    return known or re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]\.", dotted) is not None


def _is_street(before: str, after: str) -> bool:
    """ "Elm Dr. near the park", not "Then Dr. Ames came"."""
    return before[:1].isupper() and not ENGLISH.is_grammar(before) and not after[:1].isupper()


def _ends_sentence(dotted: str, after: str) -> bool:
    """ "at 5 p.m. They left": a word of grammar with a capital begins another sentence."""
    return "may_end" in ENGLISH.kinds_of(dotted.removesuffix(".")) and after[:1].isupper() and ENGLISH.is_grammar(after)


def _core(token: str) -> str:
    match = _EDGES.match(token)
    return match.group(2) if match else token


def _is_shouted(tokens: Sequence[str]) -> bool:
    """A heading set in capitals, told from a run of abbreviations by a word that is too long for one."""
    words = [core for core in map(_core, tokens) if core.isalpha() and len(core) > 1]
    capitals = [word for word in words if word.isupper()]
    return len(words) >= 3 and len(capitals) / len(words) > 0.6 and max(map(len, capitals)) > 5


def _normalize_token(core: str, before: str, after: str, tokens: Sequence[str], index: int) -> str:  # noqa: PLR0911  # as below
    core = without_emoji(_plain_signs(core, after))
    if not core or core in lex.SYMBOLS:
        return lex.SYMBOLS.get(core, "")
    if _ANGLED.search(core[1:]) or "‹" in core:
        return _read_angled(core)
    if "—" in core or ("–" in core and not re.search(r"\d–[\d$^]", core) and not (sum_of(core) or span_of(core))):
        parts = [part for part in re.split(r"[—–]", core) if part]
        return ", ".join(_normalize_token(part, "", "", tokens, index) for part in parts)
    if (amount := sum_of(core)) and _shares_magnitude(tokens, index):
        return amount.to_words(alone=True)
    if "^" in core and _number_before(before) and (unit := read_unit(core, is_singular=before == "1")):
        return unit
    if span_of(core):
        return _read_after_number(core, before, tokens, index)
    if re.search(r"[\d^]", core):
        near = Neighbours([_core(token) for token in tokens], index)
        numeric = read_in_context(core, near) or _read_with_digits(core, before, after)
        if numeric is not None:
            return numeric + _owed_unit(tokens, index)
    if is_magnitude(core) or is_magnitude(before) or _number_before(before):
        return _read_after_number(core, before, tokens, index)
    return _read_roman(core, tokens, index) or _read_word(core, before, after)


def _plain_signs(core: str, after: str) -> str:
    """Typographic apostrophes, minus, raised and lowered figures as plain ones; a certain decimal comma as a point."""
    core = flattened(core.replace("’", "'").replace("‘", "'").replace("−", "-"))
    if re.fullmatch(rf"–(?:{MARKS})?\d[\d.,]*\S*", core) and not re.search(r"\d–", core):
        core = f"-{core[1:]}"  # a dash that stands for a minus
    if unit_of(after, "") and re.fullmatch(r"[\d.,]*\d[.,]00", core):
        core = (plain_amount(core) or core).removesuffix(".00")  # "3.500,00 EUR"
    match = re.fullmatch(r"([-+~<>≤≥±≈]?)(\d+,\d{1,2}|\d{1,3}(?:\.\d{3})+,\d+|0,\d+)([^\d,.]*)", core)
    if match is None:
        return core
    sign, digits, unit = match.groups()
    measured = unit in lex.UNITS if unit else _is_measure(after)
    certain = measured or digits.startswith("0,") or "." in digits
    return f"{sign}{plain_amount(digits)}{unit}" if certain and (not unit or measured) else core


def _is_measure(word: str) -> bool:
    return word in lex.UNITS or word.lower() in _UNIT_WORDS or is_magnitude(word) or unit_of(word, "") is not None


_UNIT_WORDS = frozenset(name for names in lex.UNITS.values() for name in names)


def _read_angled(core: str) -> str:
    """x<5 as a comparison, List<String> as the words of its name."""
    if _TYPE.fullmatch(core):
        return " ".join(_read_word(part, "", "") for part in re.split(r"[<>‹›]+", core) if part)
    parts = [part for part in _ANGLED.split(core) if part]
    return " ".join(lex.SYMBOLS.get(part) or _read_part(part) for part in parts)


def _number_before(before: str) -> bool:
    before = flattened(before)
    return sum_of(before) is not None or bool(
        plain_amount(before)
        or re.fullmatch(rf"[-−+~<>≈]?(?:{NUMBER}|\d+,\d{{1,2}})(?:[–-](?:{NUMBER}))?|(?:[\d.]+[×x])?\d+\^-?\d+", before)
    )


def _read_after_number(core: str, before: str, tokens: Sequence[str], index: int) -> str:
    if core.lower() in MAGNITUDES:
        return core + _owed_unit(tokens, index)
    if span := span_of(core):
        return f"{span[0]} to {cardinal(span[1])}"
    if halves := per_of(core):
        return halves[0] + _owed_unit(tokens, index) + halves[1]
    if money := unit_of(core, before):
        return money
    unit = lex.UNITS.get(core.removesuffix("."))
    if unit is not None and not is_magnitude(before) and (len(core) > 1 or core in "mglLsKWV°%"):
        return unit[0] if before == "1" else unit[1]
    return read_unit(core, is_singular=before == "1") or _read_word(core, before, "")


def _shares_magnitude(tokens: Sequence[str], index: int) -> bool:
    """ "$5" of "$5 to $6 million" and of "between $5 and 6 million": both are millions."""
    first = sum_of(_plain_signs(_core(tokens[index]), ""))
    joint, other, size = (*map(_core, tokens[index + 1 : index + 4]), "", "", "")[:3]
    joins = joint in {"to", "or"} or (joint == "and" and index > 0 and tokens[index - 1].lower() == "between")
    if first is None or first.size or not joins or not is_magnitude(size):
        return False
    second = sum_of(_plain_signs(other, ""))
    alike = second.currency == first.currency and not second.size if second else re.fullmatch(NUMBER, other) is not None
    return alike and float(first.low) < float(second.low if second else other.replace(",", ""))


def _owed_unit(tokens: Sequence[str], index: int) -> str:
    """The currency of "$15 million", said after its last word of magnitude."""
    first = index
    while first > 0 and is_magnitude(_core(tokens[first])):
        first -= 1
    amount = sum_of(_plain_signs(_core(tokens[first]), ""))
    if amount is None and first >= 2 and _shares_magnitude(tokens, first - 2):
        amount = sum_of(_plain_signs(_core(tokens[first - 2]), ""))
    after = _core(tokens[index + 1]) if index + 1 < len(tokens) else ""
    follows = is_magnitude(after) or ISO_UNIT.fullmatch(after) is not None
    return f" {amount.currency[1]}" if amount and first < index and not follows else ""


def _read_with_digits(core: str, before: str, after: str) -> str | None:
    if match := _DOMAIN.fullmatch(core):
        return _read_address(match.group(1), match.group(2) or "")
    return read_quantity(core, before, after)


def _read_address(host: str, path: str) -> str:
    host_words = " dot ".join(_read_word(part, "", "") for part in host.split("."))
    path_words = [re.sub(r"[-_]", " ", part) for part in path.split("/") if part]
    return host_words if not path_words else f"{host_words} slash {' slash '.join(path_words)}"


def _read_word(core: str, before: str, after: str) -> str:  # noqa: PLR0911  # a table of shapes
    lower = core.lower()
    if lower in lex.STREETS and _is_street(before, after):
        return lex.STREETS[lower]
    if lower in lex.ABBREVIATIONS and lower != "am":
        return lex.ABBREVIATIONS[lower]
    if lower.rstrip(".") in lex.MONTHS and core.endswith("."):
        return lex.MONTHS[lower.rstrip(".")]
    if match := _DOMAIN.fullmatch(core):
        return _read_address(match.group(1), match.group(2) or "")
    if re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", core):
        return re.sub(r"[-_]", " ", core.replace("@", " at ").replace(".", " dot "))
    if re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]?\.?", core):
        return core.rstrip(".").upper()
    if core.startswith("#") and core[1:].isalnum():
        return f"hashtag {core[1:]}"
    if core.endswith(("'s", "'S")) and len(core) > 2:
        return f"{_read_word(core[:-2], before, after)}'s"
    if "-" in core.strip("-") or "/" in core.strip("/"):
        return _read_compound(core)
    if "&" in core:
        return " and ".join(_read_word(part, "", "") for part in core.split("&") if part)
    return _read_capitals(core)


def _read_roman(core: str, tokens: Sequence[str], index: int) -> str | None:
    """Henry IV the fourth, Super Bowl LVIII fifty-eight, the XIX century nineteenth; None for other letters."""
    if core.endswith("'s"):
        reading = _read_roman(core[:-2], tokens, index)
        return f"{reading}'s" if reading else None
    words = [_core(token) for token in tokens]
    near = Neighbours(words, index)
    value = roman(core) if core.isupper() else None
    if value is None or near.after.lower() in lex.LETTERS_BEFORE.get(core, ()) or core in lex.NO_NUMERALS:
        return None
    cue = near.before.lower()
    if cue == "year" and value < FIRST_YEAR:
        return None
    return year(value) if cue == "year" else _read_numeral(core, value, near, words[:index])


def _read_numeral(core: str, value: int, near: Neighbours, earlier: Sequence[str]) -> str | None:
    if near.after.lower() in {"century", "centuries"} and len(core) > 1:
        return ordinal(value)
    if near.before.lower() in lex.ROMAN_CUES and (len(core) > 1 or core in "IVX"):
        return cardinal(str(value))
    if len(core) > 1 and _has_bowl(earlier):
        return cardinal(str(value))
    # after a name more letters are one, if small: a "Sony CD" is no four hundredth
    is_name = near.before.isalpha() and near.before[:1].isupper() and near.before.lower() not in {"an", "a", "the"}
    return f"the {ordinal(value)}" if is_name and len(core) > 1 and value < LARGEST_REIGN else None


def _has_bowl(words: Sequence[str]) -> bool:
    """An earlier one of the same kind, as in "Super Bowl LVIII drew more than XL"."""
    return any(cue == "Bowl" and roman(word) is not None for cue, word in pairwise(words))


def _read_compound(core: str) -> str:
    """Parts of a hyphenated word read one by one where one of them is a number or an abbreviation."""
    parts = [part for part in re.split(r"[-/]", core) if part]
    if "/" in core:
        return " or ".join(_read_part(part) for part in parts) if core.lower() != "and/or" else "and or"
    if all(part.isalpha() and not (part.isupper() and len(part) > 1) for part in parts):
        return core
    return " ".join(_read_part(part) for part in parts)


def _read_part(part: str) -> str:
    if re.search(r"\d", part):
        return _read_with_digits(part, "", "") or _read_capitals(part)
    return _read_capitals(part)


def _read_capitals(core: str) -> str:
    """Capitals spelled or read as a word; letters and digits of a name like "M31" or "2FA" one group after another."""
    groups = re.findall(r"\d+|[^\W\d_]+|[^\w\s]+|_", core)
    if any(group.isdecimal() for group in groups):
        return " ".join(_read_group(group) for group in groups if re.search(r"\w", group) and group != "_")
    plural_s = re.fullmatch(r"([A-Z]{2,})s", core)
    if plural_s:
        return f"{_read_capitals(plural_s.group(1))}'s" if _spelled(plural_s.group(1)) else core.capitalize()
    return ".".join(core) if _spelled(core) else core


def _read_group(group: str) -> str:
    if group.isdecimal():
        return (
            digit_by_digit(group)
            if len(group) > 4 or (group[0] == "0" and len(group) > 1)
            else (year(int(group)) if re.fullmatch(r"(?:19|20)\d\d", group) else cardinal(group))
        )
    return ".".join(group) if group.isupper() and group not in lex.READ_AS_WORD else group


def _spelled(core: str) -> bool:
    if not (core.isalpha() and core.isupper() and core.isascii() and len(core) > 1) or core in lex.READ_AS_WORD:
        return False
    return len(core) <= 3 or core in lex.SPELLED or not re.search(r"[AEIOUY]", core)
