"""Talking to the terminal: messages and progress bars on standard error, results on standard output."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Protocol

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

__all__ = ["OUTPUT", "Advance", "AsJson", "complain", "print_json", "progress", "tell"]

_errors = Console(stderr=True, highlight=False, soft_wrap=True)
OUTPUT = Console(highlight=False, soft_wrap=True)
"""Standard output, for tables."""
if not OUTPUT.is_terminal:  # a file or a pipe has no width: do not fold tables
    OUTPUT = Console(highlight=False, soft_wrap=True, width=200)

AsJson = Annotated[bool, typer.Option("--json", help="In ra dạng JSON.")]
"""Option of every command whose answer a program may read."""


class Advance(Protocol):
    """Called after each piece of work; `total` may correct the expected number."""

    def __call__(self, step: int = 1, *, total: int | None = None) -> None: ...  # noqa: D102


def complain(message: str) -> None:
    """A line for the person at the terminal, on standard error."""
    _errors.print(message, markup=False)


def tell(message: Any) -> None:
    """A line or table of results, on standard output."""
    OUTPUT.print(message, markup=False) if isinstance(message, str) else OUTPUT.print(message)


def print_json(data: Any) -> None:
    """Results for a program, on standard output."""
    print(json.dumps(data, ensure_ascii=False, indent=1))


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator[Advance]:
    """A progress bar when standard error is a terminal; nothing otherwise."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_errors, transient=True, disable=not _errors.is_terminal) as bar:
        task = bar.add_task(title, total=total)

        def advance(step: int = 1, *, total: int | None = None) -> None:
            if total is not None:
                bar.update(task, total=total)
            bar.advance(task, step)

        yield advance
