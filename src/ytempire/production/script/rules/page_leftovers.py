"""What a page says about itself, and what is for the eye: never spoken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import regex

from ytempire.language.words import words_of
from ytempire.production.script.rules.reviewed_script import Finding, ReviewedScript

SHORT_LINE = 4  # words
_URL = regex.compile(
    r"https?://|www\.|\S+@\S+\.\p{L}{2,}|(?<![\p{L}\p{N}@])(?:[\p{L}\p{N}-]+\.)+"
    r"(?:com|org|net|edu|gov|info|io|example|app|dev|eu|uk|us|fr|es|it|br|pt|de)\b(?:/\S*)?"
)
_CODE = regex.compile(
    r"\s--?[a-z][\w-]*\b|(?<!\S)[~.]?/[\w.-]+/[\w./-]+|\b[A-Z]:\\|[{}<>`]|\$\s?\w+=|==|=>|\w+\(\)|\w+_\w+|"
    r"%[a-zA-Z]-?%|\w[?&]\w+=|"
    r"\b[\w-]+\.(?:toml|json|ya?ml|txt|csv|srt|py|js|sh|exe|ini|cfg|mp4|wav|md|html?|xml|log)\b|"
    # "make out" is English; "$ make all" and "run make all" are commands
    r"(?:\$|\brun|\btype)\s+(?:make|apt|cargo) [a-z]+\b|\b(?:pip|npm|git|sudo|docker) [a-z]+\b"
)
_LIST_MARKUP = regex.compile(
    r"\s\|\s|\s[-•*]\s\S+(?:\s\S+){0,4}\s[-•*]\s|\s–\s\S+(?:\s\S+){0,4}\s–\s[^–]+\s–\s|"
    r"(?:^|\s)\d\)\s.*\s\d\)\s|^[-•*]\s"
)
_CITATION = regex.compile(
    r"\(\p{Lu}[\p{L}'’-]+[^()]*(?:19|20)\d\d[a-z]?\)|"
    r"\p{Lu}[\p{L}'’-]+ (?:and|y|e|et|&) \p{Lu}[\p{L}'’-]+ \((?:19|20)\d\d\)|"
    r"\[\d+(?:[,–-]\s?\d+)*\]|\([^()]*\b(?:vol|fasc|b|pp?|art)\.\s?\d+[^()]*\)"
)


_CITED = regex.compile(r"\(([^()]*\p{L}[^()]*\b(?:19|20)\d\d[a-z]?)\)|(\p{Lu}[\p{L}'’-]+) \[\d+")
_REFERENCE = regex.compile(
    r"(?:\[?\d+[\].]\s*)?(?:(?:\p{Lu}\.[ -]?)+(\p{Lu}[\p{L}'’-]+),|(\p{Lu}[\p{L}'’-]+),? (?:\p{Lu}\.[ -]?)+,)"
)
_AUTHOR_AND_YEAR = regex.compile(
    r"\p{Lu}[\p{L}'’-]+(?:(?:,| and| y| e| et| &)* \p{Lu}[\p{L}'’-]+)*(?: et al\.?)?(?:,? (?:19|20)\d\d[a-z]?)?"
)
_ACCORDING = regex.compile(
    r"(?i:according to|selon|d['’]après|según|secondo|segundo) (\p{Lu}[\p{L}'’-]{2,}),(?! \p{Lu}\p{Ll}+,)"
)
_SURNAME = regex.compile(r"\p{Lu}[\p{L}'’-]{2,}")


def find_page_leftovers(script: ReviewedScript) -> Iterator[Finding]:
    """Find addresses, code, markup, menus, credits, citations, references to figures, and what speaks to a reader."""
    profile = script.profile
    kinds = (
        ("url", _URL, "It speaks an address."),
        ("code", _CODE, "It speaks code or a path."),
        ("list_markup", _LIST_MARKUP, "It has marks of a list or table."),
        ("citation", _CITATION, "It speaks a citation."),
        ("citation", profile.citations, "It speaks a citation."),
        ("figure_reference", profile.figures, "It points to a figure or table."),
        ("caption_or_credit", profile.credits, "It is a credit or a caption."),
        ("navigation", profile.navigation, "It is from a menu or a button."),
        ("reader_address", profile.reader_address, "It addresses the reader of a page."),
    )
    captions = [
        _bare(sentence)
        for sentence in script.source_sentences
        if _is_said(profile.credits, "caption_or_credit", sentence)
    ]
    cited = _cited_names(script)
    for place, line in enumerate(script.lines):
        for kind, pattern, reason in kinds:
            if _is_said(pattern, kind, line.text):
                yield Finding(kind, place, f"{reason} {line.text}")
                break
        else:
            if cited.intersection(_SURNAME.findall(line.text)):
                yield Finding("citation", place, f"It names whom its source cites. {line.text}")
            if any(_bare(line.text) in caption for caption in captions):
                yield Finding("caption_or_credit", place, f"It is a credit or a caption. {line.text}")


def _cited_names(script: ReviewedScript) -> frozenset[str]:
    """The surnames that the source names only where it cites, and those of its references: "P. Bertol, Wars, p. 5."."""
    text = " ".join(script.paragraphs)
    marks = [match[1] or match[2] for match in _CITED.finditer(text)]
    rest = _CITED.sub(" ", text)
    names = {name for mark in marks if _AUTHOR_AND_YEAR.fullmatch(mark) for name in _SURNAME.findall(mark)}
    surnames = Counter(_SURNAME.findall(text))
    alone = {name for name in _ACCORDING.findall(text) if surnames[name] == 1}  # who else is in it is introduced
    references = (_REFERENCE.match(part) for part in (*script.paragraphs, *script.headings))
    referred = {match[1] or match[2] for match in references if match}
    return frozenset(referred | alone | {name for name in names if name not in rest})


def _is_said(pattern: regex.Pattern[str], kind: str, text: str) -> bool:
    """Tell whether a line says it; words of menus and credits only where it begins with them, or is little else."""
    match = pattern.search(text)
    if match is None or kind not in {"caption_or_credit", "navigation"}:
        return match is not None
    before = text[: match.start()].strip('(["“ ')
    return before[-1:] in ("", *".!?") or len(text.split()) <= SHORT_LINE


def _bare(text: str) -> str:
    return " ".join(words_of(text))
