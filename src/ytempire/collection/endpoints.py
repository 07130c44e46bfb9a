"""HTTP for how fresh a channel's numbers are, and where they come from."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request

from ytempire.accounts.http.authentication import Authenticated, sessions_of_request
from ytempire.channels import service as channels
from ytempire.collection import queries
from ytempire.collection.queries import NotMeasured
from ytempire.collection.schemas import ChannelCollectionOut
from ytempire.kit.http import PROBLEMS

router = APIRouter(prefix="/api/v1", tags=["collection"], dependencies=[Authenticated], responses=PROBLEMS)


@router.get("/channels/{channel_id}/collection")
async def get_channel_collection(request: Request, channel_id: UUID) -> ChannelCollectionOut | None:
    """How fresh its numbers are, what is missing, and how far they agree with YouTube's reports. Null: it has none."""
    async with sessions_of_request(request).begin() as session:
        await channels.get_channel(session, channel_id)
        try:
            return ChannelCollectionOut.from_view(await queries.get_channel_measurement(session, channel_id))
        except NotMeasured:
            return None
