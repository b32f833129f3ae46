"""Errors of the ocr room: a stable English code for programs, a Vietnamese sentence for people that says what to do."""

from __future__ import annotations

from pathlib import Path

from vietnamese.letters import shown_name

__all__ = ["MissingProgramError", "OcrError", "ScanError", "scan_error"]

_SCAN_MESSAGES = {
    "not_found": "Không tìm thấy tệp «{name}». Hãy kiểm tra lại đường dẫn.",
    "unreadable": "Không có quyền đọc tệp «{name}». Hãy cấp quyền đọc hoặc chép tệp sang nơi khác.",
    "empty_file": "Tệp «{name}» rỗng (0 byte). Hãy quét lại trang hoặc chép lại tệp.",
    "not_a_scan": "Tệp «{name}» không phải bản quét. Hãy chọn tệp PDF, JPEG, PNG hoặc TIFF xuất từ máy quét.",
    "unsupported": "Tệp «{name}» không hỏng nhưng có định dạng chưa hỗ trợ ({detail}). {remedy}",
    "no_scans": "«{name}» không có tệp quét nào (PDF, JPEG, PNG, TIFF){detail}. Hãy chọn thư mục hoặc tệp nén khác.",
    "broken_image": "Tệp ảnh «{name}» bị hỏng hoặc bị cắt cụt. Hãy quét lại trang hoặc chép lại tệp.",
    "broken_pdf": "Tệp PDF «{name}» bị hỏng hoặc bị cắt cụt. Hãy chép lại tệp gốc hoặc quét lại.",
    "encrypted_pdf": "Tệp PDF «{name}» đặt mật khẩu. Hãy gỡ mật khẩu rồi nạp lại tệp.",
    "broken_zip": "Tệp nén «{name}» bị hỏng. Hãy chép lại tệp gốc rồi nạp lại.",
    "encrypted_zip": "Tệp nén «{name}» có mật khẩu. Hãy giải nén rồi nạp các tệp bên trong.",
    "zip_method": "Tệp nén «{name}» nén theo cách chưa hỗ trợ. Hãy giải nén rồi nạp thư mục hoặc các tệp bên trong.",
    "nested_zip": "Tệp nén «{name}» nằm trong tệp nén khác. Hãy giải nén tệp ngoài rồi nạp lại tệp này.",
    "too_large": "«{name}» quá lớn{detail}. Hãy quét lại ở 300 dpi, mỗi trang một ảnh, hoặc chia nhỏ tệp nén.",
    "no_such_page": "Tệp «{name}» không có trang thứ {detail}. Hãy nạp lại tệp.",
    "disk_full": "Ổ đĩa đã đầy khi mở «{name}». Hãy giải phóng dung lượng rồi chạy lại, các trang đã đọc vẫn còn.",
}


class OcrError(Exception):
    """Root of this package's errors; survives pickling between worker processes.

    Attributes:
        code: Stable identifier, the `code` of a `PageFailure`.
        message: Vietnamese, one or two sentences, the last one says what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message


class ScanError(OcrError):
    """A scan file cannot be opened: missing, empty, broken, locked, too large, or no scan at all."""


class MissingProgramError(OcrError):
    """An outside program or its language data is not installed."""


def scan_error(code: str, path: Path, detail: str = "", *, remedy: str = "") -> ScanError:
    """The error of this code with its Vietnamese sentence about this file."""
    return ScanError(code, _SCAN_MESSAGES[code].format(name=shown_name(path.name), detail=detail, remedy=remedy))
