"""Which pages lie next to each other in a book: a sheet's reverse, or the other half of a table over two pages."""

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
        replace(task, page_before=_place(task, previous), page_after=_place(task, following))
        for task, previous, following in zip_longest(tasks, before, tasks[1:])
        if task is not None
    ]


def _place(task: PageTask, other: PageTask | None) -> tuple[str, int] | None:
    if other is None or Path(other.source).parent != Path(task.source).parent:
        return None
    return other.source, other.page
