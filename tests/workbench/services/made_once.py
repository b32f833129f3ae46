"""Offices that many tests bring to the same state: brought there once a test process, then their folder is copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from storage.opening.database import Database

__all__ = ["MadeOnce", "Standing", "standing"]

_T = TypeVar("_T")
Standing = frozenset[tuple[str, int, int]]
"""Of each file of a folder its name, its bytes, and when it was written."""


def standing(data: Path) -> Standing:
    """What a data folder holds; whatever is written to it changes this. SQLite's memory between processes, which
    readers change too, is left out."""
    files = (path for path in data.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
    return frozenset((str(path.relative_to(data)), path.stat().st_size, path.stat().st_mtime_ns) for path in files)


class MadeOnce:
    """Data folders by the way in which they were made.

    Args:
        folder: where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, tuple[Path, Any]] = {}

    def after(self, way: object, database: Database, data: Path, make: Callable[[], _T]) -> _T:
        """What `make` gives when it has changed a data folder in which nothing was done yet; or that of before, and the
        folder as it was then.

        Args:
            way: what tells `make` from every other.
            database: of the data folder; opened again by itself.
            data: the folder; its office has the accounts of every other.
            make: changes the folder; what it gives names nothing of this test alone, as contexts do.
        """
        key = repr(way)
        if key not in self._kept:
            made = make()
            kept = self._folder / str(len(self._kept))
            database.close()  # all of it stands in the main file now
            shutil.copytree(data, kept)
            self._kept[key] = kept, made
            return made
        kept, made = self._kept[key]
        database.close()
        shutil.rmtree(data)
        shutil.copytree(kept, data)
        return made
