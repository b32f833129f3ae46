import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from corrections.entries import ValueSource
from exports.errors import ExportError, WorkbookError
from exports.profile import BirthForm, ExportProfile, NameCase, TimeNotation, load_profile
from exports.rows import CaseRow, header_columns, shape_values, unshape_values
from exports.standard_workbook import (
    data_sheet_name,
    imported_fields,
    profile_of_template,
    read_standard_workbook,
    write_standard_workbook,
)
from layouts.columns import later_birth_columns
from layouts.register_types import RegisterType
from tests.exports.books import birth_values
from vietnamese.legacy_charsets import Charset

PROFILE = ExportProfile()
BIRTH = RegisterType.BIRTH


def sheet_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).active


def written(values: dict[str, str], profile: ExportProfile = PROFILE, register_type: RegisterType = BIRTH) -> bytes:
    rows = [CaseRow(row=2, values=shape_values(register_type, values, profile))]
    return write_standard_workbook(register_type, rows, profile, file_names=["x.pdf"])


@pytest.mark.parametrize(
    ("register_type", "prefix", "count", "first", "last"),
    [
        (BIRTH, "KS", 60, "so", "qgNuocNgoaiDaDangKy"),
        (RegisterType.DEATH, "KT", 48, "so", "qgNuocNgoaiDaDangKy"),
        (RegisterType.MARRIAGE, "KH", 44, "so", "qgNuocNgoaiDaDangKy"),
        (RegisterType.PARENT_CHILD_RECOGNITION, "CMC", 50, "so", "qgNuocNgoaiDaDangKy"),
        (RegisterType.MARITAL_STATUS, "HN", 35, "so", "nycNoiCapGiayToTuyThan"),
    ],
)
def test_columns_of_every_register(register_type: RegisterType, prefix: str, count: int, first: str, last: str) -> None:
    sheet = sheet_of(write_standard_workbook(register_type, [], PROFILE))
    header = [c.value for c in sheet[1]]
    assert sheet.title == prefix and len(header) == count
    assert header[0] == first and header[-1] == last and len(set(header)) == count


def test_every_cell_is_text_and_empty_values_are_empty_cells() -> None:
    sheet = sheet_of(written(birth_values(45)))
    header = [c.value for c in sheet[1]]
    row = dict(zip(header, sheet[2], strict=True))
    assert all(c.number_format == "@" for c in sheet[2])
    assert all(c.data_type == "s" for c in sheet[2] if c.value is not None)
    assert row["so"].value == "045/1998" and row["ngayDangKy"].value == "18.02.1998"
    assert row["nguoiThucHien"].value is None


@pytest.mark.parametrize("text", ["=1+1", "+84", "-", "@nhap", "=HYPERLINK(0)"])
def test_texts_like_formulas_stay_text(tmp_path: Path, text: str) -> None:
    data = written({**birth_values(1), "ghiChu": text})
    cell = next(c for c in sheet_of(data)[2] if c.value == text)
    assert cell.data_type == "s" and cell.quotePrefix
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert read_standard_workbook(path).rows[0].values["ghiChu"] == text


@pytest.mark.slow
def test_same_data_same_bytes() -> None:
    first = written(birth_values(1))
    time.sleep(2.1)  # the time in a .zip counts in steps of two seconds
    assert written(birth_values(1)) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_profile_options_change_the_columns() -> None:
    full = ExportProfile(row_number_column=True, file_path_column=True, recognition_sex=True, sheet_name="DL Import")
    header = [c.name for c in header_columns(RegisterType.PARENT_CHILD_RECOGNITION, full)]
    assert header[0] == "STT" and header[-1] == "dataFilePath" and len(header) == 54
    assert header[header.index("cmHoTen") + 1] == "cmGioiTinh" and header[header.index("ncHoTen") + 1] == "ncGioiTinh"
    assert data_sheet_name(BIRTH, full) == "DL Import"
    sheet = sheet_of(written(birth_values(1), full))
    assert sheet.cell(2, 1).value == "1" and sheet.cell(2, 62).value == "x.pdf"
    words = ExportProfile(death_date_in_words=False)
    assert len(header_columns(RegisterType.DEATH, words)) == 47


def test_later_birth_template_keeps_its_own_order_and_hints() -> None:
    later = ExportProfile(birth_form="later")
    assert [c.name for c in header_columns(BIRTH, later)] == [name for name, _, _ in later_birth_columns()]
    hinted = header_columns(BIRTH, ExportProfile(birth_form="later", header_hints=True))
    assert hinted[1].header == "so " and hinted[5].header == "loaiDangKy \ni=[1,2,3,4,5,6]"
    first = {c.name: c.header for c in header_columns(BIRTH, ExportProfile(header_hints=True))}
    assert first["nksGioiTinh"] == "nksGioiTinh\ni=[1,2,3]" and first["nksHoTen"] == "nksHoTen"
    sheet = sheet_of(written(birth_values(1), ExportProfile(birth_form="later", header_hints=True)))
    assert sheet.max_column == 70 and sheet.cell(2, 1).value == "1"


