from __future__ import annotations

import pytest

from tests.production.source_samples import FILLER, fault, page, read, texts, usable
from ytempire.production.source.reader import parse_source


class TestEverySentenceOnce:
    def test_html_line_breaks_separate_words(self) -> None:
        source = fault("05-breaks.html")
        assert texts(source)[1:] == [
            "Flour carries yeast. Water wakes it. Heat speeds it up.",
            "Tools",
            "A key fits each bolt.",
            "A brush cleans the chain.",
        ]
        assert [(block.kind, block.level) for block in source.blocks[2:5]] == [("item", 1), ("item", 2), ("item", 2)]

    def test_html_containers_without_paragraphs_are_read(self) -> None:
        source = fault("06-div-page.html")
        assert source.title == "Cranes at sea"
        assert texts(source)[1:] == ["Harbor cranes work beside the open sea. Salt eats bare steel."]

    @pytest.mark.parametrize(
        ("body", "right"),
        [
            ("<div>One lamp burns.</div>", ["One lamp burns."]),
            (
                "<section>One lamp burns.<p>Two lamps burn.</p>All lamps burn.</section>",
                ["One lamp burns.", "Two lamps burn.", "All lamps burn."],
            ),
            ("<p>One<br>lamp<br/>burns.</p>", ["One lamp burns."]),
            ("One lamp burns.<br><br>Two lamps burn.", ["One lamp burns.", "Two lamps burn."]),
            (
                "<dl><dt>Lamp</dt><dd>A lamp gives light.</dd><dt>Bell</dt><dd><p>A bell rings.</p></dd></dl>",
                ["Lamp", "A lamp gives light.", "Bell", "A bell rings."],
            ),
            ("<ul><li><p>One lamp burns.</p><p>It is old.</p></li></ul>", ["One lamp burns.", "It is old."]),
            ("<ul><li>Tools<ol><li>A key.</li></ol>and more</li></ul>", ["Tools", "A key.", "and more"]),
            ("<blockquote>One lamp burns.<p>Two lamps burn.</p></blockquote>", ["One lamp burns.", "Two lamps burn."]),
            (
                "<blockquote><div>One lamp burns.</div><cite>A keeper</cite></blockquote>",
                ["One lamp burns.", "A keeper"],
            ),
            (
                "<figure><img src=x><figcaption>The lamp burns at night.</figcaption></figure>",
                ["The lamp burns at night."],
            ),
            ("<table><tr><td>The lamp burns at night.</td><td>12</td></tr></table>", ["The lamp burns at night."]),
            ("<table><tr><th>Lamp</th><th>Year</th></tr><tr><td>Rock</td><td>1911</td></tr></table>", []),
            (
                "<table><tr><td><h2>The lamp</h2><p>It burns all night long.</p></td></tr></table>",
                ["The lamp", "It burns all night long."],
            ),
            ("<details><summary>The lamp</summary>It burns all night.</details>", ["The lamp", "It burns all night."]),
            ("<h2>The<br>old <div>lamp</div></h2>", ["The old lamp"]),
            ("<center>One lamp <b>bu</b>rns.</center>", ["One lamp burns."]),
            ("<div><span>One lamp </span><em>burns</em>.</div>", ["One lamp burns."]),
            ("<div><a href=/>Home</a> <a href=/b>Lamps</a></div>", []),
            ("<form><p>One lamp burns.</p></form><form><input>Search all lamps.</form>", ["One lamp burns."]),
            ("<pre>code()</pre><nav>All lamps</nav><aside>More lamps.</aside><script>x</script>", []),
            ("<p>Buy <del>two</del> three <s>old</s> lamps.</p>", ["Buy three lamps."]),
            ("<p>A <ruby>lamp<rt>ramp</rt></ruby> burns.</p>", ["A lamp burns."]),
            ("<p><x-term>Lamps</x-term><x-term>burn</x-term>.</p>", ["Lamps burn."]),
            (
                "<video>Your browser plays no video.</video><address>The lamp stands in Hull.</address>",
                ["The lamp stands in Hull."],
            ),
        ],
    )
    def test_html_container_text_is_read_once(self, body: str, right: list[str]) -> None:
        assert texts(page(body)) == right

    def test_html_file_without_doctype_is_detected_by_name(self) -> None:
        body = f"<b>Lamps</b><br>One lamp burns.<ul><li>{FILLER}</li></ul>"
        assert [block.text for block in parse_source(body.encode(), name="a.htm").blocks] == [
            "Lamps One lamp burns.",
            FILLER,
        ]

    def test_html_several_articles_are_all_read(self) -> None:
        told = "burns oil all night long on the rock in the sea, and nobody who sails by has seen it go out."
        one, two, three = (f"The lamp number {number} {told}" for number in (1, 2, 3))
        articles = "".join(f"<article><p>{text}</p></article>" for text in (one, two, three))
        assert texts(page(f"<main>{articles}</main>")) == [one, two, three]
        alone = page(f"<main><article><p>{one}</p><p>{FILLER}</p></article><article>{two}</article></main>")
        assert texts(alone) == [one]

    def test_html_within_markdown_is_read(self) -> None:
        source = read('<div align="center">\n<h1>The lamp</h1>\nIt <b>burns</b> all night.\n</div>\n\n- **One** lamp\n')
        assert source.title == "The lamp"
        assert texts(source) == ["The lamp", "It burns all night.", "One lamp"]


