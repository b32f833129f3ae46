"""How well each register type is read: results of measurements, with charts and the worst failures."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from benchmark.report import write_report
from layouts.form_names import form_name
from vietnamese.shown_time import day_text
from workbench.config import ROOT
from workbench.measuring.recognition import measure_folders, truth_folders
from workbench.screens.charts import show_chart
from workbench.screens.frame import run_page
from workbench.services.context import Context
from workbench.services.naming import COLUMN_LABELS
from workbench.wording import FIELD_KINDS, REGISTER_TYPES, number, percent

_GROUPS = {
    "script": "Kiểu chữ",
    "register_type": "Loại sổ và kiểu chữ",
    "kind": "Loại trường",
    "form": "Mẫu sổ",
    "column": "Cột",
}
_MEASURES = {
    "exact": "Đúng hẳn giá trị chuẩn",
    "cer": "Tỷ lệ chữ sai (CER)",
    "flagged": "Ô máy báo cần xem",
    "caught": "Lỗi nằm trong ô đã báo",
    "silent": "Sai mà không báo",
}
_FILE = "benchmark.json"
_WORDS = {
    **COLUMN_LABELS,
    **FIELD_KINDS,
    **REGISTER_TYPES,
    **{"typed": "đánh máy", "hand": "viết tay", "photo": "ảnh chụp", "all": "tất cả"},
}
"""What groups of a measurement are called."""
_STEPS = {
    "open": "mở tệp",
    "kind": "xem trang loại gì",
    "straighten": "làm thẳng",
    "clean": "làm sạch",
    "words": "tìm chữ in",
    "form": "nhận mẫu",
    "place": "đặt ô",
    "fold": "ghép trang mở đôi",
    "cut": "cắt dòng",
    "read": "đọc chữ",
    "second look": "đọc lại dòng chưa chắc",
    "marks": "dấu, chữ ký",
}


def show(context: Context) -> None:
    """The screen."""
    st.header("Đánh giá độ chính xác")
    found = _measurements(context)
    results, measure = st.tabs(["Kết quả", "Đo lại"])
    with measure:
        _measure(context)
    with results:
        if not found:
            st.info("Chưa có lần đo nào. Mở «Đo lại» để đo trên các trang có sẵn đáp án.")
            return
        name = st.selectbox("Lần đo", list(found))
        _result(json.loads(found[name].read_text(encoding="utf-8")))
        page = found[name].with_name("benchmark.html")
        if page.exists():
            st.download_button("Tải báo cáo đầy đủ (HTML, kèm ảnh lỗi)", page.read_bytes, "danh-gia.html", "text/html")


def _measurements(context: Context) -> dict[str, Path]:
    places = (context.settings.data_dir / "benchmark", ROOT / "docs" / "benchmark")
    files = [file for place in places for file in place.rglob(_FILE)]
    return {_name(file): file for file in sorted(files, key=lambda f: f.stat().st_mtime, reverse=True)}


def _name(file: Path) -> str:
    at = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
    shipped = file.is_relative_to(ROOT / "docs")
    return f"{day_text(at)} {at:%H:%M} · {'kèm theo phần mềm' if shipped else file.parent.name}"


def _called(group: str) -> str:
    """A group's name in words (`birth / hand`: khai sinh / viết tay)."""
    parts = ([_WORDS.get(word, form_name(word)) for word in part.split(", ")] for part in group.split(" / "))
    return " / ".join(", ".join(words) for words in parts)


def _result(result: dict[str, Any]) -> None:
    _figures(result)
    left, right = st.columns(2)
    groups = [g for g in _GROUPS if result["rows"].get(g)]
    group = left.selectbox("Chia theo", groups, format_func=_GROUPS.__getitem__)
    measure = right.selectbox("Xem", list(_MEASURES), format_func=_MEASURES.__getitem__)
    if group:
        _bars(result["rows"][group], measure)
        with st.expander("Bảng số"):
            st.dataframe(pd.DataFrame(_table(result["rows"][group])), hide_index=True, width="stretch")
    calibration, steps = st.columns(2)
    with calibration:
        _calibration(result)
    with steps:
        _steps(result)
    _failures(result)


def _figures(result: dict[str, Any]) -> None:
    overall = (result["rows"].get("overall") or [None])[0]
    cells = st.columns(5)
    cells[0].metric("Trang", f"{number(result['pages_read'])}/{number(result['pages'])}")
    cells[1].metric("Nhận đúng mẫu", percent(result["forms_right"] / max(1, result["pages"])))
    if overall:
        cells[2].metric("Đúng hẳn", percent(overall["exact"]["value"]))
        cells[3].metric("Sai mà không báo", percent(overall["silent"]["value"], 2))
    cells[4].metric("Giây một trang", number(result["seconds_a_page"], 2))