def test_own_order_of_columns() -> None:
    own = ExportProfile(column_order={"birth": ("ngayDangKy", "so", "quyenSo", "nksHoTen")})
    assert [c.value for c in sheet_of(written(birth_values(1), own))[1]] == ["ngayDangKy", "so", "quyenSo", "nksHoTen"]
    with pytest.raises(ExportError, match="không có cột abc"):
        load_profile({"column_order": {"birth": ["so", "quyenSo", "ngayDangKy", "abc"]}})
    with pytest.raises(ExportError, match="chaNgheNghiep"):  # ours, the Ministry's sheet has no such column
        load_profile({"column_order": {"birth": ["so", "quyenSo", "ngayDangKy", "chaNgheNghiep"]}})


def test_values_as_the_profile_wants_them() -> None:
    birth = {**birth_values(7), "nksHoTen": "Nguyễn thị ĐÀO", "nksNoiSinhDVHC": "TP. Hồ Chí Minh"}
    plain = shape_values(
        BIRTH, birth, ExportProfile(number_with_year=False, name_case=NameCase.UPPER, birth_province_code=True)
    )
    assert (plain["so"], plain["nksHoTen"], plain["nksNoiSinhDVHC"]) == ("007", "NGUYỄN THỊ ĐÀO", "79")
    assert shape_values(BIRTH, birth, ExportProfile(name_case="title"))["nksHoTen"] == "Nguyễn Thị Đào"
    unknown = ExportProfile(unknown_id_paper_code="8", unknown_residence_code="0")
    shaped = shape_values(BIRTH, {"so": "1", "chaSoGiayToTuyThan": "123", "meNoiCuTru": "Bình An"}, unknown)
    assert shaped["meLoaiGiayToTuyThan"] == "8" and "chaLoaiGiayToTuyThan" not in shaped
    assert shaped["chaLoaiCuTru"] == "0" and "meLoaiCuTru" not in shaped
    marriage = ExportProfile(marriage_state_words=True)
    assert shape_values(RegisterType.MARRIAGE, {"tinhTrangKetHon": "1"}, marriage)["tinhTrangKetHon"] == "Đã ly hôn"
    colon = ExportProfile(time_of_death=TimeNotation.COLON)
    assert shape_values(RegisterType.DEATH, {"nktGioPhutChet": "7h05'"}, colon)["nktGioPhutChet"] == "07:05"
    assert shape_values(RegisterType.DEATH, {"nktGioPhutChet": "7h05'"}, PROFILE)["nktGioPhutChet"] == "7h05'"


def test_year_of_the_number_comes_from_the_registration() -> None:
    def so(number: str, date: str) -> str:
        return shape_values(BIRTH, {"so": number, "ngayDangKy": date}, PROFILE)["so"]

    assert so("45", "20.05.1998") == "045/1998"
    assert so("45", "1998") == "045/1998"
    assert so("1045/1997", "20.05.1998") == "1045/1997"
    assert so("45b", "05.1998") == "045b/1998"
    assert so("45", "") == "045" and so("bốn", "1998") == "bốn"


def test_profile_survives_storage_and_names_every_mistake() -> None:
    profile = ExportProfile(number_width=2, rule_levels={"so_gap": "off"}, column_order={})
    assert load_profile(profile.to_json()) == profile
    with pytest.raises(ExportError) as error:
        load_profile({"number_width": 0, "largest_pdf_kb": "nhiều", "unbekannt": 1})
    assert all(word in str(error.value) for word in ("number_width", "largest_pdf_kb", "unbekannt"))


def test_registers_without_a_standard_sheet_say_so(tmp_path: Path) -> None:
    row = CaseRow(row=2, values={"so": "1", "quyenSo": "01/2012", "ngayDangKy": "02.03.2012", "conNuoiHoTen": "Lê An"})
    path = tmp_path / "CN.xlsx"
    path.write_bytes(write_standard_workbook(RegisterType.ADOPTION, [row], PROFILE))
    assert openpyxl.load_workbook(path).sheetnames == ["CN (mẫu riêng)"]


# --- reading ----------------------------------------------------------------------------------------------------------


