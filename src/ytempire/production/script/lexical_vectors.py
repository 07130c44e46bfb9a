"""Vectors of texts by the words that they have, for languages that the embedding does not know: it is English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ytempire.language.words import content_stems, words_of
from ytempire.production.script.salience import Embed
from ytempire.production.source.document import SourceText


def vectors_for(source: SourceText, embed: Embed) -> Embed:
    """Return what compares texts of a source: the embedding for English, else the words that they share."""
    return (
        embed if source.language == "en" else lexical_vectors([block.text for block in source.blocks], source.language)
    )


def lexical_vectors(texts: Sequence[str], language: str) -> Embed:
    """Return unit rows by tf-idf of stems: a stem weighs the more, the fewer of `texts` have it.

    A text of which `texts` have no word is a row of zeros, alike to none.
    """
    counts = Counter(stem for text in texts for stem in set(content_stems(words_of(text), language)))
    columns = {stem: place for place, stem in enumerate(sorted(counts))}
    rarity = np.array([1.0 + np.log((1 + len(texts)) / (1 + counts[stem])) for stem in columns], dtype=np.float32)

    def embed(sentences: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(sentences), max(1, len(columns))), dtype=np.float32)
        for row, sentence in zip(rows, sentences, strict=True):
            for stem, count in Counter(content_stems(words_of(sentence), language)).items():
                if stem in columns:
                    row[columns[stem]] = (1.0 + np.log(count)) * rarity[columns[stem]]
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(lengths > 0, lengths, 1.0)

    return embed
