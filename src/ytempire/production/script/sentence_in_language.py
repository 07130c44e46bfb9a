"""Sentences of languages other than English as they are spoken: by deletion alone, by the words of their profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from ytempire.language.profile import language_profile
from ytempire.language.words import words_of
from ytempire.language.writing import Writing, writing_of
from ytempire.production.script.context_in_language import leans_in_language
from ytempire.production.script.readability import LONG_WORDS, LONGEST_LINE

SHORTEST, MOST = 4, 60  # words
SHORTEST_INNER = 4  # letters of a connective between two commas
LEAST_LEFT = 6  # words of a clause from which something was taken off
LABEL_WORDS, VERBLESS_LABEL_WORDS = 3, 5
HEADING_WORDS = 6  # more hardly run into a sentence unseen
LONGEST_FRAGMENT = 6  # words; a longer run of them without a known verb has another one
_CLOSED = regex.compile(r"[.!?][\"”’')»\s\u00a0\u202f]*$")
_STARTS = regex.compile(r"[¿¡]?[\p{Lu}\d]")
_LABEL = regex.compile(r"([^:]+?)[\s\u00a0\u202f]?:\s")
_REFERENCE = (
    r"\bISBN\b|\bISSN\b|\bdoi\b|\b[Vv]ol\.|\bpp?\. ?\d|\bet al\b",
    # "García Pérez, J. (1998)", "Rossi M., Bianchi L."
    r"\p{Lu}[\p{L}'’-]+,? \p{Lu}\.(?:[ -]?\p{Lu}\.)*(?:,| \(|;| y | e | et | & )",
    r"\((?:1[5-9]|20)\d\d[a-z]?\)\.",
    r"^\p{Lu}\. ?(?:\p{Lu}\. ?)*\p{Lu}[\p{L}'’-]+, \p{Lu}",  # "P. Rossi, Storia d'Italia"
)
_IS_REFERENCE = regex.compile("|".join(_REFERENCE))
_SPEAKER = regex.compile(r"(?:\S+\s){1,4}[—–]\s(?=\p{Lu})")
_SILENT = regex.compile(r"(?<!\S)[^\w\s.,;:?!¿¡'\"“”‘’()\[\]«»&%$€£+=<>°–—-]+(?=[\s.,;:?!]|$)")
_ACRONYM = regex.compile(r"\((\p{Lu}[\p{L}]{0,3}\p{Lu}+s?)\)")
_INNERMOST = regex.compile(r"\s*\([^()]*\)(?=(?P<next>[\p{L}\p{N}])?)")
_DASHES = regex.compile(r"[\s\u00a0]*(?:—|--|\s–\s)[\s\u00a0]*")
PLAIN_SPACE = r"[^\S\u00a0\u202f]"
"""Every space but those that keep a French mark, or the groups of a number, on its line."""


@dataclass(frozen=True)
class SpokenForm:
    """How a sentence is spoken: `lines` within a passage, `opening` at its start."""

    lines: tuple[str, ...]
    opening: tuple[str, ...]
    is_usable: bool
    leans: bool


def spoken_form(raw: str, before: str, language: str) -> SpokenForm:
    """Return how a sentence of a source is spoken, and whether it can be. `before` stands before it in its block."""
    raw = _without_heading(raw, language)
    text = cleaned_in_language(raw)
    bare = without_opener_in_language(text, language)
    lines = (finished(shortened_in_language(text, language)),) if text else ()
    opening = (finished(shortened_in_language(bare, language)),) if bare else ()
    return SpokenForm(
        lines,
        opening,
        is_usable=_is_usable(raw, lines, language),
        leans=leans_in_language(text, before, language) or leans_in_language(bare, before, language),
    )


def cleaned_in_language(raw: str) -> str:
    """Return a sentence without remarks in brackets and signs that no voice reads. Abbreviations in brackets stay."""
    text = regex.sub(rf"{PLAIN_SPACE}+", " ", raw).strip()
    text = _SILENT.sub("", regex.sub(r"\[([^\[\]]*)\]", r"\1", text))
    text = _without_brackets(text)
    text = regex.sub(r"\s+([,.])(?=\s|$)", r"\1", text)
    text = regex.sub(r",(?=[.:;?!,])", "", text)
    return _capitalised(regex.sub(rf"{PLAIN_SPACE}+", " ", text).strip())


def _without_brackets(text: str) -> str:
    kept, longer = _ACRONYM.sub("⟦\\1⟧", text), ""
    while kept != longer:  # the innermost first
        longer = kept
        kept = _INNERMOST.sub(lambda match: " " if match["next"] else "", kept)
    return kept.replace("⟦", "(").replace("⟧", ")")


def without_opener_in_language(text: str, language: str) -> str:
    """Return a sentence without a leading connective: it needs none where the sentence before it is not there."""
    profile, writing = language_profile(language), writing_of(language)
    for _ in range(2):
        for size in (3, 2, 1):
            head = regex.match(rf"(?:[\p{{L}}'’-]+{PLAIN_SPACE}){{{size - 1}}}[\p{{L}}'’-]+", text)
            phrase = head.group().lower().replace("’", "'") if head else ""
            follows = text[head.end() :] if head else ""
            is_left_off = phrase in profile.connectives and follows.startswith(", ")
            is_joint = phrase in writing.conjunctions and follows.startswith(" ")
            if is_left_off or is_joint:
                text = _capitalised(follows.lstrip(", "))
                break
    inner = "|".join(sorted(word for word in profile.connectives if len(word) >= SHORTEST_INNER))
    return regex.sub(rf",{PLAIN_SPACE}(?:{inner}),(?=\s)", "", text)


def shortened_in_language(text: str, language: str) -> str:
    """Return a sentence of at most 22 words where what it adds behind its clause can be left off, else as it is."""
    if len(text.split()) <= LONG_WORDS:
        return text
    without_aside = regex.sub(r"\s*—\s*[^—]{3,120}?\s*—\s*(?=\p{Ll})", " ", text)
    if len(without_aside.split()) <= LONG_WORDS and _is_balanced(without_aside):
        return without_aside
    cuts = [cut for cut in main_clauses_in_language(without_aside, language) if len(cut.split()) >= LEAST_LEFT]
    fitting = [cut for cut in cuts if len(cut.split()) <= LONG_WORDS]
    return max(fitting, key=len) if fitting else min([*cuts, text], key=len)


def brief_in_language(text: str, longest: int, language: str) -> str | None:
    """Return the clause before what only adds to it, of at most `longest` words; None where there is none."""
    if len(text.split()) <= longest:
        return text
    cuts = [cut for cut in main_clauses_in_language(text, language) if LEAST_LEFT <= len(cut.split()) <= longest]
    return max(cuts, key=len, default=None)


def main_clauses_in_language(text: str, language: str) -> Iterator[str]:
    """Yield what stands before a semicolon, a dash, or a comma with one of the words that open an addition."""
    writing, profile = writing_of(language), language_profile(language)
    for match in regex.finditer(r"\s?;\s|\s[—–]\s|,\s", text):
        head, tail = text[: match.start()], text[match.end() :]
        is_addition = writing.tails.match(tail.replace("’", "'")) and "," not in tail and ";" not in tail
        if match.group().startswith(",") and not is_addition:
            continue
        if ":" in head or not _is_balanced(head):
            continue
        words = words_of(head)
        opens_clause = bool(words) and words[0] in writing.subordinators and "," not in head
        needs_more = not writing.correlatives.isdisjoint(words) or words[-1] in profile.incomplete_ends
        if not opens_clause and not needs_more:
            yield f"{head.rstrip()}."


def finished(text: str) -> str:
    """Return a line with commas for dashes, at which a caption cannot break, and with a mark at its end."""
    text = _DASHES.sub(", ", text.strip())
    text = regex.sub(r"\s+([,.])(?=\s|$)", r"\1", regex.sub(r",\s*(?=[,.;:?!])", "", text))
    return text if regex.search(r"[.!?:][\"”’'»\s\u00a0\u202f]*$", text) else f"{text.rstrip(',; ')}."


def _is_usable(raw: str, lines: tuple[str, ...], language: str) -> bool:
    """A whole sentence that can be spoken, and no label ("Palabras clave: …") or line of a bibliography."""
    words = words_of(" ".join(lines))
    if not SHORTEST <= len(words) <= MOST or any(len(line.split()) > LONGEST_LINE for line in lines):
        return False
    if not _STARTS.match(raw) or not _CLOSED.search(raw) or not _is_balanced(raw):
        return False
    if _has_label(raw, language) or _IS_REFERENCE.search(raw) or regex.search(r"\.\.\.|…|https?://|www\.|\S@\S", raw):
        return False
    writing = writing_of(language)
    if writing.bylines.search(raw.replace("’", "'")) or (words[0] in writing.subordinators and "," not in raw):
        return False
    return not _is_list_of_names(lines) and (
        len(words) > LONGEST_FRAGMENT or _has_verb(words, writing) or _has_any_verb(words, language)
    )


def _has_label(raw: str, language: str) -> bool:
    """ "Palabras clave: …", "Na foto de cima: …"."""
    match = _LABEL.match(raw)
    words = words_of(match[1]) if match else []
    if not words or len(words) > VERBLESS_LABEL_WORDS:
        return False
    return len(words) <= LABEL_WORDS or not _has_verb(words, writing_of(language))


def _has_verb(words: Sequence[str], writing: Writing) -> bool:
    return any(writing.finite_verbs.fullmatch(word) or writing.past_verbs.fullmatch(word) for word in words)


def _has_any_verb(words: Sequence[str], language: str) -> bool:
    """Of a short sentence, in which a form that is a noun's too is rather the verb."""
    profile = language_profile(language)
    return any(profile.verb_forms.fullmatch(word) for word in words if word not in profile.function_words)


