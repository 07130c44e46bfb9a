"""Who calls: a token of a person's channel, or a project's API key for what is public."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

from ytempire.sandbox import discovery
from ytempire.sandbox.errors import ApiError, invalid_credentials, unregistered
from ytempire.sandbox.store import Store

SCOPE = "https://www.googleapis.com/auth/"
MANAGE, FORCE_SSL, READ, UPLOAD = (
    SCOPE + name for name in ("youtube", "youtube.force-ssl", "youtube.readonly", "youtube.upload")
)
PARTNER, AUDIT = SCOPE + "youtubepartner", SCOPE + "youtubepartner-channel-audit"
REPORTS, MONEY = SCOPE + "yt-analytics.readonly", SCOPE + "yt-analytics-monetary.readonly"
SIGN_IN = {
    "openid": "Associate you with your personal info on Google",
    SCOPE + "userinfo.email": "See your primary Google Account email address",
    SCOPE + "userinfo.profile": "See your personal info, including any personal info you've made publicly available",
}
SCOPES = {**discovery.scopes(), **SIGN_IN}
# Short names that a consent may ask for, and what a token then names.
_SHORT = {"email": [SCOPE + "userinfo.email", "openid"], "profile": [SCOPE + "userinfo.profile", "openid"]}


def scopes_named(text: str) -> list[str]:
    """The scopes of a consent's `scope`, each once, short names written out."""
    return list(dict.fromkeys(scope for name in text.split() for scope in _SHORT.get(name, [name])))


@dataclass(frozen=True)
class Caller:
    project_id: str
    channel_id: str | None  # None: an API key, which is nobody's
    scopes: frozenset[str]


def digest(secret: str) -> str:
    """Tokens are kept as this: they are long and random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def identify(store: Store, headers: Mapping[str, str], query: Mapping[str, str]) -> Caller:
    """Raises Google's 401, 400 or 403 for a token, a key, or neither, that it does not know."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind:
        return _by_token(store, token if kind.lower() == "bearer" else "")
    if named := query.get("access_token") or query.get("oauth_token"):
        return _by_token(store, named)
    key = query.get("key")
    if key is None:
        raise unregistered()
    project = store.one("SELECT id FROM projects WHERE api_key_hash = :hash", hash=digest(key))
    if project is None:
        raise ApiError(400, "keyInvalid", "API key not valid. Please pass a valid API key.", domain="usageLimits")
    return Caller(project["id"], None, frozenset())


def _by_token(store: Store, token: str) -> Caller:
    row = store.one(
        "SELECT g.project_id, g.channel_id, t.scopes FROM access_tokens t JOIN grants g ON g.id = t.grant_id"
        " WHERE t.hash = :hash AND t.expires_real > :now AND NOT g.revoked",
        hash=digest(token),
        now=time.time(),
    )
    if row is None:
        raise invalid_credentials()
    return Caller(row["project_id"], row["channel_id"], frozenset(row["scopes"].split()))
