"""The server of look-ups: routes, who may call, how fast, and what is said when something is wrong.

Every answer is JSON, every refusal a `Problem`. Nothing is logged but what the audit log keeps: no address with what
was asked is written anywhere.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from storage.errors import StorageError
from workbench.lookups.description import ENTRIES, ENTRY, PERSONS, description
from workbench.lookups.pace import Pace
from workbench.lookups.questions import AskedNumber, AskedPerson, answer_of, entry_of
from workbench.routes.addresses import is_own_host
from workbench.routes.bodies import BadBody, parse_object
from workbench.routes.guard import whole_number
from workbench.services.context import Context
from workbench.services.errors import NotSignedIn
from workbench.services.lookups import LookupAnswer, Question, look_up
from workbench.services.sign_in_pace import client_key

__all__ = ["lookup_app"]

log = logging.getLogger(__name__)

_LONGEST_QUERY = 400
"""Characters behind the question mark of an address."""
_LARGEST_BODY = 2_000
"""Bytes of a question. By judgement."""
_WRONG_TOKENS, _WRONG_SECONDS = 10, 300.0
"""Wrong tokens from one address, and within which time: a secret of 256 bits is not guessed anyhow."""
_MINUTE = 60.0
"""Seconds in which a token's questions are counted."""
_AT_ONCE = 64
"""Calls under way. By judgement: one answer takes a fraction of a second."""
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

_Asked = TypeVar("_Asked", bound=BaseModel)
_Ask = Callable[[Request], Awaitable[Question]]
_Tell = Callable[[LookupAnswer], Any]


class _Refused(Exception):
    """An answer that is no answer."""

    def __init__(self, status: int, code: str, message: str, *, wait: int = 0) -> None:
        self.status, self.code, self.message, self.wait = status, code, message, wait
        super().__init__(code)


_BAD = _Refused(400, "bad_request", "Câu hỏi không đúng dạng. Xem mô tả ở /openapi.json.")
_NONE = _Refused(404, "not_found", "Không có trường hợp này trong phạm vi của mã truy cập.")
_BUSY = _Refused(503, "busy", "Máy chủ đang trả lời nhiều câu hỏi. Hãy thử lại.", wait=1)
_UNKNOWN = _Refused(401, "token", "Thiếu mã truy cập, mã sai, bị thu hồi hoặc hết hạn.")


def lookup_app(opened: Callable[[], Context]) -> Starlette:
    """The server's application.

    Args:
        opened: the installation's record, nobody signed in.
    """
    door = _Door(opened)
    app = Starlette(
        routes=[
            Route("/openapi.json", _describe, methods=["GET"]),
            Route(PERSONS, door.endpoint(_person, answer_of), methods=["POST"]),
            Route(ENTRIES, door.endpoint(_number, answer_of), methods=["GET"]),
            Route(ENTRY, door.endpoint(_id, _one), methods=["GET"]),
        ],
        exception_handlers={HTTPException: _http_problem, Exception: _fault},
        middleware=[Middleware(_AtMost, most=_AT_ONCE)],
    )
    app.router.redirect_slashes = False  # an address with a slash too many is none of ours, and is told so in JSON
    return app


