"""HTTP for facts that could not be delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import Administrator, Authenticated, account_services_of
from ytempire.kit.database import as_platform_for
from ytempire.kit.http import PROBLEMS
from ytempire.outbox import blocked_facts

FactId = Annotated[int, Path(ge=1, le=2**63 - 1)]

router = APIRouter(prefix="/api/v1", tags=["outbox"], dependencies=[Authenticated], responses=PROBLEMS)


class BlockedFact(BaseModel):
    """A fact that a subscriber could not take, and which keeps back those of the same subject."""

    id: int
    subscriber: str = Field(description="who could not take it: notifications …")
    kind: str = Field(description="run_completed, publication_failed …")
    channel_id: UUID | None
    row_id: UUID | None = Field(description="the run, channel, publication or alert that it is about")
    occurred_at: datetime
    blocked_at: datetime
    attempts: int
    error: str = Field(description="what the last attempt raised")
    waiting: int = Field(description="facts of the same subject that wait behind it")


class BlockedFacts(BaseModel):
    items: list[BlockedFact]


@router.get("/outbox/blocked-facts")
async def list_blocked_facts(request: Request, me: Administrator) -> BlockedFacts:
    """Facts that could not be delivered, the oldest first."""
    async with as_platform_for(account_services_of(request).platform, me).begin() as session:
        items = [
            BlockedFact.model_validate(
                {
                    **{name: getattr(entry, name) for name in BlockedFact.model_fields if name != "waiting"},
                    "waiting": await blocked_facts.count_waiting(session, entry),
                }
            )
            for entry in await blocked_facts.list_blocked(session)
        ]
    return BlockedFacts(items=items)


@router.post("/outbox/blocked-facts/{fact_id}/release", status_code=204)
async def release_blocked_fact(request: Request, me: Administrator, fact_id: FactId) -> None:
    """Have a fact delivered again, when what was wrong is mended."""
    async with as_platform_for(account_services_of(request).platform, me).begin() as session:
        await blocked_facts.release(session, fact_id)


@router.delete("/outbox/blocked-facts/{fact_id}", status_code=204)
async def discard_blocked_fact(request: Request, me: Administrator, fact_id: FactId) -> None:
    """Remove a fact undelivered, so that what waits behind it goes on."""
    async with as_platform_for(account_services_of(request).platform, me).begin() as session:
        await blocked_facts.discard(session, fact_id)
