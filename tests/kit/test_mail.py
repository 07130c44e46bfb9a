"""Mail: through a real server on this machine, and nothing that a name or a subject could smuggle in."""

from __future__ import annotations

import asyncio
import datetime
import email
import email.message
import email.policy
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ytempire.kit.errors import InvalidInput, PermanentError, RetryableError
from ytempire.kit.mail import Message, send
from ytempire.settings import Smtp

ADA = "ada@example.org"
HELLO = Message(ADA, "Hello", "Good morning.\n")


class Inbox:
    """What the server took, and what it is to answer instead."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.encrypted: list[bool] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.taken.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def only(self) -> email.message.EmailMessage:
        (envelope,) = self.taken
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, email.message.EmailMessage)
        return message


@asynccontextmanager
async def listening(
    inbox: Inbox, *, port: int = 0, implicit: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[Callable[..., Smtp]]:
    """A mail server of this event loop; what it yields makes the settings that reach it."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(inbox, loop=loop, hostname="mail.test", **options), "127.0.0.1", port, ssl=implicit
    )
    port = server.sockets[0].getsockname()[1]
    yield lambda **changes: Smtp(**{"host": "127.0.0.1", "port": port, "starttls": False, **changes})
    server.close()
    await server.wait_closed()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    found = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        found.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


class TestSend:
    async def test_send_delivers_message_as_written(self, inbox: Inbox) -> None:
        identity = UUID(int=5)
        message = Message(
            ADA, "Grüße aus Kraków — 100 %", "Zażółć\n.\nfrom here\n" + "long " * 400, "<p>Zażółć</p>", id=identity
        )
        async with listening(inbox) as mail:
            await send(mail(sender="YTEMPIRE, Inc <noreply@mail.example.org>"), message)
        found = inbox.only()
        assert inbox.taken[0].rcpt_tos == [ADA]
        assert inbox.taken[0].mail_from == "noreply@mail.example.org"
        assert found["To"] == ADA
        assert found["From"] == '"YTEMPIRE, Inc" <noreply@mail.example.org>'
        assert found["Subject"] == message.subject
        assert found["Message-ID"] == f"<{identity}@mail.example.org>"
        assert found["Auto-Submitted"] == "auto-generated"
        assert found["Date"].datetime.tzinfo is not None
        text, html = found.get_body(("plain",)), found.get_body(("html",))
        assert isinstance(text, email.message.EmailMessage)
        assert isinstance(html, email.message.EmailMessage)
        assert text.get_content().splitlines() == message.text.splitlines()
        assert html.get_content().strip() == message.html

    async def test_send_text_only_message_has_one_part(self, inbox: Inbox) -> None:
        async with listening(inbox) as mail:
            await send(mail(), HELLO)
        assert inbox.only().get_content_type() == "text/plain"

    async def test_send_to_non_ascii_address_requires_smtputf8(self, inbox: Inbox) -> None:
        message = Message("łukasz@przykład.example", "Hello", "x")
        async with listening(inbox, enable_SMTPUTF8=True) as mail:
            await send(mail(), message)
        assert inbox.taken[0].rcpt_tos == [message.to]
        async with listening(inbox) as mail:
            with pytest.raises(PermanentError, match="SMTPUTF8"):
                await send(mail(), message)

    @pytest.mark.parametrize(
        ("at", "answer", "kind"),
        [
            ("RCPT", "550 5.1.1 No such mailbox", PermanentError),
            ("RCPT", "450 4.2.1 Mailbox busy", RetryableError),
            ("DATA", "554 5.7.1 Looks like spam", PermanentError),
            ("DATA", "451 4.3.0 Come back later", RetryableError),
        ],
    )
    async def test_send_refused_by_server_is_permanent_or_retryable(
        self, inbox: Inbox, at: str, answer: str, kind: type[Exception]
    ) -> None:
        inbox.answers[at] = answer
        async with listening(inbox) as mail:
            with pytest.raises(kind, match=answer[4:]):
                await send(mail(), HELLO)
        assert not inbox.taken

    async def test_send_with_unreachable_server_is_retryable(self) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            with pytest.raises(RetryableError, match="cannot be reached"):
                await send(Smtp(host="127.0.0.1", port=unused.getsockname()[1], starttls=False), HELLO)

    async def test_send_with_server_hanging_up_is_retryable(self) -> None:
        async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 hello\r\n")
            await reader.readline()
            writer.close()

        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        async with server:
            with pytest.raises(RetryableError, match="went away"):
                await send(Smtp(host="127.0.0.1", port=server.sockets[0].getsockname()[1], starttls=False), HELLO)

    @pytest.mark.parametrize("host", [None, "a..b"])
    async def test_send_without_usable_host_fails(self, host: str | None) -> None:
        with pytest.raises((PermanentError, RetryableError)):
            await send(Smtp(host=host), HELLO)

    @pytest.mark.parametrize("sender", ["", "nobody", "a@b@c", "x <a@b", "a@b\r\nBcc: eve@example.org"])
    async def test_send_with_invalid_sender_names_setting(self, inbox: Inbox, sender: str) -> None:
        async with listening(inbox) as mail:
            with pytest.raises(PermanentError, match="sender") as raised:
                await send(mail(sender=sender), HELLO)
        assert "YTEMPIRE_SMTP__SENDER" in str(raised.value)


