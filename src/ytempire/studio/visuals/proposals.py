"""What a span of speech could be shown as, best first; each proposal knows when it begins and builds its scene."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ytempire.studio.visuals.picture_matching import PictureMatcher
from ytempire.studio.visuals.scenes import (
    Comparison,
    Definition,
    Diagram,
    Item,
    Items,
    Number,
    Quantity,
    Quote,
    Scene,
    Timeline,
    TimelineEvent,
)
from ytempire.studio.visuals.sentence_analysis.phrases import shorten, telling
from ytempire.studio.visuals.sentence_analysis.quantities import StatedQuantity, stated_quantities
from ytempire.studio.visuals.sentence_analysis.relations import (
    SentencePart,
    cause,
    composition,
    definition,
    enumeration,
    quotation,
)


@dataclass(frozen=True)
class SpeechSpan:
    """Part of a line as it is spoken: `start` and `end` are offsets in the line's text, times are seconds."""

    line: int
    section: int
    text: str  # of this span alone
    start: int
    end: int
    start_s: float
    end_s: float
    at: Callable[[int], float]  # from an offset in `text` to the moment it is spoken
    pictures: PictureMatcher

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Proposal:
    kind: str
    first: int  # offset in the span's text of the first thing shown
    last: int  # of the last
    longest_s: float  # how long such a scene may stand
    build: Callable[[float, float, str | None], Scene] = field(repr=False)  # start_s, end_s, drawing -> the scene
    form: str = ""  # as in the scene: two neighbours of one kind may follow each other in different forms


def proposals(speech_span: SpeechSpan) -> Iterator[Proposal]:
    """All ways to show it that its own words support, the most telling first."""
    quantities = stated_quantities(speech_span.text)
    amounts = [quantity for quantity in quantities if not quantity.is_year]
    years = [quantity for quantity in quantities if quantity.is_year]
    yield from _quote(speech_span)
    yield from _timeline(speech_span, years)
    yield from _comparison(speech_span, amounts)
    for quantity in sorted(amounts, key=_weight, reverse=True):
        if quantity.meaning:
            yield _number(speech_span, quantity)
    yield from _parts(speech_span)
    yield from _items(speech_span)
    yield from _definition(speech_span)
    yield from _cause(speech_span)
    for quantity in years:
        if quantity.meaning:
            yield _number(speech_span, quantity)


def _weight(quantity: StatedQuantity) -> float:
    """Shares and measured or large quantities are worth more than small counts."""
    if quantity.share is not None:
        return 3.0
    return 2.0 if quantity.suffix or quantity.prefix or quantity.value >= 100 else 1.0


def _times(speech_span: SpeechSpan, parts: Sequence[SentencePart]) -> list[float]:
    return [speech_span.at(part.start) for part in parts]


def _quote(speech_span: SpeechSpan) -> Iterator[Proposal]:
    if quote := quotation(speech_span.text):
        yield Proposal(
            "quote",
            quote.start,
            quote.start,
            8.0,
            lambda start_s, end_s, drawing: Quote(
                start_s=start_s,
                end_s=end_s,
                line=speech_span.line,
                section=speech_span.section,
                drawing=drawing,
                text=quote.text,
                source="",
            ),
        )


def _timeline(speech_span: SpeechSpan, years: list[StatedQuantity]) -> Iterator[Proposal]:
    dated = [year for year in years if year.meaning]
    distinct = {year.meaning for year in dated}
    if (
        2 <= len(dated) <= 4
        and len(distinct) == len(dated)
        and [y.value for y in dated] == sorted(y.value for y in dated)
    ):
        moments = tuple(
            TimelineEvent(when=f"{year.value:.0f}", what=year.meaning, at_s=speech_span.at(year.start))
            for year in dated
        )
        yield Proposal(
            "timeline",
            dated[0].start,
            dated[-1].start,
            10.0,
            lambda start_s, end_s, drawing: Timeline(
                start_s=start_s,
                end_s=end_s,
                line=speech_span.line,
                section=speech_span.section,
                drawing=drawing,
                moments=moments,
            ),
        )


def _comparison(speech_span: SpeechSpan, amounts: list[StatedQuantity]) -> Iterator[Proposal]:
    by_unit: dict[str, list[StatedQuantity]] = {}
    for quantity in amounts:
        if quantity.meaning and quantity.value > 0 and not quantity.suffix.startswith("/"):
            by_unit.setdefault(f"{quantity.unit}|{quantity.suffix.strip('+')}", []).append(quantity)
    for group in by_unit.values():
        labels = {quantity.meaning for quantity in group}
        spread = max(f.value for f in group) / min(f.value for f in group)
        if 2 <= len(group) <= 4 and len(labels) == len(group) and 1.05 <= spread <= _WIDEST_SPREAD:
            yield _compared(speech_span, group)
            return


_WIDEST_SPREAD = 60.0  # beyond, the smaller bar would be a dot


def _compared(speech_span: SpeechSpan, group: list[StatedQuantity]) -> Proposal:
    labels = [quantity.meaning for quantity in group]
    rows = tuple(
        Quantity(
            label=quantity.meaning,
            value=quantity.value,
            shown=_quantity_text(quantity),
            at_s=speech_span.at(quantity.start),
        )
        for quantity in group
    )
    title = telling(speech_span.text[: group[0].start], (), limit=5, avoid=labels)

    def build(start_s: float, end_s: float, drawing: str | None) -> Comparison:
        return Comparison(
            start_s=start_s, end_s=end_s, line=speech_span.line, section=speech_span.section, drawing=drawing,
            title=title.text if title else "", rows=rows)  # fmt: skip

    return Proposal("comparison", group[0].start, group[-1].start, 9.0, build)


