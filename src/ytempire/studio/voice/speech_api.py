"""HTTP to a speech service: one request, one answer, and each failure as one of our errors.

Retries are the run's, with its own waiting and its own ledger line for each call, so nothing is sent twice here.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeVar

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from ytempire.kit import clock
from ytempire.kit.errors import OutcomeUnknown, PermanentError, RetryableError, YtempireError
from ytempire.kit.retry_after import pause_s
from ytempire.studio.voice.audio_sniffing import kind_of

RESPONSE_TIMEOUT_S, CONNECT_TIMEOUT_S = 120.0, 10.0
LONGEST_MESSAGE = 300  # characters of a service's own words
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")  # the machine's proxy is for the world outside

A = TypeVar("A", bound=BaseModel)
Refusal = Literal["key", "credit", "voice", "busy"]


@dataclass(frozen=True)
class ErrorDetail:
    """What an error document says: the service's own codes, and its sentence."""

    codes: frozenset[str]
    message: str


class VoiceGone(PermanentError):
    """The service does not have the voice, or not any more."""

    code = "voice_gone"


@dataclass(frozen=True)
class SpeechApi:
    """An address that speaks one protocol. `refusals` says what the codes of its errors mean."""

    name: str
    base_url: str
    key: SecretStr
    key_header: str
    key_hint: str
    refusals: Mapping[str, Refusal]
    read_error: Callable[[Any], ErrorDetail]

    @property
    def address(self) -> str:
        """Host and port, for messages: an address may carry a password."""
        return self.base_url.rpartition("@")[2].rpartition("//")[2].partition("/")[0]

    async def get(self, path: str, answer: type[A], *, params: Mapping[str, str | int] | None = None) -> A:
        """Return what is at a path. Raises RetryableError, PermanentError and OutcomeUnknown."""
        return self.parse(await self._send("GET", path, params=params), answer)

    async def post(
        self, path: str, answer: type[A], *, body: Mapping[str, Any], params: Mapping[str, str | int] | None = None
    ) -> bytes:
        """Return the bytes of an answer that can be parsed. Raises the same errors."""
        content = await self._send("POST", path, params=params, body=body)
        self.parse(content, answer)
        return content

    def parse(self, content: bytes, answer: type[A]) -> A:
        """Read a document that was answered with status 200. Half a document may have been paid for."""
        try:
            return answer.model_validate_json(content)
        except ValidationError as error:
            is_cut = error.errors()[0]["type"] == "json_invalid" and content.lstrip()[:1] == b"{"
        if is_cut:
            raise OutcomeUnknown(f"The answer of {self.name} was cut off; the call may have been served.")
        kind = kind_of(content) or "bytes of no known kind"
        hint = f"Check that {self.address} is the address of {self.name}."
        if kind == "HTML":  # a proxy or a page of maintenance, which another minute may change
            raise RetryableError(f"A web page answered in place of {self.name}.", hint=hint)
        raise PermanentError(f"{self.name} answered with {kind} where a document with sound was expected.", hint=hint)

    async def _send(
        self, method: str, path: str, *, params: Mapping[str, str | int] | None, body: Mapping[str, Any] | None = None
    ) -> bytes:
        url = f"{self.base_url.rstrip('/')}{path}"
        try:
            async with self._client() as client, asyncio.timeout(RESPONSE_TIMEOUT_S):
                response = await client.request(method, url, params=params, json=body)
        except _NOT_SENT as error:
            raise RetryableError(f"{self.name} cannot be reached.", hint=f"Check {self.address}.") from error
        except httpx.InvalidURL as error:
            raise PermanentError(f"{self.address} is no address of {self.name}.") from error
        except TimeoutError as error:
            raise OutcomeUnknown(f"{self.name} did not answer in time; the call may have been served.") from error
        except httpx.HTTPError as error:
            raise OutcomeUnknown(f"The connection to {self.name} broke; the call may have been served.") from error
        if response.is_success:
            return response.content
        raise self._error(response)

    def _client(self) -> httpx.AsyncClient:
        """For one request: a kept connection that the other side has closed looks like a lost answer."""
        return httpx.AsyncClient(
            headers={self.key_header: self.key.get_secret_value()},
            timeout=httpx.Timeout(RESPONSE_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            verify=_tls_context(),
            mounts={f"all://{host}": httpx.AsyncHTTPTransport(verify=_tls_context()) for host in _LOOPBACK},
        )

    def _error(self, response: httpx.Response) -> YtempireError:
        detail = self._detail(response)
        refusal = next((self.refusals[code] for code in sorted(detail.codes) if code in self.refusals), None)
        own_words = f" It says: {detail.message}" if detail.message else ""
        status = response.status_code
        if refusal == "credit" or status == 402:
            return PermanentError(
                f"The account at {self.name} has no credit left.{own_words}",
                hint="Top it up or wait for its next period, then retry the run.",
            )
        if refusal == "voice":
            return VoiceGone(
                f"{self.name} does not have the voice.{own_words}", hint="Choose another one in the persona."
            )
        if refusal == "busy" or status in (408, 429):
            return RetryableError(f"{self.name} asks to slow down.{own_words}", after_s=_after_s(response))
        if refusal == "key" or status in (401, 403):
            return PermanentError(f"{self.name} does not accept the key.{own_words}", hint=self.key_hint)
        if status >= 500:
            return RetryableError(f"{self.name} failed with status {status}.{own_words}", after_s=_after_s(response))
        return PermanentError(
            f"{self.name} refused the call with status {status}.{own_words}",
            hint="Check the address, the model and the voice.",
        )

    def _detail(self, response: httpx.Response) -> ErrorDetail:
        try:
            detail = self.read_error(response.json())
        except (ValueError, TypeError, KeyError, AttributeError):
            return ErrorDetail(frozenset(), "")  # a page of something before the service
        message = " ".join(detail.message.replace(self.key.get_secret_value(), "…").split())
        return ErrorDetail(detail.codes, message[:LONGEST_MESSAGE])


def _after_s(response: httpx.Response) -> float | None:
    return pause_s(response.headers.get("retry-after"), clock.now())


@cache
def _tls_context() -> ssl.SSLContext:
    """Read the certificates of authorities once in a process: some 40 ms."""
    return httpx.create_ssl_context()
