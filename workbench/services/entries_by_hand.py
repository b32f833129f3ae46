"""Entries that no machine has read: one missed on a page, and a case of the paper book that has no scan at all."""

from __future__ import annotations

from dataclasses import replace

from corrections.book_rules import book_values
from corrections.entries import Book, Entry, EntryState, FieldValue, Role, ValueSource
from corrections.queues import predict_effort
from exports.names import number_parts
from layouts.columns import ColumnProfile, columns, columns_by_name
from ocr.readings import PageKind
from storage import pages as page_store
from storage.audit_log import seal_of
from storage.books import get_book
from storage.entries import add_entry, next_region, stream_entries
from storage.opening.database import Connection
from storage.pages import PageRow
from vietnamese.letters import is_figures
from workbench.services.context import Context, Work, requires
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.joined_pages import refuse_on_joined_page

__all__ = ["NO_SCAN", "add_case_without_scan", "add_manual_entry"]

NO_SCAN = "Không có bản quét"
"""How a page of the paper book alone is explained, with the reason behind it."""


@requires(Role.CLERK)
def add_manual_entry(ctx: Context, page_id: int, *, reason: str) -> Entry:
    """Add an entry that the machine did not see on a page; what the book's record says is filled in, no more.

    Raises:
        InvalidInput: the page goes on with another one's entry, whose PDF would show this one.
    """
    with ctx.write() as work:
        page = found(page_store.get_page(work.connection, page_id), Missing.PAGE)
        book = found(get_book(work.connection, page.book_id), Missing.BOOK)
        refuse_on_joined_page(work.connection, page, "thêm")
        return _added(work, book, page, {}, reason)


@requires(Role.CLERK)
def add_case_without_scan(
    ctx: Context, book_id: int, *, number: str, printed_page: str = "", reason: str = ""
) -> Entry:
    """Add a case that stands in the paper book only, in its place by number; it waits for review like any other.

    Args:
        ctx: A clerk's.
        book_id: The book.
        number: Registration number as the book has it.
        printed_page: Page number printed in the book; may be empty.
        reason: Why there is no scan, in a person's words.

    Raises:
        InvalidInput: no number, a page that is no number, or a case of that number is in the book already.
    """
    number, printed_page = number.strip(), printed_page.strip()
    if number_parts(number) is None:
        raise InvalidInput("Hãy ghi số đăng ký như trong sổ, ví dụ: 45 hoặc 45/1998.")
    if printed_page and not is_figures(printed_page):
        raise InvalidInput("Trang số chỉ gồm chữ số, ví dụ: 45; hoặc để trống khi sổ không đánh số trang.")
    with ctx.write() as work:
        book = found(get_book(work.connection, book_id), Missing.BOOK)
        position = _place_of(work.connection, book, number)
        page_store.make_room(work.connection, book_id, position, 1)
        page_id = page_store.add_page(
            work.connection, book_id=book_id, scan_sha256=None, scan_index=0, position=position
        )
        why = f"{NO_SCAN}: {reason.strip()}" if reason.strip() else NO_SCAN
        page_store.explain_page(work.connection, page_id, kind=PageKind.ENTRIES, reason=why)
        page = found(page_store.get_page(work.connection, page_id), Missing.PAGE)
        given = {"so": number} | ({"trangSo": printed_page} if printed_page else {})
        return _added(work, book, page, given, why)


def _added(work: Work, book: Book, page: PageRow, given: dict[str, str], reason: str) -> Entry:
    names = [column.name for column in columns(book.register_type, ColumnProfile.CORE)]
    fields = {name: FieldValue(column=name, text="", normalized="") for name in names}
    fields |= {
        name: replace(fields[name], text=text, normalized=text, source=ValueSource.PERSON)
        for name, text in given.items()
        if name in fields
    }
    fields |= book_values(columns_by_name(book.register_type), fields, book)
    entry = Entry(
        id=0,
        book_id=book.id,
        page_id=page.id,
        region=next_region(work.connection, page.id),
        register_type=book.register_type,
        state=EntryState.TO_REVIEW,
        revision=0,
        fields=fields,
        layout=page.layout or None,
    )
    entry = replace(entry, priority=round(predict_effort(entry), 2))
    entry = add_entry(work.connection, entry, box=None, reading_id=None)
    work.note("add_entry", entry_id=entry.id, book_id=book.id, source=seal_of(entry), reason=reason)
    return entry


def _place_of(connection: Connection, book: Book, number: str) -> int:
    """Where in the book a case of that number belongs: behind the last page with a smaller one of its year.

    Raises:
        InvalidInput: a case of that number and year is there already.
    """
    wanted = _number_and_year(number, "", book)
    pages = {page.id: page.position for page in page_store.book_pages(connection, book.id)}
    before: list[int] = []
    for stored in stream_entries(connection, book.id):
        entry = stored.entry
        values = {n: entry.fields[n].normalized if n in entry.fields else "" for n in ("so", "ngayDangKy")}
        here = _number_and_year(values["so"], values["ngayDangKy"], book)
        if entry.state is EntryState.SET_ASIDE or here is None or wanted is None or here[0] != wanted[0]:
            continue
        if here[1:] == wanted[1:]:
            place = pages[entry.page_id] + 1
            raise InvalidInput(f"Số {number} đã có ở trang quét {place} của quyển này. Hãy mở trường hợp đó.")
        if here[1:] < wanted[1:]:
            before.append(pages[entry.page_id])
    return max(before) + 1 if before else page_store.next_position(connection, book.id)


def _number_and_year(number: str, date: str, book: Book) -> tuple[str, int, str] | None:
    """Year, figures and suffix of a number; the year is the number's own, else of its date, else the volume's."""
    parts = number_parts(number)
    if parts is None:
        return None
    own = date[-4:] if is_figures(date[-4:]) else book.volume_number[-4:]
    return parts[2] or own, int(parts[0]), parts[1]
