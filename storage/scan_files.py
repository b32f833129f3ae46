"""Scan files, kept once each under the digest of their bytes and never changed.

A file is written beside its final place, flushed to the disk and renamed: a killed process or a full disk leaves
either the whole file or nothing under its name.
"""

from __future__ import annotations

import errno
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Row, select

from storage.clock import now, stamp
from storage.digests import sha256_of
from storage.errors import DatabaseBroken, DiskFull
from storage.schema import scans
from storage.separation import everything
from vietnamese.letters import shown_name

__all__ = ["ScanFile", "ScanFiles", "add_scan", "find_scan", "write_atomically"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanFile:
    """A kept scan file."""

    sha256: str
    file_name: str
    """Name it had when it was first imported."""
    bytes: int
    suffix: str
    """Lower case, with the dot."""


def write_atomically(target: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        DiskFull: nothing was left behind.
        DatabaseBroken: the folder cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    except OSError as error:
        raise _explained(error, target) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _explained(error, target) from error


def _explained(error: OSError, target: Path) -> Exception:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(str(target.parent))
    return DatabaseBroken(f"{error.strerror}: {target.parent}")


class ScanFiles:
    """The folder of scan files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, scan: ScanFile) -> Path:
        """Where a scan stands."""
        return self.place(scan.sha256, scan.suffix)

    def kept(self, source: str) -> Path:
        """Where a scan stands now that a reading knew under another path: the folder may have been moved."""
        return self.folder / Path(source).parent.name / Path(source).name

    def place(self, sha256: str, suffix: str) -> Path:
        """Where a scan of that digest and suffix stands."""
        return self.folder / sha256[:2] / f"{sha256}{suffix}"

    def keep(self, source: Path, *, name: str | None = None) -> ScanFile:
        """Copy a file in; does nothing when its bytes are there already, and puts a damaged copy right.

        Raises:
            DiskFull: nothing was kept.
            OSError: the source cannot be read.
        """
        scan = ScanFile(
            sha256=sha256_of(source),
            file_name=shown_name(name or source.name),
            bytes=source.stat().st_size,
            suffix=shown_name(source.suffix.lower())[:10],
        )
        if not self.is_intact(scan):
            write_atomically(self.path(scan), source.read_bytes())
        return scan

    def is_intact(self, scan: ScanFile) -> bool:
        """Whether the kept bytes still have their digest."""
        target = self.path(scan)
        return target.exists() and sha256_of(target) == scan.sha256


def _from_row(row: Row[tuple[object, ...]]) -> ScanFile:
    r = row._mapping
    return ScanFile(sha256=r["sha256"], file_name=r["file_name"], bytes=r["bytes"], suffix=r["suffix"])


def find_scan(connection: Connection, sha256: str) -> ScanFile | None:
    """The scan of that digest."""
    row = connection.execute(select(scans).where(scans.c.sha256 == sha256)).first()
    return _from_row(row) if row else None


def add_scan(connection: Connection, scan: ScanFile) -> None:
    """Note a scan; a known digest stays as it was first noted."""
    with everything(connection):  # the same file may have come to another office
        known = find_scan(connection, scan.sha256)
    if known is None:
        connection.execute(
            scans.insert().values(
                sha256=scan.sha256,
                file_name=scan.file_name,
                bytes=scan.bytes,
                suffix=scan.suffix,
                added_at=stamp(now()),
            )
        )
