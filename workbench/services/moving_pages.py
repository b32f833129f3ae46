"""Wrong scans: pages go to another book, or out of every book into a drawer, before they were read or after.

What people have confirmed goes along or the move is refused; it is never thrown away. Between books of one register
the entries go as they stand, and what their book says of itself (volume, authority, signer) becomes the new book's. In
a book of another register the machine reads the page anew, so entries that somebody has confirmed keep it where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corrections.entries import CLOSED_BOOKS, AuditEvent, Book, BookKind, BookState, Entry, EntryState, FieldValue, Role
from corrections.queues import predict_effort
from corrections.titles import entry_title
from ocr.readings import PageKind
from storage import pages as page_store
from storage.audit_log import last_event_of_page, seal_of
from storage.books import drawer_of, get_book, list_books, save_book
from storage.entries import (
    SaveMarks,
    StoredEntry,
    entries_of_page,
    move_entry,
    save_entry,
    stream_entries,
    withdraw_entry,
)
from storage.opening.database import Connection
from storage.pages import PageRow
from storage.states import PageState
from vietnamese.letters import is_figures
from workbench.services.book_rewriting import values_of_book
from workbench.services.context import Context, Work, requires
from workbench.services.errors import InvalidInput, Missing, NotAllowed, found
from workbench.services.naming import book_title
from workbench.services.reweighing import reweigh_book

__all__ = ["MovedPages", "PageAside", "move_pages", "pages_aside", "take_pages_out"]

_FINISHED = (EntryState.CONFIRMED, EntryState.APPROVED, EntryState.SENT_BACK)
"""Somebody has confirmed the values once: they are never given up for a page's new register."""
_TOLD = 3
"""Entries named in a refusal."""
_PUT_ASIDE = "put_aside"
_OF_BOOK = "book:"
"""Stands in `source` of such an event before the id of the book the page was in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedPages:
    """What a move did."""

    pages: int
    entries: int
    """Entries that went along as they stand."""
    to_read: int
    """Pages that the machine reads anew, or for the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAside:
    """A page in the drawer, with where it was, and who took it out, when and why."""

    page: PageRow
    drawer: Book
    book: Book | None
    event: AuditEvent | None


@requires(Role.CLERK)
def move_pages(
    ctx: Context, page_ids: Sequence[int], book_id: int, *, reason: str, after: int | None = None
) -> MovedPages:
    """Put pages of one book, or of the drawer, into a book.

    Args:
        ctx: A clerk's; a supervisor's when somebody has worked on an entry of the pages.
        page_ids: The pages, all of one book; they keep their order.
        book_id: The book they belong to.
        reason: Why, for the log.
        after: Place in that book, from 0, behind which they are put; None: at its end.

    Raises:
        InvalidInput: nothing was changed; the message says which page stands against it, and what to do.
        NotAllowed: somebody has worked on the pages, and the caller is a clerk.
    """
    with ctx.write() as work:
        target = found(get_book(work.connection, book_id), Missing.BOOK)
        if target.kind is BookKind.ASIDE:
            raise InvalidInput("Hãy dùng «Lấy ra khỏi quyển» để cất trang vào ngăn để riêng.")
        moved = _move(ctx, work, page_ids, target, reason, after)
    reweigh_book(ctx, book_id)
    return moved


@requires(Role.CLERK)
def take_pages_out(ctx: Context, page_ids: Sequence[int], *, reason: str) -> MovedPages:
    """Put pages that belong to no book here into the drawer of their register: nothing is lost, nothing is counted.

    Raises:
        InvalidInput, NotAllowed: see `move_pages`.
    """
    with ctx.write() as work:
        first = found(page_store.get_page(work.connection, page_ids[0]) if page_ids else None, Missing.PAGE)
        book = found(get_book(work.connection, first.book_id), Missing.BOOK)
        drawer = drawer_of(work.connection, book)
        return _move(ctx, work, page_ids, drawer, reason, None)


