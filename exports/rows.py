"""Shape the values of an entry into the cells of one row, as the profile wants them, and back again."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from corrections.entries import Book, Entry, EntryState
from exports.names import number_parts
from exports.profile import BirthForm, ExportProfile, NameCase, TimeNotation
from layouts.codes import code_list, label_of
from layouts.columns import ColumnProfile, FieldKind, column, columns, columns_by_name, later_birth_columns
from layouts.register_types import RegisterType
from vietnamese.addresses import UnitKind, kinds_named, place_key
from vietnamese.letters import fold_tones, is_figures, nfc

__all__ = ["CaseRow", "HeaderColumn", "entry_row", "header_columns", "shape_values", "unshape_values"]

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TIME = re.compile(r"^\s*(\d{1,2})\s*(?:h|giờ|g|:)\s*(\d{1,2})?\s*(?:['’′]|phút|ph|p)?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderColumn:
    """A column of the sheet: its official name and what stands in the header cell."""

    name: str
    header: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case as a row of the workbook."""

    row: int
    """Row of the sheet, the first case stands in row 2."""
    values: Mapping[str, str]
    """Cell texts by column name; a column without a value is absent or empty."""
    entry_id: int | None = None
    """None for a row of a workbook from outside."""
    written: Mapping[str, str] | None = None
    """Texts as they stand in the book, where known."""
    state: EntryState | None = None
    """State of the entry, where it is known."""
    scanned: bool = True
    """Whether there is a scan to make the row's PDF from."""


def header_columns(register_type: RegisterType, profile: ExportProfile) -> tuple[HeaderColumn, ...]:
    """The sheet's columns in order.

    For registers without a standard sheet these are our own columns.
    """
    if own := profile.column_order.get(register_type):
        return tuple(HeaderColumn(name=n, header=n) for n in own)
    if register_type is RegisterType.BIRTH and profile.birth_form is BirthForm.LATER:
        return _later_birth(profile)
    names = [c.name for c in columns(register_type) if _belongs(register_type, c.profile, c.name, profile)]
    if profile.recognition_sex and register_type is RegisterType.PARENT_CHILD_RECOGNITION:
        for name in ("cmGioiTinh", "ncGioiTinh"):
            names.insert(names.index(name.replace("GioiTinh", "HoTen")) + 1, name)
    names = [n for n in names if n not in {"STT", "dataFilePath"}]
    if profile.row_number_column:
        names.insert(0, "STT")
    if profile.file_path_column:
        names.append("dataFilePath")
    return tuple(HeaderColumn(name=n, header=_hinted(register_type, n, profile)) for n in names)


def _hinted(register_type: RegisterType, name: str, profile: ExportProfile) -> str:
    """The header cell: the name, and for coded columns the codes if the office wants hints (`i=[1,2,3]`)."""
    found = next((c for c in columns(register_type) if c.name == name), None)
    if not profile.header_hints or found is None or found.kind not in (FieldKind.CODE, FieldKind.SEX):
        return name
    return f"{name}\ni=[{','.join(c.code for c in code_list(found.code_list or ''))}]"


def _belongs(register_type: RegisterType, group: ColumnProfile, name: str, profile: ExportProfile) -> bool:
    if not register_type.has_standard_sheet:
        return group is ColumnProfile.OWN
    return group is ColumnProfile.CORE or (name == "nktNgayChetGhiBangChu" and profile.death_date_in_words)


def _later_birth(profile: ExportProfile) -> tuple[HeaderColumn, ...]:
    found = []
    for name, hint, trailing_space in later_birth_columns():
        header = name
        if profile.header_hints:
            header = f"{name}{' ' if trailing_space else ''}" + (f"\n{hint}" if hint else "")
        found.append(HeaderColumn(name=name, header=header))
    if profile.file_path_column:
        found.append(HeaderColumn(name="dataFilePath", header="dataFilePath"))
    return tuple(found)


def entry_row(entry: Entry, book: Book, profile: ExportProfile, *, row: int) -> CaseRow:
    """The row of an entry; volume and authority come from the book where the page does not give them."""
    register_type = entry.register_type
    values = {name: field.normalized for name, field in entry.fields.items()}
    if not values.get("quyenSo", "").strip():
        values["quyenSo"] = book.volume_number
    authority = "noiCap" if register_type is RegisterType.MARITAL_STATUS else "noiDangKy"
    if not values.get(authority, "").strip():
        values[authority] = book.office
    return CaseRow(
        row=row,
        values=shape_values(register_type, values, profile),
        entry_id=entry.id,
        written={name: field.text for name, field in entry.fields.items()},
        state=entry.state,
    )


