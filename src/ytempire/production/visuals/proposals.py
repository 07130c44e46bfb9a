"""What a stretch of speech could be shown as, best first; each proposal knows when it begins and builds its scene."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ytempire.production.visuals import symbols
from ytempire.production.visuals.reading.figures import Figure, figures
from ytempire.production.visuals.reading.phrases import shorten, telling
from ytempire.production.visuals.reading.relations import Part, cause, composition, definition, enumeration, quotation
from ytempire.production.visuals.scenes import (
    Comparison,
    Definition,
    Diagram,
    Item,
    Items,
    Moment,
    Number,
    Quantity,
    Quote,
    Scene,
    Timeline,
)


@dataclass(frozen=True)
class Stretch:
    """Part of a line as it is spoken: `start` and `end` are offsets in the line's text, times are seconds."""

    line: int
    section: int
    text: str  # of this stretch alone
    start: int
    end: int
    start_s: float
    end_s: float
    at: Callable[[int], float]  # from an offset in `text` to the moment it is spoken
    around: tuple[str, ...]  # texts that say what it is about when its own words do not: heading, title, key terms

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Proposal:
    kind: str
    first: int  # offset in the stretch's text of the first thing shown
    last: int  # of the last
    longest_s: float  # how long such a scene may stand
    build: Callable[[float, float, str], Scene] = field(repr=False)  # start_s, end_s, icon -> the scene
    form: str = ""  # as in the scene: two neighbours of one kind may follow each other in different forms


def proposals(stretch: Stretch) -> Iterator[Proposal]:
    """All ways to show it that its own words support, the most telling first."""
    found = figures(stretch.text)
    amounts = [figure for figure in found if not figure.is_year]
    years = [figure for figure in found if figure.is_year]
    yield from _quote(stretch)
    yield from _timeline(stretch, years)
    yield from _comparison(stretch, amounts)
    for figure in sorted(amounts, key=_weight, reverse=True):
        if figure.meaning:
            yield _number(stretch, figure)
    yield from _parts(stretch)
    yield from _items(stretch)
    yield from _definition(stretch)
    yield from _cause(stretch)
    for figure in years:
        if figure.meaning:
            yield _number(stretch, figure)


def _weight(figure: Figure) -> float:
    """Shares and measured or large quantities are worth more than small counts."""
    return 3.0 if figure.share is not None else 2.0 if figure.suffix or figure.prefix or figure.value >= 100 else 1.0


def _times(stretch: Stretch, parts: Sequence[Part]) -> list[float]:
    return [stretch.at(part.start) for part in parts]


def _quote(stretch: Stretch) -> Iterator[Proposal]:
    if said := quotation(stretch.text):
        yield Proposal(
            "quote",
            said.start,
            said.start,
            8.0,
            lambda start_s, end_s, icon: Quote(
                start_s=start_s,
                end_s=end_s,
                line=stretch.line,
                section=stretch.section,
                icon=icon,
                text=said.text,
                source="",
            ),
        )


def _timeline(stretch: Stretch, years: list[Figure]) -> Iterator[Proposal]:
    told = [year for year in years if year.meaning]
    distinct = {year.meaning for year in told}
    if 2 <= len(told) <= 4 and len(distinct) == len(told) and [y.value for y in told] == sorted(y.value for y in told):
        moments = tuple(
            Moment(when=f"{year.value:.0f}", what=year.meaning, at_s=stretch.at(year.start)) for year in told
        )
        yield Proposal(
            "timeline",
            told[0].start,
            told[-1].start,
            10.0,
            lambda start_s, end_s, icon: Timeline(
                start_s=start_s, end_s=end_s, line=stretch.line, section=stretch.section, icon=icon, moments=moments
            ),
        )


def _comparison(stretch: Stretch, amounts: list[Figure]) -> Iterator[Proposal]:
    by_unit: dict[str, list[Figure]] = {}
    for figure in amounts:
        if figure.meaning and figure.value > 0 and not figure.suffix.startswith("/"):
            by_unit.setdefault(f"{figure.unit}|{figure.suffix.strip('+')}", []).append(figure)
    for group in by_unit.values():
        labels = {figure.meaning for figure in group}
        spread = max(f.value for f in group) / min(f.value for f in group)
        if 2 <= len(group) <= 4 and len(labels) == len(group) and 1.05 <= spread <= _WIDEST_SPREAD:
            yield _compared(stretch, group)
            return


_WIDEST_SPREAD = 60.0  # beyond, the smaller bar would be a dot


def _compared(stretch: Stretch, group: list[Figure]) -> Proposal:
    labels = [figure.meaning for figure in group]
    rows = tuple(
        Quantity(label=figure.meaning, value=figure.value, shown=_shown(figure), at_s=stretch.at(figure.start))
        for figure in group
    )
    title = telling(stretch.text[: group[0].start], (), limit=5, avoid=labels)

    def build(start_s: float, end_s: float, icon: str) -> Comparison:
        return Comparison(
            start_s=start_s, end_s=end_s, line=stretch.line, section=stretch.section, icon=icon,
            title=title.text if title else "", rows=rows)  # fmt: skip

    return Proposal("comparison", group[0].start, group[-1].start, 9.0, build)