@requires(Role.CLERK)
def pages_aside(ctx: Context) -> tuple[PageAside, ...]:
    """What lies in the drawers, by register type."""
    with ctx.read() as connection:
        lying = []
        for drawer in list_books(connection, kinds=(BookKind.ASIDE,)):
            for page in page_store.book_pages(connection, drawer.id):
                event = last_event_of_page(connection, drawer.id, page.id, _PUT_ASIDE)
                lying.append(PageAside(page=page, drawer=drawer, book=_origin(connection, event), event=event))
        return tuple(lying)


def _origin(connection: Connection, event: AuditEvent | None) -> Book | None:
    """The book that a page in a drawer was taken out of."""
    number = event.source.removeprefix(_OF_BOOK) if event else ""
    return get_book(connection, int(number)) if is_figures(number) else None


def _move(
    ctx: Context, work: Work, page_ids: Sequence[int], target: Book, reason: str, after: int | None
) -> MovedPages:
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput("Hãy ghi lý do, ví dụ: quét nhầm từ quyển khác, trang không thuộc sổ nào.")
    chosen = [found(page_store.get_page(work.connection, page_id), Missing.PAGE) for page_id in page_ids]
    pages = sorted(chosen, key=lambda page: (page.position, page.half or 0, page.id))
    if not pages or len({page.book_id for page in pages}) > 1:
        raise InvalidInput("Hãy chọn các trang của cùng một quyển.")
    source = found(get_book(work.connection, pages[0].book_id), Missing.BOOK)
    _refuse_books(source, target)
    stored = {page.id: entries_of_page(work.connection, page.id) for page in pages}
    _refuse_parting(work.connection, source, pages)
    _refuse_entries(ctx, source, target, pages, stored)
    place = page_store.next_position(work.connection, target.id) if after is None else after + 1
    page_store.make_room(work.connection, target.id, place, pages[-1].position - pages[0].position + 1)
    for page in pages:
        _move_page(work, page, stored[page.id], source, target, place + page.position - pages[0].position, reason)
    if target.state is BookState.TO_COLLECT and target.kind is not BookKind.ASIDE:
        save_book(work.connection, replace(target, state=BookState.SCANNED))
    along = source.register_type is target.register_type
    entries = sum(len(on_page) for on_page in stored.values()) if along else 0
    return MovedPages(pages=len(pages), entries=entries, to_read=_unread(work, pages))


def _unread(work: Work, pages: Sequence[PageRow]) -> int:
    now = (page_store.get_page(work.connection, page.id) for page in pages)
    return sum(page is not None and page.state is PageState.UNREAD for page in now)


def _refuse_books(source: Book, target: Book) -> None:
    if source.id == target.id:
        raise InvalidInput("Trang đang ở đúng quyển này. Hãy chọn quyển khác.")
    if BookKind.REMOVED in (source.kind, target.kind):
        raise InvalidInput("Quyển mẫu đã bỏ. Hãy chọn quyển khác.")
    if BookKind.SAMPLE in (source.kind, target.kind) and source.kind is not target.kind:
        raise InvalidInput("Trang của quyển mẫu là người và nơi bịa, không để lẫn với sổ thật. Hãy chọn quyển khác.")
    for book in (source, target):
        if book.kind is not BookKind.ASIDE and book.state in CLOSED_BOOKS:
            raise InvalidInput(
                f"{book_title(book)} đã khóa hoặc đã xuất nên không đổi trang được. Hãy đổi tình trạng của quyển ở "
                "thẻ «Thông tin sổ» trước, rồi xuất lại sau khi chuyển."
            )


def _refuse_parting(connection: Connection, source: Book, pages: Sequence[PageRow]) -> None:
    """What stands on several pages moves as a whole."""
    ids = {page.id for page in pages}
    for stored in stream_entries(connection, source.id):
        standing = {stored.entry.page_id, *stored.more_pages}
        if standing & ids and not standing <= ids:
            title = entry_title(stored.entry) or "một trường hợp"
            raise InvalidInput(f"{title} nằm trên nhiều trang. Hãy chọn đủ các trang của trường hợp đó.")
    every = page_store.book_pages(connection, source.id)
    for left, right in pairwise(every):
        if right.kind is PageKind.CONTINUED and (left.id in ids) != (right.id in ids):
            raise InvalidInput(
                f"Trang quét {left.position + 1} và {right.position + 1} là hai nửa của một bảng. Hãy chọn cả hai."
            )


