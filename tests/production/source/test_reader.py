from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.production.script.texts import BEES, bees
from ytempire.kit.errors import InvalidInput
from ytempire.production.source.reader import MAX_WORDS, parse_source, read_source

PROSE = (
    "The lighthouse stands on a rock in the sea. Every night its lamp turns once in ten seconds. "
    "Sailors know each lamp by its rhythm. "
) * 6


class TestMarkdown:
    def test_parse_source_markdown_blocks_are_in_order_without_markup(self) -> None:
        source = parse_source(
            f"# The *lamp*\n\n{PROSE}\n\n1. First [thing](http://x.example)\n2. Second\n\n"
            f"> A quotation.\n\n```\ncode()\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n".encode(),
            name="a.md",
        )
        assert [block.kind for block in source.blocks] == ["heading", "paragraph", "item", "item", "quote"]
        assert source.title == "The lamp"
        assert source.blocks[2].text == "First thing"
        assert source.blocks[2].ordered
        assert source.blocks[2].level == 1

    def test_parse_source_soft_line_breaks_become_spaces(self) -> None:
        source = parse_source(b"# T\n\n" + PROSE.replace(". ", ".\n").encode(), name="a.md")
        assert "\n" not in source.blocks[1].text
        assert "sea. Every" in source.blocks[1].text

    def test_parse_source_front_matter_is_not_narrated(self) -> None:
        source = parse_source(
            f"---\ntitle: 'Lamps'\nauthor: A. Writer\nlicense: CC BY 4.0\n---\n{PROSE}".encode(), name="a.md"
        )
        assert (source.title, source.attribution, source.licence) == ("Lamps", "A. Writer", "CC BY 4.0")
        assert all("Writer" not in block.text for block in source.blocks)

    def test_parse_source_closing_credit_lines_become_attribution(self) -> None:
        source = bees()
        assert source.attribution is not None
        assert source.attribution.startswith("Notes of a beekeeper")
        assert "Licence" not in " ".join(block.text for block in source.blocks)

    def test_parse_source_ordinary_word_source_is_kept(self) -> None:
        source = parse_source(
            f"{PROSE}\n\nSource: a spring in the hills.\n\n{PROSE}\n\n{PROSE}\n\n{PROSE}\n\n{PROSE}".encode(),
            name="a.md",
        )
        assert any("spring" in block.text for block in source.blocks)
        assert source.attribution is None


class TestHtml:
    PAGE = f"""<!doctype html><html><head><title>Lamps | Site</title><meta name="author" content="A. Writer">
    <link rel="license" href="https://creativecommons.org/licenses/by/4.0/"><script>var hidden = 1;</script></head>
    <body><nav><p>Home and more navigation words</p></nav><main><h1>About lamps</h1><p>{PROSE}</p>
    <ul><li><p>One <b>lamp</b></p></li><li>Two lamps</li></ul></main>
    <footer><p>Footer words</p></footer></body></html>"""

    def test_parse_source_html_keeps_main_content_only(self) -> None:
        source = parse_source(self.PAGE.encode(), name="page.html")
        said = " ".join(block.text for block in source.blocks)
        assert source.title == "About lamps"
        assert [block.kind for block in source.blocks] == ["heading", "paragraph", "item", "item"]
        assert source.blocks[2].text == "One lamp"
        assert not any(word in said for word in ("navigation", "Footer", "hidden"))

    def test_parse_source_html_head_gives_author_and_licence(self) -> None:
        source = parse_source(self.PAGE.encode(), name="page.html")
        assert source.attribution == "A. Writer"
        assert source.licence == "https://creativecommons.org/licenses/by/4.0/"

    @pytest.mark.parametrize(
        ("closing", "attribution", "licence"),
        [
            ("Terms of sale. © 2026 Lamps Ltd, Leeds.", "© 2026 Lamps Ltd, Leeds.", None),
            ("Fuente: Manual de lámparas", "Manual de lámparas", None),
            ("Licenza: CC BY 4.0", None, "CC BY 4.0"),
        ],
    )
    def test_parse_source_closing_credits_are_no_text(
        self, closing: str, attribution: str | None, licence: str | None
    ) -> None:
        source = parse_source(f"# About lamps\n\n{PROSE}\n\n{closing}\n".encode(), name="lamps.md")
        assert (source.attribution, source.licence) == (attribution, licence)
        assert not any((attribution or licence or "") in block.text for block in source.blocks)


