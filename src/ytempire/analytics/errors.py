"""What may go wrong when events come in as a whole; single bad events go to quarantine instead."""

from __future__ import annotations

from ytempire.kit.errors import Conflict, InvalidInput, TryLater


class Behind(TryLater):
    """More is waiting to be written than is worth keeping in memory."""

    status = 429
    code = "ingest_behind"


class TooMuch(InvalidInput):
    status = 413
    code = "delivery_too_large"


class OtherDelivery(Conflict):
    """The same Idempotency-Key for something else."""

    code = "idempotency_key_reused"
