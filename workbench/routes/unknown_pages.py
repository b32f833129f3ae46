"""Addresses of screens that do not exist lead to the first screen, which says so in Vietnamese.

Streamlit would serve its own page for them and put an English dialog over it. It does so even for the first screen's
own name: that screen answers at `/` alone.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["MISSING", "UnknownPages"]

MISSING = "khong-co-trang"
"""Query parameter that carries the name asked for to the first screen."""


class UnknownPages:
    """ASGI middleware: a page opened at an address that is no screen's is sent to the first screen.

    Args:
        app: what answers.
        known: the addresses of all screens.
        first: the one that answers at `/`.
    """

    def __init__(self, app: ASGIApp, known: Collection[str], first: str) -> None:
        self._app = app
        self._known = frozenset(known)
        self._first = first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect, or hand on."""
        name = str(scope.get("path", "")).strip("/")
        if scope["type"] == "http" and scope["method"] == "GET" and self._missing(name, Headers(scope=scope)):
            asked = scope.get("query_string", b"").decode("ascii", "replace")
            query = asked if name == self._first else f"{MISSING}={quote(name)}"
            await RedirectResponse(f"/?{query}" if query else "/", status_code=303)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _missing(self, name: str, headers: Headers) -> bool:
        # Only what somebody opens in the address bar or by a link; files and routes are none of our business.
        opened = headers.get("sec-fetch-dest") == "document"
        return opened and bool(name) and "/" not in name and "." not in name and name not in self._known - {self._first}
