"""What makes a sentence speakable, by its language: English by its own rules, the others by their profile."""

from __future__ import annotations

from collections.abc import Iterator

from ytempire.production.script import context_dependence, sentence_editing
from ytempire.production.script.context_in_language import leans_in_language
from ytempire.production.script.sentence_in_language import (
    brief_in_language,
    cleaned_in_language,
    main_clauses_in_language,
    shortened_in_language,
    without_opener_in_language,
)


def leans_on_context(text: str, before: str, language: str) -> bool:
    """Tell whether a sentence needs the one before it; `before` is that one in the same block, or empty."""
    if language == "en":
        return context_dependence.leans_on_context(text, before)
    return leans_in_language(text, before, language)


def brief(text: str, longest: int, language: str) -> str | None:
    """Return the main clause before what only adds to it, of at most `longest` words; None where there is none."""
    return sentence_editing.brief(text, longest) if language == "en" else brief_in_language(text, longest, language)


def main_clauses(text: str, language: str) -> Iterator[str]:
    """Yield what stands before an addition that a sentence is whole without, the shortest first."""
    return sentence_editing.main_clauses(text) if language == "en" else main_clauses_in_language(text, language)


def cleaned(raw: str, language: str) -> str:
    """Return a sentence of a source without brackets, notes and signs that no voice reads."""
    return sentence_editing.cleaned(raw) if language == "en" else cleaned_in_language(raw)


def without_opener(text: str, language: str) -> str:
    """Return a sentence without a leading connective."""
    return sentence_editing.without_opener(text) if language == "en" else without_opener_in_language(text, language)


def shortened(text: str, language: str) -> str:
    """Return a sentence without asides and additions, as far as it is too long."""
    return sentence_editing.shortened(text) if language == "en" else shortened_in_language(text, language)
