"""Which sentences of a source answer a question that a hook asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ytempire.language.profile import language_profile
from ytempire.language.text_order import TextOrder, text_order_of
from ytempire.language.words import content_stems, words_of
from ytempire.language.writing import writing_of
from ytempire.production.script.framing import Framing
from ytempire.production.script.salience import LONGEST_SUBJECT, signs_of
from ytempire.production.script.sentences import Sentence
from ytempire.production.source.document import SourceText

ARTICLES = frozenset({"a", "an", "the"})  # of English
PLURAL = frozenset({"are", "son", "sont", "sono", "são"})
MENTIONED = 0.5  # share of the content words of a question of no known kind that its answer says
MENTIONED_OF_TITLE = 0.3  # the same of a title, which is what all of the text is about
NEAR_BEST = 0.75  # of the share of the sentence that says most of them
_MARKS = " ?¿\u00a0\u202f"


@dataclass(frozen=True)
class Definition:
    """The sentence that says what something is, what it calls it ("A glacier"), and whether that is several things."""

    place: int
    subject: str
    is_plural: bool


def find_answers(
    hook: Framing, source: SourceText, sentences: Sequence[Sentence], about: str | None = None
) -> frozenset[int] | None:
    """Return the places of sentences that answer a hook and can open a body; None where it asks nothing.

    `about` is what a question asks about whose other words are not the source's.
    """
    if not hook.text.rstrip().endswith("?"):
        return None
    scope = list(_scope(hook, source, sentences))
    answers = _answering(hook.text, source, scope, about)
    if not answers and hook.sentence is not None:  # what a text asks on its way it goes on to answer
        return frozenset(sentence.place for sentence in scope[:1])
    return answers


def _answering(text: str, source: SourceText, scope: Sequence[Sentence], about: str | None) -> frozenset[int]:
    """What defines, explains or at least mentions what a question asks about, by the kind of question."""
    question, language = text.replace("’", "'").strip(_MARKS), source.language
    order = text_order_of(language)
    if match := order.definition_questions.fullmatch(question):
        return _defining(match["of"], source, scope)
    match = order.cause_questions.fullmatch(question)
    if match:
        stated = frozenset(sentence.place for sentence in scope if _states_answer(sentence, order))
        if stated:
            return stated
        scope = [sentence for sentence in scope if order.causes.search(sentence.opening[0].replace("’", "'"))]
    stems = frozenset(content_stems(words_of(about or (match["of"] if match else question)), language))
    shares = {sentence.place: _shares(sentence, stems, language) for sentence in scope}
    least = max(MENTIONED if about is None else MENTIONED_OF_TITLE, NEAR_BEST * max(shares.values(), default=0.0))
    return frozenset(place for place, share in shares.items() if share >= least)


def _states_answer(sentence: Sentence, order: TextOrder) -> bool:
    """ "The answer begins with the speed of light"."""
    return order.answers.match(sentence.opening[0].replace("’", "'")) is not None


def find_definitions(topic: str, source: SourceText, sentences: Sequence[Sentence]) -> list[Definition]:
    """Return the sentences of which the subject is a topic and that say what it is."""
    profile, language = language_profile(source.language), source.language
    wanted = set(content_stems(words_of(topic), language))
    definitions = []
    for sentence in filter(_can_open, sentences):
        text = sentence.opening[0].replace("’", "'")
        match = profile.definitions.search(text)
        subject = text[: match.start()].rpartition(", ")[2].strip() if match else ""
        if match and wanted and _names_alone(subject, wanted, language):
            definitions.append(Definition(sentence.place, subject, words_of(match.group())[0] in PLURAL))
    return definitions


def _names_alone(subject: str, wanted: set[str], language: str) -> bool:
    """ "A glacier", but not "One glacier" or "Ice in a glacier"."""
    words = words_of(subject)
    articles = ARTICLES if language == "en" else writing_of(language).articles
    opens = bool(words) and (words[0] in articles or not language_profile(language).is_grammar(words[0]))
    return opens and len(subject) <= LONGEST_SUBJECT and set(content_stems(words, language)) == wanted


def _defining(topic: str, source: SourceText, scope: Sequence[Sentence]) -> frozenset[int]:
    """The definitions of a topic; where there is none, what begins with it and says what it does."""
    if definitions := find_definitions(topic, source, scope):
        return frozenset(definition.place for definition in definitions)
    language = source.language
    wanted = content_stems(words_of(topic), language)
    explaining = (sentence for sentence in scope if signs_of(sentence.opening[0], language).explains)
    openings = ((sentence.place, content_stems(words_of(sentence.opening[0]), language)) for sentence in explaining)
    return frozenset(place for place, stems in openings if wanted and stems[: len(wanted)] == wanted)


def _scope(hook: Framing, source: SourceText, sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """Where a question can be answered: under a heading, behind a sentence in its paragraph, else everywhere."""
    blocks = range(len(source.blocks))
    first = 0
    if hook.sentence is not None:
        first, blocks = hook.sentence.place + 1, range(hook.sentence.block, hook.sentence.block + 1)
    elif hook.block is not None:
        headings = (index for index in blocks[hook.block + 1 :] if source.blocks[index].kind == "heading")
        blocks = range(hook.block, next(headings, len(source.blocks)))
    for sentence in sentences:
        if sentence.block in blocks and sentence.place >= first and _can_open(sentence):
            yield sentence


def _can_open(sentence: Sentence) -> bool:
    return sentence.usable and not sentence.leans and not sentence.question and not sentence.item


def _shares(sentence: Sentence, stems: frozenset[str], language: str) -> float:
    """The share of the stems that a sentence has."""
    own = set(content_stems(words_of(sentence.opening[0]), language))
    return len(stems & own) / max(1, len(stems))
