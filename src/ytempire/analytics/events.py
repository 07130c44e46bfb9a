"""Measured events as they come in: lines of JSON to columns of numbers, and what is wrong with the others.

An event says what happened to one video in the interval that ends at its time; counters are never lifetime counters.
Lines are read by msgspec all at once, and one by one only where some are bad.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Annotated, Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from ytempire.analytics import breakdowns, money
from ytempire.analytics.breakdowns import MICRO, MOST, Amount, Breakdown, Breakdowns, Count, Numbers, Places
from ytempire.analytics.forms import BOM
from ytempire.analytics.reasons import reason_for

LONGEST_LINE = 64 * 1024  # bytes; an event with every breakdown has a tenth of it
AHEAD = timedelta(minutes=5)  # as far as a clock may go wrong
AT_ONCE = 1000  # lines; while they are read no other thread runs, and a request may wait
KEPT = timedelta(days=730)  # as the card of analytics.video_metrics says

Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
Difference = Annotated[int, msgspec.Meta(ge=-MOST, le=MOST)]


class Event(msgspec.Struct, gc=False):
    """One line. Times are ISO 8601 with a zone, money is USD, lengths are seconds, a rate of 5 % is 0.05.

    `averages_of`: how many views the averages are of; without, those of the interval. `correction`: something was taken
    back, as YouTube does with views, and so what is in FALLING may be below 0. `whole_day`: it is what a day's report
    says, so that it counts in the day of its time and in no hour. Money is read by `money`, from its digits.
    """

    video_id: str
    timestamp: Annotated[datetime, msgspec.Meta(tz=True)]
    channel_id: str
    views: Difference = 0
    likes: Difference = 0
    dislikes: Difference = 0
    comments: Difference = 0
    shares: Difference = 0
    subscribers_gained: Count = 0
    subscribers_lost: Count = 0
    impressions: Count = 0
    watch_time_minutes: Amount = 0.0
    average_view_duration: Amount = 0.0
    # percent; of a Short that loops more than a hundred
    average_percentage_viewed: Annotated[float, msgspec.Meta(ge=0, le=10_000)] = 0.0
    estimated_revenue_usd: msgspec.Raw = money.NONE
    estimated_ad_revenue_usd: msgspec.Raw = money.NONE
    click_through_rate: Fraction = 0.0
    breakdowns: Sequence[Breakdown] = ()
    averages_of: Count | None = None
    correction: bool = False
    whole_day: bool = False


COUNTS = (
    "views", "likes", "dislikes", "comments", "shares", "subscribers_gained", "subscribers_lost", "impressions",
    "averages_of",
)  # fmt: skip
AMOUNTS = (
    "watch_time_minutes", "average_view_duration", "average_percentage_viewed", "estimated_revenue_usd",
    "estimated_ad_revenue_usd", "click_through_rate",
)  # fmt: skip
MONEY = ("estimated_revenue_usd", "estimated_ad_revenue_usd")
FALLING = ("views", "likes", "dislikes", "comments", "shares", *MONEY)
"""Of what a correction may take away."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NONE = "00000000-0000-0000-0000-000000000000"
_DASHES = [place for place, letter in enumerate(_NONE) if letter == "-"]
_DIGITS = [place for place, letter in enumerate(_NONE) if letter != "-"]

Ids = npt.NDArray[np.uint64]


class Rejected(NamedTuple):
    """The number of a line that is no event, and the reason for people."""

    line: int
    reason: str


@dataclass(frozen=True)
class Events:
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
    def fell(self) -> npt.NDArray[np.bool_]:
        """Which take something away."""
        return _fallen(self.counts, self.amounts)

    def at(self, places: Places | Numbers) -> Events:
        """Those at these places, in this order."""
        return Events(
            line=self.line[places],
            video_id=self.video_id[places],
            channel_id=self.channel_id[places],
            at_us=self.at_us[places],
            counts={name: column[places] for name, column in self.counts.items()},
            amounts={name: column[places] for name, column in self.amounts.items()},
            whole_day=self.whole_day[places],
            breakdowns=self.breakdowns.of_events(places, len(self)),
        )

    @classmethod
    def joined(cls, all_of_them: Sequence[Events]) -> Events:
        """One behind the other."""

        def column(of: Callable[[Events], npt.NDArray[Any]]) -> npt.NDArray[Any]:
            return np.concatenate([of(one) for one in all_of_them])

        return cls(
            line=column(attrgetter("line")),
            video_id=column(attrgetter("video_id")),
            channel_id=column(attrgetter("channel_id")),
            at_us=column(attrgetter("at_us")),
            counts={name: np.concatenate([one.counts[name] for one in all_of_them]) for name in COUNTS},
            amounts={name: np.concatenate([one.amounts[name] for one in all_of_them]) for name in AMOUNTS},
            whole_day=column(attrgetter("whole_day")),
            breakdowns=Breakdowns.joined([one.breakdowns for one in all_of_them], list(map(len, all_of_them))),
        )


