"""Parts of the campaign's screen about counting first: lines of paper inventories, and printed annexes side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from corrections.campaign.annexes import CellType
from corrections.campaign.figures import form_data
from corrections.campaign.offices import OfficeTree
from corrections.entries import Role
from layouts.register_types import RegisterType
from workbench.screens.annex_take_over import take_over_part
from workbench.screens.plain import plain
from workbench.screens.plan_targets import chosen_to_drop
from workbench.screens.telling import tell
from workbench.screens.uploads import chosen_charset, offering_charset, read_upload
from workbench.services import paper
from workbench.services.context import Context
from workbench.services.settings import get_office_setting, save_office_settings
from workbench.wording import number

__all__ = ["annexes_part", "paper_part"]

_POINTED_OUT = 5
"""Wrong lines named above the list."""
_SHOWN = 200
"""Rows of a list on screen; the rest are counted."""


def paper_part(context: Context, tree: OfficeTree) -> None:
    """Lines as the plans write them beside the single volumes, and volumes after the plan's date limit."""
    _date_limit(context)
    lines = paper.paper_lines(context)
    if lines:
        _pointed_out(lines)
        st.dataframe(pd.DataFrame([_line_cells(line) for line in lines]), hide_index=True, width="stretch")
    else:
        st.info("Chưa có dòng đếm nào. Ghi như kế hoạch: «29 quyển = 4.252 hồ sơ», «29 quyển», dấu gạch khi không có.")
    if not context.may(Role.SUPERVISOR):
        return
    _new_line(context, tree)
    shown = {line.id: _named(line) for line in lines}
    chosen = chosen_to_drop(
        shown, title="Bỏ dòng đếm", label="Dòng đếm", placeholder="Chọn dòng", button="Bỏ dòng đã chọn"
    )
    if chosen is not None:
        paper.remove_paper_line(context, chosen)
        tell("Đã bỏ dòng đếm.")


def _pointed_out(lines: Sequence[paper.PaperLine]) -> None:
    """Lines whose numbers are likely wrong, in sight above the list."""
    wrong = [line for line in lines if line.warning]
    if not wrong:
        return
    told = [f"- {plain(f'{_named(line)}: {line.warning}')}" for line in wrong[:_POINTED_OUT]]
    if len(wrong) > _POINTED_OUT:
        told.append(f"- và {number(len(wrong) - _POINTED_OUT)} dòng nữa, có dấu ⚠ trong bảng.")
    st.warning("\n".join([f"**{number(len(wrong))} dòng cần xem lại:**", *told]))


def _named(line: paper.PaperLine) -> str:
    return " · ".join(filter(None, (line.unit, _kind_of(line), line.words, line.years)))


def _line_cells(line: paper.PaperLine) -> dict[str, str]:
    return {
        "Đơn vị": line.unit,
        "Loại sổ": _kind_of(line),
        "Năm": line.years,
        "Ghi như kế hoạch": line.words,
        "Số quyển": "không có" if line.nothing else number(line.books),
        "Số hồ sơ": "không có" if line.nothing else number(line.cases),
        "Đã có danh mục": number(line.listed_books),
        "Đã đếm": number(line.listed_cases),
        "Lệch": _difference(line),
        "Xem lại": "⚠" if line.warning else "",
        "Giai đoạn trước": "đã nhập nơi khác" if line.elsewhere else "",
    }


def _kind_of(line: paper.PaperLine) -> str:
    return line.register_type.label if line.register_type else "Tất cả các loại"


def _difference(line: paper.PaperLine) -> str:
    parts = []
    if line.books is not None and line.books != line.listed_books:
        parts.append(f"{line.listed_books - line.books:+d} quyển")
    if line.cases is not None and line.listed_cases is not None and line.cases != line.listed_cases:
        parts.append(f"{line.listed_cases - line.cases:+d} hồ sơ")
    return ", ".join(parts)


def _new_line(context: Context, tree: OfficeTree) -> None:
    names: dict[int | None, str] = {o.id: tree.path(o.id) for o in tree.in_order() if not o.abolished_on}
    kinds: dict[str, str] = {"": "Tất cả các loại", **{k.value: k.label for k in RegisterType}}
    with st.form("paper_line", clear_on_submit=True):
        whose, which = st.columns(2) if names else (st, st)
        unit = whose.selectbox("Đơn vị", list(names), format_func=names.__getitem__) if names else None
        kind = which.selectbox("Loại sổ", list(kinds), index=1, format_func=kinds.__getitem__)
        left, right = st.columns(2)
        words = left.text_input("Số đếm", placeholder="29 quyển = 4.252 hồ sơ")
        note = right.text_input("Ghi chú")
        first = left.number_input("Từ năm", 1900, 2100, value=None)
        last = right.number_input("Đến năm", 1900, 2100, value=None)
        elsewhere = st.checkbox("Đã nhập ở nơi khác trong giai đoạn trước")
        sent = st.form_submit_button("Thêm dòng", type="primary")
    if sent:
        warning = paper.add_paper_line(
            context,
            words=words,
            register_type=RegisterType(kind) if kind else None,
            office_id=unit,
            year_from=first,
            year_to=last,
            elsewhere=elsewhere,
            note=note,
        )
        tell("Đã thêm dòng đếm.", [f"{words}: {warning}"] if warning else [])


