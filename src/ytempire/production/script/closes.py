"""What closes a script: the source's own takeaway in six words, else that now one knows about its subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ytempire.language.profile import language_profile
from ytempire.language.shortening import shortening_of
from ytempire.language.words import content_stems, words_of
from ytempire.production.script.framing import SHORTEST, Framing, Judge, filled, whole_sentences
from ytempire.production.script.hooks import Hook
from ytempire.production.script.rules.authors_voice import says_we
from ytempire.production.script.rules.structure import LONGEST_CLOSE, closes_well
from ytempire.production.script.salience import signs_of
from ytempire.production.script.sentence_editing import capitalised
from ytempire.production.script.sentences import Sentence
from ytempire.production.script.short_forms import count_words, is_clause, is_finite_verb, short_forms
from ytempire.production.script.speakable import cleaned, leans_on_context
from ytempire.production.script.subject import Subject
from ytempire.production.script.topics import LONGEST_TOPIC, in_sentence_case, topic_of
from ytempire.production.source.document import SourceText

LEAST_GENERAL = 0.5
LEAST_GENERAL_OF_SUBJECT = 0.35  # of a close that begins with what the text is about
FEWEST_CONTENT = 3  # words of what is left of a longer sentence: "A planet is near" says too little
TEMPLATE = 0.2  # merit of what no source says
_ACRONYM = re.compile(r"\b[A-Z]{3,}\b")


@dataclass(frozen=True)
class _Close:
    framing: Framing
    merit: float


def choose_close(
    source: SourceText, sentences: Sequence[Sentence], hook: Hook, is_faultless: Judge, *, restates: bool = True
) -> Framing:
    """Return the best takeaway of at most six words in which no rule finds a fault, and that the hook does not say.

    With `restates` it may say in short what answers the hook, which a few seconds have no room for.
    """
    candidates = [*_own_sentences(source, sentences), *_own_headings(source), *_templates(source)]
    for close in sorted(candidates, key=lambda close: -close.merit):
        text = close.framing.text
        is_said = words_of(text) == words_of(hook.framing.text) or _is_needed(close.framing, hook, restates=restates)
        if not is_said and close.merit > 0 and closes_well(text) and is_faultless("close", text):
            return close.framing
    return Framing(language_profile(source.language).long_close_template)


def _is_needed(close: Framing, hook: Hook, *, restates: bool) -> bool:
    """Tell whether the hook says the sentence already, or the body has to begin with it."""
    if close.sentence is None:
        return False
    is_short = restates and close.text not in close.sentence.opening
    is_answer = close.sentence.place in (hook.answers or ()) and not is_short
    return close.sentence is hook.framing.sentence or is_answer


def _own_sentences(source: SourceText, sentences: Sequence[Sentence]) -> Iterator[_Close]:
    subject, language = Subject.from_source(source), source.language
    last = max((sentence.place for sentence in sentences), default=1)
    for sentence in whole_sentences(source, sentences):
        if sentence.question:
            continue
        for text in short_forms(sentence.opening[0], LONGEST_CLOSE, language):
            # "The lighthouse" is old news in the end, "it" is not
            stands_alone = not leans_on_context(text, "", language) and not says_we(text, language)
            is_whole = text == sentence.opening[0] or len(content_stems(words_of(text), language)) >= FEWEST_CONTENT
            if count_words(text) >= SHORTEST and stands_alone and is_whole and not _is_cut(text, sentence, language):
                merit = _merit(text, subject, sentence.place / max(1, last))
                yield _Close(Framing(text, sentence.block, sentence), merit)


def _is_cut(text: str, sentence: Sentence, language: str) -> bool:
    """Whether it ends before the clause that says which: "A barometer is an instrument" of "… that measures …"."""
    whole, spoken = sentence.opening[0], text.rstrip(".!")
    following = words_of(whole[len(spoken) :])[:1] if whole.startswith(f"{spoken} ") else []
    return not shortening_of(language).relatives.isdisjoint(following)


def _own_headings(source: SourceText) -> Iterator[_Close]:
    """Headings that say something: "Passwords are not enough"."""
    subject, language = Subject.from_source(source), source.language
    relatives = shortening_of(language).relatives
    for place, block in enumerate(source.blocks):
        heading = cleaned(block.text, language).rstrip(".! ") if block.kind == "heading" else ""
        is_statement = is_clause(heading, language) and not heading.endswith(("?", ":"))
        if is_statement and relatives.isdisjoint(words_of(heading)) and count_words(heading) >= SHORTEST:
            text = f"{capitalised(in_sentence_case(heading, source))}."
            if not leans_on_context(text, "", language):
                yield _Close(Framing(text, place), _merit(text, subject, place / len(source.blocks)))


def _templates(source: SourceText) -> Iterator[_Close]:
    profile, topic = language_profile(source.language), topic_of(source)
    if topic and len(topic.split()) <= LONGEST_TOPIC and not source.title.endswith("?"):
        yield _Close(Framing(filled(profile, profile.close_template, topic)), TEMPLATE)


def _merit(text: str, subject: Subject, place: float) -> float:
    """About the subject, rather what something is or does, and rather from the end; 0 for a detail."""
    language, generality = subject.source.language, subject.generality(text)
    stems = content_stems(words_of(text), language)
    main = subject.title if _tells_of_past(words_of(text), language) else subject.main  # else an incident
    is_subject = stems[:1] != [] and stems[0] in subject.first
    least = LEAST_GENERAL_OF_SUBJECT if is_subject else LEAST_GENERAL
    if generality < least or main.isdisjoint(stems) or _ACRONYM.search(text):
        return 0.0
    signs = signs_of(text, language)
    return generality + 0.3 * place + 0.2 * (signs.defines or signs.explains)


def _tells_of_past(words: Sequence[str], language: str) -> bool:
    """Tell whether a past verb stands by itself, and not behind another one as in "is built"."""
    past = shortening_of(language).past_verbs
    return any(past.fullmatch(word) and not is_finite_verb(before, language) for before, word in pairwise(words))
