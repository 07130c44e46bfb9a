"""Whether each line can be understood with what was heard before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from ytempire.production.script.rules.reviewed_script import Finding, ReviewedScript

REMEMBERED = 2  # lines
_NAME = regex.compile(r"(?<=\p{L}[\p{Ll},]* )\p{Lu}\p{Ll}+")


def find_dangling(script: ReviewedScript) -> Iterator[Finding]:
    """Find lines that open with a word that stands for something which no line before them names."""
    for place, line in enumerate(script.lines):
        if line.role == "body" and leans(line.text, script.words[place], script) and not _is_supported(place, script):
            yield Finding("dangling_opening", place, f"What it stands for was not named: {line.text}")


def leans(text: str, words: Sequence[str], script: ReviewedScript) -> bool:
    """Tell whether a sentence opens with a pronoun, a demonstrative or a connective."""
    profile = script.profile
    if not words or profile.expletives.match(text.replace("’", "'")):
        return False
    return _is_connective(words, script) or words[0] in profile.pronouns | profile.demonstratives


def _is_connective(words: Sequence[str], script: ReviewedScript) -> bool:
    return words[0] in script.profile.connectives or " ".join(words[:2]) in script.profile.connectives


def _is_supported(place: int, script: ReviewedScript) -> bool:
    words, profile = script.words[place], script.profile
    if _is_connective(words, script):
        return place > 1
    if words[0] in profile.person_pronouns and _names_somebody(place, script):
        return True
    heard = _heard_before(place, script)
    named = [script.stem(word) for word in script.content_words(words[1:4])]
    if words[0] in profile.demonstratives and named and named[0] in heard:
        return True
    origin = script.origins[place]
    if origin is None:
        return place > 1
    return _source_supports(origin.place, place, heard, script)


def _source_supports(origin: int, place: int, heard: frozenset[str], script: ReviewedScript) -> bool:
    """What the sentence stands on in the source was heard: its own subject, or the sentence before it."""
    source, words = script.source_words[origin], script.words[place]
    if source and source[0] != words[0]:  # the source names what the line does not
        spoken = script.content(words)
        missing = [stem for word in script.content_words(source[:6]) if (stem := script.stem(word)) not in spoken]
        return not missing or missing[0] in heard
    if origin in script.paragraph_starts:
        return place > 1
    before = script.source_contents[origin - 1]
    return not before or not before.isdisjoint(heard)


def _heard_before(place: int, script: ReviewedScript) -> frozenset[str]:
    return script.content(word for words in script.words[max(0, place - REMEMBERED) : place] for word in words)


def _names_somebody(place: int, script: ReviewedScript) -> bool:
    first = max(0, place - REMEMBERED - 1)
    return any(
        _NAME.search(line.text) or not script.profile.people.isdisjoint(words)
        for line, words in zip(script.lines[first:place], script.words[first:place], strict=True)
    )
