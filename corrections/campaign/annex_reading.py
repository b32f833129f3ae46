"""Tables of figures as plans print them, read as annexes: heads over several rows, sections, sums and their footers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corrections.campaign.annex_heads import columns_of, is_head, is_numeric, is_title, measure_of, type_of
from corrections.campaign.annexes import (
    ALL,
    Annex,
    AnnexError,
    AnnexRow,
    CellKey,
    CellType,
    Measure,
    NoAnnexTable,
    Subtotal,
)
from corrections.campaign.counts import Known, PrintedCount, annex_words, printed_count
from corrections.search_keys import search_key
from layouts.register_types import RegisterType
from vietnamese.letters import tone_key

__all__ = ["read_annexes"]

_HEAD_ROWS = 20
"""Rows from the top among which the heads of a table are looked for."""
_MOST_NAMED = 10
"""Wrong cells named in a message; how many more there are is said in a word."""

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_TITLE = re.compile(rf"(?:phu luc|bieu mau)(?: so)? (?:0*(\d{{1,3}})\b|({'|'.join(_ROMAN)})(?: kem|$))", re.ASCII)
"""The title of an annex, as a search key."""


def read_annexes(grid: Sequence[tuple[int, Sequence[str]]], number: str = "") -> tuple[Annex, ...]:
    """Annexes of a table, either as printed (a row a unit) or as a list (a row a unit and register type).

    Args:
        grid: row numbers and texts; the texts of merged cells stand in each of them.
        number: of the annex, where it is known.

    Raises:
        AnnexError: no column of units and counts, or cells that are no counts, every one named.
    """
    heads = [(line, [search_key(text) for text in row]) for line, row in grid[:_HEAD_ROWS]]
    for line, keys in heads:
        if "register type" in keys or "loai so" in keys:
            return _listed(grid, line, keys, number)
    return (_printed(grid, number),)


# --- as printed -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line below the heads."""

    row: AnnexRow
    problems: tuple[str, ...]
    """Cells that are no counts, named."""
    ordinal: str
    """What stands in the first column: `1`, `II`."""

    @property
    def counts(self) -> bool:
        """Whether a number or a dash stands in it."""
        return any(cell.known is not Known.UNKNOWN for cell in self.row.cells.values())

    @property
    def lettered(self) -> bool:
        """Whether it is numbered with letters, as the head of a section is («I | Cấp xã»)."""
        return self.ordinal.isalpha() and self.ordinal != self.row.unit and not self.sums

    @property
    def sums(self) -> bool:
        """Whether it is a line of sums by its name."""
        return _is_sum(self.row.unit)


def _printed(grid: Sequence[tuple[int, Sequence[str]]], number: str) -> Annex:
    first = _first_data_row(grid)
    heads = [row for _, row in grid[:first] if not is_title([search_key(text) for text in row])]
    columns, unit_at = columns_of(heads, [row for _, row in grid[first:]])
    lines = _without_footer(list(_lines(grid[first:], columns, unit_at)))
    _refuse([problem for line in lines for problem in line.problems])
    rows, subtotals, total = _sorted_out(lines)
    return Annex(
        number=number or _number_in(grid),
        columns=tuple(columns.values()),
        rows=tuple(rows),
        total=total,
        subtotals=tuple(subtotals),
    )


def _lines(grid: Sequence[tuple[int, Sequence[str]]], columns: Mapping[int, CellKey], unit_at: int) -> Iterator[_Line]:
    """Lines of units and of sums; headings over the whole width and those of sections without figures left out."""
    for line, texts in grid:
        unit = texts[unit_at].strip() if unit_at < len(texts) else ""
        if not unit and _is_sum(texts[0] if texts else ""):
            unit = texts[0].strip()
        if len({text.strip() for text in texts} - {""}) <= 1:
            continue
        problems: list[str] = []
        row = AnnexRow(unit=unit, cells=_cells(texts, columns, line, problems), line=line)
        if not unit and not any(cell.known is Known.NUMBER for cell in row.cells.values()):
            continue
        if not unit:
            problems = [f"dòng {line}: có số nhưng không ghi đơn vị, cũng không ghi «Tổng cộng»"]
        found = _Line(row=row, problems=tuple(problems), ordinal=texts[0].strip().rstrip("."))
        if found.counts or not found.lettered:
            yield found


