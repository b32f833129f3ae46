"""What a printed annex says that does not follow from its own rows: sums, days, counts that cannot be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corrections.campaign.annexes import ALL, Annex, AnnexRow, CellKey, CellType, Measure
from corrections.campaign.counts import Known, more_books_than_cases
from corrections.campaign.totals import dotted
from layouts.register_types import RegisterType
from vietnamese.letters import tone_key

__all__ = ["AnnexFinding", "FindingKind", "check_annex", "days_exact", "kind_words"]


class FindingKind(StrEnum):
    """What is wrong."""

    ROW_SUM = "row_sum"
    COLUMN_SUM = "column_sum"
    COMPENSATING = "compensating"
    DAYS = "days"
    PER_DAY = "per_day"
    BOOKS_OVER_CASES = "books_over_cases"
    UNKNOWN_AS_ZERO = "unknown_as_zero"
    REMAINING = "remaining"
    TODAY_OVER_DONE = "today_over_done"
    BETWEEN_ANNEXES = "between_annexes"
    LISTED_TWICE = "listed_twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexFinding:
    """One thing that is wrong, and where."""

    kind: FindingKind
    unit: str
    message: str
    """Vietnamese, for people."""
    cell: CellKey | None = None
    printed: int | None = None
    computed: int | None = None


def days_exact(cases: int, machines: int, quota: int) -> float:
    """Days as the division gives them, not rounded."""
    return cases / (machines * quota)


def check_annex(annex: Annex) -> tuple[AnnexFinding, ...]:
    """Everything in an annex that does not follow from its rows, row by row, then the line of sums."""
    found: list[AnnexFinding] = []
    found += _listed_twice(annex)
    for row in annex.rows:
        found += _check_row(annex, row)
    if annex.total is not None:
        found += _row_sums(annex, annex.total)
        found += _days(annex.total)
        found += _column_sums(annex, annex.total, annex.rows)
    for subtotal in annex.subtotals:
        found += _row_sums(annex, subtotal.row)
        found += _days(subtotal.row)
        found += _column_sums(annex, subtotal.row, subtotal.parts)
    found += _compensating(annex)
    return tuple(found)


def _check_row(annex: Annex, row: AnnexRow) -> Iterator[AnnexFinding]:
    yield from _unknown_as_zero(annex, row)
    yield from _row_sums(annex, row)
    yield from _days(row)
    yield from _more_books_than_cases(annex, row)
    yield from _progress(row)


def _listed_twice(annex: Annex) -> Iterator[AnnexFinding]:
    """Units with more than one line: alike, the same counts are added twice; else one of them is another unit's."""
    seen: dict[str, AnnexRow] = {}
    for row in annex.rows:
        first = seen.setdefault(tone_key(row.unit), row)
        if first is row:
            continue
        same = [first.count(*key) for key in annex.columns] == [row.count(*key) for key in annex.columns]
        told = "giống hệt nhau, nên số của đơn vị bị cộng hai lần" if same else "có số khác nhau"
        yield AnnexFinding(
            kind=FindingKind.LISTED_TWICE,
            unit=row.unit,
            message=f"{row.unit}: dòng {first.line} và dòng {row.line} cùng ghi đơn vị này, {told}. Hãy bỏ một dòng, "
            "hoặc ghi đúng tên đơn vị.",
        )


# --- rows -------------------------------------------------------------------------------------------------------------


def _row_sums(annex: Annex, row: AnnexRow) -> Iterator[AnnexFinding]:
    for measure in Measure:
        printed = row.cells.get((ALL, measure))
        parts = [row.cells.get((kind, measure)) for kind in annex.types]
        if printed is None or not parts or any(part is None for part in parts) or printed.known is Known.UNKNOWN:
            continue
        unknown = any(part is not None and part.known is Known.UNKNOWN for part in parts)
        known = sum(part.number for part in parts if part is not None)
        if known == printed.number or (unknown and (printed.number > known or printed.number == 0)):
            continue
        yield AnnexFinding(
            kind=FindingKind.ROW_SUM,
            unit=row.unit,
            cell=(ALL, measure),
            printed=printed.number,
            computed=known,
            message=f"{row.unit}: tổng {measure.label} in {dotted(printed.number)}, cộng các loại sổ được "
            f"{dotted(known)} (lệch {_signed(printed.number - known)}).",
        )


def _unknown_as_zero(annex: Annex, row: AnnexRow) -> Iterator[AnnexFinding]:
    """Books are there, or the types are empty, but the sum of cases is printed as 0."""
    cell = row.cells.get((ALL, Measure.CASES))
    if cell is None or cell.known is not Known.NUMBER or cell.number:
        return
    types = [row.cells.get((kind, Measure.CASES)) for kind in annex.types]
    blank = bool(types) and all(part is not None and part.known is Known.UNKNOWN for part in types)
    books = row.count(ALL, Measure.BOOKS)
    if books or blank:
        shown = f"có {dotted(books)} quyển nhưng " if books else ""
        yield AnnexFinding(
            kind=FindingKind.UNKNOWN_AS_ZERO,
            unit=row.unit,
            cell=(ALL, Measure.CASES),
            printed=0,
            message=f"{row.unit}: {shown}tổng số trường hợp in 0; đó là chưa thống kê, không phải không có. Tổng chung "
            "và số ngày vì thế thấp hơn thực tế.",
        )


