"""Planted faults, one at a time, in a faultless book: each is found by its own rule; the faultless book has none."""

import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from corrections.entries import EntryState, Finding, Severity
from exports.bundle import ExportEntry, export_book, rehearse_book
from exports.errors import ExportError
from exports.profile import ExportProfile
from exports.rehearsal import rehearse_delivery, rehearse_rows
from exports.rehearsal_report import RehearsalReport
from exports.rows import CaseRow, entry_row, shape_values
from exports.rules import all_rules
from exports.standard_workbook import write_standard_workbook
from layouts.register_types import RegisterType
from tests.exports.books import OFFICE, birth_values, book, entry, export_entries

PROFILE = ExportProfile()
FAULTY = 5
"""Row index (from 0) that carries the fault."""


def birth_rows(count: int = 12) -> list[dict[str, str]]:
    return [shape_values(RegisterType.BIRTH, birth_values(n), PROFILE) for n in range(1, count + 1)]


def rehearse(rows: list[dict[str, str]], register_type: RegisterType = RegisterType.BIRTH) -> RehearsalReport:
    cases = [CaseRow(row=i, values=v, entry_id=i + 1000) for i, v in enumerate(rows, start=2)]
    return rehearse_rows(register_type, cases, PROFILE, book=book(register_type))


def put(**values: str) -> Callable[[dict[str, str]], None]:
    return lambda row: row.update(values)


DECOMPOSED = unicodedata.normalize("NFD", "Trần Thị Hà")

BIRTH_FAULTS: list[tuple[str, Callable[[dict[str, str]], None]]] = [
    ("so_missing", put(so="")),
    ("so_form", put(so="sáu/1998")),
    ("so_form", put(so="006")),
    ("so_year_differs", put(so="006/1989")),
    ("volume_form", put(quyenSo="1-1998")),
    ("volume_differs", put(quyenSo="02/1998")),
    ("page_not_number", put(trangSo="6a")),
    ("so_duplicate", put(so="005/1998")),
    ("so_gap", put(so="007/1998")),
    ("so_order", put(so="002/1998")),
    ("page_order", put(trangSo="2")),
    ("registration_date_missing", put(ngayDangKy="")),
    ("registration_date_incomplete", put(ngayDangKy="01.1998")),
    ("date_form", put(nksNgaySinh="5/1/1998")),
    ("date_impossible", put(meNgaySinh="31.02.1975")),
    ("date_month_only", put(chaNgaySinh="03.1972")),
    ("year_unlikely", put(chaNgaySinh="1798")),
    ("main_date_missing", put(nksNgaySinh="")),
    ("parent_birth_order", put(meNgaySinh="1999")),
    ("registration_before_event", put(nksNgaySinh="20.12.1998")),
    ("registration_before_paper", put(nycNgayCapGiayToTuyThan="20.12.1999")),
    ("registration_before_book", put(ngayDangKy="07.01.1997", nksNgaySinh="07.01.1997", so="006/1997")),
    ("registration_date_order", put(ngayDangKy="01.01.1998", nksNgaySinh="01.01.1998")),
    ("parent_age", put(meNgaySinh="1990")),
    ("mandatory_missing", put(nksHoTen="")),
    ("mandatory_missing", put(noiDangKy="")),
    ("primary_missing", put(meDanToc="")),
    ("code_unknown", put(nksGioiTinh="Nam")),
    ("code_unknown", put(loaiDangKy="5")),
    ("ethnic_group_unlisted", put(nksDanToc="Kin")),
    ("nationality_unlisted", put(nksQuocTich="Việt Nma")),
    ("value_of_unknown_parent", put(nksLoaiKhaiSinh="3")),
    ("residence_code_without_place", put(meNoiCuTru="")),
    ("other_paper_without_name", put(nycLoaiGiayToTuyThan="8", nycSoGiayToTuyThan="12")),
    ("paper_kind_without_number", put(nycLoaiGiayToTuyThan="1")),
    ("identity_number_form", put(meLoaiGiayToTuyThan="4", meSoGiayToTuyThan="12345678")),
    ("foreigner_ethnic_group", put(chaQuocTich="Nhật Bản")),
    ("requester_is_child", put(nycHoTen="NGUYỄN THỊ GIANG", nksHoTen="NGUYỄN THỊ GIANG")),
    ("text_too_long", put(ghiChu="a" * 33_000)),
    ("formula_like", put(ghiChu="=1+1")),
    ("line_break", put(nksNoiSinh="Trạm y tế\nxã Bình An")),
    ("spaces", put(nksQueQuan="xã  Bình An")),
    ("not_composed", put(meHoTen=DECOMPOSED)),
    ("name_characters", put(chaHoTen="Nguyễn Văn 5")),
    ("identity_number_form", put(meLoaiGiayToTuyThan="1", meSoGiayToTuyThan="12345678.0")),
    ("identity_number_of_excel", put(meSoGiayToTuyThan="12345678.0")),
    ("identity_number_of_excel", put(meSoGiayToTuyThan="'012345678")),
    ("identity_number_of_excel", put(meSoGiayToTuyThan="1.2E+08")),
    ("not_unicode", put(chaHoTen="Nguyeãn Vaên Hoaø")),
    ("not_unicode", put(chaHoTen="NguyÔn V¨n Hoµ")),
    ("lookalike_letters", put(chaHoTen="Ðặng Văn Đức")),
    ("strange_signs", put(trangSo="²")),
    ("strange_signs", put(ghiChu="Nguyễn Vаn")),
    ("strange_signs", put(nksNoiSinh="Xã An_x000D_")),
]


