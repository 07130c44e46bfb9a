"""Cost contexts, prices and a gate, with plain arguments."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

from ytempire.costs import prices
from ytempire.costs.service import CostContext, PaidCallGate
from ytempire.kit.database import Sessions
from ytempire.kit.storage import ObjectStore

SERVICE, ITEM = "voice", "test-voice"


def cost_context(
    *,
    video_id: UUID | None = None,
    channel_id: UUID | None = None,
    step: str = "voice",
    attempt: int = 1,
    run_id: UUID | None = None,
) -> CostContext:
    return CostContext(
        video_id=video_id or uuid4(),
        channel_id=channel_id or uuid4(),
        run_id=run_id or uuid4(),
        step=step,
        attempt=attempt,
    )


async def set_price(sessions: Sessions, usd_per_unit: str, *, unit: str = "character") -> None:
    async with sessions.begin() as session:
        await prices.set_price(
            session, service=SERVICE, item=ITEM, unit=unit, usd_per_unit=Decimal(usd_per_unit), source="test"
        )


_FOLDER = tempfile.TemporaryDirectory(prefix="ytempire-test-answers-")  # removed when the test process ends


def gate(sessions: Sessions, by: CostContext) -> PaidCallGate:
    return PaidCallGate(sessions, by, ObjectStore(Path(_FOLDER.name)))
