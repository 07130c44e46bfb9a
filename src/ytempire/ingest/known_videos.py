"""Videos that a process has found in the database, so that it need not ask for them in each transaction.

They are known under the version that the database gives to its videos (`analytics.ingest_state`): when one goes, or is
another channel's, a trigger gives a new version, and all are asked for again. Whether the subject may write to a
channel is not remembered: each transaction asks.
"""

from __future__ import annotations

from uuid import UUID

import numpy as np

from ytempire.ingest.binary_copy import copy_videos
from ytempire.ingest.breakdowns import RowIndices
from ytempire.ingest.copy_into import Connection, copy_into
from ytempire.ingest.events import EventColumns, Rejected
from ytempire.ingest.rollups import UNKNOWN_VIDEOS

MAX_KNOWN = 1_000_000
"""Videos, some 120 MB; when there are more, all are forgotten."""


class KnownVideos:
    """Pairs of channel and video. Threads may share it."""

    def __init__(self) -> None:
        self._of_version: tuple[UUID | None, set[bytes]] = None, set()

    def at(self, version: UUID) -> set[bytes]:
        """Return the keys (`_video_keys`) that are known in this version, to be looked up and added to."""
        known_version, keys = self._of_version
        if known_version != version or len(keys) > MAX_KNOWN:
            keys = set()
            # another thread may replace it by its own: what is added to this one is then asked for again
            self._of_version = version, keys
        return keys

    def find_unknown(
        self, connection: Connection, events: EventColumns, version: UUID, *, may_write: bool
    ) -> list[Rejected]:
        """Return the events, which are in their order, whose video is not there, or not the subject's to measure.

        `may_write`: the subject may, to all channels; otherwise each video is asked for, for the reason.
        """
        first_of_videos = events.video_starts
        row_indices = np.flatnonzero(first_of_videos)
        known, keys = self.at(version), _video_keys(events, row_indices)
        if may_write:
            row_indices = row_indices[[key not in known for key in keys]]
        if not len(row_indices):
            return []
        copy_into(connection, "incoming_videos", copy_videos(events, row_indices))
        reason_of: dict[int, str] = dict(connection.execute(UNKNOWN_VIDEOS, prepare=True).fetchall())
        known.update(
            key
            for key, line in zip(_video_keys(events, row_indices), events.line[row_indices].tolist(), strict=True)
            if line not in reason_of
        )
        return _rejected(events, reason_of)


def _rejected(events: EventColumns, reason_of: dict[int, str]) -> list[Rejected]:
    """All events of the videos whose first event is named."""
    if not reason_of:
        return []
    video = np.cumsum(events.video_starts) - 1
    reasons = [reason_of.get(line) for line in events.line[events.video_starts].tolist()]
    return sorted(
        Rejected(line, reason)
        for line, index in zip(events.line.tolist(), video.tolist(), strict=True)
        if (reason := reasons[index]) is not None
    )


def _video_keys(events: EventColumns, row_indices: RowIndices) -> list[bytes]:
    """Return the channel and video of these events, 32 bytes each."""
    both = np.concatenate([events.channel_id[row_indices], events.video_id[row_indices]], axis=1)
    keys: list[bytes] = np.ascontiguousarray(both).view("V32").reshape(-1).tolist()
    return keys
