"""What YouTube takes: tables, and properties that hold for whatever is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytempire.publishing.youtube_rules import DesiredVideo, find_violations

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
GOOD = DesiredVideo("A title", "About it.", ("sky", "night sky"), "en", "27", "public", None, 95.0, has_chapters=False)
CHAPTERS = "0:00 Begin\n0:30 Middle\n1:00 End"


def tags_of(*lengths: int) -> tuple[str, ...]:
    return tuple(chr(ord("a") + at) * length for at, length in enumerate(lengths))


class TestFindings:
    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({}, None),
            ({"title": "x" * 100}, None),
            ({"title": "x" * 101}, "The title has 101 characters"),
            ({"title": " "}, "The title is empty"),
            ({"title": "a < b"}, "The title has < or >"),
            ({"description": "ü" * 2500}, None),
            ({"description": "ü" * 2501}, "5002 bytes"),
            ({"description": "a > b"}, "The description has < or >"),
            ({"tags": ("x" * 100,)}, None),
            ({"tags": ("x" * 101,)}, "is longer than 100 characters"),
            ({"tags": tags_of(99, 100, 100, 100, 97)}, None),  # and a comma between each two
            ({"tags": tags_of(99, 100, 100, 100, 98)}, "501 characters"),
            ({"tags": ("x " + "y" * 96, *tags_of(100, 100, 100, 96))}, None),  # and two quotation marks
            ({"tags": ("x " + "y" * 96, *tags_of(100, 100, 100, 97))}, "501 characters"),
            ({"tags": ("word\u2028word",)}, "line separator (U+2028)"),
            ({"tags": ("a\x07b",)}, "control character (U+0007)"),
            ({"title": "Sky\x85line"}, "The title has a sign that nobody sees: control character (U+0085)"),
            ({"title": "abc\u202egpj.exe"}, "right-to-left override"),
            ({"title": "A family \U0001f468\u200d\U0001f469\u200d\U0001f467, \u05e9\u05dc\u05d5\u05dd\u200f"}, None),
            ({"description": "two\nlines\tand a tab"}, None),
            ({"description": "two\u2029paragraphs"}, "paragraph separator (U+2029)"),
            ({"tags": ("a,b",)}, "“a,b”"),
            ({"tags": ("",)}, "is empty"),
            ({"category_id": "18"}, "no category 18"),
            ({"language": "pt-BR"}, None),
            ({"language": "zh-Hant-TW"}, None),
            ({"language": "es-419"}, None),
            ({"language": "english"}, "not a language"),
            ({"language": "EN"}, "not a language"),
            ({"avoid": ("title page", "nights", "sky night")}, None),
            ({"avoid": ("NIGHT",)}, "The channel avoids “NIGHT”, and the tags have it: “sky, night sky”."),
            ({"avoid": ("About it",)}, "the description has it"),
            ({"publish_at": NOW + timedelta(hours=1), "privacy": "private"}, None),
            ({"publish_at": NOW + timedelta(hours=1)}, "is private until then"),
            ({"publish_at": NOW, "privacy": "private"}, "is past"),
            ({"description": CHAPTERS, "has_chapters": True}, None),
            ({"description": "none", "has_chapters": True}, "not at 0:00"),
            ({"description": "0:00 Begin\n0:30 End"}, "2 chapters"),
            ({"description": "0:05 Begin\n0:30 Middle\n1:00 End", "has_chapters": True}, "not at 0:00"),
            ({"description": "0:00 Begin\n0:09 Middle\n1:00 End"}, "shorter than 10 s"),
            ({"description": "0:00 Begin\n0:40 Middle\n0:20 End"}, "not in order"),
            ({"description": "0:00 Begin\n0:40 Middle\n1:30 End"}, "shorter than 10 s"),  # it ends at 1:35
            ({"description": "12:30 is when we met"}, None),  # a time, and no chapters
            ({"description": "9:00 Doors open\n10:30 Talks\n12:00 Lunch"}, None),  # a programme: the video is 95 s
            ({"description": "0:00-Start\n0:40-Ropes\n1:10-Pier"}, "does not read “0:00-Start”"),
            ({"description": "(0:00) Start\n(0:40) Ropes\n(1:10) Pier"}, "does not read “(0:00) Start”"),
            ({"description": "- 0:00 Start\n- 0:40 Ropes\n- 1:10 Pier"}, "does not read “- 0:00 Start”"),
            ({"description": "[0:00] Start\n[0:40] Ropes\n[1:10] Pier"}, "does not read “[0:00] Start”"),
            ({"description": "0:05 Begin\n0:30 Middle\n1:00 End"}, "not at 0:00"),
            (
                {"description": "0:00 Begin\n0:30 Middle\n0:75 End"},
                "“0:75 End” in the description begins",
            ),
        ],
    )
    def test_find_violations_names_rule_that_youtube_would_refuse(
        self, change: dict[str, Any], said: str | None
    ) -> None:
        found = find_violations(replace(GOOD, **change), NOW)
        assert found == [] if said is None else any(said in one for one in found), found

    @given(st.text(max_size=300), st.text(max_size=6000), st.lists(st.text(max_size=60), max_size=30))
    def test_find_violations_empty_implies_limits_hold(self, title: str, description: str, tags: list[str]) -> None:
        if not find_violations(replace(GOOD, title=title, description=description, tags=tags), NOW):
            assert 1 <= len(title.strip()) <= 100
            assert len(description.encode()) <= 5000
            assert not set(title + description + "".join(tags)) & set("<>")
            assert len(",".join(f'"{tag}"' if " " in tag else tag for tag in tags)) <= 500
