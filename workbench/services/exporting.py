"""Hand-over of a book: rehearsal, export with its record, and the import tool's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from corrections.entries import Book, BookKind, BookState, DecisionKind, Entry, EntryState, Role
from exports import bundle
from exports.bundle import ExportSummary
from exports.case_pdfs import CasePage, ExportEntry
from exports.errors import LeftOutCode
from exports.manifest import manifest_of
from exports.pdf_shelf import PdfShelf
from exports.profile import ExportProfile
from exports.readability import read_words
from exports.rehearsal import rehearse_delivery
from exports.rehearsal_report import RehearsalReport
from exports.rejection import RejectionList, match_rejections
from layouts.geometry import RelativeBox
from ocr.readings import PageKind, PageReading
from storage import exports_log
from storage.audit_log import last_event_of_book
from storage.books import get_book, save_book
from storage.digests import sha256_hex
from storage.entries import StoredEntry, get_entry, stream_entries
from storage.exports_log import ExportRecord
from storage.opening.database import Connection
from storage.pages import PageRow, book_pages
from storage.readings import get_reading
from storage.states import ExportState
from workbench.services.checks import open_points
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.pictures import straight_picture
from workbench.services.saving import save_within
from workbench.services.settings import export_profile

__all__ = [
    "BookForExport",
    "ExportRecord",
    "ExportSummary",
    "KeptReadings",
    "book_for_export",
    "earlier_manifests",
    "export_book",
    "exports_of",
    "exports_under_way",
    "make_delivery",
    "match_answer",
    "record_acceptance",
    "record_rejection",
    "rehearse",
    "rehearse_files",
    "shelf_of",
]

Progress = Callable[[int, int], None]
KeptReadings = dict[int, PageReading | None]
"""Readings by id, only their geometry kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookForExport:
    """A book with its entries in page order and the pages they stand on."""

    book: Book
    entries: tuple[ExportEntry, ...]
    cover: CasePage | None


@requires(Role.SUPERVISOR)
def book_for_export(
    ctx: Context,
    book_id: int,
    *,
    states: Sequence[EntryState] | None = None,
    kept: KeptReadings | None = None,
) -> BookForExport:
    """Everything an export needs of a book.

    Args:
        ctx: A supervisor's.
        book_id: Which book.
        states: Only entries of these states; None: all.
        kept: Readings unpacked before; those unpacked now are added.

    Raises:
        InvalidInput: a drawer, or a sample book that was taken away.
        NotFound: no such book.
    """
    with ctx.read() as connection:
        book = found(get_book(connection, book_id), Missing.BOOK)
        if book.kind in (BookKind.ASIDE, BookKind.REMOVED):
            raise InvalidInput("Đây không phải quyển sổ của cơ quan nên không xuất. Hãy chọn quyển khác.")
        pages = {page.id: page for page in book_pages(connection, book_id)}
        readings = _Readings(connection, {} if kept is None else kept)
        entries = tuple(
            ExportEntry(
                entry=stored.entry,
                pages=_case_pages(ctx, stored, pages, readings),
                scanned=pages[stored.entry.page_id].has_picture,
            )
            for stored in stream_entries(connection, book_id, states)
        )
        cover = next((p for p in pages.values() if p.kind is PageKind.COVER), None)
        return BookForExport(
            book=book, entries=entries, cover=_case_page(ctx, cover, readings, None) if cover else None
        )


class _Readings:
    """Readings unpacked once each, only their geometry kept: a book of a thousand pages must fit in memory."""

    def __init__(self, connection: Connection, kept: KeptReadings) -> None:
        self._connection = connection
        self._kept = kept

    def of(self, page: PageRow) -> PageReading | None:
        if page.reading_id is None:
            return None
        if page.reading_id not in self._kept:
            reading = get_reading(self._connection, page.reading_id)
            self._kept[page.reading_id] = replace(reading, entries=(), labels=()) if reading else None
        return self._kept[page.reading_id]


def _case_pages(
    ctx: Context, stored: StoredEntry, pages: dict[int, PageRow], readings: _Readings
) -> tuple[CasePage, ...]:
    if not pages[stored.entry.page_id].has_picture:
        return ()
    first = _case_page(ctx, pages[stored.entry.page_id], readings, _region(stored))
    more = (pages[page_id] for page_id in stored.more_pages if page_id in pages)
    return (first, *(_case_page(ctx, page, readings, None) for page in more))


def _region(stored: StoredEntry) -> RelativeBox | None:
    """The entry's part of the page; None where it fills the page or a person added it."""
    if stored.box is None:
        return None
    left, top, right, bottom = (min(1.0, max(0.0, edge)) for edge in stored.box)
    return RelativeBox(left, top, right, bottom) if right > left and bottom > top else None


