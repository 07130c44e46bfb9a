from __future__ import annotations

import pytest

from tests.production.source_samples import FILLER, fault, read, texts, usable


class TestBetweenAngleBrackets:
    def test_markdown_comparison_signs_are_kept(self) -> None:
        source = fault("01-compare-in-prose.md")
        assert source.title == "Keep pressure < 3 bar and flow > 9"
        assert texts(source)[1] == "The valve closes when the pressure is < 3 bar and the flow is > 9 liters."

    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("The load is < 5 kg and the angle > 30 degrees.", "The load is < 5 kg and the angle > 30 degrees."),
            ("It is &lt; 5 kg and &gt; 3 kg, &#60; 9 too.", "It is < 5 kg and > 3 kg, < 9 too."),
            ("It locks when a <b and c> d holds.", "It locks when a <b and c> d holds."),
            (
                "A List<String> holds a Map<String, Integer> of it.",
                "A List<String> holds a Map<String, Integer> of it.",
            ),
            ("A reading of x<y and y>z is rare.", "A reading of x<y and y>z is rare."),
            ("Turn it a -> b <- c => d, then <= 3 and >= 4.", "Turn it a -> b <- c => d, then <= 3 and >= 4."),
            ("The code `a < b > c` compares.", "The code a < b > c compares."),
            ("We <3 lamps & bells.", "We <3 lamps & bells."),
        ],
    )
    def test_markdown_text_between_angle_brackets_is_kept(self, text: str, right: str) -> None:
        assert texts(read(text)) == [right]

    @pytest.mark.parametrize(
        "text",
        [
            "The <b>old</b> lamp <i class='x'>burns</i>.",
            'The <a href="/a" title="b">old</a> lamp<!-- not the new one --> burns.',
            "The old<br>lamp <span\nclass=x>burns</span>.",
            "The <EM>old</EM> lamp burns<img src=a.png alt='x > y'>.",
            "The old lamp <kbd>burns</kbd><wbr/>.",
        ],
    )
    def test_markdown_html_tags_are_removed(self, text: str) -> None:
        assert texts(read(text)) == ["The old lamp burns."]


class TestMarksOfNotePrograms:
    def test_markdown_note_program_marks_are_removed_from_note(self) -> None:
        source = fault("18-notes.md")
        assert source.title == "How bees move"
        assert texts(source)[1] == (
            "Scouts search far away. A hole holds forty liters of air and looks south. A good dance lasts longer."
        )
        assert "Scouts search far away." in usable(source)

    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("A ==bright== lamp ==of the rock== burns.", ["A bright lamp of the rock burns."]),
            (
                "A [[lamp]] of [[light/Rock#north|the rock]] and [[tools/bell]] burns.",
                ["A lamp of the rock and bell burns."],
            ),
            ("It burns.[^1] It smokes.[^why]\n\n[^1]: Not by day.\n[^why]: Old.", ["It burns. It smokes."]),
            ("It burns [@keeper, p. 4; -@lind2019] all night [see @a_b].", ["It burns all night."]),
            ("- [ ] Clean the lamp.\n- [x] Wind the clock.", ["Clean the lamp.", "Wind the clock."]),
            ("> [!note] Mind the oil\n> It burns.", ["Mind the oil", "It burns."]),
            ("> [!warning]-\n> It burns.", ["It burns."]),
            (":::tip\nIt burns.\n:::", ["It burns."]),
            ("import Lamp from './lamp.js'\nexport const meta = {\n  a: 1\n}\n\nIt burns.", ["It burns."]),
            ("It burns. %%ask the keeper%% It smokes. {/* later */}", ["It burns. It smokes."]),
            ("It burns all night. #lamp #rock/north", ["It burns all night."]),
            ("#lamp #rock", []),
            ("~~It never burns.~~ It burns.", ["It burns."]),
            ("![[lamp.png]]It burns. ^block-1a", ["It burns."]),
            ("It burns 10^21^ drops of H~2~O.", ["It burns 10²¹ drops of H2O."]),
            (
                "The code `[[a|b]] ==x==` stays. Number #1 of 10 stays.",
                ["The code [[a|b]] ==x== stays. Number #1 of 10 stays."],
            ),
            ("{{< figure src=a >}}It burns.{% raw %}", ["It burns."]),
            ("a == b and c == d in 2 [3m x 4m] rooms.", ["a == b and c == d in 2 [3m x 4m] rooms."]),
        ],
    )
    def test_markdown_note_program_mark_is_removed_and_words_kept(self, text: str, right: list[str]) -> None:
        assert texts(read(text)) == right

    @pytest.mark.parametrize(
        "heading",
        ["The old lamp #lamp", "The #old lamp {#old-lamp}", "The ==old== [[lamp]] #a/b #c", "The old lamp[^1]"],
    )
    def test_markdown_title_has_no_marks(self, heading: str) -> None:
        assert read(f"# {heading}\n\n[^1]: Yes.").title == "The old lamp"

    def test_markdown_title_with_double_escape_is_unescaped(self) -> None:
        assert fault("20-title.md").title == "I <3 harbors & boats"


class TestTitleWithoutMark:
    @pytest.mark.parametrize(
        "line", ["The lamps of Hull", "**Why do lamps burn?**", "“Lamps” of old", "10 lamps: a list"]
    )
    def test_markdown_first_line_without_mark_is_title(self, line: str) -> None:
        source = read(f"{line}\n\n{FILLER}\n\n## Later")
        assert source.title == line.strip("*")
        assert (source.blocks[0].kind, source.blocks[0].level) == ("heading", 1)

    def test_markdown_first_paragraph_is_no_title(self) -> None:
        source = read("It burns all night. Nobody sees it.", name="the-lamp.md")
        assert source.title == "The lamp"
        assert texts(source) == ["It burns all night. Nobody sees it."]
