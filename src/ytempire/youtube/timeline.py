"""Whose time it is: ours, and that of a YouTube whose clock runs faster.

The real YouTube has our time. The sandbox's may be wound on or run faster, so that a week of figures can be seen in two
minutes. What it says of moments is then put into our time, and what it is told into its own: nothing is ever stored
as if it were still to come. The same moment always becomes the same one, whatever happens to the clock later, because a
clock's past never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

JUMP_S = 0.001
"""A clock that is wound on goes through what it leaves out in so much of our time, so that moments stay apart."""


@dataclass(frozen=True)
class Stretch:
    """From a moment of ours on, which was `theirs` there, the clock ran at `factor`. In seconds since 1970."""

    ours: float
    theirs: float
    factor: float


@dataclass(frozen=True)
class Timeline:
    """Stretches one after the other; without any, their time is ours."""

    stretches: Sequence[Stretch] = ()

    def theirs(self, ours: datetime) -> datetime:
        at = ours.timestamp()
        begun = [one for one in self.stretches if one.ours <= at]
        if not begun:
            return ours
        return _moment(begun[-1].theirs + (at - begun[-1].ours) * begun[-1].factor)

    def ours(self, theirs: datetime) -> datetime:
        at = theirs.timestamp()
        place = sum(one.theirs <= at for one in self.stretches)
        if not place:
            return theirs
        last, following = self.stretches[place - 1], self.stretches[place : place + 1]
        ran = last.ours + (at - last.theirs) / last.factor
        if not following or ran < following[0].ours:
            return _moment(ran)
        left_out = following[0].theirs - (last.theirs + (following[0].ours - last.ours) * last.factor)
        if left_out <= 0:  # its speed changed, and nothing was left out
            return _moment(following[0].ours)
        return _moment(following[0].ours - JUMP_S * (following[0].theirs - at) / left_out)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
