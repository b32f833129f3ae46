"""Extracts of the population database in, follow-up lists out. The matching itself is `corrections.reconciliation`.

An extract comes as Excel or CSV with columns of its own making, so an office maps them once on screen and keeps the
mapping as a profile. The file is read as a stream, a million rows too, and checked as it is read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from corrections.reconciliation import MatchResult, Outcome, Person, profile_columns
from exports.errors import ExportError, WorkbookError
from exports.spreadsheets import open_sheets
from exports.tables import head_key, write_table

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

PERSON_FIELDS = {
    "name": "Họ, chữ đệm, tên",
    "born": "Ngày, tháng, năm sinh",
    "sex": "Giới tính",
    "id_number": "Số định danh cá nhân / CMND",
    "mother": "Họ tên mẹ",
    "father": "Họ tên cha",
    "birthplace": "Nơi sinh",
    "native_place": "Quê quán",
    "ethnic_group": "Dân tộc",
    "nationality": "Quốc tịch",
    "former_names": "Tên gọi khác",
}
"""Fields of a person that an extract may carry, with their labels; residence is left out as the plans order."""

_GUESSES = {
    "name": ("ho ten", "ho va ten", "ho chu dem ten", "ho chu dem va ten", "ho chu dem va ten khai sinh"),
    "born": ("ngay sinh", "ngay thang nam sinh", "nam sinh", "sinh ngay"),
    "sex": ("gioi tinh", "phai"),
    "id_number": ("so dinh danh", "so dinh danh ca nhan", "sddcn", "so cccd", "cccd", "so cmnd", "cmnd", "cccd cmnd"),
    "mother": ("ho ten me", "ho va ten me", "ten me", "me"),
    "father": ("ho ten cha", "ho va ten cha", "ten cha", "cha"),
    "birthplace": ("noi sinh", "noi dang ky khai sinh"),
    "native_place": ("que quan", "nguyen quan"),
    "ethnic_group": ("dan toc",),
    "nationality": ("quoc tich",),
    "former_names": ("ten goi khac", "ho ten khac", "bi danh"),
}
_MOST_ROWS = 1_048_576
_LAST_TITLE_ROW = 20
_SEXES = {"nam": "1", "1": "1", "nu": "2", "2": "2", "0": "2"}


class ExtractProfile(BaseModel):
    """How one kind of extract is laid out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(default="Mặc định", min_length=1, max_length=80)
    columns: dict[str, str]
    """Field of a person -> column head in the extract."""
    sheet: str = ""
    """Sheet to read; empty for the first that has the columns."""
    delimiter: str = Field(default="", max_length=1)
    """Of a CSV; empty to find it."""

    @field_validator("columns")
    @classmethod
    def _known_fields(cls, value: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(value) - set(PERSON_FIELDS))
        if unknown:
            raise ValueError(f"không có trường {', '.join(unknown)}")
        chosen = {f: head for f, head in value.items() if head.strip()}
        if "name" not in chosen:
            raise ValueError("phải chọn cột cho họ tên")
        return chosen

    def to_json(self) -> str:
        """Text to store."""
        return self.model_dump_json()


def load_extract_profile(text: str) -> ExtractProfile:
    """A stored profile.

    Raises:
        ExportError: it is not valid; the message names every mistake.
    """
    try:
        return ExtractProfile.model_validate_json(text)
    except ValidationError as error:
        lines = "; ".join(str(e["msg"]) for e in error.errors())
        raise ExportError(
            "bad_profile", f"Cấu hình cột của tệp trích xuất chưa hợp lệ: {lines}. Hãy chọn lại cột."
        ) from error


def extract_heads(path: Path) -> tuple[str, ...]:
    """Column heads of an extract, for the mapping on screen: the first row in which most cells are filled.

    Raises:
        WorkbookError: the file cannot be read or has no such row.
    """
    best: tuple[str, ...] = ()
    rows = _raw_rows(path, ExtractProfile(columns={"name": "?"}), check_merged=False)
    for number, texts in rows:
        if number > _LAST_TITLE_ROW:
            break
        filled = tuple(t.strip() for t in texts)
        if sum(map(bool, filled)) > sum(map(bool, best)):
            best = filled
    if sum(map(bool, best)) < 2:
        raise WorkbookError("no_header", f"Tệp {path.name} không có dòng tên cột. Hãy thêm tên cột ở dòng đầu.")
    return best


