"""OAuth with YouTube: the consent page's address, and tokens for a code, for a refresh token, and back.

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
from ytempire.youtube.answers import TROUBLE_S, pause_s, plain
from ytempire.youtube.errors import ConsentUnusable, Later, NotConnected, WaitsForPerson
from ytempire.youtube.projects import Project
from ytempire.youtube.wire import Answer, NoAnswer, NotSent, Wire

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
    def of(cls, text: str) -> Tokens:
        """Raises NotConnected for a secret that somebody entered by hand and that holds no tokens."""
        try:
            kept = json.loads(text)
            at = datetime.fromisoformat(kept["access_expires_at"])
            return cls(str(kept["refresh_token"]), str(kept["access_token"]), at)
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


def consent_address(project: Project, *, redirect_uri: str, state: str, verifier: str, channel: str) -> str:
    """The consent page's address. The sandbox offers to make a channel named `channel`; Google is not told of it."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
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
        asked["sandbox_channel"] = channel
    return f"{project.authorise_uri}?{urlencode(asked)}"


async def redeem(wire: Wire, project: Project, *, code: str, verifier: str, redirect_uri: str) -> Granted:
    """Tokens for the code of the consent page. Raises ConsentUnusable and Later (WaitsForPerson among them)."""
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect_uri}
    answer = await _ask(wire, project, form)
    if _error(answer) == "invalid_grant":
        raise ConsentUnusable("YouTube does not take this consent (any more).", hint="Connect the channel once more.")
    given = _content(answer)
    scopes = tuple(sorted(str(given.get("scope", "")).split()))
    if not set(scopes) >= REQUIRED:
        raise ConsentUnusable(
            "The consent leaves out the right to upload and manage videos, without which nothing works.",
            hint=f"Connect the channel once more, and leave this ticked: “{MANAGE_WORDS}”.",
            reason="incomplete",
        )
    if "refresh_token" not in given:
        raise ConsentUnusable(
            "YouTube gave access for one hour only.",
            hint="Remove YTEMPIRE at https://myaccount.google.com/connections, and connect the channel once more.",
        )
    lifetime = _lifetime(given, "refresh_token_expires_in") if given.get("refresh_token_expires_in") else None
    return Granted(_tokens(given, _text(given, "refresh_token")), scopes, lifetime)


async def refresh(wire: Wire, project: Project, tokens: Tokens) -> Tokens:
    """A new access token. Raises NotConnected when the consent has ended, else Later (WaitsForPerson among them)."""
    answer = await _ask(wire, project, {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token})
    if _error(answer) == "invalid_grant":
        raise NotConnected(
            "YouTube's consent has ended or was taken back.",
            reason="invalid_grant",
            hint="Connect the channel again; nothing is lost.",
        )
    given = _content(answer)
    return _tokens(given, _text(given, "refresh_token") if "refresh_token" in given else tokens.refresh_token)


async def revoke(wire: Wire, project: Project, tokens: Tokens) -> None:
    """End the consent at YouTube. One that has ended already is as good. Raises Later (WaitsForPerson among them)."""
    answer = await _post(wire, project, project.revoke_uri, {"token": tokens.refresh_token})
    if answer.status != 200 and _error(answer) != "invalid_token":
        raise _refused(answer)


def _tokens(given: Mapping[str, Any], refresh_token: str) -> Tokens:
    at = clock.now() + _lifetime(given, "expires_in")
    return Tokens(refresh_token, _text(given, "access_token"), at)


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise _unreadable(f"it has no {name}")
    return value


def _lifetime(given: Mapping[str, Any], name: str) -> timedelta:
    try:
        seconds = float(given[name])
    except (KeyError, TypeError, ValueError, OverflowError):
        raise _unreadable(f"its {name} is no number of seconds") from None
    if not math.isfinite(seconds) or not 0 < seconds <= LONGEST_S:
        raise _unreadable(f"its {name} is no time that a token lasts")
    return timedelta(seconds=seconds)


def _unreadable(why: str) -> Later:
    """What it holds is never said: it may be a token."""
    said = f"YouTube's sign-in gave an answer that cannot be read: {why}."
    return Later(said, reason="unreadable", after_s=TROUBLE_S)


async def _ask(wire: Wire, project: Project, form: Mapping[str, str]) -> Answer:
    client = {"client_id": project.client_id, "client_secret": project.client_secret}
    return await _post(wire, project, project.token_uri, {**client, **form})


async def _post(wire: Wire, project: Project, address: str, form: Mapping[str, str]) -> Answer:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        return await wire.send(project, "POST", address, headers=headers, content=urlencode(form))
    except (NotSent, NoAnswer) as error:
        raise Later(error.message, reason="noAnswer", after_s=TROUBLE_S) from error


def _error(answer: Answer) -> str | None:
    try:
        said = json.loads(answer.content).get("error") if answer.status >= 400 else None
    except (ValueError, AttributeError):
        return "unreadable"
    return plain(said)[:100] if isinstance(said, str) else "unreadable" if said else None


def _content(answer: Answer) -> dict[str, Any]:
    """What was given. Raises Later where the server has trouble, or its answer is none of a sign-in."""
    if answer.status != 200:
        raise _refused(answer)
    try:
        given = json.loads(answer.content)
    except ValueError:
        raise _unreadable("it is no JSON") from None
    if not isinstance(given, dict):
        raise _unreadable("it is no object")
    return given


_GONE = frozenset({"deleted_client", "disabled_client"})
_CLIENTS = "https://console.cloud.google.com/apis/credentials"


def _refused(answer: Answer) -> Later:
    """Trouble passes by itself; a client that Google does not take waits for whoever keeps the API project."""
    said = _error(answer) or "no reason"
    asked = pause_s(answer.get("retry-after"), clock.now())
    if answer.status >= 500 or answer.status in (408, 429) or (answer.status == 403 and asked is not None):
        return Later(
            f"YouTube's sign-in answered {answer.status}.",
            reason=said,
            after_s=TROUBLE_S if asked is None else asked,
            is_asked=asked is not None,
        )
    hint = f"Compare client id and secret with {_CLIENTS}: ytempire youtube project list."
    if said in _GONE:
        hint = f"Restore the client at {_CLIENTS}, or make another and give its id and secret here."
    return WaitsForPerson(f"YouTube's sign-in refused this API project: {said}.", reason=said, hint=hint)
