"""Handing a book over: rehearsal of the import rules, export with downloads, the import tool's answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from exports.rehearsal_report import RehearsalReport, RuleFinding
from exports.rejection import read_rejections, rejections_in_text
from exports.rules import RuleSeverity
from exports.summary import pdf_quality_lines
from storage.books import BookProgress
from storage.clock import moment
from storage.exports_log import ExportRecord
from storage.states import ExportState
from vietnamese.shown_time import local_time
from workbench.screens.buttons import ready_button
from workbench.screens.choosing import choose_book, open_entry, picked_row
from workbench.screens.frame import run_page
from workbench.screens.job_line import show_job
from workbench.screens.long_texts import row_height, wrapping
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.screens.uploads import read_upload
from workbench.services.background_jobs import JobPhase
from workbench.services.context import Context
from workbench.services.delivered_files import delivered_files
from workbench.services.export_jobs import ExportJob, ExportProgress, last_export, start_export
from workbench.services.exporting import (
    ExportSummary,
    exports_of,
    match_answer,
    record_acceptance,
    record_rejection,
    rehearse,
)
from workbench.services.naming import COLUMN_LABELS, names_of
from workbench.wording import number

_STATES = {ExportState.EXPORTED: "Đã xuất", ExportState.ACCEPTED: "✓ Được tiếp nhận", ExportState.REJECTED: "✖ Bị trả"}
_MIME = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".json": "application/json",
    ".txt": "text/plain",
}
_LISTED = 200
"""Findings of the rehearsal listed, errors first."""
_WIDTHS = {
    "Mức": st.column_config.Column(width=90),
    "Dòng": st.column_config.Column(width=50),
    "Trường hợp": st.column_config.Column(width=190),
    "Điều cần sửa": st.column_config.Column(width=470),
    "Ô": st.column_config.Column(width=150),
}
_LONG = wrapping(_WIDTHS, "Trường hợp", "Điều cần sửa", "Ô")
_REST = 640
"""Pixels of the column that takes what is left of the width."""
_LEFT_OUT_WIDTHS = {"Trường hợp": st.column_config.Column(width=260), "Vì sao": st.column_config.Column(width=_REST)}
_UNMATCHED = "Dòng không rõ trường hợp nào"
_SOON = 0.5
"""Seconds to wait before progress is shown."""


def show(context: Context) -> None:
    """The screen."""
    st.header("Xuất")
    progress = choose_book(context, with_entries=True)
    if progress is None:
        return
    _standing(progress)
    trial, deliver, answers = st.tabs(["Diễn tập nhập", "Xuất Excel và .zip", "Các lần xuất, kết quả tiếp nhận"])
    with trial:
        _rehearsal(context, progress)
    with deliver:
        _export(context, progress)
    with answers:
        _deliveries(context, progress)


def _standing(progress: BookProgress) -> None:
    cells = st.columns(4)
    cells[0].metric("Đã duyệt", number(progress.approved))
    cells[1].metric(
        "Chưa duyệt", number(progress.to_review + progress.sent_back + progress.confirmed + progress.escalated)
    )
    cells[2].metric("Không phải trường hợp", number(progress.set_aside))
    cells[3].metric("Trang không đọc được", number(progress.pages_failed))


def _rehearsal(context: Context, progress: BookProgress) -> None:
    st.caption("Chạy thử mọi quy tắc của phần mềm nhập. Lỗi phải sửa trước khi xuất; cảnh báo chỉ được liệt kê.")
    everything = st.toggle("Gồm cả trường hợp chưa duyệt", value=True, key="trial_all")
    if st.button("Diễn tập", type="primary"):
        st.session_state["trial"] = (
            progress.book.id,
            rehearse(context, progress.book.id, include_unapproved=everything),
        )
    book_id, report = st.session_state.get("trial", (None, None))
    if report is not None and book_id == progress.book.id:
        _findings(context, report)


def _findings(context: Context, report: RehearsalReport) -> None:
    if not report.findings:
        st.success(f"{report.rows} dòng đều đạt, không có lỗi hay cảnh báo nào.")
        return
    text = f"{report.rows} dòng: {len(report.errors)} lỗi, {len(report.warnings)} cảnh báo."
    (st.error if report.errors else st.warning)(text)
    shown = [*report.errors, *report.warnings][:_LISTED]
    picked = picked_row(_finding_rows(context, shown), key="trial_table", columns=_WIDTHS, long=_LONG)
    hidden = len(report.findings) - len(shown)
    more = f" Còn {hidden} dòng chưa hiện: hãy sửa các dòng này rồi diễn tập lại để thấy tiếp." if hidden else ""
    st.caption(f"Bấm ô đầu dòng để mở trường hợp và sửa.{more}")
    if picked is not None and (entry_id := shown[picked].entry_id) is not None:
        open_entry(context, entry_id)


def _finding_rows(context: Context, findings: Sequence[RuleFinding]) -> list[dict[str, object]]:
    named = names_of(context, entries=[f.entry_id for f in findings if f.entry_id is not None]).entries
    return [
        {
            "Mức": "✖ Lỗi" if finding.severity is RuleSeverity.ERROR else "⚠ Cảnh báo",
            "Dòng": finding.row,
            "Trường hợp": named.get(finding.entry_id or 0, ""),
            "Điều cần sửa": finding.message,
            "Ô": ", ".join(COLUMN_LABELS.get(name, name) for name in finding.columns),
        }
        for finding in findings
    ]


def _export(context: Context, progress: BookProgress) -> None:
    book_id = progress.book.id
    job = last_export(context, book_id)
    running = job is not None and job.state.running
    unapproved = st.toggle("Xuất cả trường hợp chưa duyệt", value=False, key="export_all", disabled=running)
    lacks = "" if progress.approved or unapproved else "Chưa có trường hợp nào được duyệt: duyệt ở «Hàng đợi kiểm tra»."
    lacks = "Sổ đang được xuất." if running else lacks
    if ready_button(st.container(), "Xuất sổ này", lacks=lacks, type="primary"):
        start_export(context, book_id, include_unapproved=unapproved).wait(
            _SOON
        )  # a book whose PDFs are ready is often through by then
        st.rerun()  # what cannot be pressed meanwhile is drawn so
    if job is not None and job.state.running:
        _under_way(job)
    elif job is not None:
        _ended(context, job)
    elif exports_of(context, book_id):
        st.caption("Sổ này đã xuất; tải lại các tệp ở thẻ «Các lần xuất, kết quả tiếp nhận».")


@st.fragment(run_every=1)
def _under_way(job: ExportJob) -> None:
    """What the export is doing, renewed every second until it ends."""
    state = job.state
    if not state.running:
        st.rerun(scope="app")
    st.caption(
        "Có thể sang màn hình khác làm việc, kể cả đóng trình duyệt: máy vẫn xuất. Mở lại màn hình này để xem kết quả."
    )
    show_job(job, doing=_doing(state), does="xuất", stop="Dừng xuất")


def _doing(state: ExportProgress) -> str:
    if not state.total:
        return "Đang kiểm tra theo quy tắc nhập"
    if state.done < state.total:
        return f"Đang làm PDF {state.done}/{state.total}"
    return f"Đã đủ {state.total} PDF, đang ghi Excel và .zip"


def _ended(context: Context, job: ExportJob) -> None:
    state = job.state
    if job.ended_at is not None:
        st.caption(f"Lần xuất gần nhất: {plain(job.started_by)}, {local_time(job.ended_at)}.")
    if state.result is not None:
        _exported(context, state.result, job.seconds)
    elif state.phase is JobPhase.CANCELLED:
        st.info(
            f"Đã dừng xuất sau {state.done}/{state.total} PDF. Bản xuất trước (nếu có) vẫn còn nguyên; các PDF đã làm "
            "được giữ cho lần xuất sau."
        )
    else:
        st.error(plain(state.message))


def _exported(context: Context, summary: ExportSummary, seconds: float) -> None:
    written = f"Đã xuất {number(summary.manifest.rows)} dòng Excel và {number(summary.manifest.pdfs)} PDF"
    st.success(f"{written} trong {number(max(1, round(seconds)))} giây.")
    files = (summary.workbook, summary.zip, summary.manifest_path, summary.summary_path)
    _downloads([path for path in files if path.exists()], key="exported")
    made = (
        f"{summary.pdfs_ready} PDF làm sẵn từ trước, {summary.pdfs_made} vừa làm, {summary.pdfs_reused} giữ từ lần"
        " xuất trước."
    )
    st.caption(plain("\n".join((made, *pdf_quality_lines(summary.manifest.cases)))))
    if summary.left_out:
        st.warning(f"{len(summary.left_out)} trường hợp không xuất:")
        named = names_of(context, entries=[item.entry_id for item in summary.left_out if item.entry_id]).entries
        rows = [{"Trường hợp": named.get(item.entry_id, "Bìa sổ"), "Vì sao": item.reason} for item in summary.left_out]
        high = row_height(rows, {"Vì sao": _REST})
        st.dataframe(
            pd.DataFrame(rows), hide_index=True, width="stretch", column_config=_LEFT_OUT_WIDTHS, row_height=high
        )
    if summary.report.warnings:
        with st.expander(f"{len(summary.report.warnings)} cảnh báo"):
            told = _finding_rows(context, summary.report.warnings)
            st.dataframe(pd.DataFrame(told), hide_index=True, column_config=_WIDTHS, row_height=row_height(told, _LONG))


def _downloads(files: Sequence[Path], *, key: str) -> None:
    with st.container(horizontal=True):
        for path in files:
            name, kind = path.name, _MIME.get(path.suffix)
            st.download_button(  # a rerun would lose a click on the next file
                f"Tải {plain(name)}",
                path.read_bytes,
                file_name=name,
                mime=kind,
                key=f"{key}_{name}",
                on_click="ignore",
            )


def _deliveries(context: Context, progress: BookProgress) -> None:
    records = exports_of(context, progress.book.id)
    if not records:
        st.info("Sổ này chưa xuất lần nào.")
        return
    turns = {r.id: len(records) - place for place, r in enumerate(records)}  # newest first; of this book, not of all
    rows = [
        {
            "Lần": turns[r.id],
            "Số dòng": r.entries,
            "Lúc": local_time(moment(r.at)),
            "Kết quả": _STATES[r.state],
            "Ghi chú": r.note,
        }
        for r in records
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    by_id = {r.id: r for r in records}
    record = by_id[
        st.selectbox(
            "Ghi kết quả cho lần xuất",
            list(by_id),
            format_func=lambda i: f"Lần {turns[i]} · {local_time(moment(by_id[i].at))}",
        )
    ]
    if files := delivered_files(context, record):
        _downloads(files, key="delivered")
    else:
        st.caption("Các tệp của lần xuất này không còn như lúc xuất (lần xuất sau ghi đè). Cần thì xuất lại.")
    note = st.text_input("Ghi chú", key="answer_note")
    if st.button("Phần mềm nhập đã tiếp nhận"):
        record_acceptance(context, record.id, note=note)
        tell(f"Đã ghi: phần mềm nhập tiếp nhận lần xuất {number(turns[record.id])} của sổ này.")
    _rejection(context, record, note)


def _rejection(context: Context, record: ExportRecord, note: str) -> None:
    with st.expander("Bị trả lại: dán danh sách lỗi hoặc chọn tệp Excel của phần mềm nhập"):
        file = st.file_uploader("Tệp danh sách lỗi", type=["xlsx", "txt", "csv"], key="rejection_file")
        text = st.text_area("Hoặc dán vào đây, mỗi lỗi một dòng", key="rejection_text")
        lines = read_upload(file, read_rejections) if file is not None else rejections_in_text(text)
        if not lines:
            return
        found = match_answer(context, record.id, lines)
        st.write(f"{len(found.entries)} dòng tìm được trường hợp, {len(found.unmatched)} dòng không rõ trường hợp nào.")
        if found.unmatched:
            strange = [{_UNMATCHED: line} for line in found.unmatched]
            st.dataframe(
                pd.DataFrame(strange),
                hide_index=True,
                width="stretch",
                row_height=row_height(strange, {_UNMATCHED: _REST}),
            )
        if found.entries and st.button("Ghi nhận và mở lại các trường hợp này", type="primary"):
            record_rejection(context, record.id, [(e.entry_id, e.message) for e in found.entries], note=note)
            tell("Đã mở lại. Các trường hợp này nằm trong màn hình «Đối chiếu».")


if __name__ == "__main__":
    run_page(show)
