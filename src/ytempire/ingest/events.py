"""Measured events as they come in: lines of JSON to columns of numbers, and what is wrong with the others.

An event says what happened to one video in the interval that ends at its time; counters are never lifetime counters.
Lines are read by msgspec all at once, and one by one only where some are bad.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import Annotated, Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from ytempire.ingest import breakdowns, money
from ytempire.ingest.breakdowns import (
    MAX_COUNT,
    MICRO,
    Breakdown,
    Breakdowns,
    NonNegativeAmount,
    NonNegativeCount,
    Numbers,
    RowIndices,
)
from ytempire.ingest.column_arrays import boolean_column, float_column, integer_column
from ytempire.ingest.error_messages import reason_for
from ytempire.ingest.group_starts import group_starts
from ytempire.ingest.text_decoding import BOM

MAX_LINE_BYTES = 64 * 1024  # bytes; an event with every breakdown has a tenth of it
MAX_CLOCK_SKEW = timedelta(minutes=5)  # as far as a clock may go wrong
PARSE_CHUNK_LINES = 1000  # lines; while they are read no other thread runs, and a request may wait
RETENTION = timedelta(days=730)  # as the card of analytics.video_metrics says

Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
SignedCount = Annotated[int, msgspec.Meta(ge=-MAX_COUNT, le=MAX_COUNT)]


class Event(msgspec.Struct, gc=False):
    """One line. Times are ISO 8601 with a zone, money is USD, lengths are seconds, a rate of 5 % is 0.05.

    `averages_basis_views`: how many views the averages are of; without, those of the interval. `correction`: something
    was taken back, as YouTube does with views, and so what is in FALLING may be below 0. `whole_day`: it is what a
    day's report says, so that it counts in the day of its time and in no hour. Money is read by `money`, from its
    digits.
    """

    video_id: str
    timestamp: Annotated[datetime, msgspec.Meta(tz=True)]
    channel_id: str
    views: SignedCount = 0
    likes: SignedCount = 0
    dislikes: SignedCount = 0
    comments: SignedCount = 0
    shares: SignedCount = 0
    subscribers_gained: NonNegativeCount = 0
    subscribers_lost: NonNegativeCount = 0
    impressions: NonNegativeCount = 0
    watch_time_minutes: NonNegativeAmount = 0.0
    average_view_duration: NonNegativeAmount = 0.0
    # percent; of a Short that loops more than a hundred
    average_percentage_viewed: Annotated[float, msgspec.Meta(ge=0, le=10_000)] = 0.0
    estimated_revenue_usd: msgspec.Raw = money.NONE
    estimated_ad_revenue_usd: msgspec.Raw = money.NONE
    click_through_rate: Fraction = 0.0
    breakdowns: Sequence[Breakdown] = ()
    averages_basis_views: NonNegativeCount | None = None
    averages_of: NonNegativeCount | None = None  # its name in the version before; goes with the next one
    correction: bool = False
    whole_day: bool = False


COUNTS = (
    "views", "likes", "dislikes", "comments", "shares", "subscribers_gained", "subscribers_lost", "impressions",
    "averages_basis_views",
)  # fmt: skip
AMOUNTS = (
    "watch_time_minutes", "average_view_duration", "average_percentage_viewed", "estimated_revenue_usd",
    "estimated_ad_revenue_usd", "click_through_rate",
)  # fmt: skip
MONEY = ("estimated_revenue_usd", "estimated_ad_revenue_usd")
CORRECTABLE_FIELDS = ("views", "likes", "dislikes", "comments", "shares", *MONEY)
"""Of what a correction may take away."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NONE = "00000000-0000-0000-0000-000000000000"
_DASHES = [index for index, letter in enumerate(_NONE) if letter == "-"]
_DIGITS = [index for index, letter in enumerate(_NONE) if letter != "-"]

Ids = npt.NDArray[np.uint64]


class Rejected(NamedTuple):
    """The number of a line that is no event, and the reason for people."""

    line: int
    reason: str


