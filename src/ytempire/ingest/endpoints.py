"""The door for measurements: lines of NDJSON, taken when they are committed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import IngestClient
from ytempire.ingest.errors import RequestTooLarge
from ytempire.ingest.gzip_stream import GzipError, GzipReader
from ytempire.ingest.ingestor import Ingestor, IngestReceipt, IngestRequest
from ytempire.ingest.text_decoding import as_utf8, require_lines
from ytempire.kit.body_limit import max_body_bytes
from ytempire.kit.errors import InvalidInput
from ytempire.kit.http import PROBLEMS

router = APIRouter(prefix="/api/v1/ingest", tags=["ingest"], responses=PROBLEMS)
LARGEST = 32 * 1024 * 1024  # bytes, unpacked: some 80,000 events; 10,000 at once are best
NDJSON = "application/x-ndjson"
_BODY = {
    "requestBody": {
        "required": True,
        "description": "One event a line; with `Content-Encoding: gzip` packed. At most 32 MB when unpacked.",
        "content": {NDJSON: {"schema": {"type": "string"}}},
    }
}


class IngestReceiptOut(BaseModel):
    """What became of a delivery: every event is in one of the last five."""

    batch_id: UUID
    events: int = Field(description="lines that were not empty")
    inserted: int = Field(description="were new")
    changed: int = Field(description="were there and said something else")
    unchanged: int = Field(description="were there already")
    superseded: int = Field(description="were said again further on in this delivery")
    rejected: int = Field(description="are in quarantine, each with its reason")

    @classmethod
    def from_receipt(cls, receipt: IngestReceipt) -> IngestReceiptOut:
        return cls.model_validate(receipt, from_attributes=True)


@router.post("/metrics", status_code=202, openapi_extra=_BODY)
@max_body_bytes(LARGEST)
async def ingest_metrics(
    request: Request,
    me: IngestClient,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
    content_encoding: Annotated[str | None, Header()] = None,
) -> IngestReceiptOut:
    """Deliver measured events. When this answers they are committed, in the rollups and on every screen.

    An event says what happened to one video in the interval that ends at its `timestamp`; said again, the last one
    counts. `"correction": true`: something was taken back, and may be below 0. `"whole_day": true`: it is of a whole
    day, and counts in no hour. A bad event goes to quarantine with a reason, and the others go in. 429 with
    `Retry-After` when more is
    waiting than can be written; 422, and nothing is taken, for a JSON array or an object on several lines.
    """
    ingestor: Ingestor = request.app.state.ingestor
    data = as_utf8(await _body(request, content_encoding))
    require_lines(data)
    return IngestReceiptOut.from_receipt(
        await ingestor.ingest(IngestRequest(data, "api", idempotency_key=idempotency_key), me)
    )


async def _body(request: Request, encoding: str | None) -> bytes:
    """The lines, unpacked. Raises RequestTooLarge, and InvalidInput for what is no whole gzip."""
    coding = (encoding or "identity").strip().lower()
    if coding not in {"identity", "gzip", "x-gzip"}:
        raise InvalidInput(f"The Content-Encoding {encoding} is not known here.", hint="Use gzip, or none.")
    reader = None if coding == "identity" else GzipReader()
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            unpacked = reader.unpack(chunk, room=LARGEST - size + 1) if reader else chunk
            chunks.append(unpacked)
            size += len(unpacked)
            if size > LARGEST:
                raise RequestTooLarge(
                    f"A delivery has at most {LARGEST // 2**20} MB when unpacked.",
                    hint="Send it in several; 10,000 events at once are best.",
                )
        if reader:
            reader.finish()
    except GzipError as error:
        raise InvalidInput(
            f"The packed body cannot be used: {error}. Nothing of it was taken.",
            hint="Pack it again and send it as a whole, or leave out Content-Encoding.",
        ) from error
    return b"".join(chunks)
