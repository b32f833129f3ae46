"""Reconciliation with an extract of the population database: columns mapped on screen, outcomes, follow-up list."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from corrections.reconciliation import Outcome
from exports.reconciliation_book import PERSON_FIELDS, ExtractProfile, extract_heads, guess_mapping
from storage.reconciliations import FollowUpRow
from workbench.screens.choosing import choose_book, open_entry
from workbench.screens.frame import run_page
from workbench.services.context import Context
from workbench.services.reconciling import (
    FollowUpState,
    extract_profiles,
    follow_up_workbook,
    list_results,
    list_runs,
    run_reconciliation,
    save_extract_profile,
    set_follow_up,
)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OUTCOMES = {"matches": "✓ Khớp", "differs": "≠ Có nhưng khác", "not_found": "✖ Không thấy"}
_STATES = {
    FollowUpState.OPEN.value: "Chưa xử lý",
    FollowUpState.BOOK_RIGHT.value: "Sổ đúng, đề nghị sửa dữ liệu dân cư",
    FollowUpState.DATABASE_RIGHT.value: "Dữ liệu dân cư đúng, xem lại trường hợp",
    FollowUpState.BOTH_KEPT.value: "Giữ nguyên cả hai",
}
_KINDS = {
    "tones": "khác dấu",
    "swapped": "đảo ngày và tháng",
    "partial": "một bên thiếu ngày, tháng",
    "spelling": "khác một, hai chữ cái",
    "other": "khác nội dung",
}
_SHOWN = 500


def show(context: Context) -> None:
    """The screen."""
    st.header("Đối soát")
    st.caption("So các trường hợp đã xác nhận với tệp trích từ dữ liệu dân cư. Giá trị trong sổ không bao giờ bị đổi.")
    new, results = st.tabs(["Đối soát mới", "Kết quả, danh sách cần xác minh"])
    with new:
        _new(context)
    with results:
        _results(context)


def _new(context: Context) -> None:
    file = st.file_uploader("Tệp trích xuất (Excel hoặc CSV)", type=["xlsx", "csv", "txt"], key="extract")
    progress = choose_book(context, "Sổ đối soát", all_books="Mọi sổ")
    if file is None:
        return
    with _on_disk(file) as path:
        profile = _mapping(context, extract_heads(path))
        if profile is None or not st.button("Đối soát", type="primary"):
            return
        with st.spinner("Đang đối soát"):
            run = run_reconciliation(context, path, profile, book_ids=[progress.book.id] if progress else None)
    st.success(f"Đã đối soát xong lần {run.id}. Mở thẻ «Kết quả» để xem.")


@contextmanager
def _on_disk(file: UploadedFile) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="so-ho-tich-") as folder:
        path = Path(folder) / f"trich-xuat{Path(file.name).suffix.lower()}"
        path.write_bytes(file.getvalue())
        yield path


def _mapping(context: Context, heads: tuple[str, ...]) -> ExtractProfile | None:
    kept = {p.name: p for p in extract_profiles(context)}
    start = st.selectbox("Cấu hình cột", ["", *kept], format_func=lambda n: n or "Đoán theo tên cột")
    guessed = kept[start].columns if start else guess_mapping(heads)
    choices = ["", *dict.fromkeys(h for h in heads if h)]
    chosen: dict[str, str] = {}
    for place, (name, label) in enumerate(PERSON_FIELDS.items()):
        if place % 4 == 0:
            row = st.columns(4)
        index = choices.index(guessed[name]) if guessed.get(name) in choices else 0
        head = row[place % 4].selectbox(label, choices, index, key=f"map_{start}_{name}")
        if head:
            chosen[name] = head
    if "name" not in chosen:
        st.warning("Hãy chọn cột họ tên; không có cột này thì không đối soát được.")
        return None
    profile = ExtractProfile(name=start or "Mặc định", columns=chosen)
    with st.expander("Lưu cấu hình cột cho lần sau"):
        name = st.text_input("Tên cấu hình", start or "Trích xuất dân cư")
        if st.button("Lưu cấu hình"):
            save_extract_profile(context, profile.model_copy(update={"name": name.strip()}))
            st.success("Đã lưu.")
    return profile


def _results(context: Context) -> None:
    runs = {run.id: run for run in list_runs(context)}
    if not runs:
        st.info("Chưa đối soát lần nào.")
        return
    run = runs[st.selectbox("Lần đối soát", list(runs), format_func=lambda i: f"Lần {i} · {runs[i].source_name}")]
    rows = list_results(context, run.id)
    counts = {outcome: sum(r.result.outcome is outcome for r in rows) for outcome in Outcome}
    for cell, outcome in zip(st.columns(3), Outcome, strict=True):
        cell.metric(_OUTCOMES[outcome.value], counts[outcome])
    st.download_button(
        "Tải danh sách cần xác minh (Excel)", follow_up_workbook(context, run.id), f"can-xac-minh-{run.id}.xlsx", _XLSX
    )
    picked = st.segmented_control("Xem", list(_OUTCOMES), default="differs", format_func=_OUTCOMES.__getitem__)
    shown = [r for r in rows if r.result.outcome.value == (picked or "differs")][:_SHOWN]
    if not shown:
        st.info("Không có dòng nào như vậy.")
        return
    event = st.dataframe(
        pd.DataFrame([_row(r) for r in shown]), hide_index=True, on_select="rerun", selection_mode="single-row"
    )
    chosen = event["selection"]["rows"]
    if chosen:
        _follow_up(context, shown[chosen[0]])


def _row(row: FollowUpRow) -> dict[str, object]:
    differences = "; ".join(
        f"{PERSON_FIELDS.get(d.field, d.field)}: «{d.book}» / «{d.extract}» ({_KINDS.get(d.kind, d.kind)})"
        for d in row.result.differences
    )
    return {
        "Trường hợp": row.entry_id,
        "Họ tên": row.person.name,
        "Ngày sinh": row.person.born,
        "Trong trích xuất": row.result.matched,
        "Khác (sổ / dân cư)": differences,
        "Xử lý": _STATES.get(row.state, row.state),
        "Ghi chú": row.note,
    }


def _follow_up(context: Context, row: FollowUpRow) -> None:
    states = list(_STATES)
    left, right = st.columns(2)
    state = left.selectbox("Xử lý", states, states.index(row.state), format_func=_STATES.__getitem__)
    note = right.text_input("Ghi chú", row.note)
    save, jump = st.columns(2)
    if save.button("Lưu", type="primary", width="stretch"):
        set_follow_up(context, row.id, FollowUpState(state), note=note)
        st.rerun()
    if jump.button("Mở trường hợp", width="stretch"):
        open_entry(context, row.entry_id)


if __name__ == "__main__":
    run_page(show)
