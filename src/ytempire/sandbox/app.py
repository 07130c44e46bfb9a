"""The sandbox's application: routes of Google's APIs, OAuth, its own control API and a few pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ytempire.kit.errors import YtempireError
from ytempire.sandbox import (
    analytics,
    captions,
    categories,
    channels,
    consent,
    control,
    i18n,
    oauth,
    playlists,
    search,
    statistics,
    thumbnails,
    unsupported,
    userinfo,
    video_calls,
    video_insert,
    videos,
)
from ytempire.sandbox.api import LARGEST_JSON, Operation, error_response, read_body, serve
from ytempire.sandbox.context import SandboxContext
from ytempire.sandbox.errors import ApiError
from ytempire.sandbox.faults import Faults
from ytempire.sandbox.html import page
from ytempire.sandbox.images import PIXELS, image_bytes
from ytempire.sandbox.store import Row
from ytempire.sandbox.uploads import Upload, forget_expired, media_path, receive
from ytempire.settings import Sandbox

OPERATIONS: tuple[Operation, ...] = (
    *video_calls.OPERATIONS,
    *channels.OPERATIONS,
    *playlists.OPERATIONS,
    *search.OPERATIONS,
    *categories.OPERATIONS,
    *i18n.OPERATIONS,
    *captions.OPERATIONS,
    *thumbnails.OPERATIONS,
    *analytics.OPERATIONS,
)
UPLOADS = (video_insert.INSERT, thumbnails.SET, captions.INSERT, captions.UPDATE)
# Google's client sends everything to the first; the discovery document names the second for resumable uploads
UPLOAD_ROOTS = ("/upload", "/resumable/upload")
HOSTS = ["127.0.0.1", "localhost", "[::1]"]
Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(folder: Path, settings: Sandbox) -> FastAPI:
    """The application on the state in that folder, which is made where there is none; see `app.state.context`."""
    context = SandboxContext.open(folder, settings)
    forget_expired(context)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        context.store.close()

    routes = _routes(context)
    hosts = [*HOSTS, settings.host] if settings.host not in ("", "0.0.0.0", "::") else ["*"]  # noqa: S104  # asked for
    app = FastAPI(
        title="YTEMPIRE sandbox: a local YouTube",
        lifespan=lifespan,
        routes=[*routes],
        openapi_url="/sandbox/openapi.json",
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(SandboxHeader, context=context),
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts),
            Middleware(MethodOverride),
            Middleware(Faults, context=context, name_of=_namer(routes)),
        ],
    )
    app.state.context = context
    app.include_router(control.router)
    app.add_exception_handler(ApiError, _refuse)
    app.add_exception_handler(YtempireError, _explain)
    app.add_exception_handler(Exception, _bug)
    return app


class SandboxHeader:
    """Every answer says what it comes from, and the time that it is there."""

    def __init__(self, app: ASGIApp, context: SandboxContext) -> None:
        self._app, self._world = app, context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Sandbox"] = "ytempire"
                headers["Date"] = format_datetime(datetime.fromtimestamp(self._world.clock.now(), UTC), usegmt=True)
            await send(message)

        await self._app(scope, receive, send_marked)


class MethodOverride:
    """A question that is too long for an address comes as a POST; Google's client does so beyond 2,048 letters."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and Headers(scope=scope).get("x-http-method-override") == "GET":
            try:
                question = await read_body(Request(scope, receive), LARGEST_JSON)
            except ApiError as error:
                return await error_response(error)(scope, receive, send)
            scope = dict(scope, method="GET", query_string=question)
        await self._app(scope, receive, send)


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return error_response(error)


async def _explain(request: Request, error: Exception) -> Response:
    """Errors of the control API, which is ours and not Google's."""
    assert isinstance(error, YtempireError)
    return JSONResponse({"code": error.code, "detail": error.message, "hint": error.hint}, error.status)


async def _bug(request: Request, error: Exception) -> Response:
    """Ours, not Google's; uvicorn logs it. It is sent from outside of what marks the other answers."""
    answer = error_response(ApiError(500, "backendError", "The sandbox has a bug; its log has the details."))
    answer.headers["X-Sandbox"] = "ytempire"
    return answer


# --- routes ---


def _routes(context: SandboxContext) -> list[Route]:
    """Names are those of faults: `videos.insert` begins an upload, `upload.chunk` and `upload.status` go on with it."""
    served = [
        Route(operation.path, _api(context, operation), methods=[operation.verb], name=operation.name)
        for operation in OPERATIONS
    ]
    uploads = [
        Route(root + upload.operation.path, _media(context, upload), methods=[verb], name=upload.operation.name)
        for upload in UPLOADS
        for root in UPLOAD_ROOTS
        for verb in _verbs(upload)
    ]
    return [*served, *uploads, *_oauth_routes(context), *_unsupported_routes(context), *_page_routes(context)]


