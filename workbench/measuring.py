"""The benchmark of whole pages: pre-fills the scans beside a truth file and scores them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ocr.benchmark.scoring import BenchmarkResult, benchmark
from workbench.config import Settings
from workbench.prefill import page_tasks, prefill_pages

__all__ = ["measure_folders", "truth_folders"]


def truth_folders(roots: Sequence[Path]) -> list[Path]:
    """The folders with a `truth.jsonl` among and below some folders, in order."""
    found = {path.parent for root in roots for path in root.rglob("truth.jsonl")}
    return sorted(found)


def measure_folders(
    folders: Sequence[Path], settings: Settings, workers: int, advance: Callable[[], None]
) -> BenchmarkResult:
    """Reads every scan that a truth file names, forms unknown beforehand, and scores the result.

    Args:
        folders: each holds scans and their `truth.jsonl`.
        settings: timeout of a page.
        workers: worker processes.
        advance: called after each page.

    Raises:
        OSError, ValueError: a truth file cannot be read.
    """
    scans = [folder / row["file"] for folder in folders for row in _truth_rows(folder)]
    tasks, unopened = page_tasks(scans, register_type=None)
    pages = []
    for page in prefill_pages(tasks, unopened, workers, settings.page_timeout):
        pages.append(page)
        advance()
    return benchmark(folders, pages)


def _truth_rows(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]
