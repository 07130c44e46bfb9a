"""HTTP to YouTube: one request, one answer, and no retry that nobody ordered.

Google's client builds requests and reads answers; what carries them is ours. Its own transport, httplib2, sends a
request again when the connection ends before the answer, which uploads a video twice; it knows no limit for the whole
of a call; and it would hold a thread for each. A kept connection that the other side has closed looks the same as a
lost answer, so none is kept: a handshake costs less than an upload whose outcome nobody knows.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
from googleapiclient.discovery import build_from_document

from ytempire.kit.errors import YtempireError
from ytempire.youtube.errors import YouTubeRefused
from ytempire.youtube.projects import Project

RESPONSE_TIMEOUT_S = 60.0  # for anything but a chunk of a video file; an answer mostly takes less than two seconds
CONNECT_TIMEOUT_S = 10.0
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class NotSent(YtempireError):
    """No connection came about: nothing reached the other side."""


class NoResponse(YtempireError):
    """The request went out, in part at least, and no whole answer came."""


@dataclass(frozen=True)
class HttpResponse:
    """As Google's client reads one: `status`, `reason`, and headers by their lower-case names."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def reason(self) -> str:
        return ""

    def get(self, name: str, default: str | None = None) -> str | None:
        return self.headers.get(name, default)


class HttpTransport:
    """The connections of one process. Use as a context."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(RESPONSE_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            limits=httpx.Limits(max_keepalive_connections=0),
            verify=_tls_context(),
            # the machine's proxy is for the world outside
            mounts={f"all://{host}": httpx.AsyncHTTPTransport(verify=_tls_context()) for host in _LOOPBACK},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def send(
        self,
        project: Project,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | str | None = None,
        within_s: float = RESPONSE_TIMEOUT_S,
    ) -> HttpResponse:
        """Raises NotSent, NoResponse, and YouTubeRefused where the sandbox answers for the real service or the
        reverse.
        """
        try:
            async with asyncio.timeout(within_s):
                response = await self._client.request(method, url, headers=headers, content=content)
        except _NOT_SENT as error:
            raise NotSent(f"{_origin(url)} cannot be reached: {error or type(error).__name__}.") from error
        except (httpx.TransportError, TimeoutError) as error:
            raise NoResponse(f"{_origin(url)} did not answer: {error or type(error).__name__}.") from error
        if ("x-sandbox" in response.headers) is not project.is_sandbox:
            raise YouTubeRefused(
                f"What answers at {_origin(url)} is not the sandbox."
                if project.is_sandbox
                else f"The sandbox answers at {_origin(url)}, for the real YouTube.",
                reason="wrongChannel",
            )
        return HttpResponse(response.status_code, response.headers, response.content)


@cache
def _tls_context() -> ssl.SSLContext:
    """Read the certificates of authorities once in a process: some 40 ms, which httpx takes for each transport."""
    return httpx.create_ssl_context()


def _origin(url: str) -> str:
    """Without what follows the host: the URI of an upload session opens it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class _NoTransport:
    """Google's client is given this, so that it neither looks for credentials nor sends anything by itself."""

    def request(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError("requests go through HttpTransport")

    def close(self) -> None:
        """Google's client closes its transport when it goes."""


@dataclass(frozen=True)
class Apis:
    """Google's own client for the Data API and for reports, as `build_from_document` makes it: it builds requests."""

    data: Any
    reports: Any


@lru_cache(maxsize=4)
def apis_at(api_root: str | None) -> Apis:
    """From the descriptions in Google's package: nothing is fetched. Takes some 50 ms the first time."""
    return Apis(_built("youtube.v3.json", api_root), _built("youtubeAnalytics.v2.json", api_root))


def _built(name: str, api_root: str | None) -> Any:
    document = json.loads((files("googleapiclient") / "discovery_cache" / "documents" / name).read_text("utf-8"))
    if api_root is not None:
        document["rootUrl"] = document["baseUrl"] = api_root
    return build_from_document(document, http=_NoTransport())
