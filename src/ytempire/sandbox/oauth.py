"""OAuth 2 as Google's: authorisation page with PKCE, token, refresh, revoke, tokeninfo.

Access tokens and codes live by real time, since a client counts their seconds on its own clock. The seven days of a
testing project's refresh token are the sandbox's, so that moving its clock ends them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from html import escape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from ytempire.sandbox.api import LARGEST_JSON, read_body
from ytempire.sandbox.callers import SCOPES, SIGN_IN, digest, scopes_named
from ytempire.sandbox.channels import NewChannel, make_channel
from ytempire.sandbox.html import page
from ytempire.sandbox.store import Row, Store
from ytempire.sandbox.world import World

ACCESS_S, CODE_S = 3600, 600
AUTHORISE, DECIDE = "/o/oauth2/v2/auth", "/o/oauth2/v2/auth/decision"
# Not Google's: the name of a channel that the consent page offers to make, where there is none of that name.
NEW_CHANNEL, NEW = "sandbox_channel", "new"
TICKED, GRANTED = "ticked", "granted"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_PASSED_ON = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "access_type",
    "prompt",
    NEW_CHANNEL,
)


class Refusal(Exception):
    """An error of the token endpoint; there `error` is a string, unlike in the APIs' bodies."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status

    def response(self) -> Response:
        return JSONResponse({"error": self.error, "error_description": self.description}, self.status)


# --- the page ---


def authorise(world: World, request: Request) -> Response:
    """The consent page; or why there is none, shown here, since a bad address must not be sent anywhere."""
    asked = dict(request.query_params)
    try:
        project = _checked(world.store, asked)
    except Refusal as refusal:
        return _shown(refusal)
    channels = world.store.all("SELECT * FROM channels ORDER BY title, id")
    return HTMLResponse(page("Sign in", _consent(project, channels, asked)))


def _checked(store: Store, asked: dict[str, str]) -> Row:
    project = store.one("SELECT * FROM projects WHERE client_id = :id", id=asked.get("client_id", ""))
    if project is None:
        raise Refusal("invalid_client", "The OAuth client was not found.", 401)
    if not _is_registered(project, asked.get("redirect_uri", "")):
        raise Refusal("redirect_uri_mismatch", "The redirect_uri does not match one registered for the client.")
    if asked.get("response_type") != "code":
        raise Refusal("unsupported_response_type", "The sandbox has response_type=code only.")
    wanted = scopes_named(asked.get("scope", ""))
    if not wanted or set(wanted) - set(SCOPES):
        raise Refusal("invalid_scope", f"Some requested scopes are not known here: {sorted(set(wanted) - set(SCOPES))}")
    if asked.get("code_challenge") and asked.get("code_challenge_method", "plain") not in ("S256", "plain"):
        raise Refusal("invalid_request", "code_challenge_method must be S256 or plain.")
    return project


def _is_registered(project: Row, address: str) -> bool:
    if address in json.loads(project["redirect_uris"]):
        return True
    parts = urlsplit(address)
    return project["kind"] == "installed" and parts.scheme == "http" and parts.hostname in _LOOPBACK


def _shown(refusal: Refusal) -> Response:
    text = f"<h2>Access blocked</h2><p>Error {refusal.status}: {escape(refusal.error)}</p>"
    return HTMLResponse(page("Access blocked", text + f"<p>{escape(refusal.description)}</p>"), refusal.status)


def _consent(project: Row, channels: list[Row], asked: dict[str, str]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(asked[name])}">' for name in _PASSED_ON if name in asked
    )
    scopes = "".join(_scope(scope, scopes_to_tick(asked)) for scope in scopes_named(asked["scope"]))
    offered = [(row["id"], row["title"], row["person"]) for row in channels]
    wanted = asked.get(NEW_CHANNEL, "")
    if wanted and wanted not in {title for _, title, _ in offered}:
        offered.append((NEW, wanted, "a new channel"))
    choices = "".join(_choice(*one, is_checked=one[1] == wanted) for one in offered)
    none = "<p>There is no channel in this sandbox yet: make one with POST /sandbox/channels.</p>"
    return (
        f"<h2>{escape(project['name'])} wants access to a channel</h2>"
        f'<form method="post" action="{DECIDE}"><p>It will be able to:</p><ul>{scopes}</ul>{hidden}{choices or none}'
        f'<p><button name="decision" value="{TICKED}">Allow</button> '
        '<button name="decision" value="deny" formnovalidate>Deny</button></p></form>'
    )


def scopes_to_tick(asked: dict[str, str]) -> list[str]:
    """Those that a person may refuse one by one. As at Google: not those of signing in, and not a single one."""
    wanted = [scope for scope in scopes_named(asked["scope"]) if scope not in SIGN_IN]
    return wanted if len(wanted) > 1 else []


