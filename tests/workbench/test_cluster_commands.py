"""`cluster scheduler` and `cluster worker` as an office runs them, on this machine alone."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from ocr.batch import dask_engine
from ocr.readings import PageReading, PageTask
from tests.browser.server import free_port
from tests.fakes import readers
from workbench.certificates import ClusterFiles, cluster_files, make_cluster_files
from workbench.config import ROOT

pytestmark = pytest.mark.slow


class Running(NamedTuple):
    """A cluster of one scheduler and one machine with two reading processes."""

    address: str
    files: ClusterFiles
    scheduler: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes]

    @property
    def processes(self) -> list[psutil.Process]:
        """Both commands and what they have started."""
        own = [psutil.Process(self.scheduler.pid), psutil.Process(self.worker.pid)]
        return own + [child for process in own for child in process.children(recursive=True)]


def _until_listening(port: int, within: float = 90) -> None:
    """On a machine that runs other tests at the same time a program takes its time to start."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
            return
        time.sleep(0.2)
    raise AssertionError("the scheduler did not start")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    data = tmp_path / "data"
    files, port = make_cluster_files(data / "cluster"), free_port()
    environment = os.environ | {"WORKBENCH_DATA_DIR": str(data), "WORKBENCH_WORKERS": "2", "PYTHONPATH": str(ROOT)}
    workbench = [sys.executable, "-m", "workbench", "cluster"]

    def begin(*arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*workbench, *arguments], cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)

    with ExitStack() as ends:
        scheduler = begin("scheduler", "--host", "127.0.0.1", "--port", str(port))
        ends.callback(scheduler.kill)
        _until_listening(port)
        worker = begin("worker", f"tls://127.0.0.1:{port}")
        ends.callback(worker.kill)
        yield Running(f"tls://127.0.0.1:{port}", files, scheduler, worker)


def _read_two_pages(cluster: Running) -> dict[int, object]:
    security = dask_engine.security_of(cluster.files.authority, cluster.files.certificate, cluster.files.key)
    tasks = ((page, PageTask(source="scan.tif", page=page)) for page in range(2))
    return dict(dask_engine.run_pages(tasks, reader=readers.read_births, scheduler=cluster.address, security=security))


def _answers_a_stranger(host: str, port: int) -> bool:
    """Whether somebody without the cluster's files gets a word out of a listening port, in the open or by TLS."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for by_tls in (False, True):
        try:
            with socket.create_connection((host, port), timeout=5) as plain:
                line = context.wrap_socket(plain) if by_tls else plain
                line.sendall(b"GET /health HTTP/1.0\r\n\r\n")
                line.settimeout(5)
                if line.recv(64):
                    return True
        except (ssl.SSLError, OSError):
            continue
    return False


def test_a_cluster_reads_answers_no_stranger_and_ends_whole(running: Running, tmp_path: Path) -> None:
    outcomes = _read_two_pages(running)
    assert len(outcomes) == 2 and all(isinstance(outcome, PageReading) for outcome in outcomes.values())
    scratch = {path.name for path in (tmp_path / "data" / "tmp").glob("*/*")}
    assert scratch == {"dask-scratch-space"}, "what Dask writes lies in the data folder"
    everybody = running.processes
    listening = {
        (c.laddr.ip, c.laddr.port)
        for p in everybody
        for c in p.net_connections("tcp")
        if c.status == psutil.CONN_LISTEN
    }
    reachable = {port for ip, port in listening if not ip.startswith("127.")} | {
        int(running.address.rpartition(":")[2])
    }
    assert len(everybody) >= 4 and reachable
    assert [port for port in reachable if _answers_a_stranger("127.0.0.1", port)] == []
    running.worker.terminate()
    assert running.worker.wait(30) == 0
    running.scheduler.terminate()
    assert running.scheduler.wait(30) == 0
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(p.is_running() for p in everybody):
        time.sleep(0.1)
    assert [p for p in everybody if p.is_running()] == []


def test_without_keys_nothing_is_opened(tmp_path: Path) -> None:
    environment = os.environ | {"WORKBENCH_DATA_DIR": str(tmp_path / "data")}
    assert not cluster_files(tmp_path / "data").complete
    command = [sys.executable, "-m", "workbench", "cluster", "scheduler", "--host", "127.0.0.1"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 2 and "cluster keys" in done.stderr
