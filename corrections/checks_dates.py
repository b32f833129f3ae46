"""Checks on dates: figures against words, order of events, ages by the law of the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from corrections.book_rules import LATE
from corrections.date_words import WORDS_OF, agree
from corrections.dates import PartialDate, parse_date, parse_date_words, parse_standard
from corrections.entries import Finding, Severity
from layouts.columns import Column, FieldKind
from layouts.register_types import RegisterType
from vietnamese.letters import first_small, fold_spaces

__all__ = ["BIRTHS", "LATER_EVENTS", "PARENT_AGES", "check_dates", "full_years_between"]

BIRTHS = {
    RegisterType.BIRTH: ("nksNgaySinh",),
    RegisterType.DEATH: ("nktNgaySinh",),
    RegisterType.MARRIAGE: ("chongNgaySinh", "voNgaySinh"),
    RegisterType.PARENT_CHILD_RECOGNITION: ("cmNgaySinh", "ncNgaySinh"),
    RegisterType.MARITAL_STATUS: ("nxnNgaySinh",),
    RegisterType.ADOPTION: ("conNuoiNgaySinh", "chaNuoiNgaySinh", "meNuoiNgaySinh"),
    RegisterType.GUARDIANSHIP: ("nghNgaySinh", "ndghNgaySinh"),
    RegisterType.CHANGE: ("ntdNgaySinh",),
}
LATER_EVENTS = ("nktNgayChet", "gbtNgay", "ngayXacLapQuanHeHonNhan", "ngayDangKyNuocNgoai", "giayToNgayCap")
"""Further dates that cannot lie after the registration."""
PARENT_AGES = {
    RegisterType.BIRTH: (("meNgaySinh", "nksNgaySinh", 12, 55), ("chaNgaySinh", "nksNgaySinh", 14, 75)),
    RegisterType.PARENT_CHILD_RECOGNITION: (("cmNgaySinh", "ncNgaySinh", 12, 75),),
}
"""Parent, child, least and greatest plausible age of the parent at the birth."""
_OLDEST = 110
"""Years at death that are looked at. Chosen by judgement."""
_LAW_OF_1986, _LAW_OF_2000, _LAW_OF_2014 = date(1987, 1, 3), date(2001, 1, 1), date(2015, 1, 1)
"""First days of the laws on marriage."""
_FORM_SOURCE = "Mẫu sổ hộ tịch: ngày ghi bằng chữ nhắc lại ngày ghi bằng số"
_EXCEL_SOURCE = "Quy cách tệp Excel chuẩn: dd.mm.yyyy, mm.yyyy hoặc yyyy"
_HUSBAND_FROM, _WIFE_FROM = 20, 18
"""Years of age at marriage, by all four laws; the first three count the year begun."""


def check_dates(
    register_type: RegisterType, columns: Mapping[str, Column], values: Mapping[str, str], texts: Mapping[str, str]
) -> Iterator[Finding]:
    """Everything the dates of an entry can tell."""
    dates = {
        name: parsed
        for name, value in values.items()
        if value and name in columns and columns[name].kind is FieldKind.DATE and (parsed := parse_standard(value))
    }
    yield from _forms(columns, values, texts, dates)
    yield from _words(values, texts, dates)
    yield from _order(register_type, columns, dates)
    yield from _parents(register_type, dates)
    if register_type is RegisterType.MARRIAGE:
        yield from _marriage_ages(dates)
    if register_type in LATE:
        yield from _late(register_type, values, dates)


def _forms(
    columns: Mapping[str, Column], values: Mapping[str, str], texts: Mapping[str, str], dates: Mapping[str, PartialDate]
) -> Iterator[Finding]:
    for name, value in values.items():
        column = columns.get(name)
        if column is None or column.kind is not FieldKind.DATE:
            continue
        text = texts.get(name, "")
        if "tuổi" in fold_spaces(text).casefold():
            yield _finding(
                "age_only",
                Severity.UNUSUAL,
                f"{column.label}: sổ ghi tuổi; giữ như sổ.",
                (name,),
                "Nguyên tắc nhập đúng như sổ",
            )
        elif value and name not in dates:
            yield _finding(
                "date_impossible",
                Severity.ERROR,
                f"{column.label} «{value}» không phải ngày có trong lịch; hãy xem lại trên sổ.",
                (name,),
                _EXCEL_SOURCE,
            )
        elif value and name == "ngayDangKy" and not dates[name].complete:
            yield _finding(
                "registration_date_incomplete",
                Severity.ERROR,
                "Ngày đăng ký phải đủ ngày, tháng, năm.",
                (name,),
                "Quy cách tệp Excel chuẩn",
            )
        parsed = parse_date(text) if text else None
        if parsed is not None and parsed.date is not None and parsed.date.lunar:
            yield _finding(
                "lunar_date",
                Severity.UNUSUAL,
                f"{column.label} ghi theo âm lịch; giữ như sổ, hỏi người kiểm tra cách nhập.",
                (name,),
                "Nguyên tắc nhập đúng như sổ",
            )


def _words(values: Mapping[str, str], texts: Mapping[str, str], dates: Mapping[str, PartialDate]) -> Iterator[Finding]:
    for words_name, figures_name in WORDS_OF.items():
        words = texts.get(words_name) or values.get(words_name, "")
        if not words:
            continue
        told = parse_date_words(words)
        if told.date is None:
            yield _finding(
                "date_words_unreadable",
                Severity.UNUSUAL,
                "Không hiểu được ngày ghi bằng chữ; hãy gõ lại đúng như sổ.",
                (words_name,),
                _FORM_SOURCE,
            )
            continue
        if told.date.lunar:
            yield _finding(
                "lunar_date",
                Severity.UNUSUAL,
                "Ngày ghi bằng chữ theo âm lịch; giữ như sổ.",
                (words_name,),
                "Nguyên tắc nhập đúng như sổ",
            )
            continue
        if figures_name in dates and agree(parse_date(dates[figures_name].standard), told) is False:
            yield _finding(
                "date_words_differ",
                Severity.ERROR,
                f"Ngày ghi bằng số là {dates[figures_name].standard}, ghi bằng chữ là {told.date.standard}; "
                "hãy xem lại cả hai trên sổ.",
                (figures_name, words_name),
                _FORM_SOURCE,
            )


def _order(
    register_type: RegisterType, columns: Mapping[str, Column], dates: Mapping[str, PartialDate]
) -> Iterator[Finding]:
    registered = dates.get("ngayDangKy")
    papers = tuple(name for name in dates if name.endswith("NgayCapGiayToTuyThan"))
    parents = tuple(pair[0] for pair in PARENT_AGES.get(register_type, ()))
    if registered:
        for name in dict.fromkeys((*BIRTHS[register_type], *parents, *LATER_EVENTS, *papers)):
            if name in dates and dates[name].earliest > registered.latest:
                yield _finding(
                    "registration_before_event",
                    Severity.ERROR,
                    f"Ngày đăng ký {registered.standard} trước {first_small(columns[name].label)} "
                    f"{dates[name].standard}; hãy xem lại hai ngày trên sổ.",
                    (name, "ngayDangKy"),
                    "Không thể đăng ký trước khi sự kiện xảy ra",
                )
    born, died = dates.get("nktNgaySinh"), dates.get("nktNgayChet")
    if born and died and born.earliest > died.latest:
        yield _finding(
            "death_before_birth",
            Severity.ERROR,
            f"Ngày chết {died.standard} trước ngày sinh {born.standard}; hãy xem lại trên sổ.",
            ("nktNgayChet", "nktNgaySinh"),
            "Không thể chết trước khi sinh",
        )
    if born and died and full_years_between(born.earliest, died.latest) > _OLDEST:
        yield _finding(
            "age_at_death_unusual",
            Severity.UNUSUAL,
            "Người chết trên 110 tuổi; hãy xem lại năm sinh và ngày chết.",
            ("nktNgaySinh", "nktNgayChet"),
            "Ngưỡng hợp lý",
        )


def _parents(register_type: RegisterType, dates: Mapping[str, PartialDate]) -> Iterator[Finding]:
    for parent_name, child_name, least, greatest in PARENT_AGES.get(register_type, ()):
        parent, child = dates.get(parent_name), dates.get(child_name)
        if parent is None or child is None:
            continue
        if full_years_between(parent.earliest, child.latest) < 1:
            if register_type is RegisterType.PARENT_CHILD_RECOGNITION:
                yield _finding(
                    "who_recognises",
                    Severity.UNUSUAL,
                    "Phần cha, mẹ trẻ hơn phần con: có thể là con nhận cha, mẹ; hãy xem lại ai nhận ai.",
                    (parent_name, child_name),
                    "Mẫu sổ nhận cha, mẹ, con 2006",
                )
            else:
                yield _finding(
                    "parent_not_older",
                    Severity.ERROR,
                    f"Ngày sinh của cha hoặc mẹ ({parent.standard}) không trước ngày sinh của con "
                    f"({child.standard}); hãy xem lại.",
                    (parent_name, child_name),
                    "Kiểm tra trước khi nạp: ngày sinh cha, mẹ phải trước ngày sinh con",
                )
            continue
        oldest = full_years_between(parent.earliest, child.latest)
        youngest = full_years_between(parent.latest, child.earliest) if parent.latest < child.earliest else 0
        if oldest < least or youngest > greatest:
            yield _finding(
                "parent_age_unusual",
                Severity.UNUSUAL,
                f"Cha hoặc mẹ khoảng {youngest} tuổi khi sinh con; ít gặp, hãy xem lại năm sinh.",
                (parent_name, child_name),
                f"Ngưỡng hợp lý: {least} đến {greatest} tuổi",
            )


def _marriage_ages(dates: Mapping[str, PartialDate]) -> Iterator[Finding]:
    married = dates.get("ngayDangKy")
    if married is None:
        return
    strict = married.earliest >= _LAW_OF_2014
    law = f"Luật Hôn nhân và gia đình 2014, Điều 8: nam từ đủ {_HUSBAND_FROM}, nữ từ đủ {_WIFE_FROM} tuổi"
    if not strict:
        law = (
            "Luật Hôn nhân và gia đình 2000, Điều 9"
            if married.earliest >= _LAW_OF_2000
            else "Luật Hôn nhân và gia đình 1986, Điều 5"
            if married.earliest >= _LAW_OF_1986
            else "Luật Hôn nhân và gia đình 1959, Điều 6"
        ) + f": nam từ {_HUSBAND_FROM}, nữ từ {_WIFE_FROM} tuổi (bước sang tuổi)"
    for name, who, age in (("chongNgaySinh", "Chồng", _HUSBAND_FROM), ("voNgaySinh", "Vợ", _WIFE_FROM)):
        born = dates.get(name)
        needed = age if strict else age - 1
        if born is not None and full_years_between(born.earliest, married.latest) < needed:
            yield _finding(
                "marriage_age",
                Severity.UNUSUAL,
                f"{who} chưa đủ tuổi kết hôn theo luật lúc đó; hãy xem lại ngày sinh, giữ như sổ nếu đúng.",
                (name, "ngayDangKy"),
                law,
            )


def _late(
    register_type: RegisterType, values: Mapping[str, str], dates: Mapping[str, PartialDate]
) -> Iterator[Finding]:
    """Late registration and its mark: 60 days for births, 15 for deaths (Nghị định 158/2005/NĐ-CP)."""
    rule = LATE[register_type]
    event, registered, code = dates.get(rule.event), dates.get("ngayDangKy"), values.get("loaiDangKy", "")
    if event is None or registered is None or not (event.complete and registered.complete) or code not in ("1", "4"):
        return
    if registered.earliest < rule.since:
        return
    days = (registered.earliest - event.earliest).days
    if code == "4" and 0 <= days <= rule.days:
        yield _finding(
            "late_mark_differs",
            Severity.UNUSUAL,
            f"Ghi đăng ký quá hạn nhưng chỉ sau {days} ngày; hãy xem lại ngày và dấu.",
            ("loaiDangKy", rule.event, "ngayDangKy"),
            f"Nghị định 158/2005/NĐ-CP, {rule.article}",
        )
    elif code == "1" and days > rule.days:
        yield _finding(
            "late_without_mark",
            Severity.UNUSUAL,
            f"Đăng ký sau {days} ngày mà không có dấu quá hạn hoặc đăng ký lại; hãy xem lại.",
            ("loaiDangKy",),
            f"Nghị định 158/2005/NĐ-CP, {rule.article}",
        )


def full_years_between(first: date, second: date) -> int:
    """Completed years of age on the second day for somebody born on the first; negative when it is before."""
    return second.year - first.year - ((second.month, second.day) < (first.month, first.day))


def _finding(check: str, severity: Severity, message: str, columns: tuple[str, ...], source: str) -> Finding:
    return Finding(check=check, severity=severity, message=message, columns=columns, source=source)
