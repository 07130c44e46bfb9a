"""Emails are sent through a real mail server: once, and an email that fails says why."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import func, select, update

from tests.kit.test_mail import Inbox, listening
from ytempire.accounts.email_sender import AGAIN_AFTER, EmailSender
from ytempire.accounts.emails import AccountEmails
from ytempire.accounts.models import Email
from ytempire.kit import clock
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions, as_subject
from ytempire.kit.subject import SYSTEM
from ytempire.settings import Smtp


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return KeyRing.from_file(tmp_path / "keys.json")


async def write(sessions: Sessions, keys: KeyRing) -> None:
    async with as_subject(sessions, SYSTEM).begin() as session:
        await AccountEmails(keys, "http://here").reset_password(session, SYSTEM.user_id, "ada@example.org", "the-token")


async def outbox(sessions: Sessions) -> Email:
    async with as_subject(sessions, SYSTEM)() as session:
        return (await session.scalars(select(Email))).one()


async def test_email_with_concurrent_workers_is_sent_once(sessions: Sessions, keys: KeyRing) -> None:
    await write(sessions, keys)
    inbox = Inbox()
    async with listening(inbox) as server:
        sender = EmailSender(as_subject(sessions, SYSTEM), keys, server())
        assert sum(await asyncio.gather(*(sender.send_pending() for _ in range(3)))) == 1
        assert await sender.send_pending() == 0
        assert "the-token" in inbox.only().get_content()
    assert (await outbox(sessions)).sent_at is not None


class Looking(Inbox):
    """A mail server that looks into the outbox while a letter is handed to it."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__()
        self.sessions = sessions
        self.claimed: list[int] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        tried = select(func.count()).where(Email.attempted_at.is_not(None))
        async with as_subject(self.sessions, SYSTEM).begin() as looking:
            self.claimed.append(await looking.scalar(tried) or 0)
        return await super().handle_DATA(server, session, envelope)


async def test_email_behind_slow_send_stays_unclaimed(sessions: Sessions, keys: KeyRing) -> None:
    """Behind a slow one they would be taken for a dead worker's, and sent twice."""
    for _ in range(2):
        await write(sessions, keys)
    inbox = Looking(sessions)
    async with listening(inbox) as server:
        assert await EmailSender(as_subject(sessions, SYSTEM), keys, server()).send_pending() == 2
    assert inbox.claimed == [1, 2]


async def test_email_deferred_waits_and_refused_stores_error(sessions: Sessions, keys: KeyRing) -> None:
    await write(sessions, keys)
    inbox = Inbox()
    inbox.answers["RCPT"] = "451 later, please"
    async with listening(inbox) as server:
        sender = EmailSender(as_subject(sessions, SYSTEM), keys, server())
        assert await sender.send_pending() == 0
        waiting = await outbox(sessions)
        assert (waiting.sent_at, waiting.error) == (None, None)
        assert await sender.send_pending() == 0  # not so soon
        await _forget_the_attempt(sessions)
        inbox.answers["RCPT"] = "550 nobody here"
        assert await sender.send_pending() == 0
    assert "nobody here" in str((await outbox(sessions)).error)


async def test_email_of_dead_worker_is_sent_by_another(sessions: Sessions, keys: KeyRing) -> None:
    await write(sessions, keys)
    inbox = Inbox()
    async with listening(inbox) as server:
        sender = EmailSender(as_subject(sessions, SYSTEM), keys, server())
        await sender._claim()  # and then the worker is killed
        assert await sender.send_pending() == 0
        await _forget_the_attempt(sessions)
        assert await sender.send_pending() == 1
        assert inbox.only()["Subject"] == "Set a new password"


async def test_email_without_smtp_server_stays_unattempted(sessions: Sessions, keys: KeyRing) -> None:
    await write(sessions, keys)
    assert await EmailSender(as_subject(sessions, SYSTEM), keys, Smtp()).send_pending() == 0
    assert (await outbox(sessions)).attempted_at is None


async def _forget_the_attempt(sessions: Sessions) -> None:
    """As if the time had passed."""
    async with as_subject(sessions, SYSTEM).begin() as session:
        await session.execute(update(Email).values(attempted_at=clock.now() - AGAIN_AFTER - timedelta(seconds=1)))
