"""How the rules of `data/rules.yaml` are carried out on the rows of one book."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corrections.entries import Book, EntryState
from exports.names import number_parts, volume_parts
from exports.profile import BirthForm, ExportProfile
from exports.rows import CaseRow
from exports.rule_dates import date_span
from exports.rules import Rule, RuleKind, RuleScope
from layouts.codes import code_list
from layouts.columns import Column, FieldKind, columns
from layouts.register_types import RegisterType

__all__ = ["Hit", "RowsContext", "check_rows"]

_LONGEST_CELL = 32_767
"""More characters than this Excel cuts off."""
_NAME = re.compile(r"[^\W\d_]+(?:[ .'’(),-]+[^\W\d_]+)*[.)]?", re.UNICODE)
_MAIN_DATES = {"nksNgaySinh", "nktNgayChet"}
_MOTHERLESS, _FATHERLESS = {"2", "4", "5"}, {"3", "4", "5"}
_ID_DIGITS = {"1": ("9", "12"), "4": ("12",)}
_USUAL_SHARE = 0.5
"""A primary column that at least this share of the book's rows fill is expected in every row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A rule broken once."""

    rule: str
    row: CaseRow | None
    columns: tuple[str, ...] = ()
    value: str = ""
    other: str = ""
    expected: str = ""


class RowsContext:
    """The rows of one book with what the checks need to know about them."""

    def __init__(
        self, register_type: RegisterType, rows: Sequence[CaseRow], profile: ExportProfile, book: Book | None
    ) -> None:
        self.register_type = register_type
        self.rows = rows
        self.profile = profile
        self.book = book
        self.columns: dict[str, Column] = {c.name: c for c in columns(register_type)}


def check_rows(rules: Mapping[str, Rule], context: RowsContext) -> Iterator[Hit]:
    """Every hit of the row and book rules, row by row in the order of the rules."""
    for rule in rules.values():
        if rule.scope is RuleScope.FILE:
            continue
        if rule.scope is RuleScope.BOOK:
            yield from _BOOK[rule.id](context)
            continue
        for row in context.rows:
            yield from _check_row(rule, row, context)


