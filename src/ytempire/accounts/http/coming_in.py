"""Coming in and going out: sign-in, refresh, registration, reset, the one-time link, and the public keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, BackgroundTasks, Cookie, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field, SecretStr, StringConstraints

from ytempire.accounts import passwords, sessions
from ytempire.accounts.counting import require_few_letters
from ytempire.accounts.errors import ForeignOrigin, NotSignedIn
from ytempire.accounts.http.gate import (
    ACCESS_COOKIE,
    REFRESH_COOKIE,
    Me,
    address_of,
    entrance_of,
    require_own_origin,
    require_own_way,
)
from ytempire.accounts.sessions import OpenSession, Origin
from ytempire.accounts.sign_in import normal_address
from ytempire.configuration import flags
from ytempire.kit.clock import now
from ytempire.kit.database import in_name_of
from ytempire.kit.errors import Forbidden
from ytempire.kit.http import PROBLEMS
from ytempire.kit.mail import require_address
from ytempire.kit.text import Words

router = APIRouter(tags=["sign-in"], responses=PROBLEMS)
REFRESH_PATH = "/api/v1/auth"

Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")]
Password = Annotated[SecretStr, Field(min_length=1, max_length=1000)]
Token = Annotated[SecretStr, Field(min_length=1, max_length=200)]
Keep = Literal["cookie", "token"]


class SignIn(BaseModel):
    email: Address
    password: Password
    code: Annotated[str | None, Field(max_length=100)] = Field(
        default=None, description="of the authenticator app, or a recovery code"
    )
    keep: Keep = Field(default="token", description="where the tokens go: into cookies for the page, or the answer")


class Tokens(BaseModel):
    """`access_token` and `refresh_token` are null where cookies carry them."""

    access_token: str | None
    refresh_token: str | None
    expires_in: int = Field(description="seconds until the access token expires")
    session_expires_at: datetime


@router.post("/api/v1/auth/sign-in")
async def sign_in(request: Request, response: Response, body: SignIn) -> Tokens:
    """Open a session. The same answer for an unknown address and a wrong password."""
    require_own_origin(request)
    opened = await entrance_of(request).door.sign_in(
        body.email, body.password.get_secret_value(), body.code, _origin(request)
    )
    return await _answer(request, response, opened, body.keep)


class Refresh(BaseModel):
    refresh_token: Token | None = Field(default=None, description="null: the one in the cookie")


@router.post("/api/v1/auth/refresh")
async def refresh(
    request: Request,
    response: Response,
    body: Refresh,
    cookie: Annotated[str | None, Cookie(alias=REFRESH_COOKIE, max_length=200)] = None,
) -> Tokens:
    """New tokens for a refresh token, which works once: a second use ends the session."""
    require_own_origin(request)
    token = body.refresh_token.get_secret_value() if body.refresh_token else cookie
    if token is None:
        raise NotSignedIn("There is nothing to refresh.", hint="Sign in.")
    entrance = entrance_of(request)
    lifetime = entrance.settings.security.refresh_lifetime
    opened = await sessions.refresh(entrance.platform, token, lifetime=lifetime)
    return await _answer(request, response, opened, "token" if body.refresh_token else "cookie")


@router.post("/api/v1/auth/sign-out", status_code=204)
async def sign_out(request: Request, response: Response, me: Me) -> None:
    """End this session at once, here and everywhere its tokens were copied to."""
    if me.session_id is not None:
        async with in_name_of(entrance_of(request).platform, me).begin() as session:
            await sessions.revoke_session(session, me.user_id, me.session_id, because="signed_out")
    response.delete_cookie(ACCESS_COOKIE, path="/")
    response.delete_cookie(REFRESH_COOKIE, path=REFRESH_PATH)


class NewAccount(BaseModel):
    email: Address
    password: Password
    full_name: Annotated[Words, Field(max_length=200)] = ""


class Accepted(BaseModel):
    """What happens next goes to the address."""

    detail: str


@router.post("/api/v1/auth/register", status_code=202)
async def register(request: Request, body: NewAccount, later: BackgroundTasks) -> Accepted:
    """Ask for an account. The answer is the same whether the address has one already or not."""
    require_own_origin(request)
    password = body.password.get_secret_value()
    require_address(body.email)
    passwords.require_acceptable(password, email=body.email)
    async with entrance_of(request).platform.begin() as session:
        if not await flags.is_enabled(session, flags.REGISTRATION):
            raise Forbidden("This installation takes no registrations.", hint="Ask its administrator for an account.")
    await _require_few_letters(request, body.email)
    later.add_task(entrance_of(request).registry.register, body.email, password, body.full_name)
    return Accepted(detail="If this address can be registered, a letter with a link is on its way to it.")


class Link(BaseModel):
    token: Token


@router.post("/api/v1/auth/verify-email", status_code=204)
async def verify_email(request: Request, body: Link) -> None:
    """Finish a registration by the link that was sent."""
    require_own_origin(request)
    await entrance_of(request).registry.verify(body.token.get_secret_value())


class OfAddress(BaseModel):
    email: Address


@router.post("/api/v1/auth/resend-verification", status_code=202)
async def resend_verification(request: Request, body: OfAddress, later: BackgroundTasks) -> Accepted:
    """Ask for the letter of a registration again. The same answer for any address."""
    require_own_origin(request)
    await _require_few_letters(request, body.email)
    later.add_task(entrance_of(request).registry.resend_verification, body.email)
    return Accepted(detail="If an account waits for this address, a new letter with a link is on its way to it.")


@router.post("/api/v1/auth/forgot-password", status_code=202)
async def forgot_password(request: Request, body: OfAddress, later: BackgroundTasks) -> Accepted:
    """Ask for a link that sets a new password. The same answer for any address."""
    require_own_origin(request)
    await _require_few_letters(request, body.email)
    later.add_task(entrance_of(request).registry.forgot_password, body.email)
    return Accepted(detail="If there is an account for this address, a letter with a link is on its way to it.")


class NewPassword(BaseModel):
    token: Token
    password: Password


@router.post("/api/v1/auth/reset-password", status_code=204)
async def reset_password(request: Request, body: NewPassword) -> None:
    """Set a new password by the link that was sent. Ends all sessions."""
    require_own_origin(request)
    await entrance_of(request).registry.reset_password(body.token.get_secret_value(), body.password.get_secret_value())


@router.get("/enter", include_in_schema=False)
async def enter(request: Request, code: Annotated[str, Field(max_length=200)]) -> Response:
    """Use up a one-time link: open a session and go to the page. A browser is told on a page why it cannot.

    Not where another site leads to it: whoever follows would be in somebody else's account and not notice.
    """
    try:
        require_own_origin(request)
        require_own_way(request)
        opened = await entrance_of(request).door.redeem_link(code, _origin(request))
    except (NotSignedIn, ForeignOrigin) as refusal:
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(f"/link-refused?because={refusal.code}", status_code=303)
        raise
    response = RedirectResponse("/", status_code=303)
    await _answer(request, response, opened, "cookie")
    return response


@router.get("/.well-known/jwks.json")
async def public_keys(request: Request, response: Response) -> dict[str, list[dict[str, Any]]]:
    """The keys that check our access tokens (RFC 7517)."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return {"keys": [{**key, "use": "sig", "alg": "RS256"} for key in await entrance_of(request).signer.published()]}


