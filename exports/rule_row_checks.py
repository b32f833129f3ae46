"""Named checks of one row, for rules that a pattern or a list cannot say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from corrections.entries import EntryState
from exports.names import number_parts, volume_parts
from exports.rows import CaseRow
from exports.rule_dates import date_span
from exports.rule_hits import FATHERLESS, MAIN_DATES, MOTHERLESS, RowsContext, RuleHit, fold, in_list
from layouts.codes import code_list
from layouts.columns import ColumnProfile, FieldKind
from vietnamese.calendar_limits import YEARS_OF_PEOPLE
from vietnamese.legacy_charsets import charset_of_text
from vietnamese.letters import has_lookalikes, is_control, is_figures, is_nfc, nfc, strange_signs

__all__ = ["ROW_CHECKS"]

_LONGEST_CELL = 32_767
"""More characters than this Excel cuts off."""
_NAME = re.compile(r"[^\W\d_]+(?:[ .'’(),-]+[^\W\d_]+)*[.)]?", re.UNICODE)
_EXCEL_NUMBER = re.compile(r"['’`\"].*|[0-9]+[.,]0*|[0-9]+(?:[.,][0-9]+)?[eE][+]?[0-9]+")
"""A number that Excel kept as a number, or as text with a sign in front: zeros and figures may be lost."""
_ID_DIGITS = {"1": ("9", "12"), "4": ("12",)}
"""Digits of a number by kind of identity paper (CMND, CCCD)."""


def _so_missing(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    if not row.values.get("so", "").strip():
        yield RuleHit(rule="so_missing", row=row, columns=("so",))


def _so_form(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    text = row.values.get("so", "")
    if not text.strip():
        return
    parts = number_parts(text)
    with_year = context.profile.number_with_year
    if parts is None or bool(parts[2]) != with_year:
        yield RuleHit(rule="so_form", row=row, columns=("so",), value=text, expected="045/1998" if with_year else "045")


def _so_year_differs(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    parts = number_parts(row.values.get("so", ""))
    date = row.values.get("ngayDangKy", "")
    if parts and parts[2] and date_span(date) and date[-4:] != parts[2]:
        yield RuleHit(rule="so_year_differs", row=row, columns=("so", "ngayDangKy"), value=row.values["so"], other=date)


def _registration_date_missing(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    if not row.values.get("ngayDangKy", "").strip():
        yield RuleHit(rule="registration_date_missing", row=row, columns=("ngayDangKy",))


def _registration_date_incomplete(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    date = row.values.get("ngayDangKy", "")
    if date.strip() and not re.fullmatch(r"\d\d\.\d\d\.\d{4}", date):
        yield RuleHit(rule="registration_date_incomplete", row=row, columns=("ngayDangKy",), value=date)


def _dates(row: CaseRow, context: RowsContext) -> Iterator[tuple[str, str]]:
    for name, text in row.values.items():
        if text and name in context.columns and context.columns[name].kind is FieldKind.DATE:
            yield name, text


def _date_impossible(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in _dates(row, context):
        if re.fullmatch(r"(\d\d\.){0,2}\d{4}", text) and date_span(text) is None:
            yield RuleHit(rule="date_impossible", row=row, columns=(name,), value=text)


def _year_unlikely(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in _dates(row, context):
        if date_span(text) and int(text[-4:]) not in YEARS_OF_PEOPLE:
            yield RuleHit(rule="year_unlikely", row=row, columns=(name,), value=text)


def _main_date_missing(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name in MAIN_DATES & context.columns.keys():
        if not row.values.get(name, "").strip():
            yield RuleHit(rule="main_date_missing", row=row, columns=(name,))


def _registration_before_book(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    volume = volume_parts(row.values.get("quyenSo", ""))
    date = row.values.get("ngayDangKy", "")
    if volume and date_span(date) and int(date[-4:]) < int(volume[1]):
        yield RuleHit(
            rule="registration_before_book",
            row=row,
            columns=("ngayDangKy", "quyenSo"),
            value=date,
            other=row.values["quyenSo"],
        )


def _parent_age(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    pairs = (("meNgaySinh", "nksNgaySinh"), ("chaNgaySinh", "nksNgaySinh"), ("cmNgaySinh", "ncNgaySinh"))
    for parent, child in pairs:
        born, child_born = date_span(row.values.get(parent, "")), date_span(row.values.get(child, ""))
        if born is None or child_born is None or not born.may_be_before(child_born):
            continue
        if not 13 <= child_born.last.year - born.first.year <= 75:
            yield RuleHit(rule="parent_age", row=row, columns=(parent, child), value=row.values[parent])


def _value_of_unknown_parent(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    kind = row.values.get("nksLoaiKhaiSinh", "")
    label = next((c.label for c in code_list("birth_type") if c.code == kind), kind)
    for prefix, without in (("me", MOTHERLESS), ("cha", FATHERLESS)):
        if kind not in without:
            continue
        filled = [n for n in context.columns if re.match(rf"{prefix}[A-Z]", n) and row.values.get(n)]
        if filled:
            yield RuleHit(
                rule="value_of_unknown_parent",
                row=row,
                columns=(filled[0], "nksLoaiKhaiSinh"),
                value=row.values[filled[0]],
                other=label,
            )


def _residence_code_without_place(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in row.values.items():
        if name.endswith("LoaiCuTru") and text not in ("", "0") and not row.values.get(name.replace("Loai", "Noi")):
            yield RuleHit(rule="residence_code_without_place", row=row, columns=(name,), value=text)


def _other_paper_without_name(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in row.values.items():
        other = name.replace("LoaiGiayToTuyThan", "GiayToKhac")
        if (
            name.endswith("LoaiGiayToTuyThan")
            and text == "8"
            and other in context.columns
            and not row.values.get(other)
        ):
            yield RuleHit(rule="other_paper_without_name", row=row, columns=(name, other), value=text)


def _paper_kind_without_number(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in row.values.items():
        number = name.replace("Loai", "So")
        placeholder = ("", "0", context.profile.unknown_id_paper_code)
        if name.endswith("LoaiGiayToTuyThan") and text not in placeholder and not row.values.get(number):
            yield RuleHit(rule="paper_kind_without_number", row=row, columns=(name, number), value=text)


def _identity_number_form(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, kind in row.values.items():
        if not name.endswith("LoaiGiayToTuyThan") or kind not in _ID_DIGITS:
            continue
        number = row.values.get(name.replace("Loai", "So"), "")
        figures = number.replace(" ", "")
        if number and not (is_figures(figures) and str(len(figures)) in _ID_DIGITS[kind]):
            yield RuleHit(
                rule="identity_number_form",
                row=row,
                columns=(name.replace("Loai", "So"),),
                value=number,
                expected=" hoặc ".join(_ID_DIGITS[kind]),
            )


def _identity_number_of_excel(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in row.values.items():
        column = context.columns.get(name)
        if column and column.kind is FieldKind.ID_NUMBER and _EXCEL_NUMBER.fullmatch(text.strip()):
            yield RuleHit(rule="identity_number_of_excel", row=row, columns=(name,), value=text)


def _not_unicode(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in row.values.items():
        charset = charset_of_text(text)
        if charset:
            yield RuleHit(rule="not_unicode", row=row, columns=(name,), value=text[:60], expected=charset.label)


def _lookalike_letters(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in row.values.items():
        if has_lookalikes(text):
            yield RuleHit(rule="lookalike_letters", row=row, columns=(name,), value=text[:60])


def _strange_signs(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in row.values.items():
        if (strange := strange_signs(text)) and not charset_of_text(text):
            yield RuleHit(rule="strange_signs", row=row, columns=(name,), value=text[:60], other=strange[:20])


def _foreigner_ethnic_group(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, group in row.values.items():
        nationality = row.values.get(name.replace("DanToc", "QuocTich"), "")
        if not name.endswith("DanToc") or not group or not nationality:
            continue
        if fold(nationality) != "việt nam" and in_list(group, "ethnic_group"):
            yield RuleHit(rule="foreigner_ethnic_group", row=row, columns=(name,), value=group, other=nationality)


def _requester_is_child(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    child, requester = row.values.get("nksHoTen", ""), row.values.get("nycHoTen", "")
    relation = fold(row.values.get("nycQuanHe", ""))
    if child and fold(child) == fold(requester) and not re.search("tự khai|bản thân|chính", relation):
        yield RuleHit(rule="requester_is_child", row=row, columns=("nycHoTen",), value=requester)


def _province_unknown(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    text = row.values.get("nksNoiSinhDVHC", "")
    if context.profile.birth_province_code and text and not re.fullmatch(r"\d\d", text):
        yield RuleHit(rule="province_unknown", row=row, columns=("nksNoiSinhDVHC",), value=text)


def _text_too_long(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in row.values.items():
        column = context.columns.get(name)
        limit = (column.max_length if column and column.kind is not FieldKind.CODE else None) or _LONGEST_CELL
        if len(text) > limit:
            yield RuleHit(
                rule="text_too_long",
                row=row,
                columns=(name,),
                value=text[:40],
                other=str(len(text)),
                expected=str(limit),
            )


def _each(rule: str, bad: Callable[[str], bool]) -> Callable[[CaseRow, RowsContext], Iterator[RuleHit]]:
    """A check of every filled cell by itself."""

    def check(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
        for name, text in row.values.items():
            if text and bad(text):
                yield RuleHit(rule=rule, row=row, columns=(name,), value=text)

    return check


def _name_characters(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in row.values.items():
        column = context.columns.get(name)
        named = column is not None and column.kind in (FieldKind.NAME, FieldKind.SIGNER)
        if named and text.strip() and not _NAME.fullmatch(nfc(text.strip())):
            yield RuleHit(rule="name_characters", row=row, columns=(name,), value=text)


def _standard_value_missing(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in (row.written or {}).items():
        column = context.columns.get(name)
        if column is None or (column.profile is ColumnProfile.OWN and context.register_type.has_standard_sheet):
            continue
        if text.strip() and not row.values.get(name):
            yield RuleHit(rule="standard_value_missing", row=row, columns=(name,), value=text)


def _entry_unapproved(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    if row.state is not None and row.state is not EntryState.APPROVED:
        yield RuleHit(rule="entry_unapproved", row=row)


def _scan_missing(row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    if not row.scanned:
        yield RuleHit(rule="scan_missing", row=row)


ROW_CHECKS: dict[str, Callable[[CaseRow, RowsContext], Iterator[RuleHit]]] = {
    "so_missing": _so_missing,
    "so_form": _so_form,
    "so_year_differs": _so_year_differs,
    "registration_date_missing": _registration_date_missing,
    "registration_date_incomplete": _registration_date_incomplete,
    "date_impossible": _date_impossible,
    "year_unlikely": _year_unlikely,
    "main_date_missing": _main_date_missing,
    "registration_before_book": _registration_before_book,
    "parent_age": _parent_age,
    "value_of_unknown_parent": _value_of_unknown_parent,
    "residence_code_without_place": _residence_code_without_place,
    "other_paper_without_name": _other_paper_without_name,
    "paper_kind_without_number": _paper_kind_without_number,
    "identity_number_form": _identity_number_form,
    "identity_number_of_excel": _identity_number_of_excel,
    "not_unicode": _not_unicode,
    "lookalike_letters": _lookalike_letters,
    "strange_signs": _strange_signs,
    "foreigner_ethnic_group": _foreigner_ethnic_group,
    "requester_is_child": _requester_is_child,
    "province_unknown": _province_unknown,
    "text_too_long": _text_too_long,
    "line_break": _each("line_break", lambda text: any(is_control(sign) for sign in text)),
    "spaces": _each("spaces", lambda text: text != text.strip() or "  " in text),
    "not_composed": _each("not_composed", lambda text: not is_nfc(text)),
    "name_characters": _name_characters,
    "standard_value_missing": _standard_value_missing,
    "entry_unapproved": _entry_unapproved,
    "scan_missing": _scan_missing,
}
