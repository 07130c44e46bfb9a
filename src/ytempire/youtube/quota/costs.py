"""What a complete upload takes from the quota: a video with thumbnail and captions. The one truth of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ytempire.youtube.methods import INSERTS, METHODS, UNITS

# `videos.list` while YouTube processes the file: after 5 s, then ever more seldom. Twelve are a quarter of an hour.
STATUS_POLLS = 12

Amounts = Mapping[str, int]
"""By bucket."""


@dataclass(frozen=True)
class UploadPart:
    method: str
    times: int

    @property
    def bucket(self) -> str:
        return METHODS[self.method].bucket

    @property
    def units(self) -> int:
        return METHODS[self.method].units * self.times


VIDEO_PARTS = (UploadPart("videos.insert", 1), UploadPart("videos.list", STATUS_POLLS))
THUMBNAIL, CAPTIONS = UploadPart("thumbnails.set", 1), UploadPart("captions.insert", 1)
# Where a track is there already: it is looked for, and gets the new text.
CAPTIONS_REPLACE_PARTS = (UploadPart("captions.list", 1), UploadPart("captions.update", 1))
UPLOAD_PARTS = (*VIDEO_PARTS, THUMBNAIL, CAPTIONS)


def cost_of(*, video: bool = True, thumbnail: bool = True, captions: bool = True) -> Amounts:
    """What is still to be paid for a publication."""
    parts = [*(VIDEO_PARTS if video else ()), *([THUMBNAIL] if thumbnail else []), *([CAPTIONS] if captions else [])]
    return {bucket: sum(part.units for part in parts if part.bucket == bucket) for bucket in (INSERTS, UNITS)}


COMPLETE_UPLOAD_COST = cost_of()
