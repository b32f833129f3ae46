"""Reconciliation with an extract of the population database: columns mapped on screen, outcomes, follow-up list."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from corrections.reconciliation import MatchOutcome
from exports.reconciliation_book import (
    KIND_LABELS,
    PERSON_FIELDS,
    STATE_LABELS,
    ExtractProfile,
    extract_heads,
    guess_mapping,
)
from storage.reconciliations import FollowUpRow
from vietnamese.legacy_charsets import Charset
from workbench.screens.choosing import choose_book, open_entry
from workbench.screens.frame import run_page
from workbench.screens.uploads import chosen_charset, offering_charset, read_upload
from workbench.services.context import Context
from workbench.services.naming import names_of
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
from workbench.wording import number

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OUTCOMES = {
    MatchOutcome.MATCHES: "✓ Khớp",
    MatchOutcome.DIFFERS: "≠ Có nhưng khác",
    MatchOutcome.NOT_FOUND: "✖ Không thấy",
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
    charset = chosen_charset(file)
    profile = _mapping(context, _heads(file, charset))
    if profile is None or not st.button("Đối soát", type="primary"):
        return
    profile = profile.model_copy(update={"charset": charset or profile.charset})
    book_ids = [progress.book.id] if progress else None
    with st.spinner("Đang đối soát"), offering_charset(file):
        run = read_upload(file, lambda path: run_reconciliation(context, path, profile, book_ids=book_ids))
    st.success(f"Đã đối soát xong lần {run.id}. Mở thẻ «Kết quả» để xem.")


def _heads(file: UploadedFile, charset: Charset | None) -> tuple[str, ...]:
    """Column heads of the extract, read once: a file of a million rows takes a while to open."""
    kept = st.session_state.get("extract_heads")
    if kept is None or kept[0] != (file.file_id, charset):
        with offering_charset(file):
            heads = read_upload(file, lambda path: extract_heads(path, charset))
        kept = st.session_state["extract_heads"] = ((file.file_id, charset), heads)
    found: tuple[str, ...] = kept[1]
    return found


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
    counts = {
        MatchOutcome.MATCHES: run.matches,
        MatchOutcome.DIFFERS: run.differs,
        MatchOutcome.NOT_FOUND: run.not_found,
    }
    for cell, (outcome, count) in zip(st.columns(3), counts.items(), strict=True):
        cell.metric(_OUTCOMES[outcome], number(count))
    st.download_button(
        "Tải danh sách cần xác minh (Excel)",
        lambda: follow_up_workbook(context, run.id),
        f"can-xac-minh-{run.id}.xlsx",
        _XLSX,
    )
    picked = st.segmented_control(
        "Xem", list(_OUTCOMES), default=MatchOutcome.DIFFERS, format_func=_OUTCOMES.__getitem__
    )
    shown = list_results(context, run.id, picked or MatchOutcome.DIFFERS, limit=_SHOWN)
    if not shown:
        st.info("Không có dòng nào như vậy.")
        return
    if counts[picked or MatchOutcome.DIFFERS] > len(shown):
        st.caption(f"Hiện {len(shown)} dòng đầu; danh sách đầy đủ nằm trong tệp Excel.")
    named = names_of(context, entries=[r.entry_id for r in shown]).entries
    event = st.dataframe(
        pd.DataFrame([_row(r, named) for r in shown]),
        hide_index=True,
        width="stretch",
        column_config={"Khác (sổ / dân cư)": st.column_config.Column(width=410)},
        on_select="rerun",
        selection_mode="single-row",
    )
    chosen = event["selection"]["rows"]
    if chosen:
        _follow_up(context, shown[chosen[0]])


def _differences(row: FollowUpRow) -> list[str]:
    return [
        f"{PERSON_FIELDS.get(d.field, d.field)}: «{d.book}» / «{d.extract}» ({KIND_LABELS.get(d.kind, d.kind)})"
        for d in row.result.differences
    ]


def _row(row: FollowUpRow, named: Mapping[int, str]) -> dict[str, object]:
    return {
        "Trường hợp": named.get(row.entry_id, ""),
        "Họ tên": row.person.name,
        "Ngày sinh": row.person.born,
        "Trong trích xuất": row.result.matched,
        "Khác (sổ / dân cư)": "; ".join(_differences(row)),
        "Xử lý": STATE_LABELS[FollowUpState(row.state)],
        "Ghi chú": row.note,
    }


def _follow_up(context: Context, row: FollowUpRow) -> None:
    # the table cuts long rows short
    st.text("\n".join([f"{row.person.name}, {row.result.matched}", *_differences(row)]))
    states = list(STATE_LABELS)
    left, right = st.columns(2)
    place = states.index(FollowUpState(row.state))
    state = left.selectbox("Xử lý", states, place, format_func=STATE_LABELS.__getitem__)
    note = right.text_input("Ghi chú", row.note)
    save, jump = st.columns(2)
    if save.button("Lưu", type="primary", width="stretch"):
        set_follow_up(context, row.id, state, note=note)
        st.rerun()
    if jump.button("Mở trường hợp", width="stretch"):
        open_entry(context, row.entry_id)


if __name__ == "__main__":
    run_page(show)
