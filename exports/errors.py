"""Errors of the exports room; every message is Vietnamese and says what to do next."""

from __future__ import annotations

import errno
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vietnamese.legacy_charsets import Charset

__all__ = [
    "ExportError",
    "LeftOutCode",
    "LegacyCharsetError",
    "NameRuleError",
    "PdfError",
    "SeveralSheetsError",
    "WorkbookError",
    "clear_error",
    "not_there",
    "nothing_in",
]


class ExportError(Exception):
    """Root of this package's errors.

    Attributes:
        code: stable identifier (`disk_full`, `wrong_columns` ...), for programs and tests.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class LeftOutCode(StrEnum):
    """Why an entry, or the cover, is not delivered; manifests and the shelf of PDFs keep it."""

    NOT_APPROVED = "not_approved"
    SET_ASIDE = "set_aside"
    NO_SCAN = "no_scan"
    NO_PICTURE = "no_picture"
    UNREADABLE_IN_LIMIT = "unreadable_in_limit"
    COVER = "cover"


class WorkbookError(ExportError):
    """An Excel or CSV file that cannot be taken in; nothing of it was imported."""

    def __init__(self, code: str, message: str, problems: tuple[str, ...] = ()) -> None:
        self.problems = problems
        self._message = message
        listed = "".join(f"\n  - {p}" for p in problems)
        super().__init__(code, message + listed)

    def __reduce__(self) -> tuple[type[WorkbookError], tuple[object, ...]]:
        """Readers run in processes of their own; their errors come back whole."""
        return type(self), (self.code, self._message, self.problems)


class LegacyCharsetError(WorkbookError):
    """The file is typed before Unicode; it is taken in when somebody chooses its charset.

    Attributes:
        charset: what it seems to be typed in.
    """

    def __init__(self, name: str, charset: Charset, example: str = "") -> None:
        self.charset = charset
        self._told = (name, charset, example)
        shown = f", ví dụ «{example}»" if example else ""
        super().__init__(
            "legacy_charset",
            f"Tệp {name} gõ theo bảng mã {charset.label}, không phải Unicode{shown}. Hãy chọn chuyển từ "
            f"{charset.label} sang Unicode rồi nhập lại, hoặc lưu lại tệp bằng Unicode. Chưa có dòng nào được nhập.",
        )

    def __reduce__(self) -> tuple[type[WorkbookError], tuple[object, ...]]:
        return type(self), self._told


class SeveralSheetsError(WorkbookError):
    """Several sheets of the file hold such a list; it is taken in when somebody chooses one.

    Attributes:
        sheets: their names, in the order of the file.
    """

    def __init__(self, name: str, sheets: tuple[str, ...]) -> None:
        self.sheets = sheets
        self._told = (name, sheets)
        listed = ", ".join(f"«{sheet}»" for sheet in sheets)
        super().__init__(
            "several_sheets",
            f"Tệp {name} có {len(sheets)} trang cùng có các cột cần: {listed}. Hãy chọn một trang, hoặc tách mỗi trang "
            "thành một tệp. Chưa có dòng nào được nhập.",
        )

    def __reduce__(self) -> tuple[type[WorkbookError], tuple[object, ...]]:
        return type(self), self._told


def not_there(path: Path) -> WorkbookError:
    """What to tell of a file that cannot be opened."""
    return WorkbookError("missing", f"Không mở được tệp {path.name}. Hãy kiểm tra lại đường dẫn.")


def nothing_in(path: Path) -> WorkbookError:
    """What to tell of a file without a byte."""
    return WorkbookError("empty_file", f"Tệp {path.name} rỗng. Hãy kiểm tra lại tệp gốc.")


class NameRuleError(ExportError):
    """A value from which no file name can be made."""


class PdfError(ExportError):
    """An entry whose PDF cannot be made readable within the size limit; it is not shipped."""

    def __init__(self, left_out: LeftOutCode, message: str) -> None:
        super().__init__(left_out, message)
        self.left_out = left_out


def clear_error(error: OSError, out: Path, kept: str = "bản xuất trước (nếu có) vẫn còn nguyên") -> ExportError:
    """What the operating system says of writing into a folder, in words.

    Args:
        error: what it said.
        out: the folder.
        kept: what was not lost.
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC):
        return ExportError(
            "disk_full",
            f"Ổ đĩa chứa thư mục {out} đã đầy nên chưa xuất được. Hãy giải phóng chỗ trống rồi xuất lại; {kept}.",
        )
    if isinstance(error, PermissionError):
        return ExportError(
            "no_access",
            f"Không ghi được vào thư mục {out}. Hãy đóng tệp đang mở trong Excel, hoặc chọn thư mục khác, "
            "rồi xuất lại.",
        )
    return ExportError("cannot_write", f"Không ghi được vào thư mục {out} ({error.strerror}). Hãy chọn thư mục khác.")
