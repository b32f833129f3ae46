"""Heads of a printed table: which column counts what of which registers, and which names the units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corrections.campaign.annexes import (
    ALL,
    AnnexError,
    CellKey,
    CellType,
    Measure,
    NoAnnexTable,
    cell_type,
)
from corrections.campaign.counts import annex_words
from corrections.search_keys import search_key
from layouts.register_types import RegisterType

__all__ = ["columns_of", "is_head", "is_numeric", "is_title", "measure_of", "type_of"]

_LEAST_COLUMNS = 2
"""Known heads from which a row is the head of a table."""


def is_head(keys: Sequence[str]) -> bool:
    """Whether a row still belongs to the heads: it names measures or types instead of counting."""
    words = [key for key in keys if key and not is_numeric(key)]
    named = [key for key in words if measure_of(key) is not None or isinstance(type_of(key), RegisterType)]
    return len(named) >= _LEAST_COLUMNS or (bool(named) and len(named) == len(words))


def is_title(keys: Sequence[str]) -> bool:
    """Whether one text fills the row: a heading like «I. Cấp xã», perhaps over merged cells."""
    return len({key for key in keys if key}) <= 1


def is_numeric(key: str) -> bool:
    """`68.082` is `68 082` as a key."""
    return key.replace(" ", "").isdecimal()


def columns_of(heads: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> tuple[dict[int, CellKey], int]:
    """Column index to what it counts, and the column of the units.

    Raises:
        AnnexError: there are none, or nobody can tell what a column with figures counts.
    """
    width = max(map(len, heads), default=0)
    columns: dict[int, CellKey] = {}
    again: dict[int, CellKey] = {}
    untyped: dict[int, Measure] = {}
    unit_at = None
    for index in range(width):
        words = [search_key(row[index]) for row in heads if index < len(row)]
        words = [word for word in dict.fromkeys(words) if word]
        if any(word in annex_words()["unit_heads"] for word in words):
            unit_at = index if unit_at is None else unit_at
            continue
        kind, measure = _counted_by(words)
        if measure is not None and kind is None:
            untyped[index] = measure
        elif measure is not None and kind is not None:
            key = (kind, measure)
            (again if key in columns.values() else columns)[index] = key
    if all(measure.of_a_unit for _, measure in columns.values()) and len(set(untyped.values())) == len(untyped):
        columns, untyped = dict(sorted({**columns, **{i: (ALL, m) for i, m in untyped.items()}}.items())), {}
    if unit_at is None or not columns:
        raise NoAnnexTable("Phụ lục không có cột đơn vị hoặc cột số liệu. Hãy giữ nguyên dòng tiêu đề như bản in.")
    _refuse_same_heads(rows, columns, again)
    _refuse_untyped(rows, untyped)
    return columns, unit_at


def _refuse_same_heads(
    rows: Sequence[Sequence[str]], columns: Mapping[int, CellKey], again: Mapping[int, CellKey]
) -> None:
    """Refuse two columns with figures under one head, as a head merged over several types has them.

    Raises:
        AnnexError: nobody knows which of them counts.
    """
    for index, key in again.items():
        if any(index < len(row) and row[index].strip() for row in rows):
            first = next(at for at, other in columns.items() if other == key)
            kind = "tất cả loại sổ" if key[0] == ALL else RegisterType(key[0]).label
            raise AnnexError(
                f"Cột {first + 1} và cột {index + 1} cùng mang tiêu đề «{kind}, {key[1].label}», nên máy không biết "
                "lấy số ở cột nào. Hãy bỏ gộp ô tiêu đề, ghi loại sổ và số quyển hay số trường hợp trên từng cột rồi "
                "nhập lại."
            )


def _refuse_untyped(rows: Sequence[Sequence[str]], untyped: Mapping[int, Measure]) -> None:
    """Refuse a column with figures that says what it counts but not of which registers.

    Raises:
        AnnexError: its figures would be left out, and no sum would tell.
    """
    for index, measure in untyped.items():
        if any(is_numeric(search_key(row[index])) for row in rows if index < len(row)):
            raise AnnexError(
                f"Cột {index + 1} ghi {measure.label} nhưng không rõ của loại sổ nào. Hãy ghi loại sổ (khai sinh, kết "
                "hôn, ...) ở dòng tiêu đề phía trên cột đó, hoặc bỏ cột rồi nhập lại. Chưa lấy dòng nào."
            )


def _counted_by(words: Sequence[str]) -> tuple[CellType | None, Measure | None]:
    """Of which registers a column counts what, from its heads from top to bottom; None: its heads do not say (STT)."""
    measures = [m for word in words if (m := measure_of(word)) is not None]
    kinds = [kind for word in words if (kind := type_of(word)) is not None]
    special = [kind for kind in kinds if isinstance(kind, RegisterType)]
    if not measures and not kinds:
        return None, None
    measure = measures[-1] if measures else Measure.CASES
    if measure is Measure.CASES and len(measures) > 1:
        # «Tổng số» above, «trong ngày» below: the more special one counts.
        measure = next((m for m in reversed(measures) if m is not Measure.CASES), measure)
    if measure.of_a_unit:
        return ALL, measure
    return (special[-1] if special else ALL if kinds else None), measure


def measure_of(key: str) -> Measure | None:
    """What a head (a search key) counts; None: nothing."""
    name = _named("measures", key)
    return Measure(name) if name else None


def type_of(key: str) -> CellType | None:
    """Of which registers a head (a search key) tells; None: of none."""
    name = _named("types", key)
    return cell_type(name) if name else None


def _named(part: str, key: str) -> str:
    """The first name of a part of the words of annexes one of whose words stands in a head; "" for none."""
    return next((name for name, words in annex_words()[part].items() if any(_has(key, word) for word in words)), "")


def _has(key: str, word: str) -> bool:
    """Whether the word stands in a head as whole words."""
    return f" {search_key(word)} " in f" {key} "