def shape_values(register_type: RegisterType, values: Mapping[str, str], profile: ExportProfile) -> dict[str, str]:
    """Standard values as the profile writes them into cells; NFC, without control characters, spaces folded."""
    shaped = {name: _clean(text) for name, text in values.items()}
    known = columns_by_name(register_type)
    for name, text in shaped.items():
        if text and name in known:
            shaped[name] = _shape_one(name, known[name].kind, text, shaped, profile)
    for name in known:
        if shaped.get(name):
            continue
        if name.endswith("LoaiGiayToTuyThan") and profile.unknown_id_paper_code:
            number = shaped.get(name.replace("Loai", "So"), "")
            shaped[name] = "" if number else profile.unknown_id_paper_code
        elif name.endswith("LoaiCuTru") and not shaped.get(name.replace("Loai", "Noi"), ""):
            shaped[name] = profile.unknown_residence_code
    return {name: text for name, text in shaped.items() if text}


def _clean(text: str) -> str:
    return " ".join(_ILLEGAL.sub("", nfc(text)).split())


def _shape_one(name: str, kind: FieldKind, text: str, values: Mapping[str, str], profile: ExportProfile) -> str:
    if name == "so":
        return _number(text, values.get("ngayDangKy", ""), profile)
    if kind is FieldKind.NAME or kind is FieldKind.SIGNER:
        return _name(text, profile.name_case)
    if kind is FieldKind.TIME_OF_DEATH:
        return _time(text, profile.time_of_death)
    if name == "nksNoiSinhDVHC" and profile.birth_province_code:
        return _province_codes().get(_key(text), text)
    if name == "tinhTrangKetHon" and profile.marriage_state_words:
        return label_of("marriage_state", text) or text
    return text


def _number(text: str, date: str, profile: ExportProfile) -> str:
    parts = number_parts(text)
    if parts is None:
        return text
    digits, suffix, year = parts
    number = digits.zfill(profile.number_width) + suffix
    if not profile.number_with_year:
        return number
    year = year or (date[-4:] if is_figures(date[-4:]) else "")
    return f"{number}/{year}" if year else number


def _name(text: str, case: NameCase) -> str:
    if case is NameCase.UPPER:
        return text.upper()
    if case is NameCase.TITLE:
        return " ".join(word[:1].upper() + word[1:].lower() for word in text.split())
    return text


def _time(text: str, notation: TimeNotation) -> str:
    match = _TIME.match(text)
    if match is None or notation is TimeNotation.AS_TRANSCRIBED:
        return text
    mark = ":" if notation is TimeNotation.COLON else "h"
    return f"{int(match[1]):02d}{mark}{int(match[2] or 0):02d}"


def _key(text: str) -> str:
    kinds = kinds_named(text)
    return fold_tones(text) if kinds and UnitKind.PROVINCE not in kinds else place_key(text)


@lru_cache(maxsize=1)
def _provinces() -> tuple[tuple[str, str], ...]:
    """The 63 provinces of 2008-2025 with the codes of Quyết định 124/2004/QĐ-TTg as amended."""
    text = resources.files("exports").joinpath("data/provinces.csv").read_text(encoding="utf-8")
    return tuple((row["code"], row["name"]) for row in csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def _province_codes() -> dict[str, str]:
    return {_key(name): code for code, name in _provinces()}


def unshape_values(register_type: RegisterType, values: Mapping[str, str]) -> dict[str, str]:
    """Standard values from the cells of any team's workbook: the reverse of every profile choice.

    `045/1998` becomes `45`, a province code its name, a state of marriage in words its code, dates with slashes or
    hyphens get dots. Letter case stays as found.
    """
    found = {}
    for name, raw in values.items():
        text = _clean(raw)
        if not text:
            continue
        found[name] = _unshape_one(register_type, name, text)
    return found


def _unshape_one(register_type: RegisterType, name: str, text: str) -> str:
    if name == "so":
        parts = number_parts(text)
        return parts[0] + parts[1] if parts else text
    if name == "nksNoiSinhDVHC":
        return dict(_provinces()).get(text.zfill(2), text)
    if name == "tinhTrangKetHon":
        return next((c.code for c in code_list("marriage_state") if c.label.casefold() == text.casefold()), text)
    if name == "trangSo" and is_figures(text):
        return text.lstrip("0") or "0"
    try:
        kind = column(register_type, name).kind
    except KeyError:
        return text
    if kind is FieldKind.DATE and re.fullmatch(r"\d{1,2}([/.-])(\d{1,2}\1)?\d{4}", text):
        *first, year = re.split(r"[/.-]", text)
        return ".".join([*(p.zfill(2) for p in first), year])
    return text
