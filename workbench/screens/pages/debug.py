"""One page taken apart: what the machine saw, found, placed, cleaned and cut."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from layouts.form_names import form_name
from layouts.register_types import RegisterType
from ocr.readings import PageFailure, PageReading, PageTask
from workbench.screens.choosing import choose_book
from workbench.screens.frame import run_page
from workbench.screens.pictures import shown_picture
from workbench.screens.plain import plain
from workbench.services.books import PageRow, book_pages
from workbench.services.context import Context
from workbench.services.page_source import page_source
from workbench.services.reading import page_task, reread_page
from workbench.services.templates import known_forms
from workbench.wording import number, percent

_STEPS = {
    "straightened": "1. Trang đã nắn thẳng",
    "labels": "2. Nhãn in tìm thấy",
    "fields": "3. Các ô đã đặt",
    "reverse": "Mực mặt sau thấm sang, đã bỏ",
    "cleaned": "4. Nét mực sau khi làm sạch",
    "crops": "5. Ảnh từng ô đưa vào nhận dạng",
}


def show(context: Context) -> None:
    """The screen."""
    st.header("Gỡ rối trang")
    st.caption("Khi máy nhận sai mẫu hoặc đặt sai ô: xem từng bước để biết hỏng ở đâu.")
    source = st.segmented_control("Lấy trang từ", ["Sổ đã nhập", "Tệp khác"], default="Sổ đã nhập")
    if source == "Tệp khác":
        _other_file()
        return
    progress = choose_book(context)
    if progress is None:
        return
    pages = tuple(page for page in book_pages(context, progress.book.id) if page.has_picture)
    if not pages:
        st.info("Sổ này chưa có bản quét.")
        return
    by_id = {p.id: p for p in pages}
    page_id = st.selectbox(
        "Trang",
        list(by_id),
        format_func=lambda i: f"{by_id[i].position + 1} · {by_id[i].file_name} · {form_name(by_id[i].layout)}",
    )
    found = page_source(context, page_id)
    _facts(found.reading)
    if st.button("Xem các bước", type="primary"):
        _steps(page_task(context, by_id[page_id]))
    with st.expander("Máy nhận sai mẫu sổ? Chọn mẫu cho trang này"):
        _read_as(context, by_id[page_id], progress.book.register_type)


def _read_as(context: Context, page: PageRow, kind: RegisterType) -> None:
    """A person's word on which form the page is; what was confirmed stays."""
    forms = sorted(known_forms(context, kind))
    before = page.forced_form or page.layout
    form = st.selectbox("Mẫu sổ", forms, forms.index(before) if before in forms else 0, format_func=form_name)
    if st.button("Đọc lại theo mẫu này"):
        with st.spinner("Máy đang đọc lại trang"):
            outcome = reread_page(context, page.id, form=form)
        if isinstance(outcome, PageFailure):
            st.error(plain(outcome.message))
        else:
            st.success(
                f"Đã đọc lại trang theo mẫu «{plain(form_name(form))}». Các giá trị đã được xác nhận vẫn giữ nguyên."
            )


def _facts(reading: PageReading | None) -> None:
    if reading is None:
        st.info("Trang chưa có kết quả đọc.")
        return
    cells = st.columns(5)
    cells[0].metric("Mẫu", form_name(reading.layout or "không rõ"))
    cells[1].metric("Chắc chắn về mẫu", percent(reading.form_score, 0))
    cells[2].metric("Nghiêng", f"{number(reading.skew_degrees, 2)}°")
    cells[3].metric("Thời gian", f"{number(reading.seconds, 1)} giây")
    cells[4].metric("Trường hợp", len(reading.entries))
    for warning in reading.warnings:
        st.warning(plain(warning))
    if reading.form_alternatives:
        st.caption(
            "Mẫu gần giống: "
            + ", ".join(f"{form_name(name)} ({percent(score, 0)})" for name, score in reading.form_alternatives)
        )


def _other_file() -> None:
    file = st.file_uploader("Tệp quét")
    page = st.number_input("Trang thứ", min_value=1, value=1, step=1)
    if file is not None and st.button("Xem các bước", type="primary"):
        with tempfile.TemporaryDirectory(prefix="so-ho-tich-") as folder:
            path = Path(folder) / f"trang{Path(file.name).suffix.lower()}"
            path.write_bytes(file.getvalue())
            _steps(PageTask(source=str(path), page=int(page) - 1))


def _steps(task: PageTask) -> None:
    from ocr.explain import explain_page  # the recognisers take a second to import; screens must not wait for them

    with st.spinner("Máy đang đọc trang"):
        pictures = explain_page(task)
    if not pictures:
        st.warning("Không có gì để xem: trang trống hoặc không mở được.")
        return
    titles = [_STEPS.get(name, name) for name, _ in pictures]
    for tab, (_, picture) in zip(st.tabs(titles), pictures, strict=True):
        tab.image(shown_picture(picture), width="stretch", alt="Ảnh của một bước")


if __name__ == "__main__":
    run_page(show)
