"""Why a line is no event, in words for the person who wrote it."""

from __future__ import annotations

import re

import msgspec

WHAT = "each line is one event, an object with video_id, timestamp and channel_id"
_TYPE_NAMES = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "datetime": "a time",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_AT = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<place>.*)`)?", re.DOTALL)
_EXPECTED = re.compile(r"Expected `(?P<wanted>\w+)(?: \| null)?`, got `(?P<got>\w+)`")
_LIMIT = re.compile(r"Expected `\w+` (?P<most>[<>])= (?P<limit>\S+)")
_LENGTH = re.compile(r"Expected `str` of length (?P<most>[<>])= (?P<limit>\d+)")
_NAMED = re.compile(r"(?P<how>Object missing required|Object contains unknown) field `(?P<name>.*)`")
_MALFORMED = re.compile(r"JSON is malformed: (?P<what>.*) \(byte (?P<byte>\d+)\)")


def reason_for(error: Exception, field: str | None = None) -> str:
    """Say what is wrong with a line that could not be read, and what to write instead; `field`: it is of that alone."""
    match error:
        case msgspec.ValidationError():
            return _field_reason(str(error)) if field is None else f"{field} {_value_reason(str(error), field)}"
        case UnicodeDecodeError():
            return "not UTF-8"
        case RecursionError():
            return "broken JSON: too deep"
        case _:
            return _json_reason(str(error))


def _json_reason(message: str) -> str:
    match = _MALFORMED.fullmatch(message)
    if match is None:
        return f"broken JSON: the line ends in the middle; {WHAT}"
    if match["what"] == "trailing characters":
        return f"broken JSON: something stands behind the object, at byte {match['byte']}; {WHAT}"
    return f"broken JSON at byte {match['byte']} ({match['what']}); {WHAT}"


def _field_reason(message: str) -> str:
    parts = _AT.fullmatch(message)
    assert parts is not None  # it matches anything
    what, place = parts["what"], parts["place"] or ""
    if named := _NAMED.fullmatch(what):
        field = f"{place}.{named['name']}".lstrip(".")
        return f"{field} is missing; {WHAT}" if "missing" in named["how"] else f"{field} is not known here"
    if not place:
        return f"no object; {WHAT}"
    return f"{place} {_value_reason(what, place.rpartition('.')[2])}"


def _value_reason(what: str, name: str) -> str:
    if kinds := _EXPECTED.fullmatch(what):
        return _type_reason(kinds["wanted"], kinds["got"], name)
    if length := _LENGTH.fullmatch(what):
        return "is empty" if length["most"] == ">" else f"has more than {length['limit']} characters"
    if limit := _LIMIT.fullmatch(what):
        return f"is {'more' if limit['most'] == '<' else 'less'} than {float(limit['limit']):,.0f}"
    if what.startswith("Invalid enum value"):
        return f"is {what.removeprefix('Invalid enum value ')}, which is not known here"
    if "datetime" in what:
        return 'is no time with a zone; write it as in "2026-11-21T11:00:00Z"'
    return "is a number beyond all bounds"


def _type_reason(expected: str, got: str, name: str) -> str:
    wants = _TYPE_NAMES.get(expected, expected)
    match expected, got:
        case (("int" | "float"), "str"):
            return f'is text; write the number without quotes, as in "{name}": 12'
        case _, "null":
            return f"is null; write {wants}, or leave it out where there is none"
        case "int", "float":
            return "has decimals; write a whole number"
        case "datetime", _:
            return 'is no time; write it as text, as in "2026-11-21T11:00:00Z"'
        case "str", "int" | "float":
            return "is a number; write it in quotes"
        case _:
            return f"is {_TYPE_NAMES.get(got, got)}; write {wants}"
