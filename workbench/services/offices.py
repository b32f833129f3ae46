"""The tree of offices: list, add, change, whole lists in and out, and units joined, renamed or abolished in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

from corrections.campaign.calendars import day_shown
from corrections.campaign.office_checks import checked_office
from corrections.campaign.offices import Office, OfficeError, OfficeTree
from corrections.campaign.possible_days import is_day
from corrections.campaign.unit_changes import ChangePlan, UnitChange, planned_changes, rename_note
from corrections.entries import Role
from exports.office_tables import ListedOffice, read_changes, read_offices, write_changes_form, write_offices
from storage import books as book_store
from storage import offices as store
from workbench.services.context import Context, Work, requires
from workbench.services.days import refuse_impossible_day, today_kept
from workbench.services.errors import InvalidInput

__all__ = [
    "OfficeChange",
    "OfficeImport",
    "add_units",
    "assign_books",
    "change_units",
    "changes_form",
    "correct_rename_day",
    "export_offices",
    "import_changes",
    "import_offices",
    "office_changes",
    "office_tree",
    "own_office",
    "save_office",
    "unit_of_caller",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeImport:
    """What taking in a list did."""

    added: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeChange:
    """What a resolution did to a unit."""

    id: int
    office: str
    on: str
    document: str
    told: str
    is_rename: bool
    warning: str
    """Why its day is wrong, Vietnamese; empty when nothing speaks against it."""


def unit_of_caller(tree: OfficeTree, mine: frozenset[int] | None, office_id: int | None) -> Office:
    """The unit of that id.

    Args:
        tree: all units.
        mine: those the caller sees, as `Context.office_ids` tells them; None: all.
        office_id: the unit somebody named.

    Raises:
        InvalidInput: it is not there, or none of the caller's.
    """
    office = tree.get(office_id)
    if office is None or (mine is not None and office.id not in mine):
        raise InvalidInput("Không có đơn vị này trong số đơn vị bạn phụ trách. Hãy chọn lại.")
    return office


@requires(Role.CLERK, Role.INSPECTOR)
def office_tree(ctx: Context) -> OfficeTree:
    """The units the caller may see, as a tree."""
    mine = ctx.office_ids()
    with ctx.read() as connection:
        known = store.list_offices(connection)
    return OfficeTree(known if mine is None else [office for office in known if office.id in mine])


@requires(Role.CLERK, Role.INSPECTOR)
def own_office(ctx: Context) -> Office | None:
    """The caller's own unit; where none was named, the one at the top of the tree if there is but one."""
    with ctx.read() as connection:
        tree = store.office_tree(connection)
    if ctx.account is not None and ctx.account.office_id is not None:
        return tree.get(ctx.account.office_id)
    top = [office for office in tree.children(None) if not office.abolished_on]
    return top[0] if len(top) == 1 and ctx.office_ids() is None else None


@requires(Role.ADMINISTRATOR)
def save_office(ctx: Context, office: Office) -> Office:
    """Add a unit (id 0) or change one; its unit above must be one the caller sees.

    Raises:
        InvalidInput: it cannot be so, or it is not below the caller's office.
    """
    mine = ctx.office_ids()
    with ctx.write() as work:
        tree = store.office_tree(work.connection)
        if mine is not None and office.id not in mine and office.parent_id not in mine:
            raise InvalidInput(f"{office.name} không thuộc đơn vị của bạn nên không sửa được.")
        if office.id and office.parent_id in tree.subtree(office.id):
            raise InvalidInput(f"{office.name} không thể trực thuộc chính nó hoặc đơn vị cấp dưới của nó.")
        return _keep(work, tree, office)


def add_units(work: Work, tree: OfficeTree, units: Iterable[Office]) -> None:
    """Add units to a tree inside a service that has checked whose they are.

    Raises:
        InvalidInput: one of them cannot be so.
    """
    for unit in units:
        _keep(work, tree, unit)


def _keep(work: Work, tree: OfficeTree, office: Office) -> Office:
    try:
        office = checked_office(office, tree)
    except OfficeError as error:
        raise InvalidInput(str(error)) from error
    before = tree.get(office.id)
    if before is None:
        office = store.add_office(work.connection, office)
        work.note("add_office", new=f"{office.code} {office.name}")
        return office
    store.save_office(work.connection, office)
    for field in fields(Office):
        old, new = getattr(before, field.name), getattr(office, field.name)
        if old != new:
            work.note("save_office", column=f"{office.code} {field.name}", old=str(old), new=str(new))
    return office


