"""Publishing's jobs. Their names are data in the queue; the argument is an id."""

from __future__ import annotations

from uuid import UUID

import procrastinate

from ytempire.publishing import edit_worker, upload_worker
from ytempire.publishing.edits import EDIT_PUBLICATION
from ytempire.publishing.service import UPLOAD_VIDEO
from ytempire.publishing.upload_worker import PublishingRuntime


def register(queue: procrastinate.App) -> None:
    queue.task(name=UPLOAD_VIDEO, pass_context=True)(upload_video)
    queue.task(name=EDIT_PUBLICATION, pass_context=True)(edit_publication)


async def upload_video(context: procrastinate.JobContext, publication_id: str) -> None:
    runtime: PublishingRuntime = context.additional_context["publishing"]
    await upload_worker.upload(runtime, UUID(publication_id))


async def edit_publication(context: procrastinate.JobContext, edit_id: str) -> None:
    runtime: PublishingRuntime = context.additional_context["publishing"]
    await edit_worker.apply_edit(runtime, UUID(edit_id))
