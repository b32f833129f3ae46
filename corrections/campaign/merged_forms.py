"""Phụ lục 01 of several units as one: the rows of their files, each unit once, with sums formed anew."""

from __future__ import annotations

from collections.abc import Sequence

from corrections.campaign.annex_checks import check_annex
from corrections.campaign.annexes import Annex, AnnexRow, Measure
from corrections.campaign.figures import Figures, FiguresKey, UnitFigures
from corrections.campaign.totals import Total
from layouts.register_types import RegisterType

__all__ = ["merged_rows"]

_OF_NO_YEAR = 0
"""Year of figures whose form does not say it, as of a volume that says none."""


def merged_rows(parts: Sequence[tuple[str, Annex]]) -> tuple[tuple[UnitFigures, ...], tuple[str, ...]]:
    """Rows of several files in one table.

    Args:
        parts: where each part comes from (a file's name), and what was read there.

    Returns:
        Rows in the order of the files, and what is wrong, Vietnamese: a table that is no progress, sums that do not
        follow from their rows, a unit that came twice (the first is kept).
    """
    seen: dict[str, str] = {}
    rows: list[UnitFigures] = []
    problems: list[str] = []
    for source, annex in parts:
        if not annex.has(Measure.REMAINING) or not annex.has(Measure.DONE):
            problems.append(f"{source}: không phải Phụ lục 01 (thiếu cột «đã nhập» hoặc «còn lại»), nên không gộp.")
            continue
        problems += [f"{source}, {finding.unit}: {finding.message}" for finding in check_annex(annex)]
        for row in annex.rows:
            key = row.unit.casefold()
            if key in seen:
                problems.append(f"{row.unit}: có trong cả {seen[key]} và {source}; chỉ lấy từ {seen[key]}.")
                continue
            seen[key] = source
            rows.append(UnitFigures(unit=row.unit, parts=_parts(annex, row)))
    return tuple(rows), tuple(problems)


def _parts(annex: Annex, row: AnnexRow) -> dict[FiguresKey, Figures]:
    """Figures of each register type; none at all of a unit that has told nothing."""
    told = any(row.count(kind, Measure.CASES) is not None or row.count(kind, Measure.DONE) for kind in annex.types)
    return {(kind, _OF_NO_YEAR): _figures(row, kind) for kind in annex.types} if told else {}


def _figures(row: AnnexRow, kind: RegisterType) -> Figures:
    cases, left = row.count(kind, Measure.CASES), row.count(kind, Measure.REMAINING)
    done = row.count(kind, Measure.DONE) or 0
    # What is left reads `Chưa rõ` as long as a part is not counted, although the total tells the parts that are.
    unknown = int(cases is None or left is None)
    known = cases or 0
    return Figures(
        total=Total(known=known, unknown=unknown),
        today=row.count(kind, Measure.TODAY) or 0,
        done=done,
        beyond=0 if left is None or unknown else left - (known - done),
    )
