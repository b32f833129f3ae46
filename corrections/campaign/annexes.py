"""A printed annex (Phụ lục 01-04) as a table of cells: rows of units, counts by register type and measure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from corrections.campaign.counts import Known, PrintedCount, annex_words, printed_count
from corrections.search_keys import search_key
from layouts.register_types import RegisterType
from vietnamese.letters import tone_key

__all__ = [
    "ALL",
    "Annex",
    "AnnexError",
    "AnnexRow",
    "CellKey",
    "CellType",
    "Measure",
    "NoAnnexTable",
    "cell_type",
    "read_annexes",
]

ALL: Final = "all"
"""In place of a register type: all of them together, or the unit as such (machines, days)."""
_HEAD_ROWS = 20
"""Rows from the top among which the heads of a table are looked for."""
_LEAST_COLUMNS = 2
"""Known heads from which a row is the head of a table."""
_MOST_NAMED = 10
"""Wrong cells named in a message; how many more there are is said in a word."""

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_TITLE = re.compile(rf"(?:phu luc|bieu mau)(?: so)? (?:0*(\d{{1,3}})\b|({'|'.join(_ROMAN)})(?: kem|$))", re.ASCII)
"""The title of an annex, as a search key."""


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
class Annex:
    """One annex as printed."""

    number: str
    """`01`; empty where the file does not say."""
    columns: tuple[CellKey, ...]
    rows: tuple[AnnexRow, ...]
    total: AnnexRow | None = None
    """The printed line of sums."""

    @property
    def types(self) -> tuple[RegisterType, ...]:
        """Register types that have columns of their own, in the order of the print."""
        return tuple(dict.fromkeys(kind for kind, _ in self.columns if isinstance(kind, RegisterType)))

    def has(self, measure: Measure) -> bool:
        """Whether the annex has columns of that measure."""
        return any(m is measure for _, m in self.columns)


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


def _printed(grid: Sequence[tuple[int, Sequence[str]]], number: str) -> Annex:
    first = _first_data_row(grid)
    heads = [row for _, row in grid[:first] if not _is_title([search_key(text) for text in row])]
    columns, unit_at, again = _columns(heads)
    _refuse_same_heads(grid[first:], columns, again)
    rows: list[AnnexRow] = []
    total, problems = None, list[str]()
    for line, texts in grid[first:]:
        unit = texts[unit_at].strip() if unit_at < len(texts) else ""
        if not unit and _is_sum(texts[0] if texts else ""):
            unit = texts[0].strip()
        if not unit or _is_title([search_key(text) for text in texts]):
            continue
        row = AnnexRow(unit=unit, cells=_cells(texts, columns, line, problems), line=line)
        if _is_section(texts, row):
            continue
        if _is_sum(unit):
            total = row
            break
        rows.append(row)
    _refuse(problems)
    return Annex(number=number or _number_in(grid), columns=tuple(columns.values()), rows=tuple(rows), total=total)


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
        words = [key for key in keys if key and not _numeric(key)]
        unit = named is not None and (any(keys[named : named + 1]) or _is_sum(row[0]))
        if unit and words and not _is_title(keys) and not _is_head(keys):
            return index
    raise NoAnnexTable(
        "Không thấy cột «Đơn vị» và các dòng số liệu của phụ lục. Hãy giữ nguyên dòng tiêu đề như bản in rồi nhập lại."
    )


def _is_head(keys: Sequence[str]) -> bool:
    """Whether a row still belongs to the heads: it names measures or types instead of counting."""
    words = [key for key in keys if key and not _numeric(key)]
    named = [key for key in words if _measure(key) is not None or isinstance(_type(key), RegisterType)]
    return len(named) >= _LEAST_COLUMNS or (bool(named) and len(named) == len(words))


def _is_title(keys: Sequence[str]) -> bool:
    """Whether one text fills the row: a heading like «I. Cấp xã», perhaps over merged cells."""
    return len({key for key in keys if key}) <= 1


def _is_section(texts: Sequence[str], row: AnnexRow) -> bool:
    """Whether a row only heads those below it («I | Cấp xã»): numbered with letters, and nothing is counted."""
    number = texts[0].strip().rstrip(".")
    return number.isalpha() and number != row.unit and all(c.known is Known.UNKNOWN for c in row.cells.values())


def _numeric(key: str) -> bool:
    """`68.082` is `68 082` as a key."""
    return key.replace(" ", "").isdecimal()


def _columns(heads: Sequence[Sequence[str]]) -> tuple[dict[int, CellKey], int, dict[int, CellKey]]:
    """Column index to what it counts, the column of the units, and columns that by their heads count the same again."""
    width = max(map(len, heads), default=0)
    columns: dict[int, CellKey] = {}
    again: dict[int, CellKey] = {}
    unit_at = None
    for index in range(width):
        words = [search_key(row[index]) for row in heads if index < len(row)]
        words = [word for word in dict.fromkeys(words) if word]
        if any(word in annex_words()["unit_heads"] for word in words):
            unit_at = index if unit_at is None else unit_at
            continue
        key = _column_key(words)
        if key is not None:
            (again if key in columns.values() else columns)[index] = key
    if unit_at is None or not columns:
        raise NoAnnexTable("Phụ lục không có cột đơn vị hoặc cột số liệu. Hãy giữ nguyên dòng tiêu đề như bản in.")
    return columns, unit_at, again


def _refuse_same_heads(
    rows: Sequence[tuple[int, Sequence[str]]], columns: Mapping[int, CellKey], again: Mapping[int, CellKey]
) -> None:
    """Refuse two columns with figures under one head, as a head merged over several types has them.

    Raises:
        AnnexError: nobody knows which of them counts.
    """
    for index, key in again.items():
        if any(index < len(row) and row[index].strip() for _, row in rows):
            first = next(at for at, other in columns.items() if other == key)
            kind = "tất cả loại sổ" if key[0] == ALL else RegisterType(key[0]).label
            raise AnnexError(
                f"Cột {first + 1} và cột {index + 1} cùng mang tiêu đề «{kind}, {key[1].label}», nên máy không biết "
                "lấy số ở cột nào. Hãy bỏ gộp ô tiêu đề, ghi loại sổ và số quyển hay số trường hợp trên từng cột rồi "
                "nhập lại."
            )


def _column_key(words: Sequence[str]) -> CellKey | None:
    """What a column counts, from its heads from top to bottom; None for one that counts nothing (STT, ghi chú)."""
    measures = [m for word in words if (m := _measure(word)) is not None]
    kinds = [kind for word in words if (kind := _type(word)) is not None]
    special = [kind for kind in kinds if isinstance(kind, RegisterType)]
    if not measures and not kinds:
        return None
    measure = measures[-1] if measures else Measure.CASES
    if measure is Measure.CASES and len(measures) > 1:
        # «Tổng số» above, «trong ngày» below: the more special one counts.
        measure = next((m for m in reversed(measures) if m is not Measure.CASES), measure)
    if measure in _OF_A_UNIT:
        return ALL, measure
    if not special and not kinds:
        return None
    return (special[-1] if special else ALL), measure


def _measure(key: str) -> Measure | None:
    name = _named("measures", key)
    return Measure(name) if name else None


def _type(key: str) -> CellType | None:
    name = _named("types", key)
    return cell_type(name) if name else None


def _named(part: str, key: str) -> str:
    """The first name of a part of the words of annexes one of whose words stands in a head; "" for none."""
    return next((name for name, words in annex_words()[part].items() if any(_has(key, word) for word in words)), "")


def cell_type(text: str) -> CellType:
    """The register type of a stored text, or `ALL`.

    Raises:
        ValueError: the text is neither.
    """
    return ALL if text == ALL else RegisterType(text)


def _has(key: str, word: str) -> bool:
    """Whether the word stands in a head as whole words."""
    return f" {search_key(word)} " in f" {key} "


def _is_sum(unit: str) -> bool:
    return search_key(unit) in annex_words()["sum_rows"]


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
    measures = {i: m for i, key in enumerate(keys) if i not in taken and (m := _measure(key)) is not None}
    found: dict[str, dict[str, tuple[int, dict[CellKey, PrintedCount]]]] = {}
    problems: list[str] = []
    first_at: dict[tuple[str, str, str], int] = {}
    for line, texts in grid:
        if line <= head_line:
            continue
        row = [*texts, *[""] * (len(keys) - len(texts))]
        kind = _type(search_key(row[kind_at]))
        if kind is None:
            problems.append(f"dòng {line}: không có loại sổ «{row[kind_at]}»")
            continue
        name = number or (f"{int(row[annex_at]):02d}" if annex_at is not None and row[annex_at].isdecimal() else "")
        first = first_at.setdefault((name, tone_key(row[unit_at]), kind), line)
        if first != line:
            problems.append(f"dòng {line}: cùng đơn vị «{row[unit_at].strip()}» và loại sổ với dòng {first}")
            continue
        cells = found.setdefault(name, {}).setdefault(row[unit_at].strip(), (line, {}))[1]
        columns: dict[int, CellKey] = {i: (ALL if m in _OF_A_UNIT else kind, m) for i, m in measures.items()}
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
        yield from (key for m in Measure if m not in _OF_A_UNIT and (key := (kind, m)) in keys)
    yield from (key for m in _OF_A_UNIT if (key := (ALL, m)) in keys)
