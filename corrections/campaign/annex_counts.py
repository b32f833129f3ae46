"""What a printed annex counts of each unit and register type, as the lines of a paper inventory that it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corrections.campaign.annexes import ALL, Annex, AnnexRow, CellType, Measure
from corrections.campaign.counts import Known, PaperCount
from layouts.register_types import RegisterType

__all__ = ["AnnexCount", "counts_of", "section_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexCount:
    """The count of one unit and register type."""

    row: AnnexRow
    register_type: RegisterType | None
    """None: all types together, of an annex without columns for each."""
    count: PaperCount


def counts_of(annex: Annex) -> tuple[AnnexCount, ...]:
    """Every count of books or cases in the rows of units; what is left open in print is no count."""
    kinds: tuple[CellType, ...] = annex.types or (ALL,)
    return tuple(found for row in annex.rows for kind in kinds for found in _count(row, kind))


def _count(row: AnnexRow, kind: CellType) -> Iterator[AnnexCount]:
    cells = [row.cells.get((kind, measure)) for measure in (Measure.BOOKS, Measure.CASES)]
    told = [cell for cell in cells if cell is not None and cell.known is not Known.UNKNOWN]
    if not told:
        return
    books, cases = (cell.count if cell is not None else None for cell in cells)
    none = all(cell.known is Known.NONE for cell in told) and len(told) == sum(cell is not None for cell in cells)
    count = PaperCount(books=0, cases=0, none=True) if none else PaperCount(books=books, cases=cases)
    yield AnnexCount(row=row, register_type=None if kind == ALL else RegisterType(kind), count=count)


def section_of(annex: Annex, row: AnnexRow) -> str:
    """What the smallest section is called in which a row stands; empty where the annex has none around it."""
    around = [one for one in annex.subtotals if any(part.line == row.line for part in one.parts)]
    return min(around, key=lambda one: len(one.parts)).row.unit if around else ""
