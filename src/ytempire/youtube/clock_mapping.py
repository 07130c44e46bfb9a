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
class ClockSegment:
    """From a moment of ours on, which was `service_s` there, the clock ran at `speed`. In seconds since 1970."""

    local_s: float
    service_s: float
    speed: float


@dataclass(frozen=True)
class ClockMapping:
    """Stretches one after the other; without any, their time is ours."""

    segments: Sequence[ClockSegment] = ()

    def to_service_time(self, local_time: datetime) -> datetime:
        at = local_time.timestamp()
        past = [segment for segment in self.segments if segment.local_s <= at]
        if not past:
            return local_time
        return _to_datetime(past[-1].service_s + (at - past[-1].local_s) * past[-1].speed)

    def to_local_time(self, service_time: datetime) -> datetime:
        at = service_time.timestamp()
        count = sum(segment.service_s <= at for segment in self.segments)
        if not count:
            return service_time
        last, following = self.segments[count - 1], self.segments[count : count + 1]
        ran = last.local_s + (at - last.service_s) / last.speed
        if not following or ran < following[0].local_s:
            return _to_datetime(ran)
        left_out = following[0].service_s - (last.service_s + (following[0].local_s - last.local_s) * last.speed)
        if left_out <= 0:  # its speed changed, and nothing was left out
            return _to_datetime(following[0].local_s)
        return _to_datetime(following[0].local_s - JUMP_S * (following[0].service_s - at) / left_out)


def _to_datetime(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
