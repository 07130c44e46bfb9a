"""What every endpoint shares: RFC 9457 problems, request ids."""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ytempire.kit.analyst_views import is_masked
from ytempire.kit.body_limit import BodyTooLarge
from ytempire.kit.database import is_transient
from ytempire.kit.errors import RetryableError, YtempireError
from ytempire.kit.logs import get_logger
from ytempire.kit.security_headers import PLAIN
from ytempire.kit.subject import anonymous, current_subject

log = get_logger(__name__)
DATABASE_RETRY_AFTER_S = 5.0  # a restart of the embedded server takes less
PROBLEM_TYPE = "application/problem+json"


NO_ROOM = "Nothing was stored. Whoever runs it has to make room; then try again."


class _Refusal(NamedTuple):
    status: int
    code: str
    detail: str | None  # None: the database's own sentence, which is ours and meant for people
    hint: str | None = None


# What analysts see has no view, no column and no function for it: it is about people, or is a secret. The last two: a
# masked view cannot be written to.
_NOT_FOR_ANALYSTS: dict[str | None, _Refusal] = dict.fromkeys(
    ("42501", "42P01", "42703", "42883", "55000", "0A000"),
    _Refusal(
        403,
        "not_for_analysts",
        "Analysts read figures of all channels. This is about people, is secret, or changes something.",
        "Ask an administrator for the role of an operator, and for a permission on the channel.",
    ),
)

# What the database does not allow, by SQLSTATE. A service says it better where it knows what was meant.
_REFUSALS: dict[str | None, _Refusal] = {
    "28000": _Refusal(401, "unauthenticated", None, "Sign in again."),  # the session has ended
    "42501": _Refusal(403, "forbidden", "You may not do this with what belongs to somebody else."),
    "25006": _Refusal(403, "forbidden", "This API key may only read.", "Make a key with the scope write."),
    "23503": _Refusal(404, "not_found", "Something that this request names does not exist."),
    "23514": _Refusal(422, "rule_broken", "The database has a rule that one of these values breaks: {constraint}."),
    "P0001": _Refusal(409, "conflict", None),  # a rule of ours, raised by a trigger
    "53100": _Refusal(507, "disk_full", "The disk of this installation's database is full.", NO_ROOM),
}


