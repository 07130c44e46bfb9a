"""What a stranger can tell of an address by asking: nothing, by the answer or by the work that went before it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, event, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.api import BASE, client_of, settings_for
from tests.conftest import Database
from ytempire.accounts import passwords
from ytempire.accounts.account_services import AccountServices
from ytempire.accounts.models import AccountToken, Email, SignInFailures, User
from ytempire.accounts.opaque_tokens import hash_token
from ytempire.kit import clock
from ytempire.kit.database import Sessions

PASSWORD = "four words make sense"
UNKNOWN = "nobody@example.com"
# every state that an account may be in without anybody who tries it being told
KNOWN = {
    "active@example.com": {"status": "active", "email_verified_at": clock.now()},
    "new@example.com": {"status": "active", "email_verified_at": None},
    "suspended@example.com": {"status": "suspended", "email_verified_at": clock.now()},
}

of_a_request = ContextVar("of_a_request", default=False)


@dataclass
class Watched:
    """The application, and what it asked of the database before it had answered and after."""

    app: ASGIApp
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    _answered: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noting(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self._answered = True

        self.before, self.after, self._answered = [], [], False
        of_a_request.set(True)
        await self.app(scope, receive, noting)

    def watch(self, platform: Sessions) -> None:
        engine = platform.kw["bind"].sync_engine

        def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
            self._note(re.sub(r"'[0-9a-f-]{32,36}'", "'an id'", statement))

        event.listen(engine, "before_cursor_execute", note)
        event.listen(engine, "commit", lambda connection: self._note("COMMIT"))
        event.listen(engine, "rollback", lambda connection: self._note("ROLLBACK"))

    def _note(self, said: str) -> None:
        if of_a_request.get():  # not what the application does beside them
            (self.after if self._answered else self.before).append(said)


@dataclass(frozen=True)
class Stranger:
    client: httpx.AsyncClient
    watched: Watched
    platform: Sessions

    async def ask(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/api/v1/auth/{path}", json=body)

    async def counted(self, address: str) -> tuple[int, bool] | None:
        async with self.platform.begin() as session:
            row = await session.get(SignInFailures, hash_token(address))
            return (row.failures, row.locked_until is not None) if row else None


@pytest.fixture
async def stranger(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[Stranger]:
    settings = settings_for(database, cache_url, tmp_path)
    async with client_of(settings, person="admin") as administrator:
        app = administrator._transport.app  # type: ignore[attr-defined]  # the transport of this application
        account_services: AccountServices = app.state.account_services
        hashed = await passwords.hash_password(PASSWORD)
        async with account_services.platform.begin() as session:
            session.add_all(User(email=email, password_hash=hashed, **state) for email, state in KNOWN.items())
        watched = Watched(app)
        watched.watch(account_services.platform)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(watched), base_url=BASE) as client:
            yield Stranger(client, watched, account_services.platform)


def seen(answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """All that goes over the wire, without the number of the request."""
    request_id = answer.headers["X-Request-Id"]
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    return answer.status_code, headers, answer.content.replace(request_id.encode(), b"-")


class TestSignIn:
    @pytest.mark.parametrize("known", KNOWN)
    async def test_sign_in_wrong_password_does_not_reveal_known_address(self, stranger: Stranger, known: str) -> None:
        """Before, at and after the lock; and the waiting address is written like one that waits."""
        for attempt in range(1, 8):
            first = await stranger.ask("sign-in", email=known, password="not the right one")
            work = stranger.watched.before
            second = await stranger.ask("sign-in", email=UNKNOWN, password="not the right one")
            assert seen(first) == seen(second)
            assert work == stranger.watched.before, attempt
            assert "COMMIT" in work[-1]
            assert stranger.watched.after == []
            assert await stranger.counted(known) == await stranger.counted(UNKNOWN) == (min(attempt, 5), attempt >= 5)

    async def test_sign_in_right_password_while_locked_does_not_reveal_address(self, stranger: Stranger) -> None:
        for _ in range(5):
            for email in ("active@example.com", UNKNOWN):
                await stranger.ask("sign-in", email=email, password="not the right one")
        first = await stranger.ask("sign-in", email="active@example.com", password=PASSWORD)
        work = stranger.watched.before
        assert seen(first) == seen(await stranger.ask("sign-in", email=UNKNOWN, password=PASSWORD))
        assert work == stranger.watched.before

    @pytest.mark.parametrize("known", ["new@example.com", "suspended@example.com"])
    async def test_sign_in_inactive_account_right_password_does_not_reveal_address(
        self, stranger: Stranger, known: str
    ) -> None:
        """With one's own password: where somebody else has the address, the registration set none."""
        first = await stranger.ask("sign-in", email=known, password=PASSWORD)
        work = stranger.watched.before
        assert seen(first) == seen(await stranger.ask("sign-in", email=UNKNOWN, password=PASSWORD))
        assert work == stranger.watched.before
        assert await stranger.counted(known) == await stranger.counted(UNKNOWN) == (1, False)

    async def test_sign_in_right_password_clears_failed_attempts(self, stranger: Stranger) -> None:
        for _ in range(4):
            await stranger.ask("sign-in", email="active@example.com", password="not the right one")
        answer = await stranger.ask("sign-in", email="active@example.com", password=PASSWORD)
        assert (answer.status_code, await stranger.counted("active@example.com")) == (200, None)

    async def test_sign_in_deleted_account_keeps_answer_and_attempt_count(self, stranger: Stranger) -> None:
        await stranger.ask("sign-in", email="new@example.com", password="not the right one")
        work = stranger.watched.before
        async with stranger.platform.begin() as session:
            await session.execute(delete(User).where(User.email == "new@example.com"))
        await stranger.ask("sign-in", email="new@example.com", password="not the right one")
        assert (work, await stranger.counted("new@example.com")) == (stranger.watched.before, (2, False))


class TestLetters:
    @pytest.mark.parametrize("path", ["forgot-password", "resend-verification"])
    @pytest.mark.parametrize("known", KNOWN)
    async def test_email_request_does_equal_work_for_known_and_unknown_address(
        self, stranger: Stranger, path: str, known: str
    ) -> None:
        first = await stranger.ask(path, email=known)
        work, rest = stranger.watched.before, stranger.watched.after
        second = await stranger.ask(path, email=UNKNOWN)
        assert seen(first) == seen(second)
        assert work == stranger.watched.before
        # whether the letter stands is the last word, and the only other one
        assert [told for told in rest[:-1] if "SELECT core.users" not in told] == [
            told for told in stranger.watched.after[:-1] if "SELECT core.users" not in told
        ]
        assert {rest[-1], stranger.watched.after[-1]} <= {"COMMIT", "ROLLBACK"}
        assert any("INSERT INTO core.emails" in told for told in rest)

    @pytest.mark.parametrize("known", KNOWN)
    async def test_registration_is_answered_before_users_are_read(self, stranger: Stranger, known: str) -> None:
        first = await stranger.ask("register", email=known, password="a password of a stranger")
        work = stranger.watched.before
        second = await stranger.ask("register", email=UNKNOWN, password="a password of a stranger")
        assert seen(first) == seen(second)
        assert work == stranger.watched.before
        assert not any("core.users" in told for told in work)

    async def test_email_request_for_unknown_address_leaves_no_rows(self, stranger: Stranger) -> None:
        await stranger.ask("forgot-password", email=UNKNOWN)
        await stranger.ask("resend-verification", email=UNKNOWN)
        async with stranger.platform.begin() as session:
            assert list(await session.scalars(select(Email))) == []
            assert list(await session.scalars(select(AccountToken).where(AccountToken.used_at.is_(None)))) == []
