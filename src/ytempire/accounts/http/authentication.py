"""Who sends this request: a person by cookie or bearer token, a program by API key. Everything else stops here."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends
from sqlalchemy import text
from starlette.requests import HTTPConnection

from ytempire.accounts import api_keys
from ytempire.accounts.account_services import AccountServices
from ytempire.accounts.api_keys import ApiKeyIdentity
from ytempire.accounts.errors import CrossOriginRefused, NotSignedIn, TooManyRequests
from ytempire.accounts.rate_limits import HOUR_S, count_in_hour
from ytempire.kit import errors
from ytempire.kit.analyst_views import is_masked
from ytempire.kit.database import Sessions
from ytempire.kit.errors import Forbidden
from ytempire.kit.read_pool import ReadPool
from ytempire.kit.subject import Subject, set_current_subject

ACCESS_COOKIE, REFRESH_COOKIE = "ytempire_access", "ytempire_refresh"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def account_services_of(connection: HTTPConnection) -> AccountServices:
    account_services: AccountServices = connection.app.state.account_services
    return account_services


def sessions_of_request(request: HTTPConnection) -> Sessions:
    """Sessions whose transactions are those of whoever sends the request."""
    sessions: Sessions = request.app.state.sessions
    return sessions


def read_pool_of_request(request: HTTPConnection) -> ReadPool:
    """What is asked for all the time, read as whoever sends the request."""
    reads: ReadPool = request.app.state.reads
    return reads


def ip_address_of(connection: HTTPConnection) -> str | None:
    """The other side's network address; None where there is none that can be written down (a Unix socket)."""
    try:
        return str(ipaddress.ip_address(connection.client.host.partition("%")[0])) if connection.client else None
    except ValueError:
        return None


def require_same_origin(connection: HTTPConnection) -> None:
    """Browsers send Origin with every request that can change something and with every WebSocket."""
    origin, host = connection.headers.get("origin"), connection.headers.get("host")
    if origin is not None and origin.split("://", 1)[-1] != host:
        raise CrossOriginRefused("This request comes from another site.")


def require_direct_navigation(connection: HTTPConnection) -> None:
    """For a page that does something when it is opened: typed, printed or led to by ourselves, and by nobody else.

    Browsers that do not say where a request comes from (old ones, and all where the address is neither https nor
    of this machine) may still name the page that led to it.
    """
    site, led_by = connection.headers.get("sec-fetch-site"), connection.headers.get("referer", "")
    own = f"//{connection.headers.get('host')}/"
    if site not in {None, "none", "same-origin"} or (led_by and not led_by.partition(":")[2].startswith(own)):
        raise CrossOriginRefused("Another site led to this link.", hint="Copy it into the address bar yourself.")


def not_for_analysts(connection: HTTPConnection) -> None:
    """Dependency of what has no metrics in it: videos, images, texts. Raises NotForAnalysts."""
    if is_masked(connection.state.subject):
        raise errors.NotForAnalysts("Analysts read metrics, and no videos, images or texts.")


async def require_user(connection: HTTPConnection) -> Subject:
    """Dependency of everything that needs a user. From here on the request's transactions are the subject's.

    Whether the session still stands is asked when the first of them begins.
    """
    return await _enter(connection, _may_do_this)


async def require_ingest_client(connection: HTTPConnection) -> Subject:
    """Dependency of the ingest endpoints, for which a key may be that opens no others."""
    return await _enter(connection, _may_deliver)


Rule = Callable[[HTTPConnection, ApiKeyIdentity], bool]
"""Whether a key is for this request, and may change something with it. Raises Forbidden."""


def _may_do_this(connection: HTTPConnection, identity: ApiKeyIdentity) -> bool:
    may_write = bool({"write", "admin"} & set(identity.scopes))
    if not may_write and connection.scope.get("method") not in SAFE_METHODS:
        raise Forbidden("This API key may only read.", hint="Make a key with the scope write.")
    if set(identity.scopes) == {"ingest"}:
        raise Forbidden("This API key may only deliver measurements.", hint="Make a key with the scope read.")
    return may_write


