"""From what stands in a file to clean lines: entities, invisible signs, ligatures, raised figures, note numbers."""

from __future__ import annotations

import html
import re

from ytempire.studio.voice.lexicon import UNITS

# "&amp;" that is still there after reading was escaped twice. Only what ends in ";" is certainly an entity.
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|shy|[lr][sd]quo|[mn]dash|hellip|#\d{1,7}|#x[0-9a-f]{1,6});", re.I)
_MOST_ESCAPES = 3
# What a terminal takes as an order: colours, titles, the cursor's way.
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_STRUCK_TWICE = re.compile(r"_\x08(?=\S)|(\S)\x08(?=\1)")  # bold and underlined as line printers had it
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+")
# Control signs, format signs, noncharacters. Joiners are looked at by their neighbours.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\uffff"
    "\ufdd0-\ufdef\U000e0000-\U000e007f]"
)
_LONE_JOINER = re.compile(
    "(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])|(?<=[^\\W\\d_])\u200d(?=[a-z])"
)
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}  # as PDFs have them
)
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u00a0\u2007\u2009\u202f]\d{3})+(?!\d)")

GROUP_SPACE, MARK_SPACE = "\u202f", "\u00a0"
_SPACE_AT_MARK = re.compile(r"\s+(?=[:;!?»](?:[\s.,]|$))|(?<=«)\s+")
_OTHER_SPACE = re.compile(r"(?:(?!\u202f(?<=\d\u202f)\d{3}(?!\d)|\u00a0(?:[:;!?»](?:[\s.,]|$)|(?<=«\u00a0)))\s)+")

_RAISED = str.maketrans("0123456789+-−–n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")
_LOWERED = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_RAISED_RUN = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹](?:[⁰¹²³⁴⁵⁶⁷⁸⁹]|[,⁻ ](?=[⁰¹²³⁴⁵⁶⁷⁸⁹]))*|\^[a-z](?!\w)")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_TERM = re.compile(r"\([^()]*(?:[-+−*/×^·]|\b[a-z]\b)[^()]*\)")  # "(x + 1)²"
_QUERIES = (
    r"(?:who|(?:by |to )?whom|according to whom|when|where|which|why|how|what|by how much|year)\s?\?"
    r"|(?:(?:citation|clarification|better source|verification|page|attribution|further explanation) needed"
    r"|needs update|original research|failed verification|not in citation given|unreliable source"
    r"|(?:permanent )?dead link|dubious|disputed|discuss|specify|sic|edit|vague)\s?[?!]?"
)
_NUMBERS = r"\[[1-9]\d{0,2}(?:\s*[,;–-]\s*[1-9]\d{0,2})*(?:, ?pp?\. ?\d+(?:[–-]\d+)?)?\]"
_NOTE = re.compile(
    rf"\s*\[(?:{_QUERIES})(?:\s*[–—-][^\[\]]{{0,40}})?\]"
    r"|\s*\[(?:notes?|nb|n|fn|ref|a|b)\.? ?\d{1,3}\]"
    # At a word ("lamp[3]", "1911.[8]", pages behind it), but not what looks like an index: a[1].
    rf"|(?<![\s\[])(?<!\b[A-Za-z])(?:{_NUMBERS}|\[(?:[a-z]|[*†‡§]{{1,3}})\])(?!\()(?::\s?\d+(?:[–-]\d+)?(?!\d))?"
    rf"|(?<!range)(?<!interval)\s+{_NUMBERS}(?:\s?[,–-]\s?{_NUMBERS})*(?=[\s.,;:!?)]|$)",
    re.IGNORECASE,
)
# Short words that are raised: an abbreviation's end (Mme, 1er) or a badge beside a word (Lamps NEW).
_RAISED_END = re.compile(r"(?<=\b[A-Z0-9])\^(?=[A-Za-z]{2,3}\b)")
_RAISED_BADGE = re.compile(r"(?<=[^\W\d_]{2})\^(?=[A-Za-z]{2,3}\b)")


def tidy(text: str) -> str:
    """One line of clean text: single spaces, no entities, invisible signs or ligatures, no space before full stops.

    What depends on the language is left to `spaced`: the spaces within numbers and at marks.
    """
    text = visible(_unescaped(text))
    text = _GROUPED.sub(lambda match: re.sub(r"\s", GROUP_SPACE, match.group()), text)
    text = _SPACE_AT_MARK.sub(MARK_SPACE, text)
    text = _OTHER_SPACE.sub(" ", text).strip()
    return re.sub(r" ([.,])(?=\s|$)", r"\1", text)


