"""Batches: a crash, a hang or a fault costs its own page and nothing else."""

import os
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ocr.batch.local_engine import run_pages
from ocr.readings import PageFailure, PageReading, PageTask
from tests.fakes import readers
from workbench.certificates import ClusterFiles, make_cluster_files


def _tasks(count: int) -> Iterator[tuple[int, PageTask]]:
    for page in range(count):
        yield page, PageTask(source="scan.tif", page=page)


def test_all_pages_come_back_whichever_way_round() -> None:
    outcomes = dict(run_pages(_tasks(6), reader=readers.read_births, workers=2))
    assert sorted(outcomes) == list(range(6))
    assert all(isinstance(o, PageReading) and o.page == key for key, o in outcomes.items())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reader", "code"),
    [
        (readers.crash_on_page_one, "worker_crashed"),
        (readers.hang_on_page_one, "timeout"),
        (readers.spin_on_page_one, "timeout"),
        (readers.raise_on_page_one, "fault_RuntimeError"),
        (readers.fail_on_page_one, "no_form"),
    ],
)
def test_a_bad_page_costs_only_itself(reader: object, code: str) -> None:
    outcomes = dict(run_pages(_tasks(4), reader=reader, workers=2, timeout=4.0))  # type: ignore[arg-type]
    failed = outcomes.pop(1)
    assert isinstance(failed, PageFailure) and failed.code == code and failed.message
    assert sorted(outcomes) == [0, 2, 3] and all(isinstance(o, PageReading) for o in outcomes.values())


@pytest.mark.slow
def test_a_page_is_not_given_up_because_the_machine_is_busy() -> None:
    outcomes = dict(run_pages(_tasks(2), reader=readers.starve_on_page_one, workers=1, timeout=4.0))
    assert all(isinstance(o, PageReading) for o in outcomes.values())


@pytest.mark.slow
def test_a_worker_that_grows_is_replaced() -> None:
    limit = 150_000_000
    outcomes = dict(run_pages(_tasks(5), reader=readers.hoard_memory, workers=1, memory_limit=limit))
    processes = {o.source for o in outcomes.values()}
    assert len(outcomes) == 5 and len(processes) > 1


def test_tasks_are_drawn_as_workers_become_free() -> None:
    drawn: list[int] = []

    def tasks() -> Iterator[tuple[int, PageTask]]:
        for key, task in _tasks(4):
            drawn.append(key)
            yield key, task

    outcomes = run_pages(tasks(), reader=readers.read_births, workers=1)
    next(outcomes)
    assert drawn == [0]
    assert len(list(outcomes)) == 3


def test_closing_ends_the_workers() -> None:
    outcomes = run_pages(_tasks(4), reader=readers.hang_on_page_one, workers=2, timeout=60)
    next(outcomes)
    start = time.monotonic()
    outcomes.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < 8


def _security(folder: Path) -> Any:
    from ocr.batch import dask_engine

    files = make_cluster_files(folder)
    return dask_engine.security_of(files.authority, files.certificate, files.key)


def _is_turned_away(host: str, port: int, files: ClusterFiles | None) -> bool:
    """Whether somebody without the cluster's files, or with files of their own making, gets no answer."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if files is not None:
        context.load_cert_chain(files.certificate, files.key)
    with socket.create_connection((host, port), timeout=20) as line:
        try:
            with context.wrap_socket(line) as talk:
                talk.sendall(b"x" * 64)
                return talk.recv(64) == b""
        except (ssl.SSLError, ConnectionError):
            return True


@pytest.mark.slow
def test_the_cluster_speaks_the_same_language_and_only_with_its_own(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    from ocr.batch import dask_engine

    security = _security(tmp_path)
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
    with distributed.LocalCluster(**options, scheduler_port=0, protocol="tls", security=security) as cluster:
        address = cluster.scheduler_address
        outcomes = dict(
            dask_engine.run_pages(_tasks(4), reader=readers.raise_on_page_one, scheduler=address, security=security)
        )
        host, port = address.removeprefix("tls://").split(":")
        for files in (None, make_cluster_files(tmp_path / "khac")):
            assert _is_turned_away(host, int(port), files)
    failed = outcomes.pop(1)
    assert isinstance(failed, PageFailure) and failed.code == "fault_RuntimeError"
    assert all(isinstance(o, PageReading) for o in outcomes.values()) and len(outcomes) == 3


@pytest.mark.slow
def test_a_silent_scheduler_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from ocr.batch import dask_engine
    from ocr.errors import OcrError

    monkeypatch.setattr(dask_engine, "_CONNECT_SECONDS", 1)
    with pytest.raises(OcrError, match=r"127\.0\.0\.1:9") as caught:
        list(
            dask_engine.run_pages(
                _tasks(1), reader=readers.read_births, scheduler="tls://127.0.0.1:9", security=_security(tmp_path)
            )
        )
    assert caught.value.code == "no_scheduler"


def test_workers_run_tesseract_on_one_thread() -> None:
    list(run_pages(_tasks(1), reader=readers.read_births))
    assert os.environ["OMP_THREAD_LIMIT"] == "1"
