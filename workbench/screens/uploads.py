"""Uploaded files on their way to a reader that wants a path."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from exports.errors import LegacyCharsetError, SeveralSheetsError
from ocr.scans.sources import safe_name
from vietnamese.legacy_charsets import Charset
from workbench.screens.plain import plain

__all__ = ["chosen_charset", "chosen_sheet", "offering_charset", "offering_sheets", "read_upload"]

_Read = TypeVar("_Read")


def read_upload(file: UploadedFile, reader: Callable[[Path], _Read]) -> _Read:
    """What a reader makes of an uploaded file, which keeps its name for messages."""
    with tempfile.TemporaryDirectory(prefix="so-ho-tich-") as folder:
        path = Path(folder) / safe_name(file.name)
        path.write_bytes(file.getvalue())
        return reader(path)


def chosen_charset(file: UploadedFile) -> Charset | None:
    """How a file that was refused for not being Unicode is to be taken, asked on screen; None for any other file."""
    seems: Charset | None = st.session_state.get("legacy_files", {}).get(file.file_id)
    if seems is None:
        return None
    st.warning(f"Tệp {plain(file.name)} gõ theo bảng mã {seems.label}, không phải Unicode.")
    labels = {seems: f"Chuyển từ {seems.label} sang Unicode khi nhập", Charset.UNICODE: "Giữ nguyên như trong tệp"}
    return st.radio("Chữ trong tệp", list(labels), format_func=labels.__getitem__, key=f"charset_{file.file_id}")


@contextmanager
def offering_charset(file: UploadedFile) -> Iterator[None]:
    """When what is done inside refuses the file for its charset, the screen comes again with the choice."""
    try:
        yield
    except LegacyCharsetError as error:
        st.session_state.setdefault("legacy_files", {})[file.file_id] = error.charset
        st.rerun()


def chosen_sheet(file: UploadedFile) -> str:
    """Which sheet of a file with several lists is meant, asked on screen; empty for any other file."""
    sheets = st.session_state.get("files_of_sheets", {}).get(file.file_id)
    if not sheets:
        return ""
    label = f"Tệp {plain(file.name)} có nhiều trang cùng có các cột cần. Lấy trang nào?"
    return str(st.selectbox(label, sheets, key=f"sheet_{file.file_id}"))


@contextmanager
def offering_sheets(file: UploadedFile) -> Iterator[None]:
    """When what is done inside cannot tell which sheet is meant, the screen comes again with the choice."""
    try:
        yield
    except SeveralSheetsError as error:
        st.session_state.setdefault("files_of_sheets", {})[file.file_id] = error.sheets
        st.rerun()
