"""What a dressed upload takes from the quota: a film with all that is set beside it. The one truth of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ytempire.youtube.methods import INSERTS, METHODS, UNITS

# `videos.list` while YouTube processes the film: after 5 s, then ever more seldom. Twelve are a quarter of an hour.
LOOKS = 12

Amounts = Mapping[str, int]
"""By bucket."""


@dataclass(frozen=True)
class Part:
    method: str
    times: int

    @property
    def bucket(self) -> str:
        return METHODS[self.method].bucket

    @property
    def units(self) -> int:
        return METHODS[self.method].units * self.times


FILM = (Part("videos.insert", 1), Part("videos.list", LOOKS))
THUMBNAIL, CAPTIONS = Part("thumbnails.set", 1), Part("captions.insert", 1)
# Where a track is there already: it is looked for, and gets the new text.
CAPTIONS_AGAIN = (Part("captions.list", 1), Part("captions.update", 1))
PARTS = (*FILM, THUMBNAIL, CAPTIONS)


def cost_of(*, film: bool = True, thumbnail: bool = True, captions: bool = True) -> Amounts:
    """What is still to be paid for a publication."""
    parts = [*(FILM if film else ()), *([THUMBNAIL] if thumbnail else []), *([CAPTIONS] if captions else [])]
    return {bucket: sum(one.units for one in parts if one.bucket == bucket) for bucket in (INSERTS, UNITS)}


DRESSED = cost_of()
