"""Faults on demand and at random: a table of rules, which the control API sets, and a middleware that obeys them.

A rule names an operation (`videos.insert`, `upload.chunk`, `upload.status`, `oauth.token`, `*`), a kind, and how often:
the next `remaining` times, or each time with a probability. Draws follow from the seed and from how many there were.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ytempire.sandbox.api import refused
from ytempire.sandbox.errors import (
    ApiError,
    invalid_credentials,
    quota_exceeded,
    upload_limit_exceeded,
    uploads_per_day,
)
from ytempire.sandbox.store import Store
from ytempire.sandbox.world import World

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
KINDS = (*ANSWERS, RESET, LOST, SLOW, FAILED, REJECTED)


@dataclass(frozen=True)
class Fault:
    kind: str
    after_bytes: int
    seconds: float


def take(store: Store, operation: str, *, kinds: tuple[str, ...]) -> Fault | None:
    """The fault that happens to this call, if any: it is counted as having happened."""
    rules = store.all(
        "SELECT * FROM fault_rules WHERE operation IN (:operation, '*') AND remaining IS NOT 0 ORDER BY id",
        operation=operation,
    )
    for rule in rules:
        if rule["kind"] not in kinds:
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

    def __init__(self, app: ASGIApp, world: World, name_of: Callable[[Request], str | None]) -> None:
        self._app, self._world, self._name_of = app, world, name_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operation = self._name_of(Request(scope)) if scope["type"] == "http" else None
        kinds = (*ANSWERS, RESET, LOST, SLOW)
        fault = take(self._world.store, operation, kinds=kinds) if operation else None
        if fault is None and operation and self._world.settings.fault_rate:
            fault = _by_chance(self._world.store, self._world.settings.fault_rate)
        if fault is None:
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
            await refused(ANSWERS[fault.kind]())(scope, receive, send)

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
