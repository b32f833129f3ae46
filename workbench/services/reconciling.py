"""Reconciliation with an extract of the population database; the book's own values are never changed by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corrections.entries import Entry, EntryState, Role
from corrections.reconciliation import MatchOutcome, MatchResult, reconcile
from corrections.same_person import Person
from exports.reconciliation_book import (
    ExtractProfile,
    FollowUp,
    FollowUpState,
    follow_up_list,
    load_extract_profile,
    read_extract,
    write_follow_up,
)
from layouts.register_types import RegisterType
from storage import reconciliations as store
from storage.books import get_books, list_books
from storage.entries import get_entries, stream_entries
from storage.reconciliations import FollowUpRow, RunRow
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, NotFound

__all__ = [
    "FollowUpRow",
    "FollowUpState",
    "RunRow",
    "extract_profiles",
    "follow_up_workbook",
    "list_results",
    "list_runs",
    "persons_of",
    "run_reconciliation",
    "save_extract_profile",
    "set_follow_up",
]

_DONE = (EntryState.CONFIRMED, EntryState.APPROVED)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a person stands among the columns of a register."""

    role: str
    born: str = "NgaySinh"
    mother: str = ""
    father: str = ""


_PERSONS: dict[RegisterType, tuple[_Columns, ...]] = {
    RegisterType.BIRTH: (_Columns("nks", mother="meHoTen", father="chaHoTen"),),
    RegisterType.DEATH: (_Columns("nkt"),),
    RegisterType.MARRIAGE: (_Columns("chong"), _Columns("vo")),
    RegisterType.PARENT_CHILD_RECOGNITION: (_Columns("nc"), _Columns("cm")),
    RegisterType.MARITAL_STATUS: (_Columns("nxn"),),
}


def persons_of(entry: Entry) -> Iterator[tuple[str, Person]]:
    """The persons of an entry whom a population database knows: role (column prefix) and person."""
    values = {name: value.normalized for name, value in entry.fields.items()}
    for where in _PERSONS.get(entry.register_type, ()):
        role = where.role
        if not values.get(f"{role}HoTen"):
            continue
        person = Person(
            key=f"{entry.id}:{role}",
            name=values[f"{role}HoTen"],
            born=values.get(role + where.born, ""),
            sex=values.get(f"{role}GioiTinh", ""),
            id_number=values.get(f"{role}SoDinhDanh", "") or values.get(f"{role}SoGiayToTuyThan", ""),
            mother=values.get(where.mother, ""),
            father=values.get(where.father, ""),
            birthplace=values.get(f"{role}NoiSinh", ""),
            native_place=values.get(f"{role}QueQuan", ""),
            ethnic_group=values.get(f"{role}DanToc", ""),
            nationality=values.get(f"{role}QuocTich", ""),
        )
        yield role, person


@requires(Role.SUPERVISOR)
def extract_profiles(ctx: Context) -> tuple[ExtractProfile, ...]:
    """Layouts of extracts kept by the office."""
    with ctx.read() as connection:
        return tuple(load_extract_profile(text) for text in store.profiles(connection).values())


@requires(Role.SUPERVISOR)
def save_extract_profile(ctx: Context, profile: ExtractProfile) -> None:
    """Keep how an extract's columns are laid out, by the profile's name."""
    with ctx.write() as work:
        store.put_profile(work.connection, profile.name, profile.to_json())
        work.note("extract_profile", column=profile.name)


@requires(Role.SUPERVISOR)
def run_reconciliation(
    ctx: Context, path: Path, profile: ExtractProfile, *, book_ids: Sequence[int] | None = None
) -> RunRow:
    """Compare the finished entries of books with an extract and keep the outcome of each person.

    Args:
        ctx: A supervisor's.
        path: The extract, Excel or CSV.
        profile: Which column holds what.
        book_ids: Only these books; None: all.

    Raises:
        WorkbookError: the extract cannot be taken; nothing was kept.
        InvalidInput: there is nothing to compare.
    """
    with ctx.read() as connection:
        chosen = list(book_ids) if book_ids is not None else [b.id for b in list_books(connection)]
        persons = {
            person.key: (stored.entry.id, role, person)
            for book_id in chosen
            for stored in stream_entries(connection, book_id, _DONE)
            for role, person in persons_of(stored.entry)
        }
    if not persons:
        raise InvalidInput("Chưa có trường hợp nào được xác nhận để đối soát. Hãy xác nhận hoặc chọn quyển khác.")
    # Read and compared outside any transaction: it may take a minute, and clerks go on saving.
    results = reconcile([person for _, _, person in persons.values()], read_extract(path, profile))
    with ctx.write() as work:
        run_id = store.add_run(work.connection, account_id=ctx.account_id, source_name=path.name, profile=profile.name)
        store.add_results(work.connection, run_id, [(*persons[r.key], r) for r in results])
        work.note("reconcile", new=f"{run_id} {len(results)}")
        return next(run for run in store.list_runs(work.connection) if run.id == run_id)


@requires(Role.SUPERVISOR)
def list_runs(ctx: Context) -> tuple[RunRow, ...]:
    """All runs with their counts, newest first."""
    with ctx.read() as connection:
        return store.list_runs(connection)


@requires(Role.SUPERVISOR)
def list_results(
    ctx: Context, run_id: int, outcome: MatchOutcome | None = None, *, limit: int | None = None
) -> tuple[FollowUpRow, ...]:
    """Outcomes of a run, of one kind or all, the first `limit`."""
    with ctx.read() as connection:
        return store.list_results(connection, run_id, outcome, limit)


@requires(Role.SUPERVISOR)
def set_follow_up(ctx: Context, result_id: int, state: FollowUpState, *, note: str = "") -> None:
    """Note how far the check of a difference has come; entries change only through review."""
    with ctx.write() as work:
        if not store.set_follow_up(work.connection, result_id, state=FollowUpState(state).value, note=note):
            raise NotFound(Missing.RECONCILED_ROW)
        work.note("follow_up", column=str(result_id), new=FollowUpState(state).value, reason=note)


@requires(Role.SUPERVISOR)
def follow_up_workbook(ctx: Context, run_id: int) -> bytes:
    """The differences of a run as an Excel file, with the state of each."""
    with ctx.read() as connection:
        rows = store.list_results(connection, run_id, MatchOutcome.DIFFERS)
        entries = {s.entry.id: s.entry for s in get_entries(connection, [row.entry_id for row in rows])}
        books = get_books(connection, {entry.book_id for entry in entries.values()})
    titles = {}
    for row in rows:
        entry = entries[row.entry_id]
        number = entry.fields["so"].normalized if "so" in entry.fields else ""
        label = entry.register_type.label
        titles[row.person.key] = f"{label} {books[entry.book_id].volume_number}, số {number}"
    return write_follow_up(_with_states(rows, titles))


def _with_states(rows: Sequence[FollowUpRow], titles: dict[str, str]) -> list[FollowUp]:
    results: list[MatchResult] = [row.result for row in rows]
    items = follow_up_list(results, {row.person.key: row.person for row in rows}, titles)
    known = {row.person.key: row for row in rows}
    return [replace(item, state=FollowUpState(known[item.key].state), note=known[item.key].note) for item in items]
