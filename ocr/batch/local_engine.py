"""Read pages in worker processes of this machine.

Each worker is a process of its own with a pipe, not a member of a shared pool: in `ProcessPoolExecutor` one worker that
dies breaks the whole pool and fails pages that others were reading, and a worker that hangs cannot be ended alone.
Here a crash, a hang or a hunger for memory costs the page at hand and nothing else.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

import psutil

from ocr.readings import PageFailure, PageReading, PageTask

__all__ = ["PageOutcome", "Reader", "given_up", "run_pages"]

PageOutcome = PageReading | PageFailure
Reader = Callable[[PageTask], PageOutcome]
"""A function a spawned process can import (top level of a module)."""

MEMORY_LIMIT = 1024 * 1024 * 1024
"""Bytes a worker may keep after a page before it is replaced."""
_POLL_SECONDS = 0.5
"""At most between two looks at the clocks of the pages being read, by judgement."""
_GRACE_SECONDS = 5.0
"""For a worker to end by itself before it is killed, by judgement."""
_LOOK_AGAIN = 0.25
"""Share of a page's seconds after which one that is over them is looked at again."""
_STANDS_STILL = 0.005
"""A worker that had less of the processor than this share of the time hangs; beside thirteen busy programs of two cores
a reading one of low priority had three times as much."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    key: int = -1
    task: PageTask | None = None
    started: float = 0.0
    had_before: float = 0.0
    """Seconds of the processor before this page."""
    looked: float = 0.0
    had: float = 0.0
    """Seconds of the processor at the last look."""

    def send(self, key: int, task: PageTask) -> None:
        self.key, self.task, self.started = key, task, time.monotonic()
        self.looked, self.had_before = self.started, self.processor_seconds()
        self.had = self.had_before
        self.pipe.send(task)

    def processor_seconds(self) -> float:
        """What this process and the programs it started have had of the processor."""
        try:
            process = psutil.Process(self.process.pid)
            times = [p.cpu_times() for p in (process, *process.children(recursive=True))]
        except psutil.Error:  # it ends just now
            return self.had
        return float(sum(t.user + t.system + t.children_user + t.children_system for t in times))

    def only_waits(self, timeout: float) -> bool:
        """Whether a page that is over its seconds is held up by other programs: it goes on, and has not had them."""
        now, had = time.monotonic(), self.processor_seconds()
        if had - self.had_before > timeout:
            return False
        if now - self.looked < timeout * _LOOK_AGAIN:
            return True
        goes_on = had - self.had > (now - self.looked) * _STANDS_STILL
        self.looked, self.had = now, had
        return goes_on

    def end(self) -> None:
        self.pipe.close()
        if self.process.is_alive():
            self.process.kill()
        self.process.join(_GRACE_SECONDS)
        self.process.close()


def run_pages(
    tasks: Iterable[tuple[int, PageTask]],
    *,
    reader: Reader,
    workers: int = 1,
    timeout: float = 120.0,
    memory_limit: int = MEMORY_LIMIT,
) -> Iterator[tuple[int, PageOutcome]]:
    """Read pages and yield each outcome as soon as it is there, in the order they finish.

    Tasks are drawn one by one as workers become free, so a later task may be made from what earlier pages taught.
    Closing the iterator ends the workers.

    Args:
        tasks: A key of the caller's and a page each.
        reader: Reads one page; runs in the worker.
        workers: Processes.
        timeout: Seconds of the processor after which a page is given up; by the clock, where it stands still.
        memory_limit: Bytes a worker may hold after a page before it is replaced.
    """
    # Tesseract's own threads make several processes two to five times slower than one thread each.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    source = iter(tasks)
    pool: list[_Worker] = []
    try:
        while True:
            _feed(pool, source, reader, workers)
            busy = [(worker, worker.task) for worker in pool if worker.task is not None]
            if not busy:
                return
            wait([w.pipe for w, _ in busy] + [w.process.sentinel for w, _ in busy], timeout=_POLL_SECONDS)
            for worker, task in busy:
                outcome = _collect(worker, task, timeout)
                if outcome is None:
                    continue
                key = worker.key
                if not _still_good(worker, memory_limit):
                    pool.remove(worker)
                    worker.end()
                yield key, outcome
    finally:
        for worker in pool:
            worker.end()


def _feed(pool: list[_Worker], source: Iterator[tuple[int, PageTask]], reader: Reader, workers: int) -> None:
    """Give every free place a page; workers are started only when there is one for them."""
    while sum(w.task is not None for w in pool) < max(1, workers):
        following = next(source, None)
        if following is None:
            return
        free = next((w for w in pool if w.task is None), None)
        if free is None:
            free = _start(reader)
            pool.append(free)
        free.send(*following)


def _start(reader: Reader) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, reader), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process=process, pipe=ours)


def _collect(worker: _Worker, task: PageTask, timeout: float) -> PageOutcome | None:
    """The outcome of a worker's page; None while it is still reading."""
    try:
        if worker.pipe.poll():
            outcome: PageOutcome = worker.pipe.recv()
            worker.task = None
            return outcome
    except (EOFError, OSError):
        message = "Tiến trình đọc trang này bị dừng đột ngột. Hãy đọc lại trang; nếu vẫn lỗi, hãy quét lại trang."
        return PageFailure.of(task, "worker_crashed", message, time.monotonic() - worker.started)
    failure = given_up(task, time.monotonic() - worker.started, timeout)
    return None if failure and worker.only_waits(timeout) else failure


def given_up(task: PageTask, seconds: float, timeout: float) -> PageFailure | None:
    """The failure of a page that has been read for so long; None while it is within its seconds."""
    if seconds <= timeout:
        return None
    message = f"Đọc trang này quá {timeout:.0f} giây nên đã bỏ qua. Hãy đọc lại trang; nếu vẫn lỗi, hãy quét lại trang."
    return PageFailure.of(task, "timeout", message, seconds)


def _still_good(worker: _Worker, memory_limit: int) -> bool:
    """Whether a worker may read another page: it is idle, alive and has not grown too large."""
    if worker.task is not None or worker.process.pid is None:
        return False
    try:
        return bool(psutil.Process(worker.process.pid).memory_info().rss <= memory_limit)
    except psutil.NoSuchProcess:
        return False


def _work(pipe: Connection, reader: Reader) -> None:
    """The worker process: read what comes until the pipe closes."""
    while True:
        try:
            task: PageTask = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        pipe.send(_read_guarded(reader, task))


def _read_guarded(reader: Reader, task: PageTask) -> PageOutcome:
    """The reader's outcome; a fault of the program becomes a failure of this page, named by its class for the log."""
    start = time.monotonic()
    try:
        return reader(task)
    except Exception as error:
        message = (
            "Chương trình gặp lỗi khi đọc trang này; các trang khác vẫn được đọc. "
            "Hãy đọc lại trang, hoặc nhập tay và báo lỗi cho người quản trị."
        )
        return PageFailure.of(task, f"fault_{type(error).__name__}", message, time.monotonic() - start)