@requires(Role.CLERK)
def export_offices(ctx: Context) -> bytes:
    """The caller's units as an Excel file that `import_offices` takes."""
    return write_offices(office_tree(ctx))


@requires(Role.ADMINISTRATOR, whole=True)
def import_offices(ctx: Context, path: Path) -> OfficeImport:
    """Take in a list of units: new codes are added, known ones get its values; all of it or nothing.

    A unit may stand before the one above it. What the list has no column for stays as it was.

    Raises:
        WorkbookError: the file cannot be taken; every problem is named.
        InvalidInput: a unit cannot be so.
    """
    listed = {item.office.code: item for item in read_offices(path)}
    added = changed = 0
    with ctx.write() as work:
        waiting = list(listed.values())
        while waiting:
            tree = store.office_tree(work.connection)
            ready = [w for w in waiting if not w.parent_code or w.parent_code not in {x.office.code for x in waiting}]
            if not ready:
                names = ", ".join(w.office.name for w in waiting[:3])
                raise InvalidInput(f"Các đơn vị {names} ghi nhau làm cấp trên. Hãy sửa cột «Mã cấp trên».")
            for item in ready:
                known = tree.by_code(item.office.code)
                merged = _merged(tree, known, item)
                if known != merged:
                    _keep(work, tree, merged)
                    added, changed = added + (known is None), changed + (known is not None)
                waiting.remove(item)
        work.note("import_offices", new=f"{added} {changed}")
    return OfficeImport(added=added, changed=changed)


def _merged(tree: OfficeTree, known: Office | None, listed: ListedOffice) -> Office:
    """The unit as the list has it; what the list has no column for stays as it is."""
    parent = tree.by_code(listed.parent_code) if listed.parent_code else None
    if listed.parent_code and parent is None:
        raise InvalidInput(
            f"{listed.office.name}: không có đơn vị cấp trên mã {listed.parent_code}. Hãy thêm đơn vị đó vào tệp."
        )
    office = replace(listed.office, parent_id=parent.id if parent else None)
    return office if known is None else replace(known, **{name: getattr(office, name) for name in listed.told})


@requires(Role.CLERK)
def changes_form(ctx: Context) -> bytes:
    """An empty list of changes to fill in; the same for everybody signed in."""
    return write_changes_form()


@requires(Role.ADMINISTRATOR, whole=True)
def import_changes(ctx: Context, path: Path) -> int:
    """Join, rename and abolish the units of a list in Excel or CSV; returns how many changed.

    Raises:
        WorkbookError: the file cannot be taken; every problem is named.
        InvalidInput: the list is empty, or names what cannot be; nothing was changed.
    """
    changes = read_changes(path)
    if not changes:
        raise InvalidInput("Danh sách chưa có thay đổi nào; các dòng ví dụ, có mã trong ngoặc, không tính.")
    return change_units(ctx, changes)


@requires(Role.ADMINISTRATOR, whole=True)
def change_units(ctx: Context, changes: Sequence[UnitChange]) -> int:
    """Join, rename and abolish units, all of them or none; registers and accounts go to the unit that takes over.

    Raises:
        InvalidInput: every line that cannot be, named.
    """
    with ctx.write() as work:
        tree = store.dated_tree(work.connection)
        try:
            plan = planned_changes(tree, changes)
        except OfficeError as error:
            raise InvalidInput(str(error)) from error
        _carry_out(work, tree, plan)
        by_code = {office.code: office for office in tree.offices.values()}
        for change in changes:
            _note_change(work, by_code[change.code], change)
    return len(plan.changed)


def _carry_out(work: Work, tree: OfficeTree, plan: ChangePlan) -> None:
    ids = {office.code: office.id for office in tree.offices.values()}
    for office in plan.added:
        ids[office.code] = store.add_office(work.connection, office).id
        work.note("add_office", new=f"{office.code} {office.name}")
    for office, heir in plan.changed:
        store.save_office(work.connection, replace(office, successor_id=ids[heir]) if heir else office)
    # Units below a joined one go on below the one that took over, those too that the same list founds or renames.
    took_over = {office.id: ids[heir] for office, heir in plan.changed if heir}
    for unit in store.list_offices(work.connection):
        if not unit.abolished_on and unit.parent_id in took_over:
            store.save_office(work.connection, replace(unit, parent_id=took_over[unit.parent_id]))


