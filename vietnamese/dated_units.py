"""Units whose years are known: those that were dissolved, split, renamed or made, with what followed and the source.

Every line of `lexicons/data/former_units.tsv` is one period of one unit; its head says what the columns mean. An office
that knows more of its own communes keeps a table of the same form and names it in `WORKBENCH_FORMER_UNITS`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vietnamese.addresses import UnitKind
from vietnamese.letters import nfc

__all__ = ["OWN_TABLE", "DatedUnit", "UnitPath", "UnitTableError", "dated_units", "former_provinces", "read_table"]

OWN_TABLE = "WORKBENCH_FORMER_UNITS"
"""Variable with the path of an office's own table, which worker processes inherit; `workbench/config.py` checks it."""
_SHIPPED = Path(__file__).parent / "lexicons" / "data" / "former_units.tsv"
_COLUMNS = 7
"""Of the table: kind, name, unit above, first and last year, what followed, source."""
_LEVELS = tuple(UnitKind)
_TAKEN_IN = "+"

UnitPath = tuple[str, ...]
"""Bare names from the province down (`("Hà Nội", "Từ Liêm", "Cổ Nhuế")`)."""


class UnitTableError(ValueError):
    """A table of units has a line that cannot be read; the message is Vietnamese and names the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedUnit:
    """One period of a unit under a name and a parent."""

    kind: UnitKind
    path: UnitPath
    first_year: int | None
    """Of the decree; None: not known."""
    last_year: int | None
    """Of its last day; None: it stands."""
    followed_by: tuple[UnitPath, ...] = ()
    """What its area belonged to afterwards."""
    taken_in_by: frozenset[UnitPath] = frozenset()
    """Of those, units that stood beside it and took it in: what lies in them was not its own."""
    source: str

    @property
    def name(self) -> str:
        """Without those above."""
        return self.path[-1]

    def holds(self, year: int) -> bool:
        """Whether a year lies within the period, as far as its ends are known."""
        return (self.first_year is None or self.first_year <= year) and (
            self.last_year is None or year <= self.last_year
        )


@lru_cache(maxsize=1)
def dated_units() -> tuple[DatedUnit, ...]:
    """The periods that ship, then those of the office's own table, if it has one.

    Raises:
        UnitTableError: a line of a table cannot be read.
        OSError: the office's table cannot be opened.
    """
    own = os.environ.get(OWN_TABLE, "")
    return (*read_table(_SHIPPED), *(read_table(Path(own)) if own else ()))


def former_provinces() -> tuple[DatedUnit, ...]:
    """Provinces whose name or extent ended after 1988, oldest registers in view."""
    return tuple(unit for unit in dated_units() if unit.kind is UnitKind.PROVINCE and unit.last_year is not None)


def read_table(path: Path) -> tuple[DatedUnit, ...]:
    """The periods of a table, in its order.

    Raises:
        UnitTableError: a line of it cannot be read.
        OSError: it cannot be opened.
    """
    try:
        lines = nfc(path.read_text(encoding="utf-8-sig")).splitlines()
    except UnicodeDecodeError as error:
        raise UnitTableError(f"{path.name} không phải tệp UTF-8. Hãy lưu lại với bảng mã UTF-8.") from error
    return tuple(
        _read_line(line, f"{path.name}, dòng {number}")
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.startswith("#")
    )


def _read_line(line: str, where: str) -> DatedUnit:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) != _COLUMNS:
        raise UnitTableError(f"{where}: cần {_COLUMNS} cột, cách nhau bằng phím Tab.")
    kind, name, parent, first, last, followed_by, source = cells
    if kind not in set(_LEVELS):
        raise UnitTableError(f"{where}: cột đầu phải là {', '.join(_LEVELS)}.")
    path = (*_path(parent), name)
    if not all(path) or len(path) != _LEVELS.index(UnitKind(kind)) + 1:
        raise UnitTableError(f"{where}: tên hoặc đơn vị cấp trên không đúng cấp của {kind}.")
    heirs = [heir.strip() for heir in followed_by.split(";") if heir.strip()]
    years = _year(first, where), _year(last, where)
    if years[0] is not None and years[1] is not None and years[1] < years[0]:
        raise UnitTableError(f"{where}: năm cuối trước năm đầu.")
    if not source:
        raise UnitTableError(f"{where}: thiếu nguồn (nghị định, quyết định nào).")
    return DatedUnit(
        kind=UnitKind(kind),
        path=path,
        first_year=years[0],
        last_year=years[1],
        followed_by=tuple(_path(heir.removeprefix(_TAKEN_IN)) for heir in heirs),
        taken_in_by=frozenset(_path(heir[1:]) for heir in heirs if heir.startswith(_TAKEN_IN)),
        source=source,
    )


def _path(text: str) -> UnitPath:
    return tuple(part.strip() for part in text.split("/")) if text else ()


def _year(text: str, where: str) -> int | None:
    if not text:
        return None
    if len(text) != len("1997") or not text.isdecimal():
        raise UnitTableError(f"{where}: năm «{text}» phải có bốn chữ số hoặc để trống.")
    return int(text)
