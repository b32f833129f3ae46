"""Register books and their pages: create, change, list with progress, and people's word on pages."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from corrections.book_data import BookDataError, office_as_kept, standard_day, standard_volume
from corrections.entries import Book, BookState, Entry, EntryState, FieldValue, Role
from corrections.search_keys import search_key
from layouts.columns import columns
from layouts.register_types import RegisterType
from ocr.readings import PageKind
from storage import books as store
from storage import pages as page_store
from storage.audit_log import seal_of
from storage.books import BookProgress
from storage.entries import add_entry, next_region, set_more_pages
from storage.offices import office_tree
from storage.pages import PageRow
from workbench.services.book_order import FIXED, placed
from workbench.services.book_rewriting import rewrite_entries
from workbench.services.checks import open_points
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, found

__all__ = [
    "BookProgress",
    "PageRow",
    "add_manual_entry",
    "book_pages",
    "book_progress",
    "books_to_choose",
    "create_book",
    "explain_page",
    "find_book",
    "join_pages",
    "list_books",
    "update_book",
]

_CLOSED = (BookState.APPROVED, BookState.EXPORTED, BookState.ACCEPTED)


@requires(Role.SUPERVISOR)
def create_book(
    ctx: Context,
    /,
    *,
    register_type: RegisterType,
    volume_number: str,
    office: str,
    state: BookState = BookState.TO_COLLECT,
    **details: Any,
) -> Book:
    """Note a new register book.

    Args:
        ctx: A supervisor's.
        register_type: Which register.
        volume_number: `nn/yyyy`.
        office: Registering authority in words, as of its time.
        state: How far it has come.
        **details: Any other field of `Book`.

    Raises:
        InvalidInput: a value cannot be taken, or the book exists.
    """
    book = _checked(
        Book(
            id=0,
            register_type=register_type,
            volume_number=volume_number.strip(),
            office=" ".join(office.split()),
            state=BookState(state),
            **_known(details),
        )
    )
    mine = ctx.office_ids()
    with ctx.write() as work:
        if store.find_book(work.connection, book.register_type, book.volume_number, book.office):
            raise InvalidInput(f"Quyển {book.volume_number} của {book.office} đã có. Hãy mở quyển đó trong danh sách.")
        if book.office_id is None:
            named = office_tree(work.connection).of_words(book.office, mine)
            book = replace(book, office_id=named.id if named else None)
        book = store.add_book(work.connection, placed(work.connection, book))
        work.note("create_book", book_id=book.id, new=f"{book.register_type} {book.volume_number}")
        return book


def _known(details: dict[str, Any]) -> dict[str, Any]:
    allowed = {f.name for f in fields(Book)} - {"id"}
    unknown = set(details) - allowed
    if unknown:
        raise InvalidInput(f"Quyển sổ không có mục {', '.join(sorted(unknown))}. Hãy bỏ các mục này.")
    return {key: value for key, value in details.items() if value is not None}


def _checked(book: Book) -> Book:
    try:
        book = replace(
            book,
            volume_number=standard_volume(book.volume_number),
            office=office_as_kept(book.office),
            opened_on=standard_day(book.opened_on, "Ngày mở sổ"),
            closed_on=standard_day(book.closed_on, "Ngày khóa sổ"),
        )
    except BookDataError as error:
        raise InvalidInput(str(error)) from error
    if not book.office:
        raise InvalidInput(
            "Chưa có nơi đăng ký. Hãy ghi cơ quan đăng ký theo sổ, ví dụ: UBND xã ..., huyện ..., tỉnh ..."
        )
    for count in (book.pages, book.expected_entries):
        if count is not None and count < 0:
            raise InvalidInput("Số trang và số trường hợp không thể âm. Hãy sửa lại, hoặc để trống khi chưa đếm.")
    return book


def _refuse_open_book(points: tuple[str, ...]) -> None:
    """A book is closed only when every slot and number is explained."""
    if points:
        raise InvalidInput(
            f"Sổ chưa khóa được: còn {len(points)} điều phải xem. {' '.join(points[:3])} "
            "Hãy giải thích hết trong thẻ «Kiểm tra cả sổ» rồi đổi tình trạng."
        )


@requires(Role.CLERK)
def list_books(
    ctx: Context,
    *,
    register_type: RegisterType | None = None,
    state: BookState | None = None,
    query: str = "",
) -> tuple[BookProgress, ...]:
    """Books by priority with their progress; `query` is looked for in volume and office, tone marks do not matter."""
    with ctx.read() as connection:
        found = store.list_books(connection, register_type=register_type, state=state)
        words = search_key(query).split()
        if words:
            found = tuple(b for b in found if all(w in search_key(f"{b.volume_number} {b.office}") for w in words))
        return store.progress_of(connection, found)


@requires(Role.CLERK)
def books_to_choose(ctx: Context, *, with_entries: bool = False) -> tuple[Book, ...]:
    """Books by priority without their progress, which takes a second to count at 14,000 books."""
    with ctx.read() as connection:
        return store.list_books(connection, with_entries=with_entries)


@requires(Role.CLERK)
def book_progress(ctx: Context, book_id: int) -> BookProgress:
    """One book with its progress."""
    with ctx.read() as connection:
        return store.progress_of(connection, (found(store.get_book(connection, book_id), Missing.BOOK),))[0]


@requires(Role.CLERK)
def find_book(ctx: Context, *, register_type: RegisterType, volume_number: str, office: str) -> Book | None:
    """The book of that type, volume and office."""
    with ctx.read() as connection:
        return store.find_book(connection, register_type, volume_number.strip(), " ".join(office.split()))


@requires(Role.SUPERVISOR)
def update_book(ctx: Context, /, book_id: int, **changes: Any) -> Book:
    """Change fields of a book and the values its entries have from it; each change leaves an audit event.

    A priority given stays, whatever the office's rule.

    Raises:
        InvalidInput: a value cannot be taken, or the book is to be closed with something left unexplained.
    """
    with ctx.write() as work:
        before = found(store.get_book(work.connection, book_id), Missing.BOOK)
        after = _checked(replace(before, **_known(changes)))
        if after.register_type != before.register_type and store.progress_of(work.connection, (before,))[0].entries:
            raise InvalidInput("Quyển đã có trường hợp được đọc nên không đổi loại sổ được. Hãy tạo quyển mới.")
        if after.state in _CLOSED and before.state not in _CLOSED:
            _refuse_open_book(open_points(work.connection, after))
        if changes.get("priority") is not None:
            after = replace(after, settings={**after.settings, FIXED: "yes"})
        after = placed(work.connection, after)
        store.save_book(work.connection, after)
        rewrite_entries(work, before, after, ctx.account_id)
        for field in fields(Book):
            old, new = getattr(before, field.name), getattr(after, field.name)
            if old != new:
                work.note("update_book", book_id=book_id, column=field.name, old=str(old), new=str(new))
        return after


@requires(Role.CLERK)
def book_pages(ctx: Context, book_id: int) -> tuple[PageRow, ...]:
    """Pages of a book in order."""
    with ctx.read() as connection:
        return page_store.book_pages(connection, book_id)


@requires(Role.CLERK)
def explain_page(ctx: Context, page_id: int, *, kind: PageKind, reason: str) -> PageRow:
    """Note what a page is that carries no entries to read: cover, blank, cancelled ...

    Raises:
        InvalidInput: no reason given.
    """
    if not reason.strip():
        raise InvalidInput("Hãy ghi lý do, ví dụ: trang bìa, trang trắng, trang bị rách.")
    with ctx.write() as work:
        page = found(page_store.get_page(work.connection, page_id), Missing.PAGE)
        page_store.explain_page(work.connection, page_id, kind=PageKind(kind).value, reason=reason.strip())
        work.note(
            "explain_page",
            book_id=page.book_id,
            column=str(page_id),
            old=page.kind,
            new=str(kind),
            reason=reason.strip(),
        )
        return found(page_store.get_page(work.connection, page_id), Missing.PAGE)


@requires(Role.CLERK)
def add_manual_entry(ctx: Context, page_id: int, *, reason: str) -> Entry:
    """Add an entry that the machine did not see on a page; every field starts empty."""
    with ctx.write() as work:
        page = found(page_store.get_page(work.connection, page_id), Missing.PAGE)
        book = found(store.get_book(work.connection, page.book_id), Missing.BOOK)
        core = columns(book.register_type, "core")
        empty = {c.name: FieldValue(column=c.name, text="", normalized="") for c in core}
        entry = add_entry(
            work.connection,
            Entry(
                id=0,
                book_id=book.id,
                page_id=page_id,
                region=next_region(work.connection, page_id),
                register_type=book.register_type,
                state=EntryState.TO_REVIEW,
                revision=0,
                fields=empty,
                layout=page.layout or None,
                priority=float(len(empty)),
            ),
            box=None,
            reading_id=None,
        )
        work.note("add_entry", entry_id=entry.id, book_id=book.id, source=seal_of(entry), reason=reason)
        return entry


@requires(Role.CLERK)
def join_pages(ctx: Context, entry_id: int, page_ids: tuple[int, ...]) -> None:
    """Say that an entry runs over onto further pages of its book."""
    with ctx.write() as work:
        pages = [found(page_store.get_page(work.connection, page_id), Missing.PAGE) for page_id in page_ids]
        if len({page.book_id for page in pages}) > 1:
            raise InvalidInput("Các trang phải thuộc cùng một quyển. Hãy chọn lại.")
        set_more_pages(work.connection, entry_id, page_ids)
        work.note("join_pages", entry_id=entry_id, new=" ".join(map(str, page_ids)))