@pytest.mark.parametrize(("rule", "spoil"), BIRTH_FAULTS, ids=[f"{i}-{r}" for i, (r, _) in enumerate(BIRTH_FAULTS)])
def test_planted_fault_in_a_row_is_found(rule: str, spoil: Callable[[dict[str, str]], None]) -> None:
    rows = birth_rows()
    spoil(rows[FAULTY])
    found = [f for f in rehearse(rows).findings if f.rule == rule]
    assert found, f"{rule} was not found"
    assert any(f.row in (FAULTY + 2, FAULTY + 3) and f.entry_id in (FAULTY + 1002, FAULTY + 1003) for f in found)
    assert all("{" not in f.message and "Hãy" in f.message for f in found)


def test_a_faultless_book_has_no_finding() -> None:
    assert rehearse(birth_rows(150)).findings == ()


def test_a_form_without_parents_birth_dates_is_faultless_too() -> None:
    rows = birth_rows()
    for row in rows:
        for name in ("meNgaySinh", "chaNgaySinh", "meLoaiCuTru", "meNoiCuTru", "chaLoaiCuTru", "chaNoiCuTru"):
            del row[name]
    assert rehearse(rows).findings == ()


def test_numbers_restart_every_year_inside_a_book() -> None:
    rows = birth_rows(24)
    for row in rows[12:]:
        number = int(row["so"][:3]) - 12
        row.update(so=f"{number:03d}/1999", ngayDangKy=f"{number:02d}.02.1999", nksNgaySinh=f"{number:02d}.01.1999")
    assert rehearse(rows).findings == ()


DEATH = {
    "so": "001/2008",
    "quyenSo": "01/2008",
    "ngayDangKy": "04.01.2008",
    "loaiDangKy": "1",
    "noiDangKy": OFFICE,
    "nktHoTen": "Lê Văn Tư",
    "nktNgaySinh": "1931",
    "nktNgayChet": "02.01.2008",
    "gbtNgay": "03.01.2008",
}
MARRIAGE = {
    "so": "001/2008",
    "quyenSo": "01/2008",
    "ngayDangKy": "04.01.2008",
    "loaiDangKy": "1",
    "noiDangKy": OFFICE,
    "chongHoTen": "Lê Văn Tư",
    "voHoTen": "Trần Thị Lan",
    "chongNgaySinh": "1980",
    "voNgaySinh": "1982",
}


@pytest.mark.parametrize(
    ("register_type", "clean", "change", "rule"),
    [
        (RegisterType.DEATH, DEATH, {"nktNgaySinh": "05.01.2008"}, "death_before_birth"),
        (RegisterType.DEATH, DEATH, {"nktNgayChet": "05.01.2008"}, "registration_before_event"),
        (RegisterType.DEATH, DEATH, {"gbtNgay": "05.01.2008"}, "registration_before_paper"),
        (RegisterType.MARRIAGE, MARRIAGE, {"voNgaySinh": "2009"}, "registration_before_event"),
        (RegisterType.MARRIAGE, MARRIAGE, {"loaiDangKy": "9"}, "code_unknown"),
        (RegisterType.MARRIAGE, MARRIAGE, {"voHoTen": ""}, "mandatory_missing"),
    ],
)
def test_planted_fault_in_other_registers(
    register_type: RegisterType, clean: dict[str, str], change: dict[str, str], rule: str
) -> None:
    one = CaseRow(row=2, values=clean, entry_id=7)
    assert rehearse_rows(register_type, [one], PROFILE).findings == ()
    spoilt = CaseRow(row=2, values={**clean, **change}, entry_id=7)
    assert rule in {f.rule for f in rehearse_rows(register_type, [spoilt], PROFILE).findings}


