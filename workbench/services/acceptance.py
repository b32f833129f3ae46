"""Acceptance of delivered books by the commune, Phòng Tư pháp and Sở Tư pháp, and return lists to a contractor.

What may be accepted is decided by the rules of `corrections.acceptance` alone. Minutes stand for one delivery of each
book, named by its digests: a book that changes afterwards is listed, delivered again and accepted again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from corrections.acceptance import (
    LEVEL_LABELS,
    AcceptanceLevel,
    ChangedEntry,
    Hindrance,
    hindrances,
)
from corrections.entries import Book, DecisionKind, EntryState, Role
from corrections.minutes import out_of_order
from corrections.titles import entry_title
from storage import acceptances as store
from storage import exports_log
from storage.acceptances import Acceptance, Verdict
from storage.books import get_book, list_books
from storage.clock import moment, now
from storage.entries import StoredEntry, get_entries, get_entry
from storage.exports_log import ExportRecord
from storage.opening.database import Connection
from storage.states import VerdictResult
from vietnamese.shown_time import LOCAL, local_day, shown_day
from workbench.services.acceptance_facts import changes_after, digests_of, gathered_facts, newest_delivery
from workbench.services.acceptance_levels import refuse_other_levels
from workbench.services.acceptance_types import BoardRow, BookVerdict, ChangeLine
from workbench.services.context import Context, Work, requires
from workbench.services.days import refuse_impossible_day
from workbench.services.errors import InvalidInput, Missing, found, refuse_longer
from workbench.services.naming import COLUMN_LABELS, book_title
from workbench.services.saving import save_within

__all__ = [
    "Acceptance",
    "AcceptanceLevel",
    "BoardRow",
    "BookVerdict",
    "ChangeLine",
    "acceptance_board",
    "changes_since_delivery",
    "hindrances_of",
    "hold_acceptance",
    "list_acceptances",
    "told_changes",
]

_LONGEST = 2000
"""Characters of a text in minutes."""
_DAY = "Ngày nghiệm thu"
_RETURNABLE = (EntryState.APPROVED, EntryState.CONFIRMED, EntryState.ESCALATED)


_WHY = {
    "reopened": "mở lại, chưa duyệt",
    "changed": "đã sửa rồi duyệt lại",
    "new": "duyệt, hoặc chuyển vào quyển, sau khi xuất",
    "gone": "đã chuyển khỏi quyển sau khi xuất",
    "pages": "trang đã nối thêm, bỏ nối hoặc quét lại sau khi xuất",
    "book": "số quyển hoặc loại sổ đã đổi sau khi xuất",
}


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def acceptance_board(ctx: Context) -> tuple[BoardRow, ...]:
    """Every book with its newest delivery and the levels that accepted it."""
    with ctx.read() as connection:
        books = list_books(connection)
        newest = exports_log.newest_deliveries(connection)
        words = store.last_words(connection)
        opened, changed = store.opened_again(connection), store.changed_since_delivery(connection, words)
    return tuple(
        _row(book, newest.get(book.id), words, opened=opened.get(book.id, 0), changed=changed.get(book.id, 0))
        for book in books
    )


def _row(
    book: Book,
    delivery: ExportRecord | None,
    words: Mapping[store.LevelOfBook, store.LastWord],
    *,
    opened: int,
    changed: int,
) -> BoardRow:
    now_accepted, before, returned, back = {}, {}, {}, {}
    for level in AcceptanceLevel:
        word = words.get((book.id, level))
        if word is None:
            continue
        if word.verdict.result is VerdictResult.RETURNED:
            returned[level] = shown_day(word.on_day)
        elif word.taken_back is not None:
            back[level] = _said(word.taken_back)
        elif delivery is not None and word.verdict.delivery == digests_of(delivery):
            now_accepted[level] = shown_day(word.on_day)
        else:
            before[level] = shown_day(word.on_day)
    return BoardRow(
        book=book,
        delivered_on=local_day(moment(delivery.at)) if delivery else "",
        delivery_state=delivery.state if delivery else None,
        accepted_on=now_accepted,
        accepted_before=before,
        returned_on=returned,
        taken_back=back,
        opened=opened,
        changed=changed,
    )


def _said(word: store.LastWord) -> str:
    """Who returned a book and when."""
    return f"{LEVEL_LABELS[word.level]} trả lại {shown_day(word.on_day)}"


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def hindrances_of(ctx: Context, level: AcceptanceLevel, book_id: int) -> tuple[Hindrance, ...]:
    """What stands in the way of accepting a book at a level; nothing: it may be accepted.

    Raises:
        NotFound: no such book.
    """
    with ctx.read() as connection:
        book = found(get_book(connection, book_id), Missing.BOOK)
        return hindrances(level, gathered_facts(connection, book, level, newest_delivery(connection, book_id)))


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def changes_since_delivery(ctx: Context, book_id: int) -> tuple[ChangeLine, ...]:
    """Entries of a book that are no longer as its newest delivery has them; none without a delivery."""
    with ctx.read() as connection:
        found(get_book(connection, book_id), Missing.BOOK)
        delivery = newest_delivery(connection, book_id)
        return told_changes(connection, changes_after(connection, delivery) if delivery else ())


def told_changes(connection: Connection, changes: Sequence[ChangedEntry]) -> tuple[ChangeLine, ...]:
    """The changes in words."""
    titles = {s.entry.id: entry_title(s.entry) for s in get_entries(connection, [one.entry_id for one in changes])}
    return tuple(
        ChangeLine(
            entry_id=one.entry_id,
            title=titles.get(one.entry_id, "") if one.entry_id else "cả quyển",
            why=_WHY[one.why],
            columns=", ".join(COLUMN_LABELS.get(name, name) for name in one.columns),
        )
        for one in changes
    )


@requires(Role.SUPERVISOR)
def hold_acceptance(
    ctx: Context,
    level: AcceptanceLevel,
    *,
    on_day: date,
    verdicts: Sequence[BookVerdict],
    returns: Sequence[tuple[int, str]] = (),
    place: str = "",
    members: str = "",
    contractor: str = "",
    note: str = "",
) -> Acceptance:
    """Keep minutes of acceptance. Books that may not be accepted refuse the whole; returned entries are opened again.

    Args:
        ctx: a supervisor's.
        level: who accepts.
        on_day: day of the minutes.
        verdicts: each book with what was decided.
        returns: entries with the reason they go back for; of returned books only.
        place: where.
        members: who took part, one a line.
        contractor: to whom returned books go back; empty: the office itself.
        note: anything else.

    Raises:
        NotFound: no such book or entry.
        InvalidInput: something stands in the way of an acceptance, a book or an entry goes back that is back already,
            or the day cannot be or comes before what the minutes are about; nothing was kept, the message names it.
        NotAllowed: the level stands above the caller's unit.
    """
    refuse_other_levels(ctx, level)
    _refuse_incomplete(on_day, verdicts, returns, (place, members, contractor, note))
    with ctx.write() as work:
        ids = [one.book_id for one in verdicts]
        going_back = {entry_id: _going_back(work.connection, entry_id) for entry_id, _ in returns}
        with_entries = {stored.entry.book_id for stored in going_back.values()}
        kept = Acceptance(
            level=level,
            round=store.rounds_so_far(work.connection, level, ids) + 1,
            on_day=on_day.isoformat(),
            place=place.strip(),
            members=members.strip(),
            contractor=contractor.strip(),
            note=note.strip(),
            account_id=ctx.account_id,
            verdicts=tuple(
                _decided(work.connection, level, on_day, one, with_entries=one.book_id in with_entries)
                for one in verdicts
            ),
            returns=tuple((entry_id, why.strip()) for entry_id, why in returns),
        )
        _send_back(ctx, work, kept, going_back)
        number = store.add_acceptance(work.connection, kept)
        _note(work, kept, number)
        return found(store.get_acceptance(work.connection, number), Missing.ACCEPTANCE)


def _note(work: Work, kept: Acceptance, number: int) -> None:
    """Say in the log what became of each book of the minutes, and which acceptances above it fell with them."""
    for verdict in kept.verdicts:
        work.note(
            "acceptance",
            book_id=verdict.book_id,
            column=kept.level.value,
            new=f"{verdict.result.value} {number} {verdict.delivery[:12]}".strip(),
            reason=verdict.reason,
        )
    for (book_id, level), word in store.fell_with(work.connection, number).items():
        by = f"{LEVEL_LABELS[kept.level]} trả lại, biên bản {number}"
        work.note("acceptance_fell", book_id=book_id, column=level.value, old=str(word.acceptance_id), reason=by)


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def list_acceptances(ctx: Context, *, limit: int | None = None) -> tuple[Acceptance, ...]:
    """Minutes, newest first."""
    with ctx.read() as connection:
        return store.list_acceptances(connection, limit)


def _refuse_incomplete(
    on_day: date, verdicts: Sequence[BookVerdict], returns: Sequence[tuple[int, str]], texts: Sequence[str]
) -> None:
    if not verdicts:
        raise InvalidInput("Chưa chọn quyển nào để nghiệm thu.")
    if len({one.book_id for one in verdicts}) < len(verdicts) or len({e for e, _ in returns}) < len(returns):
        raise InvalidInput("Có quyển hoặc trường hợp được chọn hai lần. Hãy bỏ bớt.")
    if any(not one.accepted and not one.reason.strip() for one in verdicts):
        raise InvalidInput("Quyển trả lại phải ghi lý do.")
    if any(not why.strip() for _, why in returns):
        raise InvalidInput("Trường hợp trả lại phải ghi lý do.")
    refuse_impossible_day(on_day, _DAY, now().astimezone(LOCAL).date())
    refuse_longer("Có ô", _LONGEST, *texts, *(one.reason for one in verdicts), *(why for _, why in returns))


def _decided(
    connection: Connection, level: AcceptanceLevel, on_day: date, verdict: BookVerdict, *, with_entries: bool
) -> Verdict:
    """A verdict with the delivery it is about.

    Args:
        connection: the transaction's.
        level: who decides.
        on_day: day of the minutes.
        verdict: what was decided.
        with_entries: whether entries of the book go back with it.

    Raises:
        InvalidInput: the book may not be accepted, is returned already, or the day comes too early.
    """
    book = found(get_book(connection, verdict.book_id), Missing.BOOK)
    delivery = newest_delivery(connection, book.id)
    facts = gathered_facts(connection, book, level, delivery)
    title = book_title(book)
    if verdict.accepted and (why := hindrances(level, replace(facts, reason=verdict.reason.strip()))):
        reasons = " ".join(one.message for one in why)
        raise InvalidInput(f"{title} chưa nghiệm thu được: {reasons} Chưa ghi quyển nào.")
    if not verdict.accepted and facts.returned_here and not with_entries:
        raise InvalidInput(
            f"{title}: {LEVEL_LABELS[level]} đã trả lại đúng bản này ngày {facts.returned_here}. Hãy chờ bản giao mới, "
            "hoặc chọn thêm trường hợp trả lại. Chưa ghi quyển nào."
        )
    if too_early := out_of_order(on_day, _DAY, facts.past):
        raise InvalidInput(f"{title}: {too_early} Chưa ghi quyển nào.")
    return Verdict(
        book_id=book.id,
        result=VerdictResult.ACCEPTED if verdict.accepted else VerdictResult.RETURNED,
        export_id=delivery.id if delivery else None,
        delivery=digests_of(delivery) if delivery else "",
        reason=verdict.reason.strip(),
    )


def _going_back(connection: Connection, entry_id: int) -> StoredEntry:
    """An entry that minutes send back.

    Raises:
        InvalidInput: it is back already.
    """
    stored = found(get_entry(connection, entry_id), Missing.ENTRY)
    if stored.entry.state is EntryState.SENT_BACK:
        raise InvalidInput(
            f"Trường hợp {entry_title(stored.entry)} đang bị trả lại, chưa sửa xong. Hãy bỏ dòng này. Chưa ghi gì."
        )
    return stored


def _send_back(ctx: Context, work: Work, kept: Acceptance, entries: Mapping[int, StoredEntry]) -> None:
    """Open returned entries again, each with its reason in the log."""
    returned = {one.book_id for one in kept.verdicts if one.result is VerdictResult.RETURNED}
    for entry_id, why in kept.returns:
        stored = entries[entry_id]
        if stored.entry.book_id not in returned:
            title = entry_title(stored.entry)
            raise InvalidInput(
                f"Trường hợp {title} không thuộc quyển nào bị trả lại. Hãy trả cả quyển hoặc bỏ dòng này."
            )
        reason = f"{LEVEL_LABELS[kept.level]} trả lại ngày {shown_day(kept.on_day)}, lần {kept.round}: {why}"
        if stored.entry.state is EntryState.APPROVED:
            token = f"return:{kept.on_day}:{entry_id}:{stored.entry.revision}"
            save_within(ctx, work, stored, {}, DecisionKind.REOPEN, token, reason)
            stored = found(get_entry(work.connection, entry_id), Missing.ENTRY)
        if stored.entry.state in _RETURNABLE:
            token = f"back:{kept.on_day}:{entry_id}:{stored.entry.revision}"
            save_within(ctx, work, stored, {}, DecisionKind.SEND_BACK, token, reason)
