"""From scans to pre-filled fields without a database: what the `prefill` command writes.

The JSON form is a contract with other programs; `schema` grows when it changes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from corrections.entries import FieldValue
from corrections.prefill import prefill_entry
from corrections.thresholds import DEFAULT_THRESHOLDS
from layouts.register_types import RegisterType
from ocr.batch.local_engine import run_pages
from ocr.batch.neighbours import with_neighbours
from ocr.batch.page_reader import read_task
from ocr.errors import ScanError
from ocr.readings import EntryReading, FieldReading, PageFailure, PageReading, PageTask
from ocr.scans.opening import expand_sources, list_pages
from workbench import __version__

__all__ = ["SCHEMA", "page_json", "page_tasks", "prefill_pages", "write_prefill"]

SCHEMA = 1


def page_tasks(
    sources: Iterable[Path],
    register_type: RegisterType | None,
    templates: Sequence[str] = (),
    *,
    left_out: list[str] | None = None,
) -> tuple[list[PageTask], list[PageFailure]]:
    """The pages of some scans (files, folders, .zip), and the files that could not be opened.

    Pages that follow each other in a file or folder are neighbours in their book.

    Args:
        sources: files and folders.
        register_type: known type of the book, or None.
        templates: YAML of an office's own templates, checked.
        left_out: takes the names of files in folders and archives that are no scans.
    """
    tasks: list[PageTask] = []
    failures: list[PageFailure] = []
    for source in sources:
        try:
            for file in expand_sources([source], left_out=left_out):
                _add_pages(file, register_type, tasks, failures)
        except ScanError as error:
            failures.append(PageFailure(source=str(source), page=0, code=error.code, message=error.message))
    own = tuple(templates)
    return with_neighbours([replace(task, template_texts=own) for task in tasks]), failures


def _add_pages(
    file: Path, register_type: RegisterType | None, tasks: list[PageTask], failures: list[PageFailure]
) -> None:
    try:
        for ref in list_pages(file):
            tasks.append(PageTask(source=str(ref.source), page=ref.page, register_type=register_type))
    except ScanError as error:
        failures.append(PageFailure(source=str(file), page=0, code=error.code, message=error.message))


def prefill_pages(
    tasks: Sequence[PageTask], unopened: Sequence[PageFailure], workers: int, timeout: float
) -> Iterator[dict[str, Any]]:
    """Reads pages and pre-fills their entries, in the order of the tasks; files that did not open come first.

    Yields:
        One JSON-ready dictionary a page; a page that cannot be read has `error` set and no entries.
    """
    yield from map(page_json, unopened)
    finished: dict[int, PageReading | PageFailure] = {}
    following = 0
    count = min(workers, max(1, len(tasks)))
    for index, outcome in run_pages(enumerate(tasks), reader=read_task, workers=count, timeout=timeout):
        finished[index] = outcome
        while following in finished:
            yield page_json(finished.pop(following))
            following += 1


def page_json(outcome: PageReading | PageFailure) -> dict[str, Any]:
    """One page in the form of the contract."""
    if isinstance(outcome, PageFailure):
        return {
            "source": outcome.source,
            "page": outcome.page,
            "register_type": None,
            "layout": None,
            "skew_degrees": 0.0,
            "seconds": round(outcome.seconds, 3),
            "script": None,
            "error": outcome.message,
            "error_code": outcome.code,
            "entries": [],
        }
    return {
        "source": outcome.source,
        "page": outcome.page,
        "half": outcome.half,
        "kind": outcome.kind.value,
        "register_type": outcome.register_type,
        "layout": outcome.layout,
        "layout_score": round(outcome.form_score, 3),
        "skew_degrees": round(outcome.skew_degrees, 3),
        "rotation": outcome.rotation,
        "seconds": round(outcome.seconds, 3),
        "steps": {step.step: round(step.seconds, 4) for step in outcome.steps},
        "script": outcome.script.value,
        "engine": outcome.engine,
        "error": None,
        "warnings": list(outcome.warnings),
        "book_values": outcome.book_values,
        "book_sure": outcome.book_sure,
        "facing": {"source": outcome.facing.source, "page": outcome.facing.page} if outcome.facing else None,
        "entries": [_entry_json(entry, outcome) for entry in outcome.entries],
    }


def _entry_json(entry: EntryReading, page: PageReading) -> dict[str, Any]:
    assert page.register_type is not None, "a page with entries has a register type"
    values, findings = prefill_entry(
        entry, page.register_type, book=None, thresholds=DEFAULT_THRESHOLDS, warnings=page.warnings
    )
    return {
        "region": entry.region,
        "state": entry.state.value,
        "box": [round(x, 5) for x in entry.box],
        "signatures": [
            {
                "title": s.title,
                "signed": s.signed,
                "confidence": round(s.confidence, 4),
                "box": [round(x, 5) for x in s.box],
            }
            for s in entry.signatures
        ],
        "fields": {name: _field_json(values[name], reading) for name, reading in entry.fields.items()},
        "findings": [
            {"check": f.check, "severity": f.severity.value, "message": f.message, "columns": list(f.columns)}
            for f in findings
        ],
    }


def _field_json(value: FieldValue, reading: FieldReading) -> dict[str, Any]:
    quads = [[[round(x, 5), round(y, 5)] for x, y in quad] for quad in reading.quads]
    return {
        "text": value.text,
        "normalized": value.normalized,
        "confidence": round(value.confidence, 4),
        "needs_review": value.needs_review,
        "engine": reading.engine,
        "script": reading.script.value if reading.script else None,
        "quad": quads[0] if len(quads) == 1 else quads or None,
        "on_facing_page": reading.facing,
        "box": [round(x, 5) for x in reading.box] if reading.box else None,
        "alternatives": [[a.text, round(a.probability, 4)] for a in reading.alternatives],
        "flags": list(reading.flags),
    }


def write_prefill(pages: Sequence[dict[str, Any]], out: Path) -> None:
    """Writes the result file whole or not at all: a full disk or a killed process leaves the old file.

    Raises:
        OSError: the folder or the disk refuses.
    """
    engines = dict.fromkeys(page["engine"] for page in pages if page.get("engine"))
    result = {"schema": SCHEMA, "engine": "; ".join([f"workbench {__version__}", *engines]), "pages": pages}
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            json.dump(result, file, ensure_ascii=False)
        part.replace(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
