"""What is typed about a book, put right when it is typed: volume, dates of opening and closing, office."""

from __future__ import annotations

import re
from datetime import date

from vietnamese.addresses import AUTHORITY, KIND_WORDS, UnitKind, kinds_named, parted
from vietnamese.letters import fold_spaces, nfc
from vietnamese.shown_time import dotted_day
from vietnamese.units import office_place

__all__ = ["BookDataError", "levels_lacking", "office_as_kept", "standard_day", "standard_volume"]

_FIRST_YEAR = 1900
"""Year of a volume or of a day of the book before which it is a slip of the finger. By judgement."""
_VOLUME = re.compile(r"(?:quyển|số|q\.?)?\s*(?:số\s*)?0*([1-9]\d{0,3})\s*[/.\-]\s*(\d{4})", re.IGNORECASE)
_LETTERED = re.compile(r"(?=.*[A-Za-zĐđ])[0-9A-Za-zĐđ.-]{1,20}/(\d{4})")
_WITHOUT_DISTRICTS = 2025
"""The year from which communes lie directly in their province (1 July 2025)."""
_KINDS = "|".join(sorted(map(re.escape, KIND_WORDS), key=len, reverse=True))
_NEXT_UNIT = re.compile(rf"(?i:(?<!\bthị)(?<![,;–-]))\s+(?=(?i:{_KINDS})\s+(?-i:[^\W_a-zà-ỹđ]))")
"""A blank before the word for a kind of unit that a name follows."""
_A_UNIT = re.compile(rf"\b(?:{_KINDS})\s+\w", re.I)
_DAY = re.compile(r"(?:ngày\s*)?(\d{1,2})\s*(?:[./\-]|tháng)\s*(\d{1,2})\s*(?:[./\-]|năm)\s*(\d{4})", re.IGNORECASE)


class BookDataError(ValueError):
    """A text that cannot be what it is typed for; the message is Vietnamese and says what to do."""


def standard_volume(text: str) -> str:
    """Volume and year as the workbook has them: `1/2008` -> `01/2008`; volumes with letters stay as they are.

    Raises:
        BookDataError: no volume, or a year that no register here has.
    """
    typed = nfc(text).strip()
    plain, lettered = _VOLUME.fullmatch(typed), _LETTERED.fullmatch(typed)
    if plain is None and lettered is None:
        raise BookDataError(f"Số quyển «{typed}» không đúng dạng số/năm, ví dụ 01/1998. Hãy sửa lại.")
    year = int(plain[2] if plain else lettered[1] if lettered else 0)
    if not _FIRST_YEAR <= year <= date.today().year:
        raise BookDataError(f"Năm {year} của quyển không thể đúng. Hãy xem lại bìa sổ rồi sửa.")
    return f"{int(plain[1]):02d}/{plain[2]}" if plain else typed


def standard_day(text: str, what: str) -> str:
    """A day as the workbook has it: `1/1/1998` -> `01.01.1998`; empty stays empty.

    Args:
        text: as typed.
        what: what day it is, for the message («Ngày mở sổ»).

    Raises:
        BookDataError: no day of the calendar.
    """
    typed = nfc(text).strip()
    if not typed:
        return ""
    parts = _DAY.fullmatch(typed)
    try:
        day = date(int(parts[3]), int(parts[2]), int(parts[1])) if parts else None
    except ValueError:
        day = None
    if day is None or not _FIRST_YEAR <= day.year <= date.today().year:
        raise BookDataError(f"{what} «{typed}» không phải là một ngày có thật, ví dụ 31.12.1998. Hãy sửa lại.")
    return f"{dotted_day(day)}"


def office_as_kept(text: str) -> str:
    """The authority's name with single spaces and in NFC, commas followed by one space and put between its units where
    none stand: `UBND xã Tân Lập huyện Vũ Thư` -> `UBND xã Tân Lập, huyện Vũ Thư`."""
    kept = re.sub(r"\s*,\s*", ", ", " ".join(nfc(text).split())).strip(" ,")
    return _NEXT_UNIT.sub(lambda gap: ", " if _A_UNIT.search(kept[: gap.start()].rpartition(",")[2]) else gap[0], kept)


def levels_lacking(office: str, volume_number: str) -> str:
    """Which levels of a registering authority nobody has written, as a sentence; empty when none lacks.

    The authority goes into every row as it is: `xã Tân Lập` alone is one of dozens of communes of that name.

    Args:
        office: the authority in words.
        volume_number: `nn/yyyy`.
    """
    named = AUTHORITY.sub("", fold_spaces(office))
    kinds = kinds_named(named)
    if not kinds:
        return ""  # an embassy, a department: no levels to be told
    place = office_place(office, volume_number)
    parts = parted(named)[0]
    province = bool(place.province) or (len(parts) > 1 and kinds_named(parts[-1]) == (UnitKind.PROVINCE,))
    below = bool(place.commune) if place.province else len(parts) - province > 1
    district = UnitKind.COMMUNE in kinds and not below
    lacking = ["huyện"] if district and (place.year is None or place.year < _WITHOUT_DISTRICTS) else []
    lacking += [] if province else ["tỉnh"]
    if not lacking:
        return ""
    return (
        f"Nơi đăng ký «{office}» chưa có tên {' và tên '.join(lacking)}. Tệp xuất ghi đúng chữ này ở mọi trường hợp; "
        "hãy ghi đủ các cấp theo sổ, ví dụ: UBND xã ..., huyện ..., tỉnh ..."
    )