def _scope(scope: str, to_tick: list[str]) -> str:
    words = escape(SCOPES[scope])
    if scope not in to_tick:
        return f"<li>{words}</li>"
    return f'<li><label><input type="checkbox" name="{GRANTED}" value="{scope}" checked> {words}</label></li>'


async def decide(world: World, request: Request) -> Response:
    """What the person chose. All that the page carried is checked again."""
    sent = parse_qs((await read_body(request, LARGEST_JSON)).decode())
    asked = {name: values[-1] for name, values in sent.items()}
    try:
        project = _checked(world.store, asked)
    except Refusal as refusal:
        return _shown(refusal)
    granted = _granted_scopes(asked, sent.get(GRANTED, []))
    kept = {"state": asked["state"]} if "state" in asked else {}
    channel_id = _chosen(world, asked) if granted else None
    if channel_id is None:
        return _back(asked, {"error": "access_denied"} | kept)
    code = "4/0sandbox" + secrets.token_urlsafe(32)
    offline = project["kind"] == "installed" or asked.get("access_type") == "offline"
    world.store.insert(
        "codes",
        hash=digest(code),
        project_id=project["id"],
        channel_id=channel_id,
        scopes=" ".join(granted),
        redirect_uri=asked["redirect_uri"],
        challenge=asked.get("code_challenge"),
        challenge_method=asked.get("code_challenge_method", "plain"),
        offline=offline and _is_news(world.store, project, channel_id, asked),
        expires_real=time.time() + CODE_S,
    )
    return _back(asked, kept | {"code": code, "scope": " ".join(granted)})


def _granted_scopes(asked: dict[str, str], ticked: list[str]) -> list[str]:
    """`allow`, which a script sends, grants all that was asked for; the page's own button what is ticked."""
    wanted = scopes_named(asked["scope"])
    if asked.get("decision") == TICKED:
        refused = set(scopes_to_tick(asked)) - set(ticked)
        return [scope for scope in wanted if scope not in refused]
    return wanted if asked.get("decision") == "allow" else []


def _choice(channel_id: str, title: str, person: str, *, is_checked: bool) -> str:
    checked = " checked" if is_checked else ""
    field = f'<input type="radio" name="channel" value="{channel_id}" required{checked}>'
    return f"<p><label>{field} {escape(title)} <small>{escape(person)}</small></label></p>"


def _chosen(world: World, asked: dict[str, str]) -> str | None:
    """The id of the channel that the person chose; made now where they chose a new one."""
    title = asked.get(NEW_CHANNEL, "")[:100]
    if asked.get("channel") == NEW and title:
        with world.store.transaction():
            known = world.store.one("SELECT id FROM channels WHERE title = :title", title=title)
            return str(known["id"] if known else make_channel(world, NewChannel(title=title))["id"])
    chosen = world.store.one("SELECT id FROM channels WHERE id = :id", id=asked.get("channel", ""))
    return str(chosen["id"]) if chosen else None


def _is_news(store: Store, project: Row, channel_id: str, asked: dict[str, str]) -> bool:
    """Google gives a refresh token with the first consent only, unless consent is asked for again."""
    if project["kind"] == "installed" or "consent" in asked.get("prompt", ""):
        return True
    known = store.one(
        "SELECT 1 FROM grants WHERE project_id = :project AND channel_id = :channel AND refresh_hash IS NOT NULL"
        " AND NOT revoked",
        project=project["id"],
        channel=channel_id,
    )
    return known is None


def _back(asked: dict[str, str], answer: dict[str, str]) -> Response:
    address = asked["redirect_uri"]
    return RedirectResponse(address + ("&" if "?" in address else "?") + urlencode(answer), 303)


# --- tokens ---


async def token(world: World, request: Request) -> Response:
    form = {name: values[0] for name, values in parse_qs((await read_body(request, LARGEST_JSON)).decode()).items()}
    try:
        with world.store.transaction():
            project = _client(world.store, request, form)
            answer = _granted(world, project, form)
            world.store.count_call("oauth.token", "served")
    except Refusal as refusal:
        world.store.count_call("oauth.token", refusal.error)
        return refusal.response()
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _granted(world: World, project: Row, form: dict[str, str]) -> dict[str, Any]:
    kind = form.get("grant_type")
    if kind == "authorization_code":
        return _redeem(world, project, form)
    if kind == "refresh_token":
        return _refresh(world, project, form)
    raise Refusal("unsupported_grant_type", f"Invalid grant_type: {kind}")


