"""File names of the delivery: PDFs of cases, workbook and .zip.

`KS.1998.01.1998-05-20.045.pdf`: type, year of the book, book, registration date, number. Four programs agree on this.
Two points no source settles; our rules:

- a date of which only a part is known has zeros for the rest (`1998-05-00`, `1998-00-00`, `0000-00-00`), so that the
  name keeps its parts and sorts before complete dates;
- a second case with the same date and number gets `-2` after the number (`045-2`), a third `-3`, in the order of the
  book. The rehearsal reports such cases, since the import tool may refuse them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from exports.errors import NameRuleError
from layouts.register_types import RegisterType
from vietnamese.letters import is_figures, without_marks

__all__ = [
    "CaseName",
    "book_in_name",
    "case_pdf_name",
    "cover_pdf_name",
    "number_parts",
    "package_stem",
    "parse_case_name",
    "unique_names",
    "volume_parts",
]

_NUMBER = re.compile(r"^\s*0*([0-9]{1,12})\s*([^\W\d_]{0,4}|-\d{1,2})\s*(?:/\s*([0-9]{4}))?\s*$")
_VOLUME = re.compile(r"^\s*([0-9]{1,3})\s*/\s*([0-9]{4})\s*$")
_BOOK = re.compile(
    rf"(?<![^\W\d_])({'|'.join(kind.prefix for kind in RegisterType)})[._ -]+((?:19|20)\d\d)[._ -]+(\d{{1,3}})(?!\d)",
    re.IGNORECASE,
)
_CASE = re.compile(
    r"^(?P<type>[A-Z]{2,3})\.(?P<year>\d{4})\.(?P<book>\d{2,3})\."
    r"(?P<date>\d{4}-\d{2}-\d{2})\.(?P<number>\d{2,6})(?P<suffix>[a-z]{0,4}|-\d{1,2})\.pdf$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseName:
    """The parts of a case's file name."""

    prefix: str
    year: str
    book: str
    date: str
    """`yyyy-mm-dd`, zeros for what is unknown."""
    number: str
    """Digits as written in the name."""
    suffix: str


def number_parts(number: str) -> tuple[str, str, str] | None:
    """Digits without leading zeros, suffix, year: `045b/1998` -> ("45", "b", "1998"); None when it is no number."""
    match = _NUMBER.match(number)
    return (match[1], match[2].lower(), match[3] or "") if match else None


def volume_parts(volume: str) -> tuple[str, str] | None:
    """Book (at least two digits) and year of `quyenSo`: `1/1998` -> ("01", "1998"); None when it is none."""
    match = _VOLUME.match(volume)
    return (f"{int(match[1]):02d}", match[2]) if match else None


def book_in_name(path: str) -> tuple[RegisterType, str] | None:
    """Register and volume that a file's name tells, else a folder it lies in: `KS.2008.01/trang 3.jpg` -> 01/2008.

    The order is that of the delivery's names (type, year, book), with an office's prefix before it or anything behind.
    """
    kinds = {kind.prefix: kind for kind in RegisterType}
    for part in reversed(re.split(r"[\\/]", path)):
        match = _BOOK.search(part)
        if match is not None:
            return kinds[match[1].upper()], f"{int(match[3]):02d}/{match[2]}"
    return None


def _date_part(date: str) -> str:
    parts = date.strip().split(".")
    if not all(map(is_figures, parts)) or len(parts) > 3 or len(parts[-1]) != 4:
        return "0000-00-00"
    day, month, year = ["00"] * (3 - len(parts)) + parts
    return f"{year}-{month.zfill(2)}-{day.zfill(2)}"


def case_pdf_name(register_type: RegisterType, volume: str, date: str, number: str, *, width: int = 3) -> str:
    """Name of the PDF of one case.

    Args:
        register_type: kind of register.
        volume: `quyenSo`, nn/yyyy.
        date: `ngayDangKy`, dd.mm.yyyy or a part of it.
        number: `so`, with or without year.
        width: least number of digits of the number.

    Raises:
        NameRuleError: number or volume cannot be taken apart.
    """
    book_year = volume_parts(volume)
    parts = number_parts(number)
    if book_year is None:
        raise NameRuleError("volume", f"Quyển số «{volume}» không có dạng 01/1998. Hãy sửa quyển số rồi xuất lại.")
    if parts is None:
        raise NameRuleError("number", f"Số đăng ký «{number}» không đặt tên tệp được. Hãy sửa số rồi xuất lại.")
    digits = parts[0].zfill(max(width, 2)) + _ascii(parts[1])
    return f"{register_type.prefix}.{book_year[1]}.{book_year[0]}.{_date_part(date)}.{digits}.pdf"


def unique_names(names: Sequence[str]) -> list[str]:
    """The names in order, later repeats with -2, -3 ... after the number."""
    used: set[str] = set()
    found = []
    for name in names:
        stem, turn, candidate = name.removesuffix(".pdf"), 1, name
        while candidate in used:
            turn += 1
            candidate = f"{stem}-{turn}.pdf"
        used.add(candidate)
        found.append(candidate)
    return found


def parse_case_name(name: str) -> CaseName | None:
    """The parts of a case's file name, None when it breaks the rule."""
    match = _CASE.match(name)
    if match is None:
        return None
    parts = match.groupdict()
    return CaseName(
        prefix=parts["type"],
        year=parts["year"],
        book=parts["book"],
        date=parts["date"],
        number=parts["number"],
        suffix=parts["suffix"],
    )


def package_stem(register_type: RegisterType, volume: str, *, prefix: str = "", separator: str = ".") -> str:
    """Shared stem of workbook and .zip: `xalocthuan_hbd_tbt.CMC.2006.01`.

    Raises:
        NameRuleError: the volume is not nn/yyyy.
    """
    parts = volume_parts(volume)
    if parts is None:
        raise NameRuleError("volume", f"Quyển số «{volume}» không có dạng 01/1998. Hãy sửa quyển số rồi xuất lại.")
    core = f"{register_type.prefix}.{parts[1]}.{parts[0]}"
    return f"{prefix}{separator}{core}" if prefix else core


def cover_pdf_name(stem: str) -> str:
    """Name of the cover's PDF, for offices that want it in the .zip."""
    return f"Cover.{stem}.pdf"


def _ascii(text: str) -> str:
    return "".join(c for c in without_marks(text) if c.isascii())
