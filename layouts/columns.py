"""The columns of the standard workbook, in order, with the kind of value each one holds.

The table `data/columns.csv` is the one place where a column is named.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources

from layouts.register_types import RegisterType

__all__ = [
    "Column",
    "ColumnProfile",
    "FieldKind",
    "Priority",
    "Required",
    "column",
    "columns",
    "columns_by_name",
    "later_birth_columns",
]


class FieldKind(StrEnum):
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


class Required(StrEnum):
    """Whether a column must be filled; no source states the official list."""

    YES = "yes"
    UNKNOWN = "unknown"
    """Warn where it is empty."""
    NO = "no"


class Priority(StrEnum):
    """The set that several programs fill first, and the rest."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


class ColumnProfile(StrEnum):
    """Where a column belongs."""

    CORE = "core"
    """In every export."""
    OPTIONAL = "optional"
    """Seen in some workbooks only."""
    LATER = "later"
    """In the later birth template."""
    OWN = "own"
    """Ours: printed on a form, but the Ministry's sheet has no column for it; never leaves in a standard workbook."""


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
    required: Required
    code_list: str | None
    """Name of the code list its values come from, see `layouts.codes`."""
    max_length: int | None
    priority: Priority
    profile: ColumnProfile


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
        required=Required(row["required"]),
        code_list=row["code_list"] or None,
        max_length=int(row["max_length"]) if row["max_length"] else None,
        priority=Priority(row["priority"]),
        profile=ColumnProfile(row["profile"]),
    )


@cache
def columns(register_type: RegisterType, profile: ColumnProfile | None = None) -> tuple[Column, ...]:
    """Columns of a register type in workbook order, of one profile or of all."""
    return tuple(c for c in _table() if c.register_type is register_type and (profile is None or c.profile is profile))


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
