"""What is read together: a page by itself, or the two halves of a table on one scan or on two neighbouring ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from layouts.forms import FormTemplate, PageLayout
from ocr.errors import OcrError
from ocr.forms.half_tables import LEFT, RIGHT, facing_side
from ocr.page.records import Found, RecognisedTable, Unknown
from ocr.page.result import continued_reading, entries_reading, page_reading
from ocr.page.scan_pages import OpenedScan, open_scan, pages_on
from ocr.reading.readers import Readers
from ocr.readings import PageFailure, PageReading
from ocr.spreads.facing_scans import facing_reading, lone_half
from ocr.spreads.facing_table import FacingTable, facing_table
from ocr.spreads.open_book import joined_readings

__all__ = ["Sheet", "scan_reading", "sheet_reading", "sheets_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoneHalf:
    """Half a table whose other page was not found."""

    page: RecognisedTable
    side: int
    """`LEFT` or `RIGHT`."""
    whole: FormTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class Continued:
    """The right half of a table, which is read with the page before."""

    page: RecognisedTable


Sheet = Found | FacingTable | LoneHalf | Continued


def sheets_of(scan: OpenedScan, pages: Sequence[Found], forms: Sequence[FormTemplate]) -> list[Sheet]:
    """The pages of a scan, each by itself or put together with the page it belongs to.

    Args:
        scan: the scan.
        pages: on it, as `pages_on` finds them.
        forms: those the pages may be.
    """
    if len(pages) > 1:
        table = _table_of(pages[0], pages[1], forms)
        return list(pages) if table is None else [table]
    (page,) = pages
    if scan.book is not None or not isinstance(page, RecognisedTable):
        return [page]
    whole = _whole(page, forms)
    side = facing_side(page.table.form.template, whole)
    if side is None:
        return [page]
    table = _with_neighbour(page, side, forms)
    if table is None:
        return [LoneHalf(page=page, side=side, whole=whole)]
    return [table] if side == LEFT else [Continued(page=table.right)]


def _whole(page: RecognisedTable, forms: Sequence[FormTemplate]) -> FormTemplate:
    return next(form for form in forms if form.form == page.table.form.template.form)


def _table_of(left: Found, right: Found, forms: Sequence[FormTemplate]) -> FacingTable | None:
    """The table that the pages of an open book make together, where it was not found on the scan as a whole."""
    if not isinstance(left, RecognisedTable) or not isinstance(right, RecognisedTable):
        return None
    sides = [facing_side(page.table.form.template, _whole(page, forms)) for page in (left, right)]
    return facing_table(left.search, right.search, forms) if sides == [LEFT, RIGHT] else None


def _with_neighbour(page: RecognisedTable, side: int, forms: Sequence[FormTemplate]) -> FacingTable | None:
    """Half a table with the page next to it, when both are halves of one form."""
    task = page.search.cleaned.origin.task
    place = task.page_after if side == LEFT else task.page_before
    if place is None:
        return None
    here = (task.source, task.page)
    before, after = (here, None) if side == LEFT else (None, here)
    beside = replace(task, source=place[0], page=place[1], page_before=before, page_after=after)
    try:
        scan = open_scan(beside)
        if scan.book is not None:
            return None
        other = next(pages_on(scan, [form for form in forms if form.layout is PageLayout.SPREAD_ROWS]))
    except OcrError:  # what is wrong with that page is said when its own turn comes
        return None
    if isinstance(other, Unknown):
        return None
    left, right = (page, other) if side == LEFT else (other, page)
    return facing_table(left.search, right.search, forms)


def sheet_reading(sheet: Sheet, readers: Readers) -> PageReading | PageFailure:
    """Place, cut, read and compose what is read together.

    Raises:
        OcrError: Tesseract is missing.
    """
    if isinstance(sheet, FacingTable):
        return facing_reading(sheet, readers)
    if isinstance(sheet, Continued):
        return continued_reading(sheet.page, readers)
    if isinstance(sheet, LoneHalf):
        return lone_half(entries_reading(sheet.page, readers), sheet.side, sheet.whole)
    return page_reading(sheet, readers)


def scan_reading(scan: OpenedScan, outcomes: Sequence[PageReading | PageFailure]) -> PageReading | PageFailure:
    """One outcome for a scan: that of its only sheet, or the entries of both pages of an open book.

    Args:
        scan: the scan.
        outcomes: of its sheets, at least one, left before right.
    """
    if scan.book is None or len(outcomes) == 1:
        return outcomes[0]
    readings = [outcome for outcome in outcomes if isinstance(outcome, PageReading)]
    if not readings:
        return replace(outcomes[0], half=None)
    return joined_readings([reading for reading in readings if reading.entries] or readings, scan.book.rotation)
