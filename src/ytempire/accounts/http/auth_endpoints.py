"""Sign-in and sign-out: refresh, registration, reset, the one-time link, and the public keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, BackgroundTasks, Cookie, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field, SecretStr, StringConstraints

from ytempire.accounts import passwords, sessions
from ytempire.accounts.authenticator import normalize_email
from ytempire.accounts.errors import CrossOriginRefused, NotSignedIn
from ytempire.accounts.http.authentication import (
    ACCESS_COOKIE,
    REFRESH_COOKIE,
    CurrentUser,
    account_services_of,
    ip_address_of,
    require_direct_navigation,
    require_same_origin,
)
from ytempire.accounts.rate_limits import limit_emails
from ytempire.accounts.sessions import ClientInfo, IssuedSession
from ytempire.configuration import flags
from ytempire.kit.clock import now
from ytempire.kit.database import as_platform_for
from ytempire.kit.errors import Forbidden
from ytempire.kit.http import PROBLEMS
from ytempire.kit.mail import require_address
from ytempire.kit.text import SingleLineText

router = APIRouter(tags=["sign-in"], responses=PROBLEMS)
REFRESH_PATH = "/api/v1/auth"

Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")]
Password = Annotated[SecretStr, Field(min_length=1, max_length=1000)]
Token = Annotated[SecretStr, Field(min_length=1, max_length=200)]
SessionTransport = Literal["cookie", "token"]


class SignIn(BaseModel):
    email: Address
    password: Password
    code: Annotated[str | None, Field(max_length=100)] = Field(
        default=None, description="of the authenticator app, or a recovery code"
    )
    transport: SessionTransport = Field(
        default="token", description="where the tokens go: into cookies for the page, or the answer"
    )


class Tokens(BaseModel):
    """`access_token` and `refresh_token` are null where cookies carry them."""

    access_token: str | None
    refresh_token: str | None
    expires_in: int = Field(description="seconds until the access token expires")
    session_expires_at: datetime


@router.post("/api/v1/auth/sign-in")
async def sign_in(request: Request, response: Response, body: SignIn) -> Tokens:
    """Open a session. The same answer for an unknown address and a wrong password."""
    require_same_origin(request)
    opened = await account_services_of(request).authenticator.sign_in(
        body.email, body.password.get_secret_value(), body.code, _client_info(request)
    )
    return await _answer(request, response, opened, body.transport)


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
    require_same_origin(request)
    token = body.refresh_token.get_secret_value() if body.refresh_token else cookie
    if token is None:
        raise NotSignedIn("There is nothing to refresh.", hint="Sign in.")
    account_services = account_services_of(request)
    lifetime = account_services.settings.security.refresh_lifetime
    opened = await sessions.refresh(account_services.platform, token, lifetime=lifetime)
    return await _answer(request, response, opened, "token" if body.refresh_token else "cookie")


@router.post("/api/v1/auth/sign-out", status_code=204)
async def sign_out(request: Request, response: Response, me: CurrentUser) -> None:
    """End this session at once, here and everywhere its tokens were copied to."""
    if me.session_id is not None:
        async with as_platform_for(account_services_of(request).platform, me).begin() as session:
            await sessions.revoke_session(session, me.user_id, me.session_id, reason="signed_out")
    response.delete_cookie(ACCESS_COOKIE, path="/")
    response.delete_cookie(REFRESH_COOKIE, path=REFRESH_PATH)


class NewAccount(BaseModel):
    email: Address
    password: Password
    full_name: Annotated[SingleLineText, Field(max_length=200)] = ""


class Accepted(BaseModel):
    """What happens next goes to the address."""

    detail: str


@router.post("/api/v1/auth/register", status_code=202)
async def register(request: Request, body: NewAccount, later: BackgroundTasks) -> Accepted:
    """Ask for an account. The answer is the same whether the address has one already or not."""
    require_same_origin(request)
    password = body.password.get_secret_value()
    require_address(body.email)
    passwords.require_acceptable(password, email=body.email)
    async with account_services_of(request).platform.begin() as session:
        if not await flags.is_enabled(session, flags.REGISTRATION):
            raise Forbidden("This installation takes no registrations.", hint="Ask its administrator for an account.")
    await _limit_emails(request, body.email)
    later.add_task(account_services_of(request).registration.register, body.email, password, body.full_name)
    return Accepted(detail="If this address can be registered, a letter with a link is on its way to it.")


class OneTimeToken(BaseModel):
    token: Token


@router.post("/api/v1/auth/verify-email", status_code=204)
async def verify_email(request: Request, body: OneTimeToken) -> None:
    """Finish a registration by the link that was sent."""
    require_same_origin(request)
    await account_services_of(request).registration.verify(body.token.get_secret_value())


class EmailRequest(BaseModel):
    email: Address


@router.post("/api/v1/auth/resend-verification", status_code=202)
async def resend_verification(request: Request, body: EmailRequest, later: BackgroundTasks) -> Accepted:
    """Ask for the letter of a registration again. The same answer for any address."""
    require_same_origin(request)
    await _limit_emails(request, body.email)
    later.add_task(account_services_of(request).registration.resend_verification, body.email)
    return Accepted(detail="If an account waits for this address, a new letter with a link is on its way to it.")


@router.post("/api/v1/auth/forgot-password", status_code=202)
async def forgot_password(request: Request, body: EmailRequest, later: BackgroundTasks) -> Accepted:
    """Ask for a link that sets a new password. The same answer for any address."""
    require_same_origin(request)
    await _limit_emails(request, body.email)
    later.add_task(account_services_of(request).registration.forgot_password, body.email)
    return Accepted(detail="If there is an account for this address, a letter with a link is on its way to it.")


class NewPassword(BaseModel):
    token: Token
    password: Password


@router.post("/api/v1/auth/reset-password", status_code=204)
async def reset_password(request: Request, body: NewPassword) -> None:
    """Set a new password by the link that was sent. Ends all sessions."""
    require_same_origin(request)
    await account_services_of(request).registration.reset_password(
        body.token.get_secret_value(), body.password.get_secret_value()
    )


@router.get("/sign-in-link", include_in_schema=False)
async def enter(request: Request, code: Annotated[str, Field(max_length=200)]) -> Response:
    """Use up a one-time link: open a session and go to the page. A browser is told on a page why it cannot.

    Not where another site leads to it: whoever follows would be in somebody else's account and not notice.
    """
    try:
        require_same_origin(request)
        require_direct_navigation(request)
        opened = await account_services_of(request).authenticator.redeem_link(code, _client_info(request))
    except (NotSignedIn, CrossOriginRefused) as refusal:
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
    return {
        "keys": [{**key, "use": "sig", "alg": "RS256"} for key in await account_services_of(request).signer.published()]
    }


async def _limit_emails(request: Request, email: str) -> None:
    account_services = account_services_of(request)
    await limit_emails(
        account_services.cache,
        account_services.settings.security,
        recipient=normalize_email(email),
        ip_address=ip_address_of(request),
    )


def _client_info(request: Request) -> ClientInfo:
    return ClientInfo(ip_address_of(request), request.headers.get("user-agent", ""), request.state.request_id)


async def _answer(request: Request, response: Response, opened: IssuedSession, transport: SessionTransport) -> Tokens:
    account_services = account_services_of(request)
    lifetime_s = int(account_services.settings.security.access_lifetime.total_seconds())
    access = await account_services.signer.issue(opened)
    if transport == "cookie":
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
                secure=account_services.settings.api.is_https or request.url.scheme == "https",
            )
    response.headers["Cache-Control"] = "no-store"
    return Tokens(
        access_token=access if transport == "token" else None,
        refresh_token=opened.refresh_token if transport == "token" else None,
        expires_in=lifetime_s,
        session_expires_at=opened.expires_at,
    )
