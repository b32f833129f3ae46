"""Errors of the services; each has a stable code for programs and a Vietnamese sentence that says what to do."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from workbench.services.review_types import ReviewEntry

__all__ = [
    "InvalidInput",
    "LeaseLost",
    "Missing",
    "NotAllowed",
    "NotFound",
    "NotShown",
    "NotSignedIn",
    "ReasonMissing",
    "ServiceError",
    "StaleRevision",
    "TooManyAttempts",
    "found",
    "refuse_longer",
]

_T = TypeVar("_T")


class ServiceError(Exception):
    """Root of this package's errors."""

    code = "service"


class NotSignedIn(ServiceError):
    """Nobody is signed in, or the session has ended."""

    code = "not_signed_in"

    def __init__(self) -> None:
        super().__init__("Bạn chưa đăng nhập hoặc phiên làm việc đã hết hạn. Hãy đăng nhập lại.")


class NotAllowed(ServiceError):
    """The account's role may not do this."""

    code = "not_allowed"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message or "Tài khoản của bạn không có quyền làm việc này. Hãy nhờ người kiểm tra hoặc quản trị."
        )


class Missing(StrEnum):
    """What was asked for and is not there: the sentence people read, with what to do next."""

    ACCOUNT = "Không có tài khoản này. Hãy tải lại danh sách tài khoản."
    BOOK = "Không có quyển sổ này. Hãy tải lại danh sách sổ."
    PAGE = "Không có trang này. Hãy tải lại quyển sổ."
    SCAN = "Trang này không có bản quét. Hãy xem sổ giấy."
    ENTRY = "Không có trường hợp này. Hãy tải lại danh sách."
    EXPORT = "Không có lần xuất này. Hãy tải lại danh sách."
    SAMPLE = "Không có mẫu kiểm tra này. Hãy tải lại danh sách."
    REQUEST = "Không có đề nghị thêm sổ này. Hãy tải lại màn hình."
    HANDOVER = "Không có biên bản giao nhận này. Hãy tải lại danh sách."
    ACCEPTANCE = "Không có biên bản nghiệm thu này. Hãy tải lại danh sách."
    TOKEN = "Không có mã truy cập này. Hãy tải lại danh sách."
    CASE = "Không có hồ sơ xác minh này. Hãy tải lại danh sách."
    TARGET = "Không có chỉ tiêu này. Hãy tải lại màn hình."
    TEAM = "Không có tổ này trong đơn vị của bạn. Hãy tải lại danh sách tổ."
    STAY = "Không có dòng này trong lịch địa điểm. Hãy tải lại màn hình."


class NotFound(ServiceError):
    """No such book, page, entry or account."""

    code = "not_found"


def found(thing: _T | None, what: Missing) -> _T:
    """The thing itself.

    Raises:
        NotFound: it is None; the message is the sentence of `what`.
    """
    if thing is None:
        raise NotFound(what)
    return thing


class InvalidInput(ServiceError):
    """The values given cannot be taken."""

    code = "invalid_input"


def refuse_longer(what: str, most: int, *texts: str) -> None:
    """Stop at a text that is too long to be kept.

    Args:
        what: as people call it, a capital first (`Có ô`, `Lời trả về`).
        most: letters of each text at most.
        texts: as given.

    Raises:
        InvalidInput: one is longer.
    """
    if max((len(text) for text in texts), default=0) > most:
        raise InvalidInput(f"{what} dài quá {most} ký tự. Hãy rút gọn.")


class ReasonMissing(InvalidInput):
    """This decision needs a reason in words."""

    code = "reason_missing"


class TooManyAttempts(ServiceError):
    """Too many failed sign-ins; wait.

    Args:
        seconds: left to wait.
        what: was wrong.
        help_: what else can be done.
    """

    code = "too_many_attempts"

    def __init__(self, seconds: float, *, what: str, help_: str) -> None:
        self.seconds = math.ceil(seconds)
        super().__init__(f"Sai {what} nhiều lần. Hãy chờ {self.seconds} giây rồi thử lại, hoặc {help_}.")


class LeaseLost(ServiceError):
    """Somebody else holds the entry."""

    code = "lease_lost"

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(f"Trường hợp này đang do {holder} nhập. Hãy chọn trường hợp khác hoặc chờ người đó xong.")


class NotShown(ServiceError):
    """A decision on an entry that was not on the screen it came from."""

    code = "not_shown"

    def __init__(self) -> None:
        super().__init__(
            "Trường hợp này không có trên màn hình lúc xác nhận nên chưa được ghi. Hãy mở lại, xem rồi lưu."
        )


class StaleRevision(ServiceError):
    """Somebody saved the entry first; `current` is what stands now."""

    code = "stale_revision"

    def __init__(self, current: ReviewEntry) -> None:
        self.current = current
        super().__init__(
            "Trường hợp này vừa được người khác lưu. Bản bạn gửi chưa được ghi; hãy xem bản mới nhất rồi lưu lại."
        )
