"""What every route of ours asks before it does anything: same origin, a living session, a body of the right kind.

Streamlit's own protection does not cover these routes, so none may be added without going through `guarded`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from ocr.errors import OcrError
from storage.errors import StorageError
from workbench.config import load_settings
from workbench.routes.bodies import LARGEST_WHOLE, BadBody, parse_object
from workbench.services.context import Context, open_context
from workbench.services.errors import NotSignedIn, ServiceError
from workbench.services.sessions import context_of_session

__all__ = ["ACCOUNT_HEADER", "COOKIE", "Call", "guarded", "session_secret", "whole_number"]

COOKIE = "so_ho_tich_session"
"""HttpOnly, SameSite=Strict: scripts cannot read it and other sites cannot use it."""
ACCOUNT_HEADER = "x-workbench-account"
"""Whose work a page sends. Two tabs share one cookie: after a change of account in one, the other's work is refused
(and kept in its outbox) instead of being booked under the wrong name."""
_LARGEST_BODY = 4_000_000
"""Bytes of a body from somebody signed in. By judgement."""
_LARGEST_OPEN_BODY = 4_000
"""Of somebody who is not signed in: a session's secret and nothing else."""
_STATUS = {
    "not_signed_in": 401,
    "not_allowed": 403,
    "not_found": 404,
    "stale_revision": 409,
    "lease_lost": 409,
    "not_shown": 409,
    "invalid_input": 422,
    "reason_missing": 422,
    "database_busy": 503,
    "disk_full": 507,
}
"""Other known errors answer 500: the form then keeps the save and tries again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One accepted call: who calls, with what."""

    context: Context
    request: Request
    body: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    """Session secret the call came with."""

    def number(self, name: str, default: int | None = None) -> int | None:
        """A whole number of the query; the default when it is missing or none.

        Raises:
            BadBody: larger than any number of ours.
        """
        text = self.request.query_params.get(name, "")
        return whole_number(text) if text.isascii() and text.isdecimal() else default

    def place(self, name: str) -> int:
        """A whole number of the address.

        Raises:
            BadBody: larger than any number of ours.
        """
        return whole_number(str(self.request.path_params[name]))


def session_secret(cookies: str) -> str:
    """The session's secret in a Cookie header; empty where two differ.

    Cookies know no ports: another server of the same machine can plant one of this name beside ours, with a narrower
    path or a wider domain. Which of the two the browser's owner has signed in with cannot be told, so neither counts.
    """
    parts = (part.strip().partition("=") for part in cookies.split(";"))
    found = {value.strip().strip('"') for name, _, value in parts if name.strip() == COOKIE}
    return found.pop() if len(found) == 1 else ""


def whole_number(text: str) -> int:
    """The number of a text of digits.

    Raises:
        BadBody: none, or larger than the database keeps.
    """
    if not (text.isascii() and text.isdecimal()) or len(text) > 10 or int(text) > LARGEST_WHOLE:
        raise BadBody
    return int(text)


def guarded(
    handler: Callable[[Call], Response], *, changes: bool, everybody: bool = False, by_itself: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that calls the handler, in a worker thread, only for its own pages and a living session.

    Args:
        handler: what the route does.
        changes: whether it changes anything: then an Origin header and a JSON body are required.
        everybody: also for those who are not signed in; otherwise their bodies are not even read.
        by_itself: a page calls it without anybody doing anything, so the session may go idle all the same.
    """

    async def endpoint(request: Request) -> Response:
        if not _same_origin(request, required=changes):
            told = "Yêu cầu đến từ trang khác nên bị từ chối. Hãy mở lại chương trình."
            return _unread(_problem(403, "origin", told))
        caller = await run_in_threadpool(_caller, request, used=not by_itself)
        if isinstance(caller, Response):
            return _unread(caller)
        if caller.account is None and not everybody:
            return _unread(_refusal(NotSignedIn()))
        try:
            largest = _LARGEST_BODY if caller.account else _LARGEST_OPEN_BODY
            body = await _json_body(request, largest) if changes else {}
        except BadBody:
            return _unread(_bad_request())
        return await run_in_threadpool(_answer, handler, caller, request, body)

    return endpoint


def _caller(request: Request, *, used: bool) -> Context | Response:
    try:
        base = open_context(load_settings())
        token = session_secret("; ".join(request.headers.getlist("cookie")))
        context = context_of_session(base, token, used=used) if token else None
    except (ServiceError, StorageError) as error:
        return _refusal(error)
    expected = request.headers.get(ACCOUNT_HEADER)
    if expected and context is not None and context.who.name != expected:
        return _problem(401, "other_account", "Trình duyệt này đã đăng nhập tài khoản khác. Hãy đăng nhập lại.")
    return context or base


def _answer(handler: Callable[[Call], Response], caller: Context, request: Request, body: dict[str, Any]) -> Response:
    try:
        token = session_secret("; ".join(request.headers.getlist("cookie")))
        response = handler(Call(context=caller, request=request, body=body, token=token))
    except BadBody:
        return _bad_request()
    except (ServiceError, StorageError) as error:
        return _refusal(error)
    except OcrError as error:
        return _problem(422, "picture", str(error))
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        # A body of the wrong shape; never the values themselves, they may be personal data.
        log.warning("route %s refused a body: %s", request.url.path, type(error).__name__)
        return _problem(400, "invalid_input", "Dữ liệu gửi lên thiếu hoặc sai kiểu. Hãy tải lại trang rồi thử lại.")
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _same_origin(request: Request, *, required: bool) -> bool:
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return not required
    return bool(urlsplit(origin).netloc) and urlsplit(origin).netloc == request.headers.get("host")


async def _json_body(request: Request, largest: int) -> dict[str, Any]:
    # Only this type: a form of another site can send text/plain without asking first.
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise BadBody
    content = bytearray()
    try:
        async for part in request.stream():
            content += part
            if len(content) > largest:
                raise BadBody
    except ClientDisconnect as error:  # the line dropped on the way: half a body is none
        raise BadBody from error
    return parse_object(bytes(content))


def _refusal(error: ServiceError | StorageError) -> Response:
    return _problem(_STATUS.get(error.code, 500), error.code, str(error))


def _unread(response: Response) -> Response:
    """An answer before the end of the body: the line is closed, or the server would take all that is still sent."""
    response.headers["Connection"] = "close"
    return response


def _bad_request() -> Response:
    return _problem(400, "body", "Yêu cầu không đọc được. Hãy tải lại trang rồi thử lại.")


def _problem(status: int, code: str, message: str) -> Response:
    return JSONResponse({"code": code, "message": message}, status_code=status, headers={"Cache-Control": "no-store"})
