"""How long to wait before the next try of what has failed."""

from __future__ import annotations

import random
from dataclasses import dataclass

# By so much a wait may be shorter than its nominal value, by chance: what failed together is not tried again together.
JITTER = 0.1


@dataclass(frozen=True)
class Backoff:
    """Waits that double with each failure in a row, up to a limit."""

    first_s: float
    longest_s: float

    def nominal_s(self, failures: int) -> float:
        """Return the seconds to wait after so many failures in a row, of which the first is 1, without jitter."""
        # beyond 2**20 a first wait of a millisecond has grown to a quarter of an hour: no limit of ours is longer
        return min(self.first_s * 2.0 ** min(max(failures - 1, 0), 20), self.longest_s)

    def delay_s(self, failures: int) -> float:
        """Return the seconds to wait, shorter than the nominal value by chance."""
        return self.nominal_s(failures) * random.uniform(1 - JITTER, 1)  # noqa: S311  # no secret
