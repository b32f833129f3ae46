"""A printed annex (Phụ lục 01-04) as a table of cells: rows of units, counts by register type and measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from corrections.campaign.counts import PrintedCount
from layouts.register_types import RegisterType

__all__ = [
    "ALL",
    "Annex",
    "AnnexError",
    "AnnexRow",
    "CellKey",
    "CellType",
    "Measure",
    "NoAnnexTable",
    "Subtotal",
    "cell_type",
]

ALL: Final = "all"
"""In place of a register type: all of them together, or the unit as such (machines, days)."""


class AnnexError(ValueError):
    """A table that is no annex; the message is Vietnamese and names the cell."""


class NoAnnexTable(AnnexError):
    """A table without a column of units or without counts: another kind of sheet."""


class Measure(StrEnum):
    """What a column counts."""

    BOOKS = "books"
    CASES = "cases"
    TODAY = "today"
    DONE = "done"
    REMAINING = "remaining"
    MACHINES = "machines"
    QUOTA = "quota"
    PER_DAY = "per_day"
    DAYS = "days"

    @property
    def label(self) -> str:
        """Vietnamese, for messages."""
        return _LABELS[self]

    @property
    def of_a_unit(self) -> bool:
        """Whether it is told of the unit as such, not of a register type."""
        return self in _OF_A_UNIT


_LABELS = {
    Measure.BOOKS: "số quyển",
    Measure.CASES: "số trường hợp",
    Measure.TODAY: "nhập trong ngày",
    Measure.DONE: "đã nhập",
    Measure.REMAINING: "còn lại",
    Measure.MACHINES: "số máy",
    Measure.QUOTA: "định mức",
    Measure.PER_DAY: "số nhập một ngày",
    Measure.DAYS: "số ngày",
}
_OF_A_UNIT = (Measure.MACHINES, Measure.QUOTA, Measure.PER_DAY, Measure.DAYS)
CellType = RegisterType | Literal["all"]
"""A register type, or `ALL`."""
CellKey = tuple[CellType, Measure]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexRow:
    """A unit's line."""

    unit: str
    cells: Mapping[CellKey, PrintedCount]
    line: int
    """Row of the file."""

    def count(self, register_type: CellType, measure: Measure) -> int | None:
        """The number in a cell; None when it is unknown or the annex has no such column."""
        cell = self.cells.get((register_type, measure))
        return cell.count if cell else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtotal:
    """A printed line of sums over some of the units: of a section (`Cộng cấp xã`), or at the head of one."""

    row: AnnexRow
    parts: tuple[AnnexRow, ...]
    """The units it sums up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """One annex as printed."""

    number: str
    """`01`; empty where the file does not say."""
    columns: tuple[CellKey, ...]
    rows: tuple[AnnexRow, ...]
    total: AnnexRow | None = None
    """The printed line of sums over all units."""
    subtotals: tuple[Subtotal, ...] = ()

    @property
    def types(self) -> tuple[RegisterType, ...]:
        """Register types that have columns of their own, in the order of the print."""
        return tuple(dict.fromkeys(kind for kind, _ in self.columns if isinstance(kind, RegisterType)))

    def has(self, measure: Measure) -> bool:
        """Whether the annex has columns of that measure."""
        return any(m is measure for _, m in self.columns)


def cell_type(text: str) -> CellType:
    """The register type of a stored text, or `ALL`.

    Raises:
        ValueError: the text is neither.
    """
    return ALL if text == ALL else RegisterType(text)
