"""OAuth with YouTube: the consent page's URL, and tokens for a code, for a refresh token, and back.

By hand over our own transport, and not with google-auth: that one waits and repeats inside a refresh, and oauthlib
takes an address without TLS (the sandbox's, and our own on this machine) only when the whole process may.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from ytempire.kit import clock
from ytempire.kit.retry_after import pause_s
from ytempire.youtube.error_mapping import TROUBLE_S, strip_html
from ytempire.youtube.errors import ActionRequired, ConsentUnusable, NotConnected, YouTubeRetryLater
from ytempire.youtube.projects import Project
from ytempire.youtube.transport import HttpResponse, HttpTransport, NoResponse, NotSent

_SCOPE = "https://www.googleapis.com/auth/"
# The least that does the work. Captions are to be had with force-ssl alone, which also uploads, changes and reads: with
# it youtube.upload and youtube.readonly would give nothing more. It does not open reports. Those have two of their own,
# the second with money, and somebody may refuse that one and keep the figures without it.
MANAGE = _SCOPE + "youtube.force-ssl"
MANAGE_WORDS = "See, edit, and permanently delete your YouTube videos, ratings, comments and captions"  # Google's
REPORTS = _SCOPE + "yt-analytics.readonly"
MONEY = _SCOPE + "yt-analytics-monetary.readonly"
SCOPES = (MANAGE, REPORTS, MONEY)
REQUIRED = frozenset({MANAGE})  # people may untick the others

LONGEST_S = 10 * 366 * 24 * 3600.0  # no token lasts longer; beyond, the number is none
EARLY = timedelta(seconds=60)  # an access token is renewed this long before it ends: clocks differ, calls take time


@dataclass(frozen=True)
class Tokens:
    """What opens a YouTube channel. Never shown: not even by accident, in an error's text or a log."""

    refresh_token: str = field(repr=False)
    access_token: str = field(repr=False)
    access_expires_at: datetime

    def sealed_text(self) -> str:
        return json.dumps({**asdict(self), "access_expires_at": self.access_expires_at.isoformat()})

    @classmethod
    def parse(cls, text: str) -> Tokens:
        """Raises NotConnected for a secret that somebody entered by hand and that holds no tokens."""
        try:
            document = json.loads(text)
            at = datetime.fromisoformat(document["access_expires_at"])
            return cls(str(document["refresh_token"]), str(document["access_token"]), at)
        except (ValueError, TypeError, KeyError):
            raise NotConnected(
                "What is stored for YouTube is not what a consent gives.",
                reason="noTokens",
                hint="Connect the channel.",
            ) from None

    @property
    def is_fresh(self) -> bool:
        return self.access_expires_at - EARLY > clock.now()


@dataclass(frozen=True)
class Granted:
    tokens: Tokens
    scopes: tuple[str, ...]
    refresh_lifetime: timedelta | None  # None: the consent has no end of its own


def new_verifier() -> str:
    return secrets.token_urlsafe(64)


