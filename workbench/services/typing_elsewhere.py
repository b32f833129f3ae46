"""Entries that must be typed into another program by hand: its fields in its order, who typed what, what came back.

Clerks work through books; the police through the cases of reconciliation, and see no other entry.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from corrections.entries import SETTLED, Entry, FieldState, FieldValue, Role
from corrections.registered_persons import ROLE_LABELS
from corrections.titles import entry_title
from exports.reconciliation_book import person_cell
from exports.typing_programs import TypingProgram, typing_programs
from layouts.codes import code_list
from layouts.columns import Column, FieldKind, columns, columns_by_name
from layouts.register_types import RegisterType
from storage import typing_tasks as store
from storage.accounts import get_account, list_accounts
from storage.books import get_books
from storage.clock import moment, moment_of_hour
from storage.entries import entry_ids, get_entries, get_entry
from storage.opening.database import Connection
from storage.reconciliation_cases import CaseFilter
from storage.reconciliation_cases import list_cases as stored_cases
from storage.settings_store import get_setting, put_setting
from storage.states import TypingState
from storage.typing_tasks import TypingTask
from vietnamese.shown_time import LOCAL, local_time
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, NotAllowed, found, refuse_longer
from workbench.services.settings import OFFICE

__all__ = [
    "TypingField",
    "TypingLine",
    "TypingState",
    "TypingSum",
    "note_answer",
    "note_typed",
    "save_typing_order",
    "typing_list",
    "typing_list_of_cases",
    "typing_order",
    "typing_sheet",
    "typing_sums",
]

_LONGEST = 500
"""Characters of what the other program answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypingLine:
    """An entry in the list of what is to be typed."""

    entry_id: int
    title: str
    book: str
    state: TypingState | None
    """None: nobody has typed it."""
    typed_by: str
    typed_on: str
    """Day and hour, `dd/mm/yyyy hh:mm`."""
    answer: str
    changed_since: bool
    """The entry was saved again after it was typed."""
    persons: str = ""
    """Whom it is about, with what they are in the entry: those of cases; empty where it is about the entry."""

    @property
    def waiting(self) -> bool:
        """Whether it is to be typed still, or once more."""
        return self.state in (None, TypingState.REFUSED) or self.changed_since


