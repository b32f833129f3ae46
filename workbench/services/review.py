"""The review queues: next entries with leases, hand-over; saving stands in `saving`, many at once in `bulk`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from corrections.entries import AuditEvent, EntryState, FieldValue, Role
from layouts.columns import columns_by_name
from storage import entries as entry_store
from storage import queues
from storage.accounts import get_account, list_accounts
from storage.audit_log import list_events
from storage.clock import now, stamp, steady_now
from storage.opening.database import Connection
from vietnamese.shown_time import LOCAL
from workbench.services.book_assignments import book_turns
from workbench.services.bulk import approve_many, bulk_sample, confirm_field_many, field_grid
from workbench.services.context import Context, requires
from workbench.services.errors import LeaseLost, Missing, NotAllowed, NotFound, found
from workbench.services.review_types import (
    BulkResult,
    ColumnHistory,
    EffortInput,
    GridCell,
    GridItem,
    QueueCounts,
    ReviewEntry,
    ReviewField,
    SaveReceipt,
    Suggestion,
    ValueInput,
)
from workbench.services.review_view import review_entries, review_entry
from workbench.services.save_lessons import machine_fields
from workbench.services.saving import check_values, save_entry, undo
from workbench.services.showing import lease_end

__all__ = [
    "BulkResult",
    "ColumnHistory",
    "EffortInput",
    "GridCell",
    "GridItem",
    "Order",
    "Queue",
    "QueueCounts",
    "ReviewEntry",
    "ReviewField",
    "SaveReceipt",
    "Suggestion",
    "ValueInput",
    "approve_many",
    "bulk_sample",
    "check_values",
    "clerks_of",
    "confirm_field_many",
    "entry_history",
    "field_grid",
    "get_entry",
    "hand_over",
    "held_counts",
    "next_entries",
    "queue_counts",
    "release_leases",
    "renew_leases",
    "save_entry",
    "side_by_side",
    "undo",
]


class Queue(StrEnum):
    """Which entries come up."""

    CLERK = "clerk"
    """Sent back first, then unreviewed ones."""
    SUPERVISOR = "supervisor"
    """Escalated ones first, then confirmed ones that wait for approval."""


class Order(StrEnum):
    """In which order."""

    EASY = "easy"
    """Easy first, hard later."""
    RISK = "risk"
    """Hard or risky first."""
    PAGE = "page"
    """As they stand in the book."""


_STATES = {
    Queue.CLERK: (EntryState.SENT_BACK, EntryState.TO_REVIEW),
    Queue.SUPERVISOR: (EntryState.ESCALATED, EntryState.CONFIRMED),
}
_MOST = 50
"""Entries handed out or listed at once."""


@requires(Role.CLERK)
def queue_counts(ctx: Context, book_id: int | None = None) -> QueueCounts:
    """How much waits in each queue, of all books or one."""
    with ctx.read() as connection:
        counts = queues.state_counts(connection, book_id)
        mine = len(queues.held_entry_ids(connection, ctx.who.id, stamp(steady_now())))
    return QueueCounts(mine=mine, **{state.value: count for state, count in counts.items()})


@requires(Role.CLERK)
def next_entries(
    ctx: Context,
    n: int = 5,
    *,
    queue: Queue | str = Queue.CLERK,
    book_id: int | None = None,
    skip: Sequence[int] = (),
    order: Order | str | None = None,
    lease: bool = True,
    held: bool = False,
) -> tuple[ReviewEntry, ...]:
    """The next entries to work on, reserved for the caller; entries the caller holds already come with them.

    Args:
        ctx: A clerk's; the supervisor's queue needs a supervisor.
        n: How many at most.
        queue: Whose queue.
        book_id: Only of this book; None: books given to the caller first, then books by priority, given to others last.
        skip: Entries the caller has at hand.
        order: Easy first, hard first, or as they stand in the book; None: easy first for clerks, risky first for
            supervisors.
        lease: False to look without reserving.
        held: When only looking, also those that others hold.

    Raises:
        NotAllowed: the supervisor's queue, asked for by somebody else.
    """
    queue = Queue(queue)
    order = Order(order) if order else (Order.EASY if queue is Queue.CLERK else Order.RISK)
    if queue is Queue.SUPERVISOR and not ctx.may(Role.SUPERVISOR):
        raise NotAllowed
    if not lease or ctx.account_id is None:  # the system holds nothing: it has no account to hold it with
        with ctx.read() as connection:
            return _views(connection, _free(ctx, connection, n, queue, order, book_id, skip, held=held))
    with ctx.write() as work:
        ids = _free(ctx, work.connection, n, queue, order, book_id, skip)
        taken = queues.take_leases(
            work.connection,
            ids,
            account_id=ctx.who.id,
            at=stamp(steady_now()),
            until=lease_end(ctx.settings.lease_minutes),
        )
    with ctx.read() as connection:
        return _views(connection, taken)


def _free(
    ctx: Context,
    connection: Connection,
    n: int,
    queue: Queue,
    order: Order,
    book_id: int | None,
    skip: Sequence[int],
    *,
    held: bool = False,
) -> tuple[int, ...]:
    return queues.free_entry_ids(
        connection,
        account_id=ctx.who.id,
        states=_STATES[queue],
        at=stamp(steady_now()),
        limit=max(1, min(n, _MOST)),
        book_id=book_id,
        skip=skip,
        risk_first=order is Order.RISK,
        page_order=order is Order.PAGE,
        held=held,
        turns=_turns(ctx, connection, queue, book_id),
    )


def _turns(ctx: Context, connection: Connection, queue: Queue, book_id: int | None) -> queues.BookTurns | None:
    """Books given to the caller come first in the clerks' queue."""
    if queue is not Queue.CLERK or book_id is not None or ctx.account_id is None:
        return None
    return book_turns(connection, ctx.account_id, now().astimezone(LOCAL))