def _case_page(ctx: Context, page: PageRow, readings: _Readings, box: RelativeBox | None) -> CasePage:
    reading = readings.of(page)
    scan = ctx.scans.place(page.scan_sha256, page.suffix)
    facing = ctx.scans.kept(reading.facing.source) if reading and reading.facing else None
    geometry = sha256_hex(repr((reading.homography, reading.facing)).encode())[:16] if reading else ""
    return CasePage(
        scan_digest=page.scan_sha256,
        page=page.scan_index,
        load=partial(straight_picture, scan, page.scan_index, reading, facing),
        box=box,
        geometry=f"{page.half or 0}-{geometry}",
    )


@requires(Role.CLERK, Role.INSPECTOR)
def rehearse(ctx: Context, book_id: int, *, include_unapproved: bool = True) -> RehearsalReport:
    """Run the import rules on the rows an export would write; findings lead to their entries."""
    with ctx.read() as connection:
        book = found(get_book(connection, book_id), Missing.BOOK)
        scanned = {page.id: page.has_picture for page in book_pages(connection, book_id)}
        entries = [
            ExportEntry(entry=s.entry, pages=(), scanned=scanned[s.entry.page_id])
            for s in stream_entries(connection, book_id)
        ]
    return bundle.rehearse_book(book, entries, export_profile(ctx), include_unapproved=include_unapproved)


@requires(Role.CLERK)
def rehearse_files(ctx: Context, workbook: Path, archive: Path) -> RehearsalReport:
    """Run every rule on a workbook and its .zip, whoever made them, with the office's own profile."""
    return rehearse_delivery(workbook, archive, export_profile(ctx))


@requires(Role.SUPERVISOR)
def export_book(
    ctx: Context,
    book_id: int,
    out: Path | None = None,
    *,
    include_unapproved: bool = False,
    profile: ExportProfile | None = None,
    progress: Progress | None = None,
) -> ExportSummary:
    """Write a book's workbook, .zip, manifest and summary, and note the delivery.

    Args:
        ctx: A supervisor's.
        book_id: Which book.
        out: Folder; None for a folder of the book under the data folder.
        include_unapproved: Deliver entries nobody approved too.
        profile: Other choices than the office's.
        progress: Called with cases done and cases in all.

    Raises:
        NotFound: no such book.
        ExportRefusedError: the rehearsal found errors; nothing was written.
        ExportError: nothing to export, disk full, no access.
    """
    folder = out or ctx.settings.data_dir / "exports" / f"{book_id}"
    summary = make_delivery(
        ctx, book_id, folder, include_unapproved=include_unapproved, profile=profile, progress=progress
    )
    _note_export(ctx, book_id, folder, summary)
    if out is None:  # elsewhere the .zip may be gone tomorrow
        shelf_of(ctx, book_id).clear()
    return summary


@requires(Role.SUPERVISOR)
def make_delivery(
    ctx: Context,
    book_id: int,
    folder: Path,
    *,
    include_unapproved: bool = False,
    profile: ExportProfile | None = None,
    progress: Progress | None = None,
) -> ExportSummary:
    """Write a book's files as `export_book` does, without noting a delivery: for those who need known bytes again."""
    ready = book_for_export(ctx, book_id)
    with ctx.read() as connection:
        audit_head = last_event_of_book(connection, book_id)
    with _under_way(book_id):
        return bundle.export_book(
            ready.book,
            ready.entries,
            profile or export_profile(ctx),
            folder,
            include_unapproved=include_unapproved,
            read_words=read_words,
            cover=ready.cover,
            earlier=earlier_manifests(ctx, book_id),
            shelf=shelf_of(ctx, book_id),
            audit_head=audit_head,
            processes=ctx.settings.worker_count,
            progress=progress,
        )


_exporting: list[int] = []
"""Books this process is exporting."""


@contextmanager
def _under_way(book_id: int) -> Iterator[None]:
    _exporting.append(book_id)
    try:
        yield
    finally:
        _exporting.remove(book_id)


def exports_under_way() -> bool:
    """Whether this process is exporting a book: work in the background leaves it the cores."""
    return bool(_exporting)


@requires(Role.CLERK)
def shelf_of(ctx: Context, book_id: int) -> PdfShelf:
    """Where PDFs of a book wait that were made before its export."""
    return PdfShelf(ctx.settings.data_dir / "proofs" / f"{book_id}")


