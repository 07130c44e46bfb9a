"""What Google's APIs have and the sandbox does not: every other method of their descriptions, batches, other paths.

Each is refused as Google refuses: who calls and with which scopes is looked at first, unknown parameters and parts
are said to be unknown, and the rest is `sandboxUnsupported`.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from ytempire.sandbox import discovery, quota
from ytempire.sandbox.api import Call, Operation, Resource, error_response
from ytempire.sandbox.errors import method_not_found, method_not_supported

# Below these every answer is of Google's APIs.
ROOTS = ("/youtube", "/v2", "/upload", "/resumable/upload", "/batch", "/v1", "/discovery", "/$discovery")
_LACKING = {"/batch": "batch requests", "/v1": "the Reporting API"}
VERBS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_BUCKETS = {"youtube": quota.UNITS, "youtubeAnalytics": quota.REPORTS}


def operations(served: Collection[Operation]) -> list[Operation]:
    """An operation for each method that is described and not served."""
    names = {(operation.api, operation.name) for operation in served}
    return [
        _operation(api, name) for api in discovery.APIS for name in discovery.methods(api) if (api, name) not in names
    ]


def _operation(api: str, name: str) -> Operation:
    described = discovery.method(api, name)
    return Operation(
        name,
        described["httpMethod"],
        "/" + described["path"],
        partial(_refuse, method=f"{api}.{name}"),
        frozenset(described.get("parameters", {})),
        bucket=_BUCKETS[api],
        key_suffices=described["httpMethod"] == "GET",
        api=api,
    )


def _refuse(call: Call, method: str) -> Resource:
    if "part" in call.query:
        call.known_parts()
    raise method_not_supported(f"the method {method}")


def is_upload(operation: Operation) -> bool:
    return "mediaUpload" in discovery.method(operation.api, operation.name)


async def refuse_path(request: Request) -> Response:
    """For a path, or a verb on a path, that is no method of theirs."""
    root = "/" + request.url.path.split("/")[1]
    return error_response(method_not_supported(_LACKING[root]) if root in _LACKING else method_not_found())