def _without_footer(lines: list[_Line]) -> list[_Line]:
    """The lines without those of signatures and notes below the last one that counts something."""
    last = max((at for at, line in enumerate(lines) if line.counts), default=-1)
    below_sums = last >= 0 and lines[last].sums
    return [line for at, line in enumerate(lines) if at <= last or not (line.problems or below_sums)]


def _sorted_out(lines: Sequence[_Line]) -> tuple[list[AnnexRow], list[Subtotal], AnnexRow | None]:
    """Units, sums over some of them, and the sum over all: the last line, or the first where none else sums up."""
    sums = [line for line in lines if line.sums]
    whole = next((line for line in (*lines[-1:], *lines[:1]) if _sums_up_all(line, sums)), None)
    numbered = any(line.ordinal.isdecimal() for line in lines)
    units: list[AnnexRow] = []
    subtotals: list[Subtotal] = []
    since = 0
    heading: AnnexRow | None = None

    def close() -> None:
        nonlocal heading, since
        if heading is not None:
            subtotals.append(Subtotal(row=heading, parts=tuple(units[since:])))
        heading, since = None, len(units)

    for line in lines:
        if line is whole:
            continue
        if line.sums:
            subtotals.append(Subtotal(row=line.row, parts=tuple(units[since:])))
            close()
        elif line.lettered and line.ordinal.isupper() and numbered:
            close()
            heading = line.row
        else:
            units.append(line.row)
    close()
    return units, subtotals, whole.row if whole else None


def _sums_up_all(line: _Line, sums: Sequence[_Line]) -> bool:
    """Whether a line sums up all units: by its name, or because no other line sums up."""
    words = search_key(line.row.unit).split()
    parts = [word for word in words if word in annex_words()["sum_sections"]]
    named = " ".join(words) in annex_words()["sum_rows"] or "toan" in words or "chung" in words or len(parts) > 1
    return line.sums and (named or len(sums) == 1)


def _first_data_row(grid: Sequence[tuple[int, Sequence[str]]]) -> int:
    """Index of the first row of a unit: below a row that names the units' column, with a name or a sum in it.

    A line under the heads with the numbers of the columns (1, 2, 3 ...) is none, nor is one of heads in words that
    nobody knows: where the units are named, nothing stands.
    """
    named: int | None = None
    for index, (_, row) in enumerate(grid):
        keys = [search_key(text) for text in row]
        if heads := [at for at, key in enumerate(keys) if key in annex_words()["unit_heads"]]:
            named = heads[0]
            continue
        words = [key for key in keys if key and not is_numeric(key)]
        unit = named is not None and (any(keys[named : named + 1]) or _is_sum(row[0]))
        if unit and words and not is_title(keys) and not is_head(keys):
            return index
    raise NoAnnexTable(
        "Không thấy cột «Đơn vị» và các dòng số liệu của phụ lục. Hãy giữ nguyên dòng tiêu đề như bản in rồi nhập lại."
    )


def _is_sum(unit: str) -> bool:
    """Whether a line sums up: «TỔNG CỘNG», «Cộng cấp xã», «Tổng cộng (I+II)»; «Cộng Hòa» is a commune."""
    key, words = search_key(unit), annex_words()
    if key in words["sum_rows"]:
        return True
    rest = next((key.removeprefix(lead) for lead in words["sum_rows"] if key.startswith(f"{lead} ")), "").split()
    return bool(rest) and all(word in words["sum_parts"] or word in words["sum_sections"] for word in rest)


def _cells(
    texts: Sequence[str], columns: Mapping[int, CellKey], line: int, problems: list[str]
) -> dict[CellKey, PrintedCount]:
    cells = {}
    for index, key in columns.items():
        text = texts[index] if index < len(texts) else ""
        try:
            cells[key] = printed_count(text)
        except ValueError as error:
            problems.append(f"dòng {line}, cột {index + 1} ({key[1].label}): {error}")
    return cells


