"""An existing standard workbook, typed by another team: taken in as entries for review, or compared with a book."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from corrections.checks import check_fields
from corrections.entries import Book, Entry, EntryState, FieldValue, Role
from corrections.queues import predict_effort
from exports.errors import LegacyCharsetError, WorkbookError
from exports.standard_workbook import StandardWorkbook, imported_fields, read_standard_workbook
from layouts.columns import columns_by_name
from ocr.readings import PageKind
from storage import pages as page_store
from storage.audit_log import seal_of
from storage.books import get_book
from storage.entries import add_entry, stream_entries
from storage.scan_files import add_scan
from vietnamese.legacy_charsets import Charset
from vietnamese.letters import same_text
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, found

__all__ = ["CellDifference", "WorkbookComparison", "compare_workbook", "import_workbook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellDifference:
    """One cell that says something else than the entry."""

    row: int
    entry_id: int
    column: str
    label: str
    workbook: str
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookComparison:
    """A workbook beside a book."""

    matched: int
    differences: tuple[CellDifference, ...]
    only_in_workbook: tuple[int, ...]
    """Rows without an entry of that number and year."""
    only_in_book: tuple[int, ...]
    """Entries without a row."""


@requires(Role.SUPERVISOR)
def import_workbook(ctx: Context, book_id: int, path: Path, *, charset: Charset | None = None) -> int:
    """Take in the rows of a standard workbook as entries to review; returns how many, all or none.

    The file itself is kept beside the scans, as the origin of its entries.

    Args:
        ctx: A supervisor's.
        book_id: The book the rows belong to.
        path: The .xlsx.
        charset: What its cells are typed in, when it is not Unicode.

    Raises:
        LegacyCharsetError: the cells are not typed in Unicode and no charset was chosen.
        WorkbookError: the file cannot be taken, or further sheets hold rows too.
        InvalidInput: it is for another register, or was taken in before.
    """
    with ctx.read() as connection:
        book = found(get_book(connection, book_id), Missing.BOOK)
    content = _read(book, path, charset)
    scan = ctx.scans.keep(path)
    with ctx.write() as work:
        if page_store.find_pages_of_scan(work.connection, scan.sha256):
            raise InvalidInput(f"Tệp «{path.name}» đã được nhập trước đây. Hãy mở các trường hợp của tệp đó để xem.")
        add_scan(work.connection, scan)
        page_id = page_store.add_page(
            work.connection,
            book_id=book_id,
            scan_sha256=scan.sha256,
            scan_index=0,
            position=page_store.next_position(work.connection, book_id),
        )
        page_store.explain_page(
            work.connection, page_id, kind=PageKind.ENTRIES, reason=f"Nhập từ tệp Excel {path.name}"
        )
        for region, row in enumerate(content.rows):
            fields = imported_fields(book.register_type, row)
            entry = add_entry(work.connection, _entry(book, page_id, region, fields), box=None, reading_id=None)
            work.note("import", entry_id=entry.id, book_id=book_id, source=seal_of(entry), new=entry.state.value)
    return len(content.rows)


def _read(book: Book, path: Path, charset: Charset | None) -> StandardWorkbook:
    content = read_standard_workbook(path, book.register_type, charset=charset)
    if content.charset:
        raise LegacyCharsetError(path.name, content.charset)
    if content.other_sheets:
        raise WorkbookError(
            "several_sheets",
            f"Tệp {path.name} có dữ liệu ở nhiều trang mang tên cột chuẩn: «{content.sheet_name}» và "
            f"{', '.join(f'«{name}»' for name in content.other_sheets)}. Hãy gộp vào một trang, hoặc tách mỗi trang "
            "thành một tệp, rồi nhập lại. Chưa có dòng nào được nhập.",
        )
    if content.register_type is not book.register_type:
        raise InvalidInput(
            f"Tệp «{path.name}» là sổ {content.register_type.label}, không phải "
            f"{book.register_type.label}. Hãy chọn đúng quyển hoặc đúng tệp."
        )
    return content


def _entry(book: Book, page_id: int, region: int, fields: dict[str, FieldValue]) -> Entry:
    findings = check_fields(book.register_type, fields)
    entry = Entry(
        id=0,
        book_id=book.id,
        page_id=page_id,
        region=region,
        register_type=book.register_type,
        state=EntryState.TO_REVIEW,
        revision=0,
        fields=fields,
        findings=findings,
    )
    return replace(entry, priority=round(predict_effort(entry), 2))


@requires(Role.CLERK)
def compare_workbook(ctx: Context, book_id: int, path: Path, *, charset: Charset | None = None) -> WorkbookComparison:
    """Compare a workbook with a book's entries by registration number and year; nothing is changed.

    Raises:
        LegacyCharsetError: the cells are not typed in Unicode and no charset was chosen.
        WorkbookError: the file cannot be read, or further sheets hold rows too.
    """
    with ctx.read() as connection:
        book = found(get_book(connection, book_id), Missing.BOOK)
        entries = [s.entry for s in stream_entries(connection, book_id) if s.entry.state is not EntryState.SET_ASIDE]
    content = _read(book, path, charset)
    waiting = {_key(entry.fields): entry for entry in reversed(entries)}
    differences: list[CellDifference] = []
    only_in_workbook: list[int] = []
    matched: set[int] = set()
    for row in content.rows:
        fields = imported_fields(book.register_type, row)
        entry = waiting.get(_key(fields))
        if entry is None:
            only_in_workbook.append(row.row)
            continue
        matched.add(entry.id)
        differences += _differences(row.row, fields, entry)
    return WorkbookComparison(
        matched=len(matched),
        differences=tuple(differences),
        only_in_workbook=tuple(only_in_workbook),
        only_in_book=tuple(entry.id for entry in entries if entry.id not in matched),
    )


def _key(fields: dict[str, FieldValue]) -> tuple[str, str]:
    number = fields["so"].normalized if "so" in fields else ""
    date = fields["ngayDangKy"].normalized if "ngayDangKy" in fields else ""
    return number.split("/")[0].lstrip("0"), date[-4:]


def _differences(row: int, fields: dict[str, FieldValue], entry: Entry) -> list[CellDifference]:
    known = columns_by_name(entry.register_type)
    found = []
    for name, value in fields.items():
        mine = entry.fields[name].normalized if name in entry.fields else ""
        if name in known and not same_text(value.normalized, mine):
            found.append(
                CellDifference(
                    row=row,
                    entry_id=entry.id,
                    column=name,
                    label=known[name].label,
                    workbook=value.normalized,
                    entry=mine,
                )
            )
    return found
