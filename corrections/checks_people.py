"""Checks on persons: shape of names, sex and name, identity numbers, the same person in two fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rapidfuzz.distance import Levenshtein

from corrections.dates import parse_standard
from corrections.entries import Finding, Severity
from corrections.id_numbers import CARD_FIGURES, PERSONAL_FIGURES, PERSONAL_SINCE
from layouts.columns import Column, FieldKind
from layouts.register_types import RegisterType
from vietnamese.letters import fold_tones, is_figures, same_text

__all__ = ["check_people"]

_NAME = re.compile(r"^[^\W\d_]+(?:[ '’\-.]\s?[^\W\d_]+)*\.?$")
_PERSONS = {
    RegisterType.BIRTH: ("nks",),
    RegisterType.DEATH: ("nkt",),
    RegisterType.MARRIAGE: ("chong", "vo"),
    RegisterType.PARENT_CHILD_RECOGNITION: ("cm", "nc"),
    RegisterType.MARITAL_STATUS: ("nxn",),
    RegisterType.ADOPTION: ("conNuoi",),
    RegisterType.GUARDIANSHIP: ("ngh", "ndgh"),
    RegisterType.CHANGE: ("ntd",),
}
_ONE_SEX = {"chong": "1", "cha": "1", "vo": "2", "me": "2"}
_PAIRS = (("meHoTen", "chaHoTen"), ("chongHoTen", "voHoTen"), ("cmHoTen", "ncHoTen"))
_ID_LAW = "Nghị định 05/1999/NĐ-CP (9 số), Thông tư 27/2012/TT-BCA và Nghị định 137/2015/NĐ-CP (12 số)"

_MOST_WORDS, _LONGEST_SYLLABLE = 7, 7
"""Names with more syllables, or a syllable of more letters (the longest is `nghiêng`), are looked at."""
_FIRST_CENTURY = 1900
"""Figure 4 of a personal number counts centuries from this one, two numbers each: men even, women odd."""
_NEARLY_SAME = 0.75
"""Likeness (Levenshtein, without tone marks) from which two names are one name misread. Chosen by judgement."""


def check_people(
    register_type: RegisterType, columns: Mapping[str, Column], values: Mapping[str, str]
) -> Iterator[Finding]:
    """Everything names, sexes and identity numbers of an entry can tell."""
    for name, value in values.items():
        column = columns.get(name)
        if value and column is not None and column.kind in (FieldKind.NAME, FieldKind.SIGNER):
            yield from _name_shape(column, value)
    yield from _sexes(register_type, values)
    yield from _informant(values)
    yield from _same_names(values)
    yield from _identity_numbers(columns, values)
    yield from _foreigners(columns, values)


def _name_shape(column: Column, value: str) -> Iterator[Finding]:
    odd = ""
    words = value.split()
    if not _NAME.match(value):
        odd = "có ký tự lạ"
    elif len(words) < 2 and "'" not in value:
        odd = "chỉ có một tiếng"
    elif len(words) > _MOST_WORDS:
        odd = "dài bất thường"
    elif not value.isupper() and any(word[0].islower() for word in words) and not value.islower():
        odd = "có tiếng không viết hoa"
    elif any(len(fold_tones(word)) > _LONGEST_SYLLABLE for word in words):
        odd = "có tiếng quá dài"
    if odd:
        yield _unusual(
            "name_shape", f"{column.label} «{value}» {odd}; hãy xem lại trên sổ.", "Dạng họ tên", column.name
        )


def _sexes(register_type: RegisterType, values: Mapping[str, str]) -> Iterator[Finding]:
    for prefix in _PERSONS[register_type]:
        name, sex = values.get(f"{prefix}HoTen", ""), values.get(f"{prefix}GioiTinh", "") or _ONE_SEX.get(prefix, "")
        middle = [fold_tones(word) for word in name.split()[1:-1]]
        if (sex == "1" and "thi" in middle and "van" not in middle) or (sex == "2" and "van" in middle):
            field = f"{prefix}GioiTinh" if f"{prefix}GioiTinh" in values else f"{prefix}HoTen"
            yield _unusual(
                "sex_and_name",
                f"Tên «{name}» ghi giới tính {'nam' if sex == '1' else 'nữ'}: ít gặp; hãy xem lại.",
                "Chữ đệm Văn, Thị",
                field,
                f"{prefix}HoTen",
            )


def _informant(values: Mapping[str, str]) -> Iterator[Finding]:
    """The informant who says to be the mother or father bears that parent's name."""
    informant = values.get("nycHoTen", "")
    relation = fold_tones(values.get("nycQuanHe", ""))
    prefix = {"me": "me", "cha": "cha", "bo": "cha"}.get(relation.split(" ")[0] if relation else "")
    parent = values.get(f"{prefix}HoTen", "") if prefix and relation.split(" ")[-1] in ("me", "cha", "bo", "de") else ""
    if not informant or not parent or same_text(informant, parent):
        return
    who = "mẹ" if prefix == "me" else "cha"
    likeness = Levenshtein.normalized_similarity(fold_tones(informant), fold_tones(parent))
    if likeness >= _NEARLY_SAME:
        yield _unusual(
            "informant_nearly_same",
            f"Người đi khai là {who} nhưng tên «{informant}» khác «{parent}» vài chữ; hãy xem lại cả hai.",
            "Cùng một người trong một trường hợp",
            "nycHoTen",
            f"{prefix}HoTen",
        )
    else:
        yield _unusual(
            "informant_differs",
            f"Người đi khai ghi là {who} nhưng không mang tên {who}; hãy xem lại.",
            "Cùng một người trong một trường hợp",
            "nycQuanHe",
        )


