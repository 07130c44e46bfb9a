"""Which title of several a video gets, and whether a text beside the video says what its source says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ytempire.language.words import words_of
from ytempire.production.script.metadata import MOST_TITLE, PREFERRED_TITLE
from ytempire.production.script.rules.authors_voice import find_first_person
from ytempire.production.script.rules.faithfulness import find_unfaithful, source_has_word
from ytempire.production.script.rules.page_leftovers import find_page_leftovers
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.production.script.rules.structure import find_wrong_language
from ytempire.studio.script_document import Line

RULES = (find_unfaithful, find_wrong_language, find_first_person, find_page_leftovers)
UNKNOWN_SHARE = 1 / 3  # of a title's content words: the source need not have each of them, but most
SHORTEST_SHOUT = 3  # letters: "UK" and "TV" are written so


@dataclass(frozen=True)
class TitleChoice:
    """`title` is None where each candidate has an objection; `objections` are sentences, by the candidate."""

    candidates: tuple[str, ...]
    title: str | None
    objections: dict[str, str]


def choose_title(candidates: Sequence[str], source: ReviewedScript) -> TitleChoice:
    """Choose the first title without an objection, one that search results show whole before a longer one."""
    objections = {title: objection for title in candidates if (objection := find_objection_to_title(title, source))}
    usable = [title for title in candidates if title not in objections]
    title = min(usable, key=lambda title: len(title) > PREFERRED_TITLE, default=None)
    return TitleChoice(tuple(candidates), title, objections)


def find_objection_to_title(title: str, source: ReviewedScript) -> str | None:
    """Return why a title can not be used, in a sentence; None where it can."""
    if not _names_something(title):
        return "It has no word."
    if len(title) > MOST_TITLE:
        return f"It has {len(title)} characters; YouTube takes {MOST_TITLE}."
    if "<" in title or ">" in title:
        return "It has angle brackets, which YouTube does not take."
    if shouted := _shouted(title, source):
        return f"It shouts: {', '.join(shouted)}."
    return find_objection(title, source)


def find_objection(text: str, source: ReviewedScript) -> str | None:
    """Return what a title, a heading or a sentence says that its source does not; None where there is nothing."""
    if not _names_something(text):
        return f"It has no word: {text}"
    script = source.with_lines([Line(text=text, role="body", section=0)])
    finding = next((finding for rule in RULES for finding in rule(script)), None)
    if finding is not None:
        return finding.reason
    content = [word for word in script.content_words(script.words[0]) if not word[0].isdecimal()]
    unknown = [word for word in content if not source_has_word(word, script)]
    if len(unknown) > UNKNOWN_SHARE * len(content):
        return f"The source does not speak of {', '.join(unknown)}: {text}"
    return None


def is_of_source(term: str, source: ReviewedScript) -> bool:
    """Tell whether the source has each content word of a tag."""
    return _names_something(term) and all(
        source_has_word(word, source) for word in source.content_words(words_of(term))
    )


def _names_something(text: str) -> bool:
    return any(word[0].isalpha() for word in words_of(text))


def _shouted(title: str, source: ReviewedScript) -> list[str]:
    written = {word for text in (source.title, *source.headings, *source.paragraphs) for word in text.split()}
    return [
        word
        for word in title.split()
        if word.isupper() and sum(map(str.isalpha, word)) >= SHORTEST_SHOUT and word not in written
    ]
