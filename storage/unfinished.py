"""What is being written and bears no name yet: in a folder of its process, so that what a killed one left is found.

Each such folder is named for this machine and for the process that made it. The next one of the same kind in the same
place takes away those whose process is gone; those of other machines, which may share the place, stay.
"""

from __future__ import annotations

import os
import platform
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

__all__ = ["living_processes", "process_name", "settle", "settle_all", "unfinished_folder"]


def process_name(process: psutil.Process | None = None) -> str:
    """A process (this one, if none is named) told from all others, earlier ones with the same number too."""
    process = process or psutil.Process()
    return f"{process.pid}-{round(process.create_time() * 100)}"


def living_processes() -> set[str]:
    """Names of all processes that run now."""
    living = set()
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            living.add(process_name(process))
    return living


@contextmanager
def unfinished_folder(place: Path, purpose: str) -> Iterator[Path]:
    """A folder for files on their way, gone afterwards; leftovers of killed processes go first.

    Args:
        place: Existing folder on the file system where the finished files are to lie.
        purpose: Small Latin letters and hyphens; tells the kinds of such folders in one place apart.

    Raises:
        OSError: it cannot be made.
    """
    here = re.sub(r"\W", "", platform.node())
    living = living_processes()
    for left in place.glob(f".{purpose}.{here}.*"):
        if left.name.split(".")[3] not in living:
            shutil.rmtree(left, ignore_errors=True)
    folder = place / f".{purpose}.{here}.{process_name()}.{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settle(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk: a power cut then leaves no empty file of that name.

    Raises:
        OSError: the disk does not take it.
    """
    if path.is_dir() and os.name == "nt":  # Windows opens no folders; it writes names through by itself
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle_all(folder: Path) -> None:
    """Wait until every file below a folder is on the disk.

    Raises:
        OSError: the disk does not take it.
    """
    for path in (*folder.rglob("*"), folder):
        settle(path)
