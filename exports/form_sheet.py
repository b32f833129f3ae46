"""A sheet as printed forms are: title, heads in two rows, boxes, numbers with dots, lines of words below.

Numbers are numbers, sums are formulas with the value they have now; what nobody has counted reads `Chưa rõ`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from corrections.campaign.totals import UNKNOWN
from exports.spreadsheets import THIN_BOX, Formula, fixed_bytes, print_landscape, put_text

__all__ = ["NONE", "Cell", "FormSheet", "column_sum", "letter", "sum_over", "workbook_bytes"]

NONE = "-"
"""What a cell says where there is nothing to count."""
Cell: TypeAlias = "int | str | Formula"
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_FONT = "Times New Roman"
_DOTTED = r"[>=1000000]#\.000\.000;[>=1000]#\.000;0"
"""Dots between thousands as in print, whatever country Excel is set to."""
_HEAD_HEIGHT = 30.0
"""Points of a row of heads: two lines."""
_LINE_HEIGHT = 15.0
"""Points of a line of words."""
_TITLE_ROWS = 4
"""Title, subtitle, unit with period, an empty row."""


class FormSheet:
    """A sheet that grows downwards: title, heads, rows, notes; remembers what its formulas come to."""

    def __init__(
        self,
        title: str,
        subtitle: str,
        under: str,
        name: str,
        columns: int,
        *,
        words: Collection[int] = (),
        beside: FormSheet | None = None,
    ) -> None:
        """An empty form.

        Args:
            title: over all columns, as the two that follow.
            subtitle: what it is about.
            under: who reports, and of when.
            name: of the sheet.
            columns: how many.
            words: columns with sentences, which break into lines; without them the second one alone stands left.
            beside: a form in whose workbook this one is a further sheet.
        """
        self.book: Workbook = beside.book if beside else Workbook()
        sheet: Any = self.book.create_sheet() if beside else self.book.active
        self.sheet = sheet
        self.sheet.title = name
        self.columns = columns
        self.words = frozenset(words)
        self.values: dict[str, int | str] = {}
        for number, (text, size, bold) in enumerate(((title, 13, True), (subtitle, 13, True), (under, 12, False)), 1):
            put_text(self.sheet.cell(row=number, column=1), text)
            cell = self.sheet.cell(row=number, column=1)
            cell.font = Font(name=_FONT, size=size, bold=bold, italic=not bold)
            cell.alignment = _CENTRE
            self.merge(number, 1, number, columns)
        self.next = _TITLE_ROWS + 1

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Several cells as one."""
        if (top, left) != (bottom, right):
            self.sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)

    def heads(self, groups: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Heads in two rows and the numbers of the columns: a group without parts goes over both rows."""
        top, column = self.next, 1
        for group, parts in groups:
            self._head(top, column, group)
            if parts:
                self.merge(top, column, top, column + len(parts) - 1)
                for offset, part in enumerate(parts):
                    self._head(top + 1, column + offset, part)
            else:
                self._head(top + 1, column, "")
                self.merge(top, column, top + 1, column)
            column += max(1, len(parts))
        for number in range(1, column):
            self._head(top + 2, number, f"({number})", bold=False)
        for row in (top, top + 1):
            self.sheet.row_dimensions[row].height = _HEAD_HEIGHT
            for number in range(1, column):
                self.sheet.cell(row=row, column=number).border = THIN_BOX
        self.sheet.freeze_panes = self.sheet.cell(row=top + 3, column=3)
        self.sheet.print_title_rows = f"{top}:{top + 2}"
        self.next = top + 3

    def _head(self, row: int, column: int, text: str, *, bold: bool = True) -> None:
        cell = self.sheet.cell(row=row, column=column)
        put_text(cell, text)
        cell.font, cell.alignment, cell.border = Font(name=_FONT, size=11, bold=bold), _CENTRE, THIN_BOX

    def parameter(self, text: str, value: int, *, columns: int = 4) -> str:
        """A number that formulas look up, with its words before it; returns where it stands (`$E$5`)."""
        cell = self.sheet.cell(row=self.next, column=1)
        put_text(cell, text)
        cell.font = Font(name=_FONT, size=11)
        self.merge(self.next, 1, self.next, columns)
        place = self.sheet.cell(row=self.next, column=columns + 1)
        place.value, place.number_format, place.border = value, _DOTTED, THIN_BOX
        place.font = Font(name=_FONT, size=11, bold=True)
        self.next += 1
        return f"${letter(columns + 1)}${self.next - 1}"

    def row(self, cells: Sequence[Cell], *, bold: bool = False) -> None:
        """A row of the table; it is as high as its longest words need."""
        for column, value in enumerate(cells, start=1):
            cell = self.sheet.cell(row=self.next, column=column)
            if isinstance(value, Formula):
                cell.value = value.text
                self.values[cell.coordinate] = value.value
            elif isinstance(value, str):
                put_text(cell, value)
            else:
                cell.value = value
            if not isinstance(value, str):
                cell.number_format = _DOTTED
            cell.font, cell.border = Font(name=_FONT, size=11, bold=bold), THIN_BOX
            if column in self.words:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            elif column != 2 or self.words:
                shown = value.value if isinstance(value, Formula) else value
                across = "center" if column == 1 or isinstance(shown, str) else "right"
                cell.alignment = Alignment(horizontal=across, vertical="top" if self.words else None)
        if self.words:
            self.sheet.row_dimensions[self.next].height = _LINE_HEIGHT * self._lines(cells)
        self.next += 1

    def _lines(self, cells: Sequence[Cell]) -> int:
        """Lines that the words of a row break into; a letter more a line than fits, since breaks fall between words."""
        wanted = 1
        for column in self.words:
            text, width = str(cells[column - 1]), int(self.sheet.column_dimensions[letter(column)].width) - 1
            wanted = max(wanted, -(-len(text) // max(1, width)))
        return wanted

    def line(self, text: str, *, bold: bool = False) -> None:
        """A line of words under the table, over its whole width."""
        cell = self.sheet.cell(row=self.next, column=1)
        put_text(cell, text)
        cell.font = Font(name=_FONT, size=11, bold=bold)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        self.merge(self.next, 1, self.next, self.columns)
        width = sum(self.sheet.column_dimensions[get_column_letter(c)].width for c in range(1, self.columns + 1))
        lines = sum(max(1, -(-len(part) // int(width))) for part in text.split("\n"))
        self.sheet.row_dimensions[self.next].height = _LINE_HEIGHT * lines
        self.next += 1

    def widths(self, widths: Sequence[float]) -> None:
        """Widths of the columns, in characters."""
        for index, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(index)].width = width

    def data(self) -> bytes:
        """The workbook with this sheet alone."""
        return workbook_bytes(self)


def workbook_bytes(first: FormSheet, *others: FormSheet) -> bytes:
    """Forms as the sheets of one workbook, to print landscape on A4."""
    sheets = (first, *others)
    for form in sheets:
        print_landscape(form.sheet)
        form.sheet.print_options.horizontalCentered = True
    return fixed_bytes(first.book, *(form.values for form in sheets))


def letter(column: int) -> str:
    """Letters of a column."""
    return get_column_letter(column)


def sum_over(cells: Sequence[Cell], formula: str) -> Formula:
    """A sum of what is counted; `Chưa rõ` and never 0 where something is not and the rest comes to nothing."""
    shown = _shown(cells)
    known = sum(c for c in shown if isinstance(c, int))
    return Formula(formula, UNKNOWN if not known and UNKNOWN in shown else known)


def _shown(cells: Sequence[Cell]) -> list[int | str]:
    return [cell.value if isinstance(cell, Formula) else cell for cell in cells]


def column_sum(column: int, first: int, last: int, cells: Sequence[Cell]) -> Formula:
    """The sum over rows of a column that has these cells; a dash where each of them is one."""
    span = f"{letter(column)}{first}:{letter(column)}{max(first, last)}"
    none = f'IF(AND(COUNT({span})=0,COUNTIF({span},"{NONE}")>0),"{NONE}",SUM({span}))'
    total = sum_over(cells, f'=IF(AND(SUM({span})=0,COUNTIF({span},"{UNKNOWN}")>0),"{UNKNOWN}",{none})')
    counted = any(isinstance(value, int) or value == UNKNOWN for value in _shown(cells))
    return Formula(total.text, NONE) if NONE in cells and not counted else total
