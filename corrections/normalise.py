"""From the text as written to the value the standard workbook takes, by the kind of the column.

The text as written is always kept beside the value. What a rule cannot turn into a standard value with certainty
comes back with `certain=False` and a note that says what to look at. Names, places and free texts stay as written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

from corrections import lists, runs
from corrections.dates import parse_date
from corrections.death_notices import death_notice
from corrections.identity_papers import identity_paper
from corrections.signers import signer
from layouts.columns import Column, FieldKind
from vietnamese import lexicons
from vietnamese.legacy_charsets import charset_of_text
from vietnamese.letters import (
    fold_spaces,
    fold_tones,
    is_figures,
    strange_signs,
    strip_ending,
    without_dot_below,
)
from vietnamese.units import province_named

__all__ = ["Normalised", "normalise"]
_RELATION_WORDS = (3, 2, 1)
"""Words of a relation at the end of a value, the longest first: `mẹ đỡ đầu`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """A standard value and how sure the rule is of it, given that the text was read right."""

    value: str
    certain: bool
    note: str = ""
    """Vietnamese: why a person should look; empty when certain."""


_SIGNER_NOTE = "Không tách được họ tên và chức vụ người ký; hãy kiểm tra."

_SHARED_NOTE = "Tách từ dòng ghi chung; hãy kiểm tra."

_NO_PLACE = re.compile(r"[$€£¥§©®%*#@^~|<>=]")
"""Signs that no place is written with: a letter or a figure was misread (`Xóm $3`)."""
_ODD_SIGN_NOTE = "Có dấu lạ trong địa danh; hãy xem lại trên sổ."

_Rule = Callable[[Column, str, Mapping[str, str]], Normalised]


def normalise(column: Column, text: str, *, context: Mapping[str, str] | None = None) -> Normalised:
    """The standard value of a column for a text as written.

    Args:
        column: decides the kind of value and the code list.
        text: as written in the book; a run of text for several columns is given whole for each of them.
        context: `near_year` (registration year, for two-figure years), `shared` (the columns that share this text,
            comma-separated), `volume_year` (for a `quyenSo` that prints the number alone).
    """
    if not strip_ending(text):
        return Normalised(value="", certain=True)
    found = _RULES.get(column.kind, _as_written)(column, text, context or {})
    doubt = _doubt_of_letters(text) if found.certain else ""
    return replace(found, certain=False, note=doubt) if doubt else found


def _doubt_of_letters(text: str) -> str:
    """Why the letters themselves make a value doubtful, whatever its kind; "" when they do not."""
    legacy = charset_of_text(text)
    if legacy:
        return f"Chữ gõ theo bảng mã {legacy.label}, không phải Unicode; hãy chuyển mã hoặc gõ lại."
    strange = strange_signs(text)
    return f"Có ký tự lạ «{strange[:20]}»; hãy xem lại trên sổ và gõ lại." if strange else ""


def _told(certain: bool) -> str:
    return "" if certain else "Tách từ dòng ghi chung; hãy kiểm tra."


def _near_year(context: Mapping[str, str]) -> int | None:
    year = context.get("near_year", "")
    return int(year) if is_figures(year) else None


