"""Compare our rows with another team's workbook of the same book, case by case and column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exports.names import number_parts
from exports.rows import CaseRow, unshape_values
from layouts.register_types import RegisterType

__all__ = ["CaseDifference", "Comparison", "compare_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDifference:
    """A column in which two transcriptions of a case differ."""

    entry_id: int | None
    our_row: int
    their_row: int
    column: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a comparison found."""

    same: int
    """Cases that agree in every column both workbooks have."""
    differences: tuple[CaseDifference, ...]
    only_ours: tuple[CaseRow, ...]
    only_theirs: tuple[CaseRow, ...]
    ambiguous: tuple[CaseRow, ...]
    """Rows whose number stands twice on one side; a person must pair them."""


_Key = tuple[str, str, str]


def compare_rows(register_type: RegisterType, ours: Sequence[CaseRow], theirs: Sequence[CaseRow]) -> Comparison:
    """Pair cases by number and year of registration and compare their standard values.

    Profile choices (year in the number, province codes, slashes in dates) make no difference; letter case does.
    """
    mine, other = _by_key(ours), _by_key(theirs)
    columns = {name for row in theirs for name in row.values} & {name for row in ours for name in row.values}
    twice = [key for key in {*mine, *other} if max(len(mine.get(key, ())), len(other.get(key, ()))) > 1]
    differences, same = [], 0
    for key, rows in mine.items():
        if key in other and key not in twice:
            found = _differences(register_type, rows[0], other[key][0], columns - {"STT", "dataFilePath"})
            differences += found
            same += not found
    return Comparison(
        same=same,
        differences=tuple(differences),
        only_ours=tuple(r for key, rows in mine.items() if key not in other for r in rows),
        only_theirs=tuple(r for key, rows in other.items() if key not in mine for r in rows),
        ambiguous=tuple(r for side in (mine, other) for key in side if key in twice for r in side[key]),
    )


def _by_key(rows: Sequence[CaseRow]) -> dict[_Key, list[CaseRow]]:
    found: dict[_Key, list[CaseRow]] = {}
    for row in rows:
        number = row.values.get("so", "")
        parts = number_parts(number) or (number, "", "")
        year = parts[2] or row.values.get("ngayDangKy", "")[-4:]
        found.setdefault((parts[0], parts[1], year), []).append(row)
    return found


def _differences(
    register_type: RegisterType, ours: CaseRow, theirs: CaseRow, columns: set[str]
) -> list[CaseDifference]:
    mine, other = unshape_values(register_type, ours.values), unshape_values(register_type, theirs.values)
    return [
        CaseDifference(
            entry_id=ours.entry_id,
            our_row=ours.row,
            their_row=theirs.row,
            column=name,
            ours=mine.get(name, ""),
            theirs=other.get(name, ""),
        )
        for name in sorted(columns)
        if mine.get(name, "") != other.get(name, "")
    ]