@requires(Role.CLERK)
def earlier_manifests(ctx: Context, book_id: int) -> tuple[Path, ...]:
    """Where a book's deliveries left their manifests; an export to another folder takes their PDFs over."""
    found = ((record.folder, manifest_of(record.manifest)) for record in exports_of(ctx, book_id))
    return tuple(Path(folder) / f"{manifest.stem}.manifest.json" for folder, manifest in found if manifest)


def _note_export(ctx: Context, book_id: int, folder: Path, summary: ExportSummary) -> None:
    manifest = summary.manifest
    nothing_left_out = all(left.code is LeftOutCode.SET_ASIDE for left in summary.left_out)
    with ctx.write() as work:
        export_id = exports_log.add_export(
            work.connection,
            book_id=book_id,
            account_id=ctx.account_id,
            folder=str(folder),
            entries=manifest.rows,
            workbook_sha256=manifest.workbook_sha256,
            zip_sha256=manifest.zip_sha256,
            manifest=manifest.to_json(),
        )
        book = found(get_book(work.connection, book_id), Missing.BOOK)
        if nothing_left_out and not open_points(work.connection, book):
            save_book(work.connection, replace(book, state=BookState.EXPORTED))
        work.note("export", book_id=book_id, new=f"{export_id} {manifest.rows} {manifest.workbook_sha256}")


@requires(Role.CLERK, Role.INSPECTOR)
def exports_of(ctx: Context, book_id: int) -> tuple[ExportRecord, ...]:
    """Deliveries of a book, newest first."""
    with ctx.read() as connection:
        return exports_log.exports_of(connection, book_id)


@requires(Role.SUPERVISOR)
def record_acceptance(ctx: Context, export_id: int, *, note: str = "") -> ExportRecord:
    """Note that the import tool took a delivery."""
    with ctx.write() as work:
        record = found(exports_log.get_export(work.connection, export_id), Missing.EXPORT)
        exports_log.record_answer(work.connection, export_id, state=ExportState.ACCEPTED, note=note)
        book = found(get_book(work.connection, record.book_id), Missing.BOOK)
        save_book(work.connection, replace(book, state=BookState.ACCEPTED))
        work.note("export_accepted", book_id=book.id, new=str(export_id), reason=note)
        return found(exports_log.get_export(work.connection, export_id), Missing.EXPORT)


@requires(Role.SUPERVISOR)
def match_answer(ctx: Context, export_id: int, lines: Sequence[str]) -> RejectionList:
    """Tie the lines of the import tool's rejection list to the entries of a delivery."""
    with ctx.read() as connection:
        record = found(exports_log.get_export(connection, export_id), Missing.EXPORT)
        numbers = [(s.entry.id, _number_with_year(s.entry)) for s in stream_entries(connection, record.book_id)]
    manifest = manifest_of(record.manifest)
    if manifest is None:
        return RejectionList(entries=(), unmatched=tuple(lines))
    return match_rejections(lines, manifest, numbers)


def _number_with_year(entry: Entry) -> str:
    """`45/1998`, however the book writes it."""
    number, date = (entry.fields[n].normalized if n in entry.fields else "" for n in ("so", "ngayDangKy"))
    return number if "/" in number else f"{number}/{date[-4:]}"


@requires(Role.SUPERVISOR)
def record_rejection(
    ctx: Context, export_id: int, rejections: Iterable[tuple[int, str]], *, note: str = ""
) -> ExportRecord:
    """Note the import tool's rejections (entry, message) and open the entries concerned again.

    Raises:
        InvalidInput: an entry that the delivery did not hold.
    """
    rejected = tuple(rejections)
    with ctx.write() as work:
        record = found(exports_log.get_export(work.connection, export_id), Missing.EXPORT)
        for entry_id, message in rejected:
            stored = get_entry(work.connection, entry_id)
            if stored is None or stored.entry.book_id != record.book_id:
                raise InvalidInput(
                    "Danh sách bị trả có trường hợp không thuộc lần xuất này. Hãy kiểm tra lại danh sách."
                )
            if stored.entry.state is EntryState.APPROVED:
                token = f"reject:{export_id}:{entry_id}:{stored.entry.revision}"
                save_within(ctx, work, stored, {}, DecisionKind.REOPEN, token, f"Phần mềm nhập trả lại: {message}")
        exports_log.record_answer(
            work.connection, export_id, state=ExportState.REJECTED, note=note, rejections=rejected
        )
        book = found(get_book(work.connection, record.book_id), Missing.BOOK)
        save_book(work.connection, replace(book, state=BookState.REJECTED))
        work.note("export_rejected", book_id=book.id, new=f"{export_id} {len(rejected)}", reason=note)
        return found(exports_log.get_export(work.connection, export_id), Missing.EXPORT)
