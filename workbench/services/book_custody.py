"""Paper books handed out and returned: minutes with giver, receiver, place and dates; where each book is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corrections.campaign.totals import dotted
from corrections.entries import Book, Role
from corrections.minutes import Past, Side, not_the_holder, out_of_order
from storage import handovers as store
from storage.books import get_books, list_books
from storage.clock import now
from storage.handovers import Handover, HandoverLine
from storage.opening.database import Connection
from storage.states import HandoverKind
from vietnamese.letters import fold_spaces
from vietnamese.shown_time import LOCAL, shown_day
from workbench.services.context import Context, requires
from workbench.services.days import refuse_impossible_day
from workbench.services.errors import InvalidInput, Missing, found, refuse_longer
from workbench.services.naming import book_title
from workbench.services.printing import print_document

__all__ = [
    "BookOut",
    "Handover",
    "HandoverKind",
    "HandoverLine",
    "books_in_house",
    "books_out",
    "hand_books_over",
    "list_handovers",
    "print_handover",
]

_LONGEST = 300
"""Characters of a text on a paper that is signed."""
_DOCUMENTS = {HandoverKind.HANDED_OUT: "books_handed_out", HandoverKind.RETURNED: "books_returned"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BookOut:
    """A book that is not in the office."""

    book: Book
    handover: Handover
    """The minutes it went with."""
    overdue: bool


@requires(Role.SUPERVISOR)
def hand_books_over(ctx: Context, handover: Handover) -> Handover:
    """Keep minutes of books handed out or returned.

    Raises:
        NotFound: no such book.
        InvalidInput: a name or a book is missing, a day cannot be or comes too early, a book handed out twice, returned
            without having been handed out, or by somebody who does not hold it; nothing was kept.
    """
    clean = _cleaned(handover)
    _refuse_incomplete(clean)
    with ctx.write() as work:
        ids = [line.book_id for line in clean.lines]
        known = get_books(work.connection, set(ids))
        for book_id in ids:
            found(known.get(book_id), Missing.BOOK)
        _refuse_wrong_way(clean, known, store.newest_handovers(work.connection, ids))
        kept = replace(clean, account_id=ctx.account_id)
        number = store.add_handover(work.connection, kept)
        for book_id in ids:
            work.note(
                "handover",
                book_id=book_id,
                column=clean.kind.value,
                old=clean.giver,
                new=clean.receiver,
                reason=f"{number} {clean.on_day}",
            )
    return replace(kept, id=number)


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def list_handovers(ctx: Context, *, limit: int | None = None) -> tuple[Handover, ...]:
    """Minutes, newest first."""
    with ctx.read() as connection:
        return store.list_handovers(connection, limit)


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def books_out(ctx: Context) -> tuple[BookOut, ...]:
    """Books that are not in the office, those longest overdue first."""
    today = now().astimezone(LOCAL).date().isoformat()
    with ctx.read() as connection:
        out = store.books_out(connection)
        known = get_books(connection, set(out))
    rows = [
        BookOut(book=known[book_id], handover=one, overdue=bool(one.due_on) and one.due_on < today)
        for book_id, one in out.items()
        if book_id in known
    ]
    return tuple(sorted(rows, key=lambda row: (not row.overdue, row.handover.due_on or "9999", row.book.id)))


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def books_in_house(ctx: Context) -> tuple[Book, ...]:
    """Books that may be handed out."""
    with ctx.read() as connection:
        out = store.books_out(connection)
        return tuple(book for book in list_books(connection) if book.id not in out)


@requires(Role.SUPERVISOR)
def print_handover(ctx: Context, handover_id: int) -> tuple[str, bytes]:
    """The minutes as a document to sign: file name and .docx.

    Raises:
        NotFound: no such minutes.
        ExportError: the office's own template no longer fits.
    """
    with ctx.write() as work:
        handover = found(store.get_handover(work.connection, handover_id), Missing.HANDOVER)
        return print_document(work, _DOCUMENTS[handover.kind], handover_id, _values(work.connection, handover))


def _values(connection: Connection, handover: Handover) -> dict[str, object]:
    known = get_books(connection, {line.book_id for line in handover.lines})
    lines = [_line_values(known[line.book_id], line) for line in handover.lines]
    counted = [book.expected_entries for book in known.values()]
    return {
        "ngay": shown_day(handover.on_day),
        "dia_diem": handover.place or "................................",
        "ben_giao": handover.giver,
        "ben_giao_don_vi": handover.giver_body or "................................",
        "ben_nhan": handover.receiver,
        "ben_nhan_don_vi": handover.receiver_body or "................................",
        "han_tra": shown_day(handover.due_on),
        "so_quyen": str(len(lines)),
        "so_truong_hop": _sum_text(counted),
        "ghi_chu": handover.note or "Không",
        "cac_quyen": lines,
    }


def _sum_text(counted: Sequence[int | None]) -> str:
    """The sum, with how many books nobody has counted: what is unknown is never printed as 0."""
    unknown = sum(1 for count in counted if count is None)
    total = sum(count for count in counted if count is not None)
    if not unknown:
        return dotted(total)
    return f"{dotted(total)} và {unknown} quyển chưa đếm" if unknown < len(counted) else "chưa đếm"


def _line_values(book: Book, line: HandoverLine) -> dict[str, str]:
    return {
        "loai": book.register_type.label,
        "so_quyen": book.volume_number,
        "noi_dang_ky": book.office,
        "so_trang": "" if book.pages is None else dotted(book.pages),
        "so_truong_hop": "" if book.expected_entries is None else dotted(book.expected_entries),
        "tinh_trang": line.condition,
    }


def _cleaned(handover: Handover) -> Handover:
    names = ("giver", "giver_body", "receiver", "receiver_body", "place", "note")
    texts = {name: fold_spaces(str(getattr(handover, name))) for name in names}
    lines = tuple(replace(line, condition=line.condition.strip()) for line in handover.lines)
    return replace(handover, lines=lines, **texts)  # type: ignore[arg-type]


def _refuse_incomplete(handover: Handover) -> None:
    if not handover.giver or not handover.receiver:
        raise InvalidInput("Chưa ghi người giao hoặc người nhận. Hãy ghi cả hai.")
    if _giver(handover).same_person(_receiver(handover)):
        raise InvalidInput("Người giao và người nhận là một. Hãy ghi lại.")
    ids = [line.book_id for line in handover.lines]
    if not ids:
        raise InvalidInput("Chưa chọn quyển nào. Hãy chọn các quyển giao nhận.")
    if len(set(ids)) < len(ids):
        raise InvalidInput("Có quyển được chọn hai lần. Hãy bỏ bớt.")
    long = (handover.giver, handover.receiver, handover.giver_body, handover.receiver_body, handover.place)
    refuse_longer("Có ô", _LONGEST, *long, handover.note, *(line.condition for line in handover.lines))
    day = _day(handover.on_day)
    refuse_impossible_day(day, "Ngày giao nhận", now().astimezone(LOCAL).date())
    if not handover.due_on:
        return
    if handover.kind is HandoverKind.RETURNED:
        raise InvalidInput("Biên bản nhận sổ về không có hạn trả. Hãy bỏ trống hạn trả.")
    due = _day(handover.due_on)
    if due < day:
        raise InvalidInput("Hạn trả sổ ở trước ngày giao. Hãy ghi lại hạn.")
    refuse_impossible_day(due, "Hạn trả sổ")


def _refuse(why: str, title: str) -> None:
    if why:
        raise InvalidInput(f"{title}: {why}")


def _giver(handover: Handover) -> Side:
    return Side(name=handover.giver, body=handover.giver_body)


def _receiver(handover: Handover) -> Side:
    return Side(name=handover.receiver, body=handover.receiver_body)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("Ngày không hợp lệ. Hãy chọn lại ngày.") from error


def _refuse_wrong_way(handover: Handover, known: Mapping[int, Book], newest: Mapping[int, Handover]) -> None:
    """Refuse what the newest minutes of a book contradict."""
    back = handover.kind is HandoverKind.RETURNED
    for line in handover.lines:
        title, last = book_title(known[line.book_id]), newest.get(line.book_id)
        away = last if last is not None and last.kind is HandoverKind.HANDED_OUT else None
        if not back and away is not None:
            raise InvalidInput(
                f"{title}: đang ở {away.receiver} từ {shown_day(away.on_day)}, chưa trả. Hãy lập biên bản trả sổ trước."
            )
        if back and away is None:
            raise InvalidInput(f"{title}: không có biên bản giao nào đang mở. Hãy lập biên bản giao sổ trước.")
        if back and away is not None:
            _refuse(not_the_holder(_receiver(away), _giver(handover), _receiver(handover), handover.note), title)
        if last is not None:
            past = Past(on=_day(last.on_day), what="giao sổ" if away is not None else "nhận lại sổ lần trước")
            _refuse(out_of_order(_day(handover.on_day), "ngày giao nhận", [past]), title)
