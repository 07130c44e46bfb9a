"""Questions that are made of a sentence of the source, which answers them: why something is so, who somebody was."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from ytempire.language.profile import LanguageProfile, language_profile
from ytempire.language.shortening import shortening_of
from ytempire.language.text_order import text_order_of
from ytempire.language.words import content_stems, words_of
from ytempire.production.script.sentences import Sentence
from ytempire.production.script.short_forms import count_words, is_clause
from ytempire.production.script.words import AUXILIARIES
from ytempire.production.source.document import SourceText

LONGEST_FACT = 7  # words of what is asked about
LONGEST_SUBJECT = 4  # words in front of the verb of an English question
FEWEST_OF_NAME = 2
_NAME = regex.compile(r"\p{Lu}[\p{L}'’-]+(?: (?:d[aeio]s?|de la|von|van|af|y|e)(?= \p{Lu})| \p{Lu}[\p{L}'’-]+)+")
# Verbs that an English question has in front of its subject.
_INVERTED = regex.compile(
    r"(?P<subject>[^,;:]+?) (?P<verb>is|are|was|were|can|could|will|must|should|cannot|can't|isn't|aren't|wasn't|won't)"
    r" (?P<rest>.+)"
)
OTHERS = frozenset({"the", "this", "that", "his", "her", "its", "our", "their", "my", "of", "in", "on", "for", "and"})
_WHOLE_NEGATIONS = {"cannot": "can't"}  # "Why can't water burn?"
UNSURE = 2  # groups of the scale from "perhaps" to "certainly" that leave a doubt


def cause_question(sentence: Sentence, source: SourceText) -> str | None:
    """Return what asks for the cause that a sentence gives; None where it gives none of a short fact.

    "Ice can float because it is light" answers "Why can ice float?".
    """
    language, text = source.language, sentence.opening[0].replace("’", "'")
    match = text_order_of(language).because.search(text)
    fact = text[: match.start()].rstrip() if match else ""
    if not _is_fact(fact, language):
        return None
    clause = uncapitalised(fact.rstrip(", "), source)
    if language == "en":
        inverted = _inverted(clause)
        return f"Why {inverted}?" if inverted else None
    return language_profile(language).cause_hook.format(clause=clause)


def _is_fact(fact: str, language: str) -> bool:
    """A short main clause, of which the cause is told without doubt: "not because" may be for another reason."""
    profile, shortening = language_profile(language), shortening_of(language)
    bare = fact.rstrip(", ")
    words = words_of(bare)
    if not words or count_words(bare) > LONGEST_FACT or "," in bare or words[-1] in profile.function_words:
        return False
    is_denied = not profile.negations.isdisjoint(words) and not fact.endswith(",")
    is_doubtful = any(profile.grades[0].get(word, UNSURE) < UNSURE for word in [*words, " ".join(words[:2])])
    is_focus = words[-1] in shortening.focus
    return is_clause(bare, language) and not (is_denied or is_doubtful or is_focus or "would" in words)


def _inverted(clause: str) -> str | None:
    """ "ice can float" is "can ice float"; None where no verb of it can stand in front."""
    match = _INVERTED.fullmatch(clause)
    if match is None or len(match["subject"].split()) > LONGEST_SUBJECT or is_clause(match["subject"], "en"):
        return None
    verb = _WHOLE_NEGATIONS.get(match["verb"], match["verb"])
    return f"{verb} {match['subject']} {match['rest']}"


def person_question(sentence: Sentence, source: SourceText) -> str | None:
    """Return who it was that a sentence begins with, where the title names them and it tells of their life."""
    profile, text = language_profile(source.language), sentence.opening[0].replace("’", "'")
    match = _NAME.match(text)
    if match is None or len(match.group().split()) < FEWEST_OF_NAME:
        return None
    stems = set(content_stems(words_of(match.group()), source.language))
    is_told_of = profile.lives.match(text[match.end() :].lstrip(" ,")) is not None
    is_title = stems <= set(content_stems(words_of(source.title), source.language))
    return profile.person_hook.format(topic=match.group()) if is_told_of and is_title else None


def doing_question(title: str, source: SourceText) -> str | None:
    """Return how one does what an English title names: "Keeping your lamp bright" asks "How do you keep …?".

    None where it is done to something that somebody else has, or no sentence has the verb without its ending.
    """
    first, _, rest = title.partition(" ")
    profile = language_profile("en")
    is_doing = first.lower().endswith("ing") and words_of(rest)[:1] != [] and words_of(rest)[0] not in OTHERS
    if source.language != "en" or not is_doing:
        return None
    known = {word for block in source.blocks if block.kind != "heading" for word in words_of(block.text)}
    base = next((form for form in _bases(first.lower()) if form in known), None)
    return f"How do you {base} {rest}?" if base and not profile.is_grammar(base) else None


def how_question(title: str, source: SourceText) -> str | None:
    """Return how that comes about which an English title says: "Bees keep warm" asks "How do bees keep warm?".

    So does "How bees keep warm", and "Why the sky is dark" asks "Why is the sky dark?".
    """
    asks = next((word for word in ("How", "Why") if title.lower().startswith(f"{word.lower()} ")), "")
    words = title[len(asks) :].split()
    if source.language != "en" or title.endswith("?") or ":" in title or not words_of(" ".join(words[:1])):
        return None
    if asks and (inverted := _inverted(uncapitalised(" ".join(words), source))):
        return f"{asks} {inverted}?"
    finite = shortening_of("en").finite_verbs
    place = next((place for place in range(1, len(words) - 1) if finite.fullmatch(words[place].lower())), None)
    if place is None or place > LONGEST_SUBJECT or words_of(words[0])[0] in language_profile("en").question_words:
        return None
    subject, verb, rest = uncapitalised(" ".join(words[:place]), source), words[place].lower(), words[place + 1 :]
    is_single = verb.endswith("s") and not subject.endswith("s")
    is_regular = verb not in AUXILIARIES and not verb.endswith(("ed", "ss")) and (is_single or subject.endswith("s"))
    if not is_regular:
        return None
    base = _base_of_third_person(verb) if is_single else verb
    return f"{asks or 'How'} {'does' if is_single else 'do'} {subject} {base} {' '.join(rest)}?"


def _base_of_third_person(verb: str) -> str:
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    return verb[:-2] if verb.endswith(("sses", "shes", "ches", "xes", "oes")) else verb[:-1]


def _bases(doing: str) -> Iterator[str]:
    """ "keeping", "writing" and "planning" are "keep", "write" and "plan"."""
    bare = doing.removesuffix("ing")
    yield from (bare, f"{bare}e")
    if bare[-2:-1] == bare[-1:]:
        yield bare[:-1]


def uncapitalised(text: str, source: SourceText) -> str:
    """Return a sentence as it stands behind other words: a name keeps its capital."""
    profile: LanguageProfile = language_profile(source.language)
    first = text.split(" ", 1)[0]
    lower = first[:1].lower() + first[1:]
    is_word = profile.is_grammar(lower) or any(f" {lower} " in f" {block.text} " for block in source.blocks)
    return lower + text[len(first) :] if is_word else text
