"""The searchable register as one SQLite file, to be read by whoever has SQLite, without this program.

Cases stand in a table of their register type with the cells of the accepted workbook as they are; what is common to
all types stands in `truong_hop`, names without tone marks in `ho_ten`. The file grows book by book, each in one
transaction with its digest, so that whoever was killed half-way goes on with the next book.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from corrections.search_keys import search_key
from layouts.codes import code_list
from layouts.columns import FieldKind, columns, columns_by_name
from layouts.register_types import RegisterType

__all__ = [
    "REGISTER_TABLES",
    "RegisterBook",
    "RegisterBusy",
    "RegisterCase",
    "RegisterFile",
    "register_columns",
    "table_of",
]

_ROWS_A_BOOK = 1_000_000
"""More than any workbook has: what parts the ids of one book from those of the next."""
_APPLICATION_ID = 0x534F4854
"""`SOHT` in the file's head: what it is."""
_VERSION = 1
"""Of the file's shape, for programs that read it; raised when a column changes its meaning."""

REGISTER_TABLES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "quyen": (
        ("id", "INTEGER PRIMARY KEY", "Số hiệu quyển trong phần mềm"),
        ("loai", "TEXT NOT NULL", "Loại sổ: tên bảng có các trường hợp của quyển"),
        ("loai_ten", "TEXT NOT NULL", "Tên loại sổ"),
        ("so_quyen", "TEXT NOT NULL", "Số quyển (nn/yyyy)"),
        ("don_vi_ma", "TEXT NOT NULL", "Mã đơn vị đang giữ sổ; trống khi chưa gắn với đơn vị nào"),
        ("don_vi", "TEXT NOT NULL", "Tên đơn vị đang giữ sổ"),
        ("noi_dang_ky", "TEXT NOT NULL", "Nơi đăng ký như ghi trên sổ"),
        ("so_truong_hop", "INTEGER NOT NULL", "Số trường hợp của quyển"),
        ("nghiem_thu", "TEXT NOT NULL", "Cấp đã nghiệm thu"),
        ("ngay_nghiem_thu", "TEXT NOT NULL", "Ngày nghiệm thu (dd/mm/yyyy)"),
        ("thu_muc", "TEXT NOT NULL", "Thư mục của quyển trong gói giao"),
        ("tep_excel", "TEXT NOT NULL", "Tên tệp Excel trong thư mục đó"),
        ("sha256_excel", "TEXT NOT NULL", "Mã SHA-256 của tệp Excel"),
        ("tep_zip", "TEXT NOT NULL", "Tên tệp .zip có các PDF"),
        ("sha256_zip", "TEXT NOT NULL", "Mã SHA-256 của tệp .zip"),
    ),
    "truong_hop": (
        ("id", "INTEGER PRIMARY KEY", "Một số riêng cho mỗi trường hợp: số hiệu quyển nhân một triệu, cộng dòng Excel"),
        ("ma", "INTEGER NOT NULL", "Mã trường hợp trong phần mềm số hóa"),
        ("quyen_id", "INTEGER NOT NULL REFERENCES quyen(id)", "Quyển (bảng quyen)"),
        ("loai", "TEXT NOT NULL", "Loại sổ: tên bảng có đủ các cột của trường hợp"),
        ("dong", "INTEGER NOT NULL", "Dòng trong tệp Excel của quyển"),
        ("so", "TEXT NOT NULL", "Số đăng ký như trong Excel (045/1998)"),
        ("so_thu_tu", "INTEGER", "Số đăng ký không có số 0 ở đầu và năm (45), để tìm"),
        ("ngay_dang_ky", "TEXT NOT NULL", "Ngày đăng ký như trong Excel (dd.mm.yyyy)"),
        ("nam_dang_ky", "INTEGER NOT NULL", "Năm đăng ký; 0 khi không rõ"),
        ("tep_pdf", "TEXT NOT NULL", "Tên PDF trong tệp .zip của quyển"),
        ("sha256_pdf", "TEXT NOT NULL", "Mã SHA-256 của PDF"),
        ("byte_pdf", "INTEGER NOT NULL", "Độ lớn của PDF, tính bằng byte"),
    ),
    "ho_ten": (
        ("truong_hop_id", "INTEGER NOT NULL REFERENCES truong_hop(id)", "Trường hợp (bảng truong_hop)"),
        ("cot", "TEXT NOT NULL", "Cột có họ tên này, ví dụ nksHoTen"),
        ("ho_ten", "TEXT NOT NULL", "Họ tên như trong Excel"),
        ("ho_ten_khong_dau", "TEXT NOT NULL", "Họ tên chữ thường không dấu, để tìm"),
        ("ngay_sinh", "TEXT NOT NULL", "Ngày sinh của người đó (dd.mm.yyyy, mm.yyyy hoặc yyyy); trống khi không có"),
    ),
    "cot": (
        ("bang", "TEXT NOT NULL", "Tên bảng"),
        ("cot", "TEXT NOT NULL", "Tên cột"),
        ("nghia", "TEXT NOT NULL", "Nghĩa của cột"),
        ("loai_gia_tri", "TEXT NOT NULL", "Loại giá trị: name là họ tên, date là ngày, code là mã ..."),
        ("danh_muc", "TEXT NOT NULL", "Danh mục mã (bảng ma); trống khi không có"),
    ),
    "ma": (
        ("danh_muc", "TEXT NOT NULL", "Tên danh mục"),
        ("ma", "TEXT NOT NULL", "Mã"),
        ("nghia", "TEXT NOT NULL", "Nghĩa của mã"),
    ),
    "thong_tin": (
        ("ten", "TEXT PRIMARY KEY", "Tên mục"),
        ("gia_tri", "TEXT NOT NULL", "Giá trị"),
    ),
}
"""Tables besides those of the register types: column, SQL type, meaning in Vietnamese."""

