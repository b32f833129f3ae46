"""Saves of one entry: acknowledged, idempotent on their token, refused when stale, one transaction with their audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corrections import review as rules
from corrections.entries import (
    BookState,
    DecisionKind,
    Entry,
    EntryState,
    FieldValue,
    Finding,
    Role,
)
from corrections.queues import predict_effort, risk
from storage import entries as entry_store
from storage import receipts
from storage.accounts import get_account
from storage.audit_log import seal_of
from storage.books import get_book, save_book
from storage.clock import now
from storage.effort_log import add_effort, corrections_since
from storage.entries import StoredEntry
from storage.opening.database import Connection
from storage.pages import get_page
from storage.queues import release_leases
from storage.receipts import Receipt
from vietnamese.letters import fold_spaces
from workbench.services.context import Context, Work, requires
from workbench.services.errors import (
    InvalidInput,
    Missing,
    NotAllowed,
    ReasonMissing,
    StaleRevision,
    found,
    refuse_longer,
)
from workbench.services.joined_pages import refuse_on_joined_page
from workbench.services.review_types import EffortInput, SaveReceipt, ValueInput
from workbench.services.review_view import review_entry
from workbench.services.save_lessons import learn_from_save
from workbench.services.settings import review_rules
from workbench.services.showing import Showing, require_shown

__all__ = ["apply_values", "check_values", "checked_token", "given_values", "save_entry", "save_within", "undo"]

_LONGEST_TEXT = 4000
"""Characters of a value; the longest notes of a register have some hundreds."""


@requires(Role.CLERK)
def save_entry(
    ctx: Context,
    *,
    entry_id: int,
    revision: int,
    token: str,
    decision: DecisionKind | str,
    values: Mapping[str, ValueInput] | None = None,
    reason: str = "",
    effort: Sequence[EffortInput] = (),
    shown: Showing | None = None,
) -> SaveReceipt:
    """Save a person's decision on an entry.

    Args:
        ctx: The clerk's or supervisor's.
        entry_id: Which entry.
        revision: The revision the person saw.
        token: Unique text of this save, made by the sender; sending it again gives the first answer again.
        decision: What the person decided; CORRECT keeps values without finishing the entry.
        values: Fields as the person leaves them; columns left out stay as they are.
        reason: Needed to escalate, send back, reopen and set aside.
        effort: Work it took, as measured by the screen.
        shown: The screen it was taken at; the entry must stand there. None for programs, which have no screen.

    Raises:
        StaleRevision: somebody saved first; carries what stands now, nothing was written.
        NotAllowed: the role may not take this decision, or the entry's state does not allow it.
        InvalidInput: unknown column, reason missing, token used for something else.
        NotShown: the entry is not what that screen shows.
    """
    with ctx.write() as work:
        replayed = _replayed(ctx, work.connection, token, entry_id)
        if replayed is not None:
            return replayed
        if shown is not None:
            require_shown(work.connection, ctx.who.id, shown)
        stored = _at_revision(work.connection, entry_id, revision)
        return save_within(ctx, work, stored, values or {}, DecisionKind(decision), token, reason, effort)


def checked_token(token: str) -> str:
    """The token, when it can be one.

    Raises:
        InvalidInput: too short to be unique, or longer than is kept.
    """
    if not 8 <= len(token) <= 80:
        raise InvalidInput("Mã lần lưu không hợp lệ. Hãy tải lại trang rồi lưu lại.")
    return token


def _replayed(ctx: Context, connection: Connection, token: str, entry_id: int) -> SaveReceipt | None:
    known = receipts.find_receipt(connection, checked_token(token))
    if known is None:
        return None
    if known.entry_id != entry_id or known.account_id != ctx.who.id:
        raise InvalidInput("Mã lần lưu đã dùng cho trường hợp khác. Hãy tải lại trang rồi lưu lại.")
    state = EntryState(str(known.result["state"]))
    return SaveReceipt(entry_id=entry_id, revision=known.revision, state=state, token=token, replayed=True)


def save_within(
    ctx: Context,
    work: Work,
    stored: StoredEntry,
    values: Mapping[str, ValueInput],
    decision: DecisionKind,
    token: str,
    reason: str = "",
    effort: Sequence[EffortInput] = (),
) -> SaveReceipt:
    """Save within a transaction that is under way; the revision has been compared."""
    before = stored.entry
    book = found(get_book(work.connection, before.book_id), Missing.BOOK)
    outcome = _decided(ctx, work.connection, stored, given_values(before, values), decision, reason)
    if before.state is EntryState.SET_ASIDE is not outcome.entry.state:
        page = found(get_page(work.connection, before.page_id), Missing.PAGE)
        refuse_on_joined_page(work.connection, page, "mở lại")
    after = replace(outcome.entry, priority=_priority(before, outcome.entry))
    saved = entry_store.save_entry(work.connection, before, after, _marks(ctx, before, after, decision))
    # The last event is the decision's own: it carries the seal of what stands after it.
    work.events.extend((*outcome.events[:-1], replace(outcome.events[-1], source=seal_of(saved))))
    if book.state in (BookState.TO_COLLECT, BookState.SCANNED, BookState.READ):
        save_book(work.connection, replace(book, state=BookState.IN_REVIEW))
    learn_from_save(ctx, work.connection, stored, saved, decision, book)
    return _acknowledge(ctx, work.connection, saved, token, _counted(effort, outcome.changed))


def _counted(effort: Sequence[EffortInput], changed: Sequence[str]) -> tuple[EffortInput, ...]:
    """Work with the corrections that stand: a value typed and taken back is none."""
    told = {work.column for work in effort}
    work = (*effort, *(EffortInput(column=name) for name in changed if name not in told))
    return tuple(replace(one, corrections=int(one.column in changed)) for one in work)


def _decided(
    ctx: Context,
    connection: Connection,
    stored: StoredEntry,
    values: Mapping[str, rules.ValueChange],
    decision: DecisionKind,
    reason: str,
) -> rules.DecisionResult:
    confirmer = get_account(connection, stored.confirmed_by) if stored.confirmed_by else None
    wanted = rules.Decision(kind=decision, revision=stored.entry.revision, values=values, reason=reason)
    try:
        return rules.apply_decision(
            stored.entry,
            wanted,
            role=ctx.who.role,
            actor=ctx.actor,
            at=now(),
            rules=review_rules(connection),
            confirmed_by=confirmer.name if confirmer else None,
        )
    except (rules.NotAllowedError, rules.WrongStateError) as error:
        raise NotAllowed(str(error)) from error
    except rules.ReasonMissingError as error:
        raise ReasonMissing(str(error)) from error
    except rules.DecisionError as error:
        raise InvalidInput(str(error)) from error


def given_values(entry: Entry, values: Mapping[str, ValueInput]) -> dict[str, rules.ValueChange]:
    """A person's values as the rules take them.

    The standard value of an unchanged text is kept: other fields of the entry may have decided it.

    Raises:
        InvalidInput: a text beyond any sense.
    """
    changes = {}
    for name, given in values.items():
        text = fold_spaces(given.text)
        refuse_longer(f"Cột {name}", _LONGEST_TEXT, text)
        old = entry.fields.get(name)
        same = old is not None and (old.text, old.state) == (text, given.state)
        kept = old.normalized if same and old else None
        changes[name] = rules.ValueChange(
            text=text,
            normalized=kept if given.normalized is None else fold_spaces(given.normalized),
            state=given.state,
            source=given.source,
        )
    return changes


def _priority(before: Entry, after: Entry) -> float:
    """Place in the next queue: effort for clerks, for supervisors the risk of what one person alone has seen."""
    if after.state in (EntryState.CONFIRMED, EntryState.ESCALATED):
        return round(risk(replace(after, fields=before.fields)), 3)
    return round(predict_effort(after), 2)


def _marks(ctx: Context, before: Entry, after: Entry, decision: DecisionKind) -> entry_store.SaveMarks:
    return entry_store.SaveMarks(
        account_id=ctx.account_id,
        confirmed=decision is DecisionKind.CONFIRM,
        approved=after.state is EntryState.APPROVED and before.state is not EntryState.APPROVED,
        reopened=decision is DecisionKind.REOPEN,
        team=ctx.who.team,
        shift=ctx.who.shift,
    )


def _acknowledge(
    ctx: Context, connection: Connection, saved: Entry, token: str, effort: Sequence[EffortInput]
) -> SaveReceipt:
    account = ctx.who
    work_done = {"account_id": account.id, "entry_id": saved.id, "book_id": saved.book_id}
    add_effort(connection, tuple(effort), **work_done, team=account.team, shift=account.shift)
    release_leases(connection, account_id=account.id, ids=[saved.id])
    result: dict[str, object] = {"state": saved.state.value}
    receipts.add_receipt(
        connection,
        Receipt(token=token, entry_id=saved.id, account_id=account.id, revision=saved.revision, result=result),
    )
    return SaveReceipt(
        entry_id=saved.id, revision=saved.revision, state=saved.state, token=token, findings=saved.findings
    )


def _at_revision(connection: Connection, entry_id: int, revision: int) -> entry_store.StoredEntry:
    """The entry, when nobody has saved it since the person saw it."""
    stored = found(entry_store.get_entry(connection, entry_id), Missing.ENTRY)
    if stored.entry.revision != revision:
        raise StaleRevision(review_entry(connection, stored))
    return stored


@requires(Role.CLERK)
def undo(ctx: Context, *, entry_id: int, revision: int, token: str) -> SaveReceipt:
    """Take back one's own last save of an entry; the trail of both stays.

    Raises:
        NotAllowed: the last save was another person's, or there is none.
        StaleRevision: somebody saved since.
    """
    with ctx.write() as work:
        replayed = _replayed(ctx, work.connection, token, entry_id)
        if replayed is not None:
            return replayed
        stored = _at_revision(work.connection, entry_id, revision)
        last = entry_store.last_version(work.connection, entry_id)
        if last is None or last.account_id != ctx.account_id:
            raise NotAllowed("Chỉ hoàn tác được lần lưu cuối của chính bạn. Hãy nhờ người kiểm tra mở lại trường hợp.")
        before = stored.entry
        after = replace(
            before,
            state=last.state,
            fields=last.fields,
            findings=rules.findings_anew(before, last.fields),
            escalation_reason=last.escalation_reason,
        )
        marks = entry_store.SaveMarks(account_id=ctx.account_id, undone=True)
        saved = entry_store.save_entry(work.connection, before, after, marks)
        _note_undo(work, before, saved)
        counted = corrections_since(work.connection, account_id=ctx.who.id, entry_id=entry_id, since=last.saved_at)
        taken_back = tuple(EffortInput(column=column, corrections=-count) for column, count in counted.items())
        return _acknowledge(ctx, work.connection, saved, token, taken_back)


def _note_undo(work: Work, before: Entry, after: Entry) -> None:
    where = {"entry_id": after.id, "book_id": after.book_id}
    for name, value in after.fields.items():
        old = before.fields.get(name)
        if old is not None and (old.text, old.normalized) != (value.text, value.normalized):
            work.note("undo", **where, column=name, source=value.source.value, old=old.normalized, new=value.normalized)
    work.note("undo", **where, source=seal_of(after), old=before.state.value, new=after.state.value)


@requires(Role.CLERK)
def check_values(ctx: Context, entry_id: int, values: Mapping[str, ValueInput]) -> tuple[Finding, ...]:
    """What the checks say of values not yet saved."""
    with ctx.read() as connection:
        return _draft(found(entry_store.get_entry(connection, entry_id), Missing.ENTRY).entry, values).findings


def apply_values(entry: Entry, values: Mapping[str, ValueInput]) -> dict[str, FieldValue]:
    """Fields of an entry after a person's values, nothing saved.

    Raises:
        InvalidInput: a column the register type does not have.
    """
    return _draft(entry, values).fields


def _draft(entry: Entry, values: Mapping[str, ValueInput]) -> Entry:
    open_entry = replace(entry, state=EntryState.TO_REVIEW)
    wanted = rules.Decision(kind=DecisionKind.CORRECT, revision=entry.revision, values=given_values(entry, values))
    try:
        return rules.apply_decision(open_entry, wanted, role=Role.CLERK, actor="", at=now()).entry
    except rules.DecisionError as error:
        raise InvalidInput(str(error)) from error
