"""Reconciliation with an extract of the population database; the book's own values are never changed by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from corrections.campaign.totals import dotted
from corrections.chosen_persons import Choice, with_choice
from corrections.entries import SETTLED, Book, Entry, EntryState, Role
from corrections.reconciliation import MatchOutcome, MatchResult, reconcile
from corrections.registered_persons import persons_of, residence_of
from corrections.same_person import Person
from corrections.titles import entry_title
from exports.reconciliation_book import (
    ExtractProfile,
    FollowUp,
    NotFoundPerson,
    load_extract_profile,
    read_extract,
    write_follow_up,
    write_not_found,
)
from storage import reconciliations as store
from storage.books import get_books, list_books
from storage.entries import get_entries, stream_entries
from storage.opening.database import Connection
from storage.queues import state_counts
from storage.reconciliation_cases import choices_of, renew_cases
from storage.reconciliations import FollowUpRow, RunRow
from vietnamese.shown_time import shown_day
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput
from workbench.services.reconciliation_cases import CaseFilter, CaseView, close_entered, list_cases

__all__ = [
    "FollowUpRow",
    "RunRow",
    "extract_profiles",
    "follow_up_workbook",
    "left_out_words",
    "list_results",
    "list_runs",
    "not_found_workbook",
    "run_reconciliation",
    "save_extract_profile",
    "titles_of",
]

_UNFINISHED = (EntryState.TO_REVIEW, EntryState.ESCALATED, EntryState.SENT_BACK)


@requires(Role.SUPERVISOR, Role.POLICE)
def extract_profiles(ctx: Context) -> tuple[ExtractProfile, ...]:
    """Layouts of extracts kept by the office."""
    with ctx.read() as connection:
        return tuple(load_extract_profile(text) for text in store.profiles(connection).values())


@requires(Role.SUPERVISOR, Role.POLICE)
def save_extract_profile(ctx: Context, profile: ExtractProfile) -> None:
    """Keep how an extract's columns are laid out, by the profile's name."""
    with ctx.write() as work:
        store.put_profile(work.connection, profile.name, profile.to_json())
        work.note("extract_profile", column=profile.name)


@requires(Role.SUPERVISOR, Role.POLICE)
def run_reconciliation(
    ctx: Context, path: Path, profile: ExtractProfile, *, book_ids: Sequence[int] | None = None
) -> RunRow:
    """Compare the finished entries of books with an extract and keep the outcome of each person.

    Args:
        ctx: A supervisor's or the police's.
        path: The extract, Excel or CSV.
        profile: Which column holds what.
        book_ids: Only these books; None: all.

    Raises:
        WorkbookError: the extract cannot be taken; nothing was kept.
        InvalidInput: there is nothing to compare: no finished entry, or nobody in the extract.
    """
    with ctx.read() as connection:
        chosen = list(book_ids) if book_ids is not None else [b.id for b in list_books(connection)]
        left_out = _unfinished(connection, book_ids)
        choices = choices_of(connection)
        persons = {
            person.key: (stored.entry.id, role, person)
            for book_id in chosen
            for stored in stream_entries(connection, book_id, SETTLED)
            for role, person in persons_of(stored.entry)
        }
    if not persons:
        raise InvalidInput(
            "Chưa có trường hợp nào được xác nhận để đối soát"
            f"{f' ({left_out} trường hợp chưa nhập xong)' if left_out else ''}. Hãy xác nhận hoặc chọn quyển khác."
        )
    # Read and compared outside any transaction: it may take a minute, and clerks go on saving.
    extract = _Counted(read_extract(path, profile))
    found = reconcile([person for _, _, person in persons.values()], extract)
    results = [_as_chosen(result, choices.get(persons[result.key][:2])) for result in found]
    if not extract.persons:
        raise InvalidInput(
            f"Tệp {path.name} không có người nào ở cột «{profile.columns['name']}». Đối soát thì mọi người trong "
            "sổ thành «không thấy», nên chưa ghi gì. Hãy xuất lại tệp."
        )
    with ctx.write() as work:
        run_id = store.add_run(
            work.connection,
            account_id=ctx.account_id,
            source_name=path.name,
            profile=profile.name,
            left_out=left_out,
        )
        store.add_results(work.connection, run_id, [(*persons[r.key], r) for r in results])
        fresh = renew_cases(work.connection, run_id)
        work.note("reconcile", new=f"{run_id} {len(results)} {fresh} {left_out}")
        close_entered(ctx, work, run_id)
        return next(run for run in store.list_runs(work.connection) if run.id == run_id)


def _unfinished(connection: Connection, book_ids: Sequence[int] | None) -> int:
    """Entries of the books that nobody has finished; those set aside are none."""
    counts = [state_counts(connection)] if book_ids is None else [state_counts(connection, i) for i in book_ids]
    return sum(one[state] for one in counts for state in _UNFINISHED)


def _as_chosen(result: MatchResult, choice: Choice | None) -> MatchResult:
    """With what somebody chose before; of a person who agrees nothing of the extract is kept but the row."""
    result = with_choice(result, choice) if choice is not None else result
    agrees = result.outcome is MatchOutcome.MATCHES and choice is None
    return replace(result, candidates=()) if agrees else result


def left_out_words(run: RunRow) -> str:
    """How many entries a run could not compare; empty for none, and for runs of before that was counted."""
    if not run.left_out:
        return ""
    count = dotted(run.left_out)
    return f"{count} trường hợp chưa nhập xong không được đối soát; nhập xong thì đối soát lại với cùng tệp."


class _Counted:
    """Persons passing by, with how many there were."""

    def __init__(self, extract: Iterable[Person]) -> None:
        self._extract = extract
        self.persons = 0

    def __iter__(self) -> Iterator[Person]:
        for person in self._extract:
            self.persons += 1
            yield person


@requires(Role.SUPERVISOR, Role.POLICE, Role.INSPECTOR)
def list_runs(ctx: Context) -> tuple[RunRow, ...]:
    """All runs with their counts, newest first."""
    with ctx.read() as connection:
        return store.list_runs(connection)


@requires(Role.SUPERVISOR, Role.POLICE, Role.INSPECTOR)
def list_results(
    ctx: Context, run_id: int, outcome: MatchOutcome | None = None, *, limit: int | None = None
) -> tuple[FollowUpRow, ...]:
    """Outcomes of a run, of one kind or all, the first `limit`."""
    with ctx.read() as connection:
        return store.list_results(connection, run_id, outcome, limit)


@requires(Role.SUPERVISOR, Role.POLICE, Role.INSPECTOR)
def titles_of(ctx: Context, entry_ids: Sequence[int]) -> dict[int, str]:
    """What people call entries that stand in a run; of others nothing."""
    with ctx.read() as connection:
        ids = store.reconciled(connection, entry_ids)
        stored = get_entries(connection, ids)
        books = get_books(connection, {one.entry.book_id for one in stored})
    return {
        one.entry.id: f"{entry_title(one.entry) or 'chưa rõ số'} · quyển {books[one.entry.book_id].volume_number}"
        for one in stored
    }


@requires(Role.SUPERVISOR, Role.POLICE, Role.INSPECTOR)
def follow_up_workbook(ctx: Context, run_id: int) -> bytes:
    """The differences of a run as an Excel file, each with how far its case has come."""
    wanted = CaseFilter(run_id=run_id, outcome=MatchOutcome.DIFFERS)
    items = [item for view in list_cases(ctx, wanted) for item in _follow_ups(view)]
    return write_follow_up(items, note=_note_of(ctx, run_id))


def _note_of(ctx: Context, run_id: int) -> str:
    return next((left_out_words(run) for run in list_runs(ctx) if run.id == run_id), "")


def _follow_ups(view: CaseView) -> Iterator[FollowUp]:
    case, result = view.case, view.case.newest.result
    base = FollowUp(
        case=case.id,
        entry=f"{view.register_type} {view.book}, {view.entry}",
        person=case.newest.person.name,
        matched=", ".join((result.matched, *result.others)),
        state=case.state,
        owner=view.owner,
        due=shown_day(case.due_on) if case.due_on else "",
        result=case.result,
        note=case.note,
    )
    if not result.differences:
        yield base
    for d in result.differences:
        yield replace(base, field=d.field, book=d.book, extract=d.extract, kind=d.kind)


@requires(Role.SUPERVISOR, Role.POLICE, Role.INSPECTOR)
def not_found_workbook(ctx: Context, run_id: int) -> bytes:
    """Persons of a run whom the extract does not hold as an Excel file, for entering them there."""
    views = list_cases(ctx, CaseFilter(run_id=run_id, outcome=MatchOutcome.NOT_FOUND))
    with ctx.read() as connection:
        ids = tuple({view.case.entry_id for view in views})
        entries = {s.entry.id: s.entry for s in get_entries(connection, ids)}
        books = get_books(connection, {entry.book_id for entry in entries.values()})
    missing = [_not_found(v, entries[v.case.entry_id], books) for v in views]
    return write_not_found(missing, note=_note_of(ctx, run_id))


def _not_found(view: CaseView, entry: Entry, books: Mapping[int, Book]) -> NotFoundPerson:
    def text(column: str) -> str:
        value = entry.fields.get(column)
        return (value.normalized or value.text) if value else ""

    return NotFoundPerson(
        person=view.case.newest.person,
        role=view.person_role,
        register_type=view.register_type,
        number=text("so"),
        volume=text("quyenSo") or books[entry.book_id].volume_number,
        registered_on=text("ngayDangKy"),
        office=text("noiDangKy") or view.office,
        residence=residence_of(entry, view.case.role),
        state=view.case.state,
        result=view.case.result,
    )
