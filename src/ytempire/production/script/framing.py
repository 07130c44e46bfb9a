"""What opens and what closes a script: the source's own short sentences, else a question about its subject."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ytempire.language.profile import LanguageProfile, language_profile
from ytempire.language.words import content_stems, stem_of, words_of
from ytempire.production.script.rules.authors_voice import says_we
from ytempire.production.script.rules.structure import LONGEST_CLOSE, LONGEST_HOOK, closes_well, opens_well
from ytempire.production.script.sentences import Sentence
from ytempire.production.script.speakable import brief, leans_on_context
from ytempire.production.script.topic_in_language import topic_in_language
from ytempire.production.script.words import AUXILIARIES
from ytempire.production.source.document import SourceText
from ytempire.studio.script_document import Line

LONGEST_TOPIC = 3  # words; of longer ones other sentences are made
LONGEST_SUBJECT = 6  # words, of what a hook asks about
SHORTEST = 3  # words
OWN_QUESTION, OWN_CLOSE, PLAIN = 0.6, 0.4, 0.1  # merit of what no source says
Judge = Callable[[str, str], bool]
"""Whether a text can stand in a role."""
LEAST_GENERAL = 0.5
GENERAL = 4  # times that a word of the subject is said in a source, about
_INNER_WORD = re.compile(r"(?<=[\w,;] )[^\W\d_][\w'’-]*")
_POSSESSIVE = re.compile(r"['’]s$")
_ACRONYM = re.compile(r"\b[A-Z]{3,}\b")
_NUMBER = re.compile(r"\d|\b(?:million|billion|percent)\b|%")


@dataclass(frozen=True)
class Framing:
    """A spoken line and the sentence of the source that it is; None where the source has none that fits."""

    text: str
    sentence: Sentence | None

    def line(self, role: str) -> Line:
        block = self.sentence.block if self.sentence else None
        return Line.model_validate({"text": self.text, "role": role, "section": -1, "source_block": block})


@dataclass(frozen=True)
class _Subject:
    """What a source is about: how often it says each stem, and those of its title."""

    source: SourceText
    counts: Counter[str]
    title: frozenset[str]

    @classmethod
    def of(cls, source: SourceText) -> _Subject:
        language = source.language
        stems = (stem for block in source.blocks for stem in content_stems(words_of(block.text), language))
        return cls(source, Counter(stems), frozenset(content_stems(words_of(source.title), language)))

    def frequency(self, text: str) -> int:
        """How often the source says the word of a text that it says most."""
        return max((self.counts[stem] for stem in content_stems(words_of(text), self.source.language)), default=0)

    def generality(self, text: str) -> float:
        """0..1: how much a sentence speaks in words that the source says often, those of its title twice as much."""
        stems = content_stems(words_of(text), self.source.language)
        weights = [min(1.0, (self.counts[stem] - 1) / GENERAL) + (stem in self.title) for stem in stems]
        return min(1.0, sum(weights) / max(1, len(weights)))


def choose_hook(source: SourceText, sentences: Sequence[Sentence], is_faultless: Judge) -> Framing:
    """Return the best opening that takes at most three seconds and in which no rule finds a fault."""
    subject, plain = _Subject.of(source), Framing(language_profile(source.language).plain_hook, None)
    hooks = [
        hook
        for hook in _hooks(source, sentences)
        if opens_well(hook.text, source.language) and is_faultless("hook", hook.text)
    ]
    return max([*hooks, plain], key=lambda hook: _hook_merit(hook, subject) if hook is not plain else PLAIN)


def choose_close(source: SourceText, sentences: Sequence[Sentence], hook: Framing, is_faultless: Judge) -> Framing:
    """Return the best takeaway of at most six words in which no rule finds a fault."""
    subject, plain = _Subject.of(source), Framing(language_profile(source.language).long_close_template, None)
    hook_words = words_of(hook.text)
    closes = [
        close
        for close in _closes(source, sentences)
        if words_of(close.text) != hook_words and closes_well(close.text) and is_faultless("close", close.text)
    ]
    last = max((sentence.place for sentence in sentences), default=1)
    return max([*closes, plain], key=lambda close: _close_merit(close, subject, last) if close is not plain else PLAIN)


def _hooks(source: SourceText, sentences: Sequence[Sentence]) -> Iterator[Framing]:
    profile = language_profile(source.language)
    if topic := topic_of(source):
        own = [_filled(profile, template, topic) for template in (profile.hook_template, profile.long_hook_template)]
        yield Framing(_title_question(profile, topic) or next(filter(_fits, own), own[-1]), None)
    titles = (source.title, *(block.text for block in source.blocks if block.kind == "heading"))
    for title in titles:
        if title.endswith("?") and "(" not in title and words_of(title):
            yield Framing(_in_sentence_case(title, source), None)
    for sentence in _whole(source, sentences):
        text = brief(sentence.opening[0], LONGEST_HOOK, source.language)
        if text and not sentence.leans:
            yield Framing(text, sentence)


def _fits(hook: str) -> bool:
    return len(words_of(hook)) <= LONGEST_HOOK


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


def _closes(source: SourceText, sentences: Sequence[Sentence]) -> Iterator[Framing]:
    profile, topic = language_profile(source.language), topic_of(source)
    if topic and len(topic.split()) <= LONGEST_TOPIC and not source.title.endswith("?"):
        yield Framing(_filled(profile, profile.close_template, topic), None)
    for sentence in _whole(source, sentences):
        text = brief(sentence.opening[0], LONGEST_CLOSE, source.language)
        # "The lighthouse" is old news in the end, "it" is not
        if text and not sentence.question and not leans_on_context(text, "", source.language):
            yield Framing(text, sentence)


def _whole(source: SourceText, sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    for sentence in sentences:
        words = words_of(sentence.opening[0]) if sentence.usable and not sentence.item else []
        if len(words) >= SHORTEST and not says_we(sentence.opening[0], source.language):
            yield sentence


def _hook_merit(hook: Framing, subject: _Subject) -> float:
    """A question or a number about the subject; the question that we ask ourselves only where nothing else is good."""
    profile = language_profile(subject.source.language)
    is_heading = hook.text.lower() in _headings(subject.source)
    if hook.sentence is None and not is_heading:
        return OWN_QUESTION
    generality = subject.generality(hook.text)
    is_obscure = _ACRONYM.search(hook.text) and not _ACRONYM.search(subject.source.title)
    if is_obscure or (generality < LEAST_GENERAL and not is_heading):  # "The best part?"
        return 0.0
    telling = profile.negations | profile.limits | profile.you | profile.striking
    return (
        generality
        + 0.5 * hook.text.endswith("?")
        + 0.4 * bool(_NUMBER.search(hook.text))
        + 0.3 * (not telling.isdisjoint(words_of(hook.text)))
    )


def _headings(source: SourceText) -> set[str]:
    return {source.title.lower(), *(block.text.lower() for block in source.blocks if block.kind == "heading")}


def _close_merit(close: Framing, subject: _Subject, last: int) -> float:
    """About the subject, and rather from the end."""
    if close.sentence is None:
        return OWN_CLOSE
    generality = subject.generality(close.text)
    if generality < LEAST_GENERAL or _ACRONYM.search(close.text):
        return 0.0
    return generality + 0.3 * close.sentence.place / max(1, last)


def _filled(profile: LanguageProfile, template: str, topic: str) -> str:
    return profile.contracted(template.format(topic=topic, Topic=topic[:1].upper() + topic[1:]))


def topic_of(source: SourceText) -> str:
    """Return what a source is about, as its title names it; empty where a title says something instead."""
    if source.language != "en":
        return topic_in_language(source) or _named_alone(source)
    profile = language_profile(source.language)
    title = source.title.strip(" .:!?")
    opener = profile.title_openers.match(title)
    title = title[opener.end() :].strip() if opener else title
    halves = [half.strip() for half in title.split(":") if words_of(half)]
    subjects = [half for half in halves if words_of(half)[0] not in profile.question_words]
    if not subjects or not AUXILIARIES.isdisjoint(words_of(subjects[-1])):
        return ""
    subject = subjects[-1] if len(subjects[-1].split()) <= LONGEST_SUBJECT else _main_part(subjects[-1], source)
    return _in_sentence_case(subject, source)


def _named_alone(source: SourceText) -> str:
    """A title that is one noun, with or without its article."""
    title = source.title.strip(" .:!?\u00a0")
    is_noun = len(content_stems(words_of(title), source.language)) == 1 and len(title.split()) <= 2
    return _in_sentence_case(title, source) if is_noun else ""


def _main_part(title: str, source: SourceText) -> str:
    """Of the parts between words of grammar the one that the text speaks of most."""
    profile = language_profile(source.language)
    known = _Subject.of(source)
    parts: list[list[str]] = [[]]
    for word in title.split():
        is_grammar = profile.is_grammar(word.strip(",:;"))
        parts = [*parts, []] if is_grammar else [*parts[:-1], [*parts[-1], word]]
    texts = [" ".join(part[:LONGEST_TOPIC]) for part in parts if part]
    return max(texts or [title], key=known.frequency)


def _in_sentence_case(title: str, source: SourceText) -> str:
    prose = (block.text for block in source.blocks if block.kind != "heading")
    words = Counter(_POSSESSIVE.sub("", word) for text in prose for word in _INNER_WORD.findall(text))
    first, *others = title.split()
    is_title_case = sum(word[:1].isupper() for word in others) > len(others) / 2
    opening = first if title.endswith("?") else _as_in_text(first, words, is_title_case=True)
    return " ".join([opening, *(_as_in_text(word, words, is_title_case=is_title_case) for word in others)])


def _as_in_text(word: str, words: Counter[str], *, is_title_case: bool) -> str:
    """A title has capitals that the text does not."""
    lower = word[:1].lower() + word[1:]
    bare = _POSSESSIVE.sub("", lower.strip("?,:."))
    if "-" in bare and words[bare.lower()]:  # "Privacy-Preserving"
        return word.lower()
    upper = bare[:1].upper() + bare[1:]
    has_more_capitals = upper[1:] != upper[1:].lower()
    if has_more_capitals or words[upper] > words[bare]:
        return word
    return lower if words[bare] or is_title_case else word