def _as_written(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    shared = context.get("shared", "")
    if column.name.endswith("NoiCapGiayToTuyThan"):
        return _paper(text, _PaperPart.ISSUED_BY)
    if column.name.endswith("NoiCuTru") and "HoTen" in shared:
        return Normalised(value=runs.person(text).residence, certain=False, note="Tách từ ô ghi chung; hãy kiểm tra.")
    if column.name == "nxnThoiGianCuTruTai" and "nxnTinhTrangHonNhan" in shared:
        found = re.search(r"(?:cư trú|thường trú|tạm trú|sống) tại\s+(.+?)(?=\s*,?\s+từ\b|$)", fold_spaces(text), re.I)
        told = found or re.search(r"cư trú|thường trú|tạm trú", fold_spaces(text), re.I)
        return Normalised(value=strip_ending(found.group(1)) if found else "", certain=not told, note=_SHARED_NOTE)
    if column.name == "gbtCoQuanCap" and "gbtSo" in shared:
        notice = death_notice(text)
        return Normalised(value=notice.issued_by, certain=notice.certain, note=_told(notice.certain))
    odd = column.kind is FieldKind.PLACE and _NO_PLACE.search(text)
    return Normalised(value=strip_ending(text), certain=not odd, note=_ODD_SIGN_NOTE if odd else "")


def _name(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    if "," in context.get("shared", ""):
        found = runs.person(text)
        if "QuanHe" in context["shared"]:
            name, _ = _name_and_relation(text)
            return Normalised(value=name, certain=False, note="Tách từ ô ghi chung; hãy kiểm tra họ tên.")
        note = "" if found.named else "Tách từ ô ghi chung; hãy kiểm tra họ tên."
        return Normalised(value=found.name, certain=found.named, note=note)
    return Normalised(value=strip_ending(text), certain=True)


def _relation(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    if "HoTen" in context.get("shared", ""):
        return Normalised(value=_name_and_relation(text)[1], certain=False, note="Tách từ ô ghi chung.")
    value = strip_ending(text)
    return Normalised(value=value, certain=True, note="" if lists.relation_known(value) else "Quan hệ ít gặp.")


def _name_and_relation(text: str) -> tuple[str, str]:
    """`Kpă Sà - cô` taken apart; where the stroke was not read, by the known relation at the end."""
    cleaned = strip_ending(text).rstrip(")")
    parts = re.split(r"\s*[(,;]\s*|\s+[-–]\s*|\s*[-–]\s+", cleaned, maxsplit=1)
    if len(parts) == 2:
        return parts[0], parts[1]
    words = cleaned.split()
    for size in _RELATION_WORDS:
        tail = " ".join(words[-size:])
        if len(words) > size + 1 and tail.islower() and lists.relation_known(tail):
            return " ".join(words[:-size]), tail
    return cleaned, ""


def _date(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    if column.name.endswith("NgayCapGiayToTuyThan"):
        return _paper(text, _PaperPart.ISSUED_ON)
    if column.name == "nktNgayChet":
        parsed = runs.death_date(text, near_year=_near_year(context))
    elif "HoTen" in context.get("shared", ""):
        born = runs.person(text).born
        return Normalised(value=born, certain=False, note="Tách từ ô ghi chung; hãy kiểm tra.")
    elif column.name == "gbtNgay" and context.get("shared"):
        notice = death_notice(text)
        return Normalised(value=notice.issued_on, certain=notice.certain, note=_told(notice.certain))
    elif column.name in ("nxnThoiGianCuTruTu", "nxnThoiGianCuTruDen") and context.get("shared"):
        return _dates_in_run(column.name, text)
    else:
        parsed = parse_date(text, near_year=_near_year(context))
    if parsed.date is None:
        keep = strip_ending(text) if "tuổi" in fold_spaces(text).casefold() else ""
        return Normalised(value=keep, certain=False, note=parsed.note)
    return Normalised(value=parsed.date.standard, certain=parsed.certain, note=parsed.note)


def _dates_in_run(name: str, text: str) -> Normalised:
    pattern = r"[0-9]{1,2}\s*[./\-]\s*[0-9]{1,2}\s*[./\-]\s*[0-9]{4}"
    found = re.findall(pattern, text)
    index = 1 if name.endswith("Den") else 0
    if len(found) <= index:
        untold = not any(sign.isdigit() for sign in re.sub(pattern, "", text))
        return Normalised(value="", certain=untold, note="" if untold else _SHARED_NOTE)
    parsed = parse_date(found[index])
    return Normalised(value=parsed.date.standard if parsed.date else "", certain=False, note="Tách từ dòng ghi chung.")


class _PaperPart(StrEnum):
    """What the run that names an identity paper tells."""

    KIND = "kind"
    NUMBER = "number"
    ISSUED_ON = "issued_on"
    ISSUED_BY = "issued_by"


def _paper(text: str, part: _PaperPart) -> Normalised:
    paper = identity_paper(text)
    issuer = _known_issuer(paper.issued_by)
    values = {
        _PaperPart.KIND: paper.kind,
        _PaperPart.NUMBER: paper.number,
        _PaperPart.ISSUED_ON: paper.issued_on,
        _PaperPart.ISSUED_BY: issuer,
    }
    certain = paper.date_certain if part is _PaperPart.ISSUED_ON else paper.certain
    note = "" if certain else _PAPER_NOTES.get(part, "Không tách được số giấy tờ; hãy gõ lại.")
    return Normalised(value=values[part], certain=certain, note=note)


_PAPER_NOTES = {_PaperPart.ISSUED_ON: "Không rõ ngày cấp; hãy gõ lại theo dạng ngày.tháng.năm."}


def _known_issuer(text: str) -> str:
    """`CA Hải Dượng` is the police of Hải Dương: a dot below that is none of the province's is the line's."""
    found = re.fullmatch(r"((?:CA|Công an|CATP|CA\.)(?:\s+(?:tỉnh|thành phố|TP\.?))?)\s+(\S.*)", text)
    if not found:
        return text
    known = province_named(found.group(2))
    if known is None or without_dot_below(known.name) != without_dot_below(found.group(2)):
        return text
    return f"{found.group(1)} {known.name}"


def _id_number(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    cleaned = strip_ending(text)
    spaceless = re.sub(r"(?<=[0-9])\s(?=[0-9])", "", cleaned)
    if re.fullmatch(r"[A-Za-z]{0,3}[0-9]{5,12}", spaceless):
        return Normalised(value=spaceless.upper(), certain=True)
    if re.fullmatch(r"[0-9]+(?:[.,]0+|(?:[.,][0-9]+)?[eE]\+?[0-9]+)", cleaned):
        return Normalised(value=_whole_part(cleaned), certain=False, note=_EXCEL_NOTE)
    if re.fullmatch(r"['’][0-9 ]+", text.strip()):
        return Normalised(value=re.sub(r"[^0-9]", "", text), certain=False, note=_EXCEL_NOTE)
    found = _paper(text, _PaperPart.NUMBER)
    if found.value:
        return found
    if "HoTen" in context.get("shared", "") and not re.search(r"\d{3}|CMND|CCCD|căn cước|chứng minh", text, re.I):
        whole = "," in text  # name and residence at least: the end was not lost
        return Normalised(value="", certain=whole, note=_told(whole))
    return Normalised(value=cleaned, certain=False, note="Số giấy tờ có chữ lạ; hãy kiểm tra.")


_EXCEL_NOTE = (
    "Số này đã bị Excel đổi thành số hoặc thêm dấu, có thể mất số 0 ở đầu hay chữ số cuối; hãy gõ lại theo sổ."
)


def _whole_part(text: str) -> str:
    """`12345678.0` is 12345678; `1.2E+08` has lost figures and stays as it is."""
    whole, _, rest = text.replace(",", ".").partition(".")
    return whole if re.fullmatch(r"0+", rest) else text


def _sex(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    return _matched(lists.sex_code(text), "", "Không rõ nam hay nữ; hãy chọn.")


def _ethnic_group(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    return _matched(lists.ethnic_group(text), strip_ending(text), "Không có trong danh mục dân tộc; hãy kiểm tra.")


def _nationality(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    return _matched(lists.nationality(text), strip_ending(text), "Không có trong danh mục quốc tịch; hãy kiểm tra.")


def _matched(match: lists.Match | None, fallback: str, note: str) -> Normalised:
    if match is None:
        return Normalised(value=fallback, certain=False, note=note)
    return Normalised(value=match.value, certain=match.certain, note="" if match.certain else note)


def _code(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    if column.code_list == "id_paper_type" and not re.fullmatch(r"\d", text.strip()):
        paper = _paper(text, _PaperPart.KIND)
        return paper if paper.value else _matched(lists.code_of("id_paper_type", text), "", paper.note)
    if column.code_list is None:
        return Normalised(value=strip_ending(text), certain=False, note="Cột này không có danh mục mã; hãy kiểm tra.")
    if column.code_list == "death_notice_type" and not re.search(r"[^\W\d_]{3}", text):
        return Normalised(value="", certain=True)  # the number alone, behind the printed words for every kind
    if column.code_list == "intended_use" and not re.fullmatch(r"\d", text.strip()):
        return _purpose(text)
    return _matched(lists.code_of(column.code_list, text), "", "Không rõ mã; hãy chọn trong danh mục.")


_MARRY = ("ket", "hon")
"""Words of a purpose that may be marriage, also with a letter misread."""


def _purpose(text: str) -> Normalised:
    """What a marital status certificate is for: marriage at home (1, with a foreigner 2), abroad (3, 4), other (5)."""
    plain = fold_tones(text)
    if "ket hon" not in plain:
        other = not any(Levenshtein.distance(word, part) < len(part) - 1 for word in plain.split() for part in _MARRY)
        return Normalised(value="5", certain=other, note="" if other else "Suy từ mục đích ghi trong sổ; hãy kiểm tra.")
    abroad = "o nuoc ngoai" in plain or "tai nuoc ngoai" in plain
    foreigner = "nguoi nuoc ngoai" in plain or "quoc tich" in plain
    code = str(1 + 2 * abroad + foreigner)
    usual = strip_ending(fold_spaces(text)).casefold() in lexicons.set_phrases()
    return Normalised(value=code, certain=usual, note="" if usual else "Suy từ mục đích ghi trong sổ; hãy kiểm tra.")


def _plain_number(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    cleaned = strip_ending(re.sub(r"^(?:số|trang|tờ)\s*[:.]?\s*", "", fold_spaces(text), flags=re.IGNORECASE))
    digits = re.sub(r"[oO]", "0", cleaned) if any(map(is_figures, cleaned)) else cleaned
    if is_figures(digits):
        return Normalised(value=_number(digits), certain=True)
    return Normalised(value=cleaned, certain=False, note="Phải là một số; hãy kiểm tra.")


def _number(figures: str) -> str:
    """Without leading zeros; as text, because Python refuses to make numbers of very many figures."""
    return figures.lstrip("0") or "0"


def _registration_number(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    cleaned = strip_ending(re.sub(r"^số\s*[:.]?\s*", "", fold_spaces(text), flags=re.IGNORECASE))
    if column.name == "gbtSo" and context.get("shared"):
        notice = death_notice(text)
        plain = is_figures(cleaned)  # the form of 2015 prints the date and the issuer beside it
        certain = notice.certain or plain
        return Normalised(value=cleaned if plain else notice.number, certain=certain, note=_told(certain))
    if is_figures(cleaned):
        return Normalised(value=_number(cleaned), certain=True)
    with_year = re.fullmatch(r"([0-9]{1,4})\s*/\s*((?:19|20)[0-9]{2})", cleaned)
    if with_year and column.name == "so":
        return Normalised(value=_number(with_year.group(1)), certain=True)
    odd = column.name == "so" and not re.fullmatch(r"[0-9]{1,4}\s*(?:bis|[a-zA-Z])", cleaned)
    return Normalised(value=cleaned, certain=not odd, note="Số đăng ký lạ; hãy kiểm tra." if odd else "")


_VOLUME_WORDS = frozenset(
    ("tp", "ht", "ks", "kt", "kh", "cmc", "tn", "xn", "xntthn", "gh", "ch", "nam", "so", "quyen", "ubnd", "khai",
     "sinh", "tu", "ket", "hon")
)  # fmt: skip
"""Words and abbreviations around a volume's number and year that say nothing more (`01-TP/HT-2015-KS`)."""


def _volume(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    cleaned = strip_ending(re.sub(r"^quyển(?:\s*số)?\s*[:.]?\s*", "", fold_spaces(text), flags=re.IGNORECASE))
    number = re.match(r"([0-9]{1,3})(?!\d)", cleaned)
    year = re.search(r"(?<!\d)((?:19|20)[0-9]{2})(?!\d)", cleaned)
    if number and year and number.start() != year.start():
        rest = f"{cleaned[number.end() : year.start()]} {cleaned[year.end() :]}"
        plain = all(word in _VOLUME_WORDS for word in re.findall(r"[^\W_]+", fold_tones(rest)))
        whole = plain and not cleaned[number.end() : number.end() + 1].isalpha()
        note = "" if whole else f"Ngoài số và năm, sổ còn ghi «{strip_ending(rest)}»; hãy kiểm tra quyển số."
        return Normalised(value=f"{int(number.group(1)):02d}/{year.group(1)}", certain=whole, note=note)
    if number and context.get("volume_year"):
        value = f"{int(number.group(1)):02d}/{context['volume_year']}"
        return Normalised(value=value, certain=False, note="Sổ không ghi năm; lấy theo sổ đang nhập.")
    return Normalised(value=cleaned, certain=False, note="Quyển số phải có dạng số/năm, ví dụ 01/1998.")


def _signer(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    found = signer(text)
    return Normalised(value=found.name, certain=found.certain, note="" if found.certain else _SIGNER_NOTE)


def _title(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    found = signer(text)
    return Normalised(value=found.title, certain=found.certain, note="" if found.certain else _SIGNER_NOTE)


def _death_time(column: Column, text: str, context: Mapping[str, str]) -> Normalised:
    found = runs.death_time(text)
    return Normalised(value=found.value, certain=found.certain, note=found.note)


_RULES: dict[FieldKind, _Rule] = {
    FieldKind.NAME: _name,
    FieldKind.RELATION: _relation,
    FieldKind.DATE: _date,
    FieldKind.ETHNIC_GROUP: _ethnic_group,
    FieldKind.NATIONALITY: _nationality,
    FieldKind.SEX: _sex,
    FieldKind.NUMBER: _plain_number,
    FieldKind.PAGE: _plain_number,
    FieldKind.REGISTRATION_NUMBER: _registration_number,
    FieldKind.VOLUME: _volume,
    FieldKind.ID_NUMBER: _id_number,
    FieldKind.TIME_OF_DEATH: _death_time,
    FieldKind.CODE: _code,
    FieldKind.SIGNER: _signer,
    FieldKind.TITLE: _title,
}
