"""Which language a text is in, and whether we can narrate it."""

from __future__ import annotations

import regex
from py3langid import langid

from ytempire.language.names import english_name
from ytempire.language.profile import LANGUAGES, language_profile
from ytempire.language.words import words_of
from ytempire.production.source.errors import LanguageUnsupported

SUPPORTED = LANGUAGES
SAMPLE = 20_000  # characters; beyond that the verdict does not change and only time passes
# "Plaza de la Villa", "Rio de Janeiro": names say nothing of the language that speaks of them.
_REST_OF_NAME = r"(?: (?:\p{Ll}{1,5} ){0,2}\p{Lu}\p{L}*)"
_NAMES = regex.compile(rf"(?<=[\p{{L}},;] )\p{{Lu}}\p{{L}}*{_REST_OF_NAME}*|\p{{Lu}}\p{{L}}*{_REST_OF_NAME}+")
SURE_WORDS, SURE_TIMES = 4, 2  # of grammar: so many, and so many times those of the first verdict
_identifier: langid.LanguageIdentifier | None = None


def detect(text: str) -> str:
    """The ISO 639-1 code of the language that most of the text is in."""
    global _identifier  # noqa: PLW0603  # loading the model takes half a second: once per process
    if _identifier is None:
        _identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    sample = text[:SAMPLE]
    verdict = str(_identifier.classify(sample)[0])
    return _without_names(sample, verdict) if verdict in LANGUAGES else verdict


def _without_names(text: str, verdict: str) -> str:
    """Another verdict where the words of grammar outside of names are another language's."""
    words = words_of(_NAMES.sub(" ", text))
    counts = {
        language: sum(word in language_profile(language).function_words for word in words) for language in LANGUAGES
    }
    best = max(sorted(counts), key=counts.__getitem__)
    is_sure = counts[best] >= max(SURE_WORDS, SURE_TIMES * counts[verdict])
    return best if is_sure else verdict


def supported_language(text: str) -> str:
    """The code of the text's language. Raises LanguageUnsupported naming it."""
    code = detect(text)
    if code not in SUPPORTED:
        raise LanguageUnsupported(
            f"This text is in {english_name(code)}; {_names()} are supported so far.",
            hint="Give the text in one of them; if it is in one, name it with --language (API: options.language).",
        )
    return code


def require_supported(code: str) -> None:
    """Raises LanguageUnsupported for a language in which no video can be ordered yet."""
    if code not in SUPPORTED:
        raise LanguageUnsupported(
            f"Videos in {english_name(code)} cannot be made yet; {_names()} are supported so far.",
            hint=f"Leave --language out, or use one of {', '.join(sorted(SUPPORTED))}.",
        )


def _names() -> str:
    *names, last = sorted(english_name(language) for language in SUPPORTED)
    return f"{', '.join(names)} and {last}"
