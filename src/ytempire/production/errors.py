"""What can go wrong with runs."""

from __future__ import annotations

from uuid import UUID

from ytempire.kit.errors import Conflict, NotFound


class RunNotFound(NotFound):
    code = "run_not_found"


class VideoNotFound(NotFound):
    code = "video_not_found"

    def __init__(self, video_id: UUID) -> None:
        where = "`ytempire videos list` and the page “Videos” list them."
        super().__init__(f"There is no video {video_id}.", hint=where)


class WrongState(Conflict):
    """A run is not in a state from which this can be done."""

    code = "invalid_state"


class DuplicateSource(Conflict):
    """The channel has a video of this very text, or one on its way."""

    code = "duplicate_source"

    def __init__(self, *, title: str, channel: str, run_id: UUID, video_id: UUID, status: str) -> None:
        state = {"completed": "It is made", "pending": "It is waiting", "running": "It is being made"}[status]
        super().__init__(
            f"“{channel}” has a video of this very text: “{title}”. {state}, by the run {run_id}.",
            hint=f"See it: ytempire runs show {run_id}. For another video of the same text: --allow-duplicate"
            ' on the command line, "allow_duplicate": true in a request, “Create another video” on the page.',
        )
        self.refers_to = {"run_id": str(run_id), "video_id": str(video_id)}


class IdempotencyMismatch(Conflict):
    """The key was used before with another request."""

    code = "idempotency_key_reused"
