"""Read pages on a Dask cluster: several machines that see the same folder of scans.

The interface is that of the local engine. Workers need this program installed and the scan folder under the same path;
they never touch the database.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from distributed import Client, Future, KilledWorker, Security, as_completed

from ocr.batch.local_engine import PageOutcome, Reader, given_up
from ocr.errors import OcrError
from ocr.readings import PageFailure, PageTask

__all__ = ["run_pages", "security_of"]

_AHEAD = 3
"""Pages queued for each thread of the cluster: enough to keep it busy, few enough to stop soon."""
_POLL_SECONDS = 1.0
"""Between two looks at whether somebody asked to stop, by judgement."""
_CONNECT_SECONDS = 10
"""Until a scheduler that does not answer is given up, by judgement."""
_BETWEEN_LOOKS = 0.02
"""Seconds between two looks at the pages that are done: nothing beside the seconds a page takes."""


def security_of(authority: Path, certificate: Path, key: Path) -> Security:
    """TLS both ways, and nothing else, with the files that only machines of the cluster hold."""
    return Security(
        require_encryption=True,
        tls_ca_file=str(authority),
        tls_client_cert=str(certificate),
        tls_client_key=str(key),
        tls_scheduler_cert=str(certificate),
        tls_scheduler_key=str(key),
        tls_worker_cert=str(certificate),
        tls_worker_key=str(key),
    )


def run_pages(
    tasks: Iterable[tuple[int, PageTask]],
    *,
    reader: Reader,
    scheduler: str,
    security: Security,
    timeout: float = 120.0,
) -> Iterator[tuple[int, PageOutcome]]:
    """Read pages on the cluster and yield each outcome as it comes.

    Args:
        tasks: A key of the caller's and a page each.
        reader: Reads one page; runs on the cluster.
        scheduler: Address of the scheduler, `tls://host:8786`.
        security: Certificates of the cluster; without them nobody is answered, and nothing is sent in the open.
        timeout: Seconds of reading after which a page is given up.

    Raises:
        OcrError: `no_scheduler`: nobody answers at that address.
    """
    try:
        client = Client(scheduler, security=security, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise OcrError(
            "no_scheduler",
            f"Không nối được bộ điều phối Dask tại «{scheduler}». Hãy kiểm tra địa chỉ và máy đó đã chạy chưa, "
            "hoặc bỏ tùy chọn --scheduler để đọc trên máy này.",
        ) from error
    with client:
        yield from _run(client, iter(tasks), reader, timeout)


def _run(
    client: Client, source: Iterator[tuple[int, PageTask]], reader: Reader, timeout: float
) -> Iterator[tuple[int, PageOutcome]]:
    waiting: dict[Future, tuple[int, PageTask, float]] = {}
    done = as_completed(loop=client.loop)
    try:
        while True:
            ahead = _AHEAD * max(1, sum(client.nthreads().values()))
            while len(waiting) < ahead and (following := next(source, None)) is not None:
                key, task = following
                # Each page is a task of its own even when the same page was read before: results are not cached.
                future = client.submit(reader, task, pure=False, retries=0)
                waiting[future] = (key, task, time.monotonic())
                done.add(future)
            if not waiting:
                return
            yield from _finished(done, waiting)
            yield from _late(waiting, timeout * _AHEAD)
    finally:
        client.cancel(list(waiting))


def _finished(done: Any, waiting: dict[Future, tuple[int, PageTask, float]]) -> Iterator[tuple[int, PageOutcome]]:
    deadline = time.monotonic() + _POLL_SECONDS
    while time.monotonic() < deadline:
        if done.has_ready():
            for future in done.next_batch(block=False):
                if future in waiting:
                    key, task, started = waiting.pop(future)
                    yield key, _outcome(future, task, time.monotonic() - started)
            return
        time.sleep(_BETWEEN_LOOKS)


def _outcome(future: Future, task: PageTask, seconds: float) -> PageOutcome:
    error = future.exception()
    if error is None:
        result: PageOutcome = future.result()
        return result
    crashed = isinstance(error, KilledWorker)
    code = "worker_crashed" if crashed else f"fault_{type(error).__name__}"
    message = "Máy đọc trang này gặp lỗi. Hãy đọc lại trang; nếu vẫn lỗi, hãy quét lại trang."
    return PageFailure.of(task, code, message, seconds)


def _late(waiting: dict[Future, tuple[int, PageTask, float]], timeout: float) -> Iterator[tuple[int, PageOutcome]]:
    for future, (key, task, started) in list(waiting.items()):
        failure = given_up(task, time.monotonic() - started, timeout)
        if failure is not None:
            del waiting[future]
            future.cancel(force=True)
            yield key, failure
