"""What a source is about, as its title names it."""

from __future__ import annotations

import re
from collections import Counter

from ytempire.language.profile import language_profile
from ytempire.language.text_order import text_order_of
from ytempire.language.words import content_stems, words_of
from ytempire.production.script.short_forms import is_clause
from ytempire.production.script.subject import Subject
from ytempire.production.script.topic_in_language import topic_in_language
from ytempire.production.script.words import AUXILIARIES
from ytempire.production.source.document import SourceText

LONGEST_TOPIC = 3  # words; of longer ones other sentences are made
LONGEST_SUBJECT = 6  # words, of what a hook asks about
FEWEST_OF_WHOLE = 2  # words that say enough without the "of" behind them: "Gestalt principles of perception"
_INNER_WORD = re.compile(r"(?<=[\w,;] )[^\W\d_][\w'’-]*")
_EDGES = "“”«»\"'(),.:;?!"
_POSSESSIVE = re.compile(r"['’]s$")


def topic_of(source: SourceText) -> str:
    """Return what a source is about, as its title names it; empty where a title says something instead."""
    question = text_order_of(source.language).definition_questions.fullmatch(source.title.strip(" ?¿\u00a0"))
    if question:
        return in_sentence_case(question["of"], source)
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
    return in_sentence_case(subject, source)


def short_topic_of(source: SourceText) -> str:
    """Return the thing with which a long English title begins, with its "the": "the sea" of "The Sea in the North".

    Empty where the title says or counts something, where that is no whole ("rivers" of "Rivers of Ice", "quick
    movement" of something), or is the topic.
    """
    title = source.title.strip(" .:!?")
    if source.language != "en" or is_clause(title, "en") or title.lower().startswith("how to "):
        return ""
    profile, words = language_profile("en"), title.split()
    is_doing = len(words) > 1 and words[0].lower().endswith("ing") and words[1].lower() == "the"
    words = words[is_doing:]  # "Opening the nation's data"
    first = 1 if words and words[0].lower() == "the" else 0
    is_end = [profile.is_grammar(word.strip(_EDGES)) or _is_doing(word) for word in words]
    end = next((place for place in range(first, len(words)) if is_end[place]), len(words))
    is_whole = end - first >= FEWEST_OF_WHOLE and not words[end - 1].endswith(("tion", "sion", "ment"))
    is_cut_of = words[end : end + 1] == ["of"] and not is_whole
    is_count = words[first : first + 1] != [] and words[first].lower() in profile.numbers
    if not first < end <= first + LONGEST_TOPIC or is_cut_of or is_count:
        return ""
    name = in_sentence_case(" ".join(words[:end]).strip(_EDGES), source)
    return "" if name == topic_of(source) else name


def _is_doing(word: str) -> bool:
    """ "Using" goes on behind a noun, "privacy-preserving" belongs to one."""
    return word.lower().endswith("ing") and "-" not in word


def subjects_of(source: SourceText) -> list[str]:
    """Return what a title may be about: its topic, each half of it, and what these are before a word of grammar."""
    profile = language_profile(source.language)
    names = [topic_of(source), *(half.strip(" .!?¿\u00a0") for half in source.title.split(":"))]
    heads = []
    for name in names:
        words = name.split()
        first = next((place for place in range(1, len(words)) if profile.is_grammar(words[place])), len(words))
        heads.append(" ".join(words[: max(first, 2 if words and profile.is_grammar(words[0]) else 1)]))
    return list(dict.fromkeys(name for name in (*names, *heads) if name))


def _named_alone(source: SourceText) -> str:
    """A title that is one noun, with or without its article."""
    title = source.title.strip(" .:!?\u00a0")
    is_noun = len(content_stems(words_of(title), source.language)) == 1 and len(title.split()) <= 2
    return in_sentence_case(title, source) if is_noun else ""


def _main_part(title: str, source: SourceText) -> str:
    """Of the parts between words of grammar the one that the text speaks of most."""
    profile = language_profile(source.language)
    known = Subject.from_source(source)
    parts: list[list[str]] = [[]]
    for word in title.split():
        is_grammar = profile.is_grammar(word.strip(",:;"))
        parts = [*parts, []] if is_grammar else [*parts[:-1], [*parts[-1], word]]
    texts = [" ".join(part[:LONGEST_TOPIC]) for part in parts if part]
    return max(texts or [title], key=known.frequency)


def in_sentence_case(title: str, source: SourceText) -> str:
    """Return a title with the capitals that its words have inside the sentences of the text."""
    prose = (block.text for block in source.blocks if block.kind != "heading")
    words = Counter(_POSSESSIVE.sub("", word) for text in prose for word in _INNER_WORD.findall(text))
    first, *others = title.split()
    if others and others[0][:1].isupper() and words[first[:1].lower() + first[1:]] == 0 and _is_name(first, source):
        return " ".join([first, *(_as_in_text(word, words, is_title_case=False) for word in others)])
    is_title_case = sum(word[:1].isupper() for word in others) > len(others) / 2
    opening = first if title.endswith("?") else _as_in_text(first, words, is_title_case=True)
    return " ".join([opening, *(_as_in_text(word, words, is_title_case=is_title_case) for word in others)])


def _is_name(word: str, source: SourceText) -> bool:
    """ "Edda Marrow" opens the title, and the text has "Edda" more than once, but never "edda"."""
    everywhere = Counter(
        token.strip(_EDGES) for block in source.blocks if block.kind != "heading" for token in block.text.split()
    )
    return everywhere[word] > 1 and everywhere[word.lower()] == 0


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