class TestSignIn:
    async def test_sign_in_with_user_and_password_sends(self, inbox: Inbox) -> None:
        async with _signing_in(inbox) as mail:
            await send(mail(user="robot", password=SecretStr("hunter2")), HELLO)
        assert len(inbox.taken) == 1

    async def test_sign_in_with_wrong_password_names_setting(self, inbox: Inbox) -> None:
        async with _signing_in(inbox) as mail:
            with pytest.raises(PermanentError, match="YTEMPIRE_SMTP__PASSWORD") as raised:
                await send(mail(user="robot", password=SecretStr("hunter3")), HELLO)
        assert "hunter3" not in str(raised.value)

    async def test_sign_in_unsupported_by_server_is_permanent_error(self, inbox: Inbox) -> None:
        async with listening(inbox) as mail:
            with pytest.raises(PermanentError, match="AUTH"):
                await send(mail(user="robot", password=SecretStr("hunter2")), HELLO)


class TestEncryption:
    async def test_starttls_encrypts_message(
        self, inbox: Inbox, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        async with listening(inbox, tls_context=tls, require_starttls=True) as mail:
            await send(mail(starttls=True), HELLO)
        assert inbox.encrypted == [True]

    async def test_port_465_uses_implicit_tls(
        self, inbox: Inbox, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", 465))
            except OSError as error:
                pytest.skip(f"this user may not listen there: {error.strerror}")
        async with listening(inbox, port=465, implicit=tls) as mail:
            await send(mail(starttls=True), HELLO)
        assert len(inbox.taken) == 1

    async def test_untrusted_certificate_is_refused(self, inbox: Inbox, tls: ssl.SSLContext) -> None:
        async with listening(inbox, tls_context=tls) as mail:
            with pytest.raises(PermanentError, match="certificate"):
                await send(mail(starttls=True), HELLO)
        assert not inbox.taken

    async def test_starttls_unsupported_by_server_sends_no_plaintext(self, inbox: Inbox) -> None:
        async with listening(inbox) as mail:
            with pytest.raises(PermanentError, match="YTEMPIRE_SMTP__STARTTLS"):
                await send(mail(starttls=True), HELLO)
        assert not inbox.taken


class TestMessage:
    @pytest.mark.parametrize(
        "to",
        [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@example.org, eve@example.org",
            "Ada <ada@example.org>",
            "ada@example.org\r\nBcc: eve@example.org",
            "ada@example.org\n",
            "ada @example.org",
            "ada@exam\u2028ple.org",
            "ada@example.org\0",
            "a@b@example.org",
            "ada(comment)@example.org",
            '"a b"@example.org',
            "a..b@example.org",
            "a" * 250 + "@example.org",
        ],
    )
    def test_message_with_invalid_recipient_is_refused(self, to: str) -> None:
        with pytest.raises(InvalidInput):
            Message(to, "Hello", "x")

    @pytest.mark.parametrize("subject", ["", "a\r\nBcc: eve@example.org", "a\nb", "a\0", "a\u2028b", "x" * 301])
    def test_message_with_invalid_subject_is_refused(self, subject: str) -> None:
        with pytest.raises(InvalidInput):
            Message(ADA, subject, "x")

    def test_message_repr_hides_text(self) -> None:
        assert "hunter2" not in repr(Message(ADA, "Hello", "hunter2", "<b>hunter2</b>"))

    @given(to=st.text(max_size=40) | st.emails(), subject=st.text(max_size=60), text=st.text(max_size=200))
    def test_message_accepted_reaches_one_recipient_with_our_headers(self, to: str, subject: str, text: str) -> None:
        try:
            message = Message(to, subject, text)
        except InvalidInput:
            return
        asyncio.run(_delivered(message))


async def _delivered(message: Message) -> None:
    inbox = Inbox()
    async with listening(inbox, enable_SMTPUTF8=True) as mail:
        await send(mail(), message)
    found = inbox.only()
    assert inbox.taken[0].rcpt_tos == [message.to]
    assert set(found.keys()) <= {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version", "X-Peer", "X-MailFrom", "X-RcptTo",
    }  # fmt: skip


def _signing_in(inbox: Inbox) -> Any:
    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.login == b"robot" and data.password == b"hunter2", handled=False)

    return listening(inbox, authenticator=check, auth_require_tls=False)
