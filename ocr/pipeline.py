"""One page from scan to readings: open, straighten, clean, find the form, place the fields, cut, read, compose."""

from __future__ import annotations

import time
from dataclasses import replace

from layouts.errors import TemplateError
from ocr.errors import OcrError
from ocr.page.scan_pages import forms_of, open_scan, pages_on
from ocr.reading.readers import Readers
from ocr.readings import PageFailure, PageReading, PageTask
from ocr.spreads.sheets import scan_reading, sheet_reading, sheets_of

__all__ = ["read_page"]


def read_page(task: PageTask, readers: Readers) -> PageReading | PageFailure:
    """Open, straighten, clean, find the form, place, cut, read, compose; whatever is wrong comes back as a value.

    A scan of an open book gives the entries of both pages, unless the task names one half; half a table over two scans
    is read with the scan of its other half.

    Args:
        task: the page.
        readers: who reads its lines.
    """
    start = time.perf_counter()
    try:
        forms = forms_of(task)
        scan = open_scan(task)
        pages = list(pages_on(scan, forms))  # straightened, cleaned, their forms found
        sheets = sheets_of(scan, pages, forms)
        outcome = scan_reading(scan, [sheet_reading(sheet, readers) for sheet in sheets])
    except OcrError as error:
        outcome = PageFailure.of(task, error.code, error.message)
    except TemplateError as error:
        outcome = PageFailure.of(task, "bad_template", str(error))
    except MemoryError:
        message = "Không đủ bộ nhớ để đọc trang này. Hãy giảm số tiến trình rồi đọc lại."
        outcome = PageFailure.of(task, "out_of_memory", message)
    return replace(outcome, seconds=time.perf_counter() - start)