def _number_in(grid: Sequence[tuple[int, Sequence[str]]]) -> str:
    """`01` from a title like `PHỤ LỤC 01`, `Phụ lục số 01` or `PHỤ LỤC I`."""
    for _, row in grid[:_HEAD_ROWS]:
        for text in row:
            if found := _TITLE.match(search_key(text)):
                arabic, roman = found.groups()
                return f"{int(arabic) if arabic else _ROMAN.index(roman) + 1:02d}"
    return ""


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        more = f" và {len(problems) - _MOST_NAMED} ô nữa" if len(problems) > _MOST_NAMED else ""
        raise AnnexError(
            "Phụ lục có ô chưa hiểu được, chưa lấy dòng nào: " + "; ".join(problems[:_MOST_NAMED]) + more + "."
        )


# --- as a list --------------------------------------------------------------------------------------------------------


def _listed(
    grid: Sequence[tuple[int, Sequence[str]]], head_line: int, keys: Sequence[str], number: str
) -> tuple[Annex, ...]:
    """A list with a line a unit and register type, perhaps of several annexes."""
    at = {key: index for index, key in enumerate(keys)}
    kind_at = at.get("register type", at.get("loai so", 0))
    unit_at = next((at[w] for w in annex_words()["unit_heads"] if w in at), None)
    annex_at = next((at[w] for w in ("annex", "phu luc") if w in at), None)
    if unit_at is None:
        raise AnnexError("Danh sách không có cột «Đơn vị». Hãy thêm cột này rồi nhập lại.")
    taken = (kind_at, unit_at, annex_at)
    measures = {i: m for i, key in enumerate(keys) if i not in taken and (m := measure_of(key)) is not None}
    found: dict[str, dict[str, tuple[int, dict[CellKey, PrintedCount]]]] = {}
    problems: list[str] = []
    first_at: dict[tuple[str, str, str], int] = {}
    for line, texts in grid:
        if line <= head_line:
            continue
        row = [*texts, *[""] * (len(keys) - len(texts))]
        kind = type_of(search_key(row[kind_at]))
        if kind is None:
            problems.append(f"dòng {line}: không có loại sổ «{row[kind_at]}»")
            continue
        name = number or (f"{int(row[annex_at]):02d}" if annex_at is not None and row[annex_at].isdecimal() else "")
        first = first_at.setdefault((name, tone_key(row[unit_at]), kind), line)
        if first != line:
            problems.append(f"dòng {line}: cùng đơn vị «{row[unit_at].strip()}» và loại sổ với dòng {first}")
            continue
        cells = found.setdefault(name, {}).setdefault(row[unit_at].strip(), (line, {}))[1]
        columns: dict[int, CellKey] = {i: (ALL if m.of_a_unit else kind, m) for i, m in measures.items()}
        for key, cell in _cells(row, columns, line, problems).items():
            if cell.known is not Known.UNKNOWN or key not in cells:
                cells[key] = cell
    _refuse(problems)
    return tuple(_of_list(name, units) for name, units in sorted(found.items()))


def _of_list(number: str, units: Mapping[str, tuple[int, dict[CellKey, PrintedCount]]]) -> Annex:
    rows = [AnnexRow(unit=unit, cells=cells, line=line) for unit, (line, cells) in units.items()]
    columns = tuple(_in_print_order({key for row in rows for key in row.cells}))
    total = next((row for row in rows if _is_sum(row.unit)), None)
    return Annex(number=number, columns=columns, rows=tuple(row for row in rows if not _is_sum(row.unit)), total=total)


def _in_print_order(keys: set[CellKey]) -> Iterator[CellKey]:
    kinds: list[CellType] = [*(t for t in RegisterType if any(k is t for k, _ in keys)), ALL]
    for kind in kinds:
        yield from (key for m in Measure if not m.of_a_unit and (key := (kind, m)) in keys)
    yield from (key for m in Measure if m.of_a_unit and (key := (ALL, m)) in keys)
