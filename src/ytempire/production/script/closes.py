"""What closes a script: the source's own takeaway in six words, else that now one knows about its subject."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ytempire.language.profile import language_profile
from ytempire.language.shortening import shortening_of
from ytempire.language.words import content_stems, words_of
from ytempire.language.writing import writing_of
from ytempire.production.script.framing import SHORTEST, Framing, Judge, filled, whole_sentences
from ytempire.production.script.hooks import Hook
from ytempire.production.script.rules.authors_voice import says_we
from ytempire.production.script.rules.reviewed_script import SAME_BEGINNING
from ytempire.production.script.rules.structure import LONGEST_CLOSE, closes_well
from ytempire.production.script.salience import alike, signs_of
from ytempire.production.script.sentence_editing import capitalised
from ytempire.production.script.sentences import Sentence
from ytempire.production.script.short_forms import count_words, is_clause, is_command, is_finite_verb, short_forms
from ytempire.production.script.speakable import cleaned, leans_on_context
from ytempire.production.script.subject import Subject
from ytempire.production.script.topics import LONGEST_TOPIC, in_sentence_case, short_topic_of, topic_of
from ytempire.production.source.document import SourceText

LEAST_GENERAL = 0.5
LEAST_GENERAL_OF_SUBJECT = 0.35  # of a close that begins with what the text is about
CONCLUSION = 0.85  # share of a text behind which it draws its conclusions
LEAST_GENERAL_OF_CONCLUSION = 0.25
FEWEST_CONTENT = 3  # words of what is left of a longer sentence: "A planet is near" says too little
ANNOUNCED = 0.8  # merit of what a conclusion announces
FEWEST_ANNOUNCING = 4  # words before a colon
TEMPLATE = 0.2  # merit of what no source says
HEARD = 0.6  # share of a close's words that the body said: it is about what was told
HEARD_OF_ADVICE = 0.3  # the same of a command, or of what a conclusion announces
HEARD_MERIT = 0.3
NEAR_END = 2  # lines of a body that are still in the ear
SAID = 0.85  # share of the words of a close that one line has
PLURAL_ARTICLES = frozenset({"los", "las", "les", "i", "gli", "os", "as"})
_ACRONYM = re.compile(r"\b[A-Z]{3,}\b")
_ANNOUNCED = re.compile(r"(?P<head>[^:;—–]+)(?::| [—–]) (?P<tail>[^:;—–,.!?]+)[.!]")


@dataclass(frozen=True)
class Close:
    """What may close a script; the best has most merit."""

    framing: Framing
    merit: float


def rank_closes(source: SourceText, sentences: Sequence[Sentence], hook: Hook, is_faultless: Judge) -> Iterator[Close]:
    """Yield takeaways of at most six words in which no rule finds a fault, the best first, and a template."""
    candidates = [*_own_sentences(source, sentences), *_own_headings(source), *_templates(source, hook)]
    for close in sorted(candidates, key=lambda close: -close.merit):
        text = close.framing.text
        if close.merit > 0 and closes_well(text) and is_faultless("close", text):
            yield close
    yield Close(Framing(language_profile(source.language).long_close_template), 0.0)


def choose_close(
    source: SourceText, sentences: Sequence[Sentence], hook: Hook, is_faultless: Judge, *, restates: bool = True
) -> Framing:
    """Return the best takeaway of at most six words in which no rule finds a fault, and that the hook does not say.

    With `restates` it may say in short what answers the hook, which a few seconds have no room for.
    """
    closes = rank_closes(source, sentences, hook, is_faultless)
    return next(close.framing for close in closes if not _is_said(close.framing, hook, restates=restates))


def close_of_body(
    source: SourceText, sentences: Sequence[Sentence], hook: Hook, body: Sequence[str], is_faultless: Judge
) -> Framing:
    """Return the best takeaway of what a body tells: most of its words were heard, but not in its last lines."""
    language = source.language
    heard = Counter(stem for line in body for stem in content_stems(words_of(line), language))
    best, most = None, 0.0
    for close in rank_closes(source, sentences, hook, is_faultless):
        if not close.framing.is_own:
            best = best or close.framing
            break
        share = share_heard(close.framing, heard, source)
        is_new = not _is_said(close.framing, hook, restates=True) and not _is_in_the_ear(close.framing.text, body)
        if is_told(close.framing, heard, source) and is_new and close.merit + HEARD_MERIT * share > most:
            best, most = close.framing, close.merit + HEARD_MERIT * share
    return best or Framing(language_profile(language).long_close_template)


def share_heard(close: Framing, heard: Counter[str], source: SourceText) -> float:
    """Return how much of a close is about what was told, whatever the endings of its words are."""
    stems = content_stems(words_of(close.text), source.language)
    beginnings = {stem[:SAME_BEGINNING] for stem in heard}
    return sum(stem[:SAME_BEGINNING] in beginnings for stem in stems) / max(1, len(stems))


def is_told(close: Framing, heard: Counter[str], source: SourceText) -> bool:
    """Tell whether a close is about what was told; advice says something of its own."""
    is_announced = close.sentence is not None and close.text == _announced(close.sentence, source.language)
    is_advice = is_announced or is_command(close.text, shortening_of(source.language))
    is_title = words_of(close.text) == words_of(source.title)
    return is_title or share_heard(close, heard, source) >= (HEARD_OF_ADVICE if is_advice else HEARD)


def _is_in_the_ear(text: str, body: Sequence[str]) -> bool:
    """Said in the last lines, or as a whole line before: then it closes nothing."""
    return any(alike(text, line) > SAID for line in body[-NEAR_END:]) or any(
        words_of(text) == words_of(line) for line in body
    )


def _is_said(close: Framing, hook: Hook, *, restates: bool) -> bool:
    """Tell whether the hook says it already, or the body has to begin with it."""
    if words_of(close.text) == words_of(hook.framing.text):
        return True
    if close.sentence is None:
        return False
    is_short = restates and close.text not in close.sentence.opening
    is_answer = close.sentence.place in (hook.answers or ()) and not is_short
    return close.sentence is hook.framing.sentence or is_answer


def _own_sentences(source: SourceText, sentences: Sequence[Sentence]) -> Iterator[Close]:
    subject, language = Subject.from_source(source), source.language
    last = max((sentence.place for sentence in sentences if sentence.usable), default=1)
    for sentence in whole_sentences(source, sentences):
        if sentence.question:
            continue
        share = min(1.0, sentence.place / max(1, last))
        for text in short_forms(sentence.opening[0], LONGEST_CLOSE, language):
            # "The lighthouse" is old news in the end, "it" is not
            stands_alone = not leans_on_context(text, "", language) and not says_we(text, language)
            is_whole = text == sentence.opening[0] or len(content_stems(words_of(text), language)) >= FEWEST_CONTENT
            if count_words(text) >= SHORTEST and stands_alone and is_whole and not _is_cut(text, sentence, language):
                yield Close(Framing(text, sentence.block, sentence), _merit(text, subject, share))
        if announced := _announced(sentence, language):
            merit = ANNOUNCED + 0.3 * share if share >= CONCLUSION else 0.0
            yield Close(Framing(announced, sentence.block, sentence), merit)


def _announced(sentence: Sentence, language: str) -> str | None:
    """What stands behind a colon is what a sentence announces: "One rule helps: less water and more light"."""
    match = _ANNOUNCED.fullmatch(sentence.opening[0].strip())
    if match is None or len(words_of(match["head"])) < FEWEST_ANNOUNCING or not match["tail"][0].islower():
        return None  # a label
    profile, text = language_profile(language), f"{capitalised(match['tail'])}."
    words = words_of(match["tail"])
    is_quoted = not profile.speech_verbs.isdisjoint(words_of(match["head"]))
    leans = words[0] in profile.pronouns | profile.connectives or (
        is_clause(match["tail"], language) and leans_on_context(text, "", language)
    )
    is_whole = count_words(text) >= SHORTEST and len(content_stems(words, language)) > 1
    return text if is_whole and not is_quoted and not leans and not says_we(text, language) else None


def _is_cut(text: str, sentence: Sentence, language: str) -> bool:
    """Whether it ends before the clause that says which, or before what it announces: "One rule helps" of "…: …"."""
    whole, spoken = sentence.opening[0], text.rstrip(".!")
    if whole.startswith(spoken) and whole[len(spoken) :].lstrip().startswith(":"):
        return True
    following = words_of(whole[len(spoken) :])[:1] if whole.startswith(f"{spoken} ") else []
    return not shortening_of(language).relatives.isdisjoint(following)


def _own_headings(source: SourceText) -> Iterator[Close]:
    """Headings that say something: "Passwords are not enough"."""
    subject, language = Subject.from_source(source), source.language
    relatives, profile = shortening_of(language).relatives, language_profile(language)
    for place, block in enumerate(source.blocks):
        heading = cleaned(block.text, language).rstrip(".! ") if block.kind == "heading" else ""
        is_statement = is_clause(heading, language) and not heading.endswith(("?", ":"))
        is_asking = not profile.question_words.isdisjoint(words_of(heading)[:1])  # "Why the sky is dark" says nothing
        is_whole = relatives.isdisjoint(words_of(heading)) and count_words(heading) >= SHORTEST
        if is_statement and is_whole and not is_asking:
            text = f"{capitalised(in_sentence_case(heading, source))}."
            if not leans_on_context(text, "", language):
                yield Close(Framing(text, place), _merit(text, subject, place / len(source.blocks)))


def _templates(source: SourceText, hook: Hook) -> Iterator[Close]:
    profile = language_profile(source.language)
    questions = [text.replace("’", "'").strip(" ?¿\u00a0") for text in (hook.framing.text, source.title)]
    echoes = (close for pattern, close in profile.echoes if any(map(pattern.fullmatch, questions)))
    yield from (Close(Framing(close), TEMPLATE + 0.01) for close in echoes)
    for place, topic in enumerate((topic_of(source), short_topic_of(source))):
        is_short = bool(topic) and len(topic.split()) <= LONGEST_TOPIC
        if is_short and _is_determined(topic, source.language) and not source.title.endswith("?"):
            template = profile.close_templates[words_of(topic)[0] in PLURAL_ARTICLES]
            yield Close(Framing(filled(profile, template, topic)), TEMPLATE - 0.01 * place)


def _is_determined(topic: str, language: str) -> bool:
    """Outside English a noun has its article: "Ecco la lampada, in breve", but not "Ecco lampada"."""
    return language == "en" or topic[:1].isupper() or words_of(topic)[0] in writing_of(language).definite_articles


def _merit(text: str, subject: Subject, place: float) -> float:
    """About the subject, rather what something is or does, and rather from the end; 0 for a detail."""
    language, generality = subject.source.language, subject.generality(text)
    stems = content_stems(words_of(text), language)
    main = subject.title if tells_of_past(words_of(text), language) else subject.main  # else an incident
    is_subject = stems[:1] != [] and stems[0] in subject.first
    is_conclusion = place >= CONCLUSION and not tells_of_past(words_of(text), language)
    least = LEAST_GENERAL_OF_SUBJECT if is_subject else LEAST_GENERAL
    if is_conclusion:
        least = LEAST_GENERAL_OF_CONCLUSION
    if generality < least or (main.isdisjoint(stems) and not is_conclusion) or _ACRONYM.search(text):
        return 0.0
    signs = signs_of(text, language)
    return generality + 0.3 * place + 0.2 * (signs.defines or signs.explains)


def tells_of_past(words: Sequence[str], language: str) -> bool:
    """Tell whether a past verb stands by itself, and not behind another one as in "is built"."""
    past = shortening_of(language).past_verbs
    return any(past.fullmatch(word) and not is_finite_verb(before, language) for before, word in pairwise(words))
