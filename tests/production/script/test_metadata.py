from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.production.script.texts import bees
from ytempire.production.script.metadata import (
    MOST_DESCRIPTION,
    MOST_TAGS,
    cut,
    describe_with_chapters,
    described,
    tags_for,
    tags_length,
    title_for,
    topic_of,
    topics_first,
)
from ytempire.studio.script_document import Line, Script, Section
from ytempire.studio.voice.document import Narration, SpokenLine


class TestTitle:
    @settings(deadline=None)  # the first call loads models; others share the cores
    @given(st.text(min_size=1, max_size=300))
    def test_title_for_any_source_title_stays_within_limits(self, title: str) -> None:
        made = title_for(bees().model_copy(update={"title": title}))
        assert len(made) <= 100
        assert not set(made) & set("<>")

    def test_title_for_long_title_ends_at_clause(self) -> None:
        long = "Deceptive Design: How to Identify and Combat the Consequences of Design in Government"
        assert title_for(bees().model_copy(update={"title": long})) == long
        longer = f"The Deceptive Design of Pages: {long}"
        assert title_for(bees().model_copy(update={"title": longer})) == "The Deceptive Design of Pages"


class TestTags:
    def test_tags_length_counts_as_youtube(self) -> None:
        assert tags_length(["ice", "winter bees", "heat"]) == 3 + 1 + 11 + 2 + 1 + 4

    @settings(deadline=None)  # the first call loads models; others share the cores
    @given(st.lists(st.text(alphabet='abcdefg <>,"', min_size=1, max_size=40), max_size=80))
    def test_tags_for_any_terms_stays_within_limits(self, terms: list[str]) -> None:
        tags = tags_for(bees(), terms)
        assert tags_length(tags) <= MOST_TAGS
        assert len({tag.lower() for tag in tags}) == len(tags)
        assert not any(set(tag) & set('<>,"') for tag in tags)

    def test_tags_for_many_terms_are_cut(self) -> None:
        tags = tags_for(bees(), [f"term number {number}" for number in range(100)])
        assert MOST_TAGS - 25 < tags_length(tags) <= MOST_TAGS


class TestTopics:
    SCRIPT = Script(
        title="Warm bees",
        description="How bees keep warm.",
        tags=("winter", "honey"),
        language="en",
        lines=(
            Line(text="Honey bees shiver in winter.", role="hook", section=-1),
            Line(text="This was the garden show.", role="sign_off", section=-1),
        ),
        sections=(),
        key_terms=(),
        target_seconds=30,
        planned_s=30,
        writer="extractive",
    )

    def test_topics_first_puts_spoken_topics_in_channel_order(self) -> None:
        topics = ["Honey", "wasps", "honey bees", "garden show"]
        assert topics_first(self.SCRIPT, topics) == ("Honey", "honey bees", "winter")

    def test_topic_of_script_is_its_first_key_term_or_its_title(self) -> None:
        assert topic_of(self.SCRIPT) == "Warm bees"
        assert topic_of(self.SCRIPT.model_copy(update={"key_terms": ("honey bees", "winter")})) == "honey bees"

    def test_topics_first_without_topics_keeps_tags(self) -> None:
        assert topics_first(self.SCRIPT, []) == self.SCRIPT.tags


class TestDescription:
    def test_described_contains_credit_and_licence(self) -> None:
        assert (
            described("Bees.", "en", attribution="A. Writer", licence="CC BY 4.0")
            == "Bees.\n\nSource: A. Writer\n\nLicence: CC BY 4.0"
        )
        assert described("Bees.", "en", attribution=None, licence=None) == "Bees."

    def test_described_is_at_most_5000_bytes(self) -> None:
        made = described("蜂が飛ぶ。 " * 900, "en", attribution="x", licence=None)
        assert 4_900 < len(made.encode()) <= MOST_DESCRIPTION


