"""Errors of the exports room; every message is Vietnamese and says what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exports.rehearsal import RehearsalReport

__all__ = ["ExportError", "ExportRefusedError", "NameRuleError", "PdfError", "WorkbookError"]


class ExportError(Exception):
    """Root of this package's errors.

    Attributes:
        code: stable identifier (`disk_full`, `wrong_columns` ...), for programs and tests.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class WorkbookError(ExportError):
    """An Excel or CSV file that cannot be taken in; nothing of it was imported."""

    def __init__(self, code: str, message: str, problems: tuple[str, ...] = ()) -> None:
        self.problems = problems
        listed = "".join(f"\n  - {p}" for p in problems)
        super().__init__(code, message + listed)


class NameRuleError(ExportError):
    """A value from which no file name can be made."""


class PdfError(ExportError):
    """An entry whose PDF cannot be made readable within the size limit; it is not shipped."""


class ExportRefusedError(ExportError):
    """The rehearsal found errors; nothing was written. `report` names the rows."""

    def __init__(self, message: str, report: RehearsalReport) -> None:
        self.report = report
        super().__init__("rehearsal_errors", message)
