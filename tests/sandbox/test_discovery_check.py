"""The check itself: what is not as Google describes it is seen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.discovery_check import disagreements
from ytempire.sandbox.discovery import document

VIDEO = {"$ref": "Video"}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"kind": "youtube#video", "id": "x", "status": {"uploadStatus": "processed"}}, None),
        ({"kind": "youtube#film"}, "is not youtube#video"),
        ({"surprise": 1}, "surprise is unknown"),
        ({"id": 5}, "is no string"),
        ({"status": {"uploadStatus": "ready"}}, "is none of"),
        ({"snippet": {"publishedAt": "yesterday"}}, "is no moment"),
        ({"statistics": {"viewCount": 5}}, "is no string"),
        ({"statistics": {"viewCount": "many"}}, "is no number"),
        ({"snippet": {"tags": ["a", 1]}}, "tags[1]"),
    ],
)
def test_disagreements_with_schema_are_found(answer: dict[str, Any], said: str | None) -> None:
    found = disagreements(document("youtube"), VIDEO, answer, "video")
    assert bool(found) is (said is not None)
    assert said is None or said in found[0]
