"""What this process counts, for Prometheus."""

from __future__ import annotations

import ipaddress

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ytempire.accounts.http.authentication import administrator, ip_address_of, require_user

router = APIRouter()
FORWARDED_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip")


@router.get("/metrics", include_in_schema=False)
async def get_metrics(request: Request) -> Response:
    """Counters in Prometheus' text format: for whoever is on this machine, and for administrators.

    An administrator's API key needs the scope `admin`. With `api.workers` > 1 each process counts for itself,
    and the one that is asked answers.
    """
    if not _is_local(request):
        await administrator(request, await require_user(request))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _is_local(request: Request) -> bool:
    """A proxy on this machine is as near as a person at it, but says for whom it asks."""
    address = ip_address_of(request)
    forwarded = any(name in request.headers for name in FORWARDED_HEADERS)
    return address is not None and ipaddress.ip_address(address).is_loopback and not forwarded
