"""What opens a script: the source's own question, number or stake, else a question about its subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ytempire.language.profile import LanguageProfile, language_profile
from ytempire.language.text_order import text_order_of
from ytempire.language.words import stem_of, words_of
from ytempire.production.script.answers import find_answers, find_definitions
from ytempire.production.script.framing import SHORTEST, Framing, Judge, filled, whole_sentences
from ytempire.production.script.rules.authors_voice import says_we
from ytempire.production.script.rules.structure import LONGEST_HOOK, opens_well
from ytempire.production.script.sentences import Sentence
from ytempire.production.script.short_forms import short_forms
from ytempire.production.script.speakable import cleaned, leans_on_context
from ytempire.production.script.subject import Subject
from ytempire.production.script.topics import in_sentence_case, subjects_of, topic_of
from ytempire.production.source.document import SourceText

# A question about the subject that the text answers, the one that its title asks, and those of a template.
DEFINITION, TITLE_QUESTION, TEMPLATE, PLAIN = 0.9, 0.95, 0.2, 0.1
ASKS_WHAT = 0.1  # what something is has to be known before other questions of a text
LEAST_GENERAL = 0.5
LEAST_GENERAL_PLAIN = 0.6  # where only a "not" makes a listener look up
_ACRONYM = re.compile(r"\b[A-Z]{3,}\b")
_NUMBER = re.compile(r"\d|%")


@dataclass(frozen=True)
class Hook:
    """`answers` are the sentences of the source with one of which the body has to begin; None where it asks nothing."""

    framing: Framing
    merit: float
    answers: frozenset[int] | None = None
    is_titles: bool = False
    """It asks what the title does, which the source answers as a whole: the body may also begin as that does."""


def rank_hooks(source: SourceText, sentences: Sequence[Sentence], is_faultless: Judge) -> Iterator[Hook]:
    """Yield the openings that take at most three seconds and have no fault, the best first.

    A question that no sentence of the source answers is none of them. The last one asks nothing, and fits any text.
    """
    candidates = [*_composed(source, sentences), *_own_titles(source, sentences), *_own_sentences(source, sentences)]
    for hook in sorted(candidates, key=lambda hook: -hook.merit):
        is_answered = hook.merit > 0 and hook.answers != frozenset()
        if is_answered and opens_well(hook.framing.text, source.language) and is_faultless("hook", hook.framing.text):
            yield hook
    yield Hook(Framing(language_profile(source.language).plain_hook), PLAIN)


def _composed(source: SourceText, sentences: Sequence[Sentence]) -> Iterator[Hook]:
    """Questions about the subject in words that are not the source's."""
    profile, topic = language_profile(source.language), topic_of(source)
    if topic and (question := _title_question(profile, topic)):
        framing = Framing(question)
        yield Hook(framing, TITLE_QUESTION, find_answers(framing, source, sentences, about=topic), is_titles=True)
    for name in subjects_of(source):
        for definition in find_definitions(name, source, sentences):
            subject = in_sentence_case(definition.subject, source)
            framing = Framing(filled(profile, profile.definition_hooks[definition.is_plural], subject))
            yield Hook(framing, DEFINITION, frozenset({definition.place}))
    if topic:
        templates = (filled(profile, text, topic) for text in (profile.hook_template, profile.long_hook_template))
        yield from (Hook(Framing(text), TEMPLATE) for text in templates)


def _title_question(profile: LanguageProfile, topic: str) -> str | None:
    """What a title such as "the causes of war" asks; None for one of no known kind."""
    for title, question in profile.title_questions:
        match = title.fullmatch(topic)
        if match is None or not _are_of_kind(match.groupdict(), profile):
            continue
        text = question.format(**match.groupdict())
        if opens_well(text, profile.language):
            return text
    return None


def _are_of_kind(parts: dict[str, str], profile: LanguageProfile) -> bool:
    """Two things that may be linked are nouns: "the rise and fall of Rome" has none; and a doing is no "during"."""
    if "and" in parts:
        words = [word for part in parts.values() for word in words_of(part)[words_of(part)[:1] == ["the"] :]]
        return not any(profile.is_grammar(word) for word in words)
    if "doing" in parts:
        verb = words_of(parts["doing"])[0]
        return not profile.is_grammar(verb) and stem_of(verb, profile.language) != verb  # as it is of "spring"
    return True


def _own_titles(source: SourceText, sentences: Sequence[Sentence]) -> Iterator[Hook]:
    subject = Subject.from_source(source)
    titles: list[tuple[int | None, str]] = [
        (None, source.title),
        *((place, b.text) for place, b in enumerate(source.blocks) if b.kind == "heading"),
    ]
    for block, title in titles:
        question = cleaned(title, source.language) if title.endswith("?") else ""
        if words_of(question) and words_of(question)[1:2] != ["to"]:  # "How to bake?" asks nobody
            framing = Framing(in_sentence_case(question, source), block)
            asks_what = text_order_of(source.language).definition_questions.fullmatch(question.strip(" ?¿\u00a0"))
            merit = _merit(framing.text, subject, LEAST_GENERAL) + ASKS_WHAT * (asks_what is not None)
            yield Hook(framing, merit, find_answers(framing, source, sentences))


def _own_sentences(source: SourceText, sentences: Sequence[Sentence]) -> Iterator[Hook]:
    subject, language = Subject.from_source(source), source.language
    for sentence in whole_sentences(source, sentences):
        for text in short_forms(sentence.opening[0], LONGEST_HOOK, language):
            stands_alone = not sentence.leans and not leans_on_context(text, "", language)
            if len(words_of(text)) >= SHORTEST and stands_alone and not says_we(text, language):
                framing = Framing(text, sentence.block, sentence)
                is_whole = text == sentence.opening[0]
                merit = _merit(text, subject, 0.0) - 0.1 * (not is_whole)
                yield Hook(framing, merit, find_answers(framing, source, sentences))


def _merit(text: str, subject: Subject, least: float) -> float:
    """A question or a number about the subject, or what is at stake; 0 where it is about a detail."""
    profile = language_profile(subject.source.language)
    generality = max(least, subject.generality(text))
    is_obscure = _ACRONYM.search(text) and not _ACRONYM.search(subject.source.title)
    if is_obscure or generality < LEAST_GENERAL:  # "The best part?"
        return 0.0
    words = words_of(text)
    strong = profile.you | profile.striking
    signs = 0.5 * text.endswith("?") + 0.4 * bool(_NUMBER.search(text)) + 0.3 * (not strong.isdisjoint(words))
    denies = not profile.negations.isdisjoint(words)
    if signs == 0 and not (denies and generality >= LEAST_GENERAL_PLAIN):
        return 0.0
    return generality + signs + 0.1 * denies
