"""What every answer tells a browser not to do with it."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # a link to reset a password has its token in its address
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_NOBODY_FRAMES = "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
# Scripts come from files of ours alone. Styles may stand in the page: MUI writes them while it runs, and a nonce for
# them would have to be put into a file that is served as it was built. Pictures of channels come from YouTube, or from
# the sandbox, which is on this machine and has another port each time.
_PAGE = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https: http://127.0.0.1:*;"
    f" media-src 'self' blob:; form-action 'self'; {_NOBODY_FRAMES}"
)
# A picture or a video file that is opened by itself is shown by a page that the browser makes of it.
_NO_PAGE = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; form-action 'none';"
    f" {_NOBODY_FRAMES}"
)
_YEAR_S = 31_536_000

PLAIN = {**_ALWAYS, "Content-Security-Policy": _NO_PAGE}
"""For an answer that is no page."""


class SecurityHeaders:
    """Adds them where an answer does not say otherwise. Plain ASGI, made ready once: it is done for each answer."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        transport = {"Strict-Transport-Security": f"max-age={_YEAR_S}"} if https else {}
        self._plain = _raw({**PLAIN, **transport})
        self._page = _raw({**PLAIN, **transport, "Content-Security-Policy": _PAGE})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = dict(message["headers"])
                ours = self._page if given.get(b"content-type", b"").startswith(b"text/html") else self._plain
                message["headers"] = [*message["headers"], *(header for header in ours if header[0] not in given)]
            await send(message)

        await self._app(scope, receive, send_guarded)


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
