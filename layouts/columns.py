"""The columns of the standard workbook, in order, with the kind of value each one holds.

The table `data/columns.csv` is the one place where a column is named. `profile` tells where a column belongs:
`core` stands in every export, `optional` was seen in some workbooks only, `later` belongs to the later birth
template, `own` is ours (printed on a form, but the Ministry's sheet has no column for it) and never leaves in a
standard workbook.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from importlib import resources

from layouts.register_types import RegisterType

__all__ = ["Column", "FieldKind", "column", "columns", "columns_by_name", "later_birth_columns"]


class FieldKind(str, Enum):
    """What sort of value a column holds; decides how it is read, normalised, checked and suggested."""

    NAME = "name"
    DATE = "date"
    DATE_WORDS = "date_words"
    PLACE = "place"
    ETHNIC_GROUP = "ethnic_group"
    NATIONALITY = "nationality"
    SEX = "sex"
    RELATION = "relation"
    NUMBER = "number"
    REGISTRATION_NUMBER = "registration_number"
    VOLUME = "volume"
    PAGE = "page"
    ID_NUMBER = "id_number"
    TIME_OF_DEATH = "time_of_death"
    CODE = "code"
    SIGNER = "signer"
    TITLE = "title"
    TEXT = "text"
    # no column's own: the slots between the printed words of a date
    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a register type's workbook."""

    register_type: RegisterType
    name: str
    """Official column name, case-sensitive (`nksHoTen`)."""
    position: int | None
    """Place among the core columns from 1 (STT is 0); None when the column has no fixed place."""
    label: str
    """Vietnamese label for screens."""
    kind: FieldKind
    required: str
    """`yes`, `unknown` (warn when empty) or `no`; no source states the official list."""
    code_list: str | None
    """Name of the code list its values come from, see `layouts.codes`."""
    max_length: int | None
    priority: str
    """`primary` or `secondary`: the set that several programs fill first."""
    profile: str
    """`core`, `optional`, `later` or `own`."""


@lru_cache(maxsize=1)
def _table() -> tuple[Column, ...]:
    return tuple(_from_row(row) for row in _rows("columns.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("layouts").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _from_row(row: dict[str, str]) -> Column:
    return Column(
        register_type=RegisterType(row["register_type"]),
        name=row["column"],
        position=int(row["position"]) if row["position"] else None,
        label=row["label_vi"],
        kind=FieldKind(row["kind"]),
        required=row["required"],
        code_list=row["code_list"] or None,
        max_length=int(row["max_length"]) if row["max_length"] else None,
        priority=row["priority"],
        profile=row["profile"],
    )


@cache
def columns(register_type: RegisterType, profile: str | None = None) -> tuple[Column, ...]:
    """Columns of a register type in workbook order, of one profile or of all."""
    return tuple(c for c in _table() if c.register_type == register_type and (profile is None or c.profile == profile))


@cache
def columns_by_name(register_type: RegisterType) -> Mapping[str, Column]:
    """Columns of a register type by official name, in workbook order."""
    return {c.name: c for c in columns(register_type)}


def column(register_type: RegisterType, name: str) -> Column:
    """The column of that official name.

    Raises:
        KeyError: the register type has no such column.
    """
    return columns_by_name(register_type)[name]


@lru_cache(maxsize=1)
def later_birth_columns() -> tuple[tuple[str, str | None, bool], ...]:
    """The later birth template's 70 columns in its own order: name, header hint, trailing space in the header."""
    return tuple(
        (row["column"], row["header_hint"] or None, row["trailing_space"] == "yes")
        for row in _rows("birth_later_columns.csv")
    )
