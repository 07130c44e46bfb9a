"""Which passages may open a body although the source says them later; all others keep the order of the source."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from ytempire.language.profile import language_profile
from ytempire.language.text_order import text_order_of
from ytempire.language.words import stem_of, words_of
from ytempire.language.writing import writing_of
from ytempire.production.script.hooks import Hook
from ytempire.production.script.material import Material
from ytempire.production.script.passages import Passage
from ytempire.production.script.salience import signs_of
from ytempire.production.script.sentences import Sentence
from ytempire.production.script.short_forms import is_clause
from ytempire.production.script.subject import Subject

LEAST_GENERAL = 0.5  # of a passage that opens: it is about the subject
MOST_LINES = 3  # of a passage that opens before what the source says first
FEWEST_YEARS, ASCENDING = 3, 0.7  # paragraphs with a year, and the share that comes behind an earlier one
FEWEST_ORDINALS = 2  # sentences that begin with "first", "second" …
SEQUENCE_SHARE = 0.08  # of the sentences that begin with "then", "later" …; a tenth of a story's do
OPENING_WORDS = 3
_YEAR = regex.compile(r"\b(?:1[0-9]|20)\d\d\b")


def openings_of(
    passages: Sequence[Passage], hook: Hook, material: Material, lead: float | None = None
) -> list[Passage]:
    """Return the passages with which a body may begin: those that answer the hook, or that surprise by themselves.

    `lead` is where the source begins.
    """
    if hook.answers is not None:
        starts = hook.answers | ({lead} if hook.is_titles else set())
        return [passage for passage in passages if passage.places and passage.places[0] in starts]
    if keeps_order(material):
        return []
    by_place = {sentence.place: sentence for sentence in material.sentences}
    subject = Subject.from_source(material.source)
    return [
        passage
        for passage in passages
        if passage.places
        and len(passage.lines) <= MOST_LINES
        and not passage.needs
        and _surprises([by_place[place] for place in passage.places], subject, material)
    ]


def keeps_order(material: Material) -> bool:
    """Tell whether a text is a story or a sequence of steps, of which no part can be told first."""
    blocks, language = material.source.blocks, material.source.language
    if any(block.ordered for block in blocks):
        return True
    years = [int(match.group()) for block in blocks if (match := _YEAR.search(block.text))]
    if len(years) >= FEWEST_YEARS:
        rising = sum(earlier <= later for earlier, later in pairwise(years))
        if rising >= ASCENDING * (len(years) - 1):
            return True
    openings = [set(words_of(sentence.source)[:OPENING_WORDS]) for sentence in material.sentences]
    ordinals = sum(not words.isdisjoint(language_profile(language).ordinals) for words in openings)
    in_sequence = sum(not words.isdisjoint(text_order_of(language).sequence) for words in openings)
    return ordinals >= FEWEST_ORDINALS or in_sequence > SEQUENCE_SHARE * len(openings)


def _surprises(run: Sequence[Sentence], subject: Subject, material: Material) -> bool:
    """A number or a stake of the subject, which leans on nothing and helps against nothing that was said before."""
    language = material.source.language
    text = " ".join(line for sentence in run for line in sentence.lines)
    signs = signs_of(run[0].opening[0], language)
    is_striking = signs.striking > 0 and (signs.has_number or signs.striking > 1)
    return (
        is_striking
        and not signs_of(text, language).explains
        and text_order_of(language).remedies.isdisjoint(words_of(text))
        and not _YEAR.search(text)
        and is_clause(run[0].opening[0], language)
        and subject.generality(run[0].opening[0]) >= LEAST_GENERAL
        and not _knows_earlier(run, subject, material)
    )


def _knows_earlier(run: Sequence[Sentence], subject: Subject, material: Material) -> bool:
    """ "The ball" where an earlier sentence speaks of a ball: the source has introduced what it names."""
    language = material.source.language
    articles = {"the"} if language == "en" else writing_of(language).definite_articles
    sources = (words_of(sentence.source) for sentence in material.sentences[: run[0].place])
    earlier = {stem_of(word, language) for words in sources for word in words} - subject.title
    texts = (words_of(line) for sentence in run for line in sentence.lines)
    definite = {stem_of(word, language) for words in texts for article, word in pairwise(words) if article in articles}
    return not definite.isdisjoint(earlier)
