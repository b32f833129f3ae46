"""Counts of a printed annex taken over into the inventory on paper: what would change, and what is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from corrections.entries import Role
from workbench.screens.long_texts import row_height, wrapping
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.services.annex_take_over import (
    OfferedCount,
    TakeOver,
    add_communes_together,
    offered_counts,
    take_over_counts,
)
from workbench.services.context import Context
from workbench.wording import number

__all__ = ["take_over_part"]

_TAKE, _KIND = "Lấy", "Loại sổ"
_NEW, _ALL, _NONE = "Chỉ dòng chưa có số", "Tất cả", "Không dòng nào"
_WIDTHS = {
    _TAKE: st.column_config.Column(width=68),
    "Đơn vị": st.column_config.Column(width=118),
    _KIND: st.column_config.Column(width=84),
    "Bản in": st.column_config.Column(width=164),
    "Đang ghi": st.column_config.Column(width=130),
    "Danh mục": st.column_config.Column(width=82),
    "Biểu hiện nay": st.column_config.Column(width=130),
    "Biểu sẽ là": st.column_config.Column(width=168),
    "Xem lại": st.column_config.Column(width=84),
}
"""Pixels: all columns fit beside the menu of a laptop's screen."""
_LONG = wrapping(_WIDTHS, "Đơn vị", "Đang ghi", "Biểu hiện nay", "Biểu sẽ là")
_BEGIN: Mapping[str, str] = {
    _NEW: "Chỉ chọn sẵn dòng mới, không thay số nào đang có và không có điểm phải xem lại.",
    _ALL: "Chọn sẵn cả những dòng thay số đang ghi. Hãy đọc hai cột «Biểu hiện nay», «Biểu sẽ là».",
    _NONE: "Đánh dấu từng dòng cần lấy.",
}


def take_over_part(context: Context, annex_id: int) -> None:
    """The preview and its button; nothing is looked up until somebody asks for it."""
    if not st.toggle("Lấy số của bản in vào «Đếm trên giấy»", key=f"take_over_{annex_id}"):
        return
    found = offered_counts(context, annex_id)
    _communes_together(context, annex_id, found)
    open_to_take = [one for one in found.offered if not one.hindrance]
    if found.same:
        st.caption(f"{number(found.same)} số của bản in đã ghi đúng như vậy.")
    if open_to_take:
        _offer(context, annex_id, open_to_take)
    elif not found.offered:
        st.info("Không còn số nào của bản in phải lấy.")
    _not_to_take([one for one in found.offered if one.hindrance])


def _communes_together(context: Context, annex_id: int, found: TakeOver) -> None:
    """Districts that count their communes in one line and have none here: one unit each, if an administrator wants."""
    if not found.unlisted:
        return
    st.info(
        f"{number(len(found.unlisted))} huyện có một dòng cho mọi xã, mà ở đây chưa liệt kê xã nào: "
        f"{plain(', '.join(found.unlisted))}. Thêm cho mỗi huyện một đơn vị «Các xã thuộc …» thì lấy được số, tách "
        "khỏi số của chính huyện. Khi có danh sách từng xã, hãy bỏ số của đơn vị gộp."
    )
    if not context.may(Role.ADMINISTRATOR):
        st.caption("Quản trị mới thêm đơn vị được.")
    elif st.button(f"Thêm {number(len(found.unlisted))} đơn vị gộp cấp xã", key=f"take_over_together_{annex_id}"):
        tell(f"Đã thêm {number(add_communes_together(context, annex_id))} đơn vị gộp cấp xã.")


def _offer(context: Context, annex_id: int, offered: Sequence[OfferedCount]) -> None:
    begin = st.segmented_control("Chọn sẵn", list(_BEGIN), default=_NEW, key=f"take_over_begin_{annex_id}") or _NEW
    st.caption(f"{_BEGIN[begin]} Sổ trong danh mục giữ nguyên; dòng thay số cũ được ghi vào nhật ký.")
    cells = [_cells(one, begin) for one in offered]
    edited = st.data_editor(
        pd.DataFrame(cells),
        hide_index=True,
        width="stretch",
        column_config=_WIDTHS,
        row_height=row_height(cells, _LONG),
        disabled=[name for name in cells[0] if name != _TAKE],
        key=f"take_over_rows_{annex_id}_{begin}_{len(offered)}",
    )
    chosen = [one for one, taken in zip(offered, edited[_TAKE], strict=True) if taken]
    replacing = sum(1 for one in chosen if one.replaced)
    told = f", thay số đang ghi của {number(replacing)} dòng" if replacing else ""
    if st.button(
        f"Lấy {number(len(chosen))} dòng{told}", type="primary", disabled=not chosen, key=f"take_over_go_{annex_id}"
    ):
        taken = take_over_counts(context, annex_id, chosen)
        tell(f"Đã lấy {number(taken)} dòng của bản in vào «Đếm trên giấy».")


def _cells(one: OfferedCount, begin: str) -> dict[str, object]:
    return {
        _TAKE: begin == _ALL or (begin == _NEW and one.plain),
        "Đơn vị": one.unit,
        _KIND: _kind(one),
        "Bản in": one.words,
        "Đang ghi": "; ".join(line.words for line in one.replaced),
        "Danh mục": f"{number(one.volumes)} quyển" if one.volumes else "",
        "Biểu hiện nay": one.form_now,
        "Biểu sẽ là": one.form_then,
        "Xem lại": f"⚠ {' '.join(one.doubts)}" if one.doubts else "",
    }


def _kind(one: OfferedCount) -> str:
    return one.register_type.label if one.register_type else "Tất cả các loại"


def _not_to_take(offered: Sequence[OfferedCount]) -> None:
    """What cannot be taken over, a line for each reason and unit."""
    if not offered:
        return
    st.warning(f"{number(len(offered))} số của bản in không lấy được.")
    reasons: dict[tuple[str, str], list[str]] = {}
    for one in offered:
        reasons.setdefault((one.unit, one.hindrance), []).append(_kind(one))
    lines = [{"Đơn vị": unit, _KIND: ", ".join(kinds), "Vì sao": why} for (unit, why), kinds in reasons.items()]
    st.dataframe(pd.DataFrame(lines), hide_index=True, width="stretch")
