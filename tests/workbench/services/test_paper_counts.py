"""Counting first: lines on paper beside single volumes, with and without units; printed annexes that are kept."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from corrections.campaign.annex_checks import FindingKind
from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from layouts.register_types import RegisterType
from storage.schema import offices as office_table
from tests.workbench.services.campaign_tree import plant_tree
from tests.workbench.services.conftest import Office
from workbench.services import campaign, offices, paper
from workbench.services.books import create_book
from workbench.services.errors import InvalidInput

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BIRTH, MARRIAGE, DEATH = RegisterType.BIRTH, RegisterType.MARRIAGE, RegisterType.DEATH
SPEC = Path(__file__).resolve().parents[4] / "shared" / "spec" / "plan-annexes"


def test_phase_one_books_and_paper_counts_stand_where_the_plan_puts_them(office: Office) -> None:
    units = plant_tree(office.administrator)
    unit = units["25001"]
    create_book(
        office.administrator, register_type=BIRTH, volume_number="01/1998", office="UBND xã Một A", expected_entries=90
    )
    paper.add_paper_line(office.administrator, words="29 quyển = 4252 hồ sơ", register_type=BIRTH, office_id=unit.id)
    paper.add_paper_line(office.administrator, words="3 quyển", register_type=MARRIAGE, office_id=unit.id)
    paper.add_paper_line(
        office.administrator,
        words="5 quyển = 600 hồ sơ",
        register_type=BIRTH,
        office_id=unit.id,
        year_from=2016,
        elsewhere=True,
    )
    report = campaign.campaign_report(office.administrator, office_id=units["691"].id)
    row = next(r for r in report.rows if r.unit == "Xã Một A")
    birth, marriage = row.of_type(BIRTH), row.of_type(MARRIAGE)
    assert (birth.books, birth.total.known, birth.elsewhere_books, birth.elsewhere_cases) == (29, 4252, 5, 600)
    assert marriage.books == 3 and marriage.total.label == "Chưa rõ"
    first = next(line for line in paper.paper_lines(office.administrator) if line.words.startswith("29"))
    assert (first.listed_books, first.listed_cases) == (1, 90)
    with pytest.raises(InvalidInput, match="số quyển hay số hồ sơ"):
        paper.add_paper_line(office.administrator, words="nhiều", register_type=BIRTH, office_id=unit.id)


def test_a_commune_alone_counts_its_registers_once(office: Office) -> None:
    alone = {"register_type": MARRIAGE, "office": "UBND xã Tân Lập"}
    for volume, cases in (("01/1998", 90), ("01/1999", 70)):
        create_book(office.administrator, volume_number=volume, expected_entries=cases, **alone)  # type: ignore[arg-type]

    def shown() -> list[tuple[str, int, str]]:
        rows = campaign.campaign_report(office.administrator).rows
        return [(row.unit, row.of_type(MARRIAGE).books, row.of_type(MARRIAGE).total.label) for row in rows]

    add = partial(paper.add_paper_line, office.administrator, register_type=MARRIAGE)
    add(words="1 quyển = 95 hồ sơ", year_from=1998)
    assert shown() == [("UBND xã Tân Lập", 2, "165")], "the line stands for the volumes of its year, and for no other"
    add(words="3 quyển = 300 hồ sơ", year_from=2000, year_to=2002)
    assert shown() == [("UBND xã Tân Lập", 5, "465")]
    add(words="6 quyển = 500 hồ sơ")
    assert shown() == [("UBND xã Tân Lập", 10, "895")], "a line of every year stands for all that are listed"
    create_book(office.administrator, register_type=MARRIAGE, volume_number="02/1999", office="UBND xã Tân Hợp")
    assert sum(books for _, books, _ in shown()) == 10 and ("Đếm trên giấy", 10, "895") in shown()


def test_books_that_a_line_has_beyond_the_listed_ones_are_not_counted_yet(office: Office) -> None:
    alone = {"register_type": MARRIAGE, "office": "UBND xã Tân Lập"}
    create_book(office.administrator, volume_number="01/1998", expected_entries=90, **alone)  # type: ignore[arg-type]
    paper.add_paper_line(office.administrator, words="29 quyển", register_type=MARRIAGE)
    (row,) = campaign.campaign_report(office.administrator).rows
    told = row.of_type(MARRIAGE)
    assert (told.books, told.total.label, told.remaining.label) == (29, "90 + 1 chưa rõ", "Chưa rõ")
    (line,) = paper.paper_lines(office.administrator)
    paper.remove_paper_line(office.administrator, line.id)
    paper.add_paper_line(office.administrator, words="1 quyển", register_type=MARRIAGE)
    (row,) = campaign.campaign_report(office.administrator).rows
    assert (row.of_type(MARRIAGE).books, row.of_type(MARRIAGE).total.label) == (1, "90")


def test_a_dash_takes_no_listed_volume_away(office: Office) -> None:
    alone = {"register_type": MARRIAGE, "office": "UBND xã Tân Lập"}
    create_book(office.administrator, volume_number="01/1998", expected_entries=90, **alone)  # type: ignore[arg-type]
    warning = paper.add_paper_line(office.administrator, words="-", register_type=MARRIAGE)
    (row,) = campaign.campaign_report(office.administrator).rows
    assert (row.of_type(MARRIAGE).books, row.of_type(MARRIAGE).total.label) == (1, "90")
    assert "danh mục đã có 1 quyển" in warning
    assert paper.paper_lines(office.administrator)[0].warning == warning


def test_a_line_of_all_types_together_is_named_under_the_form(office: Office) -> None:
    units = plant_tree(office.administrator)
    paper.add_paper_line(
        office.administrator, words="3 quyển = 90 hồ sơ", register_type=None, office_id=units["25001"].id
    )
    notes = campaign.campaign_report(office.administrator, office_id=units["691"].id).notes
    assert any("Xã Một A" in note and "«3 quyển = 90 hồ sơ» chưa chia theo loại" in note for note in notes)
    other = campaign.campaign_report(office.administrator, office_id=units["692"].id).notes
    assert not any("chưa chia theo loại" in note for note in other)


@pytest.mark.skipif(not SPEC.is_dir(), reason="the printed annexes of the plan are not on this machine")
def test_annex_01_of_communes_is_compared_with_what_communes_keep(office: Office, tmp_path: Path) -> None:
    units = plant_tree(office.administrator)
    offices.save_office(office.administrator, replace(units["691"], name="Huyện Bù Gia Mập"))
    for code, words in (("25001", "369 quyển = 68082 hồ sơ"), ("691", "3 quyển = 5 hồ sơ")):
        paper.add_paper_line(office.administrator, words=words, register_type=BIRTH, office_id=units[code].id)
    for name in ("annex01_tidy.csv", "annex02-04_tidy.csv"):
        paper.import_annex(office.administrator, SPEC / name)
    views = {view.number: view for view in paper.annexes(office.administrator)}
    assert {(cell.unit, cell.register_type) for cell in views["01"].compared} == {
        ("Huyện Bù Gia Mập", kind) for kind in (MARRIAGE, DEATH, RegisterType.ADOPTION, "all")
    }, "68.082 births of communes are those of the print; the district's own five are none of annex 01"
    told = [finding.message for finding in views["01"].findings if finding.kind is FindingKind.BETWEEN_ANNEXES]
    assert len(told) == 2 and "82.959 trường hợp của Phụ lục 03" in told[0], "said once, not cell by cell"


def test_no_annex_takes_the_place_of_another_unseen(office: Office, tmp_path: Path) -> None:
    def file(name: str, *titles: str) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for n, title in enumerate(titles):
            sheet = book.create_sheet(f"Bảng {n}")
            heads = (("STT", "Đơn vị", "Khai sinh", ""), ("", "", "Số sổ", "Số TH"))
            for line in ((title, "", "", ""), *heads, (1, "Xã A", 3 + n, 10)):
                sheet.append(line)
            sheet.merge_cells("C2:D2")
        book.save(tmp_path / name)
        return tmp_path / name

    def kept() -> list[str]:
        return [view.number for view in paper.annexes(office.administrator)]

    assert paper.import_annex(office.supervisor, file("a.xlsx", "PHỤ LỤC SỐ 02", "PHỤ LỤC SỐ 03")) == ("02", "03")
    for titles, told in ((("Bảng", "Bảng"), "không ghi là phụ lục số mấy"), (("Phụ lục 4", "PHỤ LỤC 04"), "04")):
        with pytest.raises(InvalidInput, match=told):
            paper.import_annex(office.supervisor, file("b.xlsx", *titles))
    for name in ("c.xlsx", "d.xlsx", "c.xlsx"):
        paper.import_annex(office.supervisor, file(name, "Bảng tổng hợp"))
    assert kept() == ["", "", "02", "03"]


def test_a_line_that_cannot_be_or_stands_twice_is_kept_and_pointed_out(office: Office) -> None:
    unit = plant_tree(office.administrator)["25001"]
    add = partial(paper.add_paper_line, office.administrator, register_type=BIRTH, office_id=unit.id)
    assert "29 quyển nhiều hơn 3 trường hợp" in add(words="29 quyển = 3 hồ sơ")
    add = partial(add, register_type=DEATH)
    assert add(words="2 quyển", year_from=1997) == "" and add(words="2 quyển = 2 hồ sơ", year_from=1998) == ""
    assert "cộng hai lần" in add(words="2 quyển = 2 trường hợp", year_from=1998), "the same numbers in other words"
    assert add(words="2 quyển = 2 hồ sơ", year_from=1999) == ""
    told = {(line.words, line.years): line.warning for line in paper.paper_lines(office.administrator)}
    assert [key for key, warning in told.items() if warning] == [
        ("29 quyển = 3 hồ sơ", ""),
        ("2 quyển = 2 hồ sơ", "1998"),
        ("2 quyển = 2 trường hợp", "1998"),
    ]


def test_an_annex_is_compared_with_what_units_of_its_level_keep(office: Office, tmp_path: Path) -> None:
    units = plant_tree(office.administrator)
    for code, words in (("25001", "3 quyển = 10 hồ sơ"), ("25002", "1 quyển = 2 hồ sơ"), ("691", "7 quyển = 70 hồ sơ")):
        paper.add_paper_line(office.administrator, words=words, register_type=BIRTH, office_id=units[code].id)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, books, cases in (("02", 4, 12), ("03", 7, 71)):
        sheet = book.create_sheet(number)
        heads = (("STT", "Đơn vị", "Khai sinh", ""), ("", "", "Số sổ", "Số TH"))
        for line in ((f"PHỤ LỤC {number}", "", "", ""), *heads, (1, "Huyện Một", books, cases)):
            sheet.append(line)
        sheet.merge_cells("C2:D2")
    book.save(tmp_path / "pl.xlsx")
    paper.import_annex(office.administrator, tmp_path / "pl.xlsx")
    told = {
        view.number: [(cell.measure.value, cell.printed, cell.counted) for cell in view.compared]
        for view in paper.annexes(office.administrator)
    }
    assert told == {"02": [], "03": [("cases", "71", "70")]}
    assert [view.uncompared for view in paper.annexes(office.administrator)] == [(), ()]


def test_an_annex_beside_which_nothing_stands_says_so(office: Office, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (("PHỤ LỤC 02",), ("STT", "Đơn vị", "Khai sinh", ""), ("", "", "Số sổ", "Số TH"),
                 (1, "Huyện Một", 4, 12), (2, "Huyện Lạ", 1, 2), (3, "Huyện Hai", 846, "")):  # fmt: skip
        sheet.append(line)
    sheet.merge_cells("C2:D2")
    book.save(tmp_path / "pl.xlsx")
    paper.import_annex(office.administrator, tmp_path / "pl.xlsx")
    district = Unit(code="691", name="Huyện Một", level=OfficeLevel.DISTRICT)
    offices.save_office(office.administrator, district)
    (view,) = paper.annexes(office.administrator)
    assert view.compared == () and "chưa có đơn vị cấp xã nào" in view.uncompared[0]
    with office.administrator.write() as work:
        work.connection.execute(office_table.delete())
    units = plant_tree(office.administrator)
    for code, kind in (("25001", BIRTH), ("25002", BIRTH)):
        paper.add_paper_line(
            office.administrator, words="2 quyển = 6 hồ sơ", register_type=kind, office_id=units[code].id
        )
    (view,) = paper.annexes(office.administrator)
    assert view.compared == (), "what nobody has counted here is no difference"
    assert [words.partition(":")[2].partition(".")[0] for words in view.uncompared] == [" Huyện Lạ", " Huyện Hai"]


@pytest.mark.skipif(not SPEC.is_dir(), reason="the printed annexes of the plan are not on this machine")
def test_the_printed_annex_of_the_province_is_compared_with_the_province(office: Office, tmp_path: Path) -> None:
    province = plant_tree(office.administrator)["70"]
    for kind, books, cases in ((BIRTH, 3, 209), (MARRIAGE, 13, 1197), (DEATH, 1, 12)):
        paper.add_paper_line(
            office.administrator, words=f"{books} quyển = {cases} hồ sơ", register_type=kind, office_id=province.id
        )
    printed = (SPEC / "annex02-04_tidy.csv").read_text(encoding="utf-8").splitlines()
    lines = [printed[0], *(line for line in printed if line.startswith("04,"))]
    (tmp_path / "pl04.csv").write_text("\n".join(lines), encoding="utf-8")
    assert paper.import_annex(office.administrator, tmp_path / "pl04.csv") == ("04",)
    (view,) = paper.annexes(office.administrator)
    assert [row.unit for row in view.annex.rows] == ["Sở Tư pháp"] and province.name.startswith("Tỉnh")
    told = {(cell.unit, cell.register_type, cell.printed, cell.counted) for cell in view.compared}
    assert told == {("Sở Tư pháp", DEATH, "11", "12"), ("Sở Tư pháp", "all", "1417", "1.418")}
