"""What is shown, scene by scene. Times are seconds from the video's start; `at_s` is when a part appears."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from ytempire.channels.persona import Transition

Layout = Literal["left", "right", "centre"]


class ImageSource(Protocol):
    """Where the operator's own pictures come from."""

    def find(self, terms: tuple[str, ...]) -> Path | None:
        """A picture that belongs to these terms, or None."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Scene(_Frozen):
    start_s: float
    end_s: float
    line: int  # the script line that is spoken first in it; -1 where nothing is
    section: int = -1
    layout: Layout = "left"
    drawing: str | None = None  # a drawn picture of what this scene is about


class Hook(_Scene):
    kind: Literal["hook"] = "hook"
    first: str
    second: str  # in the accent colour; may be empty
    second_at_s: float


class SectionTitle(_Scene):
    kind: Literal["section"] = "section"
    number: int
    count: int
    heading: str


class Number(_Scene):
    """One stated quantity. `shown` is how it reads in the end; `value` counts up to it."""

    kind: Literal["number"] = "number"
    value: float
    decimals: int
    prefix: str
    suffix: str
    meaning: str
    leads: bool = False  # the meaning is said, and stands, before the number
    share: float | None = None  # 0..1 where the quantity is a part of a whole
    form: Literal["plain", "ring", "bar", "year"]
    at_s: float

    @property
    def shown(self) -> str:
        return self.text(self.value)

    def text(self, value: float) -> str:
        grouped = f"{value:.0f}" if self.form == "year" else f"{value:,.{self.decimals}f}"
        return f"{self.prefix}{grouped}{self.suffix}"


class Quantity(_Frozen):
    label: str
    value: float
    shown: str
    at_s: float


class Comparison(_Scene):
    """Quantities of one unit, drawn to scale."""

    kind: Literal["comparison"] = "comparison"
    title: str
    rows: tuple[Quantity, ...] = Field(min_length=2, max_length=4)


class Item(_Frozen):
    text: str
    at_s: float
    drawing: str | None = None


class Items(_Scene):
    kind: Literal["list"] = "list"
    title: str
    items: tuple[Item, ...] = Field(min_length=2, max_length=5)
    form: Literal["rows", "cards"] = "rows"


class TimelineEvent(_Frozen):
    when: str
    what: str
    at_s: float


class Timeline(_Scene):
    kind: Literal["timeline"] = "timeline"
    moments: tuple[TimelineEvent, ...] = Field(min_length=2, max_length=4)


class Quote(_Scene):
    kind: Literal["quote"] = "quote"
    text: str
    source: str


class Definition(_Scene):
    kind: Literal["definition"] = "definition"
    term: str
    meaning: str
    meaning_at_s: float


class Diagram(_Scene):
    """Boxes joined by arrows, in the order of speech. "parts": the first box is the whole."""

    kind: Literal["diagram"] = "diagram"
    form: Literal["chain", "cycle", "parts"]
    link: str  # the word on the arrow, e.g. "causes"; may be empty
    boxes: tuple[Item, ...] = Field(min_length=2, max_length=5)


class Picture(_Scene):
    """The operator's own image."""

    kind: Literal["picture"] = "picture"
    file: Path
    phrase: str


class Thing(_Frozen):
    """A drawn picture of what is named at a time."""

    drawing: str
    at_s: float


class Motif(_Scene):
    """The phrase that matters, with drawn pictures of what it names as it is named; "statement" has none."""

    kind: Literal["motif"] = "motif"
    phrase: str
    form: Literal["beside", "statement", "split", "row"]
    things: tuple[Thing, ...] = Field(default=(), max_length=3)


class Close(_Scene):
    kind: Literal["close"] = "close"
    text: str


class EndCard(_Scene):
    kind: Literal["end"] = "end"
    title: str
    words: str
    source: str


Scene = Annotated[
    Hook
    | SectionTitle
    | Number
    | Comparison
    | Items
    | Timeline
    | Quote
    | Definition
    | Diagram
    | Picture
    | Motif
    | Close
    | EndCard,
    Field(discriminator="kind"),
]


class Storyboard(_Frozen):
    """Scenes without gaps from 0 to `duration_s`; `transitions[i]` leads from scene i to scene i + 1, None where the
    background stays and only what stands on it changes."""

    scenes: tuple[Scene, ...]
    width: int
    height: int
    duration_s: float
    transitions: tuple[Transition | None, ...]
    seed: int


def drawings_of(scene: Scene) -> frozenset[str]:
    """Return the drawn pictures that a scene shows."""
    parts = scene.things if isinstance(scene, Motif) else ()
    items = scene.items if isinstance(scene, Items) else scene.boxes if isinstance(scene, Diagram) else ()
    names = (scene.drawing, *(thing.drawing for thing in parts), *(item.drawing for item in items))
    return frozenset(name for name in names if name is not None)
