"""Where chosen files go: into the chosen book, or each into the book that its name tells of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from corrections.book_data import levels_lacking
from corrections.entries import Book
from exports.names import book_in_name
from workbench.screens.buttons import ready_button
from workbench.screens.plain import plain
from workbench.services.book_requests import ask_for_book
from workbench.services.books import books_to_choose, may_add_books
from workbench.services.context import Context
from workbench.services.errors import InvalidInput
from workbench.services.importing import ImportResult, Progress, import_scans
from workbench.services.importing_books import ToldBook, books_told, import_told, names_within
from workbench.services.naming import book_title

__all__ = ["ImportPlan", "plan_import"]

_NAMED = 5
"""Files without a book that are called by their names."""
_NAMES = "names_within_"
"""Key of the session, before that of a chooser: what was chosen, and the names found in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What pressing the button will do."""

    lacks: str
    """What has to be done before; empty when nothing has."""
    book: Book | None
    """The chosen book: for all files, or for those that tell of none."""
    split: bool = False
    office: str = ""
    """Authority of books that are added."""

    def run(
        self, context: Context, files: Mapping[Path, str], progress: Progress
    ) -> tuple[tuple[Book, ImportResult], ...]:
        """Import; the books with what each of them got."""
        if self.split:
            rest = self.book.id if self.book else None
            return import_told(context, files, office=self.office, rest=rest, progress=progress)
        if self.book is None:
            raise InvalidInput("Hãy chọn sổ nhận bản quét ở trên.")
        return ((self.book, import_scans(context, self.book.id, list(files), progress=progress)),)


def plan_import(
    context: Context, files: Sequence[tuple[str, Path | BinaryIO]], book: Book | None, *, key: str
) -> ImportPlan:
    """Ask where the files go, when their names tell of other books than the chosen one.

    Args:
        context: whose books.
        files: names as they were sent, with the files.
        book: the book chosen above.
        key: tells the boxes of two choosers apart.
    """
    names = _names_within(files, key)
    told = books_told(context, names)
    if not told or (len(told) == 1 and book is not None and told[0].book == book):
        lacks = "" if book else "Tên tệp không cho biết quyển sổ: hãy chọn «Sổ nhận bản quét» ở trên."
        return ImportPlan(lacks=lacks, book=book)
    return _ask(context, names, told, book, key)


def _ask(context: Context, names: Sequence[str], told: Sequence[ToldBook], book: Book | None, key: str) -> ImportPlan:
    with st.container(border=True):
        st.markdown(f"**Tên tệp cho thấy {len(told)} quyển sổ.**")
        office = _office(context, told, book, key)
        told = books_told(context, names, office=office)
        _table(told)
        rest = [PurePath(name).name for name in names if book_in_name(name) is None]
        if rest:
            where = f"nhập vào {book_title(book)}" if book else "hãy chọn «Sổ nhận bản quét» ở trên cho chúng"
            named = ", ".join(rest[:_NAMED]) + (", …" if len(rest) > _NAMED else "")
            st.caption(plain(f"{len(rest)} tệp không cho biết quyển ({named}): {where}."))
        split, one = "Chia vào từng quyển theo tên tệp", "Nhập tất cả vào quyển đã chọn ở trên"
        choice = st.radio("Nhập thế nào", [split, one] if book else [split], key=f"split_{key}")
        if choice == one:
            return ImportPlan(lacks="", book=book)
        missing = [one for one in told if one.book is None]
        if missing and not may_add_books(context):
            _ask_for_missing(context, missing, office, key)
        lacks = _lacking(context, missing, office, homeless=bool(rest) and book is None)
        return ImportPlan(lacks=lacks, book=book, split=True, office=office)


def _lacking(context: Context, missing: Sequence[ToldBook], office: str, *, homeless: bool) -> str:
    """What has to be done before files can be divided among books."""
    if missing and not may_add_books(context):
        return "Có quyển chưa được thêm: xin thêm ở trên, rồi nhập lại khi có người đồng ý."
    if missing and not office.strip():
        return "Hãy ghi nơi đăng ký của các quyển chưa có."
    return "Hãy chọn «Sổ nhận bản quét» cho các tệp không cho biết quyển." if homeless else ""


def _names_within(files: Sequence[tuple[str, Path | BinaryIO]], key: str) -> tuple[str, ...]:
    """Names of the files and within archives, which are opened once for a choice, not at each run of the screen."""
    marks = tuple((name, _mark(name, content)) for name, content in files)
    kept = st.session_state.get(f"{_NAMES}{key}")
    if kept is None or kept[0] != marks:
        kept = st.session_state[f"{_NAMES}{key}"] = marks, names_within(files)
    names: tuple[str, ...] = kept[1]
    return names


def _mark(name: str, content: Path | BinaryIO) -> object:
    """What changes when there is another file of the name; only archives are looked into."""
    if isinstance(content, UploadedFile):
        return content.file_id
    if isinstance(content, Path) and name.lower().endswith(".zip"):
        known = content.stat()
        return known.st_mtime_ns, known.st_size
    return None


def _office(context: Context, told: Sequence[ToldBook], book: Book | None, key: str) -> str:
    """Authority of the books told of; asked only when one is missing."""
    if all(one.book is not None for one in told):
        return ""
    known = [one.book.office for one in told if one.book is not None] + ([book.office] if book else [])
    known += [one.office for one in books_to_choose(context)]
    office = st.text_input(
        "Nơi đăng ký của các quyển này",
        known[0] if known else "",
        placeholder="UBND xã ..., huyện ..., tỉnh ...",
        key=f"office_{key}",
    )
    if lacking := office and levels_lacking(office, told[0].volume_number):
        st.warning(plain(lacking))
    return office


def _table(told: Sequence[ToldBook]) -> None:
    rows = [
        {
            "Loại sổ": one.register_type.label,
            "Quyển": one.volume_number,
            "Số tệp": one.files,
            "Sổ": book_title(one.book) if one.book else "chưa có, sẽ thêm",
        }
        for one in told
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def _ask_for_missing(context: Context, missing: Sequence[ToldBook], office: str, key: str) -> None:
    st.info("Bạn chưa được thêm sổ: hãy xin thêm các quyển chưa có, hoặc nhập tất cả vào quyển đã chọn.")
    lacks = "" if office.strip() else "Hãy ghi nơi đăng ký ở trên."
    if ready_button(st.container(), "Xin thêm các quyển chưa có", lacks=lacks, key=f"ask_missing_{key}"):
        for one in missing:
            ask_for_book(context, register_type=one.register_type, volume_number=one.volume_number, office=office)
        st.success(f"Đã xin thêm {len(missing)} quyển. Khi có người đồng ý, hãy nhập lại các tệp này.")
