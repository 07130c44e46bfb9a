"""What breaks an event's views down: members of dimensions, as they come in and as columns of numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Annotated, Literal, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from ytempire.ingest.column_arrays import float_column, integer_column
from ytempire.ingest.group_starts import group_starts

MICRO = 1_000_000
Numbers = npt.NDArray[np.int64]
RowIndices = npt.NDArray[np.intp]

MAX_COUNT = 2**31 - 1
NonNegativeCount = Annotated[int, msgspec.Meta(ge=0, le=MAX_COUNT)]
NonNegativeAmount = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
Name: TypeAlias = tuple[str, str]
"""Dimension and member."""


class Breakdown(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """A part of an event's views, by where they came from, who watched or on what."""

    dimension: Literal["traffic_source", "country", "age_group", "gender", "device"]
    member: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    views: NonNegativeCount
    minutes: NonNegativeAmount = 0.0


@dataclass(frozen=True)
class Breakdowns:
    """Columns of the same length, sorted by event and name; no event has a name twice."""

    event: RowIndices
    """Place of its event among the events."""
    name: RowIndices
    """Place of its name among `names`, which are sorted."""
    views: Numbers
    micro: Numbers
    """Minutes watched, in millionths."""
    names: Sequence[Name]

    def __len__(self) -> int:
        return len(self.event)

    def take(self, which: npt.NDArray[np.bool_] | RowIndices) -> Breakdowns:
        return Breakdowns(self.event[which], self.name[which], self.views[which], self.micro[which], self.names)

    def of_events(self, row_indices: RowIndices | Numbers, event_count: int) -> Breakdowns:
        """Those of the events at these places, of so many, in that order."""
        if not len(self):
            return self
        new_index = np.full(event_count, -1, np.intp)
        new_index[row_indices] = np.arange(len(row_indices))
        remaining = np.flatnonzero(new_index[self.event] >= 0)
        order = remaining[np.argsort(new_index[self.event[remaining]], kind="stable")]
        breakdowns = self.take(order)
        return Breakdowns(
            new_index[breakdowns.event], breakdowns.name, breakdowns.views, breakdowns.micro, breakdowns.names
        )

    @classmethod
    def joined(cls, all_breakdowns: Sequence[Breakdowns], event_counts: Sequence[int]) -> Breakdowns:
        """Those of so many events each, which stand behind each other."""
        names = sorted(set(chain.from_iterable(breakdowns.names for breakdowns in all_breakdowns)))
        index = {name: number for number, name in enumerate(names)}
        first_events = np.cumsum([0, *event_counts[:-1]])
        return cls(
            np.concatenate(
                [breakdowns.event + first for breakdowns, first in zip(all_breakdowns, first_events, strict=True)]
            ),
            np.concatenate(
                [
                    np.array([index[name] for name in breakdowns.names], np.intp)[breakdowns.name]
                    for breakdowns in all_breakdowns
                ]
            ),
            np.concatenate([breakdowns.views for breakdowns in all_breakdowns]),
            np.concatenate([breakdowns.micro for breakdowns in all_breakdowns]),
            names,
        )

    def unreadable(self, event_count: int) -> npt.NDArray[np.bool_]:
        """Of so many events, which have a member whose name cannot be shown."""
        bad = np.array([not member.isprintable() for _, member in self.names], bool)
        unreadable = np.zeros(event_count, bool)
        if bad.any():
            unreadable[self.event[bad[self.name]]] = True
        return unreadable

    def digests(self, event_count: int) -> Numbers:
        """Of each of so many events: 0 where it has none. One that comes again is seen to say something else by it."""
        digests = np.zeros(event_count, np.uint64)
        if len(self):
            name_digests = np.array([_digest(name) for name in self.names], np.uint64)[self.name]
            mixed = _mix(_mix(name_digests + self.views.astype(np.uint64)) + self.micro.astype(np.uint64))
            starts = np.flatnonzero(group_starts(self.event))
            digests[self.event[starts]] = np.maximum(np.add.reduceat(mixed, starts), np.uint64(1))
        return digests.view(np.int64)


def parse(events: Sequence[Sequence[Breakdown]]) -> Breakdowns:
    """Of these events; a member that is named twice is what it was named for last."""
    parts = list(chain.from_iterable(events))
    numbers: dict[Name, int] = {}
    number = integer_column([numbers.setdefault((part.dimension, part.member), len(numbers)) for part in parts])
    names = sorted(numbers)
    index = np.empty(len(names), np.intp)
    index[[numbers[name] for name in names]] = np.arange(len(names))
    breakdowns = Breakdowns(
        np.repeat(np.arange(len(events)), integer_column(list(map(len, events)))),
        index[number],
        integer_column([part.views for part in parts]),
        np.rint(float_column([part.minutes for part in parts]) * MICRO).astype(np.int64),
        names,
    )
    breakdowns = breakdowns.take(np.lexsort((breakdowns.name, breakdowns.event)))
    first = group_starts(breakdowns.event, breakdowns.name)
    return breakdowns if first.all() else breakdowns.take(np.append(first[1:], True))


@lru_cache(maxsize=10_000)  # the same few names come again and again
def _digest(name: Name) -> int:
    return int.from_bytes(hashlib.blake2b("\0".join(name).encode(), digest_size=8).digest())


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spreads 64 bits over 64 bits (the finaliser of SplitMix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
