"""Workbooks read under a limit of memory and of time: a file of nine megabytes may unpack to gigabytes, or to days.

A small workbook (by what its parts unpack to, which the archive tells) is read here: it cannot take much. Any other is
read in a process of its own that ends when it needs more than its share; rows come over in batches, so a sheet of a
million rows needs no more here than one batch.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import psutil

from exports.errors import WorkbookError

__all__ = ["bounded", "bounded_rows"]

_T = TypeVar("_T")
MEMORY_LIMIT = 1_500 * 1024 * 1024
"""Bytes the reading process may hold; a million rows of twelve columns take about a third."""
SMALL_UNPACKED = 24 * 1024 * 1024
"""Bytes that all parts of a workbook read here may unpack to, by judgement: its rows pass by and take no more."""
_SMALL_REST = 1024 * 1024
"""Bytes of what is not rows: styles and names are built up as objects a hundred times their size."""
_BATCH = 500
"""Rows a message, by judgement."""
_LOOK_EVERY = 0.05
"""Seconds between two looks at the memory: in so short a time no more than some 100 MB are taken."""
TIME_LIMIT = 900.0
"""Seconds of processor time without an answer of the reading process. 30,000 rows of twelve columns took 5 seconds
(measured), so the largest sheet there can be, a million, takes three minutes. Processor time, so that a busy machine
refuses no file."""
_ASK_EVERY = 1.0
"""Seconds of waiting between two looks at the processor time."""
_TOO_LARGE = 70
"""Exit status of a reading process that needed too much memory."""


class _Sent(StrEnum):
    """What a message of the reading process carries."""

    ROWS = "rows"
    FAULT = "fault"
    END = "end"


def bounded(path: Path, reader: Callable[..., _T], *arguments: Any) -> _T:
    """What `reader(path, *arguments)` returns, under the limit.

    Raises:
        WorkbookError: `too_large`, `too_slow`, or as the reader.
    """
    if _is_small(path):
        return reader(path, *arguments)
    result: _T
    (result,) = _from_process(path, _one, (reader, path, *arguments))
    return result


def bounded_rows(path: Path, reader: Callable[..., Iterator[_T]], *arguments: Any) -> Iterator[_T]:
    """What `reader(path, *arguments)` yields, under the limit.

    Raises:
        WorkbookError: `too_large`, `too_slow`, or as the reader; perhaps in the middle.
    """
    if _is_small(path):
        yield from reader(path, *arguments)
    else:
        yield from _from_process(path, reader, (path, *arguments))


def _one(reader: Callable[..., _T], *arguments: Any) -> Iterator[_T]:
    yield reader(*arguments)


def _is_small(path: Path) -> bool:
    """Whether reading cannot take much memory; a file that is no archive is refused before anything of it is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = [(i.filename, i.file_size) for i in archive.infolist()]
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return True  # the reader refuses it, and says what is wrong with it
    rows = ("xl/worksheets/", "xl/sharedStrings")
    rest = sum(size for name, size in sizes if not name.startswith(rows))
    return sum(size for _, size in sizes) <= SMALL_UNPACKED and rest <= _SMALL_REST


def _from_process(path: Path, reader: Callable[..., Iterator[Any]], arguments: tuple[Any, ...]) -> Iterator[Any]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(theirs, reader, arguments, MEMORY_LIMIT), daemon=True)
    process.start()
    theirs.close()
    try:
        while True:
            _wait_for(ours, process.pid, path)
            kind, content = ours.recv()
            if kind is _Sent.ROWS:
                yield from content
            elif kind is _Sent.FAULT:
                raise content
            else:
                return
    except EOFError as error:
        process.join(10)
        raise WorkbookError(
            "too_large",
            f"Tệp {path.name} cần quá nhiều bộ nhớ khi mở (quá {MEMORY_LIMIT // 1024**2} MB). Hãy tách thành các tệp "
            "nhỏ hơn, hoặc sao chép phần dữ liệu sang một tệp mới rồi nhập lại. Chưa có dòng nào được nhập.",
        ) from error
    finally:
        ours.close()
        if process.is_alive():
            process.kill()
        process.join(10)


def _wait_for(pipe: Connection, pid: int | None, path: Path) -> None:
    """Until the reading process says something, or has worked for too long without.

    Asked from here: one long step of a library leaves the process itself no moment to look at its clock.
    """
    begun = _worked(pid)
    while not pipe.poll(_ASK_EVERY):
        if _worked(pid) - begun > TIME_LIMIT:
            raise WorkbookError(
                "too_slow",
                f"Tệp {path.name} mở quá lâu mà không ra dòng nào. Hãy sao chép phần dữ liệu sang một tệp mới rồi nhập "
                "lại. Chưa có dòng nào được nhập.",
            )


def _worked(pid: int | None) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:  # it has ended: the pipe says how
        return 0.0
    return float(times.user + times.system)


def _serve(pipe: Connection, reader: Callable[..., Iterator[Any]], arguments: tuple[Any, ...], limit: int) -> None:
    """In the reading process: watch the memory, and send what is read."""
    _cap_address_space(3 * limit)
    threading.Thread(target=_watch, args=(limit,), daemon=True).start()
    try:
        rows = reader(*arguments)
        while batch := list(islice(rows, _BATCH)):
            pipe.send((_Sent.ROWS, batch))
        pipe.send((_Sent.END, None))
    except MemoryError:
        os._exit(_TOO_LARGE)
    except Exception as error:
        pipe.send((_Sent.FAULT, error))


def _cap_address_space(limit: int) -> None:
    """Where the system can: a single huge allocation fails at once, before the watch sees it."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _watch(limit: int) -> None:
    me = psutil.Process()
    while True:
        if me.memory_info().rss > limit:
            os._exit(_TOO_LARGE)
        time.sleep(_LOOK_EVERY)
