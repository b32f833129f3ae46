"""Saves of one entry: acknowledged, idempotent on their token, refused when stale, one transaction with their audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corrections.checks import check_entry
from corrections.entries import (
    Book,
    BookState,
    DecisionKind,
    Entry,
    EntryState,
    FieldState,
    FieldValue,
    Finding,
    Role,
    Severity,
    ValueSource,
)
from corrections.letters import fold_spaces
from corrections.normalise import normalise
from layouts.register_types import RegisterType
from storage import receipts
from storage.audit_log import seal_of
from storage.books import get_book, save_book
from storage.database import Connection
from storage.effort_log import add_effort
from storage.entries import Outcome, StoredEntry, get_entry, last_version
from storage.entries import save_entry as store_entry
from storage.queues import release_leases
from storage.receipts import Receipt
from workbench.services.context import Context, Work, requires
from workbench.services.decisions import NEEDS_REASON, Transition, transition
from workbench.services.errors import InvalidInput, NotAllowed, NotFound, StaleRevision
from workbench.services.learning import learn_from_save
from workbench.services.review_types import EffortInput, SaveReceipt, ValueInput
from workbench.services.review_view import known_columns, review_entry
from workbench.services.suggesting import entry_context

__all__ = ["apply_values", "check_values", "note_save", "save_entry", "save_within", "undo"]

_TEXT_LIMIT = 4000


@requires(Role.CLERK)
def save_entry(
    ctx: Context,
    *,
    entry_id: int,
    revision: int,
    token: str,
    values: Mapping[str, ValueInput] | None = None,
    decision: DecisionKind,
    reason: str = "",
    effort: Sequence[EffortInput] = (),
) -> SaveReceipt:
    """Save a person's decision on an entry.

    Args:
        ctx: The clerk's or supervisor's.
        entry_id: Which entry.
        revision: The revision the person saw.
        token: Unique text of this save, made by the sender; sending it again gives the first answer again.
        values: Fields as the person leaves them; columns left out stay as they are.
        decision: What the person decided.
        reason: Needed to escalate, send back, reopen and set aside.
        effort: Work it took, as measured by the screen.

    Raises:
        StaleRevision: somebody saved first; carries what stands now, nothing was written.
        NotAllowed: the role may not take this decision, or the entry's state does not allow it.
        InvalidInput: unknown column, reason missing, token used for something else.
    """
    with ctx.write() as work:
        replayed = _replayed(ctx, work.connection, token, entry_id)
        if replayed is not None:
            return replayed
        stored = _found(get_entry(work.connection, entry_id))
        if stored.entry.revision != revision:
            raise StaleRevision(review_entry(work.connection, stored))
        return save_within(ctx, work, stored, values or {}, DecisionKind(decision), token, reason.strip(), effort)


def _replayed(ctx: Context, connection: Connection, token: str, entry_id: int) -> SaveReceipt | None:
    if not 8 <= len(token) <= 80:
        raise InvalidInput("Mã lần lưu không hợp lệ. Hãy tải lại trang rồi lưu lại.")
    known = receipts.find_receipt(connection, token)
    if known is None:
        return None
    if known.entry_id != entry_id or known.account_id != ctx.who.id:
        raise InvalidInput("Mã lần lưu đã dùng cho trường hợp khác. Hãy tải lại trang rồi lưu lại.")
    return SaveReceipt(
        entry_id=entry_id,
        revision=known.revision,
        state=EntryState(str(known.result["state"])),
        token=token,
        replayed=True,
    )


def save_within(
    ctx: Context,
    work: Work,
    stored: StoredEntry,
    values: Mapping[str, ValueInput],
    decision: DecisionKind,
    token: str,
    reason: str,
    effort: Sequence[EffortInput] = (),
) -> SaveReceipt:
    """Save within a transaction that is under way; the revision has been compared."""
    before = stored.entry
    rule = _allowed(ctx, before, decision, reason)
    book = _book(get_book(work.connection, before.book_id))
    fields = apply_values(before, book, values)
    if rule.confirms:
        fields = {name: _confirmed(value) for name, value in fields.items()}
    findings = _checked(before.register_type, fields)
    state, reason = _state_after(rule, decision, findings, reason)
    after = replace(
        before,
        fields=fields,
        findings=findings,
        state=state,
        escalation_reason=reason if state in (EntryState.ESCALATED, EntryState.SENT_BACK) else "",
    )
    saved = store_entry(work.connection, before, after, _outcome(ctx, rule, decision))
    note_save(work, before, saved, decision.value, reason)
    _mark_in_review(work.connection, book)
    learn_from_save(ctx, work.connection, stored, saved, decision, book)
    return _acknowledge(ctx, work.connection, saved, token, effort)


def _allowed(ctx: Context, entry: Entry, decision: DecisionKind, reason: str) -> Transition:
    rule = transition(decision, entry.state)
    if rule is None:
        raise NotAllowed("Trạng thái hiện tại của trường hợp không cho phép việc này. Hãy tải lại để xem bản mới nhất.")
    if not ctx.may(rule.role):
        raise NotAllowed("Việc này cần người kiểm tra. Hãy chuyển trường hợp lên người kiểm tra, kèm lý do.")
    if decision in NEEDS_REASON and not reason:
        raise InvalidInput("Hãy ghi lý do để người sau biết cần xem gì.")
    return rule


def apply_values(entry: Entry, book: Book, values: Mapping[str, ValueInput]) -> dict[str, FieldValue]:
    """Fields of an entry after a person's values; an unchanged value keeps its source.

    Raises:
        InvalidInput: a column the register type does not have, or a text beyond any sense.
    """
    known = known_columns(entry.register_type)
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise InvalidInput(f"Loại sổ này không có cột {', '.join(unknown)}. Hãy tải lại trang.")
    context = entry_context(entry, book)
    if "ngayDangKy" in values:
        date = normalise(known["ngayDangKy"], values["ngayDangKy"].text, context=context).value
        context |= {"near_year": date[-4:]} if date[-4:].isdigit() else {}
    fields = dict(entry.fields)
    for name, given in values.items():
        text = fold_spaces(given.text) if given.state is not FieldState.BLANK else ""
        if len(text) > _TEXT_LIMIT:
            raise InvalidInput(f"Cột «{known[name].label}» dài quá {_TEXT_LIMIT} ký tự. Hãy rút gọn.")
        old = fields.get(name)
        standard = _standard(name, text, given, old, entry, context)
        if old and (old.text, old.normalized, old.state) == (text, standard, given.state):
            continue
        fields[name] = FieldValue(
            column=name,
            text=text,
            normalized=standard,
            state=FieldState.BLANK if not text and given.state is FieldState.WRITTEN else given.state,
            source=given.source if given.source is not ValueSource.READING else ValueSource.PERSON,
            confidence=1.0,
            needs_review=False,
            reading_id=old.reading_id if old else None,
            confirmed=False,
        )
    return fields


def _standard(
    name: str, text: str, given: ValueInput, old: FieldValue | None, entry: Entry, context: Mapping[str, str]
) -> str:
    if given.normalized is not None:
        return fold_spaces(given.normalized)
    if old is not None and old.text == text:
        # The standard value of an unchanged text may have come from witnesses that the text alone does not hold.
        return old.normalized
    return normalise(known_columns(entry.register_type)[name], text, context=context).value


def _confirmed(value: FieldValue) -> FieldValue:
    state = FieldState.BLANK if not value.text and value.state is FieldState.WRITTEN else value.state
    return replace(value, state=state, confirmed=True, confidence=1.0, needs_review=False)


def _checked(register_type: str, fields: Mapping[str, FieldValue]) -> tuple[Finding, ...]:
    return check_entry(
        RegisterType(register_type),
        {name: value.normalized for name, value in fields.items()},
        {name: value.text for name, value in fields.items()},
    )


def _state_after(
    rule: Transition, decision: DecisionKind, findings: tuple[Finding, ...], reason: str
) -> tuple[EntryState, str]:
    """A clerk's confirmation that a check calls wrong goes to the supervisor with the check's words."""
    errors = [f.message for f in findings if f.severity is Severity.ERROR]
    if decision is DecisionKind.CONFIRM and errors:
        return EntryState.ESCALATED, "Kiểm tra tự động: " + " ".join(errors[:3])
    return rule.target, reason


def _outcome(ctx: Context, rule: Transition, decision: DecisionKind) -> Outcome:
    return Outcome(
        account_id=ctx.account_id,
        confirmed=decision in (DecisionKind.CONFIRM, DecisionKind.CORRECT),
        approved=decision is DecisionKind.APPROVE,
        reopened=decision is DecisionKind.REOPEN,
        team=ctx.who.team,
        shift=ctx.who.shift,
    )


def note_save(work: Work, before: Entry, after: Entry, action: str, reason: str) -> None:
    """One event a changed field, then one for the decision with the entry's seal."""
    for name, value in after.fields.items():
        old = before.fields.get(name)
        if old and (old.text, old.normalized, old.state) == (value.text, value.normalized, value.state):
            continue
        work.note(
            action,
            entry_id=after.id,
            book_id=after.book_id,
            column=name,
            source=value.source.value,
            old=_shown(old),
            new=_shown(value),
            reason=reason,
        )
    work.note(
        action,
        entry_id=after.id,
        book_id=after.book_id,
        source=seal_of(after),
        old=before.state.value,
        new=after.state.value,
        reason=reason,
    )