def spaced(text: str, language: str) -> str:
    """Return a tidied text with the spaces of its language: in English "12,000" for 12 000, in French "Quoi ?" kept."""
    if language == "en":
        text = re.sub(rf"(?<=\d){GROUP_SPACE}(?=\d{{3}})", ",", text)
    if language == "fr":
        return re.sub(r" (?=[:;!?»](?:\s|$))", MARK_SPACE, text)
    return re.sub(rf"{MARK_SPACE}([;!?])(?=\s|$)", r"\1", text).replace(MARK_SPACE, " ")


def visible(text: str) -> str:
    """The text without control and format signs. Joiners within emoji and scripts stay."""
    text = re.sub("\u00ad[ \t]*\n[ \t]*", "", text).translate(_LIGATURES)
    kept = "".join(
        part if _FLAG.fullmatch(part) else _UNSEEN.sub("", part)
        for part in re.split(
            f"({_FLAG.pattern})", text
        )  # the flag of Wales is spelled in signs that are unseen elsewhere
    )
    return _LONE_JOINER.sub("", kept)


def without_terminal_orders(text: str) -> str:
    """The text without colours and what else a terminal obeys; bold and underlined letters once."""
    return _STRUCK_TWICE.sub("", _TERMINAL.sub("", text))


def _unescaped(text: str) -> str:
    for _ in range(_MOST_ESCAPES):
        plain = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
        if plain == text:
            break
        text = plain
    return text


def guarded(code: str) -> str:
    """Code with an unseen sign between its signs, so that nothing in it is taken for a mark; `tidy` removes them."""
    return "\u2060".join(code)


def raised(text: str) -> str:
    """What a superscript says, as one can write it without markup: m², 10⁻⁹, 19th; empty for a note's mark."""
    text = re.sub(r"\s+", " ", text).strip()
    if re.fullmatch(r"\[.*\]|\W*[*†‡§¶#]\W*", text):
        return ""
    if re.fullmatch(r"[+\-−–]?\d[\d,;– -]*|[+\-−–]?n|\d?[+\-−–]", text):
        return text.translate(_RAISED)
    if re.fullmatch(r"st|nd|rd|th|[™®℠]|tm|sm", text, re.IGNORECASE):
        return text
    return f"^{text}" if len(text) <= 3 else f" {text} "


def lowered(text: str) -> str:
    """What a subscript says: H₂O, CO₂, xmax."""
    return text.translate(_LOWERED) if re.fullmatch(r"[+\-−]?\d+[+\-−]?", text.strip()) else text


def without_notes(text: str) -> str:
    """The text without the numbers of notes and the queries of editors: "1911.[8]", "steps[note 3]", "why.⁷"."""
    text = _RAISED_BADGE.sub(" ", _RAISED_END.sub("", text))
    text = _NOTE.sub(lambda note: " " if re.match(r"\w", text[note.end() :]) else "", text)
    return _RAISED_RUN.sub(lambda run: run.group() if _is_power(text, run.start(), run.end()) else "", text)


def _is_power(text: str, start: int, end: int) -> bool:
    """Whether raised figures belong to what stands before them (10⁶, m², (x + 1)², ¹⁴C) rather than to a note."""
    before = text[max(0, start - 40) : start]
    if before.endswith(("⁺", "⁻", "^")) or re.search(r"[₀-₉]$", before) or text[end : end + 1] in {"⁺", "⁻"}:
        return True
    if number := re.search(r"\d[\d.,]*$", before):
        return number.group()[-1].isdigit() and not _YEAR.fullmatch(number.group())
    if word := re.search(r"[^\W\d_]+$|[°Ωµμ]$", before):
        measured = len(word.group()) == 1 or word.group() in UNITS or word.group() == "in"
        return measured or re.search(r"[=+−*/×·]\s*$", before[: word.start()]) is not None  # E = mc²
    if before.endswith(")"):
        return re.search(_TERM.pattern + r"$", before) is not None
    # An isotope's weight stands before its sign.
    return before[-1:] in {"", " ", "(", "-"} and re.match(r"[A-Z][a-z]?\b", text[end:]) is not None
