"""What is known of a language's words, from `data/LANGUAGE.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex

from ytempire.language.tables import DATA, NOTHING, Pattern

LANGUAGES = frozenset(path.stem for path in DATA.glob("*.toml"))
VOWEL = r"[aeiouàâéèêëîïôûœæ]"
KINDS = ("never_end", "before_number", "may_end", "name_or_end")


@dataclass(frozen=True)
class LanguageProfile:
    """Words are in small letters. `kinds` says of each abbreviation, without its last full stop, what may follow it."""

    language: str
    function_words: frozenset[str]
    name_particles: frozenset[str]
    kinds: dict[str, frozenset[str]]
    speech_verbs: frozenset[str]
    marked_names: frozenset[str]
    incomplete_ends: frozenset[str]
    negations: frozenset[str]
    limits: frozenset[str]
    before_nouns: frozenset[str]
    object_openers: frozenset[str]
    media: frozenset[str]
    opposites: frozenset[frozenset[str]]
    grades: tuple[dict[str, int], ...]
    words_too: frozenset[str]
    after_time: frozenset[str]
    last_steps: frozenset[str]
    before_verbs: frozenset[str]
    later: frozenset[str]
    step_nouns: frozenset[str]
    before_homographs: frozenset[str]
    possessives: frozenset[str]
    before_clause: frozenset[str]
    before_places: frozenset[str]
    connectives: frozenset[str]
    pronouns: frozenset[str]
    demonstratives: frozenset[str]
    first_person: frozenset[str]
    person_pronouns: frozenset[str]
    people: frozenset[str]
    question_words: frozenset[str]
    you: frozenset[str]
    units: frozenset[str]
    striking: frozenset[str]
    neutral_negations: frozenset[str]
    plural_first_person: frozenset[str]
    plural_first_person_verbs: Pattern
    author_verbs: frozenset[str]
    authors_own: Pattern
    greetings: frozenset[str]
    elided: frozenset[str]
    numbers: dict[str, int]
    ordinals: dict[str, int]
    contractions: dict[str, str]
    comparisons: tuple[str, ...]
    definition_hooks: tuple[str, ...]
    person_hook: str
    cause_hook: str
    hook_template: str
    close_templates: tuple[str, ...]
    long_hook_template: str
    plain_hook: str
    long_close_template: str
    source_label: str
    licence_label: str
    title_questions: tuple[tuple[Pattern, str], ...]
    echoes: tuple[tuple[Pattern, str], ...]
    title_openers: Pattern
    expletives: Pattern
    first_person_verbs: Pattern
    first_person_openers: Pattern
    reader_address: Pattern
    figures: Pattern
    credits: Pattern
    navigation: Pattern
    citations: Pattern
    comparatives: Pattern
    lives: Pattern
    definitions: Pattern
    explanations: Pattern
    counted_nouns: Pattern
    list_openers: Pattern
    verb_forms: Pattern
    verb_endings: Pattern
    past_endings: Pattern
    authors_deeds: Pattern
    picture_phrases: Pattern

    def kinds_of(self, word: str) -> frozenset[str]:
        """Return the kinds of an abbreviation; single letters are told apart by their case."""
        return self.kinds.get(word) or self.kinds.get(word.lower() if len(word) > 1 else "", frozenset())

    def is_grammar(self, word: str) -> bool:
        """Tell whether a word is one of grammar, or begins with one that is elided ("l'eau")."""
        lower = word.lower()
        return lower in self.function_words or f"{lower.partition(chr(39))[0]}'" in self.function_words

    def contracted(self, text: str) -> str:
        """Return a text in which two words that are written as another one are that one: "de el" is "del"."""
        if self.elided:
            words = "|".join(word[:-1] for word in sorted(self.elided))
            text = regex.sub(rf"(?<!\p{{L}})({words})\p{{Ll}} (?={VOWEL})", r"\1'", text, flags=regex.IGNORECASE)
        if not self.contractions:
            return text
        options = "|".join(self.contractions)
        joined = rf"(?<!\p{{L}})(?:{options})(?:(?<=')|(?!\p{{L}}))"
        return regex.sub(joined, lambda match: self.contractions[match.group()], text)


@lru_cache
def language_profile(language: str) -> LanguageProfile:
    """Return the profile of a language of LANGUAGES, by its code of ISO 639-1."""
    data = tomllib.loads((DATA / f"{language}.toml").read_text())
    kinds: dict[str, frozenset[str]] = {}
    for kind in KINDS:
        for word in data[kind].split():
            kinds[word.removesuffix(".")] = kinds.get(word.removesuffix("."), frozenset()) | {kind}
    kinds |= {word: frozenset({"may_end"}) for word in data["spaced_may_end"]}

    def words(key: str) -> frozenset[str]:
        return frozenset(word.replace("_", " ") for word in data[key].split())

    def pattern(key: str, *, joint: str = "\n") -> Pattern:
        options = "|".join(line.strip() for line in data[key].split(joint) if line.strip()) or NOTHING
        return regex.compile(rf"(?<![\p{{L}}\p{{N}}])(?:{options})(?![\p{{L}}\p{{N}}])", regex.IGNORECASE)

    values: dict[str, Any] = {
        **{key: words(key) for key in _WORDS},
        **{key: pattern(key) for key in _PATTERNS},
    }
    return LanguageProfile(
        language=language,
        kinds=kinds,
        numbers=data["numbers"],
        contractions=data["contractions"],
        opposites=frozenset(frozenset(pair.split(":")) for pair in data["opposites"].split()),
        grades=tuple(map(_grades, data["grades"].split("|"))),
        comparisons=tuple(data["comparisons"]),
        definition_hooks=tuple(data["definition_hooks"]),
        close_templates=tuple(data["close_templates"]),
        **{key: data[key] for key in _TEMPLATES},
        ordinals={word: number for number, forms in enumerate(data["ordinals"], 1) for word in forms.split()},
        counted_nouns=pattern("counted_nouns", joint=" "),
        title_questions=tuple(
            (regex.compile(title, regex.IGNORECASE), question) for title, question in data["title_questions"]
        ),
        echoes=tuple((regex.compile(question, regex.IGNORECASE), close) for question, close in data["echoes"]),
        **values,
    )


def _grades(scale: str) -> dict[str, int]:
    """The words of a scale, each with the number of its group."""
    groups = enumerate(scale.split("/"))
    return {word.replace("_", " "): number for number, group in groups for word in group.split()}


_WORDS = (
    *("function_words", "name_particles", "speech_verbs", "marked_names", "incomplete_ends", "negations", "limits"),
    *("connectives", "pronouns", "demonstratives", "first_person", "author_verbs", "greetings", "people", "you"),
    *("person_pronouns", "neutral_negations", "question_words", "units", "striking", "plural_first_person"),
    *("before_nouns", "object_openers", "media", "possessives", "before_clause", "before_places"),
    *("words_too", "after_time", "elided", "last_steps", "before_verbs", "later", "step_nouns", "before_homographs"),
)
_TEMPLATES = (
    *("hook_template", "long_hook_template", "long_close_template", "plain_hook", "person_hook", "cause_hook"),
    *("source_label", "licence_label"),
)
_PATTERNS = (
    *("reader_address", "figures", "credits", "navigation", "citations"),
    *("expletives", "first_person_verbs", "first_person_openers", "title_openers"),
    *("authors_own", "plural_first_person_verbs", "comparatives", "lives", "definitions", "explanations"),
    *("verb_forms", "verb_endings", "past_endings", "authors_deeds", "picture_phrases", "list_openers"),
)
