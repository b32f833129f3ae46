"""What the checks of the rehearsal share: a broken rule, the rows with their columns, comparison of listed names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from corrections.entries import Book
from exports.profile import ExportProfile
from exports.rows import CaseRow
from layouts.codes import code_list
from layouts.columns import Column, columns_by_name
from layouts.register_types import RegisterType
from vietnamese.letters import fold_spaces

__all__ = ["FATHERLESS", "MAIN_DATES", "MOTHERLESS", "RowsContext", "RuleHit", "fold", "in_list"]

MAIN_DATES = {"nksNgaySinh", "nktNgayChet"}
MOTHERLESS, FATHERLESS = {"2", "4", "5"}, {"3", "4", "5"}
"""Codes of nksLoaiKhaiSinh that declare the mother, the father unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHit:
    """A rule broken once."""

    rule: str
    row: CaseRow | None
    columns: tuple[str, ...] = ()
    value: str = ""
    other: str = ""
    expected: str = ""


class RowsContext:
    """The rows of one book with what the checks need to know about them."""

    def __init__(
        self, register_type: RegisterType, rows: Sequence[CaseRow], profile: ExportProfile, book: Book | None
    ) -> None:
        self.register_type = register_type
        self.rows = rows
        self.profile = profile
        self.book = book
        self.columns: Mapping[str, Column] = columns_by_name(register_type)


def in_list(text: str, name: str) -> bool:
    """Whether a list holds a name, letter case and hyphens aside."""
    return fold(text) in _folded_list(name)


@cache
def _folded_list(name: str) -> frozenset[str]:
    return frozenset(fold(part) for code in code_list(name) for part in (code.label, code.code))


def fold(text: str) -> str:
    """Text for comparison: NFC, no letter case, hyphens as spaces."""
    return fold_spaces(text.replace("-", " ")).casefold()
