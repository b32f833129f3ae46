"""Printed annexes beside what is counted here: whose line is whose, and the cells that say something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corrections.campaign.annex_units import lines_by_name, office_named
from corrections.campaign.annexes import Annex, CellKey, CellType, Measure
from corrections.campaign.figures import UnitFigures, form_data
from corrections.campaign.offices import OfficeLevel, OfficeTree
from corrections.campaign.totals import dotted
from corrections.entries import Role
from layouts.register_types import RegisterType
from workbench.services.campaign import campaign_report, volume_tables
from workbench.services.context import Context, requires
from workbench.services.days import today_kept

__all__ = ["ComparedCell", "compared_cells", "counted_rows", "uncompared_words"]

_NAMED = 10
"""Units named in a message; how many more there are is said in a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedCell:
    """What an annex prints beside what is counted here."""

    unit: str
    register_type: CellType
    measure: Measure
    printed: str
    counted: str


@requires(Role.CLERK, Role.INSPECTOR)
def counted_rows(ctx: Context, numbers: set[str]) -> dict[str, Sequence[UnitFigures]]:
    """What is counted, as each annex tells it: Phụ lục 02 to 04 hold the registers that units of one level keep."""
    volumes = numbers & form_data()["volumes"].keys()
    tables = volume_tables(ctx, volumes) if volumes else {}
    whole = campaign_report(ctx).rows if numbers - volumes else ()
    return {number: [row.figures for row in tables[number]] if number in volumes else whole for number in numbers}


def _finder(rows: Sequence[UnitFigures], tree: OfficeTree) -> Callable[[str], UnitFigures | None]:
    def level_of(row: UnitFigures) -> OfficeLevel | None:
        unit = tree.get(row.office_id)
        return unit.level if unit else None

    return lines_by_name(rows, lambda row: row.unit, level_of)


def uncompared_words(annex: Annex, rows: Sequence[UnitFigures], tree: OfficeTree) -> Iterator[str]:
    """What of an annex stands beside nothing here, and what here beside nothing in it; each with what to do."""
    if not rows:
        volumes = form_data()["volumes"].get(annex.number)
        level = f"{OfficeLevel(volumes['level']).label.lower()} " if volumes and len(tree) else ""
        yield (
            f"Chưa so được dòng nào: phần mềm chưa có đơn vị {level}nào có sổ hay số đếm. Hãy nhập danh sách đơn vị ở "
            "màn hình «Đơn vị», rồi danh mục sổ hoặc «Đếm trên giấy»."
        )
        return
    counted = _finder(rows, tree)
    own = [(row.unit, counted(row.unit)) for row in annex.rows]
    missing = [unit for unit, found in own if found is None]
    below = [unit for unit in missing if tree.of_words(office_named(unit)[1] or unit, today_kept()) is not None]
    if names := [unit for unit in missing if unit not in below]:
        yield f"Không có đơn vị cùng tên để so: {_listed(names)}. Hãy sửa tên ở màn hình «Đơn vị» cho giống bản in."
    if below:
        yield (
            f"Không so được với số cộng của cấp trên: {_listed(below)}. Tài khoản của đơn vị cấp trên trực tiếp nạp "
            "phụ lục này thì so được từng dòng; lấy số vào «Đếm trên giấy» thì ở đây cũng được."
        )
    if names := [unit for unit, found in own if found is not None and not found.parts]:
        yield f"Chưa có số liệu để so: {_listed(names)}. Hãy nhập danh mục sổ hoặc ghi ở «Đếm trên giấy»."
    met = {found.unit for _, found in own if found is not None}
    if names := [row.unit for row in rows if row.parts and row.unit not in met]:
        yield f"Có số liệu nhưng không có dòng trong bản in: {_listed(names)}. Hãy xem phụ lục có thiếu đơn vị không."


def _listed(names: Sequence[str]) -> str:
    more = f" và {len(names) - _NAMED} đơn vị nữa" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def compared_cells(annex: Annex, rows: Sequence[UnitFigures], tree: OfficeTree) -> list[ComparedCell]:
    """Cells of books, cases and done of the units that are counted here, print beside count where they differ."""
    counted = _finder(rows, tree)
    found = []
    for row in annex.rows:
        own = counted(row.unit)
        if own is None or not own.parts:
            continue
        for key in annex.columns:
            shown = _counted(own, key)
            cell = row.cells.get(key)
            if shown is not None and cell is not None and shown != cell.count:
                found.append(
                    ComparedCell(
                        unit=row.unit,
                        register_type=key[0],
                        measure=key[1],
                        printed=cell.text or "(trống)",
                        counted=dotted(shown),
                    )
                )
    return found


def _counted(row: UnitFigures, key: CellKey) -> int | None:
    kind, measure = key
    figures = row.of_type(kind) if isinstance(kind, RegisterType) else row.of_types(tuple(RegisterType))
    if measure is Measure.BOOKS:
        return figures.books
    if measure is Measure.CASES:
        return None if figures.total.unknown else figures.total.known
    return figures.done if measure is Measure.DONE else None
