"""What < and > mean, said without them: YouTube refuses both signs in titles, descriptions and tags."""

from __future__ import annotations

import re

from ytempire.language.profile import language_profile

_ARROWS = (
    (re.compile(r"<[-=]{1,3}>"), "↔"),
    (re.compile(r"[-=]{2,3}>|(?<![<>=])[-=]>"), "→"),
    (re.compile(r"<-{2,3}(?![\w-])|<-(?=\s)"), "←"),
)
# "I <3 harbors", "Cats <3": a heart, not three of anything.
_HEART = re.compile(r"(?<=\b[Ii]\s)<3(?!\d|\s+\d)|(?<=\b(?:we|We)\s)<3(?!\d)|(?<=\s)<3(?=\s*$|[.!?)])")
_TYPE = re.compile(r"(?<=\w)<([A-Za-z_?][\w.:&*\[\]‹› ?]*(?:,\s?[\w.:&*\[\]‹›?]+)*)>")  # List<String>, Map<K, V>
_TAGGED = re.compile(r"<(\w+)>(.*?)</\1>")
_BRACKETED = re.compile(r"<(/?[A-Za-z][^<>\s]*\s?/?)>")  # <b>, <anna@example.org>
_PATH = re.compile(r"(?<=[^\W\d])\s+>\s+(?=[A-Z][a-z])")  # Home > Tools > Saws
_COMPARISONS = (
    re.compile(r"\s*(?:<=|=<|≤)\s*"),
    re.compile(r"\s*(?:>=|=>|≥)\s*(?=\S)"),
    re.compile(r"\s*<>\s*"),
    re.compile(r"\s*<<\s*"),
    re.compile(r"\s*>>\s*"),
    re.compile(r"\s*<\s*"),
    re.compile(r"\s*>\s*"),
)
"""As `comparisons` of a language's file says them, in the same order."""


def without_angles(text: str, language: str = "en") -> str:
    """The text with comparisons in words, arrows as arrows, a type's name with ‹ and ›, other brackets left off."""
    if not set(text) & set("<>"):
        return text
    for pattern, arrow in _ARROWS:
        text = pattern.sub(arrow, text)
    text = _TAGGED.sub(r"\2", _HEART.sub("♥", text))
    for _ in range(text.count("<")):  # from the inside out
        text = _TYPE.sub(r"‹\1›", text)
    text = _BRACKETED.sub(r"\1", text)
    if len(_PATH.findall(text)) > 1:
        text = _PATH.sub(" › ", text)
    text = re.sub(r"^\s*>+(?=\s+\D)|\s*[<>]+\s*$", "", text)  # a quotation's sign before, a stray one behind
    return "\n".join(_in_words(line, language) for line in text.split("\n"))


def _in_words(line: str, language: str) -> str:
    for pattern, words in zip(_COMPARISONS, language_profile(language).comparisons, strict=True):
        line = pattern.sub(f" {words} ", line)
    return re.sub(r"  +", " ", line).strip()
