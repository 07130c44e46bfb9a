"""What a text in a language other than English is about: the noun of its title that it speaks of most."""

from __future__ import annotations

from collections import Counter

import regex

from ytempire.language.profile import language_profile
from ytempire.language.writing import writing_of
from ytempire.production.script.phrases_in_language import phrases_in_language
from ytempire.production.source.document import SourceText


def topic_in_language(source: SourceText) -> str:
    """Return a noun or a name of the title with the article that the text gives it; empty where the text has none."""
    prose = " ".join(block.text for block in source.blocks if block.kind != "heading").replace("’", "'")
    title = f" {source.title.replace('’', chr(39)).lower()} "
    counts = Counter(phrases_in_language(prose, source.language))
    inside = [phrase for phrase in counts if regex.search(rf"[\s']{regex.escape(phrase.lower())}[\s.,:!?\u00a0]", title)]
    if not inside:
        return ""
    topic = max(sorted(inside), key=lambda phrase: (counts[phrase] * (1 + phrase.count(" ")), -title.find(phrase.lower())))
    return topic if topic[:1].isupper() and " " in topic else f"{_article_of(topic, prose, source.language)}{topic}"


def _article_of(noun: str, prose: str, language: str) -> str:
    """Return the definite article that stands before a noun most often, taken out of what it is contracted with."""
    writing, profile = writing_of(language), language_profile(language)
    inside = {whole: parts.split()[1] for parts, whole in profile.contractions.items()}
    before = (match[1].lower() for match in regex.finditer(rf"(?<!\p{{L}})([\p{{L}}]+'|[\p{{L}}]+\s){regex.escape(noun)}(?!\p{{L}})", prose))
    articles = (inside.get(word.strip(), word.strip()) for word in before)
    definite = Counter(word for word in articles if word in writing.definite_articles)
    if not definite:
        return ""
    article = definite.most_common(1)[0][0]
    return article if article.endswith("'") else f"{article} "
