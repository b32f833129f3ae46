"""The file of a report: one writer for every screen and command that hands it out."""

from __future__ import annotations

from corrections.campaign.figures import Period
from exports.campaign_forms import FormText, write_annex01, write_period_report
from workbench.services.campaign import CampaignReport

__all__ = ["report_file", "report_name"]


def report_file(report: CampaignReport) -> bytes:
    """Phụ lục 01 of a day or of days chosen freely; the report of a week or month with its words."""
    if report.period is Period.DAY:
        return write_annex01(report.unit, report.label, report.rows, within=report.within, notes=report.notes)
    texts = [FormText(unit=t.unit, difficulties=t.difficulties, proposals=t.proposals) for t in report.texts]
    return write_period_report(report.unit, report.label, report.period, report.rows, texts, notes=report.notes)


def report_name(report: CampaignReport) -> str:
    """What the file is called."""
    kind = "phu-luc-01" if report.period is Period.DAY else f"bao-cao-{report.period}"
    return f"{kind}-{report.day:%Y-%m-%d}.xlsx"
