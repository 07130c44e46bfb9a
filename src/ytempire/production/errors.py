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

    code = "wrong_state"


class IdempotencyMismatch(Conflict):
    """The key was used before with another request."""

    code = "idempotency_mismatch"
