"""Reconciliation with an extract of the population database: columns mapped on screen, outcomes, cases, letters."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from corrections.cases import CaseState
from corrections.entries import Role
from corrections.reconciliation import MatchOutcome
from exports.reconciliation_book import (
    OUTCOME_LABELS,
    PERSON_FIELDS,
    ExtractProfile,
    extract_heads,
    guess_mapping,
)
from exports.spreadsheets import XLSX
from storage.reconciliations import FollowUpRow
from vietnamese.legacy_charsets import Charset
from workbench.screens.case_list import case_list
from workbench.screens.choosing import choose_book
from workbench.screens.document_templates import template_files
from workbench.screens.frame import run_page
from workbench.screens.long_texts import row_height
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.screens.typing_view import choose_program, show_typing
from workbench.screens.uploads import chosen_charset, offering_charset, read_upload
from workbench.services.context import Context
from workbench.services.reconciliation_cases import CaseFilter, difference_text
from workbench.services.reconciling import (
    extract_profiles,
    follow_up_workbook,
    left_out_words,
    list_results,
    list_runs,
    not_found_workbook,
    run_reconciliation,
    save_extract_profile,
    titles_of,
)
from workbench.services.typing_elsewhere import typing_list_of_cases
from workbench.wording import number

_SIGNS = {MatchOutcome.MATCHES: "✓", MatchOutcome.DIFFERS: "≠", MatchOutcome.NOT_FOUND: "✖"}
_OUTCOMES = {outcome: f"{sign} {OUTCOME_LABELS[outcome]}" for outcome, sign in _SIGNS.items()}
_SHOWN = 500
"""Persons listed; the workbook has all."""
_WORKING = ("Đối soát mới", "Nhập vào phần mềm dân cư", "Mẫu giấy tờ")


def show(context: Context) -> None:
    """The screen."""
    st.header("Đối soát")
    st.caption("So các trường hợp đã xác nhận với tệp trích từ dữ liệu dân cư. Giá trị trong sổ không bao giờ bị đổi.")
    works = context.may(Role.SUPERVISOR, Role.POLICE)
    names = ["Hồ sơ xác minh", "Kết quả các lần", *(_WORKING if works else ())]
    tabs = dict(zip(names, st.tabs(names), strict=True))
    with tabs["Hồ sơ xác minh"]:
        case_list(context)
    with tabs["Kết quả các lần"]:
        _results(context)
    if works:
        with tabs["Đối soát mới"]:
            _new(context)
        with tabs["Nhập vào phần mềm dân cư"]:
            _typing(context)
        with tabs["Mẫu giấy tờ"]:
            template_files(context, ("invitation", "verification"))


def _typing(context: Context) -> None:
    program = choose_program("dan_cu")
    states = (CaseState.OPEN, CaseState.CALLED, CaseState.BOOK_RIGHT, CaseState.ENTERED)
    wanted = CaseFilter(outcome=MatchOutcome.NOT_FOUND, states=states)
    show_typing(context, program, typing_list_of_cases(context, program, wanted))


def _new(context: Context) -> None:
    file = st.file_uploader("Tệp trích xuất (Excel hoặc CSV)", type=["xlsx", "csv", "txt"], key="extract")
    # the police see no books: they reconcile all finished ones of their office
    progress = choose_book(context, "Sổ đối soát", all_books="Mọi sổ") if context.may(Role.SUPERVISOR) else None
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
    tell(
        f"Đã đối soát xong lần {run.id}: {number(run.matches)} người khớp, {number(run.differs)} có nhưng khác, "
        f"{number(run.not_found)} không thấy. Người cần xác minh nằm ở thẻ «Hồ sơ xác minh».",
        warnings=tuple(filter(None, (left_out_words(run),))),
    )


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
        head = row[place % 4].selectbox(
            label, choices, index, key=f"map_{start}_{name}", format_func=lambda head: head or "(không có cột này)"
        )
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
            tell(f"Đã lưu cấu hình cột «{plain(name.strip())}».")
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
    if words := left_out_words(run):
        st.caption(plain(words))
    left, right = st.columns(2)
    left.download_button(
        "Tải danh sách cần xác minh (Excel)",
        lambda: follow_up_workbook(context, run.id),
        f"can-xac-minh-{run.id}.xlsx",
        XLSX,
        width="stretch",
    )
    right.download_button(
        "Tải danh sách chưa có trong dữ liệu dân cư (Excel)",
        lambda: not_found_workbook(context, run.id),
        f"chua-co-{run.id}.xlsx",
        XLSX,
        width="stretch",
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
    named = titles_of(context, [row.entry_id for row in shown])
    rows = [_row(r, named) for r in shown]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        column_config={"Khác (sổ / dân cư)": st.column_config.Column(width=410)},
        row_height=row_height(rows, {"Khác (sổ / dân cư)": 410}),
    )


def _row(row: FollowUpRow, named: Mapping[int, str]) -> dict[str, object]:
    return {
        "Trường hợp": named.get(row.entry_id, ""),
        "Họ tên": row.person.name,
        "Ngày sinh": row.person.born,
        "Trong trích xuất": row.result.matched,
        "Khác (sổ / dân cư)": "; ".join(difference_text(one) for one in row.result.differences),
    }


if __name__ == "__main__":
    run_page(show)
