"""Coming in through a one-time link; recognising who is in."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from starlette.requests import HTTPConnection

from ytempire.accounts import service
from ytempire.kit.database import Sessions
from ytempire.kit.errors import YtempireError
from ytempire.kit.http import PROBLEMS
from ytempire.settings import Settings

SESSION_COOKIE = "ytempire_session"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

router = APIRouter(tags=["accounts"], responses=PROBLEMS)


class ForeignOrigin(YtempireError):
    """A page of another site asked the browser to do this."""

    status = 403
    code = "foreign_origin"


async def signed_in(connection: HTTPConnection) -> None:
    """Dependency of everything behind the door: a live session, and for changes a request of our own page."""
    sessions: Sessions = connection.app.state.sessions
    async with sessions() as session:
        await service.require_session(session, connection.cookies.get(SESSION_COOKIE))
    method = connection.scope.get("method", "WEBSOCKET")
    if method not in SAFE_METHODS:
        require_own_origin(connection)


def require_own_origin(connection: HTTPConnection) -> None:
    """Browsers send Origin with every request that can change something and with every WebSocket."""
    origin, host = connection.headers.get("origin"), connection.headers.get("host")
    if origin is not None and origin.split("://", 1)[-1] != host:
        raise ForeignOrigin("This request comes from another site.")


SignedIn = Depends(signed_in)


@router.get("/enter", include_in_schema=False)
async def enter(request: Request, code: str) -> Response:
    """Use up a one-time link: open a session and go to the page."""
    sessions: Sessions = request.app.state.sessions
    settings: Settings = request.app.state.settings
    async with sessions.begin() as session:
        token = await service.redeem_link_code(session, code, session_lifetime=settings.api.session_lifetime)
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(
        SESSION_COOKIE,
        token,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        max_age=int(settings.api.session_lifetime.total_seconds()),
    )
    return response


class Me(BaseModel):
    name: str


@router.get("/api/v1/me", dependencies=[SignedIn])
async def me() -> Me:
    """Who is signed in: for now always the person at this machine."""
    return Me(name="Operator")
