"""Consent, tokens, refresh, revocation, with google-auth-oauthlib and google-auth as the client."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import Flow
from googleapiclient.errors import HttpError
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError, OAuth2Error

from tests.sandbox.conftest import ApiClient, SandboxServer, client, plain
from ytempire.sandbox.authentication import FORCE_SSL, MANAGE, READ, REPORTS, UPLOAD

EMAIL, PROFILE, PARTNER = (
    f"https://www.googleapis.com/auth/{name}" for name in ("userinfo.email", "userinfo.profile", "youtubepartner")
)

BACK = "http://127.0.0.1:9/callback"


def flow_of(project: dict[str, Any], *scopes: str, back: str = BACK) -> Flow:
    return Flow.from_client_config(
        project["client_config"], scopes=list(scopes), redirect_uri=back, autogenerate_code_verifier=True
    )


def answer(flow: Flow, channel_id: str, decision: str = "allow", **more: str) -> dict[str, str]:
    """Open the page, choose a channel, press a button: what comes back in the address."""
    address, _ = flow.authorization_url(**more)
    page = plain().get(address)
    assert page.status_code == 200
    assert "SANDBOX" in page.text
    assert page.headers["x-sandbox"] == "ytempire"
    assert channel_id in page.text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    form = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
    sent = plain().post(
        str(httpx.URL(address).join("/o/oauth2/v2/auth/decision")),
        data=form | {"channel": channel_id, "decision": decision},
    )
    assert sent.status_code == 303
    assert sent.headers["location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}


def consented(sandbox_server: SandboxServer, *scopes: str, **project: Any) -> tuple[Credentials, dict[str, Any]]:
    channel = sandbox_server.channel("Moon")
    flow = flow_of(sandbox_server.project(**project), *scopes)
    flow.fetch_token(code=answer(flow, channel["id"])["code"])
    credentials = flow.credentials
    assert isinstance(credentials, Credentials)
    return credentials, channel


class TestConsent:
    def test_consent_allowed_gives_tokens_for_chosen_channel(self, sandbox_server: SandboxServer) -> None:
        sandbox_server.channel("Another")
        credentials, channel = consented(sandbox_server, READ)
        youtube = client(sandbox_server, "youtube.v3.json", credentials)
        (mine,) = youtube.channels().list(part="id,snippet", mine=True).execute()["items"]
        assert (mine["id"], mine["snippet"]["title"]) == (channel["id"], "Moon")

    def test_consent_denied_returns_access_denied_with_state(self, sandbox_server: SandboxServer) -> None:
        channel, flow = sandbox_server.channel(), flow_of(sandbox_server.project(), READ)
        said = answer(flow, channel["id"], "deny", state="abc & def")
        assert said == {"error": "access_denied", "state": "abc & def"}

    def test_consent_returns_state_with_code(self, sandbox_server: SandboxServer) -> None:
        channel, flow = sandbox_server.channel(), flow_of(sandbox_server.project(), READ)
        assert answer(flow, channel["id"], state="x/y?z=1")["state"] == "x/y?z=1"

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"redirect_uri": "https://elsewhere.example/"}, "redirect_uri_mismatch"),
            ({"client_id": "nobody"}, "invalid_client"),
            ({"scope": "https://www.googleapis.com/auth/drive"}, "invalid_scope"),
            ({"response_type": "token"}, "unsupported_response_type"),
        ],
    )
    def test_consent_invalid_request_is_explained_without_redirect(
        self, sandbox_server: SandboxServer, change: dict[str, str], said: str
    ) -> None:
        address, _ = flow_of(sandbox_server.project(), READ).authorization_url()
        page = plain().get(str(httpx.URL(address).copy_merge_params(change)))
        assert page.status_code in (400, 401)
        assert said in page.text
        assert "SANDBOX" in page.text

    def test_consent_redirects_to_registered_uris_only(self, sandbox_server: SandboxServer) -> None:
        sandbox_server.channel()
        project = sandbox_server.project(kind="web", redirect_uris=["https://app.example/back"])
        good, _ = flow_of(project, READ, back="https://app.example/back").authorization_url()
        bad, _ = flow_of(project, READ, back=BACK).authorization_url()
        assert plain().get(good).status_code == 200
        assert plain().get(bad).status_code == 400

    def test_consent_page_escapes_names_and_state(self, sandbox_server: SandboxServer) -> None:
        sandbox_server.channel("<script>alert(1)</script>")
        address, _ = flow_of(sandbox_server.project(name="<b>X</b>"), READ).authorization_url(state='"><script>')
        text = plain().get(address).text
        assert "<script>" not in text
        assert "<b>X</b>" not in text


def ticked(flow: Flow, channel_id: str, *kept: str) -> dict[str, str]:
    """As a browser sends the page's own form, after all but these were unticked."""
    address, _ = flow.authorization_url(state="s")
    page = plain().get(address).text
    form = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}
    boxes = re.findall(r'type="checkbox" name="(\w+)" value="([^"]*)"', page)
    (button,) = re.findall(r'name="decision" value="(\w+)">Allow', page)
    assert set(kept) <= {value for _, value in boxes}
    granted = {name: [value for of, value in boxes if of == name and value in kept] for name, _ in boxes}
    sent = plain().post(
        str(httpx.URL(address).join("/o/oauth2/v2/auth/decision")),
        data={**form, **granted, "channel": channel_id, "decision": button},
    )
    assert sent.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}


