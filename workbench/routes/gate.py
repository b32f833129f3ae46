"""The gate before everything the server answers, the framework's own routes included.

What a stranger may fetch is a list; all else needs a living session of ours before a byte of the body is taken. Every
answer carries the headers that keep pages from being framed, from running foreign scripts, and from being guessed at.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.routes.guard import session_secret

__all__ = ["AT_ONCE", "Gate", "UploadBudget"]

log = logging.getLogger(__name__)

_OPEN_FILES = frozenset(
    {"/", "/index.html", "/favicon.png", "/manifest.json", "/_stcore/health", "/_stcore/host-config"}
)
_OPEN_FOLDERS = ("/static/", "/api/")
"""The framework's own scripts and styles; and our routes, each of which guards itself."""
_STREAM = "/_stcore/stream"
_UPLOADS = "/_stcore/upload_file/"
AT_ONCE = 12
"""Uploads of one session under way. A browser sends the files of one choice six at a time (its connections to a host):
a file refused here is missing from the book, so this stays well above six."""
_OPEN_METHODS = frozenset({"GET", "HEAD"})
_STRANGERS_MESSAGE = 256 * 1024
"""Bytes of one message on the line of somebody who was not signed in when it was opened: a sign-in takes far less."""
_STRANGERS_LINES = 200
"""Lines open at a time to people who have not signed in; each costs the server a session of the framework."""

_POLICY = "; ".join(
    (
        "default-src 'self'",
        # no code is made from text: charts are interpreted (tests/browser/test_policy.py); the framework reads its own
        # messages by WebAssembly, and loads our components from blobs it has made itself
        "script-src 'self' 'wasm-unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "connect-src 'self' data: blob:",
        "frame-src 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class UploadBudget:
    """How much each session may upload: bytes in an hour, and how many files at a time.

    Args:
        most_bytes: in any hour.
        at_once: uploads under way.
    """

    def __init__(self, most_bytes: int, at_once: int = AT_ONCE) -> None:
        self._most_bytes, self._at_once = most_bytes, at_once
        self._taken: dict[str, deque[tuple[float, int]]] = {}
        self._running: dict[str, int] = {}

    def begin(self, token: str) -> bool:
        """Whether a session may begin another upload; each that may must be ended."""
        if self._running.get(token, 0) >= self._at_once or self._sum(token) >= self._most_bytes:
            return False
        self._running[token] = self._running.get(token, 0) + 1
        return True

    def take(self, token: str, count: int) -> bool:
        """Note bytes that came; whether they still fit."""
        self._taken.setdefault(token, deque()).append((time.monotonic(), count))
        return self._sum(token) <= self._most_bytes

    def end(self, token: str) -> None:
        """An upload is over."""
        self._running[token] -= 1
        if not self._running[token]:
            del self._running[token]

    def _sum(self, token: str) -> int:
        taken = self._taken.get(token)
        while taken and taken[0][0] < time.monotonic() - 3600:
            taken.popleft()
        if not taken:
            self._taken.pop(token, None)
            return 0
        return sum(count for _, count in taken)


class Gate:
    """ASGI middleware around the whole server.

    Args:
        app: what answers.
        serves: whether a host name is one of ours.
        signed_in: whether a cookie's secret is a living session's.
        pages: names of the screens.
        uploads: what each session may upload.
    """

    def __init__(
        self,
        app: ASGIApp,
        serves: Callable[[str], bool],
        signed_in: Callable[[str], bool],
        pages: frozenset[str],
        uploads: UploadBudget,
    ) -> None:
        self._app = app
        self._serves = serves
        self._signed_in = signed_in
        self._open = _OPEN_FILES | {f"/{name}" for name in pages}
        self._uploads = uploads
        self._strangers = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or hand on."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._line(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        sealed = _with_headers(send, secure=scope["scheme"] == "https")
        if not self._serves(headers.get("host", "")):
            await _refuse(
                400, "Địa chỉ này không phải của máy chủ. Hãy hỏi quản trị địa chỉ đúng.", scope, receive, sealed
            )
        elif self._is_open(scope):
            await self._app(scope, receive, sealed)
        elif not (token := _token(headers)) or not await run_in_threadpool(self._signed_in, token):
            await _refuse(401, "Hãy đăng nhập trước.", scope, receive, sealed)
        elif scope["path"].startswith(_UPLOADS) and scope["method"] == "PUT":
            await self._upload(token, scope, receive, sealed)
        else:
            await self._app(scope, receive, sealed)

    def _is_open(self, scope: Scope) -> bool:
        path: str = scope["path"]
        if path.startswith("/api/"):
            return True
        return scope["method"] in _OPEN_METHODS and (path in self._open or path.startswith(_OPEN_FOLDERS))

    async def _upload(self, token: str, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._uploads.begin(token):
            await _refuse(
                429, "Phiên này đã tải lên quá nhiều trong một giờ. Hãy chờ rồi thử lại.", scope, receive, send
            )
            return

        async def counted() -> Message:
            message = await receive()
            if not self._uploads.take(token, len(message.get("body", b""))):
                log.warning("an upload was cut off: its session has had its share of this hour")
                return {"type": "http.disconnect"}
            return message

        try:
            await self._app(scope, counted, send)
        finally:
            self._uploads.end(token)

    async def _line(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        origin = headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != host
        token = _token(headers)
        known = bool(token) and await run_in_threadpool(self._signed_in, token)
        full = not known and self._strangers >= _STRANGERS_LINES
        if scope["path"] != _STREAM or not self._serves(host) or foreign or full:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if known:
            await self._app(scope, receive, send)
            return
        self._strangers += 1
        try:
            await self._app(scope, _short(receive), send)
        finally:
            self._strangers -= 1


def _short(receive: Receive) -> Receive:
    async def limited() -> Message:
        message = await receive()
        if len(message.get("bytes") or b"") > _STRANGERS_MESSAGE:
            return {"type": "websocket.disconnect", "code": 1009}
        return message

    return limited


def _token(headers: Headers) -> str:
    return session_secret("; ".join(headers.getlist("cookie")))


def _with_headers(send: Send, *, secure: bool) -> Send:
    async def sealed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            if secure:
                headers["strict-transport-security"] = "max-age=31536000"
        await send(message)

    return sealed


async def _refuse(status: int, message: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer without reading the body: the server then closes the line, and what was sent is dropped unread."""
    response = PlainTextResponse(
        message, status_code=status, headers={"Connection": "close", "Cache-Control": "no-store"}
    )
    await response(scope, receive, send)
