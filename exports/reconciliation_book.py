"""Reconciliation with an extract of the population database: the door to its parts, and the lists to follow up.

The matching itself is `corrections.reconciliation`; how an extract is laid out and read, `exports.extract_profile` and
`exports.extracts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corrections.cases import STATE_LABELS, CaseState
from corrections.reconciliation import MatchOutcome
from corrections.same_person import Person
from exports.extract_profile import PERSON_FIELDS, ExtractProfile, guess_mapping, load_extract_profile
from exports.extracts import extract_heads, read_extract
from exports.tables import write_table

__all__ = [
    "KIND_LABELS",
    "OUTCOME_LABELS",
    "PERSON_FIELDS",
    "ExtractProfile",
    "FollowUp",
    "NotFoundPerson",
    "extract_heads",
    "guess_mapping",
    "load_extract_profile",
    "person_cell",
    "read_extract",
    "said_of",
    "write_follow_up",
    "write_not_found",
]


OUTCOME_LABELS: Mapping[MatchOutcome, str] = {
    MatchOutcome.MATCHES: "Khớp",
    MatchOutcome.DIFFERS: "Có nhưng khác",
    MatchOutcome.NOT_FOUND: "Không thấy",
}
KIND_LABELS = {
    "tones": "khác dấu",
    "swapped": "đảo ngày và tháng",
    "partial": "một bên thiếu ngày, tháng",
    "spelling": "khác một, hai chữ cái",
    "unread": "có giá trị không đọc chắc được",
    "missing": "một bên không có ngày sinh",
    "taken": "khác tên, và người này đã khớp với người khác trong sổ",
    "other": "khác nội dung",
}
_SEXES = {"1": "Nam", "2": "Nữ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One difference of a case to follow up; a case without differences has one with an empty field."""

    case: int
    entry: str
    """The case as people know it: type, volume, number."""
    person: str
    """Name in the book."""
    matched: str
    """Rows of the extract, the best first."""
    field: str = ""
    book: str = ""
    extract: str = ""
    kind: str = ""
    state: CaseState = CaseState.OPEN
    owner: str = ""
    due: str = ""
    result: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFoundPerson:
    """A person of the book whom the extract does not hold, for entering there."""

    person: Person
    role: str
    """What the person is in the entry, in words."""
    register_type: str
    number: str
    volume: str
    registered_on: str
    office: str
    residence: str
    state: CaseState
    result: str = ""


def write_follow_up(items: Sequence[FollowUp], note: str = "") -> bytes:
    """The follow-up list as Excel, with a note under its title."""
    heads = ("Hồ sơ", "Trường hợp", "Họ tên trong sổ", "Dòng trích xuất", "Trường", "Trong sổ", "Trong dữ liệu dân cư")
    more = ("Kiểu khác biệt", "Trạng thái", "Người phụ trách", "Hạn", "Kết quả xác minh", "Ghi chú")
    rows = [
        (
            str(item.case),
            item.entry,
            item.person,
            item.matched,
            PERSON_FIELDS.get(item.field, "Có nhiều người gần giống, cần chọn"),
            said_of(item.field, item.book),
            said_of(item.field, item.extract),
            KIND_LABELS.get(item.kind, item.kind),
            STATE_LABELS[item.state],
            item.owner,
            item.due,
            item.result,
            item.note,
        )
        for item in items
    ]
    title = "DANH SÁCH CẦN XÁC MINH (SỔ HỘ TỊCH VÀ DỮ LIỆU DÂN CƯ)"
    return write_table(title, (*heads, *more), rows, sheet_name="Can xac minh", note=note)


def write_not_found(items: Sequence[NotFoundPerson], note: str = "") -> bytes:
    """Persons that the population database does not hold, one a row, in the order a clerk enters them there."""
    own = [label for name, label in PERSON_FIELDS.items() if name != "former_names"]
    heads = (*own, "Nơi cư trú ghi trong sổ", "Là ai trong sổ", "Loại sổ", "Số", "Quyển số", "Ngày đăng ký")
    rows = [
        (
            *(person_cell(item.person, name) for name in PERSON_FIELDS if name != "former_names"),
            item.residence,
            item.role,
            item.register_type,
            item.number,
            item.volume,
            item.registered_on,
            item.office,
            STATE_LABELS[item.state],
            item.result,
        )
        for item in items
    ]
    return write_table(
        "DANH SÁCH CHƯA CÓ TRONG DỮ LIỆU DÂN CƯ, ĐỀ NGHỊ THU THẬP",
        (*heads, "Nơi đăng ký", "Trạng thái", "Kết quả"),
        rows,
        sheet_name="Chua co",
        note=note,
    )


def person_cell(person: Person, name: str) -> str:
    """A field of a person; what nobody could read is told as such, never left empty."""
    text = dict(person.unread).get(name) or getattr(person, name)
    return said_of(name, ", ".join(text) if isinstance(text, tuple) else str(text))


def said_of(name: str, text: str) -> str:
    """What a field of a person says, for people: a sex in words."""
    return _SEXES.get(text, text) if name == "sex" else text