class TestGranularConsent:
    """Whoever consents may refuse one scope and grant another, as on Google's page."""

    def test_token_of_partial_consent_has_granted_scopes_only(
        self, sandbox_server: SandboxServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")  # else oauthlib takes no other scopes than it asked for
        channel, flow = sandbox_server.channel(), flow_of(sandbox_server.project(), READ, UPLOAD, REPORTS)
        back = ticked(flow, channel["id"], READ, REPORTS)
        assert (set(back["scope"].split()), back["state"]) == ({READ, REPORTS}, "s")
        token = flow.fetch_token(code=back["code"])
        assert set(token["scope"]) == {READ, REPORTS}
        youtube = client(sandbox_server, "youtube.v3.json", flow.credentials)
        assert youtube.channels().list(part="id", mine=True).execute()["items"]
        with pytest.raises(HttpError) as caught:
            youtube.videos().delete(id="x").execute()
        assert (caught.value.status_code, caught.value.error_details[0]["reason"]) == (403, "insufficientPermissions")
        with pytest.raises(RefreshError, match="invalid_scope: Bad Request"):  # it asks for all that was asked for
            flow.credentials.refresh(Request())
        credentials = Credentials(
            None,
            refresh_token=token["refresh_token"],
            token_uri=f"{sandbox_server.base}/token",
            client_id=flow.credentials.client_id,
            client_secret=flow.credentials.client_secret,
        )
        credentials.refresh(Request())
        info = plain().get(f"{sandbox_server.base}/tokeninfo", params={"access_token": credentials.token}).json()
        assert set(info["scope"].split()) == {READ, REPORTS}

    def test_include_granted_scopes_adds_earlier_scopes(self, sandbox_server: SandboxServer) -> None:
        channel, project = sandbox_server.channel(), sandbox_server.project()
        first = flow_of(project, READ, UPLOAD)
        first.fetch_token(code=answer(first, channel["id"])["code"])
        assert answer(flow_of(project, REPORTS), channel["id"])["scope"] == REPORTS
        more = answer(flow_of(project, REPORTS), channel["id"], include_granted_scopes="true")
        assert more["scope"].split() == [REPORTS, READ, UPLOAD]

    def test_granular_consent_with_all_scopes_grants_all(self, sandbox_server: SandboxServer) -> None:
        channel, flow = sandbox_server.channel(), flow_of(sandbox_server.project(), READ, UPLOAD)
        assert set(ticked(flow, channel["id"], READ, UPLOAD)["scope"].split()) == {READ, UPLOAD}

    def test_granular_consent_with_no_scope_is_access_denied(self, sandbox_server: SandboxServer) -> None:
        channel, flow = sandbox_server.channel(), flow_of(sandbox_server.project(), READ, UPLOAD)
        assert ticked(flow, channel["id"]) == {"error": "access_denied", "state": "s"}

    def test_granular_consent_single_or_sign_in_scope_needs_no_tick(self, sandbox_server: SandboxServer) -> None:
        channel, project = sandbox_server.channel(), sandbox_server.project()
        assert ticked(flow_of(project, READ), channel["id"])["scope"] == READ
        signed_in = ticked(flow_of(project, READ, UPLOAD, "openid", EMAIL), channel["id"])
        assert set(signed_in["scope"].split()) == {"openid", EMAIL}

    def test_granular_consent_unrequested_scope_is_not_granted(self, sandbox_server: SandboxServer) -> None:
        channel, flow = sandbox_server.channel(), flow_of(sandbox_server.project(), READ, UPLOAD)
        address, _ = flow.authorization_url()
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        form = {**asked, "granted": [READ, MANAGE], "channel": channel["id"], "decision": "ticked"}
        sent = plain().post(f"{sandbox_server.base}/o/oauth2/v2/auth/decision", data=form)
        assert parse_qs(urlsplit(sent.headers["location"]).query)["scope"] == [READ]


class TestSigningIn:
    @pytest.mark.parametrize(
        ("asked", "granted"),
        [
            (["openid"], {"openid"}),
            ([EMAIL], {EMAIL}),
            (["email"], {"openid", EMAIL}),
            (["profile", "email"], {"openid", EMAIL, PROFILE}),
            ([PARTNER, READ], {PARTNER, READ}),
        ],
    )
    def test_sign_in_scopes_are_granted_as_requested(
        self, sandbox_server: SandboxServer, asked: list[str], granted: set[str]
    ) -> None:
        channel, flow = sandbox_server.channel(), flow_of(sandbox_server.project(), *asked)
        assert set(answer(flow, channel["id"])["scope"].split()) == granted

    def test_partner_scope_allows_upload_and_captions(self, sandbox_server: SandboxServer) -> None:
        api_client = ApiClient.of(sandbox_server, scopes=[PARTNER])
        made = api_client.upload()
        assert api_client.youtube.captions().list(part="id", videoId=made["id"]).execute()["items"] == []

    @pytest.mark.parametrize("path", ["oauth2/v3/userinfo", "v1/userinfo", "oauth2/v1/userinfo", "oauth2/v2/userinfo"])
    def test_userinfo_with_profile_scope_returns_person(self, sandbox_server: SandboxServer, path: str) -> None:
        token = ApiClient.of(sandbox_server, scopes=["openid", EMAIL, PROFILE]).tokens["access_token"]
        said = plain().get(f"{sandbox_server.base}/{path}", headers={"Authorization": f"Bearer {token}"}).json()
        assert said["email"].endswith("@sandbox.invalid")
        assert (said["name"], said.get("sub", said.get("id")).isdigit()) == ("A person of this sandbox", True)
        assert plain().get(f"{sandbox_server.base}/{path}", params={"access_token": token}).json() == said
        assert plain().get(said["picture"]).headers["content-type"] == "image/jpeg"

    def test_userinfo_without_scope_or_token_is_refused(self, sandbox_server: SandboxServer) -> None:
        token = ApiClient.of(sandbox_server, scopes=[READ]).tokens["access_token"]
        address = f"{sandbox_server.base}/oauth2/v3/userinfo"
        for headers, status in (
            ({}, 403),
            ({"Authorization": f"Bearer {token}"}, 403),
            ({"Authorization": "Bearer x"}, 401),
        ):
            refused = plain().get(address, headers=headers)
            assert (refused.status_code, refused.json()["error"]["code"]) == (status, status)


class TestTokens:
    def test_authorization_code_works_once(self, sandbox_server: SandboxServer) -> None:
        channel, flow = sandbox_server.channel(), flow_of(sandbox_server.project(), READ)
        code = answer(flow, channel["id"])["code"]
        flow.fetch_token(code=code)
        with pytest.raises(InvalidGrantError):
            flow.fetch_token(code=code)

    def test_authorization_code_requires_verifier(self, sandbox_server: SandboxServer) -> None:
        channel, flow = sandbox_server.channel(), flow_of(sandbox_server.project(), READ)
        code = answer(flow, channel["id"])["code"]
        with pytest.raises(InvalidGrantError, match="Invalid code verifier"):
            flow.fetch_token(code=code, code_verifier="x" * 64)

    def test_authorization_code_of_other_client_is_refused(self, sandbox_server: SandboxServer) -> None:
        channel, flow = sandbox_server.channel(), flow_of(sandbox_server.project(), READ)
        code = answer(flow, channel["id"])["code"]
        other = flow_of(sandbox_server.project(), READ)
        other.code_verifier = flow.code_verifier
        with pytest.raises(InvalidGrantError):
            other.fetch_token(code=code)

    def test_client_secret_wrong_is_refused(self, sandbox_server: SandboxServer) -> None:
        channel, project = sandbox_server.channel(), sandbox_server.project()
        flow = flow_of(project, READ)
        code = answer(flow, channel["id"])["code"]
        with pytest.raises(OAuth2Error, match="invalid_client"):
            flow.fetch_token(code=code, client_secret="wrong")

    def test_access_token_expired_is_renewed_by_client(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        sandbox_server.control("DELETE", "/tokens")
        before = api_client.credentials.token
        assert api_client.youtube.channels().list(part="id", mine=True).execute()["items"]
        assert api_client.credentials.token != before

    def test_access_token_invalid_without_refresh_is_401(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        youtube = client(sandbox_server, "youtube.v3.json", Credentials("ya29.nonsense"))
        with pytest.raises(RefreshError):
            youtube.channels().list(part="id", mine=True).execute()
        raw = plain().get(
            f"{sandbox_server.base}/youtube/v3/channels?part=id&mine=true",
            headers={"Authorization": "Bearer ya29.nonsense"},
        )
        assert raw.status_code == 401
        assert raw.json()["error"]["errors"][0]["reason"] == "authError"

    def test_refresh_token_of_testing_project_expires_after_7_days(self, sandbox_server: SandboxServer) -> None:
        credentials, _ = consented(sandbox_server, READ, mode="testing")
        sandbox_server.advance(7 * 86_400 - 60)
        credentials.refresh(Request())
        sandbox_server.advance(120)
        with pytest.raises(RefreshError) as caught:
            credentials.refresh(Request())
        assert caught.value.args[1] == {
            "error": "invalid_grant",
            "error_description": "Token has been expired or revoked.",
        }

    def test_refresh_token_of_production_project_does_not_expire(self, sandbox_server: SandboxServer) -> None:
        credentials, _ = consented(sandbox_server, READ)
        sandbox_server.advance(90 * 86_400)
        credentials.refresh(Request())
        assert credentials.token

    @pytest.mark.parametrize("kind", ["token", "refresh_token"])
    def test_revoke_either_token_ends_both(self, sandbox_server: SandboxServer, kind: str) -> None:
        credentials, _ = consented(sandbox_server, READ)
        sent = plain().post(f"{sandbox_server.base}/revoke", data={"token": getattr(credentials, kind)})
        assert (sent.status_code, sent.json()) == (200, {})
        with pytest.raises(RefreshError, match="expired or revoked"):
            credentials.refresh(Request())
        info = plain().get(f"{sandbox_server.base}/tokeninfo", params={"access_token": credentials.token})
        assert info.status_code == 400
        again = plain().post(f"{sandbox_server.base}/revoke", data={"token": getattr(credentials, kind)})
        assert again.json()["error"] == "invalid_token"

    def test_tokeninfo_returns_scopes(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        info = (
            plain()
            .get(f"{sandbox_server.base}/tokeninfo", params={"access_token": api_client.credentials.token})
            .json()
        )
        assert MANAGE in info["scope"].split()
        assert info["aud"] == api_client.credentials.client_id

    def test_tokens_and_secrets_are_not_stored_in_clear(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        (config,) = api_client.project["client_config"].values()
        secrets = [api_client.credentials.token, api_client.credentials.refresh_token, config["client_secret"]]
        kept = b"".join(path.read_bytes() for path in sandbox_server.folder.iterdir() if path.is_file())
        assert all(secret.encode() not in kept for secret in secrets)


class TestScopes:
    @pytest.mark.parametrize("scope", [READ, REPORTS])
    def test_upload_with_insufficient_scope_is_403(self, sandbox_server: SandboxServer, scope: str) -> None:
        api_client = ApiClient.of(sandbox_server, scopes=[scope])
        with pytest.raises(HttpError) as caught:
            api_client.upload()
        assert caught.value.status_code == 403
        assert caught.value.error_details[0]["reason"] == "insufficientPermissions"

    def test_upload_scope_allows_insert_only(self, sandbox_server: SandboxServer) -> None:
        api_client = ApiClient.of(sandbox_server, scopes=[UPLOAD])
        made = api_client.upload()
        with pytest.raises(HttpError, match="insufficient authentication scopes"):
            api_client.youtube.videos().delete(id=made["id"]).execute()

    def test_captions_require_force_ssl_scope(self, sandbox_server: SandboxServer) -> None:
        api_client = ApiClient.of(sandbox_server, scopes=[MANAGE])
        made = api_client.upload()
        with pytest.raises(HttpError, match="insufficient authentication scopes"):
            api_client.youtube.captions().list(part="snippet", videoId=made["id"]).execute()
        allowed = ApiClient.joining(sandbox_server, api_client.channel, api_client.project, [FORCE_SSL])
        assert allowed.youtube.captions().list(part="snippet", videoId=made["id"]).execute()["items"] == []


class TestKeys:
    def test_api_key_reads_public_data_only(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        made = api_client.upload()
        sandbox_server.advance(60)
        youtube = client(sandbox_server, "youtube.v3.json", None, api_client.project["api_key"])
        assert youtube.videos().list(part="id", id=made["id"]).execute()["items"][0]["id"] == made["id"]
        with pytest.raises(HttpError, match="Login Required"):
            youtube.channels().list(part="id", mine=True).execute()

    def test_api_key_wrong_or_missing_is_refused(self, sandbox_server: SandboxServer) -> None:
        with pytest.raises(HttpError, match="API key not valid"):
            client(sandbox_server, "youtube.v3.json", None, "AIzaWrong").videos().list(part="id", id="x").execute()
        assert plain().get(f"{sandbox_server.base}/youtube/v3/videos?part=id&id=x").status_code == 403