def _script_and_narration(starts: list[float], duration: float) -> tuple[Script, Narration]:
    lines = (
        Line(text="A hook.", role="hook", section=-1),
        *(Line(text="A line.", role="body", section=index) for index in range(len(starts))),
    )
    sections = tuple(
        Section(heading=f"Part {index + 1}", first_line=index + 1, last_line=index + 1) for index in range(len(starts))
    )
    script = Script(
        title="Title",
        description="Summary.\n\nSource: A",
        tags=(),
        language="en",
        lines=lines,
        sections=sections,
        key_terms=(),
        target_seconds=duration,
        planned_s=duration,
        writer="test",
    )
    spoken = tuple(SpokenLine(line=index, start_s=start, end_s=start + 1) for index, start in enumerate([0.4, *starts]))
    return script, Narration(duration_s=duration, words=(), lines=spoken, engine="e", voice="v", timing="engine")


class TestChapters:
    def test_chapters_start_at_zero_and_follow_sections(self) -> None:
        text, chapters = describe_with_chapters(*_script_and_narration([5, 20, 34, 50], 75))
        assert [start for start, _ in chapters] == [0.0, 20, 34, 50]
        assert chapters[0] == (0.0, "Part 1")
        assert "0:00 Part 1\n0:20 Part 2\n0:34 Part 3\n0:50 Part 4" in text
        assert text.startswith("Summary.")
        assert text.endswith("Source: A")

    def test_chapters_long_hook_is_own_chapter(self) -> None:
        _, chapters = describe_with_chapters(*_script_and_narration([12, 30], 60))
        assert chapters == ((0.0, "Title"), (12, "Part 1"), (30, "Part 2"))

    @pytest.mark.parametrize("starts", [[5], [5, 20], [5, 9, 13], [5, 20, 55]])
    def test_chapters_fewer_than_three_are_omitted(self, starts: list[float]) -> None:
        text, chapters = describe_with_chapters(*_script_and_narration(starts, 60))
        assert chapters == ()
        assert text == "Summary.\n\nSource: A"

    @settings(deadline=None)  # the first call loads models; others share the cores
    @given(st.lists(st.floats(min_value=1, max_value=590), min_size=1, max_size=12, unique=True))
    def test_chapters_of_any_sections_obey_youtube_rules(self, starts: list[float]) -> None:
        _, chapters = describe_with_chapters(*_script_and_narration(sorted(starts), 600))
        if chapters:
            marks = [start for start, _ in chapters] + [600.0]
            assert len(chapters) >= 3
            assert marks[0] == 0
            assert all(after - before >= 10 for before, after in pairwise(marks))

    def test_chapters_put_comparisons_into_words(self) -> None:
        script, narration = _script_and_narration([12, 30], 60)
        sections = (script.sections[0].model_copy(update={"heading": "Below < 5 bar"}), script.sections[1])
        text, chapters = describe_with_chapters(script.model_copy(update={"sections": sections}), narration)
        assert chapters[1] == (12, "Below less than 5 bar")
        assert "0:12 Below less than 5 bar" in text


class TestCutting:
    @pytest.mark.parametrize("sign", ["👨\u200d👩\u200d👧", "👍🏽", "🇩🇪", "e\u0301", "❤\ufe0f"])
    @pytest.mark.parametrize("before", range(94, 101))
    def test_cut_never_splits_grapheme(self, sign: str, before: int) -> None:
        made = cut("x" * before + sign * 3, 100)
        assert len(made) <= 100
        assert made.lstrip("x") in ("", sign, sign * 2, sign * 3)

    def test_cut_title_of_joined_emoji_keeps_whole_emoji(self) -> None:
        title = "👨\u200d👩\u200d👧" * 40
        made = title_for(bees().model_copy(update={"title": title}))
        assert made == "👨\u200d👩\u200d👧" * 20

    def test_cut_overlong_grapheme_is_split(self) -> None:
        assert len(cut("e" + "\u0301" * 500, 100)) == 100
