"""The gate before everything the server answers, the framework's own routes included.

What a stranger may fetch is a list; all else needs a living session of ours before a byte of the body is taken. Every
answer carries the headers that keep pages from being framed, from running foreign scripts, and from being guessed at.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Callable
from urllib.parse import urlsplit

import psutil
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.routes.addresses import is_loopback
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
_HANDED_OUT = "/media/"
"""Pictures and downloads that screens have made."""
AT_ONCE = 12
"""Uploads of one session under way. A browser sends the files of one choice six at a time (its connections to a host):
a file refused here is missing from the book, so this stays well above six."""
_OPEN_METHODS = frozenset({"GET", "HEAD"})
_STRANGERS_MESSAGE = 256 * 1024
"""Bytes of one message on the line of somebody who was not signed in when it was opened: a sign-in takes far less."""
_STRANGERS_LINES = 200
"""Lines open at a time to people who have not signed in; each costs the server a session of the framework, and up to
one message of `server.maxMessageSize` that is not complete yet."""
_LINES_OF_AN_ADDRESS = 16
"""Of those, lines from one address, so that one machine of the network keeps nobody else out. This machine itself is
not counted: a proxy that names no addresses stands there."""
_SPARE_MEMORY = 512 * 2**20
"""Bytes of the machine's memory that uploads leave free: the framework keeps what was uploaded in memory."""
_LOOKED_AT_EVERY = 16 * 2**20
"""Bytes of an upload after which memory is looked at again."""

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
        room: bytes of memory that are free.
    """

    def __init__(self, most_bytes: int, at_once: int = AT_ONCE, room: Callable[[], int] | None = None) -> None:
        self._most_bytes, self._at_once = most_bytes, at_once
        self._room = room or _free_memory
        self._taken: dict[str, deque[tuple[int, int]]] = {}
        self._sums: Counter[str] = Counter()
        self._running: dict[str, int] = {}
        self._unlooked = 0

    def begin(self, token: str) -> bool:
        """Whether a session may begin another upload; each that may must be ended."""
        if self._running.get(token, 0) >= self._at_once or self._sum(token) >= self._most_bytes:
            return False
        self._running[token] = self._running.get(token, 0) + 1
        return True

    def has_room(self) -> bool:
        """Whether the machine's memory has room for more."""
        return self._room() >= _SPARE_MEMORY

    def take(self, token: str, count: int) -> bool:
        """Note bytes that came; whether they still fit, into the session's share and into memory."""
        second = int(time.monotonic())
        taken = self._taken.setdefault(token, deque())
        if taken and taken[-1][0] == second:  # one entry a second, or a dripped upload would cost ever more
            taken[-1] = (second, taken[-1][1] + count)
        else:
            taken.append((second, count))
        self._sums[token] += count
        self._unlooked += count
        if self._unlooked >= _LOOKED_AT_EVERY:
            self._unlooked = 0
            if not self.has_room():
                return False
        return self._sum(token) <= self._most_bytes

    def end(self, token: str) -> None:
        """An upload is over."""
        self._running[token] -= 1
        if not self._running[token]:
            del self._running[token]

    def _sum(self, token: str) -> int:
        taken = self._taken.get(token)
        while taken and taken[0][0] < time.monotonic() - 3600:
            self._sums[token] -= taken.popleft()[1]
        if not taken:
            self._taken.pop(token, None)
            self._sums.pop(token, None)
        return self._sums[token]


def _free_memory() -> int:
    return int(psutil.virtual_memory().available)


class Gate:
    """ASGI middleware around the whole server.

    Args:
        app: what answers.
        serves: whether a host name is one of ours.
        signed_in: whether a cookie's secret is a living session's.
        pages: names of the screens.
        uploads: what each session may upload.
        owns: whether a file that a screen handed out was made for the account of a cookie's secret.
    """

    def __init__(
        self,
        app: ASGIApp,
        serves: Callable[[str], bool],
        signed_in: Callable[[str], bool],
        pages: frozenset[str],
        uploads: UploadBudget,
        owns: Callable[[str, str], bool],
    ) -> None:
        self._app = app
        self._serves = serves
        self._signed_in = signed_in
        self._open = _OPEN_FILES | {f"/{name}" for name in pages}
        self._uploads = uploads
        self._owns = owns
        self._strangers: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or hand on."""
        if scope["type"] == "http":
            try:
                await self._http(scope, receive, send)
            except ClientDisconnect:  # a page was closed, a line dropped: nobody waits for the answer, nothing is wrong
                log.info("a browser left before its request to %s was through", _area(scope["path"]))
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
        elif (path := scope["path"]).startswith(_HANDED_OUT) and not await run_in_threadpool(
            self._owns, token, path.removeprefix(_HANDED_OUT)
        ):
            await _refuse(404, "Không có tệp này cho tài khoản của bạn.", scope, receive, sealed)
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
        if not self._uploads.has_room():
            await _refuse(507, "Máy chủ sắp hết bộ nhớ. Hãy tải ít tệp hơn một lần, hoặc chờ.", scope, receive, send)
            return
        if not self._uploads.begin(token):
            await _refuse(
                429, "Phiên này đã tải lên quá nhiều trong một giờ. Hãy chờ rồi thử lại.", scope, receive, send
            )
            return

        cut_off = False

        async def counted() -> Message:
            nonlocal cut_off
            message = await receive()
            if not self._uploads.take(token, len(message.get("body", b""))):
                log.warning("an upload was cut off: its session has had its share of this hour, or memory is short")
                cut_off = True
                return {"type": "http.disconnect"}
            return message

        try:
            await self._app(scope, counted, send)
        except ClientDisconnect:
            if not cut_off:
                raise
            text = "Tệp bị dừng: phiên này đã tải lên quá nhiều trong một giờ, hoặc máy chủ sắp hết bộ nhớ."
            await _refuse(429, text, scope, receive, send)
        finally:
            self._uploads.end(token)

    async def _line(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        origin = headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != host
        token = _token(headers)
        known = bool(token) and await run_in_threadpool(self._signed_in, token)
        address = (scope.get("client") or ("", 0))[0]
        full = not known and self._is_full(address)
        if scope["path"] != _STREAM or not self._serves(host) or foreign or full:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if known:
            await self._app(scope, _spoken(receive), send)
            return
        self._strangers[address] += 1
        try:
            await self._app(scope, _spoken(receive, _STRANGERS_MESSAGE), send)
        finally:
            self._strangers -= Counter({address: 1})  # leaves no empty ones behind

    def _is_full(self, address: str) -> bool:
        """Whether strangers have all the lines they may have, or those at this address."""
        crowded = self._strangers[address] >= _LINES_OF_AN_ADDRESS and not is_loopback(address)
        return crowded or self._strangers.total() >= _STRANGERS_LINES


def _spoken(receive: Receive, largest: int | None = None) -> Receive:
    """Messages of a line: bytes, which is all the framework speaks; of strangers, short ones."""

    async def limited() -> Message:
        message = await receive()
        if message.get("text") is not None:
            return {"type": "websocket.disconnect", "code": 1003}
        if largest is not None and len(message.get("bytes") or b"") > largest:
            return {"type": "websocket.disconnect", "code": 1009}
        return message

    return limited


def _area(path: str) -> str:
    """The folder of an address: what stands behind it may name a file or a session."""
    parts = path.split("/")
    return "/".join(parts[: 3 if parts[1] in ("api", "_stcore") else 2])


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