@dataclass(frozen=True)
class EventColumns:
    """Columns of the same length. Ids are two halves of 64 bits each (n, 2), so that they sort as UUIDs do."""

    line: Numbers
    video_id: Ids
    channel_id: Ids
    at_us: Numbers
    """Microseconds since 1970, UTC."""
    counts: dict[str, Numbers]
    amounts: dict[str, Numbers]
    """In millionths."""
    whole_day: npt.NDArray[np.bool_]
    breakdowns: Breakdowns

    def __len__(self) -> int:
        return len(self.line)

    @property
    def is_negative(self) -> npt.NDArray[np.bool_]:
        """Which take something away."""
        return _negative_rows(self.counts, self.amounts)

    @cached_property
    def channel_starts(self) -> npt.NDArray[np.bool_]:
        """Of events in their order, which are the first of their channels."""
        return group_starts(self.channel_id)

    @cached_property
    def video_starts(self) -> npt.NDArray[np.bool_]:
        """Of events in their order, which are the first of their videos."""
        return self.channel_starts | group_starts(self.video_id)

    def take(self, row_indices: RowIndices | Numbers) -> EventColumns:
        """Those at these places, in this order."""
        return EventColumns(
            line=self.line[row_indices],
            video_id=self.video_id[row_indices],
            channel_id=self.channel_id[row_indices],
            at_us=self.at_us[row_indices],
            counts={name: column[row_indices] for name, column in self.counts.items()},
            amounts={name: column[row_indices] for name, column in self.amounts.items()},
            whole_day=self.whole_day[row_indices],
            breakdowns=self.breakdowns.of_events(row_indices, len(self)),
        )

    @classmethod
    def joined(cls, all_events: Sequence[EventColumns]) -> EventColumns:
        """One behind the other."""

        def column(select: Callable[[EventColumns], npt.NDArray[Any]]) -> npt.NDArray[Any]:
            return np.concatenate([select(events) for events in all_events])

        return cls(
            line=column(attrgetter("line")),
            video_id=column(attrgetter("video_id")),
            channel_id=column(attrgetter("channel_id")),
            at_us=column(attrgetter("at_us")),
            counts={name: np.concatenate([events.counts[name] for events in all_events]) for name in COUNTS},
            amounts={name: np.concatenate([events.amounts[name] for events in all_events]) for name in AMOUNTS},
            whole_day=column(attrgetter("whole_day")),
            breakdowns=Breakdowns.joined([events.breakdowns for events in all_events], list(map(len, all_events))),
        )