def _days(row: AnnexRow) -> Iterator[AnnexFinding]:
    machines, quota = row.count(ALL, Measure.MACHINES), row.count(ALL, Measure.QUOTA)
    per_day, printed = row.count(ALL, Measure.PER_DAY), row.count(ALL, Measure.DAYS)
    if per_day is not None and machines and quota and per_day != machines * quota:
        yield AnnexFinding(
            kind=FindingKind.PER_DAY,
            unit=row.unit,
            cell=(ALL, Measure.PER_DAY),
            printed=per_day,
            computed=machines * quota,
            message=f"{row.unit}: số nhập một ngày in {dotted(per_day)}, nhưng {machines} máy × {dotted(quota)} = "
            f"{dotted(machines * quota)}.",
        )
    cases = row.count(ALL, Measure.CASES)
    if printed is None or not cases or not machines or not quota:
        return
    exact = days_exact(cases, machines, quota)
    needed = math.ceil(exact)
    if printed != needed:
        shown = f"{exact:.2f}".replace(".", ",")
        rounded = " (làm tròn xuống)" if printed == math.floor(exact) else ""
        yield AnnexFinding(
            kind=FindingKind.DAYS,
            unit=row.unit,
            cell=(ALL, Measure.DAYS),
            printed=printed,
            computed=needed,
            message=f"{row.unit}: số ngày in {dotted(printed)}{rounded}; {dotted(cases)} trường hợp : ({machines} máy "
            f"× {dotted(quota)}) = {shown}, cần {dotted(needed)} ngày.",
        )


def _more_books_than_cases(annex: Annex, row: AnnexRow) -> Iterator[AnnexFinding]:
    kinds: tuple[CellType, ...] = annex.types or (ALL,)
    for kind in kinds:
        books, cases = row.cells.get((kind, Measure.BOOKS)), row.cells.get((kind, Measure.CASES))
        if books is None or cases is None or Known.UNKNOWN in (books.known, cases.known):
            continue
        if wrong := more_books_than_cases(books.number, cases.number):
            yield AnnexFinding(
                kind=FindingKind.BOOKS_OVER_CASES,
                unit=row.unit,
                cell=(kind, Measure.BOOKS),
                printed=books.number,
                computed=cases.number,
                message=f"{row.unit}, {kind_words(kind)}: {wrong}",
            )


def _progress(row: AnnexRow) -> Iterator[AnnexFinding]:
    # With columns of types the sums of a row are told by them: what one type has beyond its count is no other's.
    typed = any(kind != ALL for kind, _ in row.cells)
    for kind in dict.fromkeys(k for k, m in row.cells if m in (Measure.DONE, Measure.REMAINING)):
        total, done = row.count(kind, Measure.CASES), row.count(kind, Measure.DONE)
        left, today = row.count(kind, Measure.REMAINING), row.count(kind, Measure.TODAY)
        of_sum = typed and kind == ALL
        if of_sum or total is None or done is None:
            continue
        if left is not None and left != max(0, total - done):
            yield AnnexFinding(
                kind=FindingKind.REMAINING,
                unit=row.unit,
                cell=(kind, Measure.REMAINING),
                printed=left,
                computed=total - done,
                message=f"{row.unit}, {kind_words(kind)}: còn lại in {dotted(left)}, nhưng {dotted(total)} − "
                f"{dotted(done)} = {_signed(total - done).lstrip('+')}.",
            )
        if today is not None and today > done:
            yield AnnexFinding(
                kind=FindingKind.TODAY_OVER_DONE,
                unit=row.unit,
                cell=(kind, Measure.TODAY),
                printed=today,
                computed=done,
                message=f"{row.unit}, {kind_words(kind)}: nhập trong ngày {dotted(today)} nhiều hơn lũy kế "
                f"{dotted(done)}.",
            )


# --- the line of sums -------------------------------------------------------------------------------------------------


def _column_sums(annex: Annex, total: AnnexRow, rows: Sequence[AnnexRow]) -> Iterator[AnnexFinding]:
    for key in annex.columns if rows else ():
        printed, cells = total.cells.get(key), [row.cells[key] for row in rows if key in row.cells]
        if printed is None or printed.known is Known.UNKNOWN or key[1] in (Measure.QUOTA, Measure.DAYS):
            continue
        known = sum(cell.number for cell in cells)
        if known != printed.number and not (
            any(cell.known is Known.UNKNOWN for cell in cells) and printed.number > known
        ):
            yield AnnexFinding(
                kind=FindingKind.COLUMN_SUM,
                unit=total.unit,
                cell=key,
                printed=printed.number,
                computed=known,
                message=f"{total.unit}, {kind_words(key[0])}, {key[1].label}: in {dotted(printed.number)}, cộng các "
                f"dòng được {dotted(known)} (lệch {_signed(printed.number - known)}).",
            )


def _compensating(annex: Annex) -> Iterator[AnnexFinding]:
    """Several rows whose sums are wrong, which together come out right: the line of sums hides them."""
    for measure in Measure:
        wrong = []
        for row in annex.rows:
            printed = row.count(ALL, measure)
            parts = [row.count(kind, measure) for kind in annex.types]
            if printed is None or not parts or any(part is None for part in parts):
                continue
            difference = printed - sum(part for part in parts if part is not None)
            if difference:
                wrong.append((row.unit, difference))
        if len(wrong) > 1 and sum(difference for _, difference in wrong) == 0:
            named = ", ".join(f"{unit} {_signed(difference)}" for unit, difference in wrong)
            yield AnnexFinding(
                kind=FindingKind.COMPENSATING,
                unit=", ".join(unit for unit, _ in wrong),
                cell=(ALL, measure),
                printed=0,
                computed=0,
                message=f"Sai số bù trừ ở {measure.label}: {named}; cộng lại bằng 0 nên dòng tổng không lộ ra.",
            )


def kind_words(kind: CellType) -> str:
    """A register type, or all of them, within a sentence."""
    return kind.label.lower() if isinstance(kind, RegisterType) else "tất cả các loại"


def _signed(number: int) -> str:
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{dotted(abs(number))}"
