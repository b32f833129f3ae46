"""Why a queue has nothing for somebody: a screen without work says what to wait for, or where to go next."""

from __future__ import annotations

from corrections.entries import Book, EntryState, Role
from storage import queues
from storage.books import get_book, list_books
from storage.clock import stamp, steady_now
from storage.entries import get_entry
from workbench.services.context import Context, requires
from workbench.services.reading import unread_count
from workbench.services.reading_queue import unread_books

__all__ = ["next_book", "why_nothing"]

_CLERKS = (EntryState.SENT_BACK, EntryState.TO_REVIEW)
_SUPERVISORS = (EntryState.ESCALATED, EntryState.CONFIRMED)


@requires(Role.CLERK)
def why_nothing(ctx: Context, *, book_id: int | None, supervising: bool) -> str:
    """One or more Vietnamese sentences, the most useful first."""
    states = _SUPERVISORS if supervising else _CLERKS
    with ctx.read() as connection:
        held = queues.held_by_others(connection, ctx.who.id, states, stamp(steady_now()), book_id)
        counts = queues.state_counts(connection, book_id)
    told = []
    if held:
        who = ", ".join(f"{name} ({count})" for name, count in held.items())
        told.append(f"{sum(held.values())} trường hợp đang do người khác giữ: {who}.")
    if unread := unread_count(ctx, book_id):
        told.append(_about_unread(ctx, unread, book_id))
    if told:
        return " ".join(told)
    where = "sổ này" if book_id else "các sổ"
    if not sum(counts.values()):
        return f"Chưa có trường hợp nào trong {where}. Nhập bản quét và cho máy đọc trước."
    after = "chờ duyệt" if not supervising else "chờ người nhập"
    left = sum(counts[state] for state in (_CLERKS if supervising else _SUPERVISORS))
    exports = "xuất sổ ở màn hình «Xuất»" if ctx.may(Role.SUPERVISOR) else "người kiểm tra xuất được sổ"
    waiting = f" {left} trường hợp đang {after}." if left else f" Không còn gì chờ: {exports}."
    return f"Đã xong việc ở {where}.{waiting}"


@requires(Role.CLERK)
def next_book(ctx: Context, *, supervising: bool) -> Book | None:
    """The book whose entries come next for the caller, over all books; None when nothing waits."""
    states = _SUPERVISORS if supervising else _CLERKS
    with ctx.read() as connection:
        ids = queues.free_entry_ids(
            connection, account_id=ctx.who.id, states=states, at=stamp(steady_now()), limit=1, risk_first=supervising
        )
        entry = get_entry(connection, ids[0]) if ids else None
        return get_book(connection, entry.entry.book_id) if entry else None


def _about_unread(ctx: Context, unread: int, book_id: int | None) -> str:
    """Whether waiting helps, or somebody has to let the machine read first."""
    with ctx.read() as connection:
        real = {book.id for book in list_books(connection)} if book_id is None else {book_id}
    idle = sum(count for book, count in unread_books(ctx).items() if book in real)
    if idle >= unread:
        return f"Còn {unread} trang chưa ai cho máy đọc: hãy mở màn hình «Máy đọc» và cho vào hàng đọc."
    said = f"Còn {unread} trang máy chưa đọc; trường hợp mới sẽ hiện khi máy đọc xong."
    return f"{said} {idle} trang trong số đó chưa ai cho máy đọc (màn hình «Máy đọc»)." if idle else said
