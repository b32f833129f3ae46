"""Many entries at once: approving after a sample was looked at, and one field over all entries of a book."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from math import ceil, sqrt

from corrections.entries import DecisionKind, EntryState, FieldState, Role, Severity
from layouts.columns import columns_by_name
from ocr.readings import PageReading
from storage import receipts
from storage.audit_log import seal_of
from storage.books import get_book
from storage.clock import stamp, steady_now
from storage.entries import SaveMarks, StoredEntry, entry_ids, get_entries, get_entry, save_entry
from storage.opening.database import Connection
from storage.readings import get_reading
from storage.receipts import Receipt
from workbench.services.context import Context, Work, requires
from workbench.services.errors import InvalidInput, Missing, ServiceError, found
from workbench.services.review_types import (
    BulkResult,
    EffortInput,
    GridCell,
    GridItem,
    Refused,
    ReviewEntry,
    ValueInput,
)
from workbench.services.review_view import region_of, review_entries
from workbench.services.saving import checked_token, save_within

__all__ = ["approve_many", "bulk_sample", "confirm_field_many", "field_grid"]

_Save = Callable[[Context, Work, StoredEntry, str], str | None]
"""Saves one entry under a token; None when it was saved, else why not."""
_NO_EFFORT = EffortInput()
_GRID_STATES = (EntryState.TO_REVIEW, EntryState.SENT_BACK)


def sample_size(count: int) -> int:
    """How many of `count` entries to look at: the square root, as inspectors of lots do, at least three."""
    return min(count, max(3, ceil(sqrt(count))))


@requires(Role.SUPERVISOR)
def bulk_sample(ctx: Context, entry_ids: Sequence[int]) -> tuple[ReviewEntry, ...]:
    """A random sample to look at before the rest may be approved; the same entries give the same sample."""
    chosen = _sample(entry_ids)
    with ctx.read() as connection:
        return review_entries(connection, get_entries(connection, chosen))


def _sample(ids: Sequence[int]) -> list[int]:
    # Drawn from the ids themselves: asking again until a pleasant sample comes up must not work.
    ordered = sorted(set(ids))
    seed = ",".join(map(str, ordered))
    return random.Random(seed).sample(ordered, sample_size(len(ordered)))


@requires(Role.SUPERVISOR)
def approve_many(ctx: Context, items: Sequence[tuple[int, int]], *, token: str, checked: Sequence[int]) -> BulkResult:
    """Approve entries (id, revision) after the sample of `bulk_sample` was looked at.

    Entries whose checks report errors, that were saved since, or that are in no state to approve are left out and
    named.

    Raises:
        InvalidInput: the sample has not been looked at.
    """
    missing = set(_sample([entry_id for entry_id, _ in items])) - set(checked)
    if items and missing:
        raise InvalidInput(f"Còn {len(missing)} trường hợp trong mẫu kiểm tra chưa xem. Hãy xem đủ mẫu rồi duyệt.")
    return _save_each(ctx, token, [(entry_id, revision, _approve) for entry_id, revision in items])


def _approve(ctx: Context, work: Work, stored: StoredEntry, token: str) -> str | None:
    if stored.entry.state is not EntryState.CONFIRMED:
        return "Chưa được xác nhận hoặc đang chờ xử lý riêng."
    if any(f.severity is Severity.ERROR for f in stored.entry.findings):
        return "Có lỗi kiểm tra; hãy duyệt riêng."
    save_within(ctx, work, stored, {}, DecisionKind.APPROVE, token, "")
    return None


@requires(Role.CLERK)
def field_grid(
    ctx: Context, book_id: int, column: str, *, limit: int = 200, offset: int = 0, only_open: bool = True
) -> tuple[GridCell, ...] | None:
    """One field of the entries of a book, with the place of its ink, for looking over many at once.

    Returns:
        The cells of `limit` entries from `offset` on; entries without the field have none. None beyond the
        last entry: an empty tuple does not end it.

    Raises:
        NotFound: no such book.
        InvalidInput: its register type has no such column.
    """
    with ctx.read() as connection:
        book = found(get_book(connection, book_id), Missing.BOOK)
        if column not in columns_by_name(book.register_type):
            raise InvalidInput(f"Loại sổ này không có cột {column}. Hãy chọn cột khác.")
        ids = entry_ids(connection, book_id, _GRID_STATES if only_open else None)
        if offset and offset >= len(ids):
            return None
        readings: dict[int, PageReading | None] = {}
        at = stamp(steady_now())
        cells = (
            _cell(connection, stored, column, readings, held=_is_held(ctx, stored, at))
            for stored in get_entries(connection, ids[offset : offset + limit])
        )
        return tuple(cell for cell in cells if cell is not None)


def _is_held(ctx: Context, stored: StoredEntry, at: str) -> bool:
    """Whether somebody else holds an entry at a moment."""
    return (
        stored.lease_account not in (None, ctx.who.id) and stored.lease_until is not None and stored.lease_until >= at
    )


def _cell(
    connection: Connection, stored: StoredEntry, column: str, readings: dict[int, PageReading | None], *, held: bool
) -> GridCell | None:
    value = stored.entry.fields.get(column)
    if value is None:
        return None
    if stored.reading_id is not None and stored.reading_id not in readings:
        readings[stored.reading_id] = get_reading(connection, stored.reading_id)
    reading = readings.get(stored.reading_id) if stored.reading_id is not None else None
    region = region_of(reading, stored.entry.region)
    read = region.fields.get(column) if region else None
    return GridCell(
        entry_id=stored.entry.id,
        revision=stored.entry.revision,
        page_id=stored.entry.page_id,
        number=stored.entry.fields["so"].text if "so" in stored.entry.fields else "",
        box=read.box if read else None,
        text=value.text,
        normalized=value.normalized,
        confidence=value.confidence,
        needs_review=value.needs_review,
        confirmed=value.confirmed,
        held=held,
    )


@requires(Role.CLERK)
def confirm_field_many(
    ctx: Context,
    column: str,
    items: Sequence[GridItem],
    *,
    token: str,
    odd: Sequence[int] = (),
    effort: EffortInput = _NO_EFFORT,
) -> BulkResult:
    """Confirm one field in many entries at once; the entries stay in their queue for their other fields.

    Args:
        ctx: a clerk's.
        column: official name of the field's column.
        items: cells to confirm.
        token: unique text of this save.
        odd: entries in which the field looked odd: whoever reviews them is led to it.
        effort: work on all the cells together; each entry takes its share.
    """
    shares = _shares(effort, len(items))
    wanted = [
        (item.entry_id, item.revision, partial(_confirm_field, column, item.text, share))
        for item, share in zip(items, shares, strict=True)
    ]
    return _save_each(ctx, token, wanted, lambda work: _mark_odd(ctx, work, column, odd))


def _shares(effort: EffortInput, count: int) -> list[EffortInput]:
    """Work parted evenly, nothing lost to rounding."""

    def part(whole: int, place: int) -> int:
        return whole * (place + 1) // count - whole * place // count

    return [
        EffortInput(active_ms=part(effort.active_ms, place), key_presses=part(effort.key_presses, place))
        for place in range(count)
    ]


def _mark_odd(ctx: Context, work: Work, column: str, odd: Sequence[int]) -> None:
    for stored in get_entries(work.connection, odd):
        entry = stored.entry
        value = entry.fields.get(column)
        if value is None or value.confirmed or value.needs_review or entry.state not in _GRID_STATES:
            continue  # it is looked at anyway, or no longer waits
        after = replace(entry, fields={**entry.fields, column: replace(value, needs_review=True)})
        saved = save_entry(work.connection, entry, after, SaveMarks(account_id=ctx.account_id))
        where = {"entry_id": entry.id, "book_id": entry.book_id}
        work.note("odd_value", **where, column=column, source=seal_of(saved), old=value.text, new=value.text)


def _confirm_field(
    column: str, told: str | None, share: EffortInput, ctx: Context, work: Work, stored: StoredEntry, token: str
) -> str | None:
    entry = stored.entry
    if entry.state not in _GRID_STATES:
        return "Trường hợp không còn chờ nhập."
    if _is_held(ctx, stored, stamp(steady_now())):
        return "Người khác đang nhập trường hợp này."
    value = entry.fields.get(column)
    if value is None:
        return "Mẫu sổ này không có cột đang xem."
    text = value.text if told is None else told
    ruled = told is None and bool(value.normalized)  # a rule's value stands without any ink
    blank = not text.strip() and not ruled and value.state is FieldState.WRITTEN
    state = FieldState.BLANK if blank else value.state
    value_now = {column: ValueInput(text=text, state=state)}
    save_within(ctx, work, stored, value_now, DecisionKind.CORRECT, token, effort=(share,))
    return None


def _save_each(
    ctx: Context, token: str, wanted: Sequence[tuple[int, int, _Save]], then: Callable[[Work], None] = lambda _: None
) -> BulkResult:
    """Save entry after entry in one transaction, once a token; an entry that cannot be saved is named, the others are.

    Args:
        ctx: whose work it is.
        token: of the whole; each entry's own is made from it.
        wanted: entry, the revision it was seen in, and what saves it.
        then: what is done behind it in the same transaction.
    """
    with ctx.write() as work:
        known = _replayed(ctx, work.connection, token)
        if known is not None:
            return known
        saved: list[int] = []
        refused: list[Refused] = []
        for entry_id, revision, save in wanted:
            problem = _saved(ctx, work, entry_id, revision, save, f"{token[:60]}:{entry_id}")
            if problem is None:
                saved.append(entry_id)
            else:
                refused.append(Refused(entry_id=entry_id, message=problem))
        then(work)
        return _receipt(ctx, work.connection, token, saved, refused)


def _saved(ctx: Context, work: Work, entry_id: int, revision: int, save: _Save, token: str) -> str | None:
    stored = get_entry(work.connection, entry_id)
    if stored is None or stored.entry.revision != revision:
        return "Đã được người khác lưu; hãy xem lại."
    try:
        return save(ctx, work, stored, token)
    except ServiceError as error:
        return str(error)


def _replayed(ctx: Context, connection: Connection, token: str) -> BulkResult | None:
    known = receipts.find_receipt(connection, checked_token(token))
    if known is None:
        return None
    if (
        known.account_id != ctx.who.id or known.entry_id is not None
    ):  # their answer acknowledges nothing of the caller's
        raise InvalidInput("Mã lần lưu đã dùng cho việc khác. Hãy tải lại trang rồi lưu lại.")
    saved, refused = known.result["saved"], known.result["refused"]
    return BulkResult(
        saved=tuple(saved),
        refused=tuple(Refused(entry_id=entry_id, message=message) for entry_id, message in refused),
        replayed=True,
    )


def _receipt(ctx: Context, connection: Connection, token: str, saved: list[int], refused: list[Refused]) -> BulkResult:
    result: dict[str, object] = {"saved": saved, "refused": [[r.entry_id, r.message] for r in refused]}
    receipts.add_receipt(
        connection, Receipt(token=token, entry_id=None, account_id=ctx.who.id, revision=0, result=result)
    )
    return BulkResult(saved=tuple(saved), refused=tuple(refused))
