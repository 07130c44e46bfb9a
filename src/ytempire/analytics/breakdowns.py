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

from ytempire.analytics.runs import begins

MICRO = 1_000_000
Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]

MOST = 2**31 - 1
Count = Annotated[int, msgspec.Meta(ge=0, le=MOST)]
Amount = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
Name: TypeAlias = tuple[str, str]
"""Dimension and member."""


class Breakdown(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """A part of an event's views, by where they came from, who watched or on what."""

    dimension: Literal["traffic_source", "country", "age_group", "gender", "device"]
    member: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    views: Count
    minutes: Amount = 0.0


@dataclass(frozen=True)
class Breakdowns:
    """Columns of the same length, sorted by event and name; no event has a name twice."""

    event: Places
    """Place of its event among the events."""
    name: Places
    """Place of its name among `names`, which are sorted."""
    views: Numbers
    micro: Numbers
    """Minutes watched, in millionths."""
    names: Sequence[Name]

    def __len__(self) -> int:
        return len(self.event)

    def at(self, which: npt.NDArray[np.bool_] | Places) -> Breakdowns:
        return Breakdowns(self.event[which], self.name[which], self.views[which], self.micro[which], self.names)

    def of_events(self, places: Places | Numbers, many: int) -> Breakdowns:
        """Those of the events at these places, of so many, in that order."""
        if not len(self):
            return self
        moved = np.full(many, -1, np.intp)
        moved[places] = np.arange(len(places))
        stays = np.flatnonzero(moved[self.event] >= 0)
        order = stays[np.argsort(moved[self.event[stays]], kind="stable")]
        found = self.at(order)
        return Breakdowns(moved[found.event], found.name, found.views, found.micro, found.names)

    @classmethod
    def joined(cls, all_of_them: Sequence[Breakdowns], many: Sequence[int]) -> Breakdowns:
        """Those of so many events each, which stand behind each other."""
        names = sorted(set(chain.from_iterable(one.names for one in all_of_them)))
        place = {name: number for number, name in enumerate(names)}
        before = np.cumsum([0, *many[:-1]])
        return cls(
            np.concatenate([one.event + first for one, first in zip(all_of_them, before, strict=True)]),
            np.concatenate([np.array([place[name] for name in one.names], np.intp)[one.name] for one in all_of_them]),
            np.concatenate([one.views for one in all_of_them]),
            np.concatenate([one.micro for one in all_of_them]),
            names,
        )

    def unreadable(self, many: int) -> npt.NDArray[np.bool_]:
        """Of so many events, which have a member whose name cannot be shown."""
        bad = np.array([not member.isprintable() for _, member in self.names], bool)
        found = np.zeros(many, bool)
        if bad.any():
            found[self.event[bad[self.name]]] = True
        return found

    def digests(self, many: int) -> Numbers:
        """Of each of so many events: 0 where it has none. One that comes again is seen to say something else by it."""
        digests = np.zeros(many, np.uint64)
        if len(self):
            said = np.array([_digest(name) for name in self.names], np.uint64)[self.name]
            mixed = _mix(_mix(said + self.views.astype(np.uint64)) + self.micro.astype(np.uint64))
            starts = np.flatnonzero(begins(self.event))
            digests[self.event[starts]] = np.maximum(np.add.reduceat(mixed, starts), np.uint64(1))
        return digests.view(np.int64)


def read(said: Sequence[Sequence[Breakdown]]) -> Breakdowns:
    """Of these events; a member that is named twice is what it was named for last."""
    parts = list(chain.from_iterable(said))
    numbers: dict[Name, int] = {}
    number = np.array([numbers.setdefault((part.dimension, part.member), len(numbers)) for part in parts], np.intp)
    names = sorted(numbers)
    place = np.empty(len(names), np.intp)
    place[[numbers[name] for name in names]] = np.arange(len(names))
    found = Breakdowns(
        np.repeat(np.arange(len(said)), np.fromiter(map(len, said), np.intp, len(said))),
        place[number],
        np.array([part.views for part in parts], np.int64),
        np.rint(np.array([part.minutes for part in parts], float) * MICRO).astype(np.int64),
        names,
    )
    found = found.at(np.lexsort((found.name, found.event)))
    first = begins(found.event, found.name)
    return found if first.all() else found.at(np.append(first[1:], True))


@lru_cache(maxsize=10_000)  # the same few names come again and again
def _digest(name: Name) -> int:
    return int.from_bytes(hashlib.blake2b("\0".join(name).encode(), digest_size=8).digest())


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spreads 64 bits over 64 bits (the finaliser of SplitMix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
