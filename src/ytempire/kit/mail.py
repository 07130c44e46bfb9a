"""Sending one message through a mail server."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NoReturn, Protocol
from uuid import UUID, uuid4

import aiosmtplib
from pydantic import SecretStr

from ytempire.kit import clock
from ytempire.kit.errors import InvalidInput, PermanentError, RetryableError

TIMEOUT_S = 20  # of one step; a mail server that greets slowly on purpose takes up to ten
LONGEST_ADDRESS = 254  # RFC 5321
LONGEST_SUBJECT = 300
IMPLICIT_TLS_PORT = 465  # RFC 8314: encrypted from the first byte
FORBIDDEN_IN_ADDRESSES = frozenset('<>()[]\\,;:"')


class Server(Protocol):
    """What we need to know of a mail server; `settings.smtp` is one."""

    @property
    def host(self) -> str | None: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str | None: ...
    @property
    def password(self) -> SecretStr | None: ...
    @property
    def sender(self) -> str: ...
    @property
    def starttls(self) -> bool: ...


@dataclass(frozen=True)
class Message:
    """A message to one person. Raises InvalidInput for an address or a subject that would be more than that.

    `id` makes the Message-ID: send a kept message again with the same one, and a mailbox can tell that it is the same.
    """

    to: str
    subject: str
    text: str = field(repr=False)  # may hold a link that lets in whoever has it
    html: str | None = field(default=None, repr=False)
    id: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        require_address(self.to)
        if not self.subject or len(self.subject) > LONGEST_SUBJECT or not self.subject.isprintable():
            raise InvalidInput(f"A subject is one line of at most {LONGEST_SUBJECT} characters.")


async def send(server: Server, message: Message) -> None:
    """Hand the message to the server; when this returns, the server has taken it.

    Raises RetryableError (no connection, a passing refusal) or PermanentError (a final refusal, wrong settings). After
    RetryableError the server may in rare cases have taken it.
    """
    if server.host is None:
        raise PermanentError("No mail server is set.", hint="Name one in YTEMPIRE_SMTP__HOST.")
    mail = _assembled(server, message)
    implicit_tls = server.port == IMPLICIT_TLS_PORT
    try:
        await aiosmtplib.send(
            mail,
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password.get_secret_value() if server.password else None,
            use_tls=implicit_tls,
            start_tls=server.starttls and not implicit_tls,
            timeout=TIMEOUT_S,
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        _refuse(server, error.recipients[0])
    except aiosmtplib.SMTPResponseException as error:
        _refuse(server, error)
    except (aiosmtplib.SMTPException, OSError, UnicodeError) as error:  # UnicodeError: of a host that is no name
        _fail(server, error)


def _assembled(server: Server, message: Message) -> EmailMessage:
    sender = _sender(server.sender)
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = require_address(message.to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{message.id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes do not answer it
    mail.set_content(message.text)
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html")
    return mail


def _sender(text: str) -> Address:
    """`name@example.org` or `Name <name@example.org>`. Raises PermanentError."""
    parts = re.fullmatch(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>", text)
    try:
        address = require_address(parts["address"] if parts else text)
    except InvalidInput:
        parts, address = None, None
    name = parts["name"].strip().strip('"') if parts else ""
    if address is None or not name.isprintable():
        raise PermanentError(
            "The sender of our messages is not an address.", hint="Mend YTEMPIRE_SMTP__SENDER: Name <mail@example.org>."
        )
    return Address(name, address.username, address.domain)


def require_address(text: str) -> Address:
    """Raises InvalidInput for anything but one plain address: no name, no comment, no second one, no line break."""
    local, _, domain = text.partition("@")
    plain = text.isprintable() and not any(sign.isspace() or sign in FORBIDDEN_IN_ADDRESSES for sign in text)
    if not plain or len(text) > LONGEST_ADDRESS or "@" in domain or not all((local + "." + domain).split(".")):
        raise InvalidInput("This is not an e-mail address.", hint="One address, like name@example.org.")
    return Address(username=local, domain=domain)


def _refuse(server: Server, error: aiosmtplib.SMTPResponseException) -> NoReturn:
    message = f"{server.host} answered {error.code}: {' '.join(error.message.split())[:200]}"
    if 400 <= error.code < 500:
        raise RetryableError(message) from error
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        raise PermanentError(message, hint="Check YTEMPIRE_SMTP__USER and YTEMPIRE_SMTP__PASSWORD.") from error
    raise PermanentError(message) from error


def _fail(server: Server, error: Exception) -> NoReturn:
    place = f"{server.host}:{server.port}"
    # aiosmtplib raises the bare class where the server offers no sign-in
    if isinstance(error, aiosmtplib.SMTPNotSupported) or type(error) is aiosmtplib.SMTPException:
        raise PermanentError(
            f"The mail server {place} cannot do what is asked of it: {error}",
            hint="See YTEMPIRE_SMTP__STARTTLS, YTEMPIRE_SMTP__USER and YTEMPIRE_SMTP__PORT.",
        ) from error
    if isinstance(error, ssl.SSLCertVerificationError) or isinstance(error.__cause__, ssl.SSLCertVerificationError):
        raise PermanentError(
            f"The certificate of the mail server {place} is not one that this machine trusts.",
            hint="Name the server as its certificate does, or add its authority: SSL_CERT_FILE=<file>.",
        ) from error
    raise RetryableError(f"The mail server {place} cannot be reached or went away.") from error