def test_entry_faults_known_only_before_the_export() -> None:
    case = entry(1, birth_values(1))
    fields = dict(case.fields)
    fields["nksNgaySinh"] = type(fields["nksNgaySinh"])(column="nksNgaySinh", text="khoảng năm 98", normalized="")
    row = entry_row(
        type(case)(**{**{f: getattr(case, f) for f in case.__slots__}, "fields": fields}), book(), PROFILE, row=2
    )
    rules = {f.rule for f in rehearse_rows(RegisterType.BIRTH, [row], PROFILE).findings}
    assert {"standard_value_missing", "main_date_missing"} <= rules


@pytest.mark.slow
def test_province_code_and_personal_numbers() -> None:
    profile = ExportProfile(birth_province_code=True, birth_form="later")
    values = {**birth_values(1), "nksNoiSinhDVHC": "Minh Hải xưa", "meSoDinhDanhCaNhan": "0123"}
    row = CaseRow(row=2, values=shape_values(RegisterType.BIRTH, values, profile), entry_id=1)
    rules = {f.rule for f in rehearse_rows(RegisterType.BIRTH, [row], profile).findings}
    assert rules == {"province_unknown", "personal_id_form"}
    good = shape_values(RegisterType.BIRTH, {**birth_values(1), "nksNoiSinhDVHC": "tỉnh Bến Tre"}, profile)
    assert good["nksNoiSinhDVHC"] == "83"


def test_an_office_weighs_rules_its_own_way() -> None:
    rows = birth_rows()
    rows[FAULTY]["so"] = "005/1998"
    cases = [CaseRow(row=i, values=v) for i, v in enumerate(rows, start=2)]
    softer = ExportProfile(rule_levels={"so_duplicate": "warning", "so_gap": "off"})
    report = rehearse_rows(RegisterType.BIRTH, cases, softer)
    assert [f.rule for f in report.warnings] == ["so_duplicate"] and not report.errors
    with pytest.raises(ExportError, match="so_dup"):
        rehearse_rows(RegisterType.BIRTH, cases, ExportProfile(rule_levels={"so_dup": "off"}))


# --- deliveries on disk -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("delivery")
    export_book(book(), export_entries(3), PROFILE, folder)
    return folder


def repack(source: Path, goal: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    with zipfile.ZipFile(source) as archive:
        members = {i.filename: archive.read(i) for i in archive.infolist()}
    change(members)
    with zipfile.ZipFile(goal, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return goal


FIRST = "KS.1998.01.1998-01-02.001.pdf"


def _rename(new: str) -> Callable[[dict[str, bytes]], object]:
    return lambda members: members.update({new: members.pop(FIRST)})


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (lambda m: m.pop(FIRST), {"pdf_missing"}),
        (_rename("KS.1998.01.1998-01-02.009.pdf"), {"pdf_missing", "pdf_without_row"}),
        (_rename("KS.1998.01.02-01-1998.001.pdf"), {"pdf_missing", "pdf_name_form"}),
        (_rename("KS.1998.01.1998-01-02.001.PDF"), {"pdf_missing", "pdf_name_form"}),
        (_rename(f"KS/{FIRST}"), {"pdf_missing", "zip_not_flat"}),
        (lambda m: m.update({"Thumbs.db": b"x"}), {"zip_foreign_file"}),
        (lambda m: m.update({"Cover.pdf": b"%PDF-1.4"}), {"zip_cover"}),
        (lambda m: m.update({FIRST: b""}), {"pdf_broken"}),
        (lambda m: m.update({FIRST: b"%PDF" + b"0" * 120_000}), {"pdf_too_large"}),
    ],
)
def test_planted_fault_in_the_zip(
    delivery: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], object], rules: set[str]
) -> None:
    archive = repack(delivery / "KS.1998.01.zip", tmp_path / "KS.1998.01.zip", change)
    report = rehearse_delivery(delivery / "KS.1998.01.xlsx", archive, PROFILE)
    assert {f.rule for f in report.findings} == rules


