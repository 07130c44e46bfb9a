"""The script of one video: sentences in the order in which they are spoken, each with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

LENGTH_TOLERANCE = 0.1  # of what was asked for
SHORTFALL = 0.05  # a plan that is shorter by more is explained: the voice too may be a little off


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Line(_Frozen):
    """One spoken sentence, written as a reader would see it in a caption ("$15 million", not words)."""

    text: str
    role: Literal["hook", "heading", "body", "close", "sign_off"]
    section: int  # index into Script.sections; -1 for hook, close and sign-off
    source_block: int | None = None  # index of the source block that says this; None for connective words
    list_item: bool = False  # one of several parallel items, shown building up
    source_sentence: str | None = None  # the source's own words on which it rests; None where its writer quotes none


class Section(_Frozen):
    heading: str | None  # a short title for the picture; spoken only if a line with role "heading" says it
    first_line: int
    last_line: int  # inclusive


class Script(_Frozen):
    """`target_seconds` is what was ordered; `planned_s` what this text supports and the finished video is held to.

    A script that a run wrote before it was upgraded calls the first `asked_s`.
    """

    title: str  # <= 100 characters, no angle brackets (YouTube's limits)
    description: str  # <= 5000 bytes; chapters are added once the voice has timings
    tags: tuple[str, ...]  # <= 500 characters together as YouTube counts them
    language: str
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    key_terms: tuple[str, ...]  # most telling terms of the source, best first
    target_seconds: float = Field(validation_alias=AliasChoices("target_seconds", "asked_s"))
    planned_s: float
    writer: str  # "extractive" or the model's name
    attribution: str | None = None
    licence: str | None = None

    @property
    def shortfall(self) -> str | None:
        """Why it is shorter than asked for, in a sentence for people; None where it is not."""
        if self.planned_s >= self.target_seconds * (1 - SHORTFALL):
            return None
        supported = f"this text has {self.planned_s:.0f} s of sentences that can be spoken"
        return f"{self.target_seconds:.0f} s were asked for; {supported}."

    def texts_by_place(self) -> dict[str, str]:
        """Everything that it says to viewers, by where they see or hear it."""
        spoken = "\n".join(line.text for line in self.lines)
        return {"script": spoken, **metadata_texts(self.title, self.description, self.tags)}


def metadata_texts(title: str, description: str, tags: Sequence[str]) -> dict[str, str]:
    """Those that stand beside a video, each as one text; a comma keeps tags apart, as YouTube has them."""
    return {"title": title, "description": description, "tags": ", ".join(tags)}


class ScriptScore(_Frozen):
    """0..1, weighted mean of `parts`; below 0.75 a script is improved or refused, with `reasons` saying why."""

    score: float
    parts: dict[str, float]
    reasons: tuple[str, ...]
