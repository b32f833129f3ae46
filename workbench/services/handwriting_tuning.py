"""Tuning the handwriting recogniser on what this office has confirmed; nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from corrections.entries import SETTLED, FieldState, Role
from ocr.errors import OcrError
from ocr.handwriting.training import office_tuning
from ocr.handwriting.training.office_tuning import CorrectionPair, TuningResult
from ocr.page.confirmed_lines import confirmed_lines
from ocr.page.hand_lessons import ConfirmedPage
from ocr.readings import PageReading, PageTask, Script
from storage.books import list_books
from storage.entries import StoredEntry, stream_entries
from storage.pages import PageRow, book_pages
from storage.readings import get_reading
from workbench.services.context import Context, requires
from workbench.services.reading import page_task
from workbench.services.review_view import region_of
from workbench.services.writers_of_pages import writers_of_pages

__all__ = ["confirmed_pages", "confirmed_pairs", "roll_back_model", "tune_handwriting"]


Texts = dict[int, dict[str, str]]
"""By entry slot of a page: column to confirmed text."""


@requires(Role.ADMINISTRATOR, whole=True)
def tune_handwriting(
    ctx: Context, *, minutes: float, most_pages: int = 200, progress: Callable[[float], None] | None = None
) -> TuningResult:
    """Tune the recogniser on confirmed lines; the new model is installed only if it reads held-out lines better.

    Args:
        ctx: An administrator's.
        minutes: Time for learning.
        most_pages: The newest pages to take lines from.
        progress: Called with the share done, 0 to 1.

    Raises:
        HandwritingTrainingError: too few lines, or PyTorch is not installed.
        HandwritingModelError: the model in use cannot be opened.
    """
    result = office_tuning.tune_on_corrections(confirmed_pairs(ctx, most_pages), minutes=minutes, progress=progress)
    with ctx.write() as work:
        work.note("train_handwriting", new=result.version if result.installed else "", reason=result.message)
    return result


@requires(Role.ADMINISTRATOR, whole=True)
def roll_back_model(ctx: Context) -> str:
    """Use the model that was in use before; returns its version."""
    version = office_tuning.rollback()
    with ctx.write() as work:
        work.note("rollback_handwriting", new=version)
    return version


@requires(Role.ADMINISTRATOR, whole=True)
def confirmed_pairs(ctx: Context, most_pages: int) -> Iterator[CorrectionPair]:
    """Lines that people confirmed, cut again from the newest pages; a page that cannot be cut is passed over."""
    with ctx.read() as connection:
        books = [book.id for book in list_books(connection)]
    pages = (page for book_id in reversed(books) for page in _confirmed_pages(ctx, book_id))
    for page, reading, texts in islice(pages, most_pages):
        yield from _pairs(ctx, page, reading, texts)


@requires(Role.CLERK)
def confirmed_pages(ctx: Context, book_id: int, most_pages: int) -> list[ConfirmedPage]:
    """The last confirmed pages of one book, as they were read, with what people confirmed and who wrote them."""
    pages = list(_confirmed_pages(ctx, book_id))[-most_pages:]
    with ctx.read() as connection:
        writers = writers_of_pages(connection, book_id)
    return [(_as_read(page_task(ctx, page), reading), texts, writers[page.id]) for page, reading, texts in pages]


def _pairs(ctx: Context, page: PageRow, reading: PageReading, texts: Texts) -> Iterator[CorrectionPair]:
    """Lines of a page with their texts; a page that cannot be cut any more has none."""
    with suppress(OcrError):
        yield from confirmed_lines(_as_read(page_task(ctx, page), reading), texts)


def _as_read(task: PageTask, reading: PageReading) -> PageTask:
    return replace(task, forms=(reading.layout,) if reading.layout else ())


def _confirmed_pages(ctx: Context, book_id: int) -> Iterator[tuple[PageRow, PageReading, Texts]]:
    with ctx.read() as connection:
        pages = {page.id: page for page in book_pages(connection, book_id)}
        stored = [entry for entry in stream_entries(connection, book_id, SETTLED) if entry.reading_id is not None]
        readings = {entry.reading_id: get_reading(connection, entry.reading_id) for entry in stored if entry.reading_id}
    by_page: dict[int, list[StoredEntry]] = {}
    for entry in stored:
        by_page.setdefault(entry.entry.page_id, []).append(entry)
    for page_id, entries in by_page.items():
        reading = readings.get(entries[0].reading_id or 0)
        texts = {entry.entry.region: _written_texts(entry, reading) for entry in entries}
        if reading is not None and any(texts.values()):
            yield pages[page_id], reading, texts


def _written_texts(stored: StoredEntry, reading: PageReading | None) -> dict[str, str]:
    """Confirmed texts of the fields that are written by hand, by the column in whose printed space they stand."""
    region = region_of(reading, stored.entry.region)
    if region is None:
        return {}
    return {
        region.printed_as.get(name, name): value.text
        for name, value in stored.entry.fields.items()
        if value.confirmed
        and value.state is FieldState.WRITTEN
        and value.text
        and name in region.fields
        and region.fields[name].script is Script.HANDWRITTEN
    }