class Problem(BaseModel):
    """An error as RFC 9457 has it, with our `code`, a `hint` that says what to do, and the request's id."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    hint: str | None = None
    request_id: str
    errors: list[dict[str, Any]] | None = Field(default=None, description="one entry for each invalid field")
    refers_to: dict[str, UUID] | None = Field(default=None, description="by their names ids of what it is about")


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {"model": Problem, "description": "Problem", "content": {PROBLEM_TYPE: {}}},
}


def problem(
    request: Request,
    *,
    status: int,
    title: str,
    detail: str,
    code: str,
    hint: str | None = None,
    errors: list[dict[str, Any]] | None = None,
    refers_to: Mapping[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    body = Problem(
        title=title,
        status=status,
        detail=detail,
        code=code,
        hint=hint,
        errors=errors,
        refers_to=refers_to and {name: UUID(id_) for name, id_ in refers_to.items()},
        request_id=getattr(request.state, "request_id", "none"),
    )
    return JSONResponse(
        body.model_dump(mode="json", exclude_none=True), status_code=status, media_type=PROBLEM_TYPE, headers=headers
    )


def install_problems(app: FastAPI) -> None:
    """Answer every error as a problem; a bug is a 500 whose details are in the log alone."""
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)
    app.add_middleware(RequestId)


async def _handle_domain_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, YtempireError)
    headers = {"Retry-After": str(int(error.after_s))} if isinstance(error, RetryableError) and error.after_s else None
    return problem(
        request,
        status=error.status,
        title=type(error).__name__,
        detail=error.message,
        code=error.code,
        hint=error.hint,
        refers_to=error.refers_to,
        headers=headers,
    )


async def _handle_database_error(request: Request, error: Exception) -> JSONResponse:
    """What the database itself does not allow, in the words of its rule; or that it cannot be asked now."""
    original = error.orig if isinstance(error, DBAPIError) else error
    refusals = {**_REFUSALS, **_NOT_FOR_ANALYSTS} if is_masked(current_subject()) else _REFUSALS
    refusal = refusals.get(original.sqlstate) if isinstance(original, psycopg.Error) else None
    if refusal is None and is_transient(error):
        log.warning("database_unavailable", path=request.url.path, exc_info=error)
        return await _handle_domain_error(
            request,
            RetryableError("The database cannot answer now.", hint="Try again.", after_s=DATABASE_RETRY_AFTER_S),
        )
    if refusal is None:
        return await _handle_unexpected_error(request, error)
    assert isinstance(original, psycopg.Error)
    # a service should have said it: whoever reads the log can tell a mistake of ours from one of the caller's
    log.warning(
        "database_refused",
        path=request.url.path,
        sqlstate=original.sqlstate,
        constraint=original.diag.constraint_name,
        said=original.diag.message_primary,
    )
    return problem(
        request,
        status=refusal.status,
        title="Refused",
        detail=refusal.detail.format(constraint=original.diag.constraint_name)
        if refusal.detail
        else original.diag.message_primary or "",
        code=refusal.code,
        hint=refusal.hint,
    )


async def _handle_validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # `input` may hold what somebody typed into a secret field; `ctx` may not be JSON
    errors = [{"loc": [str(part) for part in entry["loc"]], "msg": entry["msg"]} for entry in error.errors()]
    first = errors[0]
    return problem(
        request,
        status=422,
        title="InvalidInput",
        code="invalid_input",
        errors=errors,
        detail=f"{'.'.join(first['loc'][1:]) or 'The request'}: {first['msg']}.",
    )


async def _handle_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(
        request,
        status=error.status_code,
        title=str(error.detail),
        detail=str(error.detail),
        code=f"http_{error.status_code}",
        headers=dict(error.headers or {}),
    )


async def _handle_disk_full(request: Request, error: Exception) -> JSONResponse:
    """A full disk is nobody's mistake in the code; every other error of the system is a bug."""
    if not isinstance(error, OSError) or error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return await _handle_unexpected_error(request, error)
    log.error("disk_full", path=request.url.path, file=error.filename)
    return problem(
        request,
        status=507,
        title="InsufficientStorage",
        detail="The disk of this installation is full.",
        code="disk_full",
        hint=NO_ROOM,
    )


async def _handle_body_too_large(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BodyTooLarge)
    return problem(
        request,
        status=error.status_code,
        title="ContentTooLarge",
        detail=error.detail,
        code="body_too_large",
        hint="Send less at once.",
    )


async def _handle_unexpected_error(request: Request, error: Exception) -> JSONResponse:
    request_id = getattr(request.state, "request_id", "none")
    log.error("request_failed", path=request.url.path, exc_info=error, request_id=request_id)
    return problem(
        request,
        status=500,
        title="InternalError",
        code="internal_error",
        detail="Something went wrong on our side.",
        hint="The log has the details under this request's id.",
        # sent from outside of what names and guards the others; and the server ends the connection when it hears of it
        headers={"X-Request-Id": request_id, "Connection": "close", **PLAIN},
    )


_HANDLERS: dict[type[Exception], Callable[[Request, Exception], Awaitable[JSONResponse]]] = {
    YtempireError: _handle_domain_error,
    DBAPIError: _handle_database_error,
    psycopg.Error: _handle_database_error,
    PoolExhausted: _handle_database_error,
    RequestValidationError: _handle_validation_error,
    BodyTooLarge: _handle_body_too_large,
    HTTPException: _handle_http_error,
    OSError: _handle_disk_full,
    Exception: _handle_unexpected_error,
}


class RequestId:
    """Names every request, in the log and in its answer, and begins it as nobody's.

    Plain ASGI: what FastAPI makes of a function costs two tasks and a stream for each request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = request_id = str(uuid4())

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers.update(state.get("answer_headers", {}))
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id), anonymous():
            await self._app(scope, receive, send_named)