def _note_change(work: Work, office: Office, change: UnitChange) -> None:
    told = " ".join(filter(None, (change.kind.label, change.new_code, change.new_name)))
    store.add_office_change(
        work.connection,
        office_id=office.id,
        kind=change.kind,
        on=change.on,
        document=change.document,
        told=f"{office.name}: {told}",
    )
    work.note("change_unit", column=office.code, old=office.name, new=f"{told} {change.on}", reason=change.document)


@requires(Role.CLERK)
def office_changes(ctx: Context) -> tuple[OfficeChange, ...]:
    """What resolutions did to the caller's units, the newest first."""
    tree = office_tree(ctx)
    with ctx.read() as connection:
        kept = store.list_office_changes(connection)
    return tuple(
        OfficeChange(
            id=one.id,
            office=office.name,
            on=day_shown(one.on),
            document=one.document,
            told=one.told,
            is_rename=bool(one.former_name),
            warning=_day_warning(one, kept),
        )
        for one in kept
        if (office := tree.get(one.office_id)) is not None
    )


def _day_warning(change: store.KeptChange, kept: Iterable[store.KeptChange]) -> str:
    if not is_day(change.on):
        return "Ngày không có thật, nên tên cũ không hiện. Hãy sửa ngày."
    before, _ = _renames_around(change, kept)
    if change.former_name and before and change.on <= before:
        return f"Không sau lần đổi tên trước đó ({day_shown(before)}). Hãy sửa một trong hai ngày."
    return ""


def _renames_around(change: store.KeptChange, kept: Iterable[store.KeptChange]) -> tuple[str, str]:
    """Days of the unit's rename before this one and of the one after it, as they were entered; empty for none."""
    others = [one for one in kept if one.office_id == change.office_id and one.former_name and is_day(one.on)]
    before = max((one for one in others if one.id < change.id), key=lambda one: one.id, default=None)
    after = min((one for one in others if one.id > change.id), key=lambda one: one.id, default=None)
    return before.on if before else "", after.on if after else ""


@requires(Role.ADMINISTRATOR, whole=True)
def correct_rename_day(ctx: Context, change_id: int, on: date) -> None:
    """Let a rename hold from another day than was entered.

    Raises:
        InvalidInput: there is no such rename, or the day cannot be, or does not lie between the renames around it.
    """
    with ctx.write() as work:
        kept = store.list_office_changes(work.connection)
        change = next((one for one in kept if one.id == change_id and one.former_name), None)
        office = store.office_tree(work.connection).get(change.office_id) if change else None
        if change is None or office is None:
            raise InvalidInput("Không có lần đổi tên này. Hãy tải lại danh sách.")
        refuse_impossible_day(on, "Ngày đổi tên")
        before, after = _renames_around(change, kept)
        day = on.isoformat()
        if (before and day <= before) or (after and day >= after) or day < office.valid_from:
            limits = [f"sau {day_shown(before or office.valid_from)}"] if before or office.valid_from else []
            limits += [f"trước {day_shown(after)}"] if after else []
            raise InvalidInput(f"Ngày đổi tên của {office.name} phải {' và '.join(limits)}. Hãy chọn lại ngày.")
        store.redate_change(work.connection, change.id, day)
        wrong, right = (rename_note(of, change.former_name) for of in (change.on, day))
        store.save_office(work.connection, replace(office, note=office.note.replace(wrong, right)))
        work.note("change_unit", column=office.code, old=change.on, new=day, reason=f"sửa ngày: {change.told}")


@requires(Role.SUPERVISOR)
def assign_books(ctx: Context) -> tuple[int, tuple[str, ...]]:
    """Give every book without a unit the one its words name.

    Returns:
        How many were given one, and the words that name none, or more than one.
    """
    with ctx.write() as work:
        tree = store.office_tree(work.connection)
        given, unknown = 0, set[str]()
        for book in book_store.list_books(work.connection):
            if book.office_id is not None:
                continue
            office = tree.of_words(book.office, today_kept())
            if office is None:
                unknown.add(book.office)
                continue
            book_store.save_book(work.connection, replace(book, office_id=office.id))
            work.note("update_book", book_id=book.id, column="office_id", old="", new=office.code)
            given += 1
    return given, tuple(sorted(unknown))
