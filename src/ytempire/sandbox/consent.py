"""OAuth 2's consent page as Google's: whose channel, which scopes, and the code with which a client comes back."""

from __future__ import annotations

import json
import secrets
import time
from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ytempire.sandbox.api import LARGEST_JSON, read_body
from ytempire.sandbox.authentication import SCOPES, SIGN_IN, digest, scopes_named
from ytempire.sandbox.channels import NewChannel, make_channel
from ytempire.sandbox.context import SandboxContext
from ytempire.sandbox.html import page
from ytempire.sandbox.oauth import Refusal
from ytempire.sandbox.store import Row, Store

CODE_S = 600  # in real time, as an access token has it (oauth.py)
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
    "include_granted_scopes",
    NEW_CHANNEL,
)


def authorise(context: SandboxContext, request: Request) -> Response:
    """The consent page; or why there is none, shown here, since a bad address must not be sent anywhere."""
    parameters = dict(request.query_params)
    try:
        project = _checked(context.store, parameters)
    except Refusal as refusal:
        return _error_page(refusal)
    channels = context.store.all("SELECT * FROM channels ORDER BY title, id")
    return HTMLResponse(page("Sign in", _consent(project, channels, parameters)))


def _checked(store: Store, parameters: dict[str, str]) -> Row:
    project = store.one("SELECT * FROM projects WHERE client_id = :id", id=parameters.get("client_id", ""))
    if project is None:
        raise Refusal("invalid_client", "The OAuth client was not found.", 401)
    if not _is_registered(project, parameters.get("redirect_uri", "")):
        raise Refusal("redirect_uri_mismatch", "The redirect_uri does not match one registered for the client.")
    if parameters.get("response_type") != "code":
        raise Refusal("unsupported_response_type", "The sandbox has response_type=code only.")
    wanted = scopes_named(parameters.get("scope", ""))
    if not wanted or set(wanted) - set(SCOPES):
        raise Refusal("invalid_scope", f"Some requested scopes are not known here: {sorted(set(wanted) - set(SCOPES))}")
    if parameters.get("code_challenge") and parameters.get("code_challenge_method", "plain") not in ("S256", "plain"):
        raise Refusal("invalid_request", "code_challenge_method must be S256 or plain.")
    return project


def _is_registered(project: Row, address: str) -> bool:
    if address in json.loads(project["redirect_uris"]):
        return True
    parts = urlsplit(address)
    return project["kind"] == "installed" and parts.scheme == "http" and parts.hostname in _LOOPBACK


def _error_page(refusal: Refusal) -> Response:
    text = f"<h2>Access blocked</h2><p>Error {refusal.status}: {escape(refusal.error)}</p>"
    return HTMLResponse(page("Access blocked", text + f"<p>{escape(refusal.description)}</p>"), refusal.status)


def _consent(project: Row, channels: list[Row], parameters: dict[str, str]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(parameters[name])}">'
        for name in _PASSED_ON
        if name in parameters
    )
    scopes = "".join(_scope(scope, _scopes_to_tick(parameters)) for scope in scopes_named(parameters["scope"]))
    offered = [(row["id"], row["title"], row["person"]) for row in channels]
    wanted = parameters.get(NEW_CHANNEL, "")
    if wanted and wanted not in {title for _, title, _ in offered}:
        offered.append((NEW, wanted, "a new channel"))
    choices = "".join(_choice(*choice, is_checked=choice[1] == wanted) for choice in offered)
    none = "<p>There is no channel in this sandbox yet: make one with POST /sandbox/channels.</p>"
    return (
        f"<h2>{escape(project['name'])} wants access to a channel</h2>"
        f'<form method="post" action="{DECIDE}"><p>It will be able to:</p><ul>{scopes}</ul>{hidden}{choices or none}'
        f'<p><button name="decision" value="{TICKED}">Allow</button> '
        '<button name="decision" value="deny" formnovalidate>Deny</button></p></form>'
    )


def _scopes_to_tick(parameters: dict[str, str]) -> list[str]:
    """Those that a person may refuse one by one. As at Google: not those of signing in, and not a single one."""
    wanted = [scope for scope in scopes_named(parameters["scope"]) if scope not in SIGN_IN]
    return wanted if len(wanted) > 1 else []


