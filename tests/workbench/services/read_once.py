"""Books that are read the same way in many tests: read once in a test process, then their data folder is copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from corrections.entries import Book
from storage.opening.database import Database

__all__ = ["ReadOnce", "Standing", "standing"]

Standing = frozenset[tuple[str, int, int]]
"""Of each file of a folder its name, its bytes, and when it was written."""


def standing(data: Path) -> Standing:
    """What a data folder holds; whatever is written to it changes this. SQLite's memory between processes, which
    readers change too, is left out."""
    files = (path for path in data.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
    return frozenset((str(path.relative_to(data)), path.stat().st_size, path.stat().st_mtime_ns) for path in files)


class ReadOnce:
    """Data folders with one book, by the way in which it was read.

    Args:
        folder: where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, tuple[Path, Book]] = {}

    def book(self, way: object, database: Database, data: Path, read: Callable[[], Book]) -> Book:
        """The book of a data folder in which nothing was done yet: read, or copied from where it was read before.

        Args:
            way: what the reading depends on.
            database: of the data folder; opened again by itself.
            data: the folder; its office has the accounts of every other.
            read: reads the book into it.
        """
        key = repr(way)
        if key not in self._kept:
            kept, book = self._folder / str(len(self._kept)), read()
            database.close()  # all of it stands in the main file now
            shutil.copytree(data, kept)
            self._kept[key] = kept, book
            return book
        kept, book = self._kept[key]
        database.close()
        shutil.rmtree(data)
        shutil.copytree(kept, data)
        return book
