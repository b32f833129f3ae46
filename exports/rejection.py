"""The import tool's answer: take its rejection list, an Excel or pasted text, back to the entries.

No list of the tool's own messages is known, so nothing is expected of its form: a line is tied to an entry by the
name of a PDF, by the number of a row, or by a registration number with its year, whatever it holds of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from exports.bounded import bounded
from exports.manifest import Manifest
from exports.names import number_parts, parse_case_name
from exports.spreadsheets import open_sheets

__all__ = ["RejectedEntry", "RejectionList", "match_rejections", "read_rejections", "rejections_in_text"]

_MOST_ROWS = 100_000
"""Rows of a list of refused entries. By judgement."""
_PDF = re.compile(r"[A-Z]{2,3}\.\d{4}\.\d{2,3}\.\d{4}-\d{2}-\d{2}\.\d{2,6}[a-z]{0,4}(?:-\d{1,2})?(?:\.pdf)?")
_ROW = re.compile(r"\b(?:dòng|hàng|row|line)\s*(?:số|thứ)?\s*[:#]?\s*(\d{1,6})\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w/.-])\d{1,5}[a-zđ]?/\d{4}\b", re.IGNORECASE)
"""A number with its year; not the end of a date (20/05/1998)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedEntry:
    """An entry the import tool refused."""

    entry_id: int
    message: str
    """The tool's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionList:
    """What became of the lines of a rejection list."""

    entries: tuple[RejectedEntry, ...]
    unmatched: tuple[str, ...]
    """Lines that name no case of this delivery; a person reads them."""


def rejections_in_text(text: str) -> tuple[str, ...]:
    """The lines of a pasted text."""
    return tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())


def read_rejections(path: Path) -> tuple[str, ...]:
    """The lines of an Excel list, the cells of a row joined; text files are taken too.

    Raises:
        WorkbookError: an .xlsx that cannot be read.
    """
    if path.suffix.lower() in (".txt", ".csv", ".log"):
        return rejections_in_text(path.read_text(encoding="utf-8-sig", errors="replace"))
    return bounded(path, _lines)


def _lines(path: Path) -> tuple[str, ...]:
    lines = []
    with open_sheets(path) as file:
        for sheet in file.sheets:
            for _, texts in sheet.rows(most_rows=_MOST_ROWS, formulas_empty=True):
                lines.append(" | ".join(t.strip() for t in texts if t.strip()))
    return tuple(lines)


def match_rejections(lines: Iterable[str], manifest: Manifest, numbers: Sequence[tuple[int, str]]) -> RejectionList:
    """Tie each line to the entry it names.

    Args:
        lines: from `read_rejections` or `rejections_in_text`.
        manifest: of the delivery that was refused.
        numbers: entry id and `so` with year (`045/1998`) of the delivered cases. The volume (`01/1998`) looks like
            a number; where it stands in a line as the manifest has it, it is passed over.
    """
    by_name = {case.name: case.entry_id for case in manifest.cases}
    by_row = {case.row: case.entry_id for case in manifest.cases}
    by_number = _unique_numbers(numbers)
    volume = re.compile(rf"(?<!\d){re.escape(manifest.volume)}\b")
    found, unmatched = [], []
    for line in lines:
        entry_id = _entry_of(volume.sub(" ", line), by_name, by_row, by_number)
        if entry_id is None:
            unmatched.append(line)
        else:
            found.append(RejectedEntry(entry_id=entry_id, message=line))
    return RejectionList(entries=tuple(found), unmatched=tuple(unmatched))


def _entry_of(
    line: str, by_name: dict[str, int], by_row: dict[int, int], by_number: dict[tuple[str, str, str], int]
) -> int | None:
    """The surest sign first: the PDF's name, then the number with its year, then the row."""
    name = _PDF.search(line)
    if name:
        full = name[0] if name[0].endswith(".pdf") else f"{name[0]}.pdf"
        return by_name.get(full) if parse_case_name(full) else None
    named = {by_number[p] for text in _NUMBER.findall(line) if (p := number_parts(text)) and p in by_number}
    if len(named) == 1:
        return named.pop()
    row = _ROW.search(line)
    return by_row.get(int(row[1])) if row else None


def _unique_numbers(numbers: Sequence[tuple[int, str]]) -> dict[tuple[str, str, str], int]:
    """Entries by number; a number that two entries have points to neither."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for entry_id, text in numbers:
        parts = number_parts(text)
        if parts and parts[2]:
            found.setdefault(parts, []).append(entry_id)
    return {parts: ids[0] for parts, ids in found.items() if len(ids) == 1}
