"""Whether each line is one whole sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import regex

from ytempire.language.words import words_of
from ytempire.production.script.rules.reviewed_script import Finding, ReviewedScript

_END = regex.compile(r"[.!?…:][\"'”’»)\]\s]*$")
_FULL_NAME = regex.compile(r"\p{Lu}[\p{Ll}’'-]+ \p{Lu}[\p{Ll}’'-]+")
_STOP_INSIDE = regex.compile(r"(\p{Ll}{4,})\. \p{Ll}{2,}")
_OPENERS, _CLOSERS = "\"'“‘«(", "\"'”’»)] \u00a0\u202f"
SAME_START = 14  # characters by which the place of a line in its source is known
HEADING_WORDS = 6  # more hardly run into a sentence unseen
LAST_PREPOSITIONS = frozenset({"of", "to", "into", "onto", "upon", "between", "via"})
REACH = 8  # words before such a preposition, in which the word is that it belongs to
LONGEST_TITLE = 24  # characters from the start of a sentence in which a title and the beginning of a name are


def find_incomplete(script: ReviewedScript) -> Iterator[Finding]:
    """Find lines that end or begin in the middle of a sentence, and headings that ran into one."""
    for place, line in enumerate(script.lines):
        text = line.text.strip()
        if line.role == "hook" and not _END.search(text):
            continue  # a title; the hook's own rule looks at it
        if _is_cut_at_abbreviation(text, script) or _begins_after_abbreviation(text, script):
            yield Finding("cut_abbreviation", place, f"It was cut at an abbreviation: {text}")
        elif not _END.search(text) or _ends_openly(text, script) or _is_run_on(text, script):
            yield Finding("cut_sentence", place, f"It is no whole sentence: {text}")
        elif heading := _known_heading(text, script) or _probable_heading(text, script):
            yield Finding("glued_heading", place, f"The heading “{heading}” ran into it: {text}")


def _ends_openly(text: str, script: ReviewedScript) -> bool:
    words, profile = words_of(text), script.profile
    if text.rstrip(_CLOSERS)[-1:] in "?!" or not words or words[-1] not in profile.incomplete_ends:
        return False
    if _source_ends_with(words[-2:], script) or _is_stranded(words, script):
        return False
    before = words[-2:-1]
    is_content = words[-1] in profile.words_too and bool(profile.before_homographs.intersection(before))
    return not is_content


def _is_run_on(text: str, script: ReviewedScript) -> bool:
    """A full stop that is none of an abbreviation, and a small letter behind it: something was lost between them."""
    stops = _STOP_INSIDE.finditer(text)
    return any(not script.profile.kinds_of(match[1]) for match in stops)


def _source_ends_with(words: Sequence[str], script: ReviewedScript) -> bool:
    """A sentence of the source ends so too: "the clay that it is made of"."""
    return any(sentence[-len(words) :] == list(words) for sentence in script.source_words)


def _is_stranded(words: Sequence[str], script: ReviewedScript) -> bool:
    """In English a preposition may stand at the end of a clause that a question word or relative opens."""
    openers = script.profile.question_words | {"that", "nothing"}
    return script.language == "en" and words[-1] in LAST_PREPOSITIONS and not openers.isdisjoint(words[-REACH:-1])


def _is_cut_at_abbreviation(text: str, script: ReviewedScript) -> bool:
    bare = text.rstrip(_CLOSERS)
    words = bare.removesuffix(".").split()
    if not bare.endswith(".") or not words:
        return False
    word = words[-1].lstrip(_OPENERS).rpartition("’")[2].rpartition("'")[2]
    if len(word) == 1 and word.isupper() and len(words) > 1:
        return text not in script.source_sentences and _is_initial(words[-2], script)
    kind = script.profile.kinds_of(word)
    if "before_number" in kind and "never_end" not in kind:
        return _goes_on_with_number(words[-2:], script)
    if word in script.profile.words_too and _source_ends_with([word], script):
        return False
    return bool(kind) and "may_end" not in kind


def _goes_on_with_number(words: Sequence[str], script: ReviewedScript) -> bool:
    """ "a work of art." is whole; "as stated in Art." is not, where the source has a number behind it."""
    ending = regex.escape(" ".join(words).lower())
    return regex.search(rf"{ending}\.?\s*[\dIVX]", _single_line(script.paragraphs).lower()) is not None


def _is_initial(before: str, script: ReviewedScript) -> bool:
    """Behind a title or a first name a single letter is an initial: "prof. H.", "Anna K."."""
    is_name = before[:1].isupper() and before.lower() not in script.profile.function_words
    return before.endswith(".") or is_name


def _begins_after_abbreviation(text: str, script: ReviewedScript) -> bool:
    """The source goes on with it behind the full stop of an abbreviation; a full name can do without its title."""
    start = text[:SAME_START]
    if any(sentence.startswith(start) for sentence in script.source_sentences):
        return False
    titled = any(f". {start}" in sentence[:LONGEST_TITLE] for sentence in script.source_sentences)
    if titled and _FULL_NAME.match(text):
        return False
    whole = _single_line(script.paragraphs)
    ends = (whole[: match.start()] for match in regex.finditer(regex.escape(f". {start}"), whole))
    return any(script.profile.kinds_of(before.rsplit(maxsplit=1)[-1].lstrip(_OPENERS)) for before in ends if before)


@lru_cache(maxsize=8)
def _single_line(paragraphs: tuple[str, ...]) -> str:
    return regex.sub(r"\s+", " ", "\n".join(paragraphs))


def _known_heading(text: str, script: ReviewedScript) -> str | None:
    for heading in (*script.headings, *script.glued_headings):
        rest = text.removeprefix(f"{heading} ")
        if rest != text and rest[:1].isupper() and len(rest.split()) > 2:  # else a title that is quoted
            return heading
    return None


def _probable_heading(text: str, script: ReviewedScript) -> str | None:
    """The first words, where the rest is a sentence of the source: "Early years She was born …"."""
    words = text.split()
    for place in range(1, min(HEADING_WORDS, len(words) - 3)):
        before, word, after = words[place - 1], words[place].strip("\"'“‘«(,"), words[place + 1]
        is_letter = len(word) == 1 and word.isascii()
        if not word[:1].isupper() or is_letter or not before[-1:].isalpha() or (word.isupper() and len(word) > 1):
            continue
        if after[:1].isupper() and word.lower() in script.profile.name_particles | script.profile.before_homographs:
            continue  # "Le Goff"
        rest = " ".join(words[place:])[:SAME_START]
        is_sentence = any(sentence.startswith(rest) for sentence in script.source_sentences)
        is_grammar = script.profile.is_grammar(word.replace("’", "'"))
        is_in_name = word.lower() in script.profile.name_particles | script.profile.before_homographs
        is_unheard = not is_in_name and f"{before} {word}" not in _single_line(script.paragraphs)
        is_glued = is_sentence or is_unheard
        if is_grammar and is_glued and before.lower() not in script.profile.incomplete_ends:
            return " ".join(words[:place])
    return None