def _date_limit(context: Context) -> None:
    limits: dict[str, str] = {"": "không đặt mốc", **{v: k for k, v in form_data()["date_limits"].items()}}
    kept = str(get_office_setting(context, paper.DATE_LIMIT, ""))
    if context.may(Role.ADMINISTRATOR) and context.office_ids() is None:
        days = list(limits)
        at = days.index(kept) if kept in days else 0
        chosen = st.selectbox("Chỉ số hóa sổ mở đến hết ngày", days, index=at, format_func=limits.__getitem__)
        if chosen != kept and st.button("Lưu mốc thời gian"):
            save_office_settings(context, {paper.DATE_LIMIT: chosen})
            st.rerun()
    late = paper.books_after_limit(context)
    if late:
        named = "; ".join(late[:3])
        st.warning(f"{number(len(late))} quyển mở sau mốc {limits.get(kept, kept)}: {plain(named)}.")


def annexes_part(context: Context) -> None:
    """Annexes as printed, what is wrong in them, and where they differ from what is counted."""
    if context.may(Role.SUPERVISOR):
        file = st.file_uploader("Phụ lục của kế hoạch (Excel hoặc CSV, giữ nguyên như bản in)", type=["xlsx", "csv"])
        charset = chosen_charset(file) if file is not None else None
        if file is not None and st.button("Nhập phụ lục", type="primary"):
            with offering_charset(file):
                numbers = read_upload(file, lambda path: paper.import_annex(context, path, charset))
            st.success(f"Đã lưu phụ lục {plain(', '.join(numbers))}.")
    views = paper.annexes(context)
    if not views:
        st.info("Chưa có phụ lục nào. Tệp được đọc nguyên như in: tiêu đề gộp ô, dấu chấm hàng nghìn, dấu gạch.")
    for view in views:
        _annex(context, view)


def _annex(context: Context, view: paper.AnnexView) -> None:
    st.subheader(f"Phụ lục {plain(view.number) or '(không ghi số)'} - {plain(view.file_name)}")
    if view.findings:
        st.warning(f"{len(view.findings)} điểm không khớp trong bản in.")
        st.dataframe(pd.DataFrame([{"Điểm không khớp": f.message} for f in view.findings]), hide_index=True)
    else:
        st.success("Các tổng và số ngày trong bản in đều khớp với các dòng.")
    sums = [*(one.row for one in view.annex.subtotals), *([view.annex.total] if view.annex.total else [])]
    if view.annex.total is None:
        st.info("Bản in không có dòng tổng chung, nên không có tổng nào để so với các đơn vị cộng lại.")
    rows = sorted((*view.annex.rows, *sums), key=lambda row: row.line)
    heads = ["Đơn vị", *(f"{_kind(kind)}: {measure.label}" for kind, measure in view.annex.columns)]
    cells = [[row.unit, *(row.cells[k].text if k in row.cells else "" for k in view.annex.columns)] for row in rows]
    with st.expander("Xem như in"):
        st.dataframe(pd.DataFrame(cells, columns=heads), hide_index=True)
    for words in view.uncompared:
        st.warning(plain(words))
    if view.compared:
        st.caption(f"Khác với số đang có trong phần mềm: {len(view.compared)} ô")
        table = [
            {
                "Đơn vị": c.unit,
                "Loại sổ": _kind(c.register_type),
                "Cột": c.measure.label,
                "Bản in": c.printed,
                "Phần mềm đếm": c.counted,
            }
            for c in view.compared[:_SHOWN]
        ]
        st.dataframe(pd.DataFrame(table), hide_index=True)
    if not context.may(Role.SUPERVISOR):
        return
    take_over_part(context, view.id)
    if st.button("Bỏ phụ lục này", key=f"annex_{view.id}"):
        paper.remove_annex(context, view.id)
        st.rerun()


def _kind(kind: CellType) -> str:
    return kind.label if isinstance(kind, RegisterType) else "Tất cả"
