"""Printed annexes beside what is counted here: whose line is whose, and the cells that say something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corrections.campaign.annex_units import lines_by_name
from corrections.campaign.annexes import Annex, CellKey, CellType, Measure
from corrections.campaign.figures import UnitFigures, form_data
from corrections.campaign.offices import OfficeLevel, OfficeTree
from corrections.campaign.totals import dotted
from corrections.entries import Role
from layouts.register_types import RegisterType
from workbench.services.campaign import campaign_report, volume_tables
from workbench.services.context import Context, requires

__all__ = ["ComparedCell", "compared_cells", "counted_rows"]


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


def compared_cells(annex: Annex, rows: Sequence[UnitFigures], tree: OfficeTree) -> list[ComparedCell]:
    """Cells of books, cases and done of the units that are counted here, print beside count where they differ."""

    def level_of(row: UnitFigures) -> OfficeLevel | None:
        unit = tree.get(row.office_id)
        return unit.level if unit else None

    counted = lines_by_name(rows, lambda row: row.unit, level_of)
    found = []
    for row in annex.rows:
        own = counted(row.unit)
        if own is None:
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
