"""What is left of a sentence by deletions that keep it true, by the words of its language.

No form has less doubt than its sentence: a negation, a limit or a "may" is never deleted, nor is anything deleted that
takes back a part of what is left ("but", "unless"). A place, a time or a purpose is not deleted either: without it a
sentence can claim more than its author did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from ytempire.language.profile import LanguageProfile, language_profile
from ytempire.language.shortening import Shortening, shortening_of
from ytempire.language.words import content_stems, words_of
from ytempire.language.writing import writing_of
from ytempire.production.script.context_in_language import is_verb
from ytempire.production.script.sentence_editing import capitalised
from ytempire.production.script.speakable import leans_on_context, main_clauses
from ytempire.production.script.words import SUBORDINATORS

MOST_FORMS = 40  # of one sentence; longer ones have some hundred, which differ in their intensifiers
FEWEST_CONTENT = 2  # words of content that say what something is: "a process" says nothing
_TOKEN = regex.compile(r"(?<=[\s'])\p{L}[\p{L}-]*'?")
_ASIDE = regex.compile(r",\s(?P<aside>[^,;:]{3,70}),\s(?=\p{L})")
_JOINT = regex.compile(r"[;:]\s+|,\s+(?P<word>\p{L}+)\s+")
_URGENT = frozenset({"don't", "never", "always", "avoid"})
_PARTICLES = frozenset({"up", "off", "out", "on", "down"})
FEWEST_WORDS = 3
_NEITHER = regex.compile(r"(?<first>\bno \p{L}+) or \p{L}+(?= )", regex.IGNORECASE)
_ALTERNATIVES = frozenset({"or", "o", "u", "ou", "od"})


def short_forms(text: str, longest: int, language: str) -> Iterator[str]:
    """Yield a sentence, and what is left of it by deletions, where that has at most `longest` words.

    Elided articles do not count as words.
    """
    forms = [text.replace("’", "'")]
    for form in forms:
        if count_words(form) <= longest:
            yield form.replace("'", "’") if "’" in text else form
        if len(forms) < MOST_FORMS and not form.rstrip('"”» ').endswith("?"):
            forms += [shorter for shorter in dict.fromkeys(_shorter(form, language)) if shorter not in forms]


def count_words(text: str) -> int:
    """Return the number of words of a text; "l'eau" is one."""
    return sum(not word.endswith("'") for word in words_of(text))


def is_command(text: str, shortening: Shortening) -> bool:
    """Tell whether a text is a command: "Keep the hive dry", "Never reuse a password", but not "Keep and tower"."""
    words = words_of(text)
    if len(words) < FEWEST_WORDS or words[0] not in shortening.commands:
        return False
    return words[0] in _URGENT or words[1] in shortening.determiners | _PARTICLES


def is_clause(text: str, language: str) -> bool:
    """Tell whether a text is a command, or has a finite verb behind its first word; and opens no subordinate clause."""
    words = words_of(text)
    if not words or words[0] in _subordinators(language):
        return False
    if is_command(text, shortening_of(language)):
        return True
    determiners = shortening_of(language).determiners
    profile = language_profile(language)
    pronouns = profile.pronouns | profile.you | profile.plural_first_person
    return any(
        is_finite_verb(word, language) and (before not in determiners or before in pronouns)
        for before, word in pairwise(words)
    )


def is_finite_verb(word: str, language: str) -> bool:
    """Tell whether a word is known as a finite verb; some of them are nouns too."""
    if language == "en":
        return shortening_of(language).finite_verbs.fullmatch(word) is not None
    return is_verb(word, language)


def _shorter(text: str, language: str) -> Iterator[str]:
    """Each form with one deletion."""
    shortening = shortening_of(language)
    yield from _without_opening(text, shortening, language)
    yield from _without_intensifiers(text, shortening, language)
    yield from _without_asides(text, shortening, language)
    yield from _without_alternative(text)
    cuts = [
        *main_clauses(text, language),
        *_before_relatives(text, shortening, language),
        *_before_reasons(text, shortening, language),
        *_before_additions(text, shortening, language),
        *_before_places(text, shortening, language),
        *_before_times(text, shortening),
        *_before_purposes(text, shortening),
    ]
    yield from (cut for cut in cuts if _is_sound(cut, text, shortening, language))
    yield from _later_clauses(text, shortening, language)


def _without_opening(text: str, shortening: Shortening, language: str) -> Iterator[str]:
    """ "We know that ice floats" is "Ice floats", "You should keep it dry" is "Keep it dry"."""
    negations = language_profile(language).negations
    for pattern in (shortening.reports, shortening.advice, shortening.openings):
        match = pattern.match(text)
        rest = text[match.end() :].lstrip(", ") if match else ""
        if rest and (pattern is not shortening.advice or negations.isdisjoint(words_of(rest)[:1])):
            yield capitalised(rest)


def _without_intensifiers(text: str, shortening: Shortening, language: str) -> Iterator[str]:
    if not language_profile(language).negations.isdisjoint(words_of(text)):
        return
    kept, before = [], ""
    for word in text.split():
        if word not in shortening.intensifiers or before.lower() in shortening.correlatives:
            kept.append(word)
        before = word
    if kept and len(kept) < len(text.split()):
        yield " ".join(kept)


def _without_asides(text: str, shortening: Shortening, language: str) -> Iterator[str]:
    """ "The queen, which lives for years, lays eggs": what stands between a subject and its verb."""
    for match in _ASIDE.finditer(text):
        head, rest = text[: match.start()], text[match.end() :]
        is_aside = words_of(match["aside"])[:1] and words_of(match["aside"])[0] in shortening.asides
        if is_aside and "," not in head and words_of(rest) and is_finite_verb(words_of(rest)[0], language):
            yield f"{head} {rest}"


def _without_alternative(text: str) -> Iterator[str]:
    """ "No policy or rule stays the same": what is true of neither is not true of the first."""
    if _NEITHER.search(text):
        yield _NEITHER.sub(r"\g<first>", text, count=1)


def _before_relatives(text: str, shortening: Shortening, language: str) -> Iterator[str]:
    """ "A glacier is a river of ice that moves": true of all rivers of ice that move is that they are some."""
    for match in _TOKEN.finditer(text):
        head = text[: match.start()].rstrip()
        predicate = shortening.predicates.search(head) if match.group().lower() in shortening.relatives else None
        if predicate and len(content_stems(words_of(predicate.group()), language)) >= FEWEST_CONTENT:
            yield f"{head}."


def _before_reasons(text: str, shortening: Shortening, language: str) -> Iterator[str]:
    """ "Ice floats because it is light"; but "It does not float because it is light" may float for another reason."""
    for match in shortening.reasons.finditer(text):
        head = text[: match.start()].rstrip(" ,")
        words = words_of(head)
        if language_profile(language).negations.isdisjoint(words) and shortening.focus.isdisjoint(words[-1:]):
            yield f"{head}."


def _before_additions(text: str, shortening: Shortening, language: str) -> Iterator[str]:
    """ "Bees shiver and keep the cluster warm": what is done besides."""
    for match in _TOKEN.finditer(text):
        if match.group().lower() not in shortening.additions:
            continue
        head, following = text[: match.start()].rstrip(), words_of(text[match.end() :])[:1]
        is_own = bool(following) and (following[0] in shortening.determiners or is_finite_verb(following[0], language))
        is_single = "," not in head and not shortening.collective.search(head)
        if is_own and is_single and language_profile(language).negations.isdisjoint(words_of(head)):
            yield f"{head}."


def _before_places(text: str, shortening: Shortening, language: str) -> Iterator[str]:
    """ "The kidneys can regulate water levels in the body": what can be done there can be done."""
    possible = shortening.possibilities.search(text)
    if possible is None or not language_profile(language).negations.isdisjoint(words_of(text)):
        return
    for match in _TOKEN.finditer(text, possible.end()):
        head = text[: match.start()].rstrip()
        done = words_of(head[possible.end() :])
        word, following = match.group().lower(), words_of(text[match.end() :])[:1]
        if language == "en" and word == "to" and not shortening.determiners.isdisjoint(following):
            is_whole = "to" in done  # "allows it to adapt to the cold"
        else:
            is_whole = word in shortening.prepositions and _ends_in_noun(done, shortening)
        if is_whole and len(content_stems(done, language)) >= FEWEST_CONTENT:
            yield f"{head}."


def _ends_in_noun(words: Sequence[str], shortening: Shortening) -> bool:
    """A plural, or a word close behind a determiner: no verb that wants its preposition, nor a place itself."""
    if not words or not shortening.prepositions.isdisjoint(words):
        return False
    return words[-1].endswith("s") or not shortening.determiners.isdisjoint(words[-3:-1])


def _before_times(text: str, shortening: Shortening) -> Iterator[str]:
    """ "Canals spread in the first half of the century": what happened then happened."""
    bare = text.rstrip(".! ")
    is_past = any(shortening.past_verbs.fullmatch(word) for word in words_of(text)[1:])
    match = shortening.times.search(bare) if is_past else None
    if match and match.start() > 0:
        yield f"{bare[: match.start()].rstrip(' ,')}."


def _before_purposes(text: str, shortening: Shortening) -> Iterator[str]:
    """ "Use a password manager to keep track of them": a command stays one without its purpose."""
    if is_command(text, shortening):
        for match in regex.finditer(r"(?<=\p{L}) (?:to|so|instead)\b", text):
            yield f"{text[: match.start()]}."


def _later_clauses(text: str, shortening: Shortening, language: str) -> Iterator[str]:
    """ "The days are short, but the bees live": the second of two main clauses."""
    joints = (shortening.additions | language_profile(language).connectives) - _ALTERNATIVES
    for match in _JOINT.finditer(text):
        tail, head = text[match.end() :], words_of(text[: match.start()])
        if (match["word"] and match["word"].lower() not in joints) or (head and head[0] in _subordinators(language)):
            continue
        words = words_of(tail)
        opens = bool(words) and words[0] in shortening.determiners - language_profile(language).you
        if opens and is_clause(tail, language) and not leans_on_context(capitalised(tail), "", language):
            yield capitalised(tail)


def _is_sound(cut: str, text: str, shortening: Shortening, language: str) -> bool:
    """A whole clause, of which what was cut off takes nothing back."""
    words, profile = words_of(cut), language_profile(language)
    rest = text[len(cut) - 1 :]
    removed = words_of(rest)
    return (
        is_clause(cut, language)
        and not (rest.lstrip().startswith(";") and _is_contrast(removed, profile))
        and shortening.exceptions.isdisjoint(removed)
        and shortening.correlatives.isdisjoint(words)
        and not _ends_openly(words, profile.function_words | profile.incomplete_ends)
        and cut.count('"') % 2 == 0
        and cut.count("“") == cut.count("”")
        and cut.count("«") == cut.count("»")
    )


def _is_contrast(removed: Sequence[str], profile: LanguageProfile) -> bool:
    """ "A dyke holds for thirty years; the sea does not stop": the one half is told for the other."""
    return not (profile.negations | profile.connectives | profile.limits).isdisjoint(removed)


def _ends_openly(words: Sequence[str], grammar: frozenset[str]) -> bool:
    """A word of grammar wants another one behind it."""
    return words[-1] in grammar or words[-1].endswith("'")


def _subordinators(language: str) -> frozenset[str]:
    return SUBORDINATORS if language == "en" else writing_of(language).subordinators
