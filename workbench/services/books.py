"""Register books and their pages: create, change, list with progress, and people's word on pages."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields, replace
from typing import Any

from corrections.book_data import BookDataError, office_as_kept, standard_day, standard_volume
from corrections.entries import CLOSED_BOOKS, Book, BookKind, BookState, Role
from corrections.search_keys import search_key
from layouts.register_types import RegisterType
from ocr.readings import PageKind
from storage import books as store
from storage import pages as page_store
from storage.accounts import list_accounts
from storage.books import READABLE, REAL_WORK, BookProgress
from storage.offices import office_tree
from storage.pages import PageRow
from storage.settings_store import get_setting
from vietnamese.letters import nfc
from workbench.services.book_order import FIXED, placed
from workbench.services.book_rewriting import rewrite_entries
from workbench.services.checks import open_points
from workbench.services.context import Context, Work, requires
from workbench.services.days import today_kept
from workbench.services.errors import InvalidInput, Missing, NotAllowed, found
from workbench.services.settings import OFFICE

__all__ = [
    "CLERKS_ADD_BOOKS",
    "BookProgress",
    "PageRow",
    "add_checked_book",
    "book_pages",
    "book_progress",
    "books_to_choose",
    "checked_book",
    "create_book",
    "explain_page",
    "find_book",
    "list_books",
    "makers_of_books",
    "may_add_books",
    "update_book",
]

CLERKS_ADD_BOOKS = "clerks_add_books"
"""Setting of the office: clerks add books themselves."""


@requires(Role.CLERK)
def may_add_books(ctx: Context) -> bool:
    """Whether the caller adds books without asking: supervisors do, clerks where the office lets them."""
    with ctx.read() as connection:
        return ctx.may(Role.SUPERVISOR) or bool(get_setting(connection, OFFICE + CLERKS_ADD_BOOKS))


@requires(Role.CLERK)
def makers_of_books(ctx: Context) -> tuple[str, ...]:
    """Names of those who may add books and grant them: supervisors and administrators."""
    with ctx.read() as connection:
        people = list_accounts(connection)
    return tuple(a.full_name or a.name for a in people if a.active and a.role.includes(Role.SUPERVISOR))


@requires(Role.CLERK)
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
        ctx: A supervisor's, or a clerk's where the office lets clerks add books.
        register_type: Which register.
        volume_number: `nn/yyyy`.
        office: Registering authority in words, as of its time.
        state: How far it has come.
        **details: Any other field of `Book`.

    Raises:
        InvalidInput: a value cannot be taken, or the book exists.
        NotAllowed: clerks do not add books here.
    """
    if not may_add_books(ctx):
        who = ", ".join(makers_of_books(ctx))
        raise NotAllowed(f"Tài khoản của bạn chưa được thêm sổ. Hãy xin thêm sổ, hoặc nhờ: {who}.")
    book = checked_book(
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
        return add_checked_book(work, book, mine)


def add_checked_book(work: Work, book: Book, offices: frozenset[int] | None) -> Book:
    """Add a book whose values were checked, in its place by the office's rule.

    Args:
        work: a writing transaction.
        book: the book.
        offices: units of the tree among which the book's own is looked for by its authority (`Context.office_ids`).

    Raises:
        InvalidInput: the book exists.
    """
    if store.find_book(work.connection, book.register_type, book.volume_number, book.office):
        raise InvalidInput(f"Quyển {book.volume_number} của {book.office} đã có. Hãy mở quyển đó trong danh sách.")
    if book.office_id is None:
        named = office_tree(work.connection).of_words(book.office, today_kept(), offices)
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


def checked_book(book: Book) -> Book:
    """The book with its volume, authority and days as the standard has them.

    Raises:
        InvalidInput: a value cannot be taken.
    """
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
    if book.opened_on and book.closed_on and _as_number(book.opened_on) > _as_number(book.closed_on):
        raise InvalidInput(
            f"Ngày mở sổ {book.opened_on} sau ngày khóa sổ {book.closed_on}. Hãy xem lại bìa và trang khóa sổ rồi sửa."
        )
    if not book.office:
        raise InvalidInput(
            "Chưa có nơi đăng ký. Hãy ghi cơ quan đăng ký theo sổ, ví dụ: UBND xã ..., huyện ..., tỉnh ..."
        )
    for count in (book.pages, book.expected_entries):
        if count is not None and count < 0:
            raise InvalidInput("Số trang và số trường hợp không thể âm. Hãy sửa lại, hoặc để trống khi chưa đếm.")
    return book


def _as_number(day: str) -> str:
    """A day of the standard (`31.12.1998`) turned round, so that days compare as they follow each other."""
    return "".join(reversed(day.split(".")))


def _refuse_open_book(points: tuple[str, ...]) -> None:
    """A book is closed only when every slot and number is explained."""
    if points:
        raise InvalidInput(
            f"Sổ chưa khóa được: còn {len(points)} điều phải xem. {' '.join(points[:3])} "
            "Hãy giải thích hết trong thẻ «Kiểm tra cả sổ» rồi đổi tình trạng."
        )


@requires(Role.CLERK, Role.INSPECTOR)
def list_books(
    ctx: Context,
    *,
    register_type: RegisterType | None = None,
    state: BookState | None = None,
    query: str = "",
    samples: bool = False,
) -> tuple[BookProgress, ...]:
    """Books by priority with their progress; `query` is looked for in volume and office, tone marks do not matter.

    Sample books come along only when `samples` asks for them.
    """
    with ctx.read() as connection:
        kinds = READABLE if samples else REAL_WORK
        found = store.list_books(connection, register_type=register_type, state=state, kinds=kinds)
        words = search_key(query).split()
        if words:
            found = tuple(b for b in found if all(w in search_key(f"{b.volume_number} {b.office}") for w in words))
        return store.progress_of(connection, found)


@requires(Role.CLERK, Role.INSPECTOR)
def books_to_choose(ctx: Context, *, with_entries: bool = False, samples: bool = False) -> tuple[Book, ...]:
    """Books by priority without their progress, which takes a second to count at 14,000 books.

    Sample books stand behind the others where `samples` asks for them, and alone where there is no other book yet.
    """
    with ctx.read() as connection:
        real = store.list_books(connection, with_entries=with_entries)
        if real and not samples:
            return real
        return real + store.list_books(connection, with_entries=with_entries, kinds=(BookKind.SAMPLE,))


@requires(Role.CLERK, Role.INSPECTOR)
def book_progress(ctx: Context, book_id: int) -> BookProgress:
    """One book with its progress."""
    with ctx.read() as connection:
        return store.progress_of(connection, (found(store.get_book(connection, book_id), Missing.BOOK),))[0]


@requires(Role.CLERK, Role.INSPECTOR)
def find_book(ctx: Context, *, register_type: RegisterType, volume_number: str, office: str) -> Book | None:
    """The book of that type, volume and office."""
    with ctx.read() as connection:
        with suppress(BookDataError):  # a text that is no volume is the volume of no book
            volume_number = standard_volume(volume_number)
        # books added before commas were put between units have their office as it was typed then
        spelt = dict.fromkeys((office_as_kept(office), " ".join(nfc(office).split())))
        known = (store.find_book(connection, register_type, volume_number.strip(), one) for one in spelt)
        return next((book for book in known if book is not None), None)


@requires(Role.SUPERVISOR)
def update_book(ctx: Context, /, book_id: int, **changes: Any) -> Book:
    """Change fields of a book and the values its entries have from it; each change leaves an audit event.

    A priority given stays, whatever the office's rule.

    Raises:
        InvalidInput: a value cannot be taken, or the book is to be closed with something left unexplained.
    """
    with ctx.write() as work:
        before = found(store.get_book(work.connection, book_id), Missing.BOOK)
        after = checked_book(replace(before, **_known(changes)))
        if after.register_type != before.register_type and store.progress_of(work.connection, (before,))[0].entries:
            raise InvalidInput("Quyển đã có trường hợp được đọc nên không đổi loại sổ được. Hãy tạo quyển mới.")
        if after.state in CLOSED_BOOKS and before.state not in CLOSED_BOOKS:
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


@requires(Role.CLERK, Role.INSPECTOR)
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
        page_store.explain_page(work.connection, page_id, kind=kind, reason=reason.strip())
        work.note(
            "explain_page",
            book_id=page.book_id,
            column=str(page_id),
            old=page.kind or "",
            new=kind.value,
            reason=reason.strip(),
        )
        return found(page_store.get_page(work.connection, page_id), Missing.PAGE)
