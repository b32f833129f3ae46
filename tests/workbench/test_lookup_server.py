"""The server of look-ups as it is started: on this machine alone, over TLS for others, ended by a signal."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.server import free_port
from workbench.certificates import make_certificate
from workbench.config import ROOT
from workbench.lookups.protocol import Problem400

pytestmark = pytest.mark.slow


def _environment(data: Path) -> dict[str, str]:
    return os.environ | {"WORKBENCH_DATA_DIR": str(data), "OMP_THREAD_LIMIT": "1"}


def _run(data: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "workbench", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=_environment(data), capture_output=True, encoding="utf-8", timeout=120, check=False
    )


@contextmanager
def serving(data: Path, *arguments: object) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "workbench", "serve-lookups", "--port", str(port), *map(str, arguments)]
    server = subprocess.Popen(command, cwd=ROOT, env=_environment(data), stderr=subprocess.PIPE)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, server.stderr and server.stderr.read().decode()
            time.sleep(0.1)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) is not None


def _asked(address: str, secret: str, context: ssl.SSLContext | None = None) -> tuple[int, object]:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {secret}"})
    try:
        with urllib.request.urlopen(request, timeout=20, context=context) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


RUBBISH = {
    "no HTTP": b"\x16\x03\x01 hello\r\n\r\n",
    "no version": b"GET /v1/entries/1\r\nHost: localhost\r\n\r\n",
    "spaces in the address": b"GET /v1/entries/1 2 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no host": b"GET /v1/entries/1 HTTP/1.1\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "endless head": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 128 * 1024,
}


def test_what_is_no_http_is_refused_in_json_and_the_line_is_closed(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as port:
        for name, sent in RUBBISH.items():
            with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
                line.sendall(sent)
                head, _, body = b"".join(iter(lambda: line.recv(65536), b"")).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 400 ") and b"content-type: application/json" in head.lower(), (name, head)
            assert json.loads(body) == Problem400, name


def test_it_answers_over_tls_and_is_not_opened_in_the_open(tmp_path: Path) -> None:
    data = tmp_path / "data"
    made = _run(data, "lookup-tokens", "make", "Một cửa")
    assert made.returncode == 0, made.stderr
    secret = made.stdout.strip()
    assert secret.startswith("sht_") and secret not in made.stderr
    refused = _run(data, "serve-lookups", "--host", "0.0.0.0")
    assert refused.returncode == 2 and "--tls-cert" in refused.stderr and "hồ sơ" in refused.stderr
    certificate, key = make_certificate(tmp_path / "tls", ["localhost", "127.0.0.1"])
    trusted = ssl.create_default_context(cafile=str(certificate))
    with serving(data, "--tls-cert", certificate, "--tls-key", key) as port:
        address = f"https://localhost:{port}/v1/entries?number=1&year=1998"
        assert _asked(address, secret, trusted) == (200, {"entries": [], "withheld": 0, "cut": False})
        assert _asked(address, "sht_khong", trusted)[0] == 401
        status, problem = _asked(
            f"https://localhost:{port}/v1/entries?number={'1' * 60_000}&year=1998", secret, trusted
        )
        assert status == 400 and isinstance(problem, dict) and problem["code"] == "bad_request"
        assert _run(data, "lookup-tokens", "revoke", "1").returncode == 0
        assert _asked(address, secret, trusted)[0] == 401, "a token ends at once, also in a server under way"
    listed = json.loads(_run(data, "lookup-tokens", "list", "--json").stdout)
    assert listed[0]["name"] == "Một cửa" and listed[0]["state"].startswith("đã thu hồi")
    assert secret not in json.dumps(listed)