def _same_names(values: Mapping[str, str]) -> Iterator[Finding]:
    for first, second in _PAIRS:
        if values.get(first) and values.get(second) and same_text(values[first], values[second]):
            yield _unusual(
                "two_people_one_name",
                f"Hai người cùng tên «{values[first]}»; hãy xem lại trên sổ.",
                "Hai người khác nhau",
                first,
                second,
            )
    numbers: dict[str, str] = {}
    for name, value in values.items():
        if name.endswith("SoGiayToTuyThan") and value and not name.startswith("nyc"):
            if value in numbers:
                yield _unusual(
                    "two_people_one_number",
                    f"Hai người cùng số giấy tờ {value}; hãy xem lại.",
                    "Mỗi số giấy tờ cấp cho một người",
                    name,
                    numbers[value],
                )
            numbers[value] = name


def _identity_numbers(columns: Mapping[str, Column], values: Mapping[str, str]) -> Iterator[Finding]:
    registered = parse_standard(values.get("ngayDangKy", ""))
    for name, value in values.items():
        if not value or name not in columns or columns[name].kind is not FieldKind.ID_NUMBER:
            continue
        kind = values.get(name.replace("SoGiayTo", "LoaiGiayTo"), "") if name.endswith("GiayToTuyThan") else "4"
        problem = _number_problem(value, kind, registered.year if registered else None)
        if problem:
            yield _unusual("id_number_length", f"{columns[name].label} «{value}»: {problem}", _ID_LAW, name)
        elif len(value) == PERSONAL_FIGURES and is_figures(value):
            yield from _personal_number(name, value, values)


def _number_problem(value: str, kind: str, year: int | None) -> str:
    digits = is_figures(value)
    if kind in ("", "0", "1") and digits and len(value) not in (CARD_FIGURES, PERSONAL_FIGURES):
        return f"có {len(value)} chữ số, chứng minh nhân dân có 9 hoặc 12 chữ số."
    if kind == "1" and not digits:
        return "số chứng minh nhân dân chỉ gồm chữ số."
    if kind == "4" and (not digits or len(value) != PERSONAL_FIGURES):
        return "căn cước công dân, số định danh có 12 chữ số."
    if len(value) == PERSONAL_FIGURES and digits and year is not None and year < PERSONAL_SINCE:
        return f"số 12 chữ số chưa có năm {year} (từ năm 2012)."
    if kind == "2" and not re.fullmatch(r"[A-Z]{1,2}\d{6,8}|\d{8,9}", value):
        return "hộ chiếu có một, hai chữ cái và 6 đến 8 chữ số."
    return ""


def _personal_number(name: str, value: str, values: Mapping[str, str]) -> Iterator[Finding]:
    """Figures 4 to 6 of a personal number say sex, century and year of birth (Nghị định 137/2015/NĐ-CP, Điều 13)."""
    prefix = re.sub(r"(?:SoGiayToTuyThan|SoDinhDanh(?:CaNhan)?)$", "", name)
    born = parse_standard(values.get(f"{prefix}NgaySinh", ""))
    sex = values.get(f"{prefix}GioiTinh", "") or _ONE_SEX.get(prefix, "")
    of_century, woman = divmod(int(value[3]), 2)
    year = _FIRST_CENTURY + 100 * of_century + int(value[4:6])
    wrong_sex = sex in ("1", "2") and woman != int(sex) - 1
    if (born is not None and born.year != year) or wrong_sex:
        yield _unusual(
            "id_number_differs",
            f"Số {value} không khớp năm sinh hoặc giới tính; hãy xem lại cả hai.",
            "Nghị định 137/2015/NĐ-CP, Điều 13",
            name,
            f"{prefix}NgaySinh",
        )


def _foreigners(columns: Mapping[str, Column], values: Mapping[str, str]) -> Iterator[Finding]:
    for name in columns:
        if name.endswith("QuocTich") and values.get(name, "Việt Nam") not in ("", "Việt Nam"):
            group = name.replace("QuocTich", "DanToc")
            if values.get(group) == "Kinh":
                yield _unusual(
                    "foreigner_ethnic_group",
                    f"Quốc tịch {values[name]} nhưng dân tộc Kinh; hãy xem lại.",
                    "Kiểm tra của các đội nhập liệu",
                    group,
                    name,
                )


def _unusual(check: str, message: str, source: str, *columns: str) -> Finding:
    return Finding(check=check, severity=Severity.UNUSUAL, message=message, columns=columns, source=source)
