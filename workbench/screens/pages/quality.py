"""How good the work is: error rates from blind samples, thresholds and what they rest on, effort and pace."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import altair as alt
import pandas as pd
import streamlit as st

from corrections.double_entry import Piece
from corrections.thresholds import CutChoice, smallest_sample
from storage.states import SampleKind
from vietnamese.shown_time import LOCAL
from workbench.routes.pictures import field_picture
from workbench.screens.charts import show_chart
from workbench.screens.choosing import choose_book
from workbench.screens.frame import run_page
from workbench.screens.plain import plain
from workbench.services.context import Context
from workbench.services.effort import GROUPS, EffortTotal, effort_summary
from workbench.services.naming import COLUMN_LABELS, names_of
from workbench.services.quality import ThresholdReport, error_rates, recompute_thresholds, threshold_report
from workbench.services.reporting import book_forecast
from workbench.services.sampling import disagreements, draw_samples, resolve_disagreement
from workbench.wording import FIELD_KINDS, REGISTER_TYPES, SCRIPTS, number, percent

_KINDS = {
    SampleKind.BLIND.value: "Nhập lại mù các ô máy không báo",
    SampleKind.DOUBLE.value: "Nhập hai lần độc lập",
    SampleKind.SEEDED.value: "Cài lỗi biết trước (không bao giờ xuất)",
}
_BY = dict(zip(GROUPS, ("Người nhập", "Sổ", "Cột", "Tổ", "Ca", "Ngày"), strict=True))
_AT_ONCE = 20
"""Disagreements shown together."""


def show(context: Context) -> None:
    """The screen."""
    st.header("Chất lượng nhập")
    errors, thresholds, effort = st.tabs(["Tỷ lệ sai, mẫu kiểm tra", "Ngưỡng tin cậy", "Công sức, tiến độ"])
    with errors:
        _draw(context)
        _rates(context)
        _disagreements(context)
    with thresholds:
        _thresholds(context)
    with effort:
        _effort(context)


def _draw(context: Context) -> None:
    with st.expander("Lấy mẫu kiểm tra từ một sổ"):
        progress = choose_book(context, "Sổ lấy mẫu")
        kind = st.selectbox("Kiểu kiểm tra", list(_KINDS), format_func=_KINDS.__getitem__)
        share = st.number_input("Tỷ lệ (%)", min_value=0.1, max_value=100.0, value=2.0, step=0.5)
        if progress and st.button("Lấy mẫu"):
            drawn = draw_samples(context, progress.book.id, kind=SampleKind(kind), share=share / 100)
            st.success(f"Đã lấy {drawn} ô. Người khác nhập lại ở màn hình «Nhập lại mù».")


def _rates(context: Context) -> None:
    by = st.segmented_control("Tính theo", ["clerk", "column"], default="clerk", format_func=_rate_name) or "clerk"
    rates = error_rates(context, by=by)
    if not rates:
        st.info("Chưa có mẫu nào được nhập lại nên chưa tính được tỷ lệ sai.")
        return
    people = names_of(context).people
    rows = [
        {
            _rate_name(by): COLUMN_LABELS.get(r.group, people.get(r.group, r.group)),
            "Sai": r.wrong,
            "Đã kiểm": r.total,
            "Tỷ lệ": percent(r.share, 2),
            "Chắc dưới": percent(r.bound, 2),
        }
        for r in rates
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    st.caption("«Chắc dưới»: với 95 % tin cậy, tỷ lệ sai thật thấp hơn mức này; ít mẫu thì mức này cao.")


def _rate_name(by: str) -> str:
    return {"clerk": "Người nhập", "column": "Cột"}[by]


def _disagreements(context: Context) -> None:
    open_ones = disagreements(context)
    if not open_ones:
        return
    st.subheader(f"{len(open_ones)} ô hai người đọc khác nhau")
    if len(open_ones) > _AT_ONCE:
        st.caption(f"Hiện {_AT_ONCE} ô đầu; chốt xong ô nào, ô tiếp theo hiện ra.")
    for item in open_ones[:_AT_ONCE]:
        with st.container(border=True):
            st.image(field_picture(context, item.entry_id, item.readers.column), width=520, alt="Ảnh ô trên trang sổ")
            first, second = _marked(item.readers.clerk_a), _marked(item.readers.clerk_b)
            st.markdown(f"Người thứ nhất: {first} · Người thứ hai: {second} · Máy: {_marked(item.readers.machine)}")
            right = st.text_input("Đúng là", _plain(item.readers.clerk_a), key=f"right_{item.sample_id}")
            if st.button("Chốt", key=f"resolve_{item.sample_id}"):
                resolve_disagreement(context, item.sample_id, right)
                st.rerun()


def _plain(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def _marked(pieces: tuple[Piece, ...]) -> str:
    shown = (plain(p.text) for p in pieces)
    parts = (f":orange-background[{t}]" if p.differs and t else t for p, t in zip(pieces, shown, strict=True))
    return "".join(parts) or "(trống)"


def _thresholds(context: Context) -> None:
    report = threshold_report(context)
    st.caption(
        f"Ngưỡng được chọn sao cho trong các ô máy không báo, nhiều nhất {percent(report.allowed, 2)} sai"
        " (cận 95 %). Chưa đủ dữ liệu thì máy báo xem lại nhiều hơn."
    )
    st.metric("Ô đã có người phán xét", number(report.judged))
    if st.button("Tính lại ngưỡng và áp dụng"):
        report = recompute_thresholds(context)
        st.success("Đã áp dụng ngưỡng mới cho các trang đọc từ bây giờ.")
    table = _cuts(report)
    if table.empty:
        st.info("Chưa có dữ liệu. Sau khi đối chiếu và lấy mẫu kiểm tra, biểu đồ sẽ hiện ở đây.")
        return
    needed = smallest_sample(report.allowed)
    st.caption(
        f"Mỗi thanh là số ô đã có người phán xét của một nhóm; qua vạch {needed} ô mới đủ để chứng minh lời hứa trên."
    )
    show_chart(_chart(table, needed))
    st.dataframe(table, hide_index=True, width="stretch")


_JUDGED = "Số ô đã có người phán xét"
"""The same on every layer of the chart: other titles would be added to it."""


def _chart(table: pd.DataFrame, needed: int) -> alt.LayerChart:
    """How many values of each group people have judged, what was proven of them, and how many were wrong."""
    order = list(table.sort_values("Số ô", ascending=False)["Nhóm"])
    groups = alt.Y("Nhóm:N", sort=order, axis=alt.Axis(labelLimit=320), title=None)
    states = alt.Scale(domain=list(_STATES), range=list(_STATES.values()))
    judged = alt.X("Số ô:Q", title=_JUDGED)
    bars = (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=judged,
            y=groups,
            color=alt.Color("Kết luận:N", scale=states, legend=alt.Legend(orient="top", title=None)),
            tooltip=list(table.columns),
        )
    )
    words = alt.Chart(table).mark_text(align="left", dx=4).encode(x=judged, y=groups, text="Cho qua:N")
    line = alt.Chart(pd.DataFrame({"x": [needed]})).mark_rule(strokeDash=[4, 3]).encode(x=alt.X("x:Q", title=_JUDGED))
    return bars + words + line


def _cuts(report: ThresholdReport) -> pd.DataFrame:
    rows = [
        {
            "Nhóm": " · ".join((REGISTER_TYPES.get(kind, "Mọi loại sổ"), FIELD_KINDS[field], SCRIPTS[script])),
            "Số ô": choice.total,
            "Kết luận": _state(choice, report.allowed),
            "Cho qua": f"{choice.wrong} sai / {choice.passed} ô, cận {percent(choice.bound, 2)}"
            if choice.passed
            else "",
            "Ngưỡng": round(report.in_force.cut(kind, field, script), 4),
        }
        for (kind, field, script), choice in sorted(report.choices.items())
    ]
    return pd.DataFrame(rows)


_PROVEN, _TOO_FEW, _ALL_LOOKED_AT = "Đã chứng minh", "Chưa đủ số liệu", "Xem lại hết"
_STATES = {_PROVEN: "#1b6e3c", _TOO_FEW: "#6b7785", _ALL_LOOKED_AT: "#8a4b00"}


def _state(choice: CutChoice, allowed: float) -> str:
    if choice.passed:
        return _PROVEN
    return _TOO_FEW if choice.total < smallest_sample(allowed) else _ALL_LOOKED_AT


def _effort(context: Context) -> None:
    left, right = st.columns(2)
    by = left.selectbox("Chia theo", list(_BY), format_func=_BY.__getitem__)
    days = int(right.number_input("Trong bao nhiêu ngày qua", min_value=1, value=30, step=1))
    first = datetime.now(LOCAL).date() - timedelta(days=days - 1)  # whole days of the office's clock, today among them
    totals = effort_summary(context, by=by, since=datetime.combine(first, time(), LOCAL))
    if not totals:
        st.info("Chưa có công việc nào trong khoảng này.")
    else:
        st.dataframe(pd.DataFrame([_effort_row(_BY[by], t) for t in totals]), hide_index=True, width="stretch")
        st.caption("Thời gian làm việc đã bỏ lúc nghỉ quá 30 giây. «Đỡ gõ»: so với gõ từ đầu mọi giá trị.")
    progress = choose_book(context, "Dự báo cho sổ")
    if progress is not None:
        st.write(plain(book_forecast(context, progress.book.id).message))


def _effort_row(group: str, total: EffortTotal) -> dict[str, object]:
    entries = max(1, total.entries)
    return {
        group: total.group or "chưa ghi",
        "Trường hợp": total.entries,
        "Giây mỗi trường hợp": number(total.active_ms / 1000 / entries, 1),
        "Phím mỗi trường hợp": number(total.key_presses / entries, 1),
        "Ô phải sửa": total.corrections,
        "Đỡ gõ": percent(1 - total.key_presses / total.blank_presses) if total.blank_presses else "chưa rõ",
    }


if __name__ == "__main__":
    run_page(show)
