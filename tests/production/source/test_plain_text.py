from __future__ import annotations

import pytest

from tests.production.source_samples import FILLER, fault, read, texts


class TestPastedFromPdf:
    def test_pdf_text_words_are_joined_and_page_furniture_removed(self) -> None:
        source = fault("16-pdf-lines.txt")
        assert source.title == "Clay roofs"
        assert texts(source)[1:] == [
            "Tiles covered houses for three thousand years. Rain runs over their curved surface. "
            "Well-known makers stamp them."
        ]

    @pytest.mark.parametrize(
        ("parted", "whole"),
        [
            ("The light-\nhouse burns.", "The lighthouse burns."),
            ("It is a self-\nwinding clock of the Anglo-\nSaxons.", "It is a self-winding clock of the Anglo-Saxons."),
            ("The pho\u00ad\ntograph of infor‐\nmation stays.", "The photograph of information stays."),
            ("A 12-\nyear wait, two-\nand three-story towers.", "A 12-year wait, two- and three-story towers."),
            ("A ﬁne ﬂame in the oﬃce.", "A fine flame in the office."),
            ("Zymurgic vats; the zymur-\ngic art.", "Zymurgic vats; the zymurgic art."),
            ("A state-of-\nthe-art lamp.", "A state-of-the-art lamp."),
        ],
    )
    @pytest.mark.parametrize("name", ["case.txt", "case.md"])
    def test_pdf_text_hyphenated_words_are_joined(self, parted: str, whole: str, name: str) -> None:
        assert texts(read(f"Lamps\n\n{parted} And it stays there for all its time, as they say.", name))[1].startswith(
            whole
        )

    @pytest.mark.parametrize(
        "furniture",
        [
            "- 12 -",
            "Page 3 of 20",
            "[ 7 ]",
            "12 | Page",
            "3/20",
            "THE LAMP            Chapter 2",
            "14        The Lamp",
            "— 9 —",
        ],
    )
    @pytest.mark.parametrize("name", ["case.txt", "case.md"])
    def test_pdf_text_page_numbers_and_running_heads_are_removed(self, furniture: str, name: str) -> None:
        source = read(f"The lamp\n\nIt burns oil of the best\n\n{furniture}\n\nkind. It smokes.", name)
        assert texts(source) == ["The lamp", "It burns oil of the best kind. It smokes."]

    def test_pdf_text_head_on_every_page_is_removed(self) -> None:
        pages = "".join(f"The lamp\n\n{number}\n\nIt burns in night {number} of the year.\f" for number in range(1, 5))
        source = read(pages, "case.txt")
        assert texts(source) == ["The lamp", *(f"It burns in night {number} of the year." for number in range(1, 5))]

    def test_markdown_code_and_lists_are_no_page_furniture(self) -> None:
        text = (
            "# Lamps\n\nFirst:\n\n```js\nimport a from 'b'\n\n1\n\nx = 1      // Lamp 2\n```\n\nIt burns.\n\n* lamp\n\n"
            "Old.\n\n* lamp\n\nNew.\n\n* lamp\n\n> Lamp: 2\n\n| a   | 1 |\n|---|---|\n\n"
            "Use `{{ lamp }}` and `%%`, {a      1}."
        )
        assert texts(read(text)) == [
            *("Lamps", "First:", "It burns.", "lamp", "Old.", "lamp", "New.", "lamp", "Lamp: 2"),
            "Use {{ lamp }} and %%, {a 1}.",
        ]

    def test_plain_text_resembling_page_furniture_is_kept(self) -> None:
        text = "The lamp\n\n- 12 lamps\n- 14 bells\n\nIn 1911\n\nIt burned on page 12 of the paper."
        assert texts(read(text, "case.txt")) == [
            "The lamp",
            "12 lamps",
            "14 bells",
            "In 1911",
            "It burned on page 12 of the paper.",
        ]


class TestTitle:
    def test_title_with_leading_quotation_mark_is_detected(self) -> None:
        source = fault("21-title-of-text.txt")
        assert source.title == "“Rope-making” in a harbor town – an old craft"

    @pytest.mark.parametrize(
        "line",
        [
            "why lamps burn",
            "10 lamps, one light",
            "Stop the light!",
            "The lamp, “old Tom”",
            "A history of the lamps, bells and clocks that keepers of the rock have wound, lit and rung since 1811",
            "Lamps; a history",
            "(Nearly) all lamps",
            "What the keepers of the rock have told of lamps, of bells and of clocks, and of all that the sea took "
            "from them in the long years since the first light",
        ],
    )
    def test_title_is_first_line(self, line: str) -> None:
        source = read(f"{line}\n\n{FILLER}", "case.txt")
        assert source.title == line
        assert source.blocks[0].kind == "heading"

    def test_title_line_with_full_stop_is_title_and_sentence(self) -> None:
        source = read("Lamps burn oil.", "case.txt")
        assert source.title == "Lamps burn oil"
        assert texts(source) == ["Lamps burn oil."]

    def test_title_directly_above_text_is_detected(self) -> None:
        source = read(f"The old lamp\n{FILLER}", "case.txt")
        assert source.title == "The old lamp"

    @pytest.mark.parametrize(
        ("line", "title"), [("– Old lamps –", "Old lamps"), ("1. Lamps", "1. Lamps"), ("* Lamps *", "Lamps")]
    )
    def test_title_resembling_list_item_is_detected_unless_list(self, line: str, title: str) -> None:
        assert read(line, "case.txt").title == title
        assert read(f"{line}\n\n2. Bells\n\n3. Clocks", "case.txt").title == "Case"

    def test_title_above_author_is_detected(self) -> None:
        assert read("The old lamp\nby A. Keeper", "case.txt").title == "The old lamp"

    def test_title_is_file_name_when_first_line_is_sentences(self) -> None:
        assert read("It burns all night. Nobody sees it.", "the-lamp.txt").title == "The lamp"