async def _require_few_letters(request: Request, email: str) -> None:
    entrance = entrance_of(request)
    await require_few_letters(
        entrance.cache,
        entrance.settings.security,
        recipient=normal_address(email),
        network_address=address_of(request),
    )


def _origin(request: Request) -> Origin:
    return Origin(address_of(request), request.headers.get("user-agent", ""), request.state.request_id)


async def _answer(request: Request, response: Response, opened: OpenSession, keep: Keep) -> Tokens:
    entrance = entrance_of(request)
    lifetime_s = int(entrance.settings.security.access_lifetime.total_seconds())
    access = await entrance.signer.issue(opened)
    if keep == "cookie":
        rest_s = int((opened.expires_at - now()).total_seconds())
        for name, value, path, age in (
            (ACCESS_COOKIE, access, "/", lifetime_s),
            (REFRESH_COOKIE, opened.refresh_token, REFRESH_PATH, rest_s),
        ):
            response.set_cookie(
                name,
                value,
                path=path,
                max_age=age,
                httponly=True,
                samesite="strict",
                secure=entrance.settings.api.is_https or request.url.scheme == "https",
            )
    response.headers["Cache-Control"] = "no-store"
    return Tokens(
        access_token=access if keep == "token" else None,
        refresh_token=opened.refresh_token if keep == "token" else None,
        expires_in=lifetime_s,
        session_expires_at=opened.expires_at,
    )
