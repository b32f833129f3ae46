"""What a rehearsal found, and the refusal that carries it."""

from __future__ import annotations

from dataclasses import dataclass

from exports.errors import ExportError
from exports.rules import RuleSeverity, RuleSource
from layouts.register_types import RegisterType

__all__ = ["ExportRefusedError", "RehearsalReport", "RuleFinding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding:
    """One broken rule at one place."""

    rule: str
    severity: RuleSeverity
    message: str
    """Vietnamese, says what to do."""
    row: int | None
    """Row of the workbook; None for the workbook or the .zip as a whole."""
    entry_id: int | None
    columns: tuple[str, ...]
    """Columns concerned; the first is where the cursor goes."""
    source: RuleSource

    @property
    def line(self) -> str:
        """The message with the row it belongs to."""
        return f"Dòng {self.row}: {self.message}" if self.row is not None else self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalReport:
    """What a rehearsal found."""

    register_type: RegisterType | None
    rows: int
    findings: tuple[RuleFinding, ...]

    @property
    def errors(self) -> tuple[RuleFinding, ...]:
        """Findings that refuse the export."""
        return tuple(f for f in self.findings if f.severity is RuleSeverity.ERROR)

    @property
    def warnings(self) -> tuple[RuleFinding, ...]:
        """Findings that are only listed."""
        return tuple(f for f in self.findings if f.severity is RuleSeverity.WARNING)


class ExportRefusedError(ExportError):
    """The rehearsal found errors; nothing was written. `report` names the rows."""

    def __init__(self, message: str, report: RehearsalReport) -> None:
        self.report = report
        super().__init__("rehearsal_errors", message)
