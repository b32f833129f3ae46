"""A request's head ends somewhere: endless addresses, headers and trailers cost their sender the line, nobody memory.

The parser that is installed sees to it. The faster one that the web server would take where it is installed has no
limit at all, so it must not come along with some package.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from tests.browser.server import free_port

MEGABYTE = 1 << 20
HEAD = b"Host: localhost\r\n"


async def _count(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answers with how many bytes of body came."""
    taken, more = 0, scope["type"] == "http"
    while more:
        message = await receive()
        taken, more = taken + len(message.get("body", b"")), message.get("more_body", False)
    if scope["type"] == "http":
        body = str(taken).encode()
        head = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    number = free_port()
    server = uvicorn.Server(uvicorn.Config(_count, port=number, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield number
    server.should_exit = True
    thread.join(10)


def answer(port: int, start: bytes, more: bytes = b"", times: int = 0) -> tuple[bytes, int]:
    """What comes back, and how much was taken of what was sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        sent, told = 0, b""
        with contextlib.suppress(OSError):
            line.sendall(start)
            for _ in range(times):
                line.sendall(more)
                sent += len(more)
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_WR)
        with contextlib.suppress(OSError):
            while piece := line.recv(65536):
                told += piece
        return told, sent


ENDLESS = {
    "an address": (b"GET /", b"a" * 65536),
    "a header": (b"GET / HTTP/1.1\r\n" + HEAD + b"X: ", b"a" * 65536),
    "many headers": (b"GET / HTTP/1.1\r\n" + HEAD, b"X-1: 1\r\n" * 8192),
    "a trailer": (
        b"POST / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: ",
        b"a" * 65536,
    ),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_what_has_no_end_ends_the_line(port: int, what: str) -> None:
    start, more = ENDLESS[what]
    told, sent = answer(port, start, more, 400)
    assert b"200 OK" not in told and sent < 20 * MEGABYTE, "25 MB were on the way"


def test_a_long_head_is_taken_and_bodies_of_any_length(port: int) -> None:
    told, _ = answer(port, b"GET / HTTP/1.1\r\n" + HEAD + b"X: " + b"a" * 32_000 + b"\r\nConnection: close\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 200 OK")
    length = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % (8 * MEGABYTE)
    told, _ = answer(port, b"POST / HTTP/1.1\r\n" + HEAD + length, b"b" * MEGABYTE, 8)
    assert told.endswith(str(8 * MEGABYTE).encode())
    chunked = b"POST / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    piece = b"1000\r\n" + b"c" * 4096 + b"\r\n"
    told, _ = answer(port, chunked + piece * 512 + b"0\r\n\r\n")
    assert told.endswith(str(2 * MEGABYTE).encode())


def test_each_request_of_a_line_counts_by_itself(port: int) -> None:
    one = b"GET / HTTP/1.1\r\n" + HEAD + b"X: " + b"a" * 4000 + b"\r\n\r\n"
    told, _ = answer(port, one * 60 + b"GET / HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n")
    assert told.count(b"200 OK") == 61, "a quarter of a megabyte of heads, none of them long"