def test_planted_faults_of_the_package(delivery: Path, tmp_path: Path) -> None:
    other = tmp_path / "KS.1999.01.zip"
    other.write_bytes((delivery / "KS.1998.01.zip").read_bytes())
    assert {f.rule for f in rehearse_delivery(delivery / "KS.1998.01.xlsx", other, PROFILE).findings} == {
        "package_names_differ"
    }
    broken = tmp_path / "KS.1998.01.zip"
    broken.write_bytes(b"not a zip")
    assert "zip_unreadable" in {
        f.rule for f in rehearse_delivery(delivery / "KS.1998.01.xlsx", broken, PROFILE).findings
    }
    misnamed = tmp_path / "so khai sinh.xlsx"
    misnamed.write_bytes((delivery / "KS.1998.01.xlsx").read_bytes())
    assert "package_name_form" in {f.rule for f in rehearse_delivery(misnamed, None, PROFILE).findings}
    with zipfile.ZipFile(broken, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(FIRST, b"%PDF")
        archive.writestr(FIRST, b"%PDF")
    assert "pdf_repeated" in {f.rule for f in rehearse_delivery(delivery / "KS.1998.01.xlsx", broken, PROFILE).findings}


def rules_of_sheet(tmp_path: Path, change: Callable[[object], None], profile: ExportProfile = PROFILE) -> set[str]:
    rows = [CaseRow(row=2, values=birth_rows(1)[0])]
    path = tmp_path / "KS.1998.01.xlsx"
    path.write_bytes(write_standard_workbook(RegisterType.BIRTH, rows, profile, file_names=["a.pdf"]))
    workbook = openpyxl.load_workbook(path)
    change(workbook.active)
    workbook.save(path)
    return {f.rule for f in rehearse_delivery(path, None, profile).findings}


def _swap(sheet: object) -> None:
    for row in (1, 2):
        a, b = sheet.cell(row, 1), sheet.cell(row, 2)  # type: ignore[attr-defined]
        a.value, b.value = b.value, a.value


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (lambda s: None, set()),
        (_swap, {"column_order"}),
        (lambda s: s.delete_cols(10), {"column_missing"}),
        (lambda s: s.insert_cols(1) or s.cell(1, 1, "STT"), {"column_extra"}),
        (lambda s: setattr(s, "title", "Sheet1"), {"sheet_name"}),
        (lambda s: s.cell(2, 3, 12), {"cell_not_text"}),
        (lambda s: s.delete_rows(2), {"workbook_empty"}),
        (lambda s: s.cell(2, 10, "=1+1"), {"workbook_unreadable"}),
        (lambda s: setattr(s.parent.copy_worksheet(s), "title", "KS 2"), {"other_data_sheets"}),
    ],
)
def test_planted_fault_in_the_workbook(tmp_path: Path, change: Callable[[object], None], rules: set[str]) -> None:
    assert rules_of_sheet(tmp_path, change) == rules


def test_file_path_column_has_to_name_the_pdf(tmp_path: Path) -> None:
    assert rules_of_sheet(tmp_path, lambda s: None, ExportProfile(file_path_column=True)) == {"file_path_differs"}


def test_every_rule_is_planted_somewhere() -> None:
    """A rule nobody plants a fault for could be dead."""
    here = Path(__file__)
    text = here.read_text(encoding="utf-8") + here.with_name("test_bundle.py").read_text(encoding="utf-8")
    assert [r.id for r in all_rules() if f'"{r.id}"' not in text] == []


def test_a_case_of_the_paper_book_alone_is_told_and_keeps_nothing_back() -> None:
    rows = [CaseRow(row=2, values={"so": "1"}, scanned=False), CaseRow(row=3, values={"so": "2"})]
    found = rehearse_rows(RegisterType.BIRTH, rows, ExportProfile()).findings
    assert [(f.row, f.severity) for f in found if f.rule == "scan_missing"] == [(2, "warning")]


def test_period_of_residence_the_wrong_way_round() -> None:
    rows = [{"nxnThoiGianCuTruTu": "2005", "nxnThoiGianCuTruDen": "2004"}]
    assert "residence_period" in {f.rule for f in rehearse(rows, RegisterType.MARITAL_STATUS).findings}


def test_what_the_review_warns_of_is_in_the_rehearsal_and_once(tmp_path: Path) -> None:
    odd = Finding(check="name_shape", severity=Severity.UNUSUAL, message="Họ tên lạ.", columns=("meHoTen",))
    page = Finding(check="page", severity=Severity.UNUSUAL, message="Chỉ thấy một nửa bảng.")
    order = Finding(check="parent_not_older", severity=Severity.ERROR, message="Mẹ trẻ.", columns=("meNgaySinh",))
    values = [birth_values(1), birth_values(2), birth_values(3) | {"meNgaySinh": "2001"}]
    entries = [
        entry(1, values[0], findings=(odd, page)),
        entry(2, values[1]),
        entry(3, values[2], EntryState.CONFIRMED, findings=(order,)),
    ]
    items = [ExportEntry(entry=one, pages=()) for one in entries]
    report = rehearse_book(book(), items, ExportProfile(), include_unapproved=True)
    assert [(f.row, f.severity, f.message) for f in report.findings if f.rule.startswith("review_")] == [
        (2, "warning", "Họ tên lạ."),
        (2, "warning", "Chỉ thấy một nửa bảng."),
    ]
    told = [f.severity for f in report.findings if "meNgaySinh" in f.columns]
    assert told and set(told) == {"error"}, "the rules say it already"
