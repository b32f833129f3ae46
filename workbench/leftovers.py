"""Half-written files that a killed program left under names of their own, this program or one of years ago.

What is written today lies in folders named for its process (`storage.unfinished`) or is a small file that is replaced
the next time. Older programs wrote beside the target, under names that tell no process. A file is taken away when its
name is one of those, in the place where the program wrote them, and nobody has touched it for a day.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["start_sweeping", "sweep_leftovers"]

log = logging.getLogger(__name__)

_UNTOUCHED = 24 * 3600.0
"""Seconds: no write of ours pauses for a day."""
_PLACES = (
    ("scans/*", (".part-*", ".*.part")),
    ("backups", (".part-*", ".*.part")),
    ("proofs/*", ("*.part",)),
    ("cache/pages", ("*.part",)),
    ("", (".part-models",)),
)
"""Folders below the data folder, and how their unfinished files were called. Deliveries are no such place: what lies
there may be anybody's, and each export sweeps its own."""


def start_sweeping(data_dir: Path, backups: Path) -> threading.Thread:
    """Sweep beside the server's start, which waits for nothing: a province's scans are half a million names."""
    thread = threading.Thread(target=_sweep, args=(data_dir, backups), name="sweeping", daemon=True)
    thread.start()
    return thread


def _sweep(data_dir: Path, backups: Path) -> None:
    try:
        if swept := sweep_leftovers(data_dir, backups):
            log.warning("unfinished files of a program that was stopped were taken away: %d", swept)
    except OSError as error:  # the next start tries again
        log.warning("unfinished files were not looked for: %s", error)


def sweep_leftovers(data_dir: Path, backups: Path) -> int:
    """Take unfinished files away; how many.

    Args:
        data_dir: the data folder.
        backups: where the clock puts backups, on another disk perhaps.
    """
    before = time.time() - _UNTOUCHED
    return sum(_removed(path) for path in sorted(_unfinished(data_dir, backups)) if _last_touched(path) < before)


def _unfinished(data_dir: Path, backups: Path) -> Iterator[Path]:
    for place, names in _PLACES:
        for folder in [data_dir] if not place else data_dir.glob(place):
            for name in names:
                yield from folder.glob(name)
    if backups != data_dir / "backups":  # a folder that others may use too
        yield from backups.glob(".*.zip.part")


def _last_touched(path: Path) -> float:
    """When a file, or anything in a folder, was written last; later than everything where it cannot be told."""
    with suppress(OSError):
        if path.is_symlink():  # none of ours
            return float("inf")
        return max(found.lstat().st_mtime for found in (path, *path.rglob("*")))
    return float("inf")


def _removed(path: Path) -> bool:
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
        return True
    return False