def guess_mapping(heads: Sequence[str]) -> dict[str, str]:
    """Columns proposed for the fields of a person, by their usual names."""
    keys = {head_key(h): h for h in reversed(heads) if h.strip()}
    return {
        name: keys[guess]
        for name, guesses in _GUESSES.items()
        if (guess := next((g for g in guesses if g in keys), None)) is not None
    }


def read_extract(path: Path, profile: ExtractProfile) -> Iterator[Person]:
    """Every person of an extract, as a stream; `reconcile` takes it whole before it decides anything.

    Args:
        path: .xlsx or .csv (UTF-8, or UTF-16 as Excel's «Unicode Text» saves it).
        profile: which column holds what.

    Yields:
        Persons with the row as key (`dòng 5`); rows without a name are left out.

    Raises:
        WorkbookError: wrong columns, merged cells, formulas, dates of the 1904 system, a password, damage. It may come
            in the middle of the stream: throw away what came before.
    """
    places: dict[str, int] | None = None
    wanted = dict.fromkeys(profile.columns.values())
    missing = tuple(wanted)
    for number, texts in _raw_rows(path, profile, check_merged=True):
        if places is None:
            here = _missing(texts, wanted)
            missing = min(missing, here, key=len)
            if not here:
                places = _places(texts, wanted)
            elif number > _LAST_TITLE_ROW:
                break
            continue
        row = {h: texts[i].strip() if i < len(texts) else "" for h, i in places.items()}
        if row[profile.columns["name"]]:
            yield _person(row, profile, f"dòng {number}")
    if places is None:
        raise WorkbookError(
            "wrong_columns",
            f"Tệp {path.name} không có cột {', '.join(f'«{head}»' for head in missing)}. Hãy chọn lại cột. "
            "Chưa có dòng nào được nhập.",
        )


def _missing(texts: Sequence[str], wanted: Iterable[str]) -> tuple[str, ...]:
    keys = {head_key(t) for t in texts}
    return tuple(head for head in wanted if head_key(head) not in keys)


def _places(texts: Sequence[str], wanted: Iterable[str]) -> dict[str, int]:
    keys = [head_key(t) for t in texts]
    return {head: keys.index(head_key(head)) for head in wanted}


def _person(row: Mapping[str, str], profile: ExtractProfile, key: str) -> Person:
    cells = dict(row)
    sex = profile.columns.get("sex")
    if sex:
        cells[sex] = _SEXES.get(head_key(cells[sex]), "")
    return profile_columns(cells, profile.columns, key)


def _raw_rows(path: Path, profile: ExtractProfile, *, check_merged: bool) -> Iterator[tuple[int, tuple[str, ...]]]:
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        yield from _csv_rows(path, profile)
        return
    with open_sheets(path) as file:
        named = [s for s in file.sheets if s.name == profile.sheet] if profile.sheet else list(file.sheets[:1])
        if not named:
            raise WorkbookError(
                "no_sheet", f"Tệp {path.name} không có trang «{profile.sheet}». Hãy chọn lại trang tính."
            )
        if check_merged:
            file.refuse_merged_cells(named[0])
        yield from named[0].rows(most_rows=_MOST_ROWS)


def _csv_rows(path: Path, profile: ExtractProfile) -> Iterator[tuple[int, tuple[str, ...]]]:
    try:
        with path.open("rb") as raw:
            head = raw.read(4096)
        if not head:
            raise WorkbookError("empty_file", f"Tệp {path.name} rỗng. Hãy kiểm tra lại tệp gốc.")
        encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        with path.open(encoding=encoding, newline="") as file:
            first = file.readline()
            file.seek(0)
            delimiter = profile.delimiter or max(";\t,|", key=first.count)
            for number, row in enumerate(csv.reader(file, delimiter=delimiter), start=1):
                if any(cell.strip() for cell in row):
                    yield number, tuple(row)
    except UnicodeError as error:
        raise WorkbookError(
            "encoding",
            f"Tệp {path.name} không dùng bảng mã Unicode. Hãy lưu lại dạng «CSV UTF-8» rồi nhập lại. Chưa có dòng nào "
            "được nhập.",
        ) from error
    except csv.Error as error:
        raise WorkbookError("damaged", f"Tệp CSV {path.name} bị hỏng ({error}). Hãy xuất lại tệp.") from error
    except OSError as error:
        raise WorkbookError("missing", f"Không mở được tệp {path.name}. Hãy kiểm tra lại đường dẫn.") from error


# --- the follow-up list -----------------------------------------------------------------------------------------------


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
        if result.outcome is not Outcome.DIFFERS:
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
