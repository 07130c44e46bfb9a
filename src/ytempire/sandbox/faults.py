"""Faults on demand and at random: a table of rules, which the control API sets, and a middleware that obeys them.

A rule names an operation (`videos.insert`, `upload.chunk`, `upload.status`, `oauth.token`, `*`), a kind, and how often:
the next `remaining` times, or each time with a probability. Draws follow from the seed and from how many there were.
Any refusal is a kind of its own, `403:accessNotConfigured`, and may say when to come back: `429:rateLimitExceeded:120`
in seconds, as `Retry-After` has them, and `503:backendError:@120` as a date so many seconds ahead.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ytempire.sandbox.api import JSON, error_response
from ytempire.sandbox.context import SandboxContext
from ytempire.sandbox.errors import (
    ApiError,
    invalid_credentials,
    quota_exceeded,
    upload_limit_exceeded,
    uploads_per_day,
)
from ytempire.sandbox.store import Store

RESET, LOST, SLOW = "reset", "answer_lost", "slow"
PROCESSING = "processing"  # not a call: what becomes of an upload afterwards
FAILED, REJECTED = "failed", "rejected"


def _server_error(status: HTTPStatus) -> Callable[[], ApiError]:
    return lambda: ApiError(status, "backendError", status.phrase, domain="global")


ANSWERS: dict[str, Callable[[], ApiError]] = {
    "unauthorized": invalid_credentials,
    "quota_exceeded": quota_exceeded,
    "uploads_per_day": lambda: uploads_per_day("sandbox"),
    "upload_limit_exceeded": upload_limit_exceeded,
    "internal_error": _server_error(HTTPStatus.INTERNAL_SERVER_ERROR),
    "bad_gateway": _server_error(HTTPStatus.BAD_GATEWAY),
    "unavailable": _server_error(HTTPStatus.SERVICE_UNAVAILABLE),
    "gateway_timeout": _server_error(HTTPStatus.GATEWAY_TIMEOUT),
}
_BY_CHANCE = ("internal_error", "bad_gateway", "unavailable", RESET, LOST, SLOW)
_HALF_A_CHUNK = 400_000  # somewhere within a second block of 256 KiB
# Answers that say 200, and are none: what stands in their bodies.
PAGES = {
    "html": ("text/html", b"<!doctype html><title>Sign in</title><p>Welcome to the network of this hotel."),
    "empty": (JSON, b""),
    "list": (JSON, b"[]"),
    "no_id": (JSON, b'{"kind": "youtube#video"}'),
    "error_inside": (JSON, b'{"error": {"code": 500, "message": "It went wrong."}}'),
    "captions_failed": (JSON, b'{"id": "C", "snippet": {"status": "failed", "failureReason": "unknownFormat"}}'),
    "no_access_token": (JSON, b'{"expires_in": 3599, "token_type": "Bearer"}'),
    "odd_expiry": (JSON, b'{"access_token": "a", "expires_in": "soon", "token_type": "Bearer"}'),
}
KINDS = (*ANSWERS, *PAGES, RESET, LOST, SLOW, FAILED, REJECTED)
_REFUSAL = re.compile(r"([45]\d\d):(\w+)(?::(@?)(\d{1,6}))?", re.ASCII)
_BEFORE = (*ANSWERS, *PAGES, RESET, LOST, SLOW)


def is_kind(kind: str) -> bool:
    """Whether a rule may name it."""
    return kind in KINDS or _REFUSAL.fullmatch(kind) is not None


def _answer_of(kind: str, operation: str, now: float) -> Response:
    """As the kind has it; those of `oauth.*` are refused in the words of OAuth."""
    if kind in PAGES:
        media_type, content = PAGES[kind]
        return Response(content, media_type=media_type)
    if kind in ANSWERS:
        return error_response(ANSWERS[kind]())
    refusal = _REFUSAL.fullmatch(kind)
    assert refusal is not None, "the control API takes no others"
    status, reason, is_date, seconds = refusal.groups()
    when = formatdate(now + float(seconds), usegmt=True) if is_date else seconds
    headers = {"Retry-After": when} if seconds else {}
    if operation.startswith("oauth."):
        return JSONResponse({"error": reason}, int(status), headers=headers)
    return error_response(ApiError(int(status), reason, f"The request was refused: {reason}.", headers=headers))


@dataclass(frozen=True)
class Fault:
    kind: str
    after_bytes: int
    seconds: float


def _is_of_a_call(kind: str) -> bool:
    return kind in _BEFORE or _REFUSAL.fullmatch(kind) is not None


def take(store: Store, operation: str, *, is_wanted: Callable[[str], bool] = _is_of_a_call) -> Fault | None:
    """The fault that happens to this call, if any: it is counted as having happened."""
    rules = store.all(
        "SELECT * FROM fault_rules WHERE operation IN (:operation, '*') AND remaining IS NOT 0 ORDER BY id",
        operation=operation,
    )
    for rule in rules:
        if not is_wanted(rule["kind"]):
            continue
        with store.transaction():
            if _draw(store) >= rule["probability"]:
                continue
            store.run(
                "UPDATE fault_rules SET remaining = remaining - 1, happened = happened + 1 WHERE id = :id",
                id=rule["id"],
            )
        return Fault(rule["kind"], rule["after_bytes"], rule["seconds"])
    return None


def _draw(store: Store) -> float:
    """Between 0 and 1, the same row of numbers for the same seed."""
    number = store.next_number("draw")
    drawn = hashlib.sha256(f"{store.seed} fault {number}".encode()).digest()[:8]
    return int.from_bytes(drawn, "big") / 2**64


def _by_chance(store: Store, rate: float) -> Fault | None:
    """What no rule ordered: a call in so many goes wrong, in one of the ways of a network or a busy server."""
    with store.transaction():
        if _draw(store) >= rate:
            return None
        kind = _BY_CHANCE[int(_draw(store) * len(_BY_CHANCE))]
    return Fault(kind, after_bytes=_HALF_A_CHUNK, seconds=1.0)


class Faults:
    """Stands before the application. Plain ASGI, since it must let half a body through and keep an answer back."""

    def __init__(self, app: ASGIApp, context: SandboxContext, name_of: Callable[[Request], str | None]) -> None:
        self._app, self._world, self._name_of = app, context, name_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operation = self._name_of(Request(scope)) if scope["type"] == "http" else None
        fault = take(self._world.store, operation) if operation else None
        if fault is None and operation and self._world.settings.fault_rate:
            fault = _by_chance(self._world.store, self._world.settings.fault_rate)
        if fault is None or operation is None:
            await self._app(scope, receive, send)
        elif fault.kind == SLOW:
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
        elif fault.kind == RESET:
            await self._reset(scope, receive, send, fault.after_bytes)
        elif fault.kind == LOST:
            await self._lose(scope, receive)
        else:
            await _read_away(receive)
            await _answer_of(fault.kind, operation, self._world.clock.now())(scope, receive, send)

    async def _reset(self, scope: Scope, receive: Receive, send: Send, after: int) -> None:
        """Let the first bytes of the body through, then cut the connection: they are kept, and nobody hears of it.

        A body that is shorter comes through whole, and is answered.
        """
        passed, is_cut = 0, False

        async def receive_some() -> Message:
            nonlocal passed, is_cut
            if passed >= after:
                is_cut = True
                return await self._cut(scope, receive)
            message = await receive()
            body = message.get("body", b"")[: after - passed]
            passed += len(body)
            return {"type": "http.request", "body": body, "more_body": True} if body else message

        async def send_if_whole(message: Message) -> None:
            if passed < after:
                await send(message)

        if after:
            await self._app(scope, receive_some, send_if_whole)
        if passed >= after and not is_cut:
            await self._cut(scope, receive)

    async def _lose(self, scope: Scope, receive: Receive) -> None:
        """Do all that was asked, and cut the connection before a byte of the answer."""

        async def drop(message: Message) -> None:
            del message

        await self._app(scope, receive, drop)
        await self._cut(scope, receive)

    async def _cut(self, scope: Scope, receive: Receive) -> Message:
        """Cut the connection, and wait until the server has seen it: only then does it miss no answer."""
        self._world.connections.cut(scope)
        while (message := await receive())["type"] != "http.disconnect":
            pass
        return message


async def _read_away(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass
