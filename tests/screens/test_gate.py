"""The gate before the server: what strangers may fetch, and that nothing else takes a byte from them."""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from storage.errors import DatabaseBroken
from workbench import serving
from workbench.config import ROOT
from workbench.routes.addresses import is_own_host
from workbench.routes.gate import Gate, UploadBudget
from workbench.routes.guard import COOKIE
from workbench.routes.owned_files import EVERYBODY, NOBODY, is_for, owned_name

HOST = "http://localhost:8501"
SECRET = "phien-dang-song"
MINE, ANOTHERS = 7, 8
"""Accounts: of the session, and another one."""
UPLOAD = "/_stcore/upload_file/mot/hai"
CLOSED = (
    UPLOAD,
    "/media/abc.jpg",
    "/component/x/y.js",
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/bidi-components/x",
    "/app/static/x",
    "/_stcore/agent",
    "/oauth2callback",
    "/_stcore/health/../metrics",
)


async def _takes(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def _echo(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_bytes(await socket.receive_bytes())
    except WebSocketDisconnect as cut:
        await socket.close(cut.code)


def _client(*, cookie: str = "", host: str = HOST, budget: int = 1000, lines: int = 8) -> TestClient:
    gate = Middleware(
        Gate,
        serves=lambda name: is_own_host(name),
        signed_in=lambda token: token == SECRET,
        pages=frozenset({"books"}),
        uploads=UploadBudget(budget),
        owns=lambda token, name: token == SECRET and (name == "abc.jpg" or is_for(name, MINE)),
    )
    methods = ["GET", "PUT", "POST", "DELETE", "OPTIONS"]
    routes = [WebSocketRoute("/_stcore/stream", _echo), Route("/{rest:path}", _takes, methods=methods)]
    cookies = {COOKIE: cookie} if cookie else {}
    return TestClient(Starlette(routes=routes, middleware=[gate]), base_url=host, cookies=cookies)


@pytest.mark.parametrize("path", ["/", "/books", "/static/js/a.js", "/_stcore/health", "/_stcore/host-config"])
def test_what_the_sign_in_page_needs_is_open(path: str) -> None:
    assert _client().get(path).status_code == 200


@pytest.mark.parametrize(
    ("cookies", "status"),
    [
        (f"{COOKIE}={SECRET}", 200),
        (f"a=1; {COOKIE}={SECRET}; b=2", 200),
        (f"{COOKIE}={SECRET}; {COOKIE}={SECRET}", 200),
        (f"{COOKIE}=phien-ke-khac; {COOKIE}={SECRET}", 401),
        (f"{COOKIE}={SECRET}; {COOKIE}=phien-ke-khac", 401),
        (f"x{COOKIE}={SECRET}", 401),
        (f"{COOKIE}", 401),
        (f"{COOKIE}=;;;==;{COOKIE}", 401),
    ],
)
def test_a_planted_cookie_beside_ours_lets_neither_in(cookies: str, status: int) -> None:
    assert _client().get("/media/abc.jpg", headers={"cookie": cookies}).status_code == status


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", CLOSED)
def test_everything_else_needs_a_session(path: str, method: str) -> None:
    assert _client().request(method, path, content=b"x" * 100).status_code == 401
    assert _client(cookie="khac").request(method, path).status_code == 401
    assert _client(cookie=SECRET).request(method, path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/books", "/static/js/a.js", "/_stcore/health"])
def test_open_addresses_take_nothing_from_strangers(path: str) -> None:
    assert _client().put(path, content=b"x").status_code == 401


async def _ask(gate: Callable[..., Awaitable[None]], scope: dict[str, Any]) -> tuple[int, int]:
    """Status answered, and how many parts of the body were taken."""
    taken, answers = 0, []

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * 65536, "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    await gate(scope, receive, send)
    return int(answers[0]["status"]), taken


def test_not_a_byte_of_a_strangers_upload_is_taken() -> None:
    import asyncio

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("the framework was reached")

    gate = Gate(app, lambda _: True, lambda _: False, frozenset(), UploadBudget(10), lambda _, __: True)
    scope = {
        "type": "http",
        "method": "PUT",
        "path": UPLOAD,
        "scheme": "http",
        "headers": [(b"host", b"localhost"), (b"content-length", b"600000000"), (b"cookie", COOKIE.encode() + b"=x")],
    }
    assert asyncio.run(_ask(gate, scope)) == (401, 0)


def test_a_session_uploads_its_share_and_no_more() -> None:
    client = _client(cookie=SECRET, budget=1000)
    assert client.put(UPLOAD, content=b"x" * 900).text == "900"
    assert client.put(UPLOAD, content=b"x" * 900).status_code == 429  # cut off on the way
    assert client.put(UPLOAD, content=b"x").status_code == 429
    assert client.get("/media/abc.jpg").status_code == 200


@pytest.mark.parametrize(("path", "area"), [(UPLOAD, "/_stcore/upload_file"), ("/media/abc.jpg", "/media")])
def test_a_browser_that_leaves_is_one_line_of_the_log(path: str, area: str, caplog: pytest.LogCaptureFixture) -> None:
    import asyncio

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async for _ in Request(scope, receive).stream():
            pass

    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        raise AssertionError("there is nobody to answer")

    gate = Gate(app, lambda _: True, lambda _: True, frozenset(), UploadBudget(10), lambda _, __: True)
    headers = [(b"host", b"localhost"), (b"cookie", COOKIE.encode() + b"=x")]
    scope = {"type": "http", "method": "PUT", "path": path, "scheme": "http", "headers": headers}
    with caplog.at_level("INFO", logger="workbench.routes.gate"):
        asyncio.run(gate(scope, gone, send))
    assert [record.getMessage() for record in caplog.records] == [
        f"a browser left before its request to {area} was through"
    ]
    assert not caplog.records[0].exc_info


def test_an_upload_ends_where_memory_does() -> None:
    free = [600 * 2**20]
    budget = UploadBudget(2**40, room=lambda: free[0])
    assert budget.has_room() and budget.take("a", 20 * 2**20)
    free[0] = 100 * 2**20
    assert not budget.has_room()
    assert not budget.take("a", 20 * 2**20)
    gate = Middleware(
        Gate,
        serves=lambda _: True,
        signed_in=lambda token: token == SECRET,
        pages=frozenset(),
        uploads=budget,
        owns=lambda _, __: True,
    )
    route = Route("/{rest:path}", _takes, methods=["PUT", "GET"])
    client = TestClient(Starlette(routes=[route], middleware=[gate]), base_url=HOST, cookies={COOKIE: SECRET})
    assert client.put(UPLOAD, content=b"x").status_code == 507
    assert client.get("/media/abc.jpg").status_code == 200


def test_a_dripped_upload_costs_no_more_than_one_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    at = [0.0]
    monkeypatch.setattr("workbench.routes.gate.time.monotonic", lambda: at[0])
    budget = UploadBudget(300_000, room=lambda: 2**40)
    for _ in range(250_000):  # would take minutes if each byte was summed up anew
        assert budget.take("a", 1)
        at[0] += 0.001
    assert len(budget._taken["a"]) == 250
    assert not budget.take("a", 100_000)
    at[0] += 3600
    assert budget.take("a", 1) and budget._sums["a"] < 100_010 and not budget._sums["b"]
    at[0] += 3601
    assert budget.begin("a") and "a" not in budget._sums and "a" not in budget._taken


def test_uploads_at_a_time_are_counted_for_each_session() -> None:
    budget = UploadBudget(1000, at_once=2)
    assert [budget.begin("a"), budget.begin("a"), budget.begin("a"), budget.begin("b")] == [True, True, False, True]
    budget.end("a")
    assert budget.begin("a")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "10.9.8.7", "localhost@evil.example", "", "a:b"]
)
def test_other_names_of_the_machine_are_refused(host: str) -> None:
    assert _client().get("/", headers={"Host": host}).status_code == 400
    assert not is_own_host(host)


def test_names_the_administrator_gave_are_taken() -> None:
    assert is_own_host("hotich.xa-a.example:8501", {"hotich.xa-a.example"})
    assert is_own_host("LOCALHOST:8501") and is_own_host("[::1]:8501") and is_own_host("127.0.0.1")


def test_every_answer_forbids_frames_and_foreign_scripts() -> None:
    for answer in (_client().get("/"), _client().get("/media/x"), _client(cookie=SECRET).get("/media/x")):
        assert answer.headers["x-frame-options"] == "DENY"
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy and "default-src 'self'" in policy and "http" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


def _line(client: TestClient, origin: str) -> Any:
    return client.websocket_connect("/_stcore/stream", headers={"Origin": origin, "Host": "localhost:8501"})


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:9999", "http://10.0.0.7:8501"])
def test_a_line_from_another_page_is_refused(origin: str) -> None:
    with pytest.raises(WebSocketDisconnect), _line(_client(cookie=SECRET), origin):
        pass


def test_a_strangers_messages_are_short() -> None:
    with _line(_client(), "http://localhost:8501") as line:
        line.send_bytes(b"x" * 1000)
        assert len(line.receive_bytes()) == 1000
        line.send_bytes(b"x" * 300_000)
        with pytest.raises(WebSocketDisconnect):
            line.receive_bytes()
    with _line(_client(cookie=SECRET), "http://localhost:8501") as line:
        line.send_bytes(b"x" * 300_000)
        assert len(line.receive_bytes()) == 300_000


def test_text_on_a_line_closes_it() -> None:
    for cookie in ("", SECRET):
        with _line(_client(cookie=cookie), "http://localhost:8501") as line:
            line.send_text("x")
            with pytest.raises(WebSocketDisconnect):
                line.receive_bytes()


def test_one_address_does_not_take_every_line_of_strangers() -> None:
    import asyncio

    accepted: list[str] = []
    ends: list[asyncio.Event] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        accepted.append(scope["client"][0])
        ends.append(asyncio.Event())
        await ends[-1].wait()

    async def nothing(*_: Any) -> Any:
        return {"type": "websocket.connect"}

    async def lines() -> None:
        budget = UploadBudget(10)
        gate = Gate(app, lambda _: True, lambda token: token == SECRET, frozenset(), budget, lambda _, __: True)
        headers = [(b"host", b"localhost")]
        scope = {"type": "websocket", "path": "/_stcore/stream", "scheme": "ws", "headers": headers}
        known = scope | {"headers": [*headers, (b"cookie", f"{COOKIE}={SECRET}".encode())]}
        tasks = [asyncio.create_task(gate(scope | {"client": ("10.0.0.7", n)}, nothing, nothing)) for n in range(40)]
        tasks += [asyncio.create_task(gate(scope | {"client": ("10.0.0.8", 1)}, nothing, nothing))]
        tasks += [asyncio.create_task(gate(known | {"client": ("10.0.0.7", 99)}, nothing, nothing))]
        tasks += [asyncio.create_task(gate(scope | {"client": ("127.0.0.1", n)}, nothing, nothing)) for n in range(40)]
        await asyncio.sleep(0.5)
        counts = {one: accepted.count(one) for one in ("10.0.0.7", "10.0.0.8", "127.0.0.1")}
        assert counts == {"10.0.0.7": 16 + 1, "10.0.0.8": 1, "127.0.0.1": 40}
        for end in ends:
            end.set()
        await asyncio.gather(*tasks)
        assert not gate._strangers

    asyncio.run(lines())


def test_half_a_message_of_a_stranger_takes_little_memory() -> None:
    """The server keeps what came of a message until it is complete: as much as the framework's setting lets it."""
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxMessageSize"] <= 25


def test_while_the_record_cannot_be_opened_nobody_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_settings: object) -> None:
        raise DatabaseBroken("no such column")

    monkeypatch.setattr(serving, "open_context", broken)
    assert serving.gate(frozenset()).kwargs["signed_in"]("1.secret") is False