def _refuse_entries(
    ctx: Context,
    source: Book,
    target: Book,
    pages: Sequence[PageRow],
    stored: dict[int, tuple[StoredEntry, ...]],
) -> None:
    every = [one for page in pages for one in stored[page.id]]
    if any(one.touched for one in every) and not ctx.may(Role.SUPERVISOR):
        raise NotAllowed("Trang đã có trường hợp được làm. Hãy nhờ người kiểm tra chuyển trang.")
    if source.register_type is target.register_type:
        return
    finished = [one.entry for one in every if one.entry.state in _FINISHED]
    if finished:
        named = "; ".join(entry_title(entry) or "chưa rõ số" for entry in finished[:_TOLD])
        raise InvalidInput(
            f"{len(finished)} trường hợp trên các trang này ({named}) đã xác nhận là {source.register_type.label}; "
            f"quyển nhận là {target.register_type.label} nên không mang theo được. Nếu đúng là nhầm, hãy mở từng "
            "trường hợp và ghi «Không phải một trường hợp», rồi chuyển trang."
        )


def _move_page(
    work: Work, page: PageRow, entries: Sequence[StoredEntry], source: Book, target: Book, place: int, reason: str
) -> None:
    page_store.move_page(work.connection, page.id, book_id=target.id, position=place)
    aside = target.kind is BookKind.ASIDE
    about = {"column": str(page.id), "reason": reason, "old": book_title(source), "new": book_title(target)}
    work.note("take_page_out" if aside else "move_page", book_id=source.id, **about)
    work.note(_PUT_ASIDE if aside else "receive_page", book_id=target.id, source=f"{_OF_BOOK}{source.id}", **about)
    other_register = source.register_type is not target.register_type
    for one in entries:
        (_withdraw if other_register else _take_along)(work, one, source, target, reason)
    if other_register and page.has_picture and not page.explained:
        page_store.read_anew(work.connection, page.id)


def _take_along(work: Work, stored: StoredEntry, source: Book, target: Book, reason: str) -> None:
    """The entry as it stands; what it has from its book's record becomes the new book's."""
    before = stored.entry
    was = _book_before(work.connection, stored, source)
    changed = {} if target.kind is BookKind.ASIDE else values_of_book(before, was, target)
    after = replace(before, book_id=target.id, fields={**before.fields, **changed})
    move_entry(work.connection, before.id, target.id)
    saved = save_entry(work.connection, before, after, SaveMarks(untouched=True))
    where = {"entry_id": saved.id, "book_id": target.id}
    for name, value in changed.items():
        old = before.fields[name].normalized
        work.note("book_corrected", **where, column=name, source=value.source.value, old=old, new=value.normalized)
    titles = {"old": book_title(source), "new": book_title(target)}
    work.note("move_page", **where, source=seal_of(saved), reason=reason, **titles)


def _book_before(connection: Connection, stored: StoredEntry, source: Book) -> Book:
    """The book whose record the entry was filled from: of a page in the drawer the one it was taken out of."""
    if source.kind is not BookKind.ASIDE:
        return source
    return _origin(connection, last_event_of_page(connection, source.id, stored.entry.page_id, _PUT_ASIDE)) or source


def _withdraw(work: Work, stored: StoredEntry, source: Book, target: Book, reason: str) -> None:
    """An entry nobody confirmed gives way to what the machine reads in the page's new register; a version is kept."""
    before = stored.entry
    fields: dict[str, FieldValue] = {}
    emptied: Entry = replace(before, book_id=target.id, fields=fields, findings=(), state=EntryState.SET_ASIDE)
    emptied = replace(emptied, priority=round(predict_effort(emptied), 2), escalation_reason=reason)
    move_entry(work.connection, before.id, target.id)
    saved = save_entry(work.connection, before, emptied, SaveMarks())
    withdraw_entry(work.connection, before.id, target.register_type)
    titles = {"old": book_title(source), "new": book_title(target)}
    work.note("withdraw_entry", entry_id=saved.id, book_id=target.id, source=seal_of(saved), reason=reason, **titles)
