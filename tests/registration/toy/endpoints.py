"""HTTP for waves."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy import text

from ytempire.accounts.http.authentication import Authenticated, sessions_of_request

router = APIRouter(prefix="/api/v1", tags=["waves"], dependencies=[Authenticated])


@router.get("/waves")
async def count_waves(request: Request) -> int:
    async with sessions_of_request(request).begin() as session:
        count: int = (await session.execute(text("SELECT count(*) FROM analytics.waves"))).scalar_one()
        return count