class TestPlainText:
    def test_parse_source_plain_text_has_headings_and_items(self) -> None:
        source = parse_source(f"The old lamp\n\n{PROSE}\n\n- one lamp\n- two lamps\n".encode(), name="a.txt")
        assert [block.kind for block in source.blocks] == ["heading", "paragraph", "item", "item"]
        assert source.title == "The old lamp"

    def test_parse_source_without_title_uses_file_name(self) -> None:
        assert parse_source(PROSE.encode(), name="03-the-old-lamp.txt").title == "The old lamp"


class TestEncodings:
    @pytest.mark.parametrize(
        "data",
        [PROSE.encode("utf-8-sig"), PROSE.encode("utf-16"), PROSE.replace("rock", "rock’s “edge”").encode("cp1252")],
    )
    def test_parse_source_known_encodings_are_readable(self, data: bytes) -> None:
        assert parse_source(data, name="a.txt").blocks[0].text.startswith("The lighthouse")


def _refusal(data: bytes, name: str = "a.md") -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        parse_source(data, name=name)
    return caught.value


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "code", "part"),
        [
            (b"", "source_empty", "empty"),
            (b" \n\t ", "source_empty", "empty"),
            (b"\x89PNG\r\n\x1a\n" + bytes(200), "source_binary", "PNG image"),
            (b"text with a \x00 byte " * 30, "source_binary", "readable"),
            (bytes(range(128, 256)) * 40, "source_binary", "readable"),
            ("🎉 😀 🎉 😀".encode(), "source_without_words", "no words"),
            (b"One sentence only.", "source_too_short", "3 words"),
            (b"x" * 1_000_000, "source_without_words", "run of characters"),
            (b"word " * 100_000, "source_too_long", "100,000 words"),
            (b"word " * 2_000_000, "source_too_long", "10.0 MB"),
        ],
    )
    def test_parse_source_unusable_data_is_refused_with_reason(self, data: bytes, code: str, part: str) -> None:
        refusal = _refusal(data)
        assert refusal.code == code
        assert part in refusal.message
        assert refusal.hint
        assert refusal.exit_code != 0

    def test_parse_source_refusal_names_word_limits(self) -> None:
        assert f"{MAX_WORDS:,}" in _refusal(b"word " * 30_000).message
        assert "60 words" in _refusal(b"Too short. Much too short. It is.").message

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("Der Leuchtturm steht auf einem Felsen im Meer und sein Licht dreht sich jede Nacht. " * 8, "German"),
            ("Latarnia stoi na skale w morzu, a jej lampa obraca się przez całą noc. " * 8, "Polish"),
            ("灯台は海の岩の上に立っています。毎晩そのランプは十秒に一度回ります。" * 12, "Japanese"),
        ],
    )
    def test_parse_source_other_language_is_refused_by_name(self, text: str, language: str) -> None:
        refusal = _refusal(text.encode())
        assert refusal.code == "language_unsupported"
        assert language in refusal.message

    def test_parse_source_refusal_of_language_says_what_helps(self) -> None:
        refusal = _refusal(("Latarnia stoi na skale w morzu, a jej lampa obraca się całą noc. " * 8).encode())
        assert "English, French, Italian, Portuguese and Spanish are supported" in refusal.message
        assert "--language" in (refusal.hint or "")

    def test_read_source_missing_file_or_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput) as missing:
            read_source(tmp_path / "nothing.md")
        with pytest.raises(InvalidInput) as folder:
            read_source(tmp_path)
        assert (missing.value.code, folder.value.code) == ("source_missing", "source_unreadable")

    @pytest.mark.parametrize(
        "data",
        [
            b"[" * 100_000,
            b"[ " * 19_000,
            b"*a " * 19_000,
            b"> " * 19_000,
            b"<div>" * 100_000,
            b"<html>" + b"<p>hello world. " * 30_000,
        ],
    )
    def test_parse_source_hostile_markup_is_refused_quickly(self, data: bytes) -> None:
        began = time.process_time()
        _refusal(data)
        assert time.process_time() - began < 5  # a second at most when nothing else runs; a hang would be minutes


def test_read_source_keeps_hash_of_bytes(tmp_path: Path) -> None:
    file = tmp_path / "bees.md"
    file.write_text(BEES, encoding="utf-8")
    assert read_source(file) == bees()