@pytest.mark.parametrize("made_for", [ANOTHERS, NOBODY, 70])
def test_a_file_that_was_made_for_another_account_is_not_handed_out(made_for: int) -> None:
    name, other = (owned_name(account, b"anh", b"image/jpeg", b"") for account in (MINE, made_for))
    assert name != other and name[:64] == other[:64]
    client = _client(cookie=SECRET)
    assert client.get(f"/media/{name}.jpg").status_code == 200
    assert client.get(f"/media/{owned_name(EVERYBODY, b'icon')}.png").status_code == 200
    assert client.get(f"/media/{other}.jpg").status_code == 404
    for bent in (f"{name[:-1]}x.jpg", f"{other[:64]}{'0' * 64}.jpg", f"../media/{other}.jpg", "", "é.jpg", name[:64]):
        assert client.get(f"/media/{bent}").status_code == 404, bent
    assert _client().get(f"/media/{name}.jpg").status_code == 401


def test_the_name_of_a_file_is_made_of_all_of_it() -> None:
    """Of what is larger than a mebibyte the framework takes its length and three pieces: one for two deliveries."""
    first, second = bytearray(3 << 20), bytearray(3 << 20)
    second[1 << 20] = 1
    assert owned_name(MINE, first, b"") != owned_name(MINE, second, b"")
    assert owned_name(MINE, b"ab", b"c") != owned_name(MINE, b"a", b"bc")
