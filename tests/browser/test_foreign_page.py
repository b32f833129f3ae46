"""A page of somebody else in a clerk's browser, on this machine and under a name of its own: nothing of it is taken.

A server on another port of the same machine is the same site to a browser: cookies go along. Everything that a page can
send is tried from there; the record, the session and the reservations stand as before.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import text

from corrections.entries import Role
from tests.browser.conftest import FLAGS, chromium
from tests.browser.server import Server
from tests.screens.office import Office, make_office
from workbench.routes.guard import COOKIE

pytestmark = pytest.mark.browser

TRIES = """async ([home, body]) => {
  const told = {}, silence = () => new Promise((r) => setTimeout(() => r('silence'), 3000));
  const patience = (wanted) => Promise.race([wanted, silence()]);
  const tried = async (name, wanted) => {
    try { told[name] = String(await patience(wanted())); } catch (fault) { told[name] = 'refused'; }
  };
  const loads = (tag, attribute, path) => () => new Promise((r) => {
    const made = document.createElement(tag);
    if (tag === 'link') made.rel = 'stylesheet';
    made.onload = () => r('loaded'); made.onerror = () => r('refused');
    made[attribute] = home + path; document.body.append(made);
  });
  for (const mode of ['cors', 'no-cors'])
    for (const path of ['/api/review/next', '/api/review/page/1', '/'])
      await tried(mode + path, async () => {
        const answer = await fetch(home + path, { credentials: 'include', mode });
        return (await answer.text()).length;
      });
  for (const kind of ['text/plain', 'application/x-www-form-urlencoded', 'application/json'])
    for (const path of ['review/save', 'review/shown', 'review/release', 'review/hold', 'review/undo', 'session/end'])
      await tried(kind + path, async () => (await fetch(`${home}/api/${path}`, {
        method: 'POST', credentials: 'include', mode: kind.endsWith('json') ? 'cors' : 'no-cors',
        headers: { 'content-type': kind }, body })).status);
  for (const kind of ['text/plain', 'application/json'])
    navigator.sendBeacon(home + '/api/session/end', new Blob([body], { type: kind }));
  const upload = { method: 'PUT', credentials: 'include', body };
  await tried('upload', async () => (await fetch(home + '/_stcore/upload_file/a/b', upload)).status);
  await tried('line', () => new Promise((r) => {
    const line = new WebSocket(home.replace('http', 'ws') + '/_stcore/stream', ['streamlit']);
    line.onopen = () => r('open'); line.onerror = () => r('refused');
  }));
  await tried('picture', loads('img', 'src', '/api/review/page/1'));
  await tried('script', loads('script', 'src', '/api/review/next'));
  await tried('style', loads('link', 'href', '/api/review/next'));
  for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
    await tried('form ' + enctype, () => new Promise((r) => {
      const frame = document.createElement('iframe'), form = document.createElement('form');
      const field = document.createElement('input');
      frame.name = 'into ' + enctype; frame.onload = () => r('sent');
      Object.assign(form, { method: 'POST', enctype, action: home + '/api/review/save', target: frame.name });
      field.name = body.slice(0, -1) + ',"z":"'; field.value = '"}';
      form.append(field); document.body.append(frame, form); form.submit();
    }));
  const frame = document.createElement('iframe');
  await tried('frame', () => new Promise((r) => {
    frame.onload = () => setTimeout(() => r(frame.contentWindow.length), 500);
    frame.src = home + '/review'; document.body.append(frame);
  }));
  return told;
}"""
TAKEN = {"sent", "refused", "silence", "0"}
"""What a page may learn: that a form went out, that nothing came, and that nothing stands in its frame."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return make_office(tmp_path_factory.mktemp("office"), entry_count=3)