@dataclass(frozen=True, slots=True, kw_only=True)
class TypingField:
    """One field to copy."""

    column: str
    label: str
    value: str
    """As the other program takes it: words for codes, its sign between parts of a date."""
    note: str = ""
    """What stands in the book where nothing can be typed (torn, illegible)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypingSum:
    """What one person typed on one day."""

    day: str
    """`yyyy-mm-dd`."""
    name: str
    entries: int


@requires(Role.CLERK)
def typing_list(ctx: Context, program: str, book_id: int) -> tuple[TypingLine, ...]:
    """The finished entries of a book in page order, each with how far it has come in the program."""
    _known(program)
    with ctx.read() as connection:
        return _lines(connection, program, entry_ids(connection, book_id, SETTLED))


@requires(Role.SUPERVISOR, Role.POLICE)
def typing_list_of_cases(ctx: Context, program: str, wanted: CaseFilter) -> tuple[TypingLine, ...]:
    """The finished entries that cases of reconciliation are about."""
    _known(program)
    with ctx.read() as connection:
        people: dict[int, list[str]] = defaultdict(list)
        for case in stored_cases(connection, wanted):
            name = person_cell(case.newest.person, "name")
            people[case.entry_id].append(f"{name} ({ROLE_LABELS.get(case.role, case.role).lower()})")
        ready = tuple(s.entry.id for s in get_entries(connection, tuple(people)) if s.entry.state in SETTLED)
        lines = _lines(connection, program, ready)
        return tuple(replace(line, persons=", ".join(people[line.entry_id])) for line in lines)


@requires(Role.CLERK, Role.POLICE)
def typing_sheet(ctx: Context, program: str, entry_id: int) -> tuple[int, tuple[TypingField, ...]]:
    """Revision of an entry and its fields in the program's order.

    Raises:
        NotFound: no such entry.
        NotAllowed: the police ask for an entry without a case.
    """
    known = _known(program)
    with ctx.read() as connection:
        entry = _entry(ctx, connection, entry_id)
        order = _order(connection, program, entry.register_type)
    by_name = columns_by_name(entry.register_type)
    return entry.revision, tuple(_field(by_name[name], entry.fields.get(name), known) for name in order)


@requires(Role.CLERK, Role.POLICE)
def note_typed(ctx: Context, program: str, entry_id: int, *, revision: int) -> None:
    """Tick an entry as typed, by the caller, now.

    Raises:
        NotFound: no such entry.
        InvalidInput: the entry was saved since its fields were shown, is not finished, or somebody else has typed it.
    """
    _known(program)
    with ctx.write() as work:
        entry = _entry(ctx, work.connection, entry_id)
        if entry.revision != revision or entry.state not in SETTLED:
            raise InvalidInput("Trường hợp vừa được sửa. Hãy tải lại, so với phần đã nhập bên kia rồi đánh dấu.")
        typed = next(iter(store.tasks_of(work.connection, program, (entry_id,))), None)
        if typed is not None and typed.revision == revision and typed.state is not TypingState.REFUSED:
            if typed.typed_by == ctx.who.id:
                return
            who = get_account(work.connection, typed.typed_by)
            raise InvalidInput(
                f"{(who.full_name or who.name) if who else 'Người khác'} đã đánh dấu nhập trường hợp này lúc "
                f"{local_time(moment(typed.typed_at))}. Hãy kiểm tra bên kia xem có bị nhập hai lần không."
            )
        store.note_typed(work.connection, program, entry_id, revision=revision, account_id=ctx.who.id)
        work.note(store.TICK, entry_id=entry_id, book_id=entry.book_id, column=program)


@requires(Role.CLERK, Role.POLICE)
def note_answer(ctx: Context, program: str, entry_id: int, *, accepted: bool, answer: str) -> None:
    """Note what the program said: its number when it took the entry, why when it did not.

    Raises:
        NotFound: no such entry.
        InvalidInput: the entry was not typed there, or a refusal has no reason.
    """
    _known(program)
    text = answer.strip()
    if not accepted and not text:
        raise InvalidInput("Chưa ghi phần mềm kia báo gì. Hãy ghi lời báo lỗi để người sau biết mà sửa.")
    refuse_longer("Lời trả về", _LONGEST, text)
    state = TypingState.ACCEPTED if accepted else TypingState.REFUSED
    with ctx.write() as work:
        entry = _entry(ctx, work.connection, entry_id)
        before = next(iter(store.tasks_of(work.connection, program, (entry_id,))), None)
        if before is None:
            raise InvalidInput("Trường hợp này chưa đánh dấu là đã nhập. Hãy đánh dấu trước.")
        store.note_answer(work.connection, program, entry_id, state=state, answer=text)
        work.note(
            "typed_answer",
            entry_id=entry_id,
            book_id=entry.book_id,
            column=program,
            old=f"{before.state.value} {before.answer}".strip(),
            new=state.value,
            reason=text,
        )


@requires(Role.SUPERVISOR)
def typing_sums(ctx: Context, program: str) -> tuple[TypingSum, ...]:
    """How many entries each person typed on each local day, newest day first.

    An entry typed again counts once: for whoever typed it first, on that day.
    """
    _known(program)
    with ctx.read() as connection:
        names = {a.name: a.full_name or a.name for a in list_accounts(connection)}
        hours = store.typed_by_hour(connection, program)
    sums: Counter[tuple[str, str]] = Counter()
    for account, hour, entries in hours:
        day = moment_of_hour(hour).astimezone(LOCAL).date().isoformat()
        sums[(day, names.get(account, account))] += entries
    return tuple(TypingSum(day=d, name=n, entries=k) for (d, n), k in sorted(sums.items(), reverse=True))


@requires(Role.CLERK)
def typing_order(ctx: Context, program: str, register_type: RegisterType) -> tuple[str, ...]:
    """The fields of a register type in the order in force, as official column names."""
    _known(program)
    with ctx.read() as connection:
        return _order(connection, program, register_type)


@requires(Role.ADMINISTRATOR)
def save_typing_order(ctx: Context, program: str, register_type: RegisterType, order: Sequence[str]) -> None:
    """Put the fields in the office's own order; none at all goes back to ours.

    Raises:
        InvalidInput: a column the register type does not have, or one that stands there twice.
    """
    _known(program)
    names = {c.name for c in columns(register_type)}
    wrong = sorted({name for name in order if name not in names or order.count(name) > 1})
    if wrong:
        raise InvalidInput(f"Cột không có trong loại sổ này hoặc bị lặp: {', '.join(wrong)}. Hãy sửa lại thứ tự.")
    with ctx.write() as work:
        key = _key(program, register_type)
        old = get_setting(work.connection, key)
        put_setting(work.connection, key, list(order))
        work.note("set", column=key.removeprefix(OFFICE), old=" ".join(old or ()), new=" ".join(order))


def _known(program: str) -> TypingProgram:
    if program not in typing_programs():
        raise InvalidInput(f"Không biết phần mềm «{program}». Hãy chọn trong danh sách.")
    return typing_programs()[program]


def _key(program: str, register_type: RegisterType) -> str:
    return f"{OFFICE}typing_order.{program}.{register_type.value}"


def _order(connection: Connection, program: str, register_type: RegisterType) -> tuple[str, ...]:
    own = get_setting(connection, _key(program, register_type))
    return tuple(own) if own else typing_programs()[program].order(register_type)


def _entry(ctx: Context, connection: Connection, entry_id: int) -> Entry:
    """The entry, which for the police must be that of a case."""
    if ctx.who.role is Role.POLICE and not stored_cases(connection, CaseFilter(entry_id=entry_id), 1):
        raise NotAllowed
    return found(get_entry(connection, entry_id), Missing.ENTRY).entry


def _lines(connection: Connection, program: str, ids: Sequence[int]) -> tuple[TypingLine, ...]:
    stored = [s.entry for s in get_entries(connection, ids)]
    books = get_books(connection, {entry.book_id for entry in stored})
    names = {a.id: a.full_name or a.name for a in list_accounts(connection)}
    tasks = _by_entry(store.tasks_of(connection, program, ids))
    return tuple(_line(entry, books[entry.book_id].volume_number, tasks.get(entry.id), names) for entry in stored)


def _by_entry(tasks: Iterable[TypingTask]) -> dict[int, TypingTask]:
    return {task.entry_id: task for task in tasks}


def _line(entry: Entry, volume: str, task: TypingTask | None, names: Mapping[int, str]) -> TypingLine:
    return TypingLine(
        entry_id=entry.id,
        title=entry_title(entry),
        book=f"{entry.register_type.label} · quyển {volume}",
        state=task.state if task else None,
        typed_by=names.get(task.typed_by, "") if task else "",
        typed_on=local_time(moment(task.typed_at) if task else None),
        answer=task.answer if task else "",
        changed_since=task is not None and task.revision != entry.revision,
    )


_STATES = {
    FieldState.ILLEGIBLE: "không đọc được",
    FieldState.STRUCK_OUT: "bị gạch bỏ",
    FieldState.ERASED: "bị tẩy xóa",
    FieldState.TORN: "bị rách",
}


def _field(column: Column, value: FieldValue | None, program: TypingProgram) -> TypingField:
    text = (value.normalized or value.text) if value else ""
    if column.code_list:
        text = {item.code: item.label for item in code_list(column.code_list)}.get(text, text)
    elif column.kind is FieldKind.DATE:
        text = text.replace(".", program.date_sign)
    note = _STATES.get(value.state, "") if value else ""
    return TypingField(column=column.name, label=column.label, value=text, note=note)
