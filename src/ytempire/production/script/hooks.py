"""What opens a script: the source's own question, number or stake, else a question about its subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ytempire.language.profile import LanguageProfile, language_profile
from ytempire.language.shortening import shortening_of
from ytempire.language.text_order import text_order_of
from ytempire.language.words import content_stems, words_of
from ytempire.production.script.answers import find_answers, find_definitions
from ytempire.production.script.asked import cause_question, doing_question, how_question, person_question
from ytempire.production.script.framing import SHORTEST, Framing, Judge, filled, whole_sentences
from ytempire.production.script.rules.authors_voice import says_we
from ytempire.production.script.rules.structure import is_brief_hook, opens_well
from ytempire.production.script.sentences import Sentence
from ytempire.production.script.short_forms import is_clause, short_forms
from ytempire.production.script.speakable import cleaned, leans_on_context
from ytempire.production.script.subject import Subject
from ytempire.production.script.topics import in_sentence_case, short_topic_of, subjects_of, topic_of
from ytempire.production.source.document import SourceText

# A question about the subject that the text answers, the one that its title asks, and those of a template.
DEFINITION, TITLE_QUESTION, TEMPLATE, PLAIN = 0.9, 0.95, 0.2, 0.1
ASKS_WHY = 0.15
TITLE_CLAIM = 1.6  # of a title that says what is at stake, as that of a report does
ASKS_WHAT = 0.1  # what something is has to be known before other questions of a text
LEAST_GENERAL = 0.5
LEAST_GENERAL_OF_SUBJECT = 0.3  # of what begins with what the text is about
LEAST_GENERAL_PLAIN = 0.6  # where only a "not" makes a listener look up
EARLY = 0.3  # merit of what a text says first: the body goes on behind it
LATE = 0.5  # share of a text behind which a bare "not" is a detail
OPENING_STEMS = 2  # of a sentence, of which one names what it is about
FEWEST_BEFORE_COLON = 5  # words, of what is more than an announcement
MOST_WORDS = 13  # of a hook; by their time most have fewer
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
    candidates = [
        *_composed(source, sentences),
        *_own_titles(source, sentences),
        *_claim_of_title(source),
        *_own_sentences(source, sentences),
        *_asked_of_sentences(source, sentences),
    ]
    for hook in sorted(candidates, key=lambda hook: -hook.merit):
        text = hook.framing.text
        is_answered = hook.merit > 0 and hook.answers != frozenset()
        is_opening = is_brief_hook(text, source.language) and opens_well(text, source.language)
        if is_answered and is_opening and is_faultless("hook", text):
            yield hook
    yield Hook(Framing(language_profile(source.language).plain_hook), PLAIN)


def _composed(source: SourceText, sentences: Sequence[Sentence]) -> Iterator[Hook]:
    """Questions about the subject in words that are not the source's."""
    profile, topic = language_profile(source.language), topic_of(source)
    if topic and (question := _title_question(profile, topic)):
        framing = Framing(question)
        yield Hook(framing, TITLE_QUESTION, find_answers(framing, source, sentences, about=topic), is_titles=True)
    title = in_sentence_case(source.title.strip(" .!"), source)
    for question in (doing_question(topic, source) if topic else None, how_question(title, source)):
        if question:
            framing = Framing(question)
            answers = find_answers(framing, source, sentences, about=title)
            # what a title asks itself the text answers, if not in one sentence
            asks_itself = words_of(question)[:1] == words_of(title)[:1]
            yield Hook(framing, TITLE_QUESTION, answers or (None if asks_itself else answers), is_titles=True)
    for name in subjects_of(source):
        for definition in find_definitions(name, source, sentences):
            subject = in_sentence_case(definition.subject, source)
            framing = Framing(filled(profile, profile.definition_hooks[definition.is_plural], subject))
            yield Hook(framing, DEFINITION, frozenset({definition.place}))
    yield from _templates(source, sentences)


def _templates(source: SourceText, sentences: Sequence[Sentence]) -> Iterator[Hook]:
    """Questions that any text answers; and why its subject is one, where that is too long to be asked about so."""
    profile = language_profile(source.language)
    topics = [name for name in (topic_of(source), short_topic_of(source)) if name]
    templates = [filled(profile, profile.hook_template, name) for name in topics]
    templates += [filled(profile, profile.long_hook_template, name) for name in topics if not _is_doing(name)]
    yield from (Hook(Framing(text), TEMPLATE - 0.01 * place) for place, text in enumerate(templates))
    for name in topics:
        framing = Framing(profile.cause_hook.format(clause=name))
        yield Hook(framing, ASKS_WHY, find_answers(framing, source, sentences, about=name), is_titles=True)


def _is_doing(topic: str) -> bool:
    """Nobody knows "opening a harbour" well or badly."""
    return words_of(topic)[0].endswith("ing")


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
    """Two things that may be linked are nouns: "the rise and fall of Rome" has none."""
    if "and" in parts:
        words = [word for part in parts.values() for word in words_of(part)[words_of(part)[:1] == ["the"] :]]
        return not any(profile.is_grammar(word) for word in words)
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


