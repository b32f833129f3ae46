"""Uploaded files on their way to a reader that wants a path."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from streamlit.runtime.uploaded_file_manager import UploadedFile

__all__ = ["read_upload"]

_Read = TypeVar("_Read")


def read_upload(file: UploadedFile, reader: Callable[[Path], _Read]) -> _Read:
    """What a reader makes of an uploaded file, which keeps its name for messages."""
    with tempfile.TemporaryDirectory(prefix="so-ho-tich-") as folder:
        path = Path(folder) / Path(file.name).name
        path.write_bytes(file.getvalue())
        return reader(path)