def _without_heading(raw: str, language: str) -> str:
    """Return a sentence without a speaker, or a heading that ran into it: "N. V. — Sí.", "Primeros años Se crió en …".

    Told by a word of grammar, or a verb, with a capital behind a word of content, and small letters behind it.
    """
    profile, writing = language_profile(language), writing_of(language)
    raw = _SPEAKER.sub("", raw)
    words = raw.split()
    for place in range(1, min(HEADING_WORDS, len(words) - SHORTEST) + 1):
        before, word, after = words[place - 1], words[place].replace("’", "'"), words[place + 1]
        opens = word[:1].isupper() and not word.isupper() and not after[:1].isupper()
        is_grammar = (
            profile.is_grammar(word) or writing.past_verbs.fullmatch(word) or writing.finite_verbs.fullmatch(word)
        )
        if opens and is_grammar and before[-1:].isalpha() and not profile.is_grammar(before):
            return " ".join(words[place:])
    return raw


def _is_list_of_names(lines: tuple[str, ...]) -> bool:
    """More capitals than a sentence has: authors, places of publication, the entries of a menu."""
    words = [word for line in lines for word in line.split() if word[:1].isalpha() and len(word) > 3]
    return len(words) > 3 and sum(word[0].isupper() for word in words) > 0.7 * len(words)


def _is_balanced(text: str) -> bool:
    pairs = (("(", ")"), ("“", "”"), ("«", "»"), ("¿", "?"), ("¡", "!"))
    openers = ("¿", "¡")
    return text.count('"') % 2 == 0 and all(
        text.count(first) == text.count(last) for first, last in pairs if first not in openers or first in text
    )


def _capitalised(text: str) -> str:
    start = regex.match(r"[¿¡«“\"\s]*", text)
    place = start.end() if start else 0
    return text[:place] + text[place : place + 1].upper() + text[place + 1 :]
