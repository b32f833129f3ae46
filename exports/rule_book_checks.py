"""Named checks that compare the rows of one book with each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from exports.names import number_parts, volume_parts
from exports.rows import CaseRow
from exports.rule_dates import date_span
from exports.rule_hits import FATHERLESS, MAIN_DATES, MOTHERLESS, RowsContext, RuleHit, fold
from layouts.columns import Required

__all__ = ["BOOK_CHECKS"]

_USUAL_SHARE = 0.5
"""A primary column that at least this share of the book's rows fill is expected in every row."""


def _numbered(context: RowsContext) -> Iterator[tuple[CaseRow, int, str, str]]:
    """Rows with their number, suffix and year of registration; rows whose number cannot be read are left out."""
    for row in context.rows:
        parts = number_parts(row.values.get("so", ""))
        if parts:
            year = parts[2] or row.values.get("ngayDangKy", "")[-4:]
            yield row, int(parts[0]), parts[1], year


def _volume_differs(context: RowsContext) -> Iterator[RuleHit]:
    volumes = [volume_parts(row.values.get("quyenSo", "")) for row in context.rows]
    expected = volume_parts(context.book.volume_number) if context.book else next((v for v in volumes if v), None)
    for row, volume in zip(context.rows, volumes, strict=True):
        if expected and volume and volume != expected:
            yield RuleHit(
                rule="volume_differs",
                row=row,
                columns=("quyenSo",),
                value=row.values["quyenSo"],
                other=f"{expected[0]}/{expected[1]}",
            )


def _so_duplicate(context: RowsContext) -> Iterator[RuleHit]:
    """The same number twice in one year of one book; numbers restart every year."""
    first: dict[tuple[int, str, str, str], int] = {}
    for row, number, suffix, year in _numbered(context):
        authority = fold(row.values.get("noiDangKy") or row.values.get("noiCap") or "")
        key = (number, suffix, year, authority)
        if key in first:
            yield RuleHit(rule="so_duplicate", row=row, columns=("so",), value=row.values["so"], other=str(first[key]))
        first.setdefault(key, row.row)


def _by_year(context: RowsContext) -> dict[str, list[tuple[CaseRow, int]]]:
    years: dict[str, list[tuple[CaseRow, int]]] = {}
    for row, number, _, year in _numbered(context):
        years.setdefault(year, []).append((row, number))
    return years


def _so_gap(context: RowsContext) -> Iterator[RuleHit]:
    for items in _by_year(context).values():
        in_order = sorted(items, key=lambda item: item[1])
        for (_, before), (row, number) in pairwise(in_order):
            if number > before + 1:
                yield RuleHit(rule="so_gap", row=row, columns=("so",), value=str(number), other=str(before))


def _so_order(context: RowsContext) -> Iterator[RuleHit]:
    for items in _by_year(context).values():
        highest = 0
        for row, number in items:
            if number < highest:
                yield RuleHit(rule="so_order", row=row, columns=("so",), value=str(number), other=str(highest))
            highest = max(highest, number)


def _page_order(context: RowsContext) -> Iterator[RuleHit]:
    highest = 0
    for row in context.rows:
        text = row.values.get("trangSo", "")
        if not re.fullmatch(r"[0-9]{1,9}", text):
            continue
        if int(text) < highest:
            yield RuleHit(rule="page_order", row=row, columns=("trangSo",), value=text, other=str(highest))
        highest = max(highest, int(text))


def _registration_date_order(context: RowsContext) -> Iterator[RuleHit]:
    latest, shown = None, ""
    for row in context.rows:
        text = row.values.get("ngayDangKy", "")
        span = date_span(text)
        if span is None:
            continue
        if latest is not None and span.surely_before(latest):
            yield RuleHit(rule="registration_date_order", row=row, columns=("ngayDangKy",), value=text, other=shown)
        else:
            latest, shown = span, text


def _primary_missing(context: RowsContext) -> Iterator[RuleHit]:
    """An unsure mandatory column is asked for only where the book's form carries it: most other rows fill it."""
    for name, column in context.columns.items():
        if column.required is not Required.UNKNOWN or name in MAIN_DATES:
            continue
        empty = [row for row in context.rows if not row.values.get(name, "").strip()]
        if len(empty) > len(context.rows) * (1 - _USUAL_SHARE):
            continue
        for row in empty:
            if not _parent_declared_unknown(name, row):
                yield RuleHit(rule="primary_missing", row=row, columns=(name,))


def _parent_declared_unknown(name: str, row: CaseRow) -> bool:
    kind = row.values.get("nksLoaiKhaiSinh", "")
    if re.match(r"me[A-Z]", name):
        return kind in MOTHERLESS or not row.values.get("meHoTen")
    if re.match(r"cha[A-Z]", name):
        return kind in FATHERLESS or (name != "chaHoTen" and not row.values.get("chaHoTen"))
    return False


BOOK_CHECKS: dict[str, Callable[[RowsContext], Iterator[RuleHit]]] = {
    "volume_differs": _volume_differs,
    "so_duplicate": _so_duplicate,
    "so_gap": _so_gap,
    "so_order": _so_order,
    "page_order": _page_order,
    "registration_date_order": _registration_date_order,
    "primary_missing": _primary_missing,
}