@pytest.fixture
def foreign() -> Iterator[str]:
    """A server of somebody else on this machine."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            if self.path == "/plant":
                self.send_header("set-cookie", f"{COOKIE}=planted; Path=/_stcore")
            self.end_headers()
            self.wfile.write(b"<body></body>")

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def _record(office: Office) -> list[Any]:
    with office.system.read() as connection:
        return [
            connection.execute(
                text("SELECT id, revision, state, fields, lease_account FROM entries ORDER BY id")
            ).all(),
            connection.execute(text("SELECT token_hash FROM sessions ORDER BY token_hash")).all(),
            connection.execute(text("SELECT account_id, screen, entry_id FROM entry_showings")).all(),
            connection.execute(text("SELECT count(*) FROM audit_events")).scalar_one(),
        ]


def _signed_in(context: BrowserContext, office: Office, server: Server, role: Role = Role.CLERK) -> None:
    cookie = {"name": COOKIE, "value": office.tokens[role], "url": server.url, "httpOnly": True, "sameSite": "Strict"}
    context.add_cookies([cookie])  # type: ignore[list-item]


def test_nothing_that_a_foreign_page_sends_is_taken(
    office: Office, server: Server, context: BrowserContext, foreign: str
) -> None:
    _signed_in(context, office, server)
    before = _record(office)
    entry = office.entry_ids[0]
    sent = {"entry": entry, "entries": [entry], "revision": 0, "token": "cua-trang-khac-1", "fields": []}
    body = json.dumps({**sent, "decision": "confirm", "screen": "man-hinh-la", "turn": 1})
    page = context.new_page()
    page.goto(foreign)
    told = page.evaluate(TRIES, [server.url, body])
    assert len(told) > 30 and set(told.values()) <= TAKEN, told
    assert _record(office) == before
    # the same from a page of ours is taken: what was refused was refused for where it came from
    page.goto(f"{server.url}/_stcore/health")
    shown = """async (body) => (await fetch('/api/review/shown', { method: 'POST', body,
      headers: { 'content-type': 'application/json' } })).status"""
    assert page.evaluate(shown, body) == 200
    assert _record(office) != before


def test_a_name_that_was_pointed_at_the_server_opens_nothing(browser: Browser, server: Server) -> None:
    """DNS rebinding: a page's own name leads to this machine, so that the browser takes us for its server."""
    rules = "--host-resolver-rules=MAP xa.example 127.0.0.1"
    rebound = browser.browser_type.launch(executable_path=chromium(), headless=True, args=[*FLAGS, rules])
    try:
        page = rebound.new_page()
        answer = page.goto(server.url.replace("localhost", "xa.example"))
        assert answer is not None and answer.status == 400
        line = """(address) => new Promise((r) => { const line = new WebSocket(address, ['streamlit']);
          line.onopen = () => r('open'); line.onerror = () => r('refused'); })"""
        address = server.url.replace("http://localhost", "ws://xa.example") + "/_stcore/stream"
        assert page.evaluate(line, address) == "refused"
        assert page.evaluate("async () => (await fetch('/api/review/next')).status") == 400
    finally:
        rebound.close()


def test_a_cookie_planted_beside_ours_lets_nobody_in(
    server: Server, office: Office, context: BrowserContext, foreign: str
) -> None:
    _signed_in(context, office, server)
    page = context.new_page()
    page.goto(f"{foreign}/plant")
    page.goto(f"{server.url}/review")
    expect(page.get_by_label("Mật khẩu")).to_be_visible()


def test_a_file_made_for_one_account_is_not_handed_to_another(
    server: Server, office: Office, browser: Browser, context: BrowserContext
) -> None:
    """Pictures and downloads of a screen lie in the server's memory; who knows the address is not who may have them."""
    _signed_in(context, office, server, Role.ADMINISTRATOR)
    page = context.new_page()
    icons: list[int] = []
    page.on("response", lambda answer: icons.append(answer.status) if "/media/" in answer.url else None)
    page.goto(f"{server.url}/offices")
    expect(page.get_by_role("button", name="Tải danh sách (Excel)")).to_be_visible()
    assert set(icons) <= {200}, icons
    with page.expect_response(lambda answer: "/media/" in answer.url) as fetched, page.expect_download():
        page.get_by_role("button", name="Tải danh sách (Excel)").click()
    mine = fetched.value.url
    assert context.request.get(mine).status == 200
    for role, status in ((Role.SUPERVISOR, 404), (Role.CLERK, 404), (None, 401)):
        other = browser.new_context()
        if role is not None:
            _signed_in(other, office, server, role)
        assert other.request.get(mine).status == status, role
        other.close()


@pytest.mark.parametrize(
    ("path", "cookie", "status"),
    [
        ("session/keep", "", 400),
        ("review/save", "", 401),
        ("review/save", "mine", 400),
        ("review/save", "foreign", 403),
    ],
)
def test_a_body_that_is_refused_is_not_taken_to_its_end(
    server: Server, office: Office, path: str, cookie: str, status: int
) -> None:
    """The answer came at once, and then the server took and dropped all 600 MB that somebody went on sending."""
    sent, total, block = 0, 256 << 20, b"x" * (1 << 16)
    origin = "http://xa.example" if cookie == "foreign" else server.url
    known = f"Cookie: {COOKIE}={office.tokens[Role.CLERK]}\r\n" if cookie else ""
    head = f"POST /api/{path} HTTP/1.1\r\nHost: localhost:{server.port}\r\nOrigin: {origin}\r\n{known}"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(f"{head}Content-Type: application/json\r\nContent-Length: {total}\r\n\r\n".encode())
        with contextlib.suppress(OSError):
            while sent < total:
                line.sendall(block)
                sent += len(block)
        answer = b""
        with contextlib.suppress(OSError):
            answer = line.recv(100)
    assert sent < 32 << 20
    assert not answer or answer.startswith(f"HTTP/1.1 {status} ".encode())
