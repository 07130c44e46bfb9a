"""Keep how far an attempt is: its lease as last noted, its step, and whether an answer is missing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ytempire.kit.database import Sessions
from ytempire.kit.logs import get_logger
from ytempire.publishing import leases
from ytempire.publishing.leases import UploadJob
from ytempire.youtube.projects import ServiceClock
from ytempire.youtube.service import YouTube

log = get_logger(__name__)


class UploadProgress:
    """How far one attempt is, as its parts say it and as its settlement reads it."""

    def __init__(self, sessions: Sessions, youtube: YouTube, job: UploadJob) -> None:
        self._sessions, self._youtube = sessions, youtube
        self.lease, self.video = job.lease, job.video
        self.step = "begin"
        self.in_doubt = self.lease.last_chunk_at is not None and self.lease.youtube_video_id is None
        self.live_since: datetime | None = None

    async def record(self, **values: Any) -> None:
        """Write values down, as long as the lease holds. Raises LeaseLost."""
        async with self._sessions.begin() as session:
            self.lease = await leases.record_progress(session, self.lease, values)

    async def now(self) -> ServiceClock:
        """Read YouTube's clock, which the sandbox may have wound on."""
        return await self._youtube.now_of(self.lease.channel_id)

    def report(self, event: str, **details: Any) -> None:
        """Log an event of this publication and step."""
        log.info(event, publication=str(self.lease.id), step=self.step, **details)

    def error_document(self, reason: str, message: str, hint: str | None) -> dict[str, Any]:
        """Describe what is wrong in this step, as `last_error` has it."""
        return {"step": self.step, "reason": reason, "message": message, "hint": hint}
