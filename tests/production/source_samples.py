"""Texts that broke something once (tests/data/faults), and text enough around a case that it can be read."""

from __future__ import annotations

from pathlib import Path

from ytempire.production.script.sentences import sentences_of
from ytempire.production.source.document import SourceText
from ytempire.production.source.reader import parse_source, read_source
from ytempire.studio.voice.text_normalization import read_aloud, spoken_text

FAULTS = Path(__file__).parents[1] / "data" / "faults"
FILLER = (
    "The pump moves water from the well to the house. A filter keeps sand out of the pipes. The tank holds enough "
    "water for three days. Neighbors share the cost of every repair. The village council reads the meter in spring and "
    "writes the number into a book. Children fill their bottles before school starts. Rain fills the barrel behind the "
    "barn in every month of the year."
)


def fault(name: str) -> SourceText:
    return read_source(FAULTS / name)


def read(text: str, name: str = "case.md") -> SourceText:
    """A case of one's own with the filler behind it, so that it is long enough."""
    return parse_source(f"{text}\n\n{FILLER}\n".encode(), name=name)


def page(body: str, *, head: str = "") -> SourceText:
    html = f"<html><head><title>Wells</title>{head}</head><body>{body}<p>{FILLER}</p></body></html>"
    return parse_source(html.encode(), name="case.html")


def texts(source: SourceText) -> list[str]:
    """What was read, without the filler."""
    return [block.text for block in source.blocks if block.text != FILLER]


def usable(source: SourceText) -> list[str]:
    return [sentence.source for sentence in sentences_of(source) if sentence.usable]


def said(text: str) -> str:
    return spoken_text(read_aloud(text))
