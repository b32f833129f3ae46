"""One table from error class to exit code and Vietnamese sentence, for the command line and the screens."""

from __future__ import annotations

import errno

from pydantic import ValidationError

from exports.errors import ExportError
from exports.rehearsal_report import ExportRefusedError
from layouts.errors import LayoutError
from ocr.errors import MissingProgramError, OcrError
from ocr.handwriting.training.office_tuning import HandwritingTrainingError
from ocr.handwriting.types import HandwritingModelError
from storage.errors import StorageError
from workbench.exit_codes import ExitCode
from workbench.services.errors import NotAllowed, NotFound, NotSignedIn, ServiceError

__all__ = ["CommandError", "exit_code_of", "message_of"]


class CommandError(Exception):
    """A command cannot go on; carries its exit code and a Vietnamese sentence that says what to do."""

    def __init__(self, message: str, code: ExitCode = ExitCode.INPUT) -> None:
        super().__init__(message)
        self.code = code


_CODES: tuple[tuple[type[Exception], ExitCode], ...] = (
    (MissingProgramError, ExitCode.MISSING_PROGRAM),
    (OcrError, ExitCode.INPUT),
    (HandwritingModelError, ExitCode.MISSING_PROGRAM),
    (HandwritingTrainingError, ExitCode.INPUT),
    (ExportRefusedError, ExitCode.REFUSED),
    (ExportError, ExitCode.INPUT),
    (NotAllowed, ExitCode.REFUSED),
    (NotSignedIn, ExitCode.REFUSED),
    (NotFound, ExitCode.NOT_FOUND),
    (ServiceError, ExitCode.INPUT),
    (StorageError, ExitCode.STORAGE),
    (LayoutError, ExitCode.INPUT),
    (ValidationError, ExitCode.USAGE),
    (PermissionError, ExitCode.STORAGE),
    (OSError, ExitCode.STORAGE),
)
"""First match wins, so the narrow classes stand first."""


_WHY_NOT = {
    errno.ENOENT: "không có tệp hay thư mục này",
    errno.EISDIR: "đây là thư mục, không phải tệp",
    errno.ENOTDIR: "một phần của đường dẫn không phải thư mục",
    errno.ENAMETOOLONG: "tên quá dài",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.EIO: "ổ đĩa không đọc hoặc không ghi được",
}


def exit_code_of(error: Exception) -> ExitCode | None:
    """The exit code of a known error; None for a fault of the program."""
    if isinstance(error, CommandError):
        return error.code
    if _is_usage(error):
        return ExitCode.USAGE
    return next((code for kind, code in _CODES if isinstance(error, kind)), None)


def message_of(error: Exception) -> str:
    """What to tell a person."""
    if isinstance(error, ValidationError):
        return "Thiết lập không hợp lệ:\n" + "\n".join(
            f"  - WORKBENCH_{'.'.join(map(str, item['loc'])).upper()}: {item['msg']} (nhận được {item['input']!r})"
            for item in error.errors()
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "Đĩa đã đầy. Hãy giải phóng dung lượng rồi chạy lại cùng lệnh; phần đã lưu vẫn còn nguyên."
    if isinstance(error, PermissionError):
        return f"Không có quyền với «{error.filename}». Hãy kiểm tra quyền thư mục rồi chạy lại."
    if isinstance(error, OSError):
        why = _WHY_NOT.get(error.errno or 0, f"hệ điều hành báo lỗi số {error.errno}")
        return f"Không dùng được «{error.filename}»: {why}. Hãy kiểm tra đường dẫn và đĩa."
    if _is_usage(error):
        return _usage_message(error)
    return str(error)


def _is_usage(error: Exception) -> bool:
    return type(error).__module__.startswith(("click", "typer"))


def _usage_message(error: Exception) -> str:
    """Click's usage errors in Vietnamese; its own classes differ between releases, so names are compared."""
    near = ", ".join(getattr(error, "possibilities", None) or ())
    hint = f" Gần giống: {near}." if near else " Thêm --help để xem cách dùng."
    name = type(error).__name__
    if name == "NoSuchOption":
        return f"Không có tham số «{getattr(error, 'option_name', '')}».{hint}"
    text = str(getattr(error, "message", error))
    if name == "NoSuchCommand" or text.startswith("No such command"):
        return f"Không có lệnh {text.removeprefix('No such command').strip(' .')}.{hint}"
    param = getattr(error, "param", None)
    subject = f"«{param.opts[0] if param.opts[0].startswith('-') else param.metavar or param.name}»" if param else ""
    if name == "MissingParameter":
        return f"Thiếu tham số {subject}.{hint}"
    if subject:
        return f"Giá trị của {subject} không hợp lệ: {text}.{hint}"
    return f"Lệnh không hợp lệ: {text}{hint}"
