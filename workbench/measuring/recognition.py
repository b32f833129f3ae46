"""The benchmarks: of whole pages, whose scans are pre-filled and scored, and of lines of several writers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmark.learned_hands import LearnedResult, measure_learning
from benchmark.scoring import BenchmarkResult, benchmark
from benchmark.writers import KIND, ReadCrops, WriterLine, WritersResult, measure_writers, read_writer_lines
from corrections.thresholds import ANY, DEFAULT_THRESHOLDS
from ocr.handwriting.aster import AsterRecogniser
from ocr.handwriting.benchmark import read_by_tesseract
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.types import HandwritingModelError
from ocr.readings import Script
from workbench.config import Settings
from workbench.console import Advance
from workbench.errors import CommandError
from workbench.prefill import page_tasks, prefill_pages

__all__ = ["measure_folders", "measure_learned_hands", "measure_writer_lines", "truth_folders"]


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


def measure_writer_lines(folder: Path, advance: Advance, *, beside: bool) -> list[WritersResult]:
    """Lets the reader in use read every line of a folder of several writers.

    Args:
        folder: holds `labels.tsv` (columns path, text, writer) and the pictures.
        advance: called after each line.
        beside: let asterocr (where it is installed) and Tesseract read them too.

    Raises:
        CommandError: the folder cannot be read, or there is no usable model.
    """
    lines, ours = _lines_and_reader(folder)
    readers: dict[str, ReadCrops] = {f"sổ hộ tịch, mô hình {ours.version}": ours.read_lines}
    if beside:
        readers |= _others()
    advance(0, total=len(lines) * len(readers))
    cut = DEFAULT_THRESHOLDS.cut(ANY, KIND, Script.HANDWRITTEN.value)
    return measure_writers(lines, readers, cut, time.process_time, advance)


def measure_learned_hands(folder: Path, learn: int, advance: Advance) -> LearnedResult:
    """Lets the reader in use learn the first lines of each writer of a folder and read the others.

    Args:
        folder: holds `labels.tsv` (columns path, text, writer) and the pictures.
        learn: lines of each writer to learn from.
        advance: called after each line.

    Raises:
        CommandError: the folder cannot be read, or there is no usable model.
    """
    lines, ours = _lines_and_reader(folder)
    advance(0, total=len(lines))
    cut = DEFAULT_THRESHOLDS.cut(ANY, KIND, Script.HANDWRITTEN.value)
    return measure_learning(lines, ours, learn, cut, time.process_time, advance)


def _lines_and_reader(folder: Path) -> tuple[list[WriterLine], HandwritingRecogniser]:
    """The lines of a folder of several writers, and the reader in use, opened."""
    try:
        lines = read_writer_lines(folder)
        ours = HandwritingRecogniser()
        ours.check()
    except (OSError, ValueError, HandwritingModelError) as error:
        raise CommandError(f"Không đo được: {error}") from error
    return lines, ours


def _others() -> dict[str, ReadCrops]:
    """Other readers for comparison, those that are installed."""
    found: dict[str, ReadCrops] = {"Tesseract vie": read_by_tesseract}
    other = AsterRecogniser()
    try:
        other.check()
    except HandwritingModelError:
        return found
    return {f"asterocr {other.version}": other.read_lines} | found