def _check_row(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    if rule.kind is RuleKind.PROCEDURE:
        yield from _ROW[rule.id](row, context)
    else:
        yield from _GENERIC[rule.kind](rule, row, context)


# --- rules of a general kind ------------------------------------------------------------------------------------------


def _concerned(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[tuple[str, str]]:
    """Filled cells a rule is about."""
    for name, text in row.values.items():
        kind = context.columns[name].kind.value if name in context.columns else ""
        if text and (name in rule.columns or kind in rule.kinds or ("any" in rule.kinds)):
            yield name, text


def _pattern(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, text in _concerned(rule, row, context):
        if not re.fullmatch(rule.pattern, text, re.DOTALL):
            yield Hit(rule=rule.id, row=row, columns=(name,), value=text)


def _filled(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, column in context.columns.items():
        wanted = column.required == rule.required and name not in rule.excepted
        if wanted and not row.values.get(name, "").strip():
            yield Hit(rule=rule.id, row=row, columns=(name,))


def _code(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, text in row.values.items():
        column = context.columns.get(name)
        if column is None or not text or column.code_list is None or column.kind not in _CODED:
            continue
        allowed = _allowed_codes(column, context.profile)
        if text not in allowed:
            yield Hit(rule=rule.id, row=row, columns=(name,), value=text, expected=", ".join(allowed))


_CODED = {FieldKind.CODE, FieldKind.SEX}


def _allowed_codes(column: Column, profile: ExportProfile) -> list[str]:
    codes = code_list(column.code_list or "")
    if column.name == "tinhTrangKetHon" and profile.marriage_state_words:
        return [c.label for c in codes]
    first_births = column.code_list == "registration_type_birth" and profile.birth_form is BirthForm.FIRST
    return [c.code for c in codes if not (first_births and c.code in {"5", "6"})]


def _listed(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, text in _concerned(rule, row, context):
        if not any(_in_list(text, listed) for listed in rule.lists):
            yield Hit(rule=rule.id, row=row, columns=(name,), value=text)


def _in_list(text: str, name: str) -> bool:
    folded = _fold(text)
    return any(folded in (_fold(c.label), _fold(c.code)) for c in code_list(name))


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("-", " ").split())


def _order(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for earlier, later in rule.pairs.get(context.register_type.value, ()):
        first, second = date_span(row.values.get(earlier, "")), date_span(row.values.get(later, ""))
        if first is None or second is None:
            continue
        broken = not first.may_be_before(second) if rule.strict else second.surely_before(first)
        if broken:
            yield Hit(
                rule=rule.id,
                row=row,
                columns=(earlier, later),
                value=row.values[earlier],
                other=row.values[later],
            )


_GENERIC: dict[RuleKind, Callable[[Rule, CaseRow, RowsContext], Iterator[Hit]]] = {
    RuleKind.PATTERN: _pattern,
    RuleKind.FILLED: _filled,
    RuleKind.CODE: _code,
    RuleKind.LISTED: _listed,
    RuleKind.ORDER: _order,
}


# --- procedures on one row --------------------------------------------------------------------------------------------


def _so_missing(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    if not row.values.get("so", "").strip():
        yield Hit(rule="so_missing", row=row, columns=("so",))


def _so_form(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    text = row.values.get("so", "")
    if not text.strip():
        return
    parts = number_parts(text)
    with_year = context.profile.number_with_year
    if parts is None or bool(parts[2]) != with_year:
        yield Hit(rule="so_form", row=row, columns=("so",), value=text, expected="045/1998" if with_year else "045")


def _so_year_differs(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    parts = number_parts(row.values.get("so", ""))
    date = row.values.get("ngayDangKy", "")
    if parts and parts[2] and date_span(date) and date[-4:] != parts[2]:
        yield Hit(rule="so_year_differs", row=row, columns=("so", "ngayDangKy"), value=row.values["so"], other=date)


def _registration_date_missing(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    if not row.values.get("ngayDangKy", "").strip():
        yield Hit(rule="registration_date_missing", row=row, columns=("ngayDangKy",))


def _registration_date_incomplete(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    date = row.values.get("ngayDangKy", "")
    if date.strip() and not re.fullmatch(r"\d\d\.\d\d\.\d{4}", date):
        yield Hit(rule="registration_date_incomplete", row=row, columns=("ngayDangKy",), value=date)


def _dates(row: CaseRow, context: RowsContext) -> Iterator[tuple[str, str]]:
    for name, text in row.values.items():
        if text and name in context.columns and context.columns[name].kind is FieldKind.DATE:
            yield name, text


def _date_impossible(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, text in _dates(row, context):
        if re.fullmatch(r"(\d\d\.){0,2}\d{4}", text) and date_span(text) is None:
            yield Hit(rule="date_impossible", row=row, columns=(name,), value=text)


def _year_unlikely(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, text in _dates(row, context):
        if date_span(text) and not 1850 <= int(text[-4:]) <= 2100:
            yield Hit(rule="year_unlikely", row=row, columns=(name,), value=text)


def _main_date_missing(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name in _MAIN_DATES & context.columns.keys():
        if not row.values.get(name, "").strip():
            yield Hit(rule="main_date_missing", row=row, columns=(name,))


def _registration_before_book(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    volume = volume_parts(row.values.get("quyenSo", ""))
    date = row.values.get("ngayDangKy", "")
    if volume and date_span(date) and int(date[-4:]) < int(volume[1]):
        yield Hit(
            rule="registration_before_book",
            row=row,
            columns=("ngayDangKy", "quyenSo"),
            value=date,
            other=row.values["quyenSo"],
        )


def _parent_age(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    pairs = (("meNgaySinh", "nksNgaySinh"), ("chaNgaySinh", "nksNgaySinh"), ("cmNgaySinh", "ncNgaySinh"))
    for parent, child in pairs:
        born, child_born = date_span(row.values.get(parent, "")), date_span(row.values.get(child, ""))
        if born is None or child_born is None or not born.may_be_before(child_born):
            continue
        if not 13 <= child_born.last.year - born.first.year <= 75:
            yield Hit(rule="parent_age", row=row, columns=(parent, child), value=row.values[parent])


def _value_of_unknown_parent(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    kind = row.values.get("nksLoaiKhaiSinh", "")
    label = next((c.label for c in code_list("birth_type") if c.code == kind), kind)
    for prefix, without in (("me", _MOTHERLESS), ("cha", _FATHERLESS)):
        if kind not in without:
            continue
        filled = [n for n in context.columns if re.match(rf"{prefix}[A-Z]", n) and row.values.get(n)]
        if filled:
            yield Hit(
                rule="value_of_unknown_parent",
                row=row,
                columns=(filled[0], "nksLoaiKhaiSinh"),
                value=row.values[filled[0]],
                other=label,
            )


def _residence_code_without_place(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, text in row.values.items():
        if name.endswith("LoaiCuTru") and text not in ("", "0") and not row.values.get(name.replace("Loai", "Noi")):
            yield Hit(rule="residence_code_without_place", row=row, columns=(name,), value=text)


def _other_paper_without_name(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, text in row.values.items():
        other = name.replace("LoaiGiayToTuyThan", "GiayToKhac")
        if (
            name.endswith("LoaiGiayToTuyThan")
            and text == "8"
            and other in context.columns
            and not row.values.get(other)
        ):
            yield Hit(rule="other_paper_without_name", row=row, columns=(name, other), value=text)


def _paper_kind_without_number(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, text in row.values.items():
        number = name.replace("Loai", "So")
        placeholder = ("", "0", context.profile.unknown_id_paper_code)
        if name.endswith("LoaiGiayToTuyThan") and text not in placeholder and not row.values.get(number):
            yield Hit(rule="paper_kind_without_number", row=row, columns=(name, number), value=text)


def _identity_number_form(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, kind in row.values.items():
        if not name.endswith("LoaiGiayToTuyThan") or kind not in _ID_DIGITS:
            continue
        number = row.values.get(name.replace("Loai", "So"), "")
        digits = re.sub(r"\D", "", number)
        if number and str(len(digits)) not in _ID_DIGITS[kind]:
            yield Hit(
                rule="identity_number_form",
                row=row,
                columns=(name.replace("Loai", "So"),),
                value=number,
                expected=" hoặc ".join(_ID_DIGITS[kind]),
            )


def _foreigner_ethnic_group(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, group in row.values.items():
        nationality = row.values.get(name.replace("DanToc", "QuocTich"), "")
        if not name.endswith("DanToc") or not group or not nationality:
            continue
        if _fold(nationality) != "việt nam" and _in_list(group, "ethnic_group"):
            yield Hit(rule="foreigner_ethnic_group", row=row, columns=(name,), value=group, other=nationality)


def _requester_is_child(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    child, requester = row.values.get("nksHoTen", ""), row.values.get("nycHoTen", "")
    relation = _fold(row.values.get("nycQuanHe", ""))
    if child and _fold(child) == _fold(requester) and not re.search("tự khai|bản thân|chính", relation):
        yield Hit(rule="requester_is_child", row=row, columns=("nycHoTen",), value=requester)


def _province_unknown(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    text = row.values.get("nksNoiSinhDVHC", "")
    if context.profile.birth_province_code and text and not re.fullmatch(r"\d\d", text):
        yield Hit(rule="province_unknown", row=row, columns=("nksNoiSinhDVHC",), value=text)


def _text_too_long(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, text in row.values.items():
        column = context.columns.get(name)
        limit = (column.max_length if column and column.kind is not FieldKind.CODE else None) or _LONGEST_CELL
        if len(text) > limit:
            yield Hit(
                rule="text_too_long",
                row=row,
                columns=(name,),
                value=text[:40],
                other=str(len(text)),
                expected=str(limit),
            )


def _each(rule: str, bad: Callable[[str], bool]) -> Callable[[CaseRow, RowsContext], Iterator[Hit]]:
    """A check of every filled cell by itself."""

    def check(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
        for name, text in row.values.items():
            if text and bad(text):
                yield Hit(rule=rule, row=row, columns=(name,), value=text)

    return check


def _name_characters(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, text in row.values.items():
        column = context.columns.get(name)
        named = column is not None and column.kind in (FieldKind.NAME, FieldKind.SIGNER)
        if named and text.strip() and not _NAME.fullmatch(unicodedata.normalize("NFC", text.strip())):
            yield Hit(rule="name_characters", row=row, columns=(name,), value=text)


def _standard_value_missing(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    for name, text in (row.written or {}).items():
        column = context.columns.get(name)
        if column is None or (column.profile == "own" and context.register_type.has_standard_sheet):
            continue
        if text.strip() and not row.values.get(name):
            yield Hit(rule="standard_value_missing", row=row, columns=(name,), value=text)


def _entry_unapproved(row: CaseRow, context: RowsContext) -> Iterator[Hit]:
    if row.state is not None and row.state != EntryState.APPROVED.value:
        yield Hit(rule="entry_unapproved", row=row)


_ROW: dict[str, Callable[[CaseRow, RowsContext], Iterator[Hit]]] = {
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
    "foreigner_ethnic_group": _foreigner_ethnic_group,
    "requester_is_child": _requester_is_child,
    "province_unknown": _province_unknown,
    "text_too_long": _text_too_long,
    "line_break": _each("line_break", lambda text: any(unicodedata.category(c) == "Cc" for c in text)),
    "spaces": _each("spaces", lambda text: text != text.strip() or "  " in text),
    "not_composed": _each("not_composed", lambda text: not unicodedata.is_normalized("NFC", text)),
    "name_characters": _name_characters,
    "standard_value_missing": _standard_value_missing,
    "entry_unapproved": _entry_unapproved,
}


# --- procedures on the whole book -------------------------------------------------------------------------------------


def _numbered(context: RowsContext) -> Iterator[tuple[CaseRow, int, str, str]]:
    """Rows with their number, suffix and year of registration; rows whose number cannot be read are left out."""
    for row in context.rows:
        parts = number_parts(row.values.get("so", ""))
        if parts:
            year = parts[2] or row.values.get("ngayDangKy", "")[-4:]
            yield row, int(parts[0]), parts[1], year


def _volume_differs(context: RowsContext) -> Iterator[Hit]:
    volumes = [volume_parts(row.values.get("quyenSo", "")) for row in context.rows]
    expected = volume_parts(context.book.volume_number) if context.book else next((v for v in volumes if v), None)
    for row, volume in zip(context.rows, volumes, strict=True):
        if expected and volume and volume != expected:
            yield Hit(
                rule="volume_differs",
                row=row,
                columns=("quyenSo",),
                value=row.values["quyenSo"],
                other=f"{expected[0]}/{expected[1]}",
            )


def _so_duplicate(context: RowsContext) -> Iterator[Hit]:
    """The same number twice in one year of one book; numbers restart every year."""
    first: dict[tuple[int, str, str, str], int] = {}
    for row, number, suffix, year in _numbered(context):
        authority = _fold(row.values.get("noiDangKy") or row.values.get("noiCap") or "")
        key = (number, suffix, year, authority)
        if key in first:
            yield Hit(rule="so_duplicate", row=row, columns=("so",), value=row.values["so"], other=str(first[key]))
        first.setdefault(key, row.row)


def _by_year(context: RowsContext) -> dict[str, list[tuple[CaseRow, int]]]:
    years: dict[str, list[tuple[CaseRow, int]]] = {}
    for row, number, _, year in _numbered(context):
        years.setdefault(year, []).append((row, number))
    return years


def _so_gap(context: RowsContext) -> Iterator[Hit]:
    for items in _by_year(context).values():
        in_order = sorted(items, key=lambda item: item[1])
        for (_, before), (row, number) in pairwise(in_order):
            if number > before + 1:
                yield Hit(rule="so_gap", row=row, columns=("so",), value=str(number), other=str(before))


def _so_order(context: RowsContext) -> Iterator[Hit]:
    for items in _by_year(context).values():
        highest = 0
        for row, number in items:
            if number < highest:
                yield Hit(rule="so_order", row=row, columns=("so",), value=str(number), other=str(highest))
            highest = max(highest, number)


def _page_order(context: RowsContext) -> Iterator[Hit]:
    highest = 0
    for row in context.rows:
        text = row.values.get("trangSo", "")
        if not text.isdigit():
            continue
        if int(text) < highest:
            yield Hit(rule="page_order", row=row, columns=("trangSo",), value=text, other=str(highest))
        highest = max(highest, int(text))


def _registration_date_order(context: RowsContext) -> Iterator[Hit]:
    latest, shown = None, ""
    for row in context.rows:
        text = row.values.get("ngayDangKy", "")
        span = date_span(text)
        if span is None:
            continue
        if latest is not None and span.surely_before(latest):
            yield Hit(rule="registration_date_order", row=row, columns=("ngayDangKy",), value=text, other=shown)
        else:
            latest, shown = span, text


def _primary_missing(context: RowsContext) -> Iterator[Hit]:
    """An unsure mandatory column is asked for only where the book's form carries it: most other rows fill it."""
    for name, column in context.columns.items():
        if column.required != "unknown" or name in _MAIN_DATES:
            continue
        empty = [row for row in context.rows if not row.values.get(name, "").strip()]
        if len(empty) > len(context.rows) * (1 - _USUAL_SHARE):
            continue
        for row in empty:
            if not _parent_declared_unknown(name, row):
                yield Hit(rule="primary_missing", row=row, columns=(name,))


def _parent_declared_unknown(name: str, row: CaseRow) -> bool:
    kind = row.values.get("nksLoaiKhaiSinh", "")
    if re.match(r"me[A-Z]", name):
        return kind in _MOTHERLESS or not row.values.get("meHoTen")
    if re.match(r"cha[A-Z]", name):
        return kind in _FATHERLESS or (name != "chaHoTen" and not row.values.get("chaHoTen"))
    return False


_BOOK: dict[str, Callable[[RowsContext], Iterator[Hit]]] = {
    "volume_differs": _volume_differs,
    "so_duplicate": _so_duplicate,
    "so_gap": _so_gap,
    "so_order": _so_order,
    "page_order": _page_order,
    "registration_date_order": _registration_date_order,
    "primary_missing": _primary_missing,
}