class Lines(Mapping[int, bytes]):
    """The lines of a delivery that are not empty, by their numbers; each is cut out when it is asked for."""

    def __init__(self, data: bytes, *, first: int = 1) -> None:
        ends = np.append(np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")), len(data))
        starts = np.append(0, ends[:-1] + 1)
        some = np.flatnonzero(ends > starts)
        self.data = data
        self.numbers = first + some
        self._starts, self._ends = starts[some], ends[some]

    @property
    def may_be_read_at_once(self) -> bool:
        """Each begins and ends as an object does: what stands between two such lines is between two values."""
        letters = np.frombuffer(self.data, np.uint8)
        return (
            int((self._ends - self._starts).max(initial=0)) <= LONGEST_LINE
            and bool((letters[self._starts] == ord("{")).all())
            and bool((letters[self._ends - 1] == ord("}")).all())
        )

    def pieces(self, many: int) -> Iterator[memoryview]:
        """So many lines after each other, as they stand."""
        data = memoryview(self.data)
        for start in range(0, len(self), many):
            yield data[self._starts[start] : self._ends[min(start + many, len(self)) - 1]]

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[int]:
        return iter(self.numbers.tolist())

    def __getitem__(self, number: int) -> bytes:
        place = int(np.searchsorted(self.numbers, number))
        if place == len(self.numbers) or self.numbers[place] != number:
            raise KeyError(number)
        return self.data[self._starts[place] : self._ends[place]]


@dataclass(frozen=True)
class Parsed:
    events: Events
    rejected: list[Rejected]
    lines: Mapping[int, bytes]
    """All that are not empty, by their number: the writer may have to reject some yet."""


def parse(data: bytes, *, now: datetime, first_line: int = 1) -> Parsed:
    """The events of whole lines of NDJSON; empty lines are nothing. Bad data raises nothing: it is in `rejected`."""
    lines = Lines(data, first=first_line)
    events = _read_at_once(lines)
    if events is not None:
        whole, rejected = _columns(lines.numbers, events, now=now)
        return Parsed(whole, rejected, lines)
    said = {number: line for number, line in lines.items() if line.strip()}
    read, rejected = _read_one_by_one(said)
    whole, more = _columns(np.fromiter(read, np.int64, len(read)), list(read.values()), now=now)
    return Parsed(whole, sorted(rejected + more), said)


_decoder = msgspec.json.Decoder(Event)
_BAD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def _read_at_once(lines: Lines) -> list[Event] | None:
    """None where some are no events, white space alone, or several events."""
    if not lines.may_be_read_at_once:
        return None
    events: list[Event] = []
    try:
        for piece in lines.pieces(AT_ONCE):
            events += _decoder.decode_lines(piece)
    except _BAD:
        return None
    # so many values in so many lines that end with one: one in each
    return events if len(events) == len(lines) else None


def _read_one_by_one(lines: Mapping[int, bytes]) -> tuple[dict[int, Event], list[Rejected]]:
    """Events by their lines."""
    events, rejected = {}, []
    for number, line in lines.items():
        if len(line) > LONGEST_LINE:
            rejected.append(Rejected(number, f"a line of more than {LONGEST_LINE // 1024} kB"))
            continue
        try:
            events[number] = _decoder.decode(line.removeprefix(BOM))  # where files that have it were joined
        except _BAD as error:
            rejected.append(Rejected(number, reason_for(error)))
    return events, rejected


def _columns(line: Numbers, events: Sequence[Event], *, now: datetime) -> tuple[Events, list[Rejected]]:
    many = len(events)
    video_id, wrong_video = _ids([event.video_id for event in events])
    channel_id, wrong_channel = _ids([event.channel_id for event in events])
    at_us = np.rint(np.array([event.timestamp.timestamp() for event in events], float) * MICRO)
    parts = breakdowns.read([event.breakdowns for event in events])
    said = _numbers(events)
    counts = {name: np.fromiter(said[name], np.int64, many) for name in COUNTS if name != "averages_of"}
    counts["averages_of"] = _averages_of(said["averages_of"], counts["views"])
    amounts, wrong_money = _amounts(said)
    wrong = {
        "video_id is no UUID": wrong_video,
        "channel_id is no UUID": wrong_channel,
        "the time lies in the future": at_us > (now + AHEAD).timestamp() * MICRO,
        f"the time lies further back than {KEPT.days} days, which is how long events are kept": at_us
        < (now - KEPT).timestamp() * MICRO,
        "a member's name has letters that cannot be shown": parts.unreadable(many),
        **wrong_money,
        'something is below 0, which only a correction says (`"correction": true`)': _fell_unsaid(
            events, _fallen(counts, amounts)
        ),
    }
    bad = np.logical_or.reduce(list(wrong.values()))
    whole = Events(
        line=line,
        video_id=video_id,
        channel_id=channel_id,
        at_us=at_us.astype(np.int64),
        counts=counts,
        amounts=amounts,
        whole_day=np.fromiter([event.whole_day for event in events], bool, many),
        breakdowns=parts,
    )
    if not bad.any():
        return whole, []
    return whole.at(np.flatnonzero(~bad)), [
        Rejected(int(line[place]), next(reason for reason, mask in wrong.items() if mask[place]))
        for place in np.flatnonzero(bad)
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
        "averages_of": [event.averages_of for event in events],
        "watch_time_minutes": [event.watch_time_minutes for event in events],
        "average_view_duration": [event.average_view_duration for event in events],
        "average_percentage_viewed": [event.average_percentage_viewed for event in events],
        "estimated_revenue_usd": [event.estimated_revenue_usd for event in events],
        "estimated_ad_revenue_usd": [event.estimated_ad_revenue_usd for event in events],
        "click_through_rate": [event.click_through_rate for event in events],
    }


def _averages_of(said: Sequence[int | None], views: Numbers) -> Numbers:
    if said.count(None) == len(said):
        return np.maximum(views, 0)
    return np.array([max(seen, 0) if of is None else of for of, seen in zip(said, views.tolist(), strict=True)])


def _amounts(said: Mapping[str, Sequence[Any]]) -> tuple[dict[str, Numbers], dict[str, npt.NDArray[np.bool_]]]:
    """In millionths, and where money is none, by the reason."""
    amounts: dict[str, Numbers] = {}
    wrong: dict[str, npt.NDArray[np.bool_]] = {}
    for name in AMOUNTS:
        if name in MONEY:
            read = money.read(name, said[name])
            amounts[name] = read.millionths
            wrong |= read.wrong
        else:
            amounts[name] = np.rint(np.fromiter(said[name], float, len(said[name])) * MICRO).astype(np.int64)
    return amounts, wrong


def _fell_unsaid(events: Sequence[Event], fallen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Of those that take something away, which are no corrections. Seldom any does."""
    return fallen & ~np.array([event.correction for event in events], bool) if fallen.any() else fallen


def _fallen(counts: Mapping[str, Numbers], amounts: Mapping[str, Numbers]) -> npt.NDArray[np.bool_]:
    """Where one of them is below 0."""
    columns = {**counts, **amounts}
    fallen: npt.NDArray[np.bool_] = np.minimum.reduce([columns[name] for name in FALLING]) < 0
    return fallen


def _ids(said: Sequence[str]) -> tuple[Ids, npt.NDArray[np.bool_]]:
    """UUIDs as pairs of halves, and which of them are none."""
    halves = _halves(said)
    if halves is not None:
        return halves, np.zeros(len(said), bool)
    wrong = np.array([not _UUID.fullmatch(one) for one in said], bool)
    halves = _halves([_NONE if bad else one for one, bad in zip(said, wrong, strict=True)])
    assert halves is not None
    return halves, wrong


def _halves(said: Sequence[str]) -> Ids | None:
    """All of them at once; None where one is no UUID with its dashes."""
    try:
        letters = np.frombuffer("".join(said).encode("ascii"), np.uint8).reshape(len(said), len(_NONE))
        digits = bytes.fromhex(letters[:, _DIGITS].tobytes().decode("ascii"))
    except ValueError:
        return None
    if set(map(len, said)) - {len(_NONE)} or (letters[:, _DASHES] != ord("-")).any() or len(digits) != 16 * len(said):
        return None
    return np.frombuffer(digits, ">u8").reshape(-1, 2).astype(np.uint64)
