"""OAuth 2's tokens as Google's: for a code, refreshed, taken back, looked at.

Access tokens and codes live by real time, since a client counts their seconds on its own clock. The seven days of a
testing project's refresh token are the sandbox's, so that moving its clock ends them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ytempire.sandbox.api import LARGEST_JSON, read_body
from ytempire.sandbox.authentication import digest
from ytempire.sandbox.context import SandboxContext
from ytempire.sandbox.store import Row, Store

ACCESS_S = 3600


class Refusal(Exception):
    """An error of the token endpoint; there `error` is a string, unlike in the APIs' bodies."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status

    def response(self) -> Response:
        return JSONResponse({"error": self.error, "error_description": self.description}, self.status)


async def token(context: SandboxContext, request: Request) -> Response:
    form = {name: values[0] for name, values in parse_qs((await read_body(request, LARGEST_JSON)).decode()).items()}
    try:
        with context.store.transaction():
            project = _client(context.store, request, form)
            answer = _granted(context, project, form)
            context.store.count_call("oauth.token", "served")
    except Refusal as refusal:
        context.store.count_call("oauth.token", refusal.error)
        return refusal.response()
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _granted(context: SandboxContext, project: Row, form: dict[str, str]) -> dict[str, Any]:
    kind = form.get("grant_type")
    if kind == "authorization_code":
        return _redeem(context, project, form)
    if kind == "refresh_token":
        return _refresh(context, project, form)
    raise Refusal("unsupported_grant_type", f"Invalid grant_type: {kind}")


def _client(store: Store, request: Request, form: dict[str, str]) -> Row:
    """By the body or by HTTP Basic, as RFC 6749 has both."""
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    kind, _, to_json = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(to_json).decode().partition(":")
        except ValueError as error:
            raise Refusal("invalid_client", "Unauthorized", 401) from error
        client_id, secret = unquote(client_id), unquote(secret)
    project = store.one("SELECT * FROM projects WHERE client_id = :id", id=client_id)
    if project is None:
        raise Refusal("invalid_client", "The OAuth client was not found.", 401)
    if not hmac.compare_digest(project["secret_hash"], digest(secret)):
        raise Refusal("invalid_client", "Unauthorized", 401)
    return project


def _redeem(context: SandboxContext, project: Row, form: dict[str, str]) -> dict[str, Any]:
    code = context.store.one("SELECT * FROM codes WHERE hash = :hash", hash=digest(form.get("code", "")))
    if code is None or code["project_id"] != project["id"] or code["used"] or code["expires_real"] < time.time():
        raise Refusal("invalid_grant", "Malformed auth code.")
    if form.get("redirect_uri") != code["redirect_uri"]:
        raise Refusal("redirect_uri_mismatch", "Bad Request")
    _check_verifier(code, form.get("code_verifier"))
    context.store.update("codes", "hash", code["hash"], used=1)
    return issue(context, project, code["channel_id"], code["scopes"].split(), offline=bool(code["offline"]))


def _check_verifier(code: Row, verifier: str | None) -> None:
    if code["challenge"] is None:
        return
    if verifier is None:
        raise Refusal("invalid_grant", "Missing code verifier.")
    challenge = verifier
    if code["challenge_method"] == "S256":
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if not hmac.compare_digest(challenge, code["challenge"]):
        raise Refusal("invalid_grant", "Invalid code verifier.")


def issue(
    context: SandboxContext, project: Row, channel_id: str, scopes: list[str], *, offline: bool
) -> dict[str, Any]:
    """A new grant and its tokens."""
    refresh = "1//sandbox" + secrets.token_urlsafe(48) if offline else None
    lifetime = context.settings.refresh_lifetime.total_seconds() if project["mode"] == "testing" else None
    context.store.insert(
        "grants",
        project_id=project["id"],
        channel_id=channel_id,
        scopes=" ".join(scopes),
        refresh_hash=digest(refresh) if refresh else None,
        expires_at=None if lifetime is None else context.clock.now() + lifetime,
    )
    row = context.store.one("SELECT max(id) AS id FROM grants")
    assert row is not None
    answer = _access(context.store, row["id"], scopes)
    if refresh:
        answer["refresh_token"] = refresh
        if lifetime is not None:
            answer["refresh_token_expires_in"] = int(lifetime)
    return answer


def _access(store: Store, grant_id: int, scopes: list[str]) -> dict[str, Any]:
    access = "ya29.sandbox-" + secrets.token_urlsafe(48)
    store.run("DELETE FROM access_tokens WHERE expires_real < :now", now=time.time())
    store.insert(
        "access_tokens",
        hash=digest(access),
        grant_id=grant_id,
        scopes=" ".join(scopes),
        expires_real=time.time() + ACCESS_S,
    )
    return {
        "access_token": access,
        "expires_in": ACCESS_S - 1,
        "scope": " ".join(scopes),
        "token_type": "Bearer",
    }


def _refresh(context: SandboxContext, project: Row, form: dict[str, str]) -> dict[str, Any]:
    hashed = digest(form.get("refresh_token", ""))
    grant = context.store.one("SELECT * FROM grants WHERE refresh_hash = :hash", hash=hashed)
    ended = grant is None or grant["revoked"] or (grant["expires_at"] or float("inf")) <= context.clock.now()
    if grant is None or ended or grant["project_id"] != project["id"]:
        raise Refusal("invalid_grant", "Token has been expired or revoked.")
    had = grant["scopes"].split()
    wanted = form.get("scope", grant["scopes"]).split()
    if set(wanted) - set(had):
        raise Refusal("invalid_scope", "Bad Request")
    return _access(context.store, grant["id"], wanted)


async def revoke(context: SandboxContext, request: Request) -> Response:
    """Ends the grant of a token of either kind, and with it every token of that grant."""
    form = dict(parse_qsl((await read_body(request, LARGEST_JSON)).decode()))
    hashed = digest(form.get("token") or request.query_params.get("token", ""))
    changed = context.store.run(
        "UPDATE grants SET revoked = 1 WHERE NOT revoked AND (refresh_hash = :hash"
        " OR id = (SELECT grant_id FROM access_tokens WHERE hash = :hash))",
        hash=hashed,
    )
    if not changed:
        return Refusal("invalid_token", "Token expired or revoked").response()
    return JSONResponse({})


def tokeninfo(context: SandboxContext, request: Request) -> Response:
    token = context.store.one(
        "SELECT t.scopes, t.expires_real, p.client_id FROM access_tokens t JOIN grants g ON g.id = t.grant_id"
        " JOIN projects p ON p.id = g.project_id WHERE t.hash = :hash AND t.expires_real > :now AND NOT g.revoked",
        hash=digest(request.query_params.get("access_token", "")),
        now=time.time(),
    )
    if token is None:
        return Refusal("invalid_token", "Invalid Value").response()
    return JSONResponse(
        {
            "azp": token["client_id"],
            "aud": token["client_id"],
            "scope": token["scopes"],
            "exp": str(int(token["expires_real"])),
            "expires_in": str(int(token["expires_real"] - time.time())),
            "access_type": "offline",
        }
    )
