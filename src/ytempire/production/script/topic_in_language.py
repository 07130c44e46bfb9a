"""What a text in a language other than English is about: the noun of its title that it speaks of most."""

from __future__ import annotations

from collections import Counter

import regex

from ytempire.language.profile import language_profile
from ytempire.language.words import content_stems, words_of
from ytempire.language.writing import writing_of
from ytempire.production.script.phrases_in_language import phrases_in_language
from ytempire.production.source.document import SourceText

FEWEST = 2  # times that a text speaks of its subject


def topic_in_language(source: SourceText) -> str:
    """Return a noun or a name of the title with the article that the text gives it; empty where the text has none."""
    prose = " ".join(block.text for block in source.blocks if block.kind != "heading").replace("’", "'")
    title = content_stems(words_of(source.title), source.language)
    counts: Counter[tuple[str, ...]] = Counter()
    forms: dict[tuple[str, ...], Counter[str]] = {}
    for phrase in phrases_in_language(prose, source.language):
        key = tuple(content_stems(words_of(phrase), source.language))
        if key and set(key) <= set(title):
            counts[key] += 1
            forms.setdefault(key, Counter())[phrase] += 1
    often = [key for key, count in counts.items() if count >= FEWEST]
    if not often:
        return ""
    topic = forms[max(often, key=lambda key: (counts[key] * len(key), -title.index(key[0])))].most_common(1)[0][0]
    if topic[:1].isupper() and " " in topic:
        return topic
    article = _article_of(topic, prose, source.language)
    return f"{article}{topic}" if article or topic[:1].isupper() else ""  # "¿Qué sabe usted de aceituna?"


def _article_of(noun: str, prose: str, language: str) -> str:
    """Return the definite article that stands before a noun most often, taken out of what it is contracted with."""
    writing, profile = writing_of(language), language_profile(language)
    inside = {whole: parts.split()[1] for parts, whole in profile.contractions.items()}
    before = (
        match[1].lower()
        for match in regex.finditer(rf"(?<!\p{{L}})([\p{{L}}]+'|[\p{{L}}]+\s){regex.escape(noun)}(?!\p{{L}})", prose)
    )
    articles = (inside.get(word.strip(), word.strip()) for word in before)
    definite = Counter(word for word in articles if word in writing.definite_articles)
    if not definite:
        return ""
    article = definite.most_common(1)[0][0]
    return article if article.endswith("'") else f"{article} "