_INDEXES = (
    "CREATE UNIQUE INDEX IF NOT EXISTS truong_hop_dong ON truong_hop (quyen_id, dong)",
    "CREATE INDEX IF NOT EXISTS truong_hop_so ON truong_hop (so_thu_tu, nam_dang_ky)",
    "CREATE INDEX IF NOT EXISTS ho_ten_khong_dau ON ho_ten (ho_ten_khong_dau, ngay_sinh)",
    "CREATE INDEX IF NOT EXISTS ho_ten_truong_hop ON ho_ten (truong_hop_id)",
)
_EXTRA = {"STT": "Số thứ tự", "dataFilePath": "Tên tệp PDF của trường hợp"}
"""Columns that an office's profile may add to any workbook."""
_NAME_END, _BORN_END = "HoTen", "NgaySinh"


class RegisterBusy(Exception):
    """Another process is writing this very file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterBook:
    """A book as the register has it; fields as the columns of `quyen`."""

    id: int
    loai: str
    loai_ten: str
    so_quyen: str
    don_vi_ma: str
    don_vi: str
    noi_dang_ky: str
    so_truong_hop: int
    nghiem_thu: str
    ngay_nghiem_thu: str
    thu_muc: str
    tep_excel: str
    sha256_excel: str
    tep_zip: str
    sha256_zip: str


_BOOK = tuple(field.name for field in fields(RegisterBook))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCase:
    """A case with the cells of its row, by official column name."""

    entry_id: int
    row: int
    number: int | None
    year: int
    pdf: str
    pdf_sha256: str
    pdf_bytes: int
    cells: Mapping[str, str]


def table_of(register_type: RegisterType) -> str:
    """Table of a register type: its name among our own values."""
    return register_type.value


class RegisterFile:
    """A register being written; nobody else may write it meanwhile."""

    def __init__(self, path: Path) -> None:
        """Open the file, or begin it; one that is damaged begins anew.

        Raises:
            RegisterBusy: another process writes it.
            OSError: no right to write, or no room.
        """
        self.path = path
        self._connection = self._opened()

    def _opened(self) -> sqlite3.Connection:
        for again in (True, False):
            connection = sqlite3.connect(self.path, timeout=0, isolation_level=None)
            try:
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("BEGIN EXCLUSIVE")  # held as a lock until the file is closed
                connection.execute("COMMIT")
                _make_tables(connection)
                return connection
            except sqlite3.OperationalError as error:
                connection.close()
                raise _as_known(error, self.path) from error
            except sqlite3.DatabaseError as error:
                connection.close()
                if not again:
                    raise OSError(errno.EIO, "tệp sổ đang ghi bị hỏng", str(self.path)) from error
                for part in (self.path, self.path.with_name(self.path.name + "-journal")):
                    part.unlink(missing_ok=True)
        raise AssertionError

    def __enter__(self) -> RegisterFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def books(self) -> dict[int, RegisterBook]:
        """The whole books that are in it."""
        rows = self._connection.execute(f"SELECT {', '.join(_BOOK)} FROM quyen ORDER BY id").fetchall()
        return {row[0]: RegisterBook(**dict(zip(_BOOK, row, strict=True))) for row in rows}

    def put_book(self, book: RegisterBook, cases: Sequence[RegisterCase]) -> None:
        """Write a book whole, in place of what stood there of it.

        Raises:
            OSError: no room; the book is as it was before.
        """
        try:
            self._connection.execute("BEGIN")
            self._drop((book.id,))
            self._add("quyen", [[getattr(book, name) for name in _BOOK]])
            self._add_cases(book, cases)
            self._connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise _as_known(error, self.path) from error

    def keep_only(self, ids: Collection[int]) -> None:
        """Take out books that are no longer delivered."""
        gone = [book for book in self.books() if book not in ids]
        if gone:
            self._connection.execute("BEGIN")
            self._drop(gone)
            self._connection.execute("COMMIT")

    def years(self) -> dict[tuple[RegisterType, int], int]:
        """Cases by register type and year of registration."""
        rows = self._connection.execute("SELECT loai, nam_dang_ky, count(*) FROM truong_hop GROUP BY 1, 2")
        return {(RegisterType(kind), year): count for kind, year, count in rows}

    def finish(self, about: Mapping[str, str]) -> None:
        """Note what the register is, and close it as one file in its smallest form.

        Raises:
            OSError: no room.
        """
        try:
            self._connection.execute("BEGIN")
            self._connection.execute("DELETE FROM thong_tin")
            self._add("thong_tin", [list(pair) for pair in about.items()])
            self._connection.execute("COMMIT")
            self._connection.execute("VACUUM")
        except sqlite3.OperationalError as error:
            raise _as_known(error, self.path) from error
        finally:
            self._connection.close()

    def _drop(self, ids: Collection[int]) -> None:
        for book_id in ids:
            inside = "SELECT id FROM truong_hop WHERE quyen_id = ?"
            for table in ("ho_ten", *(table_of(kind) for kind in RegisterType)):
                self._connection.execute(f"DELETE FROM {table} WHERE truong_hop_id IN ({inside})", (book_id,))
            self._connection.execute("DELETE FROM truong_hop WHERE quyen_id = ?", (book_id,))
            self._connection.execute("DELETE FROM quyen WHERE id = ?", (book_id,))

    def _add(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        if rows:
            places = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)

    def _add_cases(self, book: RegisterBook, cases: Sequence[RegisterCase]) -> None:
        kind = RegisterType(book.loai)
        names = _cell_columns(kind)
        self._add("truong_hop", [_case_row(book, case) for case in cases])
        self._add(table_of(kind), [[_id(book, case), *(case.cells.get(name, "") for name in names)] for case in cases])
        named = [column.name for column in columns(kind) if column.kind is FieldKind.NAME]
        self._add("ho_ten", [row for case in cases for row in _name_rows(_id(book, case), case, named)])


def _id(book: RegisterBook, case: RegisterCase) -> int:
    return book.id * _ROWS_A_BOOK + case.row


def _case_row(book: RegisterBook, case: RegisterCase) -> list[object]:
    so, day = case.cells.get("so", ""), case.cells.get("ngayDangKy", "")
    pdf = (case.pdf, case.pdf_sha256, case.pdf_bytes)
    return [_id(book, case), case.entry_id, book.id, book.loai, case.row, so, case.number, day, case.year, *pdf]


def _name_rows(number: int, case: RegisterCase, named: Sequence[str]) -> list[list[object]]:
    found = []
    for name in named:
        if text := case.cells.get(name, ""):
            born = case.cells.get(name.removesuffix(_NAME_END) + _BORN_END, "") if name.endswith(_NAME_END) else ""
            found.append([number, name, text, search_key(text), born])
    return found


def _cell_columns(kind: RegisterType) -> tuple[str, ...]:
    """Columns of a type's table behind the case's id: all that a workbook of any profile may have."""
    names = [column.name for column in columns(kind)]
    return tuple(dict.fromkeys((*names, *_EXTRA)))


def register_columns() -> tuple[tuple[str, str, str, str, str], ...]:
    """Every column of the register: table, column, meaning, kind of value, code list."""
    return tuple(_meanings())


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    for table, parts in REGISTER_TABLES.items():
        connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(f'{n} {kind}' for n, kind, _ in parts)})")
    for register_type in RegisterType:
        cells = ", ".join(f'"{name}" TEXT NOT NULL' for name in _cell_columns(register_type))
        key = "truong_hop_id INTEGER PRIMARY KEY REFERENCES truong_hop(id)"
        connection.execute(f"CREATE TABLE IF NOT EXISTS {table_of(register_type)} ({key}, {cells})")
    for index in _INDEXES:
        connection.execute(index)
    for table in ("cot", "ma"):
        connection.execute(f"DELETE FROM {table}")
    connection.executemany("INSERT INTO cot VALUES (?, ?, ?, ?, ?)", _meanings())
    connection.executemany("INSERT INTO ma VALUES (?, ?, ?)", _codes())
    connection.execute("COMMIT")


def _meanings() -> list[tuple[str, str, str, str, str]]:
    found = [(table, name, told, "", "") for table, parts in REGISTER_TABLES.items() for name, _, told in parts]
    for kind in RegisterType:
        known = columns_by_name(kind)
        found.append((table_of(kind), "truong_hop_id", "Mã trường hợp (bảng truong_hop)", "", ""))
        for name in _cell_columns(kind):
            column = known.get(name)
            told = (column.label, column.kind.value, column.code_list or "") if column else (_EXTRA[name], "text", "")
            found.append((table_of(kind), name, *told))
    return found


def _codes() -> list[tuple[str, str, str]]:
    lists = dict.fromkeys(c.code_list for kind in RegisterType for c in columns(kind) if c.code_list)
    return [(name, code.code, code.label) for name in lists for code in code_list(name)]


def _as_known(error: sqlite3.OperationalError, path: Path) -> Exception:
    """What SQLite says as errors that others know."""
    text = str(error)
    if "locked" in text:
        return RegisterBusy(str(path))
    if "full" in text:
        return OSError(errno.ENOSPC, "đĩa đầy", str(path))
    if "readonly" in text or "unable to open" in text:
        return PermissionError(errno.EACCES, "không ghi được", str(path))
    return OSError(errno.EIO, text, str(path))
