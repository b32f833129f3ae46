"""Which pages lie next to each other in a book: the reverse of a sheet is the page before or after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from ocr.readings import PageTask

__all__ = ["with_neighbours"]


def with_neighbours(tasks: Sequence[PageTask]) -> list[PageTask]:
    """Tasks in reading order, each told the pages before and after it; files of different folders are strangers."""
    before = [None, *tasks[:-1]] if tasks else []
    return [
        replace(task, neighbours=_places(task, (following, previous)))
        for task, previous, following in zip_longest(tasks, before, tasks[1:])
        if task is not None
    ]


def _places(task: PageTask, around: Sequence[PageTask | None]) -> tuple[tuple[str, int], ...]:
    folder = Path(task.source).parent
    return tuple((other.source, other.page) for other in around if other and Path(other.source).parent == folder)
