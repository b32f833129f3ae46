"""One table from error class to exit code and Vietnamese sentence, for the command line and the screens."""

from __future__ import annotations

import errno

import typer
from pydantic import ValidationError

from layouts.errors import LayoutError
from ocr.errors import MissingProgramError, OcrError
from workbench.exit_codes import ExitCode

__all__ = ["CommandError", "exit_code_of", "message_of"]


class CommandError(Exception):
    """A command cannot go on; carries its exit code and a Vietnamese sentence that says what to do."""

    def __init__(self, message: str, code: ExitCode = ExitCode.INPUT) -> None:
        super().__init__(message)
        self.code = code


_CODES: tuple[tuple[type[Exception], ExitCode], ...] = (
    (MissingProgramError, ExitCode.MISSING_PROGRAM),
    (OcrError, ExitCode.INPUT),
    (LayoutError, ExitCode.INPUT),
    (ValidationError, ExitCode.USAGE),
    (PermissionError, ExitCode.STORAGE),
    (OSError, ExitCode.STORAGE),
)
"""First match wins, so the narrow classes stand first."""


def exit_code_of(error: Exception) -> ExitCode | None:
    """The exit code of a known error; None for a fault of the program."""
    if isinstance(error, CommandError):
        return error.code
    if isinstance(error, typer.BadParameter) or type(error).__module__.startswith(("click", "typer")):
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
        return f"Không dùng được «{error.filename}»: {error.strerror}. Hãy kiểm tra đường dẫn và đĩa."
    formatted = getattr(error, "format_message", None)  # click's usage errors
    return str(formatted() if formatted else error)
