"""The nearest earlier video, and which ones do not count."""

from __future__ import annotations

import numpy as np
import procrastinate
from sqlalchemy import update

from tests.production.factories import ARTICLE, start
from ytempire.kit.database import Sessions
from ytempire.kit.storage import ObjectStore
from ytempire.production.duplicate_detection import nearest_from_other_sources, store_embedding
from ytempire.production.models import Video


def vector(*leading: float) -> np.ndarray:
    made = np.zeros(384, dtype=np.float32)
    made[: len(leading)] = leading
    return made / np.linalg.norm(made)


async def test_nearest_from_other_sources_ignores_same_source(
    sessions: Sessions,
    queue: procrastinate.App,
    store: ObjectStore,
) -> None:
    same = await start(sessions, queue, store)
    near = await start(sessions, queue, store, text=ARTICLE + b"\nA copied text with one more line.")
    far = await start(sessions, queue, store, text=ARTICLE + b"\nQuite another text, let us say.")
    source = store.put_bytes(ARTICLE).sha256
    async with sessions.begin() as session:
        assert await nearest_from_other_sources(session, vector(1), source_sha256=source) is None
        await store_embedding(session, same.video_id, tuple(vector(1).tolist()))
        await store_embedding(session, near.video_id, tuple(vector(1, 0.2).tolist()))
        await store_embedding(session, far.video_id, tuple(vector(0, 1).tolist()))
        await session.execute(update(Video).where(Video.id == near.video_id).values(title="The near one"))
    async with sessions() as session:
        found = await nearest_from_other_sources(session, vector(1), source_sha256=source)
    assert found is not None
    assert found[0] == "The near one"
    np.testing.assert_allclose(found[1], vector(1, 0.2), atol=1e-6)


async def test_store_embedding_again_replaces_vector(
    sessions: Sessions, queue: procrastinate.App, store: ObjectStore
) -> None:
    one = await start(sessions, queue, store)
    for made in (vector(1), vector(0, 1)):
        async with sessions.begin() as session:
            await store_embedding(session, one.video_id, tuple(made.tolist()))
    async with sessions() as session:
        found = await nearest_from_other_sources(session, vector(1), source_sha256="another")
    assert found is not None
    np.testing.assert_allclose(found[1], vector(0, 1), atol=1e-6)
