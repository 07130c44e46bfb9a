"""Sentence boundaries."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # pysbd 0.3.4 has unescaped backslashes; Python warns of them when it compiles the package for the first time.
    warnings.simplefilter("ignore")
    import pysbd

_segmenter = pysbd.Segmenter(language="en", clean=False)


def split_sentences(text: str) -> list[str]:
    """The sentences of one paragraph, in order, without spaces around them."""
    return [piece.strip() for piece in _segmenter.segment(text) if piece.strip()]