def consent_url(project: Project, *, redirect_uri: str, state: str, verifier: str, channel: str) -> str:
    """The consent page's URL. The sandbox offers to make a channel named `channel`; Google is not told of it."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    parameters = {
        "client_id": project.client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "access_type": "offline",
        # Which account: many have several, and Google would take the one that is signed in. Without asking for consent
        # again it gives a refresh token with the first one alone, and reconnecting gets none.
        "prompt": "select_account consent",
    }
    if project.is_sandbox:
        parameters["sandbox_channel"] = channel
    return f"{project.authorise_uri}?{urlencode(parameters)}"


async def redeem(http: HttpTransport, project: Project, *, code: str, verifier: str, redirect_uri: str) -> Granted:
    """Tokens for the code of the consent page.

    Raises ConsentUnusable and YouTubeRetryLater (ActionRequired among them).
    """
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect_uri}
    response = await _request_tokens(http, project, form)
    if _error(response) == "invalid_grant":
        raise ConsentUnusable("YouTube does not take this consent (any more).", hint="Connect the channel once more.")
    document = _content(response)
    scopes = tuple(sorted(str(document.get("scope", "")).split()))
    if not set(scopes) >= REQUIRED:
        raise ConsentUnusable(
            "The consent leaves out the right to upload and manage videos, without which nothing works.",
            hint=f"Connect the channel once more, and leave this ticked: “{MANAGE_WORDS}”.",
            reason="incomplete",
        )
    if "refresh_token" not in document:
        raise ConsentUnusable(
            "YouTube gave access for one hour only.",
            hint="Remove YTEMPIRE at https://myaccount.google.com/connections, and connect the channel once more.",
        )
    lifetime = _lifetime(document, "refresh_token_expires_in") if document.get("refresh_token_expires_in") else None
    return Granted(_tokens(document, _text(document, "refresh_token")), scopes, lifetime)


async def refresh(http: HttpTransport, project: Project, tokens: Tokens) -> Tokens:
    """A new access token.

    Raises NotConnected when the consent has ended, else YouTubeRetryLater (ActionRequired among them).
    """
    response = await _request_tokens(
        http, project, {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    )
    if _error(response) == "invalid_grant":
        raise NotConnected(
            "YouTube's consent has ended or was taken back.",
            reason="invalid_grant",
            hint="Connect the channel again; nothing is lost.",
        )
    document = _content(response)
    return _tokens(document, _text(document, "refresh_token") if "refresh_token" in document else tokens.refresh_token)


async def revoke(http: HttpTransport, project: Project, tokens: Tokens) -> None:
    """End the consent at YouTube. One that has ended already is as good.

    Raises YouTubeRetryLater (ActionRequired among them).
    """
    response = await _post(http, project, project.revoke_uri, {"token": tokens.refresh_token})
    if response.status != 200 and _error(response) != "invalid_token":
        raise _refused(response)


def _tokens(document: Mapping[str, Any], refresh_token: str) -> Tokens:
    at = clock.now() + _lifetime(document, "expires_in")
    return Tokens(refresh_token, _text(document, "access_token"), at)


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise _unreadable(f"it has no {name}")
    return value


def _lifetime(document: Mapping[str, Any], name: str) -> timedelta:
    try:
        seconds = float(document[name])
    except (KeyError, TypeError, ValueError, OverflowError):
        raise _unreadable(f"its {name} is no number of seconds") from None
    if not math.isfinite(seconds) or not 0 < seconds <= LONGEST_S:
        raise _unreadable(f"its {name} is no time that a token lasts")
    return timedelta(seconds=seconds)


def _unreadable(why: str) -> YouTubeRetryLater:
    """What it holds is never said: it may be a token."""
    message = f"YouTube's sign-in gave an answer that cannot be read: {why}."
    return YouTubeRetryLater(message, reason="unreadable", after_s=TROUBLE_S)


async def _request_tokens(http: HttpTransport, project: Project, form: Mapping[str, str]) -> HttpResponse:
    client = {"client_id": project.client_id, "client_secret": project.client_secret}
    return await _post(http, project, project.token_uri, {**client, **form})


async def _post(http: HttpTransport, project: Project, url: str, form: Mapping[str, str]) -> HttpResponse:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        return await http.send(project, "POST", url, headers=headers, content=urlencode(form))
    except (NotSent, NoResponse) as error:
        raise YouTubeRetryLater(error.message, reason="noAnswer", after_s=TROUBLE_S) from error


def _error(response: HttpResponse) -> str | None:
    try:
        error = json.loads(response.content).get("error") if response.status >= 400 else None
    except (ValueError, AttributeError):
        return "unreadable"
    return strip_html(error)[:100] if isinstance(error, str) else "unreadable" if error else None


def _content(response: HttpResponse) -> dict[str, Any]:
    """What was given. Raises YouTubeRetryLater where the server has trouble, or its answer is none of a sign-in."""
    if response.status != 200:
        raise _refused(response)
    try:
        document = json.loads(response.content)
    except ValueError:
        raise _unreadable("it is no JSON") from None
    if not isinstance(document, dict):
        raise _unreadable("it is no object")
    return document


_GONE = frozenset({"deleted_client", "disabled_client"})
_CLIENTS = "https://console.cloud.google.com/apis/credentials"


def _refused(response: HttpResponse) -> YouTubeRetryLater:
    """Trouble passes by itself; a client that Google does not take waits for whoever keeps the API project."""
    error = _error(response) or "no reason"
    requested_s = pause_s(response.get("retry-after"), clock.now())
    if response.status >= 500 or response.status in (408, 429) or (response.status == 403 and requested_s is not None):
        return YouTubeRetryLater(
            f"YouTube's sign-in answered {response.status}.",
            reason=error,
            after_s=TROUBLE_S if requested_s is None else requested_s,
            has_retry_time=requested_s is not None,
        )
    hint = f"Compare client id and secret with {_CLIENTS}: ytempire youtube project list."
    if error in _GONE:
        hint = f"Restore the client at {_CLIENTS}, or make another and give its id and secret here."
    return ActionRequired(f"YouTube's sign-in refused this API project: {error}.", reason=error, hint=hint)
