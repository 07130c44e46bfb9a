"""Registration, sign-in, second factor, refresh, reset and keys over HTTP."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest

from tests.api import client_of, settings_for
from tests.conftest import Database
from tests.ingest.factories import make_measured
from tests.production.factories import ARTICLE
from tests.users import ADDRESS as OPERATOR
from ytempire.accounts import one_time_tokens
from ytempire.accounts.http.permission_endpoints import ADDRESSES_PER_HOUR
from ytempire.kit.database import Sessions, as_subject
from ytempire.kit.subject import SYSTEM
from ytempire.settings import Settings

PASSWORD = "four words make sense"
ADDRESS = "ada@example.com"


@pytest.fixture
def settings(database: Database, cache_url: str, tmp_path: Path) -> Settings:
    return settings_for(database, cache_url, tmp_path)


@pytest.fixture
async def admin(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The person at this machine, signed in by the printed link."""
    async with client_of(settings, person="admin") as client:
        yield client


@pytest.fixture
async def guest(admin: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody yet, at the same application."""
    async with httpx.AsyncClient(transport=admin._transport, base_url=admin.base_url) as client:
        yield client


async def letter(admin: httpx.AsyncClient, subject: str) -> str:
    """The token in the newest letter of this subject, as an administrator reads it in the outbox."""
    letters = (await admin.get("/api/v1/emails")).json()["items"]
    body = next(one["body"] for one in letters if one["subject"] == subject)
    found = re.search(r"token=([\w-]+)", body)
    assert found
    return found[1]


async def register(guest: httpx.AsyncClient, admin: httpx.AsyncClient, email: str = ADDRESS) -> None:
    answer = await guest.post("/api/v1/auth/register", json={"email": email, "password": PASSWORD, "full_name": "Ada"})
    assert answer.status_code == 202
    token = await letter(admin, "Verify your address")
    assert (await guest.post("/api/v1/auth/verify-email", json={"token": token})).status_code == 204


async def sign_in(
    guest: httpx.AsyncClient, email: str = ADDRESS, password: str = PASSWORD, **more: Any
) -> httpx.Response:
    return await guest.post("/api/v1/auth/sign-in", json={"email": email, "password": password, **more})


def holding(tokens: dict[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def bearer(answer: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


class TestRegistration:
    async def test_registration_allows_sign_in_after_email_is_verified(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        body = {"email": " Ada@Example.com ", "password": PASSWORD}
        assert (await guest.post("/api/v1/auth/register", json=body)).status_code == 202
        early = await sign_in(guest)
        assert (early.status_code, early.json()["code"]) == (401, "invalid_credentials")
        token = await letter(admin, "Verify your address")
        assert (await guest.post("/api/v1/auth/verify-email", json={"token": token})).status_code == 204
        again = await guest.post("/api/v1/auth/verify-email", json={"token": token})
        assert (again.status_code, again.json()["code"]) == (410, "one_time_token_invalid")
        answer = await sign_in(guest)
        assert answer.status_code == 200
        me = await guest.get("/api/v1/me", headers=bearer(answer))
        assert (me.json()["email"], me.json()["role"]) == (ADDRESS, "operator")

    async def test_registration_known_and_unknown_address_get_same_answer(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        for path, body in (
            ("register", {"password": PASSWORD}),
            ("resend-verification", {}),
            ("forgot-password", {}),
            ("sign-in", {"password": "not the right one"}),
        ):
            answers = [
                await guest.post(f"/api/v1/auth/{path}", json={"email": email, **body})
                for email in (ADDRESS, "nobody@example.com")
            ]
            first, second = ({**one.json(), "request_id": ""} for one in answers)
            assert answers[0].status_code == answers[1].status_code
            assert first == second
        letters = (await admin.get("/api/v1/emails")).json()["items"]
        assert "You have an account already" in {one["subject"] for one in letters}

    async def test_registration_with_foreign_address_gives_attacker_no_access(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        theirs, mine = "a password of an attacker", "four words make sense"
        for password in (theirs, mine, theirs):
            await guest.post("/api/v1/auth/register", json={"email": ADDRESS, "password": password})
        early = (await admin.get("/api/v1/emails")).json()["items"]
        link = next(one["body"] for one in early if one["subject"] == "Verify your address")
        token = link.split("token=")[1].split()[0]
        assert (await guest.post("/api/v1/auth/verify-email", json={"token": token})).status_code == 410
        chosen = {"token": await letter(admin, "Choose your password"), "password": mine}
        assert (await guest.post("/api/v1/auth/reset-password", json=chosen)).status_code == 204
        assert (await sign_in(guest, password=theirs)).status_code == 401
        assert (await sign_in(guest, password=mine)).status_code == 200

    async def test_resend_verification_replaces_previous_email(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await guest.post("/api/v1/auth/register", json={"email": ADDRESS, "password": PASSWORD})
        first = await letter(admin, "Verify your address")
        again = await guest.post("/api/v1/auth/resend-verification", json={"email": f" {ADDRESS.upper()}"})
        assert again.status_code == 202
        second = await letter(admin, "Verify your address")
        assert (await guest.post("/api/v1/auth/verify-email", json={"token": first})).status_code == 410
        assert (await guest.post("/api/v1/auth/verify-email", json={"token": second})).status_code == 204
        assert (await sign_in(guest)).status_code == 200  # the password that was chosen still counts
        await guest.post("/api/v1/auth/resend-verification", json={"email": ADDRESS})
        assert len((await admin.get("/api/v1/emails")).json()["items"]) == 2

    async def test_resend_verification_does_not_restore_discarded_password(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        for password in ("a password of an attacker", PASSWORD):
            await guest.post("/api/v1/auth/register", json={"email": ADDRESS, "password": password})
        await guest.post("/api/v1/auth/resend-verification", json={"email": ADDRESS})
        subjects = [one["subject"] for one in (await admin.get("/api/v1/emails")).json()["items"]]
        assert subjects == ["Choose your password", "Choose your password", "Verify your address"]

    async def test_registration_with_undeliverable_address_is_refused(self, guest: httpx.AsyncClient) -> None:
        answer = await guest.post("/api/v1/auth/register", json={"email": "a..b@example.com", "password": PASSWORD})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")

    @pytest.mark.parametrize("password", ["short", "password1234!", "ada@example.com"])
    async def test_registration_with_weak_password_is_refused_with_hint(
        self, guest: httpx.AsyncClient, password: str
    ) -> None:
        answer = await guest.post("/api/v1/auth/register", json={"email": ADDRESS, "password": password})
        assert (answer.status_code, answer.json()["code"]) == (422, "password_too_weak")
        assert "12 to 256 characters" in answer.json()["hint"]


class TestInvitation:
    async def test_invitation_while_registration_is_closed_creates_account(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await admin.put("/api/v1/flags/registration", json={"enabled": False})
        body = {"email": " Ada@Example.com ", "full_name": "Ada", "role": "analyst"}
        made = await admin.post("/api/v1/users", json=body)
        assert (made.status_code, made.json()["email"], made.json()["is_email_verified"]) == (201, ADDRESS, False)
        first = await letter(admin, "You are invited to YTEMPIRE")
        # again, with another role: the last letter counts
        again = await admin.post("/api/v1/users", json={**body, "role": "operator"})
        assert (again.status_code, again.json()["id"], again.json()["role"]) == (201, made.json()["id"], "operator")
        token = await letter(admin, "You are invited to YTEMPIRE")
        chosen = {"password": PASSWORD}
        spent = await guest.post("/api/v1/auth/reset-password", json={**chosen, "token": first})
        assert spent.json()["code"] == "one_time_token_invalid"
        assert (await guest.post("/api/v1/auth/reset-password", json={**chosen, "token": token})).status_code == 204
        me = (await guest.get("/api/v1/me", headers=bearer(await sign_in(guest)))).json()
        assert (me["full_name"], me["role"]) == ("Ada", "operator")
        taken = await admin.post("/api/v1/users", json=body)
        assert (taken.status_code, "already" in taken.json()["detail"]) == (409, True)
        audit = (await admin.get("/api/v1/audit", params={"table": "core.users"})).json()["items"]
        assert next(one["user_name"] for one in audit if one["action"] == "insert") == "Operator"

    async def test_invitation_discards_password_of_earlier_foreign_registration(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await guest.post("/api/v1/auth/register", json={"email": ADDRESS, "password": "the stranger's password"})
        waiting = await letter(admin, "Verify your address")
        assert (await admin.post("/api/v1/users", json={"email": ADDRESS})).status_code == 201
        late = await guest.post("/api/v1/auth/verify-email", json={"token": waiting})
        assert late.json()["code"] == "one_time_token_invalid"
        token = await letter(admin, "You are invited to YTEMPIRE")
        await guest.post("/api/v1/auth/reset-password", json={"password": PASSWORD, "token": token})
        assert (await sign_in(guest, password="the stranger's password")).status_code == 401
        assert (await sign_in(guest)).status_code == 200

    @pytest.mark.parametrize("email", ["ada", "ada@example.com, eve@example.com", "ada@ex ample.com"])
    async def test_invitation_without_valid_address_is_refused(self, admin: httpx.AsyncClient, email: str) -> None:
        assert (await admin.post("/api/v1/users", json={"email": email})).status_code == 422


class TestSignIn:
    async def test_sign_in_after_five_failures_locks_account(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        for _ in range(5):
            assert (await sign_in(guest, password="not the right one")).status_code == 401
        waiting = await sign_in(guest)  # the right one
        assert (waiting.status_code, waiting.json()["code"]) == (401, "invalid_credentials")
        users = (await admin.get("/api/v1/users")).json()["items"]
        until = datetime.fromisoformat(next(one["locked_until"] for one in users if one["email"] == ADDRESS))
        assert timedelta(seconds=5) < until - datetime.now(UTC) <= timedelta(seconds=30)

    async def test_password_reset_unlocks_account_and_ends_sessions(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        before = bearer(await sign_in(guest))
        for _ in range(5):
            await sign_in(guest, password="not the right one")
        await guest.post("/api/v1/auth/forgot-password", json={"email": ADDRESS})
        token = await letter(admin, "Set a new password")
        weak = await guest.post("/api/v1/auth/reset-password", json={"token": token, "password": "short"})
        assert weak.status_code == 422
        new = {"token": token, "password": "five other words that last"}
        assert (await guest.post("/api/v1/auth/reset-password", json=new)).status_code == 204
        assert (await guest.post("/api/v1/auth/reset-password", json=new)).status_code == 410
        assert (await guest.get("/api/v1/me", headers=before)).status_code == 401
        assert (await sign_in(guest, password="five other words that last")).status_code == 200

    async def test_password_change_invalidates_pending_reset_email(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        me = bearer(await sign_in(guest))
        await guest.post("/api/v1/auth/forgot-password", json={"email": ADDRESS})
        token = await letter(admin, "Set a new password")
        new = "five other words that last"
        changed = await guest.post("/api/v1/me/password", headers=me, json={"current": PASSWORD, "new": new})
        assert changed.status_code == 204
        late = await guest.post(
            "/api/v1/auth/reset-password", json={"token": token, "password": "somebody else's five words"}
        )
        assert late.status_code == 410
        assert (await sign_in(guest, password=new)).status_code == 200

    async def test_second_factor_is_required_and_codes_work_once(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        me = bearer(await sign_in(guest))
        seed = (await guest.post("/api/v1/me/second-factor", headers=me, json={"password": PASSWORD})).json()["secret"]
        app = pyotp.TOTP(seed)
        wrong = await guest.post("/api/v1/me/second-factor/confirm", headers=me, json={"code": "000000x"})
        assert (wrong.status_code, "six digits" in wrong.json()["hint"]) == (422, True)
        old = {"code": app.at(datetime.now(UTC) - timedelta(minutes=4))}
        late = await guest.post("/api/v1/me/second-factor/confirm", headers=me, json=old)
        assert (late.status_code, "4 minutes old" in late.json()["detail"]) == (422, True)
        first = {"code": app.now()}
        codes = (await guest.post("/api/v1/me/second-factor/confirm", headers=me, json=first)).json()["codes"]
        assert len(set(codes)) == 10

        asked = await sign_in(guest)
        assert (asked.status_code, asked.json()["code"]) == (401, "second_factor_required")
        used = await sign_in(guest, code=first["code"])  # for the confirmation
        assert (used.status_code, used.json()["code"]) == (401, "code_already_used")
        for _ in range(6):  # a used code is no guess, and locks nobody out
            await sign_in(guest, code=first["code"])
        assert (await sign_in(guest, code=app.at(datetime.now(UTC) + timedelta(seconds=30)))).status_code == 200
        assert (await sign_in(guest, code=codes[3].lower().replace("-", " "))).status_code == 200
        assert (await sign_in(guest, code=codes[3])).json()["code"] == "code_already_used"
        assert (await sign_in(guest, code="ZZZZZ-ZZZZZ-ZZZZZ")).json()["code"] == "invalid_credentials"

        refused = await guest.post("/api/v1/me/second-factor/remove", headers=me, json={"password": "wrong one here"})
        assert (refused.status_code, refused.json()["code"]) == (403, "wrong_password")
        removed = await guest.post("/api/v1/me/second-factor/remove", headers=me, json={"password": PASSWORD})
        assert removed.status_code == 204
        assert (await sign_in(guest)).status_code == 200


class TestPasswordInsideASession:
    """Whoever finds a page open has the session, and not the password."""

    async def test_second_factor_setup_without_password_is_refused(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        me = bearer(await sign_in(guest))
        for body in (None, {}, {"password": ""}):
            assert (await guest.post("/api/v1/me/second-factor", headers=me, json=body)).status_code == 422
        wrong = await guest.post("/api/v1/me/second-factor", headers=me, json={"password": "not the right one"})
        assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")

    async def test_wrong_passwords_in_session_count_towards_sign_in_lockout(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        me = bearer(await sign_in(guest))
        for path, body in (
            ("second-factor", {"password": "not the right one"}),
            ("second-factor/remove", {"password": "not the right one"}),
            ("password", {"current": "not the right one", "new": "five other words that last"}),
        ):
            answer = await guest.post(f"/api/v1/me/{path}", headers=me, json=body)
            assert answer.json()["code"] == "wrong_password"
        for _ in range(2):
            assert (await sign_in(guest, password="not the right one")).status_code == 401
        right = {"current": PASSWORD, "new": "five other words that last"}
        waits = await guest.post("/api/v1/me/password", headers=me, json=right)
        assert (waits.status_code, waits.json()["code"]) == (429, "account_locked")
        assert 0 < int(waits.headers["Retry-After"]) <= 30
        assert (await sign_in(guest)).status_code == 401

    async def test_right_password_in_session_clears_failed_attempts(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        me = bearer(await sign_in(guest))
        for _ in range(2):
            for _ in range(4):
                await guest.post("/api/v1/me/second-factor", headers=me, json={"password": "not the right one"})
            begun = await guest.post("/api/v1/me/second-factor", headers=me, json={"password": PASSWORD})
            assert begun.status_code == 200

    async def test_second_factor_setup_of_account_without_password_is_conflict(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.post("/api/v1/me/second-factor", json={"password": PASSWORD})
        assert (answer.status_code, answer.json()["detail"]) == (409, "This account has no password yet.")


class TestSession:
    async def test_refresh_token_used_twice_ends_session(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        first = (await sign_in(guest)).json()
        second = await guest.post("/api/v1/auth/refresh", json={"refresh_token": first["refresh_token"]})
        assert second.status_code == 200
        stolen = await guest.post("/api/v1/auth/refresh", json={"refresh_token": first["refresh_token"]})
        assert stolen.status_code == 401
        third = await guest.post("/api/v1/auth/refresh", json={"refresh_token": second.json()["refresh_token"]})
        assert third.status_code == 401
        assert (await guest.get("/api/v1/me", headers=bearer(second))).status_code == 401

    async def test_revoked_session_is_refused_at_once(self, guest: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
        await register(guest, admin)
        one, other = bearer(await sign_in(guest)), bearer(await sign_in(guest))
        listed = (await guest.get("/api/v1/me/sessions", headers=one)).json()["items"]
        assert sorted(item["is_current"] for item in listed) == [False, True]
        mine = next(item["id"] for item in listed if item["is_current"])
        assert (await guest.delete(f"/api/v1/me/sessions/{mine}", headers=other)).status_code == 204
        gone = await guest.get("/api/v1/me", headers=one)
        assert (gone.status_code, gone.json()["code"]) == (401, "unauthenticated")
        assert (await guest.get("/api/v1/me", headers=other)).status_code == 200

    async def test_cookie_session_tokens_are_http_only_and_same_site(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        answer = await sign_in(guest, transport="cookie")
        assert answer.json()["access_token"] is None
        cookies = answer.headers.get_list("set-cookie")
        assert len(cookies) == 2
        assert all("HttpOnly" in one and "SameSite=strict" in one for one in cookies)
        assert (await guest.get("/api/v1/me")).status_code == 200
        foreign = await guest.patch("/api/v1/me", json={"full_name": "Eve"}, headers={"Origin": "https://evil.example"})
        assert (foreign.status_code, foreign.json()["code"]) == (403, "cross_origin_refused")
        assert (await guest.post("/api/v1/auth/refresh", json={})).status_code == 200
        assert (await guest.post("/api/v1/auth/sign-out")).status_code == 204
        assert (await guest.get("/api/v1/me")).status_code == 401

    async def test_sign_in_link_opens_session_of_administrator(self, admin: httpx.AsyncClient) -> None:
        me = (await admin.get("/api/v1/me")).json()
        assert (me["role"], me["email"]) == ("admin", None)

    async def test_first_run_setup_of_operator_works_once(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        body = {"email": "boss@example.com", "password": PASSWORD}
        assert (await admin.post("/api/v1/me/sign-in", json=body)).status_code == 204
        assert (await admin.post("/api/v1/me/sign-in", json=body)).status_code == 409
        assert (await sign_in(guest, "boss@example.com")).status_code == 200

    async def test_jwks_verify_access_token_in_other_program(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        [key] = (await guest.get("/.well-known/jwks.json")).json()["keys"]
        assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
        assert "d" not in key


class TestKeys:
    async def make(self, guest: httpx.AsyncClient, admin: httpx.AsyncClient, **body: Any) -> dict[str, str]:
        await register(guest, admin)
        me = bearer(await sign_in(guest))
        made = await guest.post("/api/v1/me/api-keys", headers=me, json={"name": "robot", "scopes": ["read"], **body})
        assert made.status_code == 201
        listed = (await guest.get("/api/v1/me/api-keys", headers=me)).json()["items"]
        assert "secret" not in listed[0]
        return {"Authorization": f"Bearer {made.json()['secret']}"}

    async def test_api_key_with_read_scope_cannot_write(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        key = await self.make(guest, admin)
        answer = await guest.get("/api/v1/runs", headers=key)
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == '"hourly";q=1000;w=3600'
        assert re.fullmatch(r'"hourly";r=999;t=\d+', answer.headers["RateLimit"])
        refused = await guest.patch("/api/v1/me", headers=key, json={"full_name": "Eve"})
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")

    @pytest.mark.parametrize("unseen", ["\x1f\x1f\x1f", "\u200b"])
    async def test_api_key_without_visible_name_is_refused(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient, unseen: str
    ) -> None:
        answer = await admin.post("/api/v1/me/api-keys", json={"name": unseen, "scopes": ["read"]})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")

    async def test_api_key_over_hourly_limit_is_refused(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        key = await self.make(guest, admin, hourly_limit=2)
        assert [(await guest.get("/api/v1/runs", headers=key)).status_code for _ in range(3)] == [200, 200, 429]
        last = await guest.get("/api/v1/runs", headers=key)
        assert 0 < int(last.headers["Retry-After"]) <= 3600

    async def test_api_key_revoked_is_refused_at_once(self, guest: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
        key = await self.make(guest, admin, scopes=["write"])
        me = bearer(await sign_in(guest))
        [listed] = (await guest.get("/api/v1/me/api-keys", headers=key)).json()["items"]
        assert (await guest.delete(f"/api/v1/me/api-keys/{listed['id']}", headers=me)).status_code == 204
        assert (await guest.get("/api/v1/runs", headers=key)).status_code == 401

    async def test_api_key_cannot_create_keys_or_change_credentials(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        key = await self.make(guest, admin, scopes=["write"])
        for path, body in (
            ("api-keys", {"name": "more", "scopes": ["admin"]}),
            ("password", {"current": PASSWORD, "new": "five other words that last"}),
            ("second-factor", {"password": PASSWORD}),
            ("sign-in", {"email": "eve@example.com", "password": PASSWORD}),
        ):
            answer = await guest.post(f"/api/v1/me/{path}", headers=key, json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path


class TestAnalyst:
    async def test_role_change_to_analyst_and_back_requires_new_token(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        """The token says whether tables or masked views are asked; on this answer the page renews it by itself."""
        await register(guest, admin)
        tokens = (await sign_in(guest)).json()
        who = (await guest.get("/api/v1/me", headers=holding(tokens))).json()["id"]
        for role, channels, templates in (("analyst", 200, 403), ("operator", 200, 200)):
            assert (await admin.patch(f"/api/v1/users/{who}", json={"role": role})).status_code == 200
            for path in ("channels", "templates"):
                answer = await guest.get(f"/api/v1/{path}", headers=holding(tokens))
                problem = answer.json()
                assert (answer.status_code, problem["code"]) == (401, "unauthenticated"), path
                assert problem["detail"] == "Your role was changed."
            renewed = await guest.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
            assert renewed.status_code == 200
            tokens = renewed.json()
            assert (await guest.get("/api/v1/me", headers=holding(tokens))).json()["role"] == role
            assert len((await guest.get("/api/v1/me/sessions", headers=holding(tokens))).json()["items"]) == 1
            for path, status in (("channels", channels), ("templates", templates)):
                assert (await guest.get(f"/api/v1/{path}", headers=holding(tokens))).status_code == status, path
        assert (await guest.post("/api/v1/auth/sign-out", headers=holding(tokens))).status_code == 204
        assert (await guest.get("/api/v1/me", headers=holding(tokens))).status_code == 401


class TestAdministration:
    async def test_administration_by_operator_is_forbidden(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        me = bearer(await sign_in(guest))
        for path in ("users", "audit", "emails"):
            answer = await guest.get(f"/api/v1/{path}", headers=me)
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    async def test_user_search_matches_name_and_address_with_pages(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        for number in range(3):
            body = {"email": f"ada{number}@example.com", "password": PASSWORD, "full_name": f"Ada Lovelace {number}"}
            await guest.post("/api/v1/auth/register", json=body)
        await guest.post("/api/v1/auth/register", json={"email": "100%_sure@example.com", "password": PASSWORD})

        async def found(**query: str | int) -> list[str]:
            return [one["email"] for one in (await admin.get("/api/v1/users", params=query)).json()["items"]]

        assert await found(q="LOVE ada1") == ["ada1@example.com"]
        assert await found(q="%_") == ["100%_sure@example.com"]
        assert await found(q="nobody at all") == []
        page = (await admin.get("/api/v1/users", params={"q": "lovelace", "limit": 2})).json()
        assert [one["email"] for one in page["items"]] == ["ada2@example.com", "ada1@example.com"]
        assert await found(q="lovelace", limit=2, cursor=page["next_cursor"]) == ["ada0@example.com"]

    async def test_email_list_is_paginated(self, guest: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
        for number in range(5):
            await guest.post("/api/v1/auth/register", json={"email": f"ada{number}@example.com", "password": PASSWORD})
        seen: list[str] = []
        cursor = None
        while True:
            query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
            page = (await admin.get("/api/v1/emails", params=query)).json()
            assert page["waiting"] == 5
            seen += [one["recipient"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == [f"ada{number}@example.com" for number in reversed(range(5))]
        assert (await admin.get("/api/v1/emails", params={"cursor": "b3Vycw"})).status_code == 422

    async def test_suspended_user_is_refused_at_once(self, guest: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
        await register(guest, admin)
        me = bearer(await sign_in(guest))
        who = (await guest.get("/api/v1/me", headers=me)).json()["id"]
        answer = await admin.patch(f"/api/v1/users/{who}", json={"status": "suspended"})
        assert answer.json()["status"] == "suspended"
        assert (await guest.get("/api/v1/me", headers=me)).status_code == 401
        assert (await sign_in(guest)).status_code == 401

    async def test_last_administrator_cannot_be_demoted_or_suspended(self, admin: httpx.AsyncClient) -> None:
        me = (await admin.get("/api/v1/me")).json()["id"]
        for change in ({"role": "operator"}, {"status": "suspended"}):
            answer = await admin.patch(f"/api/v1/users/{me}", json=change)
            assert (answer.status_code, "last administrator" in answer.json()["detail"]) == (409, True)

    async def test_permission_granted_by_administrator_shows_channel_until_revoked(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        me = bearer(await sign_in(guest))
        who = (await guest.get("/api/v1/me", headers=me)).json()["id"]
        assert (await guest.get("/api/v1/channels", headers=me)).json()["items"] == []
        channel = (await admin.get("/api/v1/channels")).json()["items"][0]["id"]
        path = f"/api/v1/channels/{channel}/permissions"
        assert (await admin.put(f"{path}/{who}", json={"level": "read"})).status_code == 204
        [seen] = (await guest.get("/api/v1/channels", headers=me)).json()["items"]
        assert (seen["id"], seen["owner"]) == (channel, None)
        assert {one["owner"] for one in (await admin.get("/api/v1/channels")).json()["items"]} == {"Operator"}
        listed = {one["email"]: one["level"] for one in (await admin.get(path)).json()["items"]}
        assert listed == {OPERATOR: "admin", ADDRESS: "read"}
        for somewhere in (f"/api/v1/channels/{who}/permissions/{who}", f"{path}/{channel}"):
            nobody = await admin.put(somewhere, json={"level": "read"})
            assert (nobody.status_code, nobody.json()["code"]) == (404, "not_found")
        assert (await admin.delete(f"{path}/{who}")).status_code == 204
        assert (await guest.get("/api/v1/channels", headers=me)).json()["items"] == []

    async def test_permission_admin_of_channel_can_grant_permissions(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        bob = "bob@example.com"
        for address in (ADDRESS, bob):
            await register(guest, admin, address)
        ada, bobs = bearer(await sign_in(guest)), bearer(await sign_in(guest, bob))
        channel, other = (one["id"] for one in (await admin.get("/api/v1/channels")).json()["items"][:2])
        path = f"/api/v1/channels/{channel}/permissions"
        who = (await guest.get("/api/v1/me", headers=bobs)).json()["id"]

        async def tried(level: str | None) -> list[int]:
            """What Ada gets to hear with this permission."""
            if level:
                shared = await admin.post(path, json={"email": f" {ADDRESS.upper()}", "level": level})
                assert (shared.status_code, shared.json()["email"]) == (201, ADDRESS)
            return [
                (await guest.get(path, headers=ada)).status_code,
                (await guest.post(path, headers=ada, json={"email": bob, "level": "read"})).status_code,
                (await guest.put(f"{path}/{who}", headers=ada, json={"level": "write"})).status_code,
                (await guest.delete(f"{path}/{who}", headers=ada)).status_code,
            ]

        assert await tried(None) == [404] * 4
        assert await tried("read") == [403] * 4
        assert await tried("write") == [403] * 4
        assert (await guest.get("/api/v1/channels", headers=bobs)).json()["items"] == []
        assert await tried("admin") == [200, 201, 204, 204]
        await guest.post(path, headers=ada, json={"email": bob, "level": "write"})
        listed = (await guest.get(path, headers=ada)).json()["items"]
        shares = [(one["email"], one["level"]) for one in listed]
        assert shares == [(OPERATOR, "admin"), (ADDRESS, "admin"), (bob, "write")]
        [seen] = (await guest.get("/api/v1/channels", headers=bobs)).json()["items"]
        assert (seen["id"], seen["access"]) == (channel, "write")
        shown = await guest.get(f"/api/v1/channels/{channel}", headers=bobs)
        await guest.put(f"{path}/{who}", headers=ada, json={"level": "admin"})
        known = {**bobs, "If-None-Match": shown.headers["etag"]}
        again = await guest.get(f"/api/v1/channels/{channel}", headers=known)
        assert (again.status_code, again.json()["access"]) == (200, "admin"), "nothing changed but what he may do"
        version = {**bobs, "If-Match": shown.headers["etag"]}
        changed = await guest.patch(f"/api/v1/channels/{channel}", headers=version, json={"description": "Ours."})
        assert changed.status_code == 200, "it is the same version of the channel"
        other = await guest.post(
            f"/api/v1/channels/{other}/permissions", headers=ada, json={"email": bob, "level": "read"}
        )
        assert other.status_code == 404

    async def test_channel_owner_can_grant_permissions(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient, sessions: Sessions
    ) -> None:
        await register(guest, admin)
        ada = bearer(await sign_in(guest))
        ann = await make_measured(sessions, "ann")
        async with as_subject(sessions, SYSTEM).begin() as session:
            code = await one_time_tokens.issue(
                session, ann.subject.user_id, "sign_in_link", lifetime=timedelta(hours=1)
            )
        assert (await guest.get("/sign-in-link", params={"code": code})).status_code == 303
        [channel] = (await guest.get("/api/v1/channels")).json()["items"]
        path = f"/api/v1/channels/{channel['id']}/permissions"
        assert (await guest.post(path, json={"email": ADDRESS, "level": "read"})).status_code == 201
        assert [one["email"] for one in (await guest.get(path)).json()["items"]] == [ADDRESS]
        assert (await guest.get(path, headers=ada)).status_code == 403
        unknown = await guest.post(path, json={"email": "nobody@example.com", "level": "read"})
        assert (unknown.status_code, unknown.json()["code"]) == (422, "invalid_input")
        owner = await guest.post(path, json={"email": "ann@example.com", "level": "read"})
        assert (owner.status_code, owner.json()["code"]) == (409, "conflict")

    async def test_permission_requests_over_hourly_address_limit_are_refused(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        ada = bearer(await sign_in(guest))
        channel = (await admin.get("/api/v1/channels")).json()["items"][0]["id"]
        path = f"/api/v1/channels/{channel}/permissions"
        await admin.post(path, json={"email": ADDRESS, "level": "admin"})
        asked = [
            (await guest.post(path, headers=ada, json={"email": f"p{n}@example.com", "level": "read"})).status_code
            for n in range(ADDRESSES_PER_HOUR + 1)
        ]
        assert asked == [422] * ADDRESSES_PER_HOUR + [429]

    async def test_channel_access_in_responses_equals_granted_actions(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        me = bearer(await sign_in(guest))
        who = (await guest.get("/api/v1/me", headers=me)).json()["id"]
        first, shared = (await admin.get("/api/v1/channels")).json()["items"][:2]
        order = {"source_name": "sky.md", "source_text": ARTICLE.decode(), "allow_duplicate": True}
        made = (await admin.post("/api/v1/runs", json={**order, "channel_id": shared["id"]})).json()
        # one that may only be looked at is not what is meant where no channel is said
        await admin.put(f"/api/v1/channels/{first['id']}/permissions/{who}", json={"level": "read"})
        assert (await guest.post("/api/v1/runs", headers=me, json=order)).status_code == 404
        for level, orders, changes in (("read", False, False), ("write", True, False), ("admin", True, True)):
            await admin.put(f"/api/v1/channels/{shared['id']}/permissions/{who}", json={"level": level})
            listed = (await guest.get("/api/v1/channels", headers=me)).json()["items"]
            assert {one["id"]: one["access"] for one in listed} == {first["id"]: "read", shared["id"]: level}
            for path in (f"channels/{shared['id']}", f"runs/{made['id']}", f"videos/{made['video_id']}"):
                assert (await guest.get(f"/api/v1/{path}", headers=me)).json()["access"] == level, path
            ordered = await guest.post("/api/v1/runs", headers=me, json={**order, "channel_id": shared["id"]})
            assert (ordered.status_code == 202) == orders, ordered.text
            unsaid = await guest.post("/api/v1/runs", headers=me, json=order)
            assert unsaid.json().get("channel_id") == (shared["id"] if orders else None)
            path = f"/api/v1/channels/{shared['id']}"
            changed = await guest.patch(path, headers=me, json={"description": level})
            assert (changed.status_code == 200) == changes, changed.text
            assert changed.status_code == 403 or changed.json()["access"] == level
        persona = await guest.get(f"/api/v1/personas/{shared['persona_id']}", headers=me)
        kept = await guest.put(
            f"/api/v1/personas/{shared['persona_id']}", headers=me, json=persona.json()["definition"]
        )
        assert kept.status_code == 403  # the owner's, whoever else manages the channel

    async def test_audit_trail_names_user_request_and_change_without_secrets(
        self, guest: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await register(guest, admin)
        me = bearer(await sign_in(guest))
        who = (await guest.get("/api/v1/me", headers=me)).json()["id"]
        changed = await guest.patch("/api/v1/me", headers=me, json={"full_name": "Countess"})
        await guest.post(
            "/api/v1/me/password", headers=me, json={"current": PASSWORD, "new": "five other words that last"}
        )
        lines = (await admin.get("/api/v1/audit", params={"table": "core.users", "row": who})).json()["items"]
        line = next(one for one in lines if one["changed"] == ["full_name"])
        assert (line["old"], line["new"]) == ({"full_name": "Ada"}, {"full_name": "Countess"})
        assert (line["user_id"], line["ip_address"]) == (who, "127.0.0.1")
        assert line["request_id"] == changed.headers["X-Request-Id"]
        secret = next(one for one in lines if "password_hash" in one["changed"] and one["action"] == "update")
        assert "password_hash" not in {**secret["old"], **secret["new"]}
        assert "argon2" not in (await admin.get("/api/v1/audit", params={"limit": 100})).text
        opened = (await admin.get("/api/v1/audit", params={"table": "core.sessions", "user_id": who})).json()["items"]
        assert {(one["action"], one["ip_address"]) for one in opened} >= {("insert", "127.0.0.1")}
        page = (await admin.get("/api/v1/audit", params={"limit": 2})).json()
        following = (await admin.get("/api/v1/audit", params={"limit": 2, "cursor": page["next_cursor"]})).json()
        assert not {one["id"] for one in page["items"]} & {one["id"] for one in following["items"]}
