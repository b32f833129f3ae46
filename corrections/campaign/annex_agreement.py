"""Annex 01 beside the annexes of volume: whose registers it tells of, and where they say different numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from corrections.campaign.annex_checks import AnnexFinding, FindingKind, kind_words
from corrections.campaign.annexes import ALL, Annex, AnnexRow, CellType, Measure
from corrections.campaign.totals import dotted
from layouts.register_types import RegisterType
from vietnamese.addresses import place_key

__all__ = ["compare_annexes", "volumes_told"]


_MOST_TOGETHER = 4
"""Annexes of volume that one annex 01 may sum up. By judgement: plans print three; more would be tried for hours."""


def volumes_told(progress: Annex, volumes: Sequence[Annex]) -> tuple[Annex, ...]:
    """The annexes of volume whose cases annex 01 tells of: those that together agree with most of its cells.

    Plans differ: one reports what communes keep (annex 02), another adds a unit's own registers (annex 03).

    Returns:
        The fewest that agree best; empty when no cell agrees with any of them.
    """
    best: tuple[Annex, ...] = ()
    most = 0
    for size in range(1, min(len(volumes), _MOST_TOGETHER) + 1):
        for chosen in combinations(volumes, size):
            agreeing = sum(one == two for _, _, one, two in _cells(progress, chosen) if one or two)
            if agreeing > most:
                best, most = chosen, agreeing
    return best


def compare_annexes(progress: Annex, volumes: Sequence[Annex]) -> tuple[AnnexFinding, ...]:
    """What annex 01 and the annexes of volume say differently of the same unit and type; what has no line in 01.

    Where no cell agrees, it is compared with each of them.
    """
    told = volumes_told(progress, volumes)
    found: list[AnnexFinding] = []
    for chosen in (told,) if told else ((volume,) for volume in volumes):
        found += _differences(progress, chosen)
    if told:
        left_out = (volume for volume in volumes if volume not in told)
        found += (finding for volume in left_out for finding in _left_out(progress, volume, told))
    return tuple(found)


def _cells(progress: Annex, volumes: Sequence[Annex]) -> Iterator[tuple[AnnexRow, CellType, int | None, int | None]]:
    """Each unit and type of annex 01 that the others have too, with the cases of both; None: left open in print."""
    lines = [{place_key(row.unit): row for row in volume.rows} for volume in volumes]
    for row in progress.rows:
        others = [found for by_unit in lines if (found := by_unit.get(place_key(row.unit)))]
        kinds: tuple[CellType, ...] = (*progress.types, ALL) if others else ()
        for kind in kinds:
            counts = [other.count(kind, Measure.CASES) for other in others]
            known = [count for count in counts if count is not None]
            yield row, kind, row.count(kind, Measure.CASES), sum(known) if len(known) == len(counts) else None


def _differences(progress: Annex, volumes: Sequence[Annex]) -> Iterator[AnnexFinding]:
    here, there = progress.number or "01", " + ".join(volume.number for volume in volumes)
    for row, kind, one, two in _cells(progress, volumes):
        if one is not None and two is not None and one != two:
            yield AnnexFinding(
                kind=FindingKind.BETWEEN_ANNEXES,
                unit=row.unit,
                cell=(kind, Measure.CASES),
                printed=one,
                computed=two,
                message=f"{row.unit}, {kind_words(kind)}: Phụ lục {here} ghi {dotted(one)}, Phụ lục {there} ghi "
                f"{dotted(two)} trường hợp.",
            )
        elif one == 0 and two is None and kind != ALL:
            yield AnnexFinding(
                kind=FindingKind.UNKNOWN_AS_ZERO,
                unit=row.unit,
                cell=(kind, Measure.CASES),
                printed=0,
                message=f"{row.unit}, {kind_words(kind)}: Phụ lục {here} ghi 0, Phụ lục {there} để trống: chưa thống "
                "kê, không phải không có.",
            )


def _left_out(progress: Annex, volume: Annex, told: Sequence[Annex]) -> Iterator[AnnexFinding]:
    cases = sum(_all_cases(row) for row in volume.rows)
    if cases:
        yield AnnexFinding(
            kind=FindingKind.BETWEEN_ANNEXES,
            unit=f"Phụ lục {volume.number}",
            cell=(ALL, Measure.CASES),
            printed=0,
            computed=cases,
            message=f"Phụ lục {progress.number or '01'} chỉ gồm số của Phụ lục "
            f"{' + '.join(one.number for one in told)}: {dotted(cases)} trường hợp của Phụ lục {volume.number} không "
            "có dòng báo cáo nào.",
        )


def _all_cases(row: AnnexRow) -> int:
    whole = row.count(ALL, Measure.CASES)
    if whole is not None:
        return whole
    return sum(count for kind in RegisterType if (count := row.count(kind, Measure.CASES)) is not None)
