"""Writes a BERT encoder with mean pooling as an ONNX file, straight from its safetensors weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

BUILDER_VERSION = 1  # raise when the graph changes: cached files of the old one are then not used
OPSET = 20  # the first with Gelu; LayerNormalization came with 17
MASKED_LOGIT = -1e9  # added to the attention to padding: its softmax is then exactly 0 in float32


class _Graph:
    """Collects nodes and constants; every method returns the name of the value it adds."""

    def __init__(self, weights: dict[str, NDArray[Any]]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def add(self, op: str, *inputs: str, **attributes: Any) -> str:
        name = f"{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, name: str, value: NDArray[Any]) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.array(value, order="C"), name)  # keeps 0-d values 0-d
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def linear(self, value: str, name: str) -> str:
        """x W^T + b: PyTorch stores a linear layer's weight as (out, in)."""
        weight = self.constant(f"{name}.weight.T", self.weights[f"{name}.weight"].T)
        return self.add("Add", self.add("MatMul", value, weight), self.weight(f"{name}.bias"))

    def norm(self, value: str, name: str, epsilon: float) -> str:
        return self.add(
            "LayerNormalization",
            value,
            self.weight(f"{name}.weight"),
            self.weight(f"{name}.bias"),
            axis=-1,
            epsilon=epsilon,
        )


def write_onnx(weights_file: Path, config: dict[str, Any], target: Path) -> None:
    """Inputs `input_ids` and `attention_mask` (batch, tokens) int64; output `embedding` (batch, hidden), length 1."""
    graph = _Graph(load_file(weights_file))
    hidden = _embeddings(graph, config)
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    bias = _attention_bias(graph, mask)
    for layer in range(config["num_hidden_layers"]):
        hidden = _layer(graph, hidden, bias, f"encoder.layer.{layer}", config)
    _pool(graph, hidden, mask)
    tokens = ["batch", "tokens"]
    made = helper.make_graph(
        graph.nodes,
        "minilm",
        [helper.make_tensor_value_info(name, TensorProto.INT64, tokens) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", config["hidden_size"]])],
        list(graph.constants.values()),
    )
    # The intermediate representation 9 belongs to opset 20; a newer default could outrun onnxruntime.
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    onnx.save_model(model, str(target))


def _embeddings(graph: _Graph, config: dict[str, Any]) -> str:
    words = graph.add("Gather", graph.weight("embeddings.word_embeddings.weight"), "input_ids")
    constant_one, constant_zero = graph.constant("one", np.array(1)), graph.constant("zero", np.array(0))
    length = graph.add("Gather", graph.add("Shape", "input_ids"), constant_one)
    positions = graph.add("Range", constant_zero, length, constant_one)
    places = graph.add("Gather", graph.weight("embeddings.position_embeddings.weight"), positions)
    # One text per input: its token type is always 0.
    kind = graph.constant("token_type", graph.weights["embeddings.token_type_embeddings.weight"][0])
    total = graph.add("Add", graph.add("Add", words, places), kind)
    return graph.norm(total, "embeddings.LayerNorm", config["layer_norm_eps"])


def _attention_bias(graph: _Graph, mask: str) -> str:
    """0 for a token, far below 0 for padding, shaped (batch, 1, 1, tokens)."""
    inverse = graph.add("Sub", graph.constant("one_f", np.array(1.0, dtype=np.float32)), mask)
    scaled = graph.add("Mul", inverse, graph.constant("far_below", np.array(MASKED_LOGIT, dtype=np.float32)))
    return graph.add("Unsqueeze", scaled, graph.constant("axes_1_2", np.array([1, 2])))


def _layer(graph: _Graph, hidden: str, bias: str, name: str, config: dict[str, Any]) -> str:
    heads, size, epsilon = config["num_attention_heads"], config["hidden_size"], config["layer_norm_eps"]
    split = graph.constant("split_heads", np.array([0, 0, heads, size // heads]))
    merge = graph.constant("merge_heads", np.array([0, 0, size]))

    def by_head(part: str, order: list[int]) -> str:
        value = graph.linear(hidden, f"{name}.attention.self.{part}")
        return graph.add("Transpose", graph.add("Reshape", value, split), perm=order)

    scale = graph.constant("scale", np.array(1 / np.sqrt(size // heads), dtype=np.float32))
    alike = graph.add("MatMul", by_head("query", [0, 2, 1, 3]), by_head("key", [0, 2, 3, 1]))
    weights = graph.add("Softmax", graph.add("Add", graph.add("Mul", alike, scale), bias), axis=-1)
    mixed = graph.add("MatMul", weights, by_head("value", [0, 2, 1, 3]))
    mixed = graph.add("Reshape", graph.add("Transpose", mixed, perm=[0, 2, 1, 3]), merge)
    attended = graph.add("Add", graph.linear(mixed, f"{name}.attention.output.dense"), hidden)
    attended = graph.norm(attended, f"{name}.attention.output.LayerNorm", epsilon)
    wide = graph.add("Gelu", graph.linear(attended, f"{name}.intermediate.dense"))
    narrow = graph.add("Add", graph.linear(wide, f"{name}.output.dense"), attended)
    return graph.norm(narrow, f"{name}.output.LayerNorm", epsilon)


def _pool(graph: _Graph, hidden: str, mask: str) -> None:
    """The mean over the tokens that are not padding, scaled to length 1."""
    weights = graph.add("Unsqueeze", mask, graph.constant("axis_2", np.array([2])))
    axis = graph.constant("axis_1", np.array([1]))
    total = graph.add("ReduceSum", graph.add("Mul", hidden, weights), axis, keepdims=0)
    mean = graph.add("Div", total, graph.add("ReduceSum", weights, axis, keepdims=0))
    length = graph.add("ReduceL2", mean, axis, keepdims=1)
    graph.nodes.append(helper.make_node("Div", [mean, length], ["embedding"], name="embedding"))
