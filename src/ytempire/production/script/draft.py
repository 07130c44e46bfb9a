"""A language model's answer: the JSON it is asked for, its schema, and how it becomes a script."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from ytempire.production.script.rules.quotations import contains_quotation
from ytempire.production.source.document import SourceText
from ytempire.production.source.text_cleanup import spaced, tidy, visible
from ytempire.studio.script_document import Line, Section

PROBLEMS = 5  # of an answer that are fed back
# What the strict mode of structured output is sure to accept; lengths and numbers are checked when the answer is read.
SCHEMA_KEYWORDS = frozenset(
    {"$defs", "$ref", "additionalProperties", "description", "items", "properties", "required", "type"}
)


def _visible(value: object) -> object:
    """Without control characters, which the database does not take and a voice can not read."""
    return visible(value) if isinstance(value, str) else value


Visible = Annotated[str, BeforeValidator(_visible)]


class _ModelResponse(BaseModel):
    # "ignore": a service that does not keep to schemas may add fields of its own
    model_config = ConfigDict(extra="ignore", frozen=True)


class DraftLine(_ModelResponse):
    text: Annotated[Visible, StringConstraints(strip_whitespace=True, min_length=2, max_length=400)] = Field(
        description="what is spoken"
    )
    block: int = Field(ge=0, description="the number of the source block that says it")
    source_sentence: Annotated[Visible, StringConstraints(strip_whitespace=True, min_length=2, max_length=2000)] = (
        Field(description="the sentence of that block on which the line rests, copied to the letter")
    )
    list_item: bool = Field(default=False, description="one of several parallel points of a list")


class DraftSection(_ModelResponse):
    heading: Annotated[Visible, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)] = Field(
        description="at most five words"
    )
    lines: tuple[DraftLine, ...] = Field(min_length=1, max_length=30)


class Draft(_ModelResponse):
    titles: tuple[Annotated[Visible, StringConstraints(strip_whitespace=True, min_length=3)], ...] = Field(
        min_length=1, max_length=10, description="three to five titles to choose from, the best first"
    )
    summary: Annotated[Visible, StringConstraints(strip_whitespace=True, min_length=10, max_length=1000)]
    hook: DraftLine
    sections: tuple[DraftSection, ...] = Field(min_length=1, max_length=6)
    close: DraftLine
    tags: tuple[Visible, ...] = Field(default=(), max_length=40)

    def spoken(self) -> list[tuple[str, DraftLine]]:
        """Return each spoken line in order, with the name of its place."""
        bodies = [
            (f"section {number}, line {place}", line)
            for number, section in enumerate(self.sections, 1)
            for place, line in enumerate(section.lines, 1)
        ]
        return [("hook", self.hook), *bodies, ("close", self.close)]

    def without(self, places: Collection[int]) -> Draft | None:
        """Return it without the body lines at these places of `spoken`; None where no section remains."""
        sections, place = [], 0
        for section in self.sections:
            kept = []
            for line in section.lines:
                place += 1
                if place not in places:
                    kept.append(line)
            if kept:
                sections.append(section.model_copy(update={"lines": tuple(kept)}))
        return self.model_copy(update={"sections": tuple(sections)}) if sections else None


def _strict(schema: Any) -> Any:
    """A schema as the strict mode of structured output wants it: each property required, no other one allowed."""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    strict: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in {"properties", "$defs"}:
            strict[keyword] = {name: _strict(part) for name, part in value.items()}
        elif keyword in SCHEMA_KEYWORDS:
            strict[keyword] = _strict(value)
    if "properties" in strict:
        strict |= {"required": list(strict["properties"]), "additionalProperties": False}
    return strict


DRAFT_SCHEMA: dict[str, Any] = _strict(Draft.model_json_schema())


def parse_draft(answer: str, blocks: int) -> Draft:
    """Read an answer. Raises ValueError with a sentence that the model can act on."""
    try:
        draft = Draft.model_validate(_largest_object(answer))
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'JSON'}: {problem['msg']}" for problem in error.errors()[:PROBLEMS]
        )
        raise ValueError(problems) from error
    wrong = [line.block for _, line in draft.spoken() if line.block >= blocks]
    if wrong:
        raise ValueError(f"there is no block {wrong[0]}; the last is {blocks - 1}.")
    return draft


def _largest_object(answer: str) -> dict[str, Any]:
    """The JSON object among what a model says around it, which may have braces too."""
    decoder, objects, place = json.JSONDecoder(), [], 0
    problem = "it holds no JSON object."
    while (start := answer.find("{", place)) >= 0:
        try:
            value, place = decoder.raw_decode(answer, start)
        except json.JSONDecodeError as error:
            problem, place = f"it is no whole JSON object: {error.msg} at character {error.pos}.", start + 1
        else:
            objects.append((place - start, value))
    if not objects:
        raise ValueError(problem)
    size, largest = max(objects, key=lambda candidate: candidate[0])
    if 2 * size < len(answer[answer.find("{") :].rstrip()) and problem.startswith("it is"):
        raise ValueError(problem)  # a part of one that was cut
    return dict(largest)


def lines_of(draft: Draft, source: SourceText, headings: Sequence[str | None]) -> tuple[list[Line], list[Section]]:
    """Return the spoken lines of a draft and its sections, which are named by `headings`."""
    lines = [_line(draft.hook, "hook", -1, source)]
    sections: list[Section] = []
    for number, (section, heading) in enumerate(zip(draft.sections, headings, strict=True)):
        first = len(lines)
        lines += [_line(line, "body", number, source) for line in section.lines]
        sections.append(Section(heading=heading, first_line=first, last_line=len(lines) - 1))
    return [*lines, _line(draft.close, "close", -1, source)], sections


def _line(line: DraftLine, role: Literal["hook", "body", "close"], section: int, source: SourceText) -> Line:
    return Line(
        text=without_markdown(line.text, source.language),
        role=role,
        section=section,
        source_block=_block_of(line, source),
        list_item=line.list_item,
        source_sentence=line.source_sentence,
    )


def _block_of(line: DraftLine, source: SourceText) -> int:
    """The block that has the quotation: models copy better than they count."""
    named_first = sorted(range(len(source.blocks)), key=lambda block: block != line.block)
    return next(
        (block for block in named_first if contains_quotation(source.blocks[block].text, line.source_sentence)),
        line.block,
    )


_EMPHASIS = re.compile(r"(?<!\w)(\*\*\*|\*\*|\*|___|__|_|`+)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_LINE_MARK = re.compile(r"(?m)^\s*(?:#{1,6}|[*+-])\s+")


def without_markdown(text: str, language: str) -> str:
    """Return it without Markdown marks and line ends, which neither a voice nor YouTube can use.

    The spaces are those of the language; what is no mark, as in "snake_case" and "2*3", stays.
    """
    plain_text = _LINE_MARK.sub("", text)
    while (less := _EMPHASIS.sub(r"\2", plain_text)) != plain_text:
        plain_text = less
    return spaced(tidy(plain_text), language)