def saved(tmp_path: Path, change: Callable[[Any], None]) -> Path:
    book = openpyxl.load_workbook(io.BytesIO(written(birth_values(3))))
    change(book)
    path = tmp_path / "tep.xlsx"
    book.save(path)
    return path


def test_reads_back_what_it_wrote(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(written(birth_values(3)))
    read = read_standard_workbook(path)
    assert read.register_type is BIRTH and not read.cells_not_text
    assert unshape_values(BIRTH, read.rows[0].values) == birth_values(3)
    fields = imported_fields(BIRTH, read.rows[0])
    assert fields["so"].normalized == "3" and fields["so"].text == "003/1998"
    assert all(f.source is ValueSource.IMPORTED and f.needs_review and not f.confirmed for f in fields.values())


def test_reads_hints_spaces_second_header_row_and_extra_sheet(tmp_path: Path) -> None:
    def other_habits(book: Any) -> None:
        sheet = book.active
        sheet.title = "DL Import"
        sheet["A1"], sheet["E1"] = "so ", "loaiDangKy\ni=[1,2,3,4]"
        sheet.insert_rows(2)
        for column in range(1, 12):
            sheet.cell(2, column, "nhãn cột")
        sheet["C3"], sheet["D3"] = 12, "20/05/1998"
        notes = book.create_sheet("Ghi chu", 0)
        notes["A1"] = "mã"

    read = read_standard_workbook(saved(tmp_path, other_habits))
    assert read.sheet_name == "DL Import" and len(read.rows) == 1 and read.rows[0].row == 3
    assert read.cells_not_text == ("C3",)
    values = unshape_values(BIRTH, read.rows[0].values)
    assert values["trangSo"] == "12" and values["ngayDangKy"] == "20.05.1998"


def test_a_first_entry_without_any_figure_is_no_row_of_heads(tmp_path: Path) -> None:
    """A leaf of which the number and the days cannot be read any more."""

    def faded(book: Any) -> None:
        for column in range(1, 70):
            cell = book.active.cell(2, column)
            if any(sign.isdecimal() for sign in str(cell.value or "")):
                cell.value = None

    read = read_standard_workbook(saved(tmp_path, faded))
    assert [row.row for row in read.rows] == [2] and len(read.rows[0].values) >= 5
    assert not {"so", "quyenSo", "ngayDangKy"} & set(read.rows[0].values)


def _date_1904(book: Any) -> None:
    import datetime

    book.epoch = CALENDAR_MAC_1904
    book.active["D2"] = datetime.datetime(1998, 5, 20)
    book.active["D2"].number_format = "dd.mm.yyyy"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda b: b.active.cell(1, 11, "nksHoTên"), "wrong_columns"),
        (lambda b: b.active.cell(1, 11, "nkshoten"), "wrong_columns"),
        (lambda b: b.active.cell(1, 12, "nksHoTen"), "wrong_columns"),
        (lambda b: b.active.delete_cols(11), "wrong_columns"),
        (lambda b: b.active.cell(1, 1, "Số"), "no_standard_sheet"),
        (lambda b: b.active.merge_cells("C2:D2"), "merged_cells"),
        (lambda b: b.active.cell(2, 3, "=1+1"), "formula"),
        (lambda b: b.active.cell(2, 70, "lạc"), "cells_beyond_header"),
        (_date_1904, "dates_1904"),
    ],
)
def test_a_faulty_workbook_is_refused_whole(tmp_path: Path, change: Callable[[Any], None], code: str) -> None:
    with pytest.raises(WorkbookError) as error:
        read_standard_workbook(saved(tmp_path, change))
    assert error.value.code == code and ("Hãy" in str(error.value) or "hãy" in str(error.value))