def _bars(rows: list[dict[str, Any]], measure: str) -> None:
    table = pd.DataFrame(
        {
            "Nhóm": _called(row["group"]),
            "Tỷ lệ": row[measure]["value"],
            "Thấp": row[measure]["low"],
            "Cao": row[measure]["high"],
            "Số": row[measure]["count"],
        }
        for row in rows
    )
    base = alt.Chart(table).encode(y=alt.Y("Nhóm:N", sort=None, title=None, axis=alt.Axis(labelLimit=320)))
    bars = base.mark_bar(color="#0b5cad").encode(
        x=alt.X("Tỷ lệ:Q", title="Tỷ lệ", axis=alt.Axis(format="%")),
        tooltip=["Nhóm", alt.Tooltip("Tỷ lệ", format=".2%"), "Số"],
    )
    spans = base.mark_rule(color="#16202c").encode(x=alt.X("Thấp:Q", title="Tỷ lệ"), x2=alt.X2("Cao:Q", title="Tỷ lệ"))
    show_chart(bars + spans)
    st.caption("Vạch đen: khoảng tin cậy 95 %. Tổng tính trên số chữ, số ô; không phải trung bình của các trung bình.")


def _table(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "Nhóm": _called(row["group"]),
            "Ô": number(row["fields"]),
            "Trang": number(row["pages"]),
            **{label: percent(row[key]["value"], 2) for key, label in _MEASURES.items()},
            "Đỡ gõ": percent(row["keys_saved"]),
        }
        for row in rows
    ]


def _calibration(result: dict[str, Any]) -> None:
    st.subheader("Độ tin cậy so với thực tế")
    table = pd.DataFrame([{**row, "script": _called(row["script"])} for row in result["calibration"]])
    if table.empty:
        st.caption("Chưa đủ dữ liệu.")
        return
    points = (
        alt.Chart(table)
        .mark_circle(opacity=0.8)
        .encode(
            x=alt.X("confidence:Q", title="Máy nói chắc", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("right:Q", title="Thực sự đúng", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
            size=alt.Size("fields:Q", title="Số ô"),
            color=alt.Color("script:N", title="Kiểu chữ"),
        )
    )
    line = (
        alt.Chart(pd.DataFrame({"x": [0, 1], "y": [0, 1]}))
        .mark_line(strokeDash=[4, 4])
        .encode(x=alt.X("x", title="Máy nói chắc"), y=alt.Y("y", title="Thực sự đúng"))
    )
    show_chart(points + line)


def _steps(result: dict[str, Any]) -> None:
    st.subheader("Thời gian từng bước")
    steps = [(_STEPS.get(name, name), share) for name, share in result["steps"]]
    table = pd.DataFrame(steps, columns=["Bước", "Tỷ lệ"])
    if table.empty:
        st.caption("Chưa đủ dữ liệu.")
        return
    bars = (
        alt.Chart(table).mark_bar().encode(x=alt.X("Tỷ lệ:Q", axis=alt.Axis(format="%")), y=alt.Y("Bước:N", sort="-x"))
    )
    show_chart(bars)


def _failures(result: dict[str, Any]) -> None:
    if result["failures"]:
        st.subheader("Ô sai nặng nhất")
        rows = [
            {
                "Tệp": Path(f["path"]).name,
                "Cột": COLUMN_LABELS.get(f["column"], f["column"]),
                "Đúng là": f["standard"],
                "Máy đọc": f["normalized"],
                "Tin cậy": percent(f["confidence"], 0),
                "Có báo": "✓" if f["flagged"] else "✖",
            }
            for f in result["failures"]
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    if result["lost_pages"]:
        st.subheader("Trang không đọc được hoặc nhầm mẫu")
        st.dataframe(pd.DataFrame(result["lost_pages"], columns=["Tệp", "Vì sao"]), hide_index=True, width="stretch")


def _measure(context: Context) -> None:
    st.caption("Cần thư mục có bản quét và tệp đáp án truth.jsonl. Việc đo chạy ngay tại đây; giữ màn hình này mở.")
    place = st.text_input("Thư mục", str(ROOT / "sample_books"))
    if not st.button("Bắt đầu đo"):
        return
    folders = truth_folders([Path(place)])
    if not folders:
        st.error("Không thấy tệp truth.jsonl nào trong thư mục đó. Hãy kiểm tra đường dẫn.")
        return
    total = sum(len((f / "truth.jsonl").read_text(encoding="utf-8").splitlines()) for f in folders)
    bar, done = st.progress(0.0, "Đang đo"), iter(range(1, total + 1))

    def advance() -> None:
        at = next(done, total)
        bar.progress(at / max(1, total), f"Đã đo {at}/{total} trang")

    result = measure_folders(folders, context.settings, context.settings.worker_count, advance)
    name = f"{datetime.now().astimezone():%Y%m%d-%H%M}"
    write_report(result, context.settings.data_dir / "benchmark" / name)
    st.success("Đã đo xong. Mở thẻ «Kết quả» để xem.")


if __name__ == "__main__":
    run_page(show)
