"""Bringing scans in: a book (existing or new), files by upload or a path on this machine, results file by file."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corrections.entries import Role
from layouts.register_types import RegisterType
from workbench.screens.choosing import choose_book, keep_book
from workbench.screens.frame import run_page
from workbench.screens.plain import plain
from workbench.screens.uploads import chosen_charset, offering_charset, read_upload
from workbench.services.books import create_book
from workbench.services.context import Context
from workbench.services.importing import ImportResult, Progress, import_server_folder, import_uploads
from workbench.services.naming import names_of
from workbench.services.workbooks import WorkbookComparison, compare_workbook, import_workbook

_STATUSES = {"added": "✓ Đã nhập", "known": "= Đã có từ trước", "failed": "✖ Không nhập được", "left_out": "– Bỏ qua"}


def show(context: Context) -> None:
    """The screen."""
    st.header("Nhập bản quét")
    book_id = _book(context)
    if book_id is None:
        return
    by_upload, by_path, workbook = st.tabs(["Chọn tệp từ máy này", "Thư mục trên máy chủ", "Excel chuẩn đã nhập sẵn"])
    with by_upload:
        _upload(context, book_id)
    with by_path:
        if context.may(Role.ADMINISTRATOR):
            _path(context, book_id)
        else:
            st.info("Chỉ quản trị nhập được từ thư mục trên máy chủ. Hãy chọn tệp từ máy này, hoặc nhờ quản trị.")
    with workbook:
        _workbook(context, book_id)
    result: ImportResult | None = st.session_state.get("import_result")
    if result is not None:
        _results(result)


def _book(context: Context) -> int | None:
    may_add = context.may(Role.SUPERVISOR)
    if may_add and st.toggle("Thêm sổ mới", value=st.session_state.pop("new_book_open", False)):
        _new_book(context)
        return None
    progress = choose_book(context, "Sổ nhận bản quét")
    return progress.book.id if progress else None


def _new_book(context: Context) -> None:
    with st.form("new_book"):
        kind = st.selectbox("Loại sổ", list(RegisterType), format_func=lambda k: k.label)
        volume = st.text_input("Quyển số / năm", placeholder="01/1998")
        office = st.text_input("Nơi đăng ký", placeholder="UBND xã ..., huyện ..., tỉnh ...")
        left, right = st.columns(2)
        opened = left.text_input("Ngày mở sổ (nếu có)", placeholder="01.01.1998")
        closed = right.text_input("Ngày khóa sổ (nếu có)", placeholder="31.12.1998")
        expected = st.number_input("Số trường hợp trong sổ (để trống nếu chưa đếm)", min_value=1, value=None, step=1)
        sent = st.form_submit_button("Thêm sổ", type="primary")
    if sent:
        book = create_book(
            context,
            register_type=RegisterType(str(kind)),
            volume_number=volume,
            office=office,
            opened_on=opened.strip(),
            closed_on=closed.strip(),
            expected_entries=int(expected) if expected else None,
        )
        keep_book(book.id)
        st.success(f"Đã thêm quyển {plain(book.volume_number)}. Tắt «Thêm sổ mới» để nhập bản quét cho sổ này.")


def _upload(context: Context, book_id: int) -> None:
    # any kind of file: one we cannot read is named with what to do, instead of refused by the browser
    files = st.file_uploader(
        "Tệp quét: PDF, JPEG, PNG, TIFF, HEIC hoặc .zip của chúng", accept_multiple_files=True, key="scan_files"
    )
    if st.button("Nhập các tệp đã chọn", type="primary", disabled=not files):
        bar = st.progress(0.0, "Đang nhập")
        contents = ((file.name, file.getvalue()) for file in files)
        st.session_state["import_result"] = import_uploads(context, book_id, contents, progress=_moving(bar))
        bar.empty()


def _path(context: Context, book_id: int) -> None:
    roots = context.settings.import_roots
    if not roots:
        st.info("Chưa có thư mục nào được phép. Đặt WORKBENCH_IMPORT_FOLDERS rồi mở lại chương trình.")
        return
    st.caption("Tệp quét đã nằm trên máy chạy chương trình, trong các thư mục: " + plain("; ".join(map(str, roots))))
    path = st.text_input("Đường dẫn tới tệp hoặc thư mục", key="scan_path")
    if st.button("Nhập thư mục", disabled=not path.strip()):
        bar = st.progress(0.0, "Đang nhập")
        st.session_state["import_result"] = import_server_folder(context, book_id, path, progress=_moving(bar))
        bar.empty()


def _workbook(context: Context, book_id: int) -> None:
    st.caption("Tệp Excel chuẩn do nhóm khác gõ: nhập các dòng thành trường hợp, hoặc so với sổ đã làm ở đây.")
    file = st.file_uploader("Tệp Excel chuẩn", type=["xlsx"], key="standard_workbook")
    charset = chosen_charset(file) if file else None
    take, compare = st.columns(2)
    taking = take.button("Nhập thành trường hợp", disabled=file is None, width="stretch")
    comparing = compare.button("So với sổ này", disabled=file is None, width="stretch")
    if file is None or not (taking or comparing):
        return
    with offering_charset(file):
        if taking:
            count = read_upload(file, lambda path: import_workbook(context, book_id, path, charset=charset))
            st.success(f"Đã nhập {count} trường hợp; chúng chờ ở màn hình «Đối chiếu».")
        else:
            _compared(
                context, read_upload(file, lambda path: compare_workbook(context, book_id, path, charset=charset))
            )


def _compared(context: Context, result: WorkbookComparison) -> None:
    st.write(
        f"{result.matched} trường hợp khớp số; {len(result.differences)} ô khác nhau; "
        f"chỉ có trong Excel {len(result.only_in_workbook)} dòng, chỉ có trong sổ {len(result.only_in_book)}."
    )
    named = names_of(context, entries=[*(d.entry_id for d in result.differences), *result.only_in_book]).entries
    rows = [
        {
            "Dòng": str(d.row),
            "Trường hợp": named.get(d.entry_id, ""),
            "Ô": d.label,
            "Trong Excel": d.workbook,
            "Trong sổ": d.entry,
        }
        for d in result.differences
    ]
    rows += [
        {"Dòng": str(row), "Trường hợp": "", "Ô": "cả dòng", "Trong Excel": "có", "Trong sổ": "không có"}
        for row in result.only_in_workbook
    ]
    rows += [
        {
            "Dòng": "",
            "Trường hợp": named.get(entry_id, ""),
            "Ô": "cả trường hợp",
            "Trong Excel": "không có",
            "Trong sổ": "có",
        }
        for entry_id in result.only_in_book
    ]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def _moving(bar: DeltaGenerator) -> Progress:
    def step(done: int, total: int, name: str) -> None:
        bar.progress(done / max(1, total), f"Đang nhập {done}/{total}: {plain(name)}" if name else "Đã nhập xong")

    return step


def _results(result: ImportResult) -> None:
    st.subheader("Kết quả từng tệp")
    if result.failed:
        st.warning(f"{len(result.failed)} tệp không nhập được; các tệp khác đã nhập xong. Xem cột «Ghi chú».")
    else:
        st.success(f"Đã nhập {result.pages_added} trang. Sang màn hình «Sổ hộ tịch» để cho máy đọc.")
    rows = [
        {"Tệp": f.name, "Kết quả": _STATUSES.get(f.status, f.status), "Số trang": f.pages, "Ghi chú": f.message}
        for f in result.files
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


if __name__ == "__main__":
    run_page(show)
