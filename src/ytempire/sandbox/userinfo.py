"""Who has signed in, for a token with a scope of signing in: Google's `userinfo` in its three forms.

There is no `id_token`: whoever needs one signed by Google needs Google.
"""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ytempire.sandbox.api import Resource, base_of
from ytempire.sandbox.authentication import SCOPE, SIGN_IN, identify
from ytempire.sandbox.context import SandboxContext
from ytempire.sandbox.errors import insufficient_scopes, login_required

# v3 and v1 of OpenID speak of `sub` and `email_verified`, those before of `id` and `verified_email`
OPENID_PATHS, OLD_PATHS = ("/oauth2/v3/userinfo", "/v1/userinfo"), ("/oauth2/v1/userinfo", "/oauth2/v2/userinfo")


def userinfo(context: SandboxContext, request: Request) -> Response:
    return JSONResponse(_person(context, request))


def _person(context: SandboxContext, request: Request) -> Resource:
    caller = identify(context.store, request.headers, request.query_params)
    row = context.store.one("SELECT * FROM channels WHERE id = :id", id=caller.channel_id)
    if row is None:
        raise login_required()
    if not caller.scopes & set(SIGN_IN):
        raise insufficient_scopes(sorted(SIGN_IN))
    is_openid = request.url.path in OPENID_PATHS
    number = str(int(hashlib.sha256(row["id"].encode()).hexdigest()[:17], 16))
    person: Resource = {"sub" if is_openid else "id": number}
    if SCOPE + "userinfo.profile" in caller.scopes:
        person |= {"name": row["person"], "picture": f"{base_of(request)}vi/{row['id']}/default.jpg"}
    if SCOPE + "userinfo.email" in caller.scopes:
        address = f"{row['handle'].removeprefix('@')}@sandbox.invalid"
        person |= {"email": address, "email_verified" if is_openid else "verified_email": True}
    return person
