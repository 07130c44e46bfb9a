"""Sentences that were spoken before."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from ytempire.studio.voice.kokoro.sentence_cache import BYTES_PER_FRAME, SentenceCache, cache_key

SAMPLES = base64.b64encode(bytes(3 * BYTES_PER_FRAME)).decode()
ANSWER = {"frames": [1, 2], "samples": SAMPLES}


def test_cache_key_differs_by_everything_that_changes_the_sound() -> None:
    order = {"tokens": [1, 2], "style": [0.5], "speed": 1.0}
    others = [{**order, "tokens": [1, 3]}, {**order, "style": [0.25]}, {**order, "speed": 1.1}]
    keys = {cache_key("model", order), cache_key("other", order), *(cache_key("model", other) for other in others)}
    assert len(keys) == 5
    assert cache_key("model", dict(reversed(order.items()))) in keys


def test_sentence_cache_returns_what_was_put_and_nothing_else(tmp_path: Path) -> None:
    cache = SentenceCache(tmp_path / "sentences")
    assert cache.get("a") is None
    cache.put("a", ANSWER)
    assert SentenceCache(tmp_path / "sentences").get("a") == ANSWER
    assert [path.name for path in (tmp_path / "sentences").iterdir()] == ["a.json"]


@pytest.mark.parametrize(
    "content",
    [
        '{"frames": [1, ',
        "{}",
        "[]",
        "5",
        json.dumps({"frames": [1], "samples": SAMPLES}),
        '{"frames": 1, "samples": 2}',
    ],
)
def test_sentence_cache_removes_damaged_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    assert SentenceCache(tmp_path).get("a") is None
    assert list(tmp_path.iterdir()) == []


def test_sentence_cache_trims_what_was_not_asked_for_longest(tmp_path: Path) -> None:
    cache = SentenceCache(tmp_path, max_bytes=10_000)
    for number, key in enumerate("abc"):
        cache.put(key, ANSWER)
        os.utime(tmp_path / f"{key}.json", (1000 + number, 1000 + number))
    cache.get("a")
    cache.trim()
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["a", "c"]


def test_sentence_cache_that_cannot_be_written_goes_without(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()  # a file cannot take its place
    cache = SentenceCache(tmp_path)
    cache.put("a", ANSWER)
    assert cache.get("a") is None
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_sentence_cache_in_folder_that_is_a_file_goes_without(tmp_path: Path) -> None:
    folder = tmp_path / "sentences"
    folder.write_bytes(b"")
    cache = SentenceCache(folder)
    cache.put("a", ANSWER)
    cache.trim()
    assert cache.get("a") is None
