from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ytempire.embeddings.embedding import Embedder
from ytempire.production.script.salience import Embed


@pytest.fixture(scope="session")
def embed(embedder: Embedder) -> Embed:
    """The real model, each text read once a run: the tests write and score the same texts many times."""
    known: dict[str, np.ndarray] = {}

    def cached_embed(texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, embedder.embed(new), strict=True))
        return np.stack([known[text] for text in texts]) if texts else np.zeros((0, 384), dtype=np.float32)

    return cached_embed