def _claim_of_title(source: SourceText) -> Iterator[Hook]:
    """A title that is a sentence: "In the harbour the wall no longer holds"."""
    title = cleaned(source.title, source.language).rstrip(".! \u00a0")
    relatives = shortening_of(source.language).relatives  # "Seven faults that spoil a lamp" says nothing
    words = words_of(title)
    is_claim = is_clause(title, source.language) and relatives.isdisjoint(words)
    is_claim = is_claim and words[0] not in language_profile(source.language).question_words
    if is_claim and not title.endswith("?") and not says_we(title, source.language):
        # other languages write titles as they write sentences
        text = in_sentence_case(title, source) if source.language == "en" else title
        yield Hook(Framing(f"{text[:1].upper()}{text[1:]}."), TITLE_CLAIM)


def _asked_of_sentences(source: SourceText, sentences: Sequence[Sentence]) -> Iterator[Hook]:
    """Questions made of a sentence with which the body then begins: why something is so, and who somebody was."""
    subject, last = Subject.from_source(source), max(1, len(sentences) - 1)
    for sentence in whole_sentences(source, sentences):
        if sentence.leans or sentence.question:
            continue
        early = EARLY * (1 - sentence.place / last)
        answers = frozenset({sentence.place})
        if question := person_question(sentence, source):
            yield Hook(Framing(question), DEFINITION, answers)
        if question := cause_question(sentence, source):
            merit = _merit(question, subject, 0.0)
            if merit > 0 and not leans_on_context(question, "", source.language):
                yield Hook(Framing(question), merit + early, answers)


def _own_sentences(source: SourceText, sentences: Sequence[Sentence]) -> Iterator[Hook]:
    subject, language = Subject.from_source(source), source.language
    last = max(1, len(sentences) - 1)
    for sentence in whole_sentences(source, sentences):
        share = sentence.place / last
        for text in [*short_forms(sentence.opening[0], MOST_WORDS, language), *_before_colon(sentence, language)]:
            stands_alone = not sentence.leans and not leans_on_context(text, "", language)
            stands_alone = stands_alone and not _announces(text, sentence, language)
            if len(words_of(text)) >= SHORTEST and stands_alone and not says_we(text, language):
                framing = Framing(text, sentence.block, sentence)
                is_whole = text == sentence.opening[0]
                merit = _merit(text, subject, 0.0, is_late=share > LATE)
                if merit > 0:
                    merit += EARLY * (1 - share) - 0.1 * (not is_whole)
                yield Hook(framing, merit, find_answers(framing, source, sentences))


def _before_colon(sentence: Sentence, language: str) -> Iterator[str]:
    """ "Most ships do not sink in storms: they burn": what is explained behind it is true without that."""
    head, colon, _ = sentence.opening[0].partition(":")
    if colon and is_clause(head, language) and len(words_of(head)) >= FEWEST_BEFORE_COLON:
        yield f"{head.rstrip()}."


def _announces(text: str, sentence: Sentence, language: str) -> bool:
    """ "One habit saves ships", of which the body does not say which: it is what stood behind the colon."""
    spoken = text.rstrip(".! ")
    if not sentence.opening[0].startswith(spoken) or not sentence.opening[0][len(spoken) :].lstrip().startswith(":"):
        return False
    profile = language_profile(language)
    compares = profile.comparatives.search(text.replace("’", "'")) is not None
    return not compares and profile.negations.isdisjoint(words_of(text))


def _merit(text: str, subject: Subject, least: float, *, is_late: bool = False) -> float:
    """A question or a number about the subject, or what is at stake; 0 where it is about a detail."""
    profile = language_profile(subject.source.language)
    words = words_of(text)
    generality = max(least, subject.generality(text))
    is_obscure = _ACRONYM.search(text) and not _ACRONYM.search(subject.source.title)
    if is_obscure or generality < _least_general(words, subject):  # "The best part?"
        return 0.0
    strong = profile.you | profile.striking
    compares = profile.comparatives.search(text.replace("’", "'")) is not None
    signs = 0.5 * text.endswith("?") + 0.4 * bool(_NUMBER.search(text)) + 0.3 * compares
    signs += 0.3 * (not strong.isdisjoint(words))
    denies = not profile.negations.isdisjoint(words)
    if signs == 0 and not (denies and generality >= LEAST_GENERAL_PLAIN and not is_late):
        return 0.0
    return generality + signs + 0.1 * denies


def _least_general(words: Sequence[str], subject: Subject) -> float:
    """Of what begins with the subject less has to be about it."""
    opening = content_stems(words, subject.source.language)[:OPENING_STEMS]
    return LEAST_GENERAL if subject.first.isdisjoint(opening) else LEAST_GENERAL_OF_SUBJECT