def test_wrong_columns_are_all_named(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book.active.cell(1, 11, "hoTen")
        book.active.cell(1, 5, "loai")

    with pytest.raises(WorkbookError) as error:
        read_standard_workbook(saved(tmp_path, change), BIRTH)
    text = "\n".join(error.value.problems)
    assert all(part in text for part in ("cột K: «hoTen»", "cột E: «loai»", "thiếu cột «nksHoTen»"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "password"),
        (b"so;quyenSo\n1;2\n", "not_excel"),
        (b"PK\x03\x04 cut off", "damaged"),
    ],
)
def test_files_that_are_no_workbook(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "tep.xlsx"
    path.write_bytes(data)
    with pytest.raises(WorkbookError) as error:
        read_standard_workbook(path)
    assert error.value.code == code
    with pytest.raises(WorkbookError):
        read_standard_workbook(tmp_path / "khong-co.xlsx")


@pytest.mark.parametrize("name", ["so.xls", "so.docx", "so"])
def test_a_workbook_under_another_name_is_read_by_what_is_in_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(written(birth_values(1)))
    assert len(read_standard_workbook(tmp_path / name).rows) == 1


@pytest.mark.parametrize(
    ("part", "told"), [("word/document.xml", "Word"), ("content.xml", "LibreOffice"), ("xl/workbook.bin", "xlsb")]
)
def test_files_of_other_programs_are_called_what_they_are(tmp_path: Path, part: str, told: str) -> None:
    with zipfile.ZipFile(tmp_path / "so.xlsx", "w") as archive:
        archive.writestr(part, "")
    with pytest.raises(WorkbookError, match=told) as error:
        read_standard_workbook(tmp_path / "so.xlsx")
    assert error.value.code == "not_excel"


def test_a_sheet_far_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exports.standard_workbook._MOST_ROWS", 3)

    def longer(book: Any) -> None:
        for row in range(3, 9):
            book.active.cell(row, 1, f"{row}/1998")

    with pytest.raises(WorkbookError) as error:
        read_standard_workbook(saved(tmp_path, longer))
    assert error.value.code == "too_many_rows"


def test_an_empty_template_settles_columns_sheet_and_hints(tmp_path: Path) -> None:
    later = ExportProfile(birth_form=BirthForm.LATER, header_hints=True, sheet_name="DL Import")
    path = tmp_path / "mau.xlsx"
    path.write_bytes(write_standard_workbook(RegisterType.BIRTH, [], later))
    kind, found = profile_of_template(path, ExportProfile())
    names = tuple(head.name for head in header_columns(RegisterType.BIRTH, later))
    assert kind is RegisterType.BIRTH and found.column_order == {RegisterType.BIRTH: names}
    assert found.sheet_name == "DL Import" and found.header_hints
    again = read_standard_workbook(_written(tmp_path, found))
    assert again.columns == names and again.sheet_name == "DL Import"
    usual = tmp_path / "thuong.xlsx"
    usual.write_bytes(write_standard_workbook(RegisterType.DEATH, [], ExportProfile()))
    assert profile_of_template(usual, ExportProfile()) == (RegisterType.DEATH, ExportProfile())


def _written(folder: Path, profile: ExportProfile) -> Path:
    path = folder / "so.xlsx"
    path.write_bytes(write_standard_workbook(RegisterType.BIRTH, [], profile))
    return path


def _two_sheets(book: Any) -> None:
    copy = book.copy_worksheet(book.active)
    copy.title = "KS trang 21-40"


def test_another_sheet_with_standard_heads_is_named(tmp_path: Path) -> None:
    read = read_standard_workbook(saved(tmp_path, _two_sheets))
    assert read.other_sheets == ("KS trang 21-40",)
    assert read.rows


def test_an_empty_sheet_with_standard_heads_is_passed_over(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        _two_sheets(book)
        book.active.delete_rows(2, 100)

    read = read_standard_workbook(saved(tmp_path, change))
    assert (read.sheet_name, read.other_sheets) == ("KS trang 21-40", ())


@pytest.mark.parametrize(
    ("typed", "charset"),
    [("Nguyeãn Vaên Hoaø", Charset.VNI), ("NguyÔn V¨n Hoµ", Charset.TCVN3), ("Nguyễn Văn Hoà", None)],
)
def test_a_workbook_typed_before_unicode_is_told_and_converted(
    tmp_path: Path, typed: str, charset: Charset | None
) -> None:
    def change(book: Any) -> None:
        heads = [cell.value for cell in book.active[1]]
        book.active.cell(2, heads.index("nksHoTen") + 1, typed)

    path = saved(tmp_path, change)
    assert read_standard_workbook(path).charset is charset
    if charset:
        converted = read_standard_workbook(path, charset=charset)
        assert converted.rows[0].values["nksHoTen"] == "Nguyễn Văn Hoà"
        assert converted.charset is None
        assert {n: t for n, t in converted.rows[0].values.items() if n != "nksHoTen"} == {
            n: t for n, t in read_standard_workbook(path).rows[0].values.items() if n != "nksHoTen"
        }


def test_carriage_returns_that_excel_wrote_out_are_line_breaks(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        heads = [cell.value for cell in book.active[1]]
        book.active.cell(2, heads.index("nksNoiSinh") + 1, "Xã An_x000D_\nHuyện Bình")

    (first, *_) = read_standard_workbook(saved(tmp_path, change)).rows
    assert first.values["nksNoiSinh"] == "Xã An\r\nHuyện Bình"
    assert unshape_values(RegisterType.BIRTH, first.values)["nksNoiSinh"] == "Xã An Huyện Bình"