def _scope(scope: str, to_tick: list[str]) -> str:
    words = escape(SCOPES[scope])
    if scope not in to_tick:
        return f"<li>{words}</li>"
    return f'<li><label><input type="checkbox" name="{GRANTED}" value="{scope}" checked> {words}</label></li>'


async def decide(context: SandboxContext, request: Request) -> Response:
    """What the person chose. All that the page carried is checked again."""
    sent = parse_qs((await read_body(request, LARGEST_JSON)).decode())
    parameters = {name: values[-1] for name, values in sent.items()}
    try:
        project = _checked(context.store, parameters)
    except Refusal as refusal:
        return _error_page(refusal)
    granted = _granted_scopes(parameters, sent.get(GRANTED, []))
    kept = {"state": parameters["state"]} if "state" in parameters else {}
    channel_id = _chosen(context, parameters) if granted else None
    if channel_id is None:
        return _back(parameters, {"error": "access_denied"} | kept)
    if parameters.get("include_granted_scopes") == "true":
        granted += [scope for scope in _granted_before(context.store, project, channel_id) if scope not in granted]
    code = "4/0sandbox" + secrets.token_urlsafe(32)
    offline = project["kind"] == "installed" or parameters.get("access_type") == "offline"
    context.store.insert(
        "codes",
        hash=digest(code),
        project_id=project["id"],
        channel_id=channel_id,
        scopes=" ".join(granted),
        redirect_uri=parameters["redirect_uri"],
        challenge=parameters.get("code_challenge"),
        challenge_method=parameters.get("code_challenge_method", "plain"),
        offline=offline and _is_news(context.store, project, channel_id, parameters),
        expires_real=time.time() + CODE_S,
    )
    return _back(parameters, kept | {"code": code, "scope": " ".join(granted)})


def _granted_scopes(parameters: dict[str, str], ticked: list[str]) -> list[str]:
    """`allow`, which a script sends, grants all that was asked for; the page's own button what is ticked."""
    wanted = scopes_named(parameters["scope"])
    if parameters.get("decision") == TICKED:
        refused = set(_scopes_to_tick(parameters)) - set(ticked)
        return [scope for scope in wanted if scope not in refused]
    return wanted if parameters.get("decision") == "allow" else []


def _granted_before(store: Store, project: Row, channel_id: str) -> list[str]:
    """For incremental authorisation: what this client may do on this channel already."""
    grants = store.all(
        "SELECT scopes FROM grants WHERE project_id = :project AND channel_id = :channel AND NOT revoked ORDER BY id",
        project=project["id"],
        channel=channel_id,
    )
    return list(dict.fromkeys(scope for grant in grants for scope in grant["scopes"].split()))


def _choice(channel_id: str, title: str, person: str, *, is_checked: bool) -> str:
    checked = " checked" if is_checked else ""
    field = f'<input type="radio" name="channel" value="{channel_id}" required{checked}>'
    return f"<p><label>{field} {escape(title)} <small>{escape(person)}</small></label></p>"


def _chosen(context: SandboxContext, parameters: dict[str, str]) -> str | None:
    """The id of the channel that the person chose; made now where they chose a new one."""
    title = parameters.get(NEW_CHANNEL, "")[:100]
    if parameters.get("channel") == NEW and title:
        with context.store.transaction():
            known = context.store.one("SELECT id FROM channels WHERE title = :title", title=title)
            return str(known["id"] if known else make_channel(context, NewChannel(title=title))["id"])
    chosen = context.store.one("SELECT id FROM channels WHERE id = :id", id=parameters.get("channel", ""))
    return str(chosen["id"]) if chosen else None


def _is_news(store: Store, project: Row, channel_id: str, parameters: dict[str, str]) -> bool:
    """Google gives a refresh token with the first consent only, unless consent is asked for again."""
    if project["kind"] == "installed" or "consent" in parameters.get("prompt", ""):
        return True
    known = store.one(
        "SELECT 1 FROM grants WHERE project_id = :project AND channel_id = :channel AND refresh_hash IS NOT NULL"
        " AND NOT revoked",
        project=project["id"],
        channel=channel_id,
    )
    return known is None


def _back(parameters: dict[str, str], answer: dict[str, str]) -> Response:
    address = parameters["redirect_uri"]
    return RedirectResponse(address + ("&" if "?" in address else "?") + urlencode(answer), 303)