def _views(connection: Connection, ids: Sequence[int]) -> tuple[ReviewEntry, ...]:
    return review_entries(connection, entry_store.get_entries(connection, ids))


@requires(Role.CLERK)
def get_entry(ctx: Context, entry_id: int, *, lease: bool = False) -> ReviewEntry:
    """One entry by id.

    Raises:
        LeaseLost: `lease` was asked for and somebody else holds the entry.
        NotFound: no such entry.
    """
    if lease and ctx.account_id is not None:
        with ctx.write() as work:
            at = stamp(steady_now())
            taken = queues.take_leases(
                work.connection, [entry_id], account_id=ctx.who.id, at=at, until=lease_end(ctx.settings.lease_minutes)
            )
            holder = queues.holder_of(work.connection, entry_id, at)
        if not taken and holder is not None:
            raise LeaseLost(holder[1])
    with ctx.read() as connection:
        stored = found(entry_store.get_entry(connection, entry_id), Missing.ENTRY)
        return review_entry(connection, stored)


@requires(Role.CLERK)
def renew_leases(ctx: Context, entry_ids: Sequence[int]) -> tuple[int, ...]:
    """Hold entries for another while; returns those the caller still holds."""
    if ctx.account_id is None:
        return ()
    with ctx.write() as work:
        return queues.take_leases(
            work.connection,
            entry_ids,
            account_id=ctx.who.id,
            at=stamp(steady_now()),
            until=lease_end(ctx.settings.lease_minutes),
        )


@requires(Role.CLERK)
def release_leases(ctx: Context, entry_ids: Sequence[int] | None = None) -> int:
    """Give back these entries, or all one holds (end of a shift); returns how many."""
    with ctx.write() as work:
        return queues.release_leases(work.connection, account_id=ctx.who.id, ids=entry_ids)


@requires(Role.SUPERVISOR)
def held_counts(ctx: Context) -> dict[int, int]:
    """How many entries each account holds now, by account; those who hold none are left out."""
    with ctx.read() as connection:
        return queues.held_counts(connection, stamp(steady_now()))


@requires(Role.SUPERVISOR)
def hand_over(ctx: Context, *, from_account_id: int, to_account_id: int | None = None) -> int:
    """Take the entries an account holds from it, back to the queue or to another account; returns how many.

    Raises:
        NotFound: no such account.
    """
    with ctx.write() as work:
        giver = get_account(work.connection, from_account_id)
        taker = get_account(work.connection, to_account_id) if to_account_id is not None else None
        if giver is None or (to_account_id is not None and taker is None):
            raise NotFound(Missing.ACCOUNT)
        ids = queues.held_entry_ids(work.connection, from_account_id, stamp(steady_now()))
        queues.release_leases(work.connection, account_id=from_account_id)
        if taker is not None:
            queues.take_leases(
                work.connection,
                ids,
                account_id=taker.id,
                at=stamp(steady_now()),
                until=lease_end(ctx.settings.lease_minutes),
            )
        work.note("hand_over", old=giver.name, new=taker.name if taker else "", reason=f"{len(ids)}")
        return len(ids)


@requires(Role.CLERK)
def clerks_of(ctx: Context, entry_ids: Sequence[int]) -> dict[int, str]:
    """Who confirmed each of these entries, by name; entries that nobody confirmed are left out."""
    with ctx.read() as connection:
        people = {account.id: account.full_name or account.name for account in list_accounts(connection)}
        stored = entry_store.get_entries(connection, entry_ids)
        return {s.entry.id: people[s.confirmed_by] for s in stored if s.confirmed_by in people}


@requires(Role.CLERK)
def entry_history(ctx: Context, entry_id: int) -> tuple[AuditEvent, ...]:
    """Everything that happened to an entry, newest first."""
    with ctx.read() as connection:
        return list_events(connection, entry_id=entry_id, limit=1000)


@requires(Role.CLERK)
def side_by_side(ctx: Context, entry_id: int) -> tuple[ColumnHistory, ...]:
    """Each field as the machine proposed it, as the clerk confirmed it, and as it stands."""
    with ctx.read() as connection:
        stored = found(entry_store.get_entry(connection, entry_id), Missing.ENTRY)
        machine = machine_fields(connection, stored)
        clerk, clerk_name = _clerk_fields(connection, stored)
        known = columns_by_name(stored.entry.register_type)
        return tuple(
            ColumnHistory(
                column=name,
                label=known[name].label,
                reading=machine[name].text if name in machine else "",
                clerk=clerk[name].text if name in clerk else "",
                final=value.text,
                clerk_name=clerk_name,
            )
            for name, value in stored.entry.fields.items()
            if name in known
        )


def _clerk_fields(connection: Connection, stored: entry_store.StoredEntry) -> tuple[dict[str, FieldValue], str]:
    """Values after the first person's save, and that person's name."""
    versions = entry_store.versions_of(connection, stored.entry.id)
    if not versions:
        return {}, ""
    account = get_account(connection, versions[0].account_id) if versions[0].account_id else None
    name = (account.full_name or account.name) if account else ""
    return (versions[1].fields if len(versions) > 1 else stored.entry.fields), name