class _AtMost:
    """Lets so many calls in together; whoever comes then is told to come again."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app, self._most, self._inside = app, most, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._inside >= self._most:
            await _problem(_BUSY)(scope, receive, send)
            return
        self._inside += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._inside -= 1


class _Door:
    """Who may ask, and how fast."""

    def __init__(self, opened: Callable[[], Context]) -> None:
        self._opened = opened
        self._names = opened().settings.host_names
        self._calls = Pace(opened().settings.lookups_per_minute, _MINUTE)
        self._wrong = Pace(_WRONG_TOKENS, _WRONG_SECONDS)

    def endpoint(self, ask: _Ask, tell: _Tell) -> Callable[[Request], Awaitable[Response]]:
        """A route that reads a question, has it answered and tells the answer."""

        async def answered(request: Request) -> Response:
            try:
                token = self._admitted(request)
                question = await ask(request)
                found = await run_in_threadpool(look_up, self._opened(), token, question)
                return JSONResponse(tell(found), headers=_HEADERS)
            except NotSignedIn:
                return _problem(self._turned_away(_client(request)))
            except _Refused as refused:
                return _problem(refused)
            except StorageError as error:
                log.warning("a look-up could not be answered: %s", error.code)
                return _problem(_Refused(503, error.code, str(error)))

        return answered

    def _admitted(self, request: Request) -> str:
        """The secret a call brings, when it may be looked at."""
        if not is_own_host(request.headers.get("host", ""), self._names):
            raise _Refused(400, "host", "Địa chỉ này không phải của máy chủ. Hãy hỏi quản trị địa chỉ đúng.")
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token.isascii() or not token.isprintable() or not token.strip():
            raise _UNKNOWN
        if wait := self._calls.wait(token):
            raise _Refused(429, "too_many", f"Hỏi quá nhanh. Hãy chờ {wait} giây.", wait=wait)
        self._calls.count(token)
        return token.strip()

    def _turned_away(self, client: str) -> _Refused:
        """What a wrong token is told. Right ones from the same address go on: many systems may stand behind one."""
        if wait := self._wrong.wait(client):
            return _Refused(429, "too_many", f"Sai mã truy cập nhiều lần. Hãy chờ {wait} giây.", wait=wait)
        self._wrong.count(client)
        return _UNKNOWN


def _client(request: Request) -> str:
    return client_key(request.client.host if request.client else "")


async def _number(request: Request) -> Question:
    if len(request.url.query) > _LONGEST_QUERY:
        raise _BAD
    pairs = request.query_params.multi_items()
    given = dict(pairs)
    if len(given) != len(pairs):
        raise _BAD
    if "year" in given:
        given["year"] = _digits(given["year"])
    return _checked(AskedNumber, given).question()


def _digits(text: str) -> Any:
    """The number of a text of digits; anything else as it is, to be refused with the rest."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) == len("2026") else text


async def _person(request: Request) -> Question:
    if request.url.query or request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise _BAD
    content = bytearray()
    try:
        async for part in request.stream():
            content += part
            if len(content) > _LARGEST_BODY:
                raise _BAD
    except ClientDisconnect:
        raise _BAD from None  # nobody hears it: the line dropped on the way
    try:
        return _checked(AskedPerson, parse_object(bytes(content))).question()
    except BadBody:
        raise _BAD from None


async def _id(request: Request) -> Question:
    try:
        return whole_number(str(request.path_params["entry_id"]))
    except BadBody:
        raise _NONE from None  # no entry has a number like that


def _one(found: LookupAnswer) -> dict[str, Any]:
    if not found.entries:
        raise _NONE
    return entry_of(found.entries[0])


def _checked(model: type[_Asked], given: dict[str, Any]) -> _Asked:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        named = sorted({str(fault["loc"][0]) for fault in error.errors() if fault["loc"]} & set(model.model_fields))
        which = f" Xem lại: {', '.join(named)}." if named else ""
        raise _Refused(400, _BAD.code, _BAD.message + which) from None


async def _describe(_request: Request) -> Response:
    return JSONResponse(description(), headers=_HEADERS)


def _problem(refused: _Refused) -> Response:
    more = {"Retry-After": str(refused.wait)} if refused.wait else {}
    if refused.status == _UNKNOWN.status:
        more["WWW-Authenticate"] = "Bearer"
    content = {"code": refused.code, "message": refused.message}
    return JSONResponse(content, status_code=refused.status, headers=_HEADERS | more)


async def _http_problem(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 405:
        return _problem(_Refused(405, "method", "Địa chỉ này không nhận cách gọi đó. Xem mô tả ở /openapi.json."))
    return _problem(_Refused(404, "not_found", "Không có địa chỉ này. Xem mô tả ở /openapi.json."))


async def _fault(_request: Request, error: Exception) -> Response:
    log.error("a look-up failed: %s", type(error).__name__, exc_info=error)
    return _problem(_Refused(503, "fault", "Máy chủ gặp lỗi khi trả lời. Hãy báo quản trị của đơn vị."))
