from __future__ import annotations

import pytest

from tests.production.script.framed_sources import PROSE, make_source
from ytempire.production.script.topics import topic_of


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("An Introduction to Oil Lamps", "oil lamps"),
        ("On the Banks: The Lighthouse", "the lighthouse"),
        ("The lamp: how it burns", "the lamp"),
        ("A short history of the many ships that brought oil to the keeper of the lamp", "keeper"),
    ],
)
def test_topic_of_title_is_what_it_names(title: str, topic: str) -> None:
    assert topic_of(make_source(title, PROSE)) == topic
