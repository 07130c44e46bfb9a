from __future__ import annotations

import pytest

from tests.production.source_samples import fault, read, texts
from ytempire.production.source.front_matter import split_front_matter


def test_front_matter_in_toml_is_read() -> None:
    source = fault("17-toml.md")
    assert (source.title, source.attribution, source.licence) == ("How felt is made", "B. Sample", "CC BY 4.0")
    assert len(source.blocks) == 1


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: Felt # by hand\nauthor: B. Sample\nlicense: CC BY 4.0\n---\n",
        "---\ntitle: >\n  Felt\nauthor:\n  - B. Sample\nlicense: >-\n  CC BY\n  4.0\n---\n",
        "---\r\ntitle: 'Felt'\r\nauthors: [B. Sample]\r\nlicence: \"CC BY 4.0\"\r\n...\r\n",
        "---\n# by hand\nTitle: Felt\nauthor: {name: B. Sample}\nlicense: {name: CC BY 4.0}\n---\n",
        '+++\ntitle = """\nFelt"""\nauthors = ["B. Sample"]\nlicense = "CC BY 4.0" # so\n[x]\na = 1\n+++\n',
        '{\n  "title": "Felt",\n  "author": {"name": "B. Sample"},\n  "license": "CC BY 4.0",\n  "x": {\n}\n}\n',
        '{"title": "Felt", "author": "B. Sample", "license": "CC BY 4.0"}\n\n',
        "Title: Felt\nAuthor: B. Sample\nLicense: CC BY 4.0\n",
        "\n\n---\ntitle: Felt\nauthor: B. Sample\nrights: CC BY 4.0\nweights: [1, 2]\n---\n",
    ],
)
@pytest.mark.parametrize("name", ["case.md", "case.txt"])
def test_front_matter_of_each_format_gives_title_author_and_licence(front: str, name: str) -> None:
    source = read(front, name)
    assert (source.title, source.attribution, source.licence) == ("Felt", "B. Sample", "CC BY 4.0")
    assert texts(source) == []


def test_front_matter_several_authors_are_joined() -> None:
    assert read("---\nauthors:\n  - A. One\n  - name: B. Two\n---\n").attribution == "A. One, B. Two"


def test_front_matter_values_are_text_as_written() -> None:
    values, _ = split_front_matter("---\ntitle: 1984\nlicense: 1.0\nauthor: No\ndate: 2024-05-01\nempty:\n---\nText")
    assert values == {"title": "1984", "license": "1.0", "author": "No", "date": "2024-05-01"}


def test_front_matter_invalid_yaml_is_read_line_by_line() -> None:
    values, body = split_front_matter("---\ntitle: Wells: a history\nauthor: @keeper\n---\nText")
    assert (values, body.strip()) == ({"title": "Wells: a history", "author": "@keeper"}, "Text")


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA lamp burns.\n\n---\n\nIt smokes.",
        "{Lamps} burn.",
        "+++\nIt burns.\n+++\nIt smokes.",
        '{"a": broken',
        "---\nopen",
    ],
)
def test_text_without_front_matter_is_unchanged(text: str) -> None:
    assert split_front_matter(text) == ({}, text)


def test_front_matter_endlessly_nested_json_is_ignored() -> None:
    assert split_front_matter('{"a":' * 50_000) == ({}, '{"a":' * 50_000)


def test_front_matter_multiplying_yaml_aliases_are_not_expanded() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    values, _ = split_front_matter(f"---\n{bomb}title: Felt\n---\nText")
    assert values["title"] == "Felt"
