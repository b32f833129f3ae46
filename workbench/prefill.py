"""From scans to pre-filled fields without a database: what the `prefill` command writes.

The JSON form is a contract with other programs; `schema` grows when it changes.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corrections.book_evidence.applying import findings_after
from corrections.book_evidence.decide import Decided, decide_book
from corrections.book_evidence.ink import EntryInk, entry_ink
from corrections.entries import Book, FieldValue, Finding
from corrections.prefill import prefill_entry
from corrections.thresholds import DEFAULT_THRESHOLDS
from layouts.columns import columns_by_name
from layouts.register_types import RegisterType
from ocr.batch.local_engine import run_pages
from ocr.batch.neighbours import with_neighbours
from ocr.batch.page_reader import read_task
from ocr.errors import ScanError
from ocr.readings import EntryReading, FieldReading, PageFailure, PageReading, PageTask
from ocr.scans.opening import expand_sources, list_pages
from vietnamese.units import UNKNOWN_PLACE, office_place
from workbench import __version__

__all__ = [
    "SCHEMA",
    "DeclaredBook",
    "book_json",
    "page_json",
    "page_tasks",
    "prefill_pages",
    "read_outcomes",
    "write_prefill",
]

SCHEMA = 1
"""Of the written file; raised when a program that reads it would misunderstand the new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredBook:
    """What is declared of the one book whose pages are read, without a database.

    Attributes:
        office: registering authority in words (`UBND xã ..., huyện ..., tỉnh ...`), or empty.
        volume: `nn/yyyy`, or empty.
        register_type: of the book; None where the pages tell.
    """

    office: str
    volume: str
    register_type: RegisterType | None = None

    def as_book(self, kind: RegisterType) -> Book:
        """The book's record."""
        return Book(id=0, register_type=kind, volume_number=self.volume, office=self.office)


def page_tasks(
    sources: Iterable[Path],
    register_type: RegisterType | None,
    templates: Sequence[str] = (),
    book: DeclaredBook | None = None,
    *,
    left_out: list[str] | None = None,
) -> tuple[list[PageTask], list[PageFailure]]:
    """The pages of some scans (files, folders, .zip), and the files that could not be opened.

    Pages that follow each other in a file or folder are neighbours in their book.

    Args:
        sources: files and folders.
        register_type: known type of the book, or None.
        templates: YAML of an office's own templates, checked.
        book: what is declared of the one book that all scans belong to, or None.
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
    own, place = tuple(templates), office_place(book.office, book.volume) if book else UNKNOWN_PLACE
    return with_neighbours([replace(task, template_texts=own, book_place=place) for task in tasks]), failures


def _add_pages(
    file: Path, register_type: RegisterType | None, tasks: list[PageTask], failures: list[PageFailure]
) -> None:
    try:
        for ref in list_pages(file):
            tasks.append(PageTask(source=str(ref.source), page=ref.page, register_type=register_type))
    except ScanError as error:
        failures.append(PageFailure(source=str(file), page=0, code=error.code, message=error.message))


def read_outcomes(
    tasks: Sequence[PageTask], unopened: Sequence[PageFailure], workers: int, timeout: float
) -> Iterator[PageReading | PageFailure]:
    """Reads pages, in the order of the tasks; files that did not open come first."""
    yield from unopened
    finished: dict[int, PageReading | PageFailure] = {}
    following = 0
    count = min(workers, max(1, len(tasks)))
    for index, outcome in run_pages(enumerate(tasks), reader=read_task, workers=count, timeout=timeout):
        finished[index] = outcome
        while following in finished:
            yield finished.pop(following)
            following += 1


def prefill_pages(
    tasks: Sequence[PageTask], unopened: Sequence[PageFailure], workers: int, timeout: float
) -> Iterator[dict[str, Any]]:
    """Reads pages and pre-fills their entries, each by itself.

    Yields:
        One JSON-ready dictionary a page; a page that cannot be read has `error` set and no entries.
    """
    yield from map(page_json, read_outcomes(tasks, unopened, workers, timeout))


def book_json(outcomes: Sequence[PageReading | PageFailure], book: DeclaredBook) -> list[dict[str, Any]]:
    """Pages of one book in its order, every entry weighed with all the others; one dictionary a page."""
    types = Counter(o.register_type for o in outcomes if isinstance(o, PageReading) and o.entries and o.register_type)
    if not types:
        return [page_json(outcome) for outcome in outcomes]
    kind = book.register_type or types.most_common(1)[0][0]
    known = book.as_book(kind)
    prefilled = {
        (number, entry.region): _prefilled(entry, outcome, known)
        for number, outcome in enumerate(outcomes)
        if isinstance(outcome, PageReading) and outcome.register_type == kind
        for entry in outcome.entries
    }
    inks = [found.ink for found in prefilled.values() if found.ink is not None]
    decided = decide_book(inks, kind, known, thresholds=DEFAULT_THRESHOLDS)
    weighed = {key: found.after(one, kind) for (key, found), one in zip(prefilled.items(), decided, strict=True)}
    return [
        page_json(outcome, {region: found for (at, region), found in weighed.items() if at == number})
        for number, outcome in enumerate(outcomes)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prefilled:
    """An entry pre-filled, and what its ink may say besides."""

    values: Mapping[str, FieldValue]
    findings: tuple[Finding, ...]
    ink: EntryInk | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)

    def after(self, decided: Decided, register_type: RegisterType) -> _Prefilled:
        """The entry as its book decides it."""
        values = {**self.values, **decided.values}
        changed = tuple(name for name, value in values.items() if value.normalized != self.values[name].normalized)
        findings = findings_after(register_type, self.findings, values, changed, decided)
        return _Prefilled(values=values, findings=findings, reasons=decided.reasons)


def _prefilled(entry: EntryReading, page: PageReading, book: Book | None) -> _Prefilled:
    if page.register_type is None:
        raise ValueError("a page with entries has a register type")
    values, findings = prefill_entry(
        entry, page.register_type, book=book, thresholds=DEFAULT_THRESHOLDS, warnings=page.warnings
    )
    known = columns_by_name(page.register_type)
    return _Prefilled(values=values, findings=findings, ink=entry_ink(entry, known, values, book, findings))


def page_json(outcome: PageReading | PageFailure, weighed: Mapping[int, _Prefilled] | None = None) -> dict[str, Any]:
    """One page in the form of the contract; `weighed` are its entries by region where their book was weighed."""
    ready = weighed or {}
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
        "entries": [
            _entry_json(entry, ready.get(entry.region) or _prefilled(entry, outcome, None)) for entry in outcome.entries
        ],
    }


def _entry_json(entry: EntryReading, prefilled: _Prefilled) -> dict[str, Any]:
    values, reasons = prefilled.values, prefilled.reasons
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
        "fields": {
            name: _field_json(values[name], reading, reasons.get(name, "")) for name, reading in entry.fields.items()
        },
        "findings": [
            {"check": f.check, "severity": f.severity.value, "message": f.message, "columns": list(f.columns)}
            for f in prefilled.findings
        ],
    }


def _field_json(value: FieldValue, reading: FieldReading, reason: str) -> dict[str, Any]:
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
        "decided_by_book": reason,
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