def _unsupported_routes(context: SandboxContext) -> list[Route]:
    """What Google has beside, and then whatever else lies below its APIs: never our framework's own answers."""
    lacking = unsupported.operations(OPERATIONS)
    methods = [
        Route(root + operation.path, _api(context, operation), methods=[operation.verb], name=operation.name)
        for operation in lacking
        for root in ("", *(UPLOAD_ROOTS if unsupported.is_upload(operation) else ()))
    ]
    rest = [
        Route(root + below, unsupported.refuse_path, methods=unsupported.VERBS, name="unknown")
        for root in unsupported.ROOTS
        for below in ("", "/{rest:path}")
    ]
    return [*methods, *rest]


def _verbs(upload: Upload) -> list[str]:
    """captions.insert and captions.update share their addresses; a session of either is gone on with by PUT."""
    if upload is captions.INSERT:
        return ["POST"]
    return list(dict.fromkeys([upload.operation.verb, "PUT", "DELETE"]))


def _api(context: SandboxContext, operation: Operation) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await serve(context, operation, request)

    return endpoint


def _media(context: SandboxContext, upload: Upload) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await receive(context, _meant(context, upload, request), request)

    return endpoint


def _meant(context: SandboxContext, upload: Upload, request: Request) -> Upload:
    """The upload that a session belongs to: by its address alone one cannot tell."""
    session_id = request.query_params.get("upload_id", "")
    row = context.store.one("SELECT operation FROM sessions WHERE id = :id", id=session_id)
    return next(
        (candidate for candidate in UPLOADS if row is not None and candidate.operation.name == row["operation"]), upload
    )


def _oauth_routes(context: SandboxContext) -> list[Route]:
    async def authorise(request: Request) -> Response:
        return consent.authorise(context, request)

    async def decide(request: Request) -> Response:
        return await consent.decide(context, request)

    async def token(request: Request) -> Response:
        return await oauth.token(context, request)

    async def revoke(request: Request) -> Response:
        return await oauth.revoke(context, request)

    async def tokeninfo(request: Request) -> Response:
        return oauth.tokeninfo(context, request)

    async def person(request: Request) -> Response:
        return userinfo.userinfo(context, request)

    people = [Route(path, person, name="oauth.userinfo") for path in (*userinfo.OPENID_PATHS, *userinfo.OLD_PATHS)]
    return [
        *people,
        Route(consent.AUTHORISE, authorise, name="oauth.authorise"),
        Route(consent.DECIDE, decide, methods=["POST"], name="oauth.decide"),
        Route("/token", token, methods=["POST"], name="oauth.token"),
        Route("/revoke", revoke, methods=["POST"], name="oauth.revoke"),
        Route("/tokeninfo", tokeninfo, name="oauth.tokeninfo"),
    ]


def _page_routes(context: SandboxContext) -> list[Route]:
    async def front(request: Request) -> Response:
        now = context.clock.now()
        rows = context.store.all("SELECT * FROM videos ORDER BY number DESC LIMIT 200")
        lines = [
            f'<p><a href="/watch?v={row["id"]}">{escape(videos.snippet_of(row)["title"])}</a>'
            f" <small>{statistics.shown_views(context.store, row, now)} views</small></p>"
            for row in rows
            if videos.is_public(row, now)
        ]
        return HTMLResponse(page("Videos", "".join(lines) or "<p>Nothing is public yet.</p>"))

    async def watch(request: Request) -> Response:
        row = _public(context, request.query_params.get("v", ""))
        kept = videos.snippet_of(row)
        views = statistics.shown_views(context.store, row, context.clock.now())
        return HTMLResponse(
            page(
                kept["title"],
                f'<video controls src="/media/{row["id"]}" poster="/vi/{row["id"]}/maxresdefault.jpg"></video>'
                f"<h2>{escape(kept['title'])}</h2><p>{views} views</p>"
                f"<p style='white-space:pre-wrap'>{escape(kept['description'])}</p>",
            )
        )

    async def media(request: Request) -> Response:
        row = _public(context, request.path_params["video_id"])
        return FileResponse(media_path(context, row["session_id"]), media_type="video/mp4")

    async def picture(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in PIXELS:
            raise HTTPException(404)
        # by the path alone, as at YouTube: who knows a private video's id sees its thumbnail
        row = videos.find(context.store, request.path_params["video_id"])
        kept = thumbnails.thumbnail_path(context, row["id"]).read_bytes() if row and row["thumbnail_at"] else None
        return Response(image_bytes(kept, name), media_type="image/jpeg")

    return [
        Route("/", front),
        Route("/watch", watch),
        Route("/media/{video_id}", media),
        Route("/vi/{video_id}/{name}", picture),
    ]


def _public(context: SandboxContext, video_id: str) -> Row:
    row = videos.find(context.store, video_id)
    if row is None or not videos.is_visible_to(row, None, context.clock.now()):
        raise HTTPException(404)
    return row


def _namer(routes: list[Route]) -> Callable[[Request], str | None]:
    """What a request is called in the table of faults; the control API and the pages have none."""

    def name_of(request: Request) -> str | None:
        for route in routes:
            if route.matches(request.scope)[0] is Match.FULL:
                if "upload_id" in request.query_params:
                    asks = request.headers.get("content-range", "").startswith("bytes */")
                    return "upload.status" if asks else "upload.chunk"
                return route.name if "." in route.name else None
        return None

    return name_of
