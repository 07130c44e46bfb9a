"""Quantities that a sentence states: value, unit, what they mean, and whether they are a share of a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ytempire.studio.visuals.sentence_analysis import lexicon as lx
from ytempire.studio.visuals.sentence_analysis.phrases import capital, compress, dangling, shorten, telling
from ytempire.studio.visuals.sentence_analysis.units import FRACTIONS, SCALES, SHORT_UNITS, SMALL
from ytempire.studio.visuals.sentence_analysis.words import tokens


@dataclass(frozen=True)
class StatedQuantity:
    start: int  # offsets of the number in the sentence
    end: int
    value: float
    decimals: int
    prefix: str  # "$", "~", "10–"
    suffix: str  # "%", " million", " km", "+"
    unit: str  # what is counted or measured, for telling quantities of one kind from others
    meaning: str  # a few of the sentence's own words; may be empty
    share: float | None = None
    leads: bool = False  # the meaning is said before the number ("the canal took 7 years") and reads best above it
    is_year: bool = False


_LEAST_WORTH = 4  # "two effects" is no figure to show large; "four elements" is
_DIGITS = re.compile(
    r"(?<![\w.,-])(?P<money>[$€£])?(?:(?P<low>\d+(?:,\d{3})*(?:\.\d+)?)\s?(?:–|-|to|and)\s?[$€£]?)?"
    r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)"
    rf"(?P<percent>\s?%)?(?:[\s-](?P<scale>{SCALES})\b)?(?![\w]|[.,]\d)"
)
_WORDS = re.compile(
    r"\b(?P<word>(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?"
    rf"|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)"
    rf"(?:\s(?P<scale>hundred|{SCALES}))?\b",
    re.IGNORECASE,
)
_RATE = re.compile(r"\s(?:per|a|an|each|every)\s(?:second|minute|hour|day|week|month|year|person)\b")
_BRACKETS = re.compile(r"\([^)]*\)")
_MONTH = re.compile(r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\s$")
_ABOUT = re.compile(
    r"(?:\b(?:about|around|approximately|roughly|nearly|almost|some|close to|an estimated)\s)$", re.IGNORECASE
)
_AT_LEAST = re.compile(
    r"(?:\b(?:more than|over|at least|exceeding|as many as|in excess of)\s(?:an? )?)$", re.IGNORECASE
)
_LESS = re.compile(r"(?:\b(?:less than|fewer than|under|below)\s)$", re.IGNORECASE)
_UP_TO = re.compile(r"\bup to\s(?:about |nearly )?$", re.IGNORECASE)
_YEARISH = re.compile(
    r"\b(?:in|by|since|until|from|after|before|during|of|to|and|between|through|year|early|late|mid|,)\s?$",
    re.IGNORECASE,
)


def stated_quantities(text: str) -> list[StatedQuantity]:
    """All quantities worth showing, in the order of speech; none from inside brackets (citations, conversions)."""
    text = _BRACKETS.sub(lambda match: "," + " " * (len(match.group()) - 1), text)
    quantities = [*_from_digits(text), *_from_words(text), *_from_fractions(text)]
    quantities.sort(key=lambda quantity: (quantity.start, -quantity.end))
    apart: list[StatedQuantity] = []
    for quantity in quantities:
        if not apart or quantity.start >= apart[-1].end:
            apart.append(quantity)
    return apart


def _from_digits(text: str) -> list[StatedQuantity]:  # noqa: PLR0912 - each test says which numbers are none
    quantities: list[StatedQuantity] = []
    for match in _DIGITS.finditer(text):
        raw = match["number"]
        if match["low"] and (
            len(raw) == len(match["low"]) == 4
            or (" and " in match.group() and not re.search(r"\bbetween\s$", text[: match.start()]))
        ):
            continue  # "2004-2014", "3 and 5": two figures, not a range
        bare = raw.replace(",", "")
        value = float(bare)
        before, after = text[: match.start()], text[match.end() :]
        plain = not (match["money"] or match["percent"] or match["scale"] or match["low"] or "," in raw or "." in raw)
        if plain and re.fullmatch(r"1[4-9]\d\d|20\d\d", bare) and (_YEARISH.search(before) or not before.strip()):
            quantities.append(_year(match, text, value))
            continue
        if plain and _names_something(before, after):
            continue
        unit, taken = _unit(after)
        if plain and not unit and not re.search(r"\bage[ds]?\s$", before):
            continue
        suffix, prefix = "", match["money"] or ""
        if match["scale"]:
            suffix += f" {match['scale'].lower()}"
        if match["percent"] or unit in ("percent", "per cent"):
            suffix, unit = "%", "%"
        elif unit in SHORT_UNITS:
            suffix += SHORT_UNITS[unit]
        else:
            taken = 0  # a counted thing: its name belongs into the meaning
        if value < 1 and not suffix:
            continue
        if match["low"]:
            prefix += f"{match['low']}–"
        if re.search(r"\bage[ds]?\s$", before):
            prefix = f"age {prefix}"
        hedge_prefix, hedge_suffix = _hedges(before)
        share = value / 100 if suffix == "%" and value <= 100 and not match["low"] else None
        decimals = len(bare.split(".")[1]) if "." in bare else 0
        end = match.end() + taken
        if rate := _RATE.match(text[end:]):
            suffix, end = _hedged(suffix, hedge_suffix) + rate.group().rstrip(), end + rate.end()
            hedge_suffix = ""
        quantities.append(
            StatedQuantity(
                match.start(),
                end,
                value,
                decimals,
                hedge_prefix + prefix,
                _hedged(suffix, hedge_suffix),
                match["money"] or unit,
                *_meaning(text, match.start(), end, share, counted=bool(unit) and not taken),
            )
        )
    return quantities


def _hedges(before: str) -> tuple[str, str]:
    """What the words in front of a number say about how exact it is, as signs; dropping them would overstate it."""
    if _ABOUT.search(before):
        return "~", ""
    if _AT_LEAST.search(before):
        return "", "+"
    if _LESS.search(before):
        return "<", ""
    return ("≤", "") if _UP_TO.search(before) else ("", "")


_DATED = re.compile(
    r"\s*\b(?:in|by|since|until|from|after|before|during|of|as early as|back in|late|early)?\s*(?:the year\s)?\0,?",
    re.IGNORECASE,
)


def _year(match: re.Match[str], text: str, value: float) -> StatedQuantity:
    around = text[: match.start()] + "\0" + text[match.end() :]
    pieces = re.split(r"(?<=[,;:])\s|\s[–—]\s", around)
    own = next((i for i, piece in enumerate(pieces) if "\0" in piece), 0)
    clause = _DATED.sub(" ", pieces[own]).strip(" ,")
    if len(clause.split()) < 3 and own + 1 < len(pieces):  # "In 1811, construction began"
        clause = pieces[own + 1]
    meaning = next((text for text in (_label(clause), _label(_DATED.sub(" ", around))) if len(text.split()) > 1), "")
    return StatedQuantity(match.start(), match.end(), value, 0, "", "", "year", meaning, is_year=True)


def _hedged(suffix: str, sign: str) -> str:
    """ "300+ years", but "15 million+": the sign stands behind the number, of which "million" is a part."""
    scaled = suffix.strip() in {"", "%", "thousand", "million", "billion", "trillion"}
    return suffix + sign if scaled else sign + suffix


def _names_something(before: str, after: str) -> bool:
    """Is this number part of a name ("Section 508", "Apollo 11", "June 5") rather than a quantity?"""
    last = re.search(r"([\w’'-]+)\s$", before)
    named = bool(last and last[1][0].isupper() and len(before.split()) > 1)
    return (
        named
        or bool(_MONTH.search(before))
        or bool(
            re.match(
                r"\s?(?:st|nd|rd|th)\b|:\d|,\s\d{4}|\s(?:January|February|March|April|May|June|July|August|"
                r"September|October|November|December)\b",
                after,
            )
        )
    )


def _from_words(text: str) -> list[StatedQuantity]:
    quantities: list[StatedQuantity] = []
    for match in _WORDS.finditer(text):
        parts = match["word"].lower().split("-")
        value = float(sum(SMALL[part] for part in parts))
        suffix = ""
        scale = (match["scale"] or "").lower()
        if scale == "hundred":
            value *= 100
        elif scale:
            suffix = f" {scale}"
        after = text[match.end() :]
        unit, taken = _unit(after)
        before = text[: match.start()].rstrip().lower()
        if value < _LEAST_WORTH and unit not in SHORT_UNITS and not scale:
            continue
        if not unit or before.endswith((" one of", " of", "-", " or")) or re.match(r"\s(?:of|or|and)\b|-", after):
            continue
        if unit in ("percent", "per cent"):
            suffix, unit = "%", "%"
        elif unit in SHORT_UNITS:
            suffix += SHORT_UNITS[unit]
        else:
            taken = 0
        hedge_prefix, hedge_suffix = _hedges(text[: match.start()])
        end = match.end() + taken
        share = value / 100 if suffix == "%" and value <= 100 else None
        quantities.append(
            StatedQuantity(
                match.start(),
                end,
                value,
                0,
                hedge_prefix,
                _hedged(suffix, hedge_suffix),
                unit,
                *_meaning(text, match.start(), end, share),
            )
        )
    return quantities


def _from_fractions(text: str) -> list[StatedQuantity]:
    quantities: list[StatedQuantity] = []
    for words, (part, whole) in FRACTIONS.items():
        for match in re.finditer(rf"\b{words}\b(?=\s(?:of|as|the)\b)", text, re.IGNORECASE):
            if re.search(r"\b(?:less than|more than|first|second|other|last|latter)\s$", text[: match.start()]):
                continue  # "less than half" is not half: a drawn half would be a false value
            quantities.append(
                StatedQuantity(
                    match.start(),
                    match.end(),
                    part,
                    0,
                    _hedges(text[: match.start()])[0],
                    f"/{whole}",
                    "share",
                    *_meaning(text, match.start(), match.end(), part / whole),
                )
            )
    return quantities


def _unit(after: str) -> tuple[str, int]:
    """The word that says what is counted or measured, and how many characters it takes, the space included."""
    match = re.match(r"(?:\s|-)(per cent|light-years?|km/h|[A-Za-zÀ-ÿ°%][\w’'-]*)", after)
    if not match:
        return "", 0
    word = match[1]
    low = word.lower()
    acts = low in lx.verbs() and not low.endswith("s")  # "Apollo 11 came"
    if low in lx.FUNCTION or acts or (len(word) == 1 and word not in SHORT_UNITS):
        return "", 0
    return (word if word in SHORT_UNITS else word.lower()), match.end()


_CLAUSE_END = re.compile(
    r"[,;:.!?()]\s|[.!?]$|\s[–—]\s|—|\s(?=(?:(?:with|of|in|to|for|by)\s)?(?:which|who)\b)|\s(?=(?:because|although|while|but|so|"
    r"when|where|if|is|are|was|were|has|have|had|would|will|can|could|may|that)\b)"
)
_LEADING_ON = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|more than|over|at least|less than|up to|only|some|by|"
    r"to|of|at|for|than|is|are|was|were|as|from|between|an?|the|just|amounts|ranging|age[ds]?)\s*$",
    re.IGNORECASE,
)


def _meaning(
    text: str, start: int, end: int, share: float | None, *, counted: bool = False
) -> tuple[str, float | None, bool]:
    """What the number is about, its share handed through, and whether that was said before it.

    The words after it up to the clause's end, or else those before it.
    """
    whole = re.split(r"[,;:.!?()]\s|[.!?]$|\s[–—]\s|—", text[end:])[0].strip()
    after = whole if len(whole.split()) <= 9 else _CLAUSE_END.split(text[end:])[0].strip()
    after = re.sub(r"^(?:(?:worth of|of|wide|long|tall|deep)\b)?\s*(?:the|a|an)?\s*\b", "", after)
    short_text = shorten(after, 7) if after.strip() else None
    if short_text and _substance(short_text) and (len(short_text.split()) > 1 or counted):
        return capital(short_text), share, False
    before = re.split(r"[,;:]\s|\s[–—]\s", text[:start].strip())[-1]
    while (shorter := _LEADING_ON.sub("", before).strip()) != before:
        before = shorter
    if (label := _label(before)) and len(label.split()) > 1:
        return label, share, True
    if short_text and _substance(short_text):
        return capital(short_text), share, False
    phrase = telling(text[:start] + text[end:], ())
    return phrase.text if phrase else "", share, False


def _label(text: str) -> str:
    """A piece of a sentence as a label of at most seven words, or ""."""
    short = compress(text)
    if re.search(r"\s(?:it|they|he|she)\s", short):
        return ""  # "opened it decreased the cost": two clauses have run into one
    if short and len(short.split()) <= 7 and not dangling(short) and _substance(short):
        return short
    cut = shorten(short, 7) if short else None
    if cut and _substance(cut):
        return cut
    phrase = telling(text, ())
    return phrase.text if phrase and len(phrase.text.split()) > 1 else ""


def _substance(text: str) -> bool:
    content = [t for t in tokens(text) if t.tag in ("noun", "verb") and t.low not in lx.HOLLOW]
    return len(content) >= 1 and len(text) >= 5
