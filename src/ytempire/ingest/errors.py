"""What may go wrong when events come in as a whole; single bad events go to quarantine instead."""

from __future__ import annotations

from ytempire.kit.errors import Conflict, InvalidInput, RetryableError


class IngestOverloaded(RetryableError):
    """More is waiting to be written than is worth keeping in memory."""

    status = 429
    code = "ingest_overloaded"


class RequestTooLarge(InvalidInput):
    status = 413
    code = "request_too_large"


class IdempotencyKeyReused(Conflict):
    """The same Idempotency-Key for something else."""

    code = "idempotency_key_reused"
