"""An entry that runs over onto further pages of its book: notes on an added sheet, a form filled in over the fold.

Its pages are shown one after the other at review, and its PDF has them all; so a page joined to it may carry nobody
else's entry. What is joined can be parted again, and both leave their reason in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corrections.entries import CLOSED_BOOKS, Book, EntryState, Role
from corrections.titles import entry_title
from storage.books import get_book
from storage.entries import StoredEntry, entries_of_page, entries_over_pages, get_entry, set_more_pages
from storage.opening.database import Connection
from storage.pages import PageRow, get_page
from storage.states import PageState
from workbench.services.context import Context, Work, requires
from workbench.services.errors import InvalidInput, Missing, NotAllowed, found
from workbench.services.saving_readings import add_entries_seen, unseen_regions

__all__ = ["ContinuedPage", "continued_pages", "join_pages", "part_pages"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuedPage:
    """Whose entry runs over onto a page."""

    entry_id: int
    title: str
    """Vietnamese: number and name, as far as they are known."""
    begins_on: int
    """Place in the book, from 0, of the page where the entry begins."""
    seen: int = 0
    """Entries of its own that the machine has seen on the page since it was joined, and nobody has looked at."""


@requires(Role.CLERK, Role.INSPECTOR)
def continued_pages(ctx: Context, book_id: int) -> dict[int, ContinuedPage]:
    """The pages of a book that go on with an entry of another page, by their id."""
    with ctx.read() as connection:
        return {
            page_id: ContinuedPage(
                entry_id=stored.entry.id,
                title=_title(stored),
                begins_on=_begins_on(connection, stored),
                seen=len(unseen_regions(connection, found(get_page(connection, page_id), Missing.PAGE))),
            )
            for stored in entries_over_pages(connection, book_id)
            for page_id in stored.more_pages
        }


@requires(Role.CLERK)
def join_pages(ctx: Context, entry_id: int, page_ids: Sequence[int], *, reason: str) -> None:
    """Say that an entry goes on, on these pages of its book too, in the order of the book.

    Args:
        ctx: A clerk's; a supervisor's when the entry is approved, because its PDF changes.
        entry_id: The entry.
        page_ids: The pages it goes on with, beside those joined before.
        reason: Why, for the log.

    Raises:
        InvalidInput: nothing was changed; the message says which page stands against it, and what to do.
        NotAllowed: the entry is approved, and the caller is a clerk.
    """
    with ctx.write() as work:
        stored = found(get_entry(work.connection, entry_id), Missing.ENTRY)
        pages = _pages(work.connection, page_ids)
        if not pages:
            raise InvalidInput("Hãy đánh dấu các trang viết tiếp.")
        taken = {p: one for one in entries_over_pages(work.connection, stored.entry.book_id) for p in one.more_pages}
        for page in pages:
            _refuse_page(work.connection, stored, page, taken.get(page.id))
        _save(ctx, work, stored, _pages(work.connection, {*stored.more_pages, *page_ids}), reason)


@requires(Role.CLERK)
def part_pages(ctx: Context, page_ids: Sequence[int], *, reason: str) -> int:
    """Say that these pages go on with no entry after all.

    Returns:
        How many entries of their own the machine saw on them while they were joined: those come to review now.

    Raises:
        InvalidInput, NotAllowed: see `join_pages`.
    """
    with ctx.write() as work:
        books = {page.book_id for page in _pages(work.connection, page_ids)}
        wanted = set(page_ids)
        joined = [s for b in sorted(books) for s in entries_over_pages(work.connection, b) if wanted & {*s.more_pages}]
        if not joined:
            raise InvalidInput("Các trang này chưa nối vào trường hợp nào. Hãy tải lại danh sách trang.")
        for stored in joined:
            _save(ctx, work, stored, _pages(work.connection, {*stored.more_pages} - wanted), reason)
        parted = wanted & {page_id for stored in joined for page_id in stored.more_pages}
        return sum(add_entries_seen(work, page) for page in _pages(work.connection, parted))


def _pages(connection: Connection, page_ids: Iterable[int]) -> list[PageRow]:
    """In the order of the book."""
    pages = [found(get_page(connection, page_id), Missing.PAGE) for page_id in page_ids]
    return sorted(pages, key=lambda page: (page.position, page.half or 0, page.id))


def _save(ctx: Context, work: Work, stored: StoredEntry, pages: Sequence[PageRow], reason: str) -> None:
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput("Hãy ghi lý do, ví dụ: ghi chú viết tiếp ở tờ đính kèm.")
    book = found(get_book(work.connection, stored.entry.book_id), Missing.BOOK)
    _refuse_entry(ctx, stored, book)
    before = _pages(work.connection, stored.more_pages)
    set_more_pages(work.connection, stored.entry.id, [page.id for page in pages])
    action = "join_pages" if len(pages) > len(before) else "part_pages"
    about = {"entry_id": stored.entry.id, "book_id": book.id, "reason": reason}
    work.note(action, **about, old=_named(before), new=_named(pages))


def _refuse_entry(ctx: Context, stored: StoredEntry, book: Book) -> None:
    if book.state in CLOSED_BOOKS:
        raise InvalidInput(
            "Sổ đã khóa hoặc đã xuất nên không đổi trang của trường hợp được. Hãy đổi tình trạng của quyển ở thẻ "
            "«Thông tin sổ» trước, rồi xuất lại."
        )
    if stored.entry.state is EntryState.APPROVED and not ctx.may(Role.SUPERVISOR):
        raise NotAllowed(f"{_title(stored)} đã duyệt. Hãy nhờ người kiểm tra nối hoặc bỏ nối trang.")


def _refuse_page(connection: Connection, stored: StoredEntry, page: PageRow, taken: StoredEntry | None) -> None:
    name = f"Trang quét {page.position + 1}"
    if page.book_id != stored.entry.book_id:
        raise InvalidInput(f"{name} thuộc quyển khác. Hãy chuyển trang sang quyển của trường hợp trước.")
    if page.id == stored.entry.page_id:
        raise InvalidInput(
            f"{_title(stored)} bắt đầu ở chính {name.lower()}. Hãy chọn trang khác, hoặc trường hợp khác."
        )
    if page.state is PageState.UNREAD:
        raise InvalidInput(
            f"{name} chưa đọc, nên chưa biết có trường hợp riêng hay không. Hãy cho máy đọc trang trước."
        )
    if not page.has_picture:
        raise InvalidInput(f"{name} không có bản quét nên không nối được. Hãy nhập bản quét của trang trước.")
    if taken is not None and taken.entry.id != stored.entry.id:
        raise InvalidInput(f"{name} đang nối vào {_title(taken)}. Hãy bỏ nối ở đó trước.")
    own = [one for one in entries_of_page(connection, page.id) if one.entry.state is not EntryState.SET_ASIDE]
    if own:
        raise InvalidInput(
            f"{name} có trường hợp riêng ({_title(own[0])}). PDF của một trường hợp không được mang dữ liệu của người "
            "khác. Nếu máy nhận nhầm, hãy mở trường hợp đó và ghi «Không phải một trường hợp», rồi nối trang."
        )


def _title(stored: StoredEntry) -> str:
    return entry_title(stored.entry) or "trường hợp chưa rõ số"


def _begins_on(connection: Connection, stored: StoredEntry) -> int:
    return found(get_page(connection, stored.entry.page_id), Missing.PAGE).position


def _named(pages: Sequence[PageRow]) -> str:
    """What the log tells people: `trang quét 2, 3`; empty without pages."""
    return "trang quét " + ", ".join(str(page.position + 1) for page in pages) if pages else ""
