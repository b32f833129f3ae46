"""Extracts as other programs write them: read, or refused with what to do; never taken for something else."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import openpyxl
import pytest

from exports.errors import LegacyCharsetError, WorkbookError
from exports.extract_profile import ExtractProfile, guess_mapping
from exports.extracts import extract_heads, read_extract
from vietnamese.legacy_charsets import Charset

HEAD = "Họ và tên;Ngày sinh;Giới tính;Số CMND;Họ tên mẹ"
PROFILE = ExtractProfile(columns=guess_mapping(HEAD.split(";")))
TYPED = {
    Charset.TCVN3: "§Æng ThÞ H­êng;14/03/2005;N÷;001305012345;TrÇn ThÞ Lan",
    Charset.VNI: "Ñaëng Thò Höôøng;14/03/2005;Nöõ;001305012345;Traàn Thò Lan",
}


def _csv(tmp_path: Path, *rows: str, encoding: str = "utf-8-sig", head: str = HEAD) -> Path:
    path = tmp_path / "trich-xuat.csv"
    path.write_bytes("\r\n".join((head, *rows)).encode(encoding))
    return path


@pytest.mark.parametrize("charset", [Charset.TCVN3, Charset.VNI])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_an_extract_typed_before_unicode_is_refused_once_and_taken_when_asked(
    tmp_path: Path, charset: Charset, encoding: str
) -> None:
    legacy = {Charset.TCVN3: "Hä vµ tªn;Ngµy sinh;a;b;c", Charset.VNI: "Hoï vaø teân;Ngaøy sinh;a;b;c"}
    head = legacy[charset] if encoding == "latin-1" else HEAD
    path = _csv(tmp_path, TYPED[charset], encoding=encoding, head=head)
    for reading in (lambda: extract_heads(path), lambda: list(read_extract(path, PROFILE))):
        with pytest.raises(LegacyCharsetError) as error:
            reading()
        assert error.value.charset is charset
        assert charset.label in str(error.value)
    heads = extract_heads(path, charset)
    assert heads[0] == "Họ và tên"
    (person,) = read_extract(path, ExtractProfile(columns=guess_mapping(heads), charset=charset))
    assert person.name == "Đặng Thị Hường"
    if encoding != "latin-1":
        assert (person.sex, person.mother) == ("2", "Trần Thị Lan")


def _windows_1258(text: str) -> bytes:
    """As a Vietnamese Windows writes it: tone marks behind the letters that carry one."""
    out = b""
    for letter in text:
        decomposed = unicodedata.normalize("NFD", letter)
        tone = "".join(sign for sign in decomposed if sign in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(sign for sign in decomposed if sign not in tone))
        out += (base + tone).encode("cp1258")
    return out


def test_a_csv_of_a_vietnamese_windows_is_told_and_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(_windows_1258("Họ và tên;Ngày sinh\nTrần Thị Hường;14/03/2005\nLê Văn Đức;1990\n"))
    with pytest.raises(LegacyCharsetError) as error:
        extract_heads(path)
    assert error.value.charset is Charset.WINDOWS_1258
    columns = guess_mapping(extract_heads(path, Charset.WINDOWS_1258))
    names = [p.name for p in read_extract(path, ExtractProfile(columns=columns, charset=Charset.WINDOWS_1258))]
    assert names == ["Trần Thị Hường", "Lê Văn Đức"]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Lê Thị An;38919;Nữ;012345678;", "Ngày sinh"),
        ("Lê Thị An;7/21/2006;Nữ;012345678;", "Ngày sinh"),
        ("Lê Thị An;21/07/2006;??;012345678;", "Giới tính"),
        ("Lê Thị An;21/07/2006;Nữ;1.2E+08;", "Số CMND"),
    ],
)
def test_a_column_that_nobody_can_read_surely_is_refused_by_name(tmp_path: Path, row: str, column: str) -> None:
    with pytest.raises(WorkbookError) as error:
        list(read_extract(_csv(tmp_path, row), PROFILE))
    assert error.value.code == "column_not_understood"
    assert column in str(error.value)


def test_dates_month_first_are_told_by_the_one_that_can_be_nothing_else(tmp_path: Path) -> None:
    rows = ("Lê Thị An;05/06/2006;Nữ;;", "Lê Thị Ba;05/07/2006;Nữ;;", "Lê Thị Ca;05/21/2006;Nữ;;")
    with pytest.raises(WorkbookError, match="tháng trước ngày"):
        list(read_extract(_csv(tmp_path, *rows), PROFILE))


def test_a_single_value_not_understood_is_kept_as_unread(tmp_path: Path) -> None:
    rows = ("Lê Thị An;2006-07-21;F;'012345678;", "Lê Thị Ba;20060721;Nữ;012345679;", "Lê Thị Ca;38919;Nữ;;")
    first, second, third = read_extract(_csv(tmp_path, *rows), PROFILE)
    assert (first.born, first.sex, first.id_number) == ("21.07.2006", "2", "012345678")
    assert second.born == "21.07.2006"
    assert (third.born, third.unread) == ("", (("born", "38919"),))


def test_every_sheet_with_the_columns_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for title, name in (("Tờ 1", "Lê Thị An"), ("Tờ 2", "Lê Thị Ba")):
        sheet = book.create_sheet(title)
        sheet.append(HEAD.split(";"))
        sheet.append([name, "2006-07-21", "Nữ", "012345678", ""])
    book.active.append(["Ghi chú", "=1+1"])
    path = tmp_path / "trich-xuat.xlsx"
    book.save(path)
    found = [(p.key, p.name) for p in read_extract(path, PROFILE)]
    assert found == [("dòng 2", "Lê Thị An"), ("trang «Tờ 2» dòng 2", "Lê Thị Ba")]
