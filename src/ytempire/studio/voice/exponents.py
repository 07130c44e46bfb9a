"""Raised and lowered figures as English words: 10²¹, 10^-9, m², s⁻¹, x³, H₂O."""

from __future__ import annotations

import re

from ytempire.studio.voice.lexicon import UNITS
from ytempire.studio.voice.numerals import cardinal, ordinal

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-")
_RUN = "[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+"
_SPAN = re.compile(r"(?<=[⁰¹²³⁴⁵⁶⁷⁸⁹])⁻(?=[⁰¹²³⁴⁵⁶⁷⁸⁹])")  # 10³⁻⁵
_POWER = re.compile(r"([-+~<>≤≥±≈]?)(\d[\d,.]*|[^\W\d_]{1,3}|\([^()]*\))\^\(?([+-]?(?:\d+|[a-z]))(?:–\^?(\d+))?\)?")
_SCIENTIFIC = re.compile(r"(\d[\d,.]*)[×x·*](10\^.+)")
_MEASURE = re.compile(r"(\d[\d,.]*)?((?:[^\W\d_]|[µ°])+)\^?([+-]?\d)(?:/([^\W\d_]+)(?:\^?([23]))?)?")
_SIGNS = {"-": "minus ", "+": "plus ", "~": "about ", "≈": "about ", "<": "less than ", ">": "more than "}
_AREAS = {"2": "square ", "3": "cubic "}
_MORE_LENGTHS = {"in": ("inch", "inches"), "dm": ("decimeter", "decimeters")}  # read as units only where squared


def flattened(core: str) -> str:
    """Lowered figures as plain ones, raised ones behind a ^ ("10^21"), so that one rule reads both."""
    core = _SPAN.sub("–", core.translate(_LOWERED)).replace("^{", "^(").replace("}", ")")
    core = re.sub(r"^([⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?=[A-Z])", lambda match: match.group().translate(_RAISED), core)
    return re.sub(_RUN, lambda match: f"^{match.group()}", core).translate(_RAISED)


def read_power(core: str, after: str) -> str | None:
    """ "10^21" ten to the twenty-first, "10^-9" ten to the minus ninth, "x^2" x squared, "m^2" square meters."""
    if match := _SCIENTIFIC.fullmatch(core):
        power = read_power(match.group(2), after)
        return f"{cardinal(match.group(1))} times {power}" if power else None
    unit = read_unit(core, is_singular=False) if re.match(r"m\^|[^\W\d_]{2}", core) else None
    if unit is None and (match := _POWER.fullmatch(core)):
        sign, base, exponent, end = match.groups()
        base_words = (
            cardinal(base.rstrip(".,")) if base[0].isdigit() else " ".join(base) if base.isalpha() else base.strip("()")
        )
        by_ten = base == "10" or end is not None
        raised = _exponent(exponent, by_ten=by_ten) + (f" to the {ordinal(int(end))}" if end else "")
        return f"{_SIGNS.get(sign, '')}{base_words} {raised}"
    return unit or read_unit(core, is_singular=False)


def _exponent(written: str, *, by_ten: bool) -> str:
    if not by_ten and written in {"2", "3"}:
        return "squared" if written == "2" else "cubed"
    sign, digits = ("minus ", written[1:]) if written[0] == "-" else ("", written.lstrip("+"))
    return f"to the {sign}{ordinal(int(digits)) if digits.isdecimal() else digits}"


def read_unit(core: str, *, is_singular: bool) -> str | None:
    """ "m^2" square meters, "90m^2" ninety square meters, "s^-1" per second, "m/s^2" meters per second squared."""
    core = re.sub(r"^([\d.,]*)((?:[^\W\d_]|[µ°])+)/([^\W\d_]+)\^([23])$", r"\1\2^1/\3^\4", core)
    match = _MEASURE.fullmatch(core) if "^" in core else None
    if match is None:
        return None
    amount, unit, exponent, under, under_exponent = match.groups()
    names = UNITS.get(unit) or _MORE_LENGTHS.get(unit)
    below = UNITS.get(under) if under else ("", "")
    if names is None or below is None or not re.fullmatch(r"[123]|-\d", exponent):
        return None
    name = names[0 if (amount == "1" if amount else is_singular) else 1]
    phrase = _with_exponent(name, names[0], exponent)
    if under:
        phrase += f" per {below[0]}" + (f" {'squared' if under_exponent == '2' else 'cubed'}" if under_exponent else "")
    return f"{cardinal(amount)} {phrase}" if amount else phrase


def _with_exponent(name: str, singular: str, exponent: str) -> str:
    if exponent.startswith("-"):
        return f"per {_with_exponent(singular, singular, exponent[1:])}" if exponent != "-1" else f"per {singular}"
    if singular == "second" and exponent in {"2", "3"}:
        return f"{name} {'squared' if exponent == '2' else 'cubed'}"
    return _AREAS.get(exponent, "") + name