def _quantity_text(quantity: StatedQuantity) -> str:
    return f"{quantity.prefix}{quantity.value:,.{quantity.decimals}f}{quantity.suffix}"


def _number(speech_span: SpeechSpan, quantity: StatedQuantity) -> Proposal:
    def build(start_s: float, end_s: float, drawing: str | None) -> Number:
        drawn = "bar" if speech_span.line % 2 else "ring"
        form = "year" if quantity.is_year else "plain" if quantity.share is None else drawn
        return Number(
            start_s=start_s,
            end_s=end_s,
            line=speech_span.line,
            section=speech_span.section,
            drawing=drawing,
            value=quantity.value,
            decimals=quantity.decimals,
            prefix=quantity.prefix,
            suffix=quantity.suffix,
            meaning=quantity.meaning,
            leads=quantity.leads,
            share=quantity.share,
            form=form,
            at_s=speech_span.at(quantity.start),
        )

    return Proposal("number", quantity.start, quantity.start, 6.5, build)


def _items(speech_span: SpeechSpan) -> Iterator[Proposal]:
    parts = enumeration(speech_span.text)
    if not parts:
        return
    times = _times(speech_span, parts)
    title = telling(speech_span.text[: parts[0].start], (), limit=5, avoid=[part.text for part in parts])

    def build(start_s: float, end_s: float, drawing: str | None) -> Items:
        return listing(
            [part.text for part in parts],
            times,
            start_s=start_s,
            end_s=end_s,
            speech_span=speech_span,
            drawing=drawing,
            title=title.text if title else "",
        )

    yield Proposal("list", parts[0].start, parts[-1].start, 9.0, build)


def listing(
    texts: Sequence[str],
    times: Sequence[float],
    *,
    start_s: float,
    end_s: float,
    speech_span: SpeechSpan,
    drawing: str | None,
    title: str,
) -> Items:
    """A list scene. Pictures stand beside its items when every one has its own, else marks do."""
    drawn: list[str] = []
    for text in texts:
        drawn.extend(_own_picture(text, speech_span.pictures, drawn))
    complete = len(drawn) == len(texts)
    short = max(len(text) for text in texts) <= 34 and len(texts) <= 4
    return Items(
        start_s=start_s,
        end_s=end_s,
        line=speech_span.line,
        section=speech_span.section,
        drawing=drawing,
        title=title,
        form="cards" if complete and short else "rows",
        items=tuple(
            Item(text=text, at_s=time, drawing=drawn[i] if complete else None)
            for i, (text, time) in enumerate(zip(texts, times, strict=True))
        ),
    )


def _definition(speech_span: SpeechSpan) -> Iterator[Proposal]:
    defined = definition(speech_span.text)
    if defined is None:
        return
    at = min(defined.term.start, defined.meaning.start)
    yield Proposal(
        "definition",
        at,
        max(defined.term.start, defined.meaning.start),
        8.0,
        lambda start_s, end_s, drawing: Definition(
            start_s=start_s,
            end_s=end_s,
            line=speech_span.line,
            section=speech_span.section,
            drawing=drawing,
            term=defined.term.text,
            meaning=defined.meaning.text,
            meaning_at_s=speech_span.at(defined.meaning.start),
        ),
    )


def _parts(speech_span: SpeechSpan) -> Iterator[Proposal]:
    composed = composition(speech_span.text)
    if composed is None:
        return
    whole, parts = composed
    yield Proposal(
        "diagram",
        whole.start,
        parts[-1].start,
        8.5,
        lambda start_s, end_s, drawing: Diagram(
            start_s=start_s,
            end_s=end_s,
            line=speech_span.line,
            section=speech_span.section,
            drawing=drawing,
            form="parts",
            link="",
            boxes=_boxes([whole, *parts], speech_span),
        ),
        form="parts",
    )


def _cause(speech_span: SpeechSpan) -> Iterator[Proposal]:
    linked = cause(speech_span.text)
    if linked is None:
        return
    first, last = sorted((linked.cause.start, linked.effect.start))
    yield Proposal(
        "diagram",
        first,
        last,
        8.5,
        lambda start_s, end_s, drawing: Diagram(
            start_s=start_s,
            end_s=end_s,
            line=speech_span.line,
            section=speech_span.section,
            drawing=drawing,
            form="chain",
            link=linked.link,
            boxes=_boxes([linked.cause, linked.effect], speech_span),
        ),
        form="chain",
    )


def _boxes(parts: Sequence[SentencePart], speech_span: SpeechSpan) -> tuple[Item, ...]:
    """Boxes with pictures where each of them has its own: half with and half without looks like a mistake."""
    drawn: list[str] = []
    for part in parts:
        drawn.extend(_own_picture(part.text, speech_span.pictures, drawn))
    complete = len(drawn) == len(parts)
    return tuple(
        Item(text=part.text, at_s=speech_span.at(part.start), drawing=drawn[i] if complete else None)
        for i, part in enumerate(parts)
    )


def _own_picture(text: str, pictures: PictureMatcher, used: Sequence[str]) -> list[str]:
    """The first thing that a label names and no other label shows, if there is one."""
    return [depicted.picture for depicted in pictures.find(text) if depicted.picture not in used][:1]


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
    phrase = telling(text, key_terms, limit=5)
    return phrase.text if phrase else shorten(text, 5) or " ".join(head.split()[:4])
