"""Publishing's jobs. Their names are data in the queue; the argument is an id."""

from __future__ import annotations

from uuid import UUID

from ytempire.publishing import edit_worker
from ytempire.publishing.edits import EDIT_PUBLICATION
from ytempire.publishing.service import UPLOAD_VIDEO
from ytempire.publishing.upload.attempt import upload
from ytempire.publishing.worker_runtime import PublishingRuntime
from ytempire.registration.worker_context import WorkerContext
from ytempire.youtube.periodic import open_youtube


async def register_tasks(context: WorkerContext) -> None:
    runtime = PublishingRuntime(
        sessions=context.sessions,
        queue=context.queue,
        store=context.store,
        keys=context.keys,
        youtube=await context.shared(open_youtube),
        heartbeat=context.settings.worker.heartbeat_interval,
        lease_duration=context.settings.worker.lease_duration,
    )
    context.on_stop(runtime.stopping.set)

    @context.queue.task(name=UPLOAD_VIDEO)
    async def upload_video(publication_id: str) -> None:
        await upload(runtime, UUID(publication_id))

    @context.queue.task(name=EDIT_PUBLICATION)
    async def edit_publication(edit_id: str) -> None:
        await edit_worker.apply_edit(runtime, UUID(edit_id))
