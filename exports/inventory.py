"""The inventory of register books (danh mục sổ): which books exist, how far each has come, which comes first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corrections.campaign.totals import UNKNOWN
from corrections.entries import Book, BookState
from corrections.search_keys import search_key
from exports.names import volume_parts
from exports.tables import TableRow, count_or_unknown, read_table, understood, write_table
from layouts.register_types import RegisterType

__all__ = ["STATE_LABELS", "InventoryBook", "PriorityRule", "book_priority", "read_inventory", "write_inventory"]

STATE_LABELS = {
    BookState.TO_COLLECT: "Chưa thu thập",
    BookState.SCANNED: "Đã quét",
    BookState.READ: "Đã nhận dạng",
    BookState.IN_REVIEW: "Đang rà soát",
    BookState.APPROVED: "Đã duyệt",
    BookState.EXPORTED: "Đã xuất",
    BookState.ACCEPTED: "Đã được tiếp nhận",
    BookState.REJECTED: "Bị trả lại",
}

_TYPE, _VOLUME, _YEAR, _OFFICE = "Loại sổ", "Quyển số", "Năm", "Đơn vị"
_PAGES, _ENTRIES, _STATE, _CLEAR, _REMARKS = "Số trang", "Số trường hợp", "Trạng thái", "Sổ rõ, ít tẩy xóa", "Ghi chú"
_ELSEWHERE = "Đã nhập ở nơi khác"
_HEADS = (_TYPE, _VOLUME, _YEAR, _OFFICE, _PAGES, _ENTRIES, _STATE, _CLEAR, _ELSEWHERE, _REMARKS)
_YES_OR_NO = {True: "Có", False: "Không", None: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryBook:
    """One book of the inventory."""

    register_type: RegisterType
    volume_number: str
    """`nn/yyyy`."""
    office: str
    pages: int | None = None
    expected_entries: int | None = None
    """None when nobody has counted: real, and never taken for zero."""
    state: BookState = BookState.TO_COLLECT
    clear: bool | None = None
    """Whether the book is clean with few corrections; None when nobody has looked."""
    elsewhere: bool | None = None
    """Whether an earlier phase entered it elsewhere; None when nobody has said."""
    remarks: str = ""

    @property
    def year(self) -> int:
        """Year of the volume."""
        return int(self.volume_number[-4:])

    @classmethod
    def of_book(cls, book: Book) -> InventoryBook:
        """The inventory's row of a book in the workbench."""
        clear = {"yes": True, "no": False}.get(book.settings.get("clear", ""))
        return cls(
            register_type=book.register_type,
            volume_number=book.volume_number,
            office=book.office,
            pages=book.pages,
            expected_entries=book.expected_entries,
            state=book.state,
            clear=clear,
            elsewhere=True if book.entered_elsewhere else None,
            remarks=book.remarks,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityRule:
    """Which books an office takes first; the order of types differs by province."""

    type_order: tuple[RegisterType, ...] = (
        RegisterType.MARRIAGE,
        RegisterType.BIRTH,
        RegisterType.DEATH,
        RegisterType.PARENT_CHILD_RECOGNITION,
        RegisterType.MARITAL_STATUS,
    )
    """Types not named come last."""
    clear_first: bool = True
    """Clear books of every type before unclear ones."""
    newest_first: bool = True


def book_priority(book: InventoryBook, rule: PriorityRule) -> int:
    """Place in the queue, small first; stored with the book."""
    order = rule.type_order
    place = order.index(book.register_type) if book.register_type in order else len(order)
    unclear = 0 if book.clear else 1 if book.clear is None else 2
    age = min(999, max(0, 2100 - book.year if rule.newest_first else book.year - 1900))
    return (unclear * 100_000 if rule.clear_first else 0) + place * 1_000 + age


def write_inventory(books: Sequence[InventoryBook]) -> bytes:
    """The inventory as Excel; counts nobody knows read `Chưa rõ`."""
    rows = [
        (
            b.register_type.label,
            b.volume_number,
            str(b.year),
            b.office,
            UNKNOWN if b.pages is None else str(b.pages),
            UNKNOWN if b.expected_entries is None else str(b.expected_entries),
            STATE_LABELS[b.state],
            _YES_OR_NO[b.clear],
            _YES_OR_NO[b.elsewhere],
            b.remarks,
        )
        for b in books
    ]
    return write_table("DANH MỤC SỔ HỘ TỊCH", _HEADS, rows, sheet_name="Danh muc so")


def read_inventory(path: Path, sheet: str = "") -> tuple[InventoryBook, ...]:
    """Books of an inventory in Excel, all or none.

    The register type may be the name or the prefix (KS ...), the volume `01/1998`, or `1` with the year beside it.

    Args:
        path: the .xlsx.
        sheet: the one to take where several hold such a list.

    Raises:
        WorkbookError: wrong columns, or rows that cannot be understood, every one of them named.
    """
    rows = read_table(path, _HEADS, required=(_TYPE, _VOLUME, _OFFICE), sheet=sheet)
    return understood(rows, _each_once(), f"Danh mục sổ {path.name} có dòng chưa đúng. Chưa nhập sổ nào; hãy sửa:")


def _each_once() -> Callable[[TableRow], InventoryBook]:
    """What a row means, refused when a row above named the same book."""
    seen: set[tuple[RegisterType, str, str]] = set()

    def take(row: TableRow) -> InventoryBook:
        book = _book(row)
        key = (book.register_type, book.volume_number, search_key(book.office))
        if key in seen:
            raise ValueError(f"sổ {book.register_type.label} quyển {book.volume_number} của {book.office} bị lặp")
        seen.add(key)
        return book

    return take


def _book(row: TableRow) -> InventoryBook:
    cells = row.cells
    return InventoryBook(
        register_type=_register_type(cells[_TYPE]),
        volume_number=_volume(cells[_VOLUME], cells.get(_YEAR, "")),
        office=_filled(cells[_OFFICE], _OFFICE),
        pages=count_or_unknown(cells.get(_PAGES, ""), _PAGES),
        expected_entries=count_or_unknown(cells.get(_ENTRIES, ""), _ENTRIES),
        state=_state(cells.get(_STATE, "")),
        clear=_yes_or_no(cells.get(_CLEAR, "")),
        elsewhere=_yes_or_no(cells.get(_ELSEWHERE, "")),
        remarks=cells.get(_REMARKS, ""),
    )


def _yes_or_no(text: str) -> bool | None:
    return {"co": True, "khong": False}.get(search_key(text))


def _register_type(text: str) -> RegisterType:
    key = re.sub(r"^(so )?(dang ky )?", "", search_key(text))
    for known in RegisterType:
        if key in (search_key(known.label), search_key(known.prefix), known.value.replace("_", " ")):
            return known
    names = ", ".join(t.label for t in RegisterType)
    raise ValueError(f"loại sổ «{text}» không có; các loại: {names}")


def _volume(text: str, year: str) -> str:
    parts = volume_parts(text) or volume_parts(f"{text}/{year}")
    if parts is None:
        raise ValueError(f"quyển số «{text}» phải có dạng 01/1998 (hoặc số quyển kèm cột Năm)")
    return f"{parts[0]}/{parts[1]}"


def _filled(text: str, head: str) -> str:
    if not text:
        raise ValueError(f"cột {head} để trống")
    return text


def _state(text: str) -> BookState:
    if not text:
        return BookState.TO_COLLECT
    for state, label in STATE_LABELS.items():
        if search_key(text) in (search_key(label), state.value.replace("_", " ")):
            return state
    raise ValueError(f"trạng thái «{text}» không có; các trạng thái: {', '.join(STATE_LABELS.values())}")