class Lines(Mapping[int, bytes]):
    """The lines of a batch that are not empty, by their numbers; each is cut out when it is asked for."""

    def __init__(self, data: bytes, *, first: int = 1) -> None:
        ends = np.append(np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")), len(data))
        starts = np.append(0, ends[:-1] + 1)
        non_empty = np.flatnonzero(ends > starts)
        self.data = data
        self.numbers = first + non_empty
        self._starts, self._ends = starts[non_empty], ends[non_empty]

    @property
    def can_parse_as_batch(self) -> bool:
        """Each begins and ends as an object does: what stands between two such lines is between two values."""
        letters = np.frombuffer(self.data, np.uint8)
        return (
            int((self._ends - self._starts).max(initial=0)) <= MAX_LINE_BYTES
            and bool((letters[self._starts] == ord("{")).all())
            and bool((letters[self._ends - 1] == ord("}")).all())
        )

    def chunks(self, line_count: int) -> Iterator[memoryview]:
        """So many lines after each other, as they stand."""
        data = memoryview(self.data)
        for start in range(0, len(self), line_count):
            yield data[self._starts[start] : self._ends[min(start + line_count, len(self)) - 1]]

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[int]:
        return iter(self.numbers.tolist())

    def __getitem__(self, number: int) -> bytes:
        index = int(np.searchsorted(self.numbers, number))
        if index == len(self.numbers) or self.numbers[index] != number:
            raise KeyError(number)
        return self.data[self._starts[index] : self._ends[index]]


@dataclass(frozen=True)
class Parsed:
    events: EventColumns
    rejected: list[Rejected]
    lines: Mapping[int, bytes]
    """All that are not empty, by their number: the writer may have to reject some yet."""


def parse(data: bytes, *, now: datetime, first_line: int = 1) -> Parsed:
    """The events of whole lines of NDJSON; empty lines are nothing. Bad data raises nothing: it is in `rejected`."""
    lines = Lines(data, first=first_line)
    events = _parse_batch(lines)
    if events is not None:
        columns, rejected = _columns(lines.numbers, events, now=now)
        return Parsed(columns, rejected, lines)
    non_blank = {number: line for number, line in lines.items() if line.strip()}
    parsed, rejected = _parse_each(non_blank)
    columns, more = _columns(np.fromiter(parsed, np.int64, len(parsed)), list(parsed.values()), now=now)
    return Parsed(columns, sorted(rejected + more), non_blank)


_decoder = msgspec.json.Decoder(Event)
_BAD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def _parse_batch(lines: Lines) -> list[Event] | None:
    """None where some are no events, white space alone, or several events."""
    if not lines.can_parse_as_batch:
        return None
    events: list[Event] = []
    try:
        for chunk in lines.chunks(PARSE_CHUNK_LINES):
            events += _decoder.decode_lines(chunk)
    except _BAD:
        return None
    # so many values in so many lines that end with one: one in each
    return events if len(events) == len(lines) else None


def _parse_each(lines: Mapping[int, bytes]) -> tuple[dict[int, Event], list[Rejected]]:
    """Events by their lines."""
    events, rejected = {}, []
    for number, line in lines.items():
        if len(line) > MAX_LINE_BYTES:
            rejected.append(Rejected(number, f"a line of more than {MAX_LINE_BYTES // 1024} kB"))
            continue
        try:
            events[number] = _decoder.decode(line.removeprefix(BOM))  # where files that have it were joined
        except _BAD as error:
            rejected.append(Rejected(number, reason_for(error)))
    return events, rejected


def _columns(line: Numbers, events: Sequence[Event], *, now: datetime) -> tuple[EventColumns, list[Rejected]]:
    row_count = len(events)
    video_id, wrong_video = _ids([event.video_id for event in events])
    channel_id, wrong_channel = _ids([event.channel_id for event in events])
    at_us = np.rint(float_column([event.timestamp.timestamp() for event in events]) * MICRO)
    parts = breakdowns.parse([event.breakdowns for event in events])
    values = _numbers(events)
    counts = {name: integer_column(values[name]) for name in COUNTS if name != "averages_basis_views"}
    counts["averages_basis_views"] = _basis_views(values["averages_basis_views"], counts["views"])
    amounts, wrong_money = _amounts(values)
    wrong = {
        "video_id is no UUID": wrong_video,
        "channel_id is no UUID": wrong_channel,
        "the time lies in the future": at_us > (now + MAX_CLOCK_SKEW).timestamp() * MICRO,
        f"the time lies further back than {RETENTION.days} days, which is how long events are kept": at_us
        < (now - RETENTION).timestamp() * MICRO,
        "a member's name has letters that cannot be shown": parts.unreadable(row_count),
        **wrong_money,
        'something is below 0, which only a correction says (`"correction": true`)': _unmarked_corrections(
            events, _negative_rows(counts, amounts)
        ),
    }
    bad = np.logical_or.reduce(list(wrong.values()))
    columns = EventColumns(
        line=line,
        video_id=video_id,
        channel_id=channel_id,
        at_us=at_us.astype(np.int64),
        counts=counts,
        amounts=amounts,
        whole_day=boolean_column([event.whole_day for event in events]),
        breakdowns=parts,
    )
    if not bad.any():
        return columns, []
    return columns.take(np.flatnonzero(~bad)), [
        Rejected(int(line[index]), next(reason for reason, mask in wrong.items() if mask[index]))
        for index in np.flatnonzero(bad)
    ]


def _numbers(events: Sequence[Event]) -> dict[str, list[Any]]:
    """What is counted or measured, by its name. Written out: to ask for a name that is known takes half as long."""
    return {
        "views": [event.views for event in events],
        "likes": [event.likes for event in events],
        "dislikes": [event.dislikes for event in events],
        "comments": [event.comments for event in events],
        "shares": [event.shares for event in events],
        "subscribers_gained": [event.subscribers_gained for event in events],
        "subscribers_lost": [event.subscribers_lost for event in events],
        "impressions": [event.impressions for event in events],
        "averages_basis_views": [
            event.averages_of if event.averages_basis_views is None else event.averages_basis_views for event in events
        ],
        "watch_time_minutes": [event.watch_time_minutes for event in events],
        "average_view_duration": [event.average_view_duration for event in events],
        "average_percentage_viewed": [event.average_percentage_viewed for event in events],
        "estimated_revenue_usd": [event.estimated_revenue_usd for event in events],
        "estimated_ad_revenue_usd": [event.estimated_ad_revenue_usd for event in events],
        "click_through_rate": [event.click_through_rate for event in events],
    }


def _basis_views(given: Sequence[int | None], views: Numbers) -> Numbers:
    if given.count(None) == len(given):
        return np.maximum(views, 0)
    return np.array([max(count, 0) if of is None else of for of, count in zip(given, views.tolist(), strict=True)])


def _amounts(values: Mapping[str, Sequence[Any]]) -> tuple[dict[str, Numbers], dict[str, npt.NDArray[np.bool_]]]:
    """In millionths, and where money is none, by the reason."""
    amounts: dict[str, Numbers] = {}
    wrong: dict[str, npt.NDArray[np.bool_]] = {}
    for name in AMOUNTS:
        if name in MONEY:
            parsed = money.parse(name, values[name])
            amounts[name] = parsed.millionths
            wrong |= parsed.wrong
        else:
            amounts[name] = np.rint(float_column(values[name]) * MICRO).astype(np.int64)
    return amounts, wrong


def _unmarked_corrections(events: Sequence[Event], is_negative: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Of those that take something away, which are no corrections. Seldom any does."""
    return is_negative & ~np.array([event.correction for event in events], bool) if is_negative.any() else is_negative


def _negative_rows(counts: Mapping[str, Numbers], amounts: Mapping[str, Numbers]) -> npt.NDArray[np.bool_]:
    """Where one of them is below 0."""
    columns = {**counts, **amounts}
    is_negative: npt.NDArray[np.bool_] = np.minimum.reduce([columns[name] for name in CORRECTABLE_FIELDS]) < 0
    return is_negative


def _ids(texts: Sequence[str]) -> tuple[Ids, npt.NDArray[np.bool_]]:
    """UUIDs as pairs of halves, and which of them are none."""
    halves = _halves(texts)
    if halves is not None:
        return halves, np.zeros(len(texts), bool)
    wrong = np.array([not _UUID.fullmatch(text) for text in texts], bool)
    halves = _halves([_NONE if bad else text for text, bad in zip(texts, wrong, strict=True)])
    assert halves is not None
    return halves, wrong


def _halves(texts: Sequence[str]) -> Ids | None:
    """All of them at once; None where one is no UUID with its dashes."""
    try:
        letters = np.frombuffer("".join(texts).encode("ascii"), np.uint8).reshape(len(texts), len(_NONE))
        digits = bytes.fromhex(letters[:, _DIGITS].tobytes().decode("ascii"))
    except ValueError:
        return None
    if set(map(len, texts)) - {len(_NONE)} or (letters[:, _DASHES] != ord("-")).any() or len(digits) != 16 * len(texts):
        return None
    return np.frombuffer(digits, ">u8").reshape(-1, 2).astype(np.uint64)