def _may_deliver(connection: HTTPConnection, identity: ApiKeyIdentity) -> bool:
    if not {"ingest", "write", "admin"} & set(identity.scopes):
        raise Forbidden("This API key may only read.", hint="Make a key with the scope ingest.")
    return True


async def _enter(connection: HTTPConnection, rule: Rule) -> Subject:
    scheme, _, credential = connection.headers.get("authorization", "").partition(" ")
    if credential and scheme.lower() == "bearer":
        if credential.startswith(api_keys.PREFIX):
            subject = await _authenticate_api_key(connection, credential, rule)
        else:
            subject = await _authenticate_token(connection, credential)
    else:
        token = connection.cookies.get(ACCESS_COOKIE)
        if token is None:
            raise NotSignedIn(
                "You are not signed in.",
                hint="Sign in, or run `ytempire status --link` and open the link that it prints.",
            )
        if connection.scope.get("method", "WEBSOCKET") not in SAFE_METHODS:
            require_same_origin(connection)
        subject = await _authenticate_token(connection, token)
    set_current_subject(subject)
    connection.state.subject = subject  # for the log of requests
    return subject


async def _authenticate_token(connection: HTTPConnection, token: str) -> Subject:
    access = await account_services_of(connection).signer.check(token)
    return Subject(
        access.user_id,
        access.role,  # type: ignore[arg-type]  # the database looks the role up again by the session
        session_id=access.session_id,
        request_id=getattr(connection.state, "request_id", None),
        ip_address=ip_address_of(connection),
    )


async def _authenticate_api_key(connection: HTTPConnection, secret: str, rule: Rule) -> Subject:
    identity = await api_keys.authenticate_key(account_services_of(connection).platform, secret)
    await _count(connection, identity)
    may_write = rule(connection, identity)
    connection.state.scopes = identity.scopes
    connection.state.api_key_id = identity.key_id
    return Subject(
        identity.user_id,
        identity.role,  # type: ignore[arg-type]  # the table's check holds it to the four roles
        request_id=getattr(connection.state, "request_id", None),
        ip_address=ip_address_of(connection),
        read_only=not may_write,
    )


async def _count(connection: HTTPConnection, identity: ApiKeyIdentity) -> None:
    """Count the request against the key's hour."""
    counted = await count_in_hour(account_services_of(connection).cache, f"api-key:{identity.key_id}")
    if counted is None:
        return
    # https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
    connection.state.answer_headers = {
        "RateLimit-Policy": f'"hourly";q={identity.hourly_limit};w={HOUR_S}',
        "RateLimit": f'"hourly";r={max(0, identity.hourly_limit - counted.used)};t={counted.reset_s}',
    }
    if counted.used > identity.hourly_limit:
        raise TooManyRequests(
            f"This API key may send {identity.hourly_limit} requests an hour.",
            hint="Wait for the next hour, or raise the key's limit.",
            after_s=counted.reset_s,
        )


async def administrator(connection: HTTPConnection, subject: Annotated[Subject, Depends(require_user)]) -> Subject:
    """Dependency of what only administrators may do; a key needs the scope admin as well."""
    if subject.role == "admin" and "admin" in getattr(connection.state, "scopes", ("admin",)):
        # the database knows the role of now, the token only that of when it was issued
        async with sessions_of_request(connection).begin() as session:
            if await session.scalar(text("SELECT core.sees_all()")):
                return subject
    raise Forbidden("Only an administrator may do this.")


async def require_interactive_user(subject: Annotated[Subject, Depends(require_user)]) -> Subject:
    """Dependency of what changes how one comes in: a key must not make another that may do more."""
    if subject.session_id is None:
        raise Forbidden("Only a person who is signed in may do this, not an API key.")
    return subject


Authenticated = Depends(require_user)
CurrentUser = Annotated[Subject, Depends(require_user)]
NotForAnalysts = Depends(not_for_analysts)
InteractiveUser = Annotated[Subject, Depends(require_interactive_user)]
IngestClient = Annotated[Subject, Depends(require_ingest_client)]
Administrator = Annotated[Subject, Depends(administrator)]
