"""Rehearse the import before anything leaves: every rule, row by row, on our own rows or on a delivery from disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from corrections.entries import Book, Entry, EntryState, Finding, Severity
from exports.delivery_checks import check_delivery
from exports.errors import WorkbookError
from exports.profile import ExportProfile
from exports.rehearsal_report import RehearsalReport, RuleFinding
from exports.rows import CaseRow
from exports.rule_checks import check_rows
from exports.rule_hits import RowsContext, RuleHit
from exports.rules import Rule, RuleSeverity, RuleSource, active_rules
from exports.standard_workbook import read_standard_workbook
from layouts.columns import column
from layouts.register_types import RegisterType

__all__ = ["excused", "rehearse_delivery", "rehearse_rows", "with_review"]


def excused(report: RehearsalReport, reasons: Mapping[int, str]) -> RehearsalReport:
    """The report with the errors of some entries as warnings: somebody approved them with a reason, which they carry.

    Args:
        report: of a rehearsal.
        reasons: why an entry was approved as it is, by entry id.
    """

    def _judged(finding: RuleFinding) -> RuleFinding:
        reason = reasons.get(finding.entry_id, "") if finding.entry_id is not None else ""
        if not reason or finding.severity is not RuleSeverity.ERROR:
            return finding
        return replace(finding, severity=RuleSeverity.WARNING, message=f"{finding.message} (Đã duyệt, lý do: {reason})")

    return replace(report, findings=tuple(_judged(finding) for finding in report.findings))


def with_review(report: RehearsalReport, entries: Sequence[Entry]) -> RehearsalReport:
    """The report with what the review screen warns of and no rule says, so that both screens count the same.

    Args:
        report: of a rehearsal of these entries.
        entries: in the order of their rows.
    """
    told: dict[int | None, set[str]] = {}
    for finding in report.findings:
        told.setdefault(finding.entry_id, set()).update(finding.columns)
    more = [
        _from_review(finding, entry, row)
        for row, entry in enumerate(entries, start=2)
        for finding in entry.findings
        # an error that somebody approved with a reason is told with that reason
        if not (finding.severity is Severity.ERROR and entry.state is EntryState.APPROVED and entry.escalation_reason)
        and not (finding.columns and told.get(entry.id, set()).intersection(finding.columns))
    ]
    return replace(report, findings=_in_order([*report.findings, *more]))


def _from_review(finding: Finding, entry: Entry, row: int) -> RuleFinding:
    return RuleFinding(
        rule=f"review_{finding.check}",
        severity=RuleSeverity.WARNING,
        message=finding.message,
        row=row,
        entry_id=entry.id,
        columns=finding.columns,
        source=RuleSource.OWN,
    )


def rehearse_rows(
    register_type: RegisterType, rows: Sequence[CaseRow], profile: ExportProfile, *, book: Book | None = None
) -> RehearsalReport:
    """Run the row and book rules.

    Args:
        register_type: kind of register.
        rows: the rows as they would be written, in the order of the book.
        profile: the province's choices and its own weights for rules.
        book: the register book, to compare its volume.
    """
    rules = active_rules(profile)
    context = RowsContext(register_type, rows, profile, book)
    return _report(rules, check_rows(rules, context), register_type, len(rows))


def rehearse_delivery(workbook: Path, archive: Path | None, profile: ExportProfile) -> RehearsalReport:
    """Run every rule on an existing workbook and its .zip, whoever made them.

    Args:
        workbook: the .xlsx.
        archive: the .zip; None to check the workbook alone.
        profile: the province's choices.
    """
    rules = active_rules(profile)
    try:
        read = read_standard_workbook(workbook)
    except WorkbookError as error:
        return _report(rules, [RuleHit(rule="workbook_unreadable", row=None, value=str(error))], None, 0)
    context = RowsContext(read.register_type, read.rows, profile, None)
    hits = [*check_rows(rules, context), *check_delivery(read, workbook, archive, profile)]
    return _report(rules, hits, read.register_type, len(read.rows))


def _report(
    rules: dict[str, Rule], hits: Iterable[RuleHit], register_type: RegisterType | None, rows: int
) -> RehearsalReport:
    found = [_finding(rules[hit.rule], hit, register_type) for hit in hits if hit.rule in rules]
    return RehearsalReport(register_type=register_type, rows=rows, findings=_in_order(found))


def _in_order(findings: Iterable[RuleFinding]) -> tuple[RuleFinding, ...]:
    """By row, errors first; the order of the rules holds within a row."""
    return tuple(sorted(findings, key=lambda f: (f.row or 0, f.severity is not RuleSeverity.ERROR)))


def _finding(rule: Rule, hit: RuleHit, register_type: RegisterType | None) -> RuleFinding:
    labels = [_label(register_type, name) for name in hit.columns]
    message = rule.message.format(
        label=labels[0] if labels else "",
        other_label=labels[1] if len(labels) > 1 else "",
        value=hit.value,
        other=hit.other,
        expected=hit.expected,
    )
    return RuleFinding(
        rule=rule.id,
        severity=rule.severity,
        message=message,
        row=hit.row.row if hit.row else None,
        entry_id=hit.row.entry_id if hit.row else None,
        columns=hit.columns,
        source=rule.source,
    )


def _label(register_type: RegisterType | None, name: str) -> str:
    try:
        return column(register_type, name).label if register_type else name
    except KeyError:
        return name
