"""The summary of an export for people: what was delivered, what was left out and why, which warnings remain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from corrections.campaign.totals import dotted
from exports.manifest import CaseFile, Manifest
from layouts.register_types import RegisterType

if TYPE_CHECKING:
    from exports.rehearsal_report import RehearsalReport

__all__ = ["pdf_quality_lines", "summary_text"]


def summary_text(
    manifest: Manifest, report: RehearsalReport, register_type: RegisterType, titles: Mapping[int, str]
) -> str:
    """Plain Vietnamese text without any time.

    Args:
        manifest: what was delivered.
        report: of the rehearsal.
        register_type: kind of register.
        titles: what people call an entry, by its id.
    """
    lines = [
        f"Sổ {register_type.label.lower()}, quyển {manifest.volume}",
        f"Tệp Excel: {manifest.workbook} ({manifest.rows} dòng)",
        f"Tệp nén: {manifest.zip} ({manifest.pdfs} PDF)",
    ]
    if not register_type.has_standard_sheet:
        lines.append("Lưu ý: chưa có mẫu chuẩn của Bộ cho loại sổ này; tệp Excel dùng cột riêng của phần mềm.")
    lines += pdf_quality_lines(manifest.cases)
    if manifest.audit_hash:
        lines.append(f"Nhật ký của sổ: dòng {manifest.audit_event}, mã {manifest.audit_hash}")
    over = [case for case in manifest.cases if case.approved_because]
    lines += ["", f"Duyệt với lý do riêng (sổ ghi như vậy, dù kiểm tra báo lỗi): {len(over)} trường hợp"]
    lines += [
        f"  - Dòng {case.row}: {' '.join((*case.errors, 'Lý do duyệt:', case.approved_because))}" for case in over
    ]
    cases = [item for item in manifest.left_out if item.entry_id]
    lines += ["", f"Không xuất: {len(cases)} trường hợp"]
    lines += [f"  - {titles.get(item.entry_id) or f'mã {item.entry_id}'}: {item.reason}" for item in cases]
    lines += [f"  - {item.reason}" for item in manifest.left_out if not item.entry_id]
    lines += ["", f"Cảnh báo khi diễn tập nhập: {len(report.warnings)}"]
    lines += [f"  - {finding.line}" for finding in report.warnings]
    return "\n".join(lines) + "\n"


def pdf_quality_lines(cases: Sequence[CaseFile]) -> list[str]:
    """Size and readability of the PDFs as measured when they were made."""
    kept = [case.quality["words_kept"] for case in cases if case.quality.get("words_kept") is not None]
    lines = [f"PDF lớn nhất: {dotted(max(case.size for case in cases))} byte"] if cases else []
    if kept:
        shares = f"{min(kept) * 100:.1f} % (thấp nhất), {sum(kept) / len(kept) * 100:.1f} % (trung bình)"
        lines.append(f"Số chữ máy còn đọc lại được {shares.replace('.', ',')}")
    return lines
