"""Reconciliation with an extract of the population database: the door to its parts, and the follow-up list.

The matching itself is `corrections.reconciliation`; how an extract is laid out and read, `exports.extract_profile` and
`exports.extracts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum

from corrections.reconciliation import MatchOutcome, MatchResult
from corrections.same_person import Person
from exports.extract_profile import PERSON_FIELDS, ExtractProfile, guess_mapping, load_extract_profile
from exports.extracts import extract_heads, read_extract
from exports.tables import write_table

__all__ = [
    "KIND_LABELS",
    "PERSON_FIELDS",
    "STATE_LABELS",
    "ExtractProfile",
    "FollowUp",
    "FollowUpState",
    "extract_heads",
    "follow_up_list",
    "guess_mapping",
    "load_extract_profile",
    "read_extract",
    "write_follow_up",
]


class FollowUpState(str, Enum):
    """How far the check of a difference has come."""

    OPEN = "open"
    BOOK_RIGHT = "book_right"
    """The book is right; the population database needs correction."""
    DATABASE_RIGHT = "database_right"
    """The transcription or the book is wrong; the entry goes back to review."""
    BOTH_KEPT = "both_kept"
    """Both stand as they are (a later change of civil status, for instance)."""

    def __str__(self) -> str:
        return self.value


STATE_LABELS = {
    FollowUpState.OPEN: "Chưa xử lý",
    FollowUpState.BOOK_RIGHT: "Sổ đúng, đề nghị sửa dữ liệu dân cư",
    FollowUpState.DATABASE_RIGHT: "Dữ liệu dân cư đúng, xem lại trường hợp",
    FollowUpState.BOTH_KEPT: "Giữ nguyên cả hai",
}
KIND_LABELS = {
    "tones": "khác dấu",
    "swapped": "đảo ngày và tháng",
    "partial": "một bên thiếu ngày, tháng",
    "spelling": "khác một, hai chữ cái",
    "unread": "trích xuất ghi dạng không đọc chắc được",
    "other": "khác nội dung",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One difference to follow up."""

    key: str
    """Person of the book (entry and column group)."""
    entry: str
    """The case as people know it: type, volume, number."""
    person: str
    """Name in the book."""
    matched: str
    """Row of the extract."""
    field: str
    book: str
    extract: str
    kind: str
    others: tuple[str, ...] = ()
    state: FollowUpState = FollowUpState.OPEN
    note: str = ""


def follow_up_list(
    results: Sequence[MatchResult], persons: Mapping[str, Person], entries: Mapping[str, str]
) -> tuple[FollowUp, ...]:
    """The differences of all persons found with differences, one line a field.

    Args:
        results: from `corrections.reconciliation.reconcile`.
        persons: the book's persons by key.
        entries: by the same key, the case in words (`Khai sinh 01/1998, số 45`).
    """
    found = []
    for result in results:
        if result.outcome is not MatchOutcome.DIFFERS:
            continue
        base = FollowUp(
            key=result.key,
            entry=entries.get(result.key, ""),
            person=persons[result.key].name,
            matched=result.matched,
            field="",
            book="",
            extract="",
            kind="other",
            others=result.others,
        )
        if not result.differences:
            found.append(base)
        for d in result.differences:
            kept = {f.name: getattr(base, f.name) for f in fields(base)}
            found.append(FollowUp(**{**kept, "field": d.field, "book": d.book, "extract": d.extract, "kind": d.kind}))
    return tuple(found)


def write_follow_up(items: Sequence[FollowUp]) -> bytes:
    """The follow-up list as Excel."""
    heads = ("Trường hợp", "Họ tên trong sổ", "Dòng trích xuất", "Trường", "Trong sổ", "Trong dữ liệu dân cư")
    rows = [
        (
            item.entry,
            item.person,
            ", ".join((item.matched, *item.others)),
            PERSON_FIELDS.get(item.field, "Có nhiều người gần giống, cần chọn"),
            item.book,
            item.extract,
            KIND_LABELS.get(item.kind, item.kind) if item.field else "",
            STATE_LABELS[item.state],
            item.note,
        )
        for item in items
    ]
    return write_table(
        "DANH SÁCH CẦN XÁC MINH (SỔ HỘ TỊCH VÀ DỮ LIỆU DÂN CƯ)",
        (*heads, "Kiểu khác biệt", "Trạng thái", "Ghi chú"),
        rows,
        sheet_name="Can xac minh",
    )
