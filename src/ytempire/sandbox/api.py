"""How a call of Google's APIs is served: who calls, what it costs, what it may ask, and the answer's shape.

The handler, the quota and the count of calls are one transaction: a call that was served is paid for, and one that
was refused costs 1.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from ytempire.sandbox import languages, quota
from ytempire.sandbox.authentication import Caller, identify
from ytempire.sandbox.context import SandboxContext
from ytempire.sandbox.discovery import check_body, check_fields, check_parameters, parts_of, scopes_of, words_of
from ytempire.sandbox.errors import (
    ApiError,
    insufficient_scopes,
    invalid_parameter,
    login_required,
    not_supported,
    too_large,
    unknown_part,
)
from ytempire.sandbox.partial_response import mask_of, select

JSON = "application/json; charset=UTF-8"
LARGEST_JSON = 1024 * 1024  # far beyond any resource: a description has 5,000 bytes
Resource = dict[str, Any]


@dataclass(frozen=True)
class File:
    """An answer that is no JSON: a downloaded caption track."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class Operation:
    name: str  # as the discovery document names it, without the API: videos.list
    verb: str
    path: str
    handler: Callable[[Call], Resource | File | None]
    parameters: frozenset[str] = frozenset()
    cost: int = 1
    bucket: str = quota.UNITS
    key_suffices: bool = False  # what is public may be asked for with an API key alone
    api: str = "youtube"
    has_body: bool = False

    @property
    def scopes(self) -> frozenset[str]:
        return scopes_of(self.api, self.name)


@dataclass
class Call:
    context: SandboxContext
    operation: Operation
    caller: Caller
    query: QueryParams
    base: str  # where the sandbox is reached, with a slash at the end
    now: float
    body: Resource = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)

    @property
    def channel_id(self) -> str:
        """The channel that acts. Raises 401 where nobody has signed in."""
        if self.caller.channel_id is None:
            raise login_required()
        return self.caller.channel_id

    def names(self, name: str) -> list[str]:
        """A list, given with commas or repeated."""
        return [part.strip() for text in self.query.getlist(name) for part in text.split(",") if part.strip()]

    def required(self, name: str) -> str:
        value = self.query.get(name)
        if not value:
            raise ApiError(400, "required", f"Required parameter: {name}", location=name)
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        text = self.query.get(name, str(default))
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise invalid_parameter(name, f"Invalid value '{text}'. Values must be within the range: [{low}, {high}]")
        return int(text)

    def flag(self, name: str) -> bool:
        text = self.query.get(name, "false").lower()
        if text not in ("true", "false"):
            raise invalid_parameter(name, f"Invalid value '{text}'. Values must be true or false.")
        return text == "true"

    def choice(self, name: str, default: str, *choices: str) -> str:
        text = self.query.get(name, default)
        if text in words_of(self.operation.api, self.operation.name, name) and text not in choices:
            raise not_supported(f"{name}={text}")
        if text not in choices:
            raise invalid_parameter(name, f"Invalid string value: '{text}'. Allowed values: [{', '.join(choices)}]")
        return text

    def parts(self, *supported: str) -> set[str]:
        """What `part` asks for. Raises for what Google's resource does not have, and what the sandbox's does not."""
        known = self.known_parts()
        for part in known:
            if part not in supported:
                raise not_supported(f"part={part}")
        return set(known)

    def known_parts(self) -> list[str]:
        """Raises for a part that Google does not have."""
        self.required("part")
        known = parts_of(self.operation.api, self.operation.name)
        for part in self.names("part"):
            if known and part not in known:  # a method that answers with nothing has none, and may ask for some
                raise unknown_part(part)
        return self.names("part")

    def language(self) -> str | None:
        """`hl`: the language that texts are wanted in. Raises for one that i18nLanguages.list does not have."""
        wanted = self.query.get("hl")
        if not wanted:
            return None
        chosen = languages.application_language(wanted)
        if chosen is None:
            raise invalid_parameter("hl", f"Invalid value '{wanted}'. It is none of the languages of i18nLanguages.")
        return chosen

    def only_english(self) -> None:
        """For names of which the sandbox has no translation."""
        wanted = self.language()
        if wanted is not None and wanted.partition("-")[0] != "en":
            raise not_supported(f"hl={wanted}")

    def one_filter(self, *names: str) -> str:
        """The one filter that is given; Google wants exactly one of these."""
        given = [name for name in names if self.query.get(name) not in (None, "", "false")]
        if not given:
            message = f"No filter selected. Expected one of: {', '.join(names)}"
            raise ApiError(400, "missingRequiredParameter", message, domain="youtube.parameter", location="parameters.")
        if len(given) > 1:
            message = f"Incompatible parameters specified in the request: {', '.join(given)}"
            raise ApiError(400, "incompatibleParameters", message, domain="youtube.parameter", location="parameters.")
        return given[0]


