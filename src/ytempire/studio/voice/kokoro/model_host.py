"""A program of its own that runs the Kokoro model, so that its memory is given back: JSON in, a line a sentence out.

Standard input: {"model", "lengths", "threads", "sentences": [{"tokens": [...], "style": [256 numbers], "speed"}, ...]}.
Standard output, as each is done: {"frames": [...], "samples": base64 of 16-bit samples at 24 kHz}, where frames are how
many times 25 ms each token and the two around them last. With the graph of lengths (`lengths` true) there are no
samples, and frames are exact numbers at speed 1.

`--extract-lengths MODEL TARGET` writes that graph.
"""

import base64
import json
import sys

DURATIONS = "/encoder/Clip_output_0"  # whole frames of each token
EXACT_DURATIONS = "/encoder/predictor/ReduceSum_output_0"  # before speed and rounding


def extract_lengths(model: str, target: str) -> None:
    import onnx  # noqa: PLC0415  # only here
    from onnx.utils import Extractor  # noqa: PLC0415

    graph = onnx.load(model)
    if not any(EXACT_DURATIONS in node.output for node in graph.graph.node):
        raise SystemExit(f"{model} has no node {EXACT_DURATIONS}: it is no Kokoro model of a kind that is known")
    onnx.save(Extractor(graph).extract_model(["tokens", "style"], [EXACT_DURATIONS]), target)


def main() -> None:
    import numpy as np  # noqa: PLC0415  # with onnxruntime, whose time to load counts
    import onnxruntime  # noqa: PLC0415

    order = json.load(sys.stdin)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = order["threads"], 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a fifth less CPU
    options.log_severity_level = 3
    speaks = not order["lengths"]
    # By its path: from bytes in memory the same model takes 90 MB more, as long as the session lives.
    session = onnxruntime.InferenceSession(order["model"], options, providers=["CPUExecutionProvider"])
    for sentence in order["sentences"]:
        feeds = {
            "tokens": np.array([[0, *sentence["tokens"], 0]], dtype=np.int64),
            "style": np.array([sentence["style"]], dtype=np.float32),
        }
        if speaks:
            feeds["speed"] = np.array([sentence["speed"]], dtype=np.float32)
            samples, frames = session.run(["audio", DURATIONS], feeds)
            pcm = (np.clip(samples, -1, 1) * 32767).astype("<i2")
            sound = {"samples": base64.b64encode(pcm.tobytes()).decode()}
        else:
            (frames,) = session.run([EXACT_DURATIONS], feeds)
            sound = {}
        print(json.dumps({"frames": frames.ravel().tolist(), **sound}), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--extract-lengths"]:
        extract_lengths(*sys.argv[2:4])
    else:
        main()
