"""Printed annexes as they are kept in the record: to text and back."""

from __future__ import annotations

import json

from corrections.campaign.annexes import Annex, AnnexRow, CellKey, Measure, Subtotal, cell_type
from corrections.campaign.counts import PrintedCount, printed_count

__all__ = ["annex_of_text", "annex_text"]


def annex_text(annex: Annex) -> str:
    """An annex as JSON."""

    def row(one: AnnexRow | None) -> object:
        return None if one is None else [one.unit, one.line, [[*key, cell.text] for key, cell in one.cells.items()]]

    return json.dumps(
        {
            "columns": [[kind, measure.value] for kind, measure in annex.columns],
            "rows": [row(one) for one in annex.rows],
            "total": row(annex.total),
            "subtotals": [[row(one.row), [part.line for part in one.parts]] for one in annex.subtotals],
        },
        ensure_ascii=False,
    )


def annex_of_text(number: str, text: str) -> Annex:
    """An annex from its JSON."""
    kept = json.loads(text)

    def row(one: list[object]) -> AnnexRow:
        cells: dict[CellKey, PrintedCount] = {}
        for kind, measure, shown in one[2]:  # type: ignore[attr-defined]  # as `annex_text` has written it
            cells[cell_type(kind), Measure(measure)] = printed_count(shown)
        return AnnexRow(unit=str(one[0]), line=int(str(one[1])), cells=cells)

    rows = {one.line: one for one in map(row, kept["rows"])}
    return Annex(
        number=number,
        columns=tuple((cell_type(kind), Measure(measure)) for kind, measure in kept["columns"]),
        rows=tuple(rows.values()),
        total=row(kept["total"]) if kept["total"] else None,
        subtotals=tuple(
            Subtotal(row=row(one), parts=tuple(rows[line] for line in lines))
            for one, lines in kept.get("subtotals", ())  # annexes kept before had none
        ),
    )
