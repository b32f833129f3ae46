"""Errors of the durable record; messages are Vietnamese and say what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, IntegrityError, ProgrammingError

__all__ = [
    "DatabaseBroken",
    "DatabaseBusy",
    "DatabaseDamaged",
    "DiskFull",
    "DuplicateRecord",
    "ForeignOffice",
    "RestoreUnfinished",
    "SchemaTooNew",
    "StaleRevisionError",
    "StorageError",
    "UnfitRows",
    "translate_errors",
    "translate_sqlite",
]


class StorageError(Exception):
    """Root of this package's errors."""

    code = "storage"


class DiskFull(StorageError):
    """No room left; nothing of the attempt was kept."""

    code = "disk_full"

    def __init__(self, where: str = "") -> None:
        place = f" ({where})" if where else ""
        super().__init__(
            f"Ổ đĩa đã đầy{place}: dữ liệu vừa gửi chưa được lưu. Hãy giải phóng chỗ trống rồi lưu lại; "
            "những gì đã xác nhận trước đó vẫn còn nguyên."
        )


class DatabaseBusy(StorageError):
    """Another writer held the database longer than we wait."""

    code = "database_busy"

    def __init__(self) -> None:
        super().__init__("Cơ sở dữ liệu đang bận quá lâu. Hãy chờ một lát rồi lưu lại.")


class DatabaseBroken(StorageError):
    """The database cannot be opened or read."""

    code = "database_broken"

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"Không mở hoặc không đọc được cơ sở dữ liệu: {detail}. Hãy kiểm tra đường dẫn và quyền ghi, "
            "hoặc phục hồi từ bản sao lưu."
        )


class DatabaseDamaged(StorageError):
    """The file of the database is damaged; nothing is made from it and nothing is written over."""

    code = "database_damaged"

    def __init__(self, where: str) -> None:
        super().__init__(
            f"Cơ sở dữ liệu {where} bị hỏng nên không mở, không sao lưu, không nâng cấp từ tệp này; các bản sao lưu cũ "
            "được giữ nguyên. Hãy dừng chương trình, đổi tên thư mục dữ liệu, rồi phục hồi bản sao lưu tốt gần nhất."
        )


class DuplicateRecord(StorageError):
    """A record with the same identity exists already, or a rule of the schema refused the values."""

    code = "duplicate"

    def __init__(self, detail: str) -> None:
        super().__init__(f"Dữ liệu trùng hoặc trái quy tắc lưu trữ: {detail}")


class ForeignOffice(StorageError):
    """A record of an office that the account does not see."""

    code = "foreign_office"

    def __init__(self) -> None:
        super().__init__(
            "Sổ này thuộc đơn vị mà tài khoản của bạn không phụ trách, hoặc tài khoản chưa được gắn với đơn vị nào. "
            "Hãy nhờ quản trị gắn tài khoản với đúng đơn vị."
        )


class RestoreUnfinished(StorageError):
    """A backup was being brought back when the program was stopped."""

    code = "restore_unfinished"

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"Việc phục hồi vào {folder} bị dừng giữa chừng. Hãy chạy lại cùng lệnh restore; nó làm lại từ đầu."
        )


class SchemaBent(StorageError):
    """Somebody hung something on the tables while a transaction was under way; nothing of it was kept."""

    code = "schema_bent"

    def __init__(self) -> None:
        super().__init__(
            "Trong lúc lưu có bộ phận lạ được gắn vào cơ sở dữ liệu nên chưa lưu gì. Hãy lưu lại; phần mềm sẽ gỡ bộ "
            "phận đó và ghi vào nhật ký."
        )


class SchemaTooNew(StorageError):
    """A newer program has written this database."""

    code = "schema_too_new"

    def __init__(self) -> None:
        super().__init__("Cơ sở dữ liệu do phiên bản phần mềm mới hơn tạo ra. Hãy cập nhật phần mềm trước khi mở.")


class UnfitRows(StorageError):
    """Rows break a rule that an upgrade puts on their table; the database stands as it was.

    Args:
        told: for each rule its table, column, number of rows, and the first of them by key with their values.
    """

    code = "unfit_rows"

    def __init__(self, told: Sequence[str]) -> None:
        super().__init__(
            f"Chưa nâng cấp cơ sở dữ liệu: có giá trị ngoài quy định ở {' và ở '.join(told)}. Chưa có gì bị thay đổi. "
            "Hãy quay lại bản trước bằng lệnh update --back, sửa các dòng đó (hoặc gửi thông báo này cho "
            "người hỗ trợ), rồi cập nhật lại."
        )


class StaleRevisionError(StorageError):
    """Somebody saved the entry first; nothing was written."""

    code = "stale_revision"

    def __init__(self, entry_id: int) -> None:
        self.entry_id = entry_id
        super().__init__("Trường hợp này vừa được người khác lưu. Hãy xem lại bản mới nhất trước khi lưu tiếp.")


def _translated(error: DatabaseError) -> StorageError:
    if isinstance(error, IntegrityError):
        return DuplicateRecord(str(error.orig).splitlines()[0])
    return _from_driver(str(error.orig))


def _from_driver(told: str, where: str = "") -> StorageError:
    text = told.lower()
    if "disk is full" in text or "no space left" in text or "disk i/o error" in text:
        return DiskFull(where)
    if "database is locked" in text or "deadlock" in text or "lock timeout" in text:
        return DatabaseBusy()
    return DatabaseBroken(told.splitlines()[0] if told else "")


@contextmanager
def translate_sqlite(where: str) -> Iterator[None]:
    """The same for SQLite's own driver, where a file is copied without an engine.

    Args:
        where: the folder that is written to, told when it is full.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _from_driver(str(error), where) from error


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn the driver's errors into ours; programming mistakes pass unchanged."""
    try:
        yield
    except ProgrammingError:
        raise
    except DatabaseError as error:
        raise _translated(error) from error