class TestRaisedFigures:
    def test_html_citation_numbers_are_removed(self) -> None:
        source = fault("02-citations.html")
        assert (
            texts(source)[1]
            == "The well is 40 meters deep. Masons closed it in 1911. It has 12 steps. Nobody knows why."
        )
        assert usable(source)[:4] == [
            "The well is 40 meters deep.",
            "Masons closed it in 1911.",
            "It has 12 steps.",
            "Nobody knows why.",
        ]

    def test_html_powers_are_kept(self) -> None:
        assert texts(fault("03-powers.html"))[1] == (
            "A drop holds 10²¹ molecules. A gap is 10⁻⁹ meters wide. A plot of 90 m² feeds a goat."
        )

    @pytest.mark.parametrize(
        ("body", "right"),
        [
            ("A lamp<sup>3</sup> burns.", "A lamp burns."),
            ('It closed in 1911<sup id=r1><a href="#n1">8</a></sup> and rests.', "It closed in 1911 and rests."),
            ("It closed in 1911<sup>8</sup> and rests.", "It closed in 1911 and rests."),
            ("It burns,<sup>1,2</sup> and smokes.<sup>[3][4]</sup>", "It burns, and smokes."),
            ("It is “old”.<sup>a</sup> It burns.<sup>†</sup>", "It is “old”. It burns."),
            ("It burns.[12] It smokes.[citation needed] It stays.[<i>who?</i>]", "It burns. It smokes. It stays."),
            ("The 19<sup>th</sup> century had Lamps<sup>®</sup>.", "The 19th century had Lamps®."),
            ("It is 5 km<sup>2</sup> wide, 4 ft<sup>3</sup> deep.", "It is 5 km² wide, 4 ft³ deep."),
            ("A beam of 10<sup>−3</sup> m, x<sup>2</sup> + y<sup>n</sup>.", "A beam of 10⁻³ m, x² + yⁿ."),
            ("Water is H<sub>2</sub>O, air holds CO<sub>2</sub>.", "Water is H₂O, air holds CO₂."),
            ("<sup>14</sup>C is carbon.", "¹⁴C is carbon."),
            ("In code, <code>a[1]</code> is the second.", "In code, a[1] is the second."),
        ],
    )
    def test_html_superscript_is_interpreted_by_preceding_text(self, body: str, right: str) -> None:
        assert texts(page(f"<p>{body}</p>")) == [right]

    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("It burns.[12] It smokes.[note 3] It stays [citation needed].", "It burns. It smokes. It stays."),
            ("It burns.⁷ It smokes⁸, it has 12 m² of glass.", "It burns. It smokes, it has 12 m² of glass."),
            ("It closed in 1911.[3]: 12 It holds 10²¹ signs.", "It closed in 1911. It holds 10²¹ signs."),
            ("It burns [3], [4] and smokes [5–7].", "It burns and smokes."),
            ("It burns [at night], they say.", "It burns [at night], they say."),
            ("The area (x + 1)² grows; a[1] is one sign.", "The area (x + 1)² grows; a[1] is one sign."),
        ],
    )
    @pytest.mark.parametrize("name", ["case.md", "case.txt"])
    def test_plain_text_citations_are_removed_and_powers_kept(self, text: str, right: str, name: str) -> None:
        assert texts(read(f"{text} And it has never gone out in all its years, they say at the harbor.", name))[
            0
        ].startswith(right)

    def test_markdown_superscript_tags_are_interpreted(self) -> None:
        source = read("It holds 10<sup>21</sup> signs, 5 km<sup>2</sup>.<sup>3</sup> H<sub>2</sub>O drips.")
        assert texts(source) == ["It holds 10²¹ signs, 5 km². H₂O drips."]
