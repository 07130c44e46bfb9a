"""Who calls: a token of a person's channel, or a project's API key for what is public."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

from ytempire.sandbox.errors import ApiError, invalid_credentials, unregistered
from ytempire.sandbox.store import Store

SCOPE = "https://www.googleapis.com/auth/"
MANAGE, FORCE_SSL, READ, UPLOAD = (
    SCOPE + name for name in ("youtube", "youtube.force-ssl", "youtube.readonly", "youtube.upload")
)
REPORTS, MONEY = SCOPE + "yt-analytics.readonly", SCOPE + "yt-analytics-monetary.readonly"
SCOPES = {
    MANAGE: "Manage your YouTube account",
    FORCE_SSL: "See, edit, and permanently delete your YouTube videos, ratings, comments and captions",
    READ: "View your YouTube account",
    UPLOAD: "Manage your YouTube videos",
    REPORTS: "View YouTube Analytics reports for your YouTube content",
    MONEY: "View monetary and non-monetary YouTube Analytics reports for your YouTube content",
}


@dataclass(frozen=True)
class Caller:
    project_id: str
    channel_id: str | None  # None: an API key, which is nobody's
    scopes: frozenset[str]


def digest(secret: str) -> str:
    """Tokens are kept as this: they are long and random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def identify(store: Store, headers: Mapping[str, str], key: str | None) -> Caller:
    """Raises Google's 401, 400 or 403 for a token, a key, or neither, that it does not know."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind:
        return _by_token(store, token if kind.lower() == "bearer" else "")
    if key is None:
        raise unregistered()
    project = store.one("SELECT id FROM projects WHERE api_key_hash = :hash", hash=digest(key))
    if project is None:
        raise ApiError(400, "keyInvalid", "API key not valid. Please pass a valid API key.", domain="usageLimits")
    return Caller(project["id"], None, frozenset())


def _by_token(store: Store, token: str) -> Caller:
    found = store.one(
        "SELECT g.project_id, g.channel_id, t.scopes FROM access_tokens t JOIN grants g ON g.id = t.grant_id"
        " WHERE t.hash = :hash AND t.expires_real > :now AND NOT g.revoked",
        hash=digest(token),
        now=time.time(),
    )
    if found is None:
        raise invalid_credentials()
    return Caller(found["project_id"], found["channel_id"], frozenset(found["scopes"].split()))
