"""Cases of reconciliation: who follows them up until when, what came of it, and what that means for the entry.

Verifying is the work of the police and of supervisors; opening an entry again is a supervisor's. Each change and its
consequence are one transaction with their audit events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from corrections.cases import (
    REOPENABLE,
    STATE_LABELS,
    CaseState,
    Consequence,
    consequence_of,
    over,
    sentence_of,
    states_for,
    still_over,
)
from corrections.entries import Book, DecisionKind, Entry, EntryState, Role
from corrections.reconciliation import Difference, MatchOutcome
from corrections.registered_persons import ROLE_LABELS
from corrections.titles import entry_title
from exports.reconciliation_book import KIND_LABELS, OUTCOME_LABELS, PERSON_FIELDS, said_of
from exports.typing_programs import POPULATION
from storage import reconciliation_cases as store
from storage.accounts import get_account, list_accounts
from storage.books import get_books
from storage.clock import moment, now
from storage.entries import get_entries, get_entry
from storage.opening.database import Connection
from storage.reconciliation_cases import Case, CaseFilter
from storage.states import TypingState
from storage.typing_tasks import tasks_of
from vietnamese.shown_time import LOCAL, local_time
from workbench.services.context import Context, Work, requires
from workbench.services.errors import InvalidInput, Missing, found, refuse_longer
from workbench.services.saving import save_within

__all__ = [
    "Case",
    "CaseFilter",
    "CaseView",
    "Owner",
    "case_counts",
    "case_owners",
    "close_entered",
    "difference_text",
    "list_cases",
    "open_entry_of_case",
    "refuse_changed",
    "save_case",
    "view_case",
]

_LONGEST = 2000
"""Characters of a text in a case."""
_LONGEST_WAIT = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Somebody who may follow up cases."""

    account_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with what people call its entry and its owner."""

    case: Case
    entry: str
    book: str
    office: str
    register_type: str
    person_role: str
    owner: str
    stale: bool
    """Decided over other differences than the newest run gives."""
    waits_for_supervisor: bool
    """The decision asks for the entry to be opened again, and nobody has done it."""

    @property
    def in_brief(self) -> str:
        """The differences for a list: what the book says, and what the population database says."""
        parts = (
            f"{PERSON_FIELDS.get(one.field, one.field)}: «{one.book}» ≠ «{one.extract}»"
            for one in self.case.newest.result.differences
        )
        return "; ".join(parts)

    @property
    def differences(self) -> str:
        """The differences in one line, both sides of each."""
        return "; ".join(difference_text(one) for one in self.case.newest.result.differences)


def difference_text(one: Difference) -> str:
    """One difference in words."""
    label = PERSON_FIELDS.get(one.field, one.field)
    book, extract = said_of(one.field, one.book), said_of(one.field, one.extract)
    return f"{label}: trong sổ «{book}», dữ liệu dân cư «{extract}» ({KIND_LABELS.get(one.kind, one.kind)})"


@requires(Role.SUPERVISOR, Role.POLICE, Role.INSPECTOR)
def list_cases(ctx: Context, wanted: CaseFilter, *, limit: int | None = None) -> tuple[CaseView, ...]:
    """Cases that fit, those due first."""
    with ctx.read() as connection:
        return _views(connection, store.list_cases(connection, wanted, limit))


@requires(Role.SUPERVISOR, Role.POLICE, Role.INSPECTOR)
def case_counts(ctx: Context, wanted: CaseFilter) -> Mapping[CaseState, int]:
    """How many cases that fit stand in each state."""
    with ctx.read() as connection:
        return store.case_counts(connection, wanted)


@requires(Role.SUPERVISOR, Role.POLICE, Role.INSPECTOR)
def view_case(ctx: Context, case_id: int) -> CaseView:
    """One case.

    Raises:
        NotFound: no such case.
    """
    with ctx.read() as connection:
        return _views(connection, (found(store.get_case(connection, case_id), Missing.CASE),))[0]


@requires(Role.SUPERVISOR, Role.POLICE)
def case_owners(ctx: Context) -> tuple[Owner, ...]:
    """Who may be given a case: the police and supervisors, as people call them."""
    with ctx.read() as connection:
        people = [a for a in list_accounts(connection) if a.active and _follows_up(a.role)]
    return tuple(Owner(account_id=a.id, name=a.full_name or a.name) for a in people)


@requires(Role.SUPERVISOR, Role.POLICE)
def save_case(
    ctx: Context,
    case_id: int,
    *,
    state: CaseState,
    owner: int | None,
    due_on: date | None,
    result: str,
    note: str = "",
    seen: Case | None = None,
) -> CaseView:
    """Keep how far a case has come. A decision leaves a note in the entry's history, or asks for the entry again.

    Args:
        ctx: a supervisor's or the police's.
        case_id: whose.
        state: how far it has come.
        owner: account of whoever follows it up.
        due_on: until when.
        result: what the verification brought, in words.
        note: anything else.
        seen: the case as it was shown; what somebody else has saved since is not written over.

    Raises:
        NotFound: no such case.
        InvalidInput: a state that does not fit the outcome, a decision without a word of its result, an owner who may
            not follow up cases, a day that cannot be, or the case is no longer as it was seen.
    """
    with ctx.write() as work:
        before = found(store.get_case(work.connection, case_id), Missing.CASE)
        refuse_changed(before, seen)
        due = due_on.isoformat() if due_on else ""
        _refuse_unfit(work.connection, before, state, owner, result, note)
        _refuse_day(before, due)
        after = replace(before, state=state, owner=owner, due_on=due, result=result.strip(), note=note.strip())
        after = _decided(ctx, before, after)
        if after.decided_on and after.entry_done is Consequence.NONE and consequence_of(state) is Consequence.NOTE:
            _note_in_entry(work, after)
            after = replace(after, entry_done=Consequence.NOTE)
        store.save_case(work.connection, after)
        old, new = _told(work.connection, before), _told(work.connection, after)
        work.note("follow_up", entry_id=before.entry_id, column=str(case_id), old=old, new=new, reason=after.result)
    return view_case(ctx, case_id)


def refuse_changed(case: Case, seen: Case | None) -> None:
    """Refuse to write over what somebody else has saved since.

    Raises:
        InvalidInput: the case is no longer as it was seen.
    """
    if seen is not None and case != seen:
        raise InvalidInput(
            "Hồ sơ này vừa được người khác sửa hoặc có lần đối soát mới, nên chưa lưu. Hãy bấm «Tải lại hồ sơ», "
            "xem lại rồi ghi lần nữa."
        )


def _decided(ctx: Context, before: Case, after: Case) -> Case:
    """The case with who decided it, when and over what; other words of the same decision are a decision too."""
    if not after.state.decided:
        return replace(after, decided_on="", decided_by=None, decided_over="", entry_done=Consequence.NONE)
    anew = after.state is not before.state or _is_stale(before)
    if not anew and after.result == before.result:
        return after
    asked = not anew and consequence_of(after.state) is Consequence.REOPEN
    return replace(
        after,
        decided_on=now().astimezone(LOCAL).date().isoformat(),
        decided_by=ctx.account_id,
        decided_over=over(after.newest.result),
        entry_done=before.entry_done if asked else Consequence.NONE,
    )


def _told(connection: Connection, case: Case) -> str:
    """What the log says of a case: state and, as far as there are any, day, owner and note."""
    owner = get_account(connection, case.owner) if case.owner is not None else None
    parts = (f"{case.state.value} {case.due_on}".strip(), owner.name if owner else "", case.note)
    return "; ".join(part for part in parts if part)


def close_entered(ctx: Context, work: Work, run_id: int) -> int:
    """Close the cases that a run was the first to find after the population software took what was typed into it.

    A case that somebody has decided stays as it is; so does one whose person only looks like the book's.

    Returns:
        How many were closed.
    """
    cases = store.found_since(work.connection, run_id)
    tasks = {task.entry_id: task for task in tasks_of(work.connection, POPULATION, [case.entry_id for case in cases])}
    people = {account.id: account.full_name or account.name for account in list_accounts(work.connection)}
    closed = 0
    for case in cases:
        task = tasks.get(case.entry_id)
        if task is None or task.state is not TypingState.ACCEPTED:
            continue
        words = f"Đã nhập lúc {local_time(moment(task.typed_at))}, người nhập: {people.get(task.typed_by, '')}"
        answer = f", phần mềm trả lời «{task.answer}»" if task.answer else ""
        result = " ".join((case.result, f"{words}{answer}. Lần đối soát này đã thấy.")).strip()
        after = _decided(ctx, case, replace(case, state=CaseState.ENTERED, result=result))
        _note_in_entry(work, after)
        store.save_case(work.connection, replace(after, entry_done=Consequence.NOTE))
        old, new = _told(work.connection, case), _told(work.connection, after)
        work.note("follow_up", entry_id=case.entry_id, column=str(case.id), old=old, new=new, reason=after.result)
        closed += 1
    return closed


@requires(Role.SUPERVISOR)
def open_entry_of_case(ctx: Context, case_id: int) -> EntryState:
    """Open the entry again after a decision that the transcription is wrong; returns the state it stands in now.

    Values are corrected beside the picture, as in every review: the book is what counts, not the database.

    Raises:
        NotFound: no such case.
        InvalidInput: the case asks for no such thing, or it was done.
    """
    with ctx.write() as work:
        case = found(store.get_case(work.connection, case_id), Missing.CASE)
        if consequence_of(case.state) is not Consequence.REOPEN or case.entry_done is Consequence.REOPEN:
            raise InvalidInput("Hồ sơ này không chờ mở lại trường hợp. Hãy tải lại danh sách.")
        stored = found(get_entry(work.connection, case.entry_id), Missing.ENTRY)
        reason = _sentence(case)
        state = stored.entry.state
        if state in REOPENABLE:
            kind = DecisionKind.REOPEN if state is EntryState.APPROVED else DecisionKind.SEND_BACK
            receipt = save_within(ctx, work, stored, {}, kind, f"case:{case.id}:{stored.entry.revision}", reason)
            state = receipt.state
        store.save_case(work.connection, replace(case, entry_done=Consequence.REOPEN))
        work.note("follow_up", entry_id=case.entry_id, column=str(case_id), new=Consequence.REOPEN.value, reason=reason)
        return state


def _refuse_unfit(
    connection: Connection, case: Case, state: CaseState, owner: int | None, result: str, note: str
) -> None:
    if state not in states_for(case.outcome):
        raise InvalidInput(
            f"«{STATE_LABELS[state]}» không dùng cho kết quả «{OUTCOME_LABELS[case.outcome]}». Hãy chọn cách khác."
        )
    if state.decided and not result.strip():
        raise InvalidInput("Chưa ghi kết quả xác minh. Hãy ghi đã xác minh thế nào, căn cứ vào giấy tờ gì.")
    refuse_longer("Kết quả hoặc ghi chú", _LONGEST, result, note)
    account = get_account(connection, owner) if owner is not None else None
    if owner is not None and (account is None or not account.active or not _follows_up(account.role)):
        raise InvalidInput("Người phụ trách phải là tài khoản công an hoặc người kiểm tra đang hoạt động.")


def _refuse_day(before: Case, due_on: str) -> None:
    """A day that was there may have passed; a new one lies ahead, within what a campaign takes."""
    today = now().astimezone(LOCAL).date()
    if due_on and due_on != before.due_on and not today <= date.fromisoformat(due_on) <= today + _LONGEST_WAIT:
        raise InvalidInput("Hạn phải từ hôm nay trở đi và trong vòng 5 năm. Hãy chọn lại ngày.")


def _follows_up(role: Role) -> bool:
    return role is Role.POLICE or role.includes(Role.SUPERVISOR)


def _note_in_entry(work: Work, case: Case) -> None:
    entry = found(get_entry(work.connection, case.entry_id), Missing.ENTRY).entry
    work.note("reconciled", entry_id=entry.id, book_id=entry.book_id, new=case.state.value, reason=_sentence(case))


def _sentence(case: Case) -> str:
    differences = "; ".join(difference_text(one) for one in case.newest.result.differences)
    return sentence_of(case.state, case.newest.person.name, differences, case.result)


def _is_stale(case: Case) -> bool:
    return bool(case.decided_over) and not still_over(case.decided_over, case.newest.result)


def _views(connection: Connection, cases: tuple[Case, ...]) -> tuple[CaseView, ...]:
    entries: dict[int, Entry] = {
        s.entry.id: s.entry for s in get_entries(connection, tuple({case.entry_id for case in cases}))
    }
    books = get_books(connection, {entry.book_id for entry in entries.values()})
    people = {account.id: account.full_name or account.name for account in list_accounts(connection)}
    return tuple(
        _view(case, entries[case.entry_id], books[entries[case.entry_id].book_id], people)
        for case in cases
        if case.entry_id in entries
    )


def _view(case: Case, entry: Entry, book: Book, people: Mapping[int, str]) -> CaseView:
    reopens = consequence_of(case.state) is Consequence.REOPEN and case.outcome is not MatchOutcome.MATCHES
    return CaseView(
        case=case,
        entry=entry_title(entry).split(" · ")[0],
        book=f"quyển {book.volume_number}",
        office=book.office,
        register_type=entry.register_type.label,
        person_role=ROLE_LABELS.get(case.role, case.role),
        owner=people.get(case.owner or 0, ""),
        stale=_is_stale(case),
        waits_for_supervisor=reopens and case.entry_done is not Consequence.REOPEN,
    )