def etag_of(value: object) -> str:
    digest = hashlib.sha1(json.dumps(value, sort_keys=True).encode(), usedforsecurity=False).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def resource(kind: str, **content: Any) -> Resource:
    """A resource with its kind and entity tag; what is None is left out."""
    given = {name: value for name, value in content.items() if value is not None}
    return {"kind": f"youtube#{kind}", "etag": etag_of(given), **given}


def given(**content: Any) -> Resource:
    return {name: value for name, value in content.items() if value is not None}


def list_answer(kind: str, items: list[Resource], *, total: int, size: int, **more: Any) -> Resource:
    info = {"totalResults": total, "resultsPerPage": size}
    return resource(kind, **more, pageInfo=info, items=items)


def base_of(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/"


def open_call(context: SandboxContext, operation: Operation, request: Request) -> Call:
    """Who calls and whether they may. Raises before anything is charged: nobody is known yet."""
    caller = identify(context.store, request.headers, request.query_params)
    if caller.channel_id is None and not operation.key_suffices:
        raise login_required()
    if caller.channel_id is not None and operation.scopes and not caller.scopes & operation.scopes:
        raise insufficient_scopes(sorted(operation.scopes))
    if request.query_params.get("alt", "json") not in ("json", "media"):
        raise not_supported("alt")
    if fields := request.query_params.get("fields"):  # before anything is done
        check_fields(operation.api, operation.name, mask_of(fields))
    path = {name: str(value) for name, value in request.path_params.items()}
    return Call(context, operation, caller, request.query_params, base_of(request), context.clock.now(), path=path)


def read_json(content: bytes) -> Resource:
    try:
        body = json.loads(content or b"{}")
    except ValueError as error:
        raise ApiError(400, "parseError", "Parse Error") from error
    if not isinstance(body, dict):
        raise ApiError(400, "parseError", "Parse Error")
    return body


def perform(call: Call, content: bytes, work: Callable[[Call], Any] | None = None) -> Any:
    """Do the operation's work, and charge it. Raises ApiError; what was refused has changed nothing but the quota."""
    context, operation, project = call.context, call.operation, call.caller.project_id
    try:
        with context.store.transaction():
            quota.require(context.store, project, operation.bucket, operation.cost, call.now)
            check_parameters(operation.api, operation.name, set(call.query), operation.parameters)
            if operation.has_body:
                call.body = read_json(content)
                check_body(call.body, operation.name)
            answer = (work or operation.handler)(call)
            quota.charge(context.store, project, operation.bucket, operation.cost, call.now)
            context.store.count_call(operation.name, "served")
    except ApiError as error:
        with context.store.transaction():
            if quota.left(context.store, project, operation.bucket, call.now):
                quota.charge(context.store, project, operation.bucket, 1, call.now)
            context.store.count_call(operation.name, error.reason)
        raise
    return answer


def to_response(request: Request, answer: Resource | File | None) -> Response:
    """The answer as Google sends it: partial where asked, with its entity tag."""
    if answer is None:
        return Response(status_code=204)
    if isinstance(answer, File):
        return Response(answer.content, media_type=answer.media_type)
    headers = {"Cache-Control": "private", "Vary": "Origin, X-Origin, Referer"}
    if "etag" in answer:
        headers["ETag"] = f'"{answer["etag"]}"'
        if request.method == "GET" and _is_known(request, answer["etag"]):
            return Response(status_code=304, headers=headers)
    if fields := request.query_params.get("fields"):
        answer = select(answer, mask_of(fields))
    indent = None if request.query_params.get("prettyPrint") == "false" else 2
    return Response(json.dumps(answer, ensure_ascii=False, indent=indent), media_type=JSON, headers=headers)


_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')


def _is_known(request: Request, etag: str) -> bool:
    """Whether If-None-Match names what would be answered (RFC 9110, 13.1.2): lists, `*`, weak comparison."""
    tags = ",".join(request.headers.getlist("if-none-match"))
    return tags.strip() == "*" or etag in _TAG.findall(tags)


def error_response(error: ApiError) -> Response:
    return Response(json.dumps(error.body(), indent=2), error.status, headers=error.headers, media_type=JSON)


async def serve(context: SandboxContext, operation: Operation, request: Request) -> Response:
    content = await read_body(request, LARGEST_JSON) if operation.has_body else b""
    return to_response(request, perform(open_call(context, operation, request), content))


async def read_body(request: Request, largest: int, message: str = "The request is larger than it may be.") -> bytes:
    """The whole body. Raises 413 as soon as it is too large, whether its length was declared or not."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > largest:
        raise too_large(message)
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > largest:
            raise too_large(message)
        pieces.append(piece)
    return b"".join(pieces)