def _shown(value: FieldValue | None) -> str:
    if value is None:
        return ""
    if value.state is not FieldState.WRITTEN:
        return f"[{value.state.value}] {value.text}".strip()
    return value.text if value.text == value.normalized else f"{value.text} → {value.normalized}"


def _mark_in_review(connection: Connection, book: Book) -> None:
    if book.state in (BookState.SCANNED, BookState.READ, BookState.TO_COLLECT):
        save_book(connection, replace(book, state=BookState.IN_REVIEW))


def _acknowledge(
    ctx: Context, connection: Connection, saved: Entry, token: str, effort: Sequence[EffortInput]
) -> SaveReceipt:
    account = ctx.who
    add_effort(
        connection,
        tuple(effort),
        account_id=account.id,
        entry_id=saved.id,
        book_id=saved.book_id,
        team=account.team,
        shift=account.shift,
    )
    release_leases(connection, account_id=account.id, ids=[saved.id])
    receipts.add_receipt(
        connection,
        Receipt(
            token=token,
            entry_id=saved.id,
            account_id=account.id,
            revision=saved.revision,
            result={"state": saved.state.value},
        ),
    )
    return SaveReceipt(
        entry_id=saved.id, revision=saved.revision, state=saved.state, token=token, findings=saved.findings
    )


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
        stored = _found(get_entry(work.connection, entry_id))
        if stored.entry.revision != revision:
            raise StaleRevision(review_entry(work.connection, stored))
        last = last_version(work.connection, entry_id)
        if last is None or last.account_id != ctx.account_id:
            raise NotAllowed("Chỉ hoàn tác được lần lưu cuối của chính bạn. Hãy nhờ người kiểm tra mở lại trường hợp.")
        before = stored.entry
        after = replace(
            before,
            state=last.state,
            fields=last.fields,
            findings=_checked(before.register_type, last.fields),
            escalation_reason=last.escalation_reason,
        )
        saved = store_entry(work.connection, before, after, Outcome(account_id=ctx.account_id, reopened=True))
        note_save(work, before, saved, "undo", "")
        return _acknowledge(ctx, work.connection, saved, token, ())


@requires(Role.CLERK)
def check_values(ctx: Context, entry_id: int, values: Mapping[str, ValueInput]) -> tuple[Finding, ...]:
    """What the checks say of values not yet saved."""
    with ctx.read() as connection:
        entry = _found(get_entry(connection, entry_id)).entry
        fields = apply_values(entry, _book(get_book(connection, entry.book_id)), values)
        return _checked(entry.register_type, fields)


def _found(stored: StoredEntry | None) -> StoredEntry:
    if stored is None:
        raise NotFound("Không có trường hợp này. Hãy tải lại danh sách.")
    return stored


def _book(book: Book | None) -> Book:
    if book is None:
        raise NotFound("Không có quyển sổ này. Hãy tải lại danh sách sổ.")
    return book
