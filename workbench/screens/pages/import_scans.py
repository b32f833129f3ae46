"""Bringing scans in: one book or several, files by upload or a path on this machine, results file by file."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corrections.entries import Book, Role
from workbench.screens.adding_books import ask_or_add_book, just_added
from workbench.screens.buttons import ready_button
from workbench.screens.choosing import choose_book, keep_book, samples_shown
from workbench.screens.frame import run_page
from workbench.screens.import_plan import plan_import
from workbench.screens.long_texts import row_height, wrapping
from workbench.screens.plain import plain
from workbench.screens.uploads import chosen_charset, offering_charset, read_upload
from workbench.services.books import books_to_choose, may_add_books
from workbench.services.context import Context
from workbench.services.importing import ImportResult, ImportStatus, Progress, files_on_server, uploaded
from workbench.services.naming import names_of
from workbench.services.reading_queue import queue_book
from workbench.services.workbooks import WorkbookComparison, compare_workbook, import_workbook
from workbench.wording import number

_STATUSES = {
    ImportStatus.ADDED: "✓ Đã nhập",
    ImportStatus.KNOWN: "= Đã có từ trước",
    ImportStatus.FAILED: "✖ Không nhập được",
    ImportStatus.LEFT_OUT: "– Bỏ qua",
}

_FIRST = {_STATUSES[ImportStatus.FAILED]: 0, _STATUSES[ImportStatus.KNOWN]: 1}
"""Place in the list of what somebody has to deal with; the rest stands behind."""
_WIDTHS = {"Ghi chú": st.column_config.Column(width=430)}
"""Pixels: the longest notes on two lines."""
_ADDING, _RESULTS, _TURN = "new_book_toggle", "import_results", "import_turn"
"""Keys of the session: whether the form for a new book is open, what the last import gave, how many there were."""
_LISTED = "server_folder"
"""Key of the session: a folder of the server, when it was listed, and its files."""
_FRESH = 60.0
"""Seconds that such a list is good for: a large folder takes long to walk through."""


def show(context: Context) -> None:
    """The screen."""
    st.header("Nhập bản quét")
    if added := just_added():
        st.success(plain(added.done) + " Bây giờ chọn tệp quét của sổ này.")
        if added.lacking:
            st.warning(plain(added.lacking) + " Người kiểm tra sửa được ở «Sổ hộ tịch», thẻ «Thông tin sổ».")
        st.session_state[_ADDING] = False
    if st.session_state.pop("new_book_open", False):
        st.session_state[_ADDING] = True
    adding = "Thêm sổ mới" if may_add_books(context) else "Xin thêm sổ"
    if st.toggle(adding, key=_ADDING):
        ask_or_add_book(context)
        return
    results: tuple[tuple[Book, ImportResult], ...] = st.session_state.get(_RESULTS, ())
    if results:  # before the chooser: below it, what came of the import would lie outside a low window
        _results(context, results)
    if books_to_choose(context, samples=samples_shown()):
        progress = choose_book(context, "Sổ nhận bản quét")
    else:
        progress = None
        st.info(f"Chưa có sổ nào: bật «{adding}» ở trên, hoặc chọn tệp có tên cho biết quyển (KS.2008.01).")
    book = progress.book if progress else None
    by_upload, by_path, workbook = st.tabs(["Chọn tệp từ máy này", "Thư mục trên máy chủ", "Excel chuẩn đã nhập sẵn"])
    with by_upload:
        _upload(context, book)
    with by_path:
        if context.may(Role.ADMINISTRATOR):
            _path(context, book)
        else:
            st.info("Chỉ quản trị nhập được từ thư mục trên máy chủ. Hãy chọn tệp từ máy này, hoặc nhờ quản trị.")
    with workbook:
        if book is not None:
            _workbook(context, book.id)
        else:
            st.info("Hãy chọn sổ nhận bản quét ở trên.")


def _upload(context: Context, book: Book | None) -> None:
    whole = st.toggle("Chọn cả thư mục (tên dạng KS.2008.01 cho biết quyển sổ)", key="scan_folder")
    # any kind of file: one we cannot read is named with what to do, instead of refused by the browser; the number in
    # the key grows with each import, which empties the chooser
    turn = st.session_state.get(_TURN, 0)
    chosen = st.file_uploader(
        "Tệp quét: PDF, JPEG, PNG, TIFF, HEIC hoặc .zip của chúng",
        accept_multiple_files="directory" if whole else True,
        key=f"scan_files_{turn}_{whole}",
    )
    sent = [(file.name, file) for file in chosen or ()]
    plan = plan_import(context, [(name, file) for name, file in sent], book, key="upload")
    lacks = plan.lacks if sent else "Chưa chọn tệp nào: bấm «Chọn tệp», hoặc kéo thả tệp vào ô trên."
    if ready_button(st.container(), "Nhập các tệp đã chọn", lacks=lacks, type="primary"):
        bar = st.progress(0.0, "Đang nhập")
        with uploaded((name, file.getvalue()) for name, file in sent) as paths:
            done = plan.run(context, paths, _moving(bar))
        st.session_state.update({_RESULTS: done, _TURN: turn + 1})
        st.rerun()


def _path(context: Context, book: Book | None) -> None:
    roots = context.settings.import_roots
    if not roots:
        st.info("Chưa có thư mục nào được phép. Đặt WORKBENCH_IMPORT_FOLDERS rồi mở lại chương trình.")
        return
    st.caption("Tệp quét đã nằm trên máy chạy chương trình, trong các thư mục: " + plain("; ".join(map(str, roots))))
    path = st.text_input("Đường dẫn tới tệp hoặc thư mục", key="scan_path").strip()
    files = _listed(context, path)
    plan = plan_import(context, [(name, file) for file, name in files.items()], book, key="path")
    lacks = plan.lacks if files else "Không có tệp nào ở đường dẫn này." if path else "Hãy ghi đường dẫn."
    if ready_button(st.container(), f"Nhập {len(files)} tệp" if files else "Nhập thư mục", lacks=lacks):
        bar = st.progress(0.0, "Đang nhập")
        st.session_state[_RESULTS] = plan.run(context, files, _moving(bar))
        st.rerun()


def _listed(context: Context, path: str) -> dict[Path, str]:
    """Files of a folder of the server, listed again after a while, not at each run of the screen."""
    if not path:
        return {}
    kept = st.session_state.get(_LISTED)
    if kept is None or kept[0] != path or time.monotonic() - kept[1] > _FRESH:
        files = {file: str(file) for file in files_on_server(context, path)}
        kept = st.session_state[_LISTED] = path, time.monotonic(), files
    found: dict[Path, str] = kept[2]
    return found


def _workbook(context: Context, book_id: int) -> None:
    st.caption("Tệp Excel chuẩn do nhóm khác gõ: nhập các dòng thành trường hợp, hoặc so với sổ đã làm ở đây.")
    file = st.file_uploader("Tệp Excel chuẩn", type=["xlsx"], key="standard_workbook")
    charset = chosen_charset(file) if file else None
    take, compare = st.columns(2)
    lacks = "" if file else "Hãy chọn tệp Excel trước."
    taking = ready_button(take, "Nhập thành trường hợp", lacks=lacks, width="stretch")
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


def _results(context: Context, results: tuple[tuple[Book, ImportResult], ...]) -> None:
    failed = sum(len(result.failed) for _, result in results)
    elsewhere = sum(len(result.elsewhere) for _, result in results)
    added = sum(result.pages_added for _, result in results)
    left = [f"{number(failed)} tệp không nhập được."] if failed else []
    left += [f"{number(elsewhere)} tệp không nạp lại vì đã có ở quyển khác."] if elsewhere else []
    if left:
        st.warning(f"Đã nhập {number(added)} trang. {' '.join(left)} Xem cột «Ghi chú».")
    elif added:
        st.success(f"Đã nhập {number(added)} trang.")
    else:
        st.info("Không có trang mới: các tệp đã có từ trước. Xem cột «Ghi chú».")
    with st.container(horizontal=True):
        if added and st.button(f"Cho máy đọc {number(added)} trang này", type="primary", width="content"):
            for book, result in results:
                if result.pages_added:
                    queue_book(context, book.id)
            st.session_state.pop(_RESULTS)
            st.switch_page("workbench/screens/pages/reading.py")
        if st.button("Xem các trang ở «Sổ hộ tịch»", width="content"):
            keep_book(results[0][0].id)
            st.switch_page("workbench/screens/pages/books.py")
    rows = [
        {
            "Tệp": file.name,
            "Quyển": f"{book.register_type.label} {book.volume_number}",
            "Kết quả": _STATUSES[file.status],
            "Số trang": file.pages,
            "Ghi chú": file.message,
        }
        for book, result in results
        for file in result.files
    ]
    rows.sort(key=lambda row: _FIRST.get(str(row["Kết quả"]), len(_FIRST)))  # what to deal with stands first
    with st.expander(f"Kết quả từng tệp ({number(len(rows))})", expanded=bool(left) or not added):
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            width="stretch",
            column_config=_WIDTHS,
            row_height=row_height(rows, wrapping(_WIDTHS, "Ghi chú")),
        )


if __name__ == "__main__":
    run_page(show)
