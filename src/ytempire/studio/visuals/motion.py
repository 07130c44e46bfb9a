"""How things come and go. Times are frames; a curve maps 0..1 to 0..1 and starts or ends without a jolt."""

from __future__ import annotations

from dataclasses import dataclass

ENTER = 11  # frames: 367 ms, inside LOOK's 250-400
LEAVE = 6  # frames: 200 ms
STAGGER = 3  # frames between neighbours that come one after the other


def ease_out(t: float) -> float:
    t = max(0.0, min(1.0, t))
    return 1 - (1 - t) ** 4


def ease_in(t: float) -> float:
    t = max(0.0, min(1.0, t))
    return t**2


def ease_both(t: float) -> float:
    t = max(0.0, min(1.0, t))
    return t * t * (3 - 2 * t)


@dataclass(frozen=True)
class Life:
    """From the first frame of something to the one after its last, with its coming and going inside."""

    start: int
    end: int
    enter: int = ENTER
    leave: int = LEAVE

    def come(self, frame: int) -> float:
        """0 before, 1 once it has arrived, eased."""
        return ease_out((frame - self.start + 1) / self.enter)

    def linear_come(self, frame: int) -> float:
        return max(0.0, min(1.0, (frame - self.start + 1) / self.enter))

    def gone(self, frame: int) -> float:
        """0 while it is there, toward 1 in its last frames, eased."""
        return ease_in((frame - (self.end - self.leave) + 1) / (self.leave + 1))

    def shown(self, frame: int) -> float:
        """Opacity: faster in than the movement, so that type is readable while it still glides."""
        return min(1.0, self.linear_come(frame) * 2.2) * (1 - self.gone(frame))

    @property
    def moving(self) -> list[range]:
        return [range(self.start, self.start + self.enter), range(self.end - self.leave, self.end)]

    def delayed(self, frames: int) -> Life:
        """The same end, a later start; never so late that nothing is left to see."""
        return Life(
            min(self.start + frames, max(self.start, self.end - self.enter - self.leave)),
            self.end,
            self.enter,
            self.leave,
        )
