"""What earlier videos are about: one vector each, to notice that a new one says almost the same."""

from __future__ import annotations

from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from ytempire.kit.database import AsyncSession
from ytempire.production.models import Run, ScriptEmbedding, Video

MODEL, MODEL_VERSION = "all-MiniLM-L6-v2", "mean of lines, 1"


async def store_embedding(session: AsyncSession, video_id: UUID, embedding: tuple[float, ...]) -> None:
    values = {"embedding": list(embedding)}
    await session.execute(
        insert(ScriptEmbedding)
        .values(video_id=video_id, model=MODEL, model_version=MODEL_VERSION, **values)
        .on_conflict_do_update(index_elements=["video_id", "model", "model_version"], set_=values)
    )


async def nearest_from_other_sources(
    session: AsyncSession,
    embedding: NDArray[np.float32],
    *,
    source_sha256: str,
) -> tuple[str, NDArray[np.float32]] | None:
    """Title and vector of the finished video that is most alike and was not made from the same source text.

    A second video of the same text is one that was asked for (`duplicate_sources`), or another channel's.
    """
    row = (
        await session.execute(
            select(Video.title, ScriptEmbedding.embedding)
            .join(Video, Video.id == ScriptEmbedding.video_id)
            .join(Run, Run.video_id == Video.id)
            .where(
                ScriptEmbedding.model == MODEL,
                ScriptEmbedding.model_version == MODEL_VERSION,
                Video.status != "removed",
                Run.request["source_sha256"].astext != source_sha256,
            )
            .order_by(ScriptEmbedding.embedding.cosine_distance(embedding.tolist()))
            .limit(1)
        )
    ).first()
    return None if row is None else (row[0], np.asarray(row[1], dtype=np.float32))