def _shown(figure: Figure) -> str:
    return f"{figure.prefix}{figure.value:,.{figure.decimals}f}{figure.suffix}"


def _number(stretch: Stretch, figure: Figure) -> Proposal:
    def build(start_s: float, end_s: float, icon: str) -> Number:
        form = "year" if figure.is_year else "plain" if figure.share is None else "bar" if stretch.line % 2 else "ring"
        return Number(
            start_s=start_s,
            end_s=end_s,
            line=stretch.line,
            section=stretch.section,
            icon=icon,
            value=figure.value,
            decimals=figure.decimals,
            prefix=figure.prefix,
            suffix=figure.suffix,
            meaning=figure.meaning,
            leads=figure.leads,
            share=figure.share,
            form=form,
            at_s=stretch.at(figure.start),
        )

    return Proposal("number", figure.start, figure.start, 6.5, build)


def _items(stretch: Stretch) -> Iterator[Proposal]:
    parts = enumeration(stretch.text)
    if not parts:
        return
    times = _times(stretch, parts)
    title = telling(stretch.text[: parts[0].start], (), limit=5, avoid=[part.text for part in parts])

    def build(start_s: float, end_s: float, icon: str) -> Items:
        return listing(
            [part.text for part in parts],
            times,
            start_s=start_s,
            end_s=end_s,
            stretch=stretch,
            icon=icon,
            title=title.text if title else "",
        )

    yield Proposal("list", parts[0].start, parts[-1].start, 9.0, build)


def listing(
    texts: Sequence[str],
    times: Sequence[float],
    *,
    start_s: float,
    end_s: float,
    stretch: Stretch,
    icon: str,
    title: str,
) -> Items:
    """A list scene. Icons stand beside its items when every one has its own, else numbers do."""
    drawn: list[str] = []
    for text in texts:
        drawn.extend([name for name in symbols.matching(text) if name not in drawn][:1])
    complete = len(drawn) == len(texts)
    short = max(len(text) for text in texts) <= 34 and len(texts) <= 4
    return Items(
        start_s=start_s,
        end_s=end_s,
        line=stretch.line,
        section=stretch.section,
        icon=icon,
        title=title,
        form="cards" if complete and short else "rows",
        items=tuple(
            Item(text=text, at_s=time, icon=drawn[i] if complete else None)
            for i, (text, time) in enumerate(zip(texts, times, strict=True))
        ),
    )


def _definition(stretch: Stretch) -> Iterator[Proposal]:
    said = definition(stretch.text)
    if said is None:
        return
    at = min(said.term.start, said.meaning.start)
    yield Proposal(
        "definition",
        at,
        max(said.term.start, said.meaning.start),
        8.0,
        lambda start_s, end_s, icon: Definition(
            start_s=start_s,
            end_s=end_s,
            line=stretch.line,
            section=stretch.section,
            icon=icon,
            term=said.term.text,
            meaning=said.meaning.text,
            meaning_at_s=stretch.at(said.meaning.start),
        ),
    )


def _parts(stretch: Stretch) -> Iterator[Proposal]:
    said = composition(stretch.text)
    if said is None:
        return
    whole, parts = said
    yield Proposal(
        "diagram",
        whole.start,
        parts[-1].start,
        8.5,
        lambda start_s, end_s, icon: Diagram(
            start_s=start_s,
            end_s=end_s,
            line=stretch.line,
            section=stretch.section,
            icon=icon,
            form="parts",
            link="",
            boxes=_boxes([whole, *parts], stretch),
        ),
        form="parts",
    )


def _cause(stretch: Stretch) -> Iterator[Proposal]:
    said = cause(stretch.text)
    if said is None:
        return
    first, last = sorted((said.cause.start, said.effect.start))
    yield Proposal(
        "diagram",
        first,
        last,
        8.5,
        lambda start_s, end_s, icon: Diagram(
            start_s=start_s,
            end_s=end_s,
            line=stretch.line,
            section=stretch.section,
            icon=icon,
            form="chain",
            link=said.link,
            boxes=_boxes([said.cause, said.effect], stretch),
        ),
        form="chain",
    )


def _boxes(parts: Sequence[Part], stretch: Stretch) -> tuple[Item, ...]:
    """Boxes with icons where each of them has one of its own: half with and half without looks like a mistake."""
    drawn: list[str] = []
    for part in parts:
        drawn.extend([name for name in symbols.matching(part.text) if name not in drawn][:1])
    complete = len(drawn) == len(parts)
    return tuple(
        Item(text=part.text, at_s=stretch.at(part.start), icon=drawn[i] if complete else None)
        for i, part in enumerate(parts)
    )


def item_label(text: str, key_terms: Sequence[str]) -> str:
    """A list item's name: what stands before its first stop or colon, if short, else its telling phrase."""
    head = (
        text.split(": ", maxsplit=1)[0]
        .split(". ", maxsplit=1)[0]
        .split(" – ", maxsplit=1)[0]
        .split(" - ", maxsplit=1)[0]
        .strip(" .")
    )
    if len(head.split()) <= 5:
        return head
    found = telling(text, key_terms, limit=5)
    return found.text if found else shorten(text, 5) or " ".join(head.split()[:4])
