"""Units that are joined, renamed or abolished, many at once and each with its day: what the tree looks like then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from corrections.campaign.calendars import day_shown
from corrections.campaign.office_checks import check_day, checked_office
from corrections.campaign.offices import Office, OfficeError, OfficeTree

__all__ = ["ChangeKind", "ChangePlan", "UnitChange", "planned_changes", "rename_note"]


class ChangeKind(StrEnum):
    """What happens to a unit."""

    JOIN = "join"
    """It goes into another one, which may be new; its registers go with it."""
    RENAME = "rename"
    """It stays and has another name from then on."""
    ABOLISH = "abolish"
    """It ceases; its registers go to the unit named, or to the one above it."""

    @property
    def label(self) -> str:
        """Vietnamese name for screens and files."""
        return {"join": "Nhập vào", "rename": "Đổi tên", "abolish": "Giải thể"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChange:
    """One line of a resolution."""

    kind: ChangeKind
    code: str
    """Unit concerned."""
    on: str
    """First day on which it holds, `yyyy-mm-dd`."""
    new_code: str = ""
    """Unit joined into, or that takes the registers."""
    new_name: str = ""
    """Name after a rename, or of a unit that the join brings into being."""
    document: str = ""
    """Number of the resolution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePlan:
    """What a list of changes does: new units first, then changed ones."""

    added: tuple[Office, ...]
    """Without id; their code names them."""
    changed: tuple[tuple[Office, str], ...]
    """A unit as it is afterwards, and the code of the unit that takes its registers (empty: keeps them)."""


def planned_changes(tree: OfficeTree, changes: Sequence[UnitChange]) -> ChangePlan:
    """What the changes do to the tree; nothing when one of them cannot be.

    Raises:
        OfficeError: every line that cannot be, in one message.
    """
    added: dict[str, Office] = {}
    changed: dict[str, tuple[Office, str]] = {}
    problems = []
    for number, change in enumerate(changes, start=1):
        try:
            _plan_one(tree, change, added, changed)
        except OfficeError as error:
            problems.append(f"dòng {number}: {error}")
    if problems:
        raise OfficeError("Chưa đổi đơn vị nào; hãy sửa danh sách: " + " ".join(problems))
    return ChangePlan(added=tuple(added.values()), changed=tuple(changed.values()))


def _plan_one(
    tree: OfficeTree, change: UnitChange, added: dict[str, Office], changed: dict[str, tuple[Office, str]]
) -> None:
    office = tree.by_code(change.code)
    if office is None:
        raise OfficeError(f"không có đơn vị mã {change.code}.")
    if office.code in changed:
        raise OfficeError(f"{office.name} có trong danh sách hai lần.")
    if not change.on:
        raise OfficeError(f"{office.name} chưa có ngày hiệu lực.")
    check_day(change.on, f"{office.name}: ngày hiệu lực")
    _refuse_reversed(tree, office, change)
    if office.abolished_on:
        raise OfficeError(f"{office.name} đã thôi hoạt động từ {day_shown(office.abolished_on)}.")
    if change.kind is ChangeKind.RENAME:
        if not change.new_name.strip():
            raise OfficeError(f"{office.name} chưa có tên mới.")
        note = "; ".join(filter(None, (office.note, rename_note(change.on, office.name))))
        renamed = replace(office, name=change.new_name, note=note)
        changed[office.code] = (checked_office(renamed, tree), "")
        return
    heir = _heir(tree, change, office, added)
    if heir in changed and changed[heir][1]:
        raise OfficeError(f"{office.name} nhập vào đơn vị mã {heir}, mà đơn vị này cũng thôi hoạt động.")
    if any(taker == office.code for _, taker in changed.values()):
        raise OfficeError(f"{office.name} vừa nhận sổ của đơn vị khác nên không thể thôi hoạt động cùng lúc.")
    changed[office.code] = (checked_office(replace(office, abolished_on=change.on), tree), heir)


def _refuse_reversed(tree: OfficeTree, office: Office, change: UnitChange) -> None:
    """Nothing happens to a unit before it bears its name: one of the two days is wrong, and people know which."""
    if change.on < office.valid_from:
        raise OfficeError(f"{office.name} chỉ hoạt động từ {day_shown(office.valid_from)}; thay đổi phải sau ngày đó.")
    renamed = tree.renamed_on(office.id)
    if change.on < renamed or (change.kind is ChangeKind.RENAME and change.on == renamed):
        raise OfficeError(
            f"{office.name} đổi tên từ {day_shown(renamed)}; thay đổi sau phải sau ngày đó. Nếu ngày ấy ghi sai, hãy "
            "sửa ở «Sửa ngày đổi tên»."
        )


def rename_note(on: str, name: str) -> str:
    """What a unit's note says of a name it had until a day."""
    return f"Trước {day_shown(on)}: {name}"


def _heir(tree: OfficeTree, change: UnitChange, office: Office, added: dict[str, Office]) -> str:
    """Code of the unit that takes the registers; a new one is put among the added."""
    if change.kind is ChangeKind.ABOLISH and not change.new_code:
        above = tree.get(office.parent_id)
        if above is None:
            raise OfficeError(f"{office.name} không có đơn vị cấp trên để nhận sổ. Hãy ghi mã đơn vị nhận.")
        return above.code
    code = change.new_code.strip()
    if not code:
        raise OfficeError(f"{office.name} chưa có mã đơn vị nhận.")
    if code == office.code:
        raise OfficeError(f"{office.name} không thể nhập vào chính nó.")
    known = tree.by_code(code)
    if known is not None and known.id in tree.subtree(office.id):
        raise OfficeError(f"{known.name} trực thuộc {office.name} nên không nhận sổ của đơn vị này được.")
    if known is not None and not known.in_force(change.on):
        raise OfficeError(f"{known.name} không hoạt động vào ngày {day_shown(change.on)} nên không nhận sổ được.")
    if known is None and code not in added:
        if not change.new_name.strip():
            raise OfficeError(f"không có đơn vị mã {code}; nếu là đơn vị mới, hãy ghi tên mới.")
        new = replace(
            Office(code=code, name=change.new_name, level=office.level, parent_id=office.parent_id),
            valid_from=change.on,
            quota=office.quota,
            cutoff=office.cutoff,
            starts_on=office.starts_on,
            target_on=office.target_on,
        )
        added[code] = checked_office(new, tree)
    return code