def _client(store: Store, request: Request, form: dict[str, str]) -> Row:
    """By the body or by HTTP Basic, as RFC 6749 has both."""
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    kind, _, packed = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(packed).decode().partition(":")
        except ValueError as error:
            raise Refusal("invalid_client", "Unauthorized", 401) from error
        client_id, secret = unquote(client_id), unquote(secret)
    project = store.one("SELECT * FROM projects WHERE client_id = :id", id=client_id)
    if project is None:
        raise Refusal("invalid_client", "The OAuth client was not found.", 401)
    if not hmac.compare_digest(project["secret_hash"], digest(secret)):
        raise Refusal("invalid_client", "Unauthorized", 401)
    return project


def _redeem(world: World, project: Row, form: dict[str, str]) -> dict[str, Any]:
    code = world.store.one("SELECT * FROM codes WHERE hash = :hash", hash=digest(form.get("code", "")))
    if code is None or code["project_id"] != project["id"] or code["used"] or code["expires_real"] < time.time():
        raise Refusal("invalid_grant", "Malformed auth code.")
    if form.get("redirect_uri") != code["redirect_uri"]:
        raise Refusal("redirect_uri_mismatch", "Bad Request")
    _check_verifier(code, form.get("code_verifier"))
    world.store.update("codes", "hash", code["hash"], used=1)
    return issue(world, project, code["channel_id"], code["scopes"].split(), offline=bool(code["offline"]))


def _check_verifier(code: Row, verifier: str | None) -> None:
    if code["challenge"] is None:
        return
    if verifier is None:
        raise Refusal("invalid_grant", "Missing code verifier.")
    said = verifier
    if code["challenge_method"] == "S256":
        said = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if not hmac.compare_digest(said, code["challenge"]):
        raise Refusal("invalid_grant", "Invalid code verifier.")


def issue(world: World, project: Row, channel_id: str, scopes: list[str], *, offline: bool) -> dict[str, Any]:
    """A new grant and its tokens."""
    refresh = "1//sandbox" + secrets.token_urlsafe(48) if offline else None
    lifetime = world.settings.refresh_lifetime.total_seconds() if project["mode"] == "testing" else None
    world.store.insert(
        "grants",
        project_id=project["id"],
        channel_id=channel_id,
        scopes=" ".join(scopes),
        refresh_hash=digest(refresh) if refresh else None,
        expires_at=None if lifetime is None else world.clock.now() + lifetime,
    )
    row = world.store.one("SELECT max(id) AS id FROM grants")
    assert row is not None
    answer = _access(world.store, row["id"], scopes)
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


def _refresh(world: World, project: Row, form: dict[str, str]) -> dict[str, Any]:
    hashed = digest(form.get("refresh_token", ""))
    grant = world.store.one("SELECT * FROM grants WHERE refresh_hash = :hash", hash=hashed)
    ended = grant is None or grant["revoked"] or (grant["expires_at"] or float("inf")) <= world.clock.now()
    if grant is None or ended or grant["project_id"] != project["id"]:
        raise Refusal("invalid_grant", "Token has been expired or revoked.")
    had = grant["scopes"].split()
    wanted = form.get("scope", grant["scopes"]).split()
    if set(wanted) - set(had):
        raise Refusal("invalid_scope", "Bad Request")
    return _access(world.store, grant["id"], wanted)


async def revoke(world: World, request: Request) -> Response:
    """Ends the grant of a token of either kind, and with it every token of that grant."""
    form = dict(parse_qsl((await read_body(request, LARGEST_JSON)).decode()))
    hashed = digest(form.get("token") or request.query_params.get("token", ""))
    changed = world.store.run(
        "UPDATE grants SET revoked = 1 WHERE NOT revoked AND (refresh_hash = :hash"
        " OR id = (SELECT grant_id FROM access_tokens WHERE hash = :hash))",
        hash=hashed,
    )
    if not changed:
        return Refusal("invalid_token", "Token expired or revoked").response()
    return JSONResponse({})


def tokeninfo(world: World, request: Request) -> Response:
    found = world.store.one(
        "SELECT t.scopes, t.expires_real, p.client_id FROM access_tokens t JOIN grants g ON g.id = t.grant_id"
        " JOIN projects p ON p.id = g.project_id WHERE t.hash = :hash AND t.expires_real > :now AND NOT g.revoked",
        hash=digest(request.query_params.get("access_token", "")),
        now=time.time(),
    )
    if found is None:
        return Refusal("invalid_token", "Invalid Value").response()
    return JSONResponse(
        {
            "azp": found["client_id"],
            "aud": found["client_id"],
            "scope": found["scopes"],
            "exp": str(int(found["expires_real"])),
            "expires_in": str(int(found["expires_real"] - time.time())),
            "access_type": "offline",
        }
    )
