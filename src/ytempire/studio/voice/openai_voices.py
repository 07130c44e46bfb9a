"""The voices that OpenAI documents for its speech models; another service's own are known to it alone."""

from __future__ import annotations

NAMES = (
    "alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse",
)  # fmt: skip
_NOT_OF_OLDER_MODELS = {"ballad", "cedar", "marin", "verse"}


def voice_names(model: str) -> tuple[str, ...]:
    """Return the names of the voices that a model of OpenAI speaks with."""
    return tuple(name for name in NAMES if not (model.startswith("tts-1") and name in _NOT_OF_OLDER_MODELS))
