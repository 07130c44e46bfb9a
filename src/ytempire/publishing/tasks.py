"""Publishing's jobs. Their names are data in the queue; the argument is an id."""

from __future__ import annotations

from uuid import UUID

import procrastinate

from ytempire.publishing import changing, uploading
from ytempire.publishing.changes import CHANGE_PUBLICATION
from ytempire.publishing.service import UPLOAD_VIDEO
from ytempire.publishing.uploading import PublishingRuntime


def register(queue: procrastinate.App) -> None:
    queue.task(name=UPLOAD_VIDEO, pass_context=True)(upload_video)
    queue.task(name=CHANGE_PUBLICATION, pass_context=True)(change_publication)


async def upload_video(context: procrastinate.JobContext, publication_id: str) -> None:
    runtime: PublishingRuntime = context.additional_context["publishing"]
    await uploading.upload(runtime, UUID(publication_id))


async def change_publication(context: procrastinate.JobContext, change_id: str) -> None:
    runtime: PublishingRuntime = context.additional_context["publishing"]
    await changing.change(runtime, UUID(change_id))
