"""Nothing is counted twice without a word: lines of the same years, books of an earlier phase, volumes beside them."""

from functools import partial
from pathlib import Path

import openpyxl
import pytest

from corrections.entries import ELSEWHERE, YES
from exports.campaign_forms import write_volume_annex
from layouts.register_types import RegisterType
from tests.workbench.services.campaign_tree import plant_tree
from tests.workbench.services.conftest import Office
from workbench.services import books, campaign, inventory, paper

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BIRTH = RegisterType.BIRTH


def warnings(office: Office) -> dict[str, str]:
    return {line.words: line.warning for line in paper.paper_lines(office.administrator)}


@pytest.mark.parametrize(
    ("first", "second", "met"),
    [
        ((1998, 2002), (2000, 2000), True),
        ((1998, 2002), (2002, 2005), True),
        ((None, None), (1998, 1998), True),
        ((2016, None), (None, 2016), True),
        ((1998, 2002), (2003, 2005), False),
        ((None, 1997), (1998, None), False),
    ],
)
def test_lines_of_the_same_years_are_named_at_both(
    office: Office, first: tuple[int | None, int | None], second: tuple[int | None, int | None], met: bool
) -> None:
    add = partial(paper.add_paper_line, office.administrator, register_type=BIRTH)
    assert add(words="29 quyển = 4252 hồ sơ", year_from=first[0], year_to=first[1]) == ""
    said = add(words="3 quyển = 300 hồ sơ", year_from=second[0], year_to=second[1])
    add(words="1 quyển = 20 hồ sơ", year_from=1998, register_type=RegisterType.DEATH)
    told = warnings(office)
    assert ("«29 quyển = 4252 hồ sơ»" in said) is met and ("hãy bỏ một dòng" in said) is met
    assert ("«3 quyển = 300 hồ sơ»" in told["29 quyển = 4252 hồ sơ"]) is met
    assert told["1 quyển = 20 hồ sơ"] == "", "of another register type"
    notes = " ".join(campaign.campaign_report(office.administrator).notes)
    assert ("Dòng đếm trên giấy cần xem lại" in notes) is met and ("29 quyển = 4252 hồ sơ" in notes) is met


def test_a_line_of_an_earlier_phase_beside_volumes_and_lines_says_what_is_added(office: Office) -> None:
    book = office.book(volume_number="01/2016", expected_entries=90)
    add = partial(paper.add_paper_line, office.administrator, register_type=BIRTH)
    away = partial(add, words="5 quyển = 600 hồ sơ", year_from=2016, elsewhere=True)
    assert "Danh mục có 1 quyển cùng loại, cùng năm còn phải nhập" in away()
    books.update_book(office.supervisor, book.id, settings={**book.settings, ELSEWHERE: YES})
    told = warnings(office)["5 quyển = 600 hồ sơ"]
    assert "đã đánh dấu «Đã nhập ở nơi khác», được cộng thêm" in told and "còn phải nhập" not in told
    figures = campaign.campaign_report(office.administrator).whole.of_type(BIRTH)
    assert (figures.books, figures.elsewhere_books, figures.elsewhere_cases) == (0, 6, 690)
    add(words="2 quyển = 200 hồ sơ", year_from=2015, year_to=2017)
    told = warnings(office)["5 quyển = 600 hồ sơ"]
    assert "Cùng năm với dòng phải nhập «2 quyển = 200 hồ sơ» (2015-2017)" in told
    add(words="1 quyển = 9 hồ sơ", year_from=2016, elsewhere=True)
    assert "Trùng năm với dòng giai đoạn trước" in warnings(office)["5 quyển = 600 hồ sơ"]


def test_doubts_stand_under_the_form_of_the_unit_and_of_those_above_it(office: Office) -> None:
    units = plant_tree(office.administrator)
    for words in ("29 quyển = 4252 hồ sơ", "3 quyển = 300 hồ sơ"):
        paper.add_paper_line(office.administrator, words=words, register_type=BIRTH, office_id=units["25001"].id)

    def noted(code: str) -> bool:
        notes = campaign.campaign_report(office.administrator, office_id=units[code].id).notes
        return any("cộng hai lần" in note and "Xã Một A · Khai sinh · 3 quyển = 300 hồ sơ" in note for note in notes)

    assert [noted(code) for code in ("70", "691", "25001", "692")] == [True, True, True, False]


def test_a_book_of_an_earlier_phase_is_marked_in_the_inventory_and_back(office: Office, tmp_path: Path) -> None:
    office.book(volume_number="01/2016", expected_entries=90)
    path = tmp_path / "danh-muc.xlsx"
    path.write_bytes(inventory.export_inventory(office.supervisor))
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.active
    assert sheet is not None
    head = next(row for row in sheet.iter_rows() if row[0].value == "Loại sổ")
    column = next(cell.column for cell in head if cell.value == "Đã nhập ở nơi khác")
    for wanted, told in (("Có", (0, 1, 90)), ("", (0, 1, 90)), ("Không", (1, 0, 0))):
        sheet.cell(row=head[0].row + 1, column=column).value = wanted
        workbook.save(path)
        inventory.import_inventory(office.supervisor, path)
        figures = campaign.campaign_report(office.administrator).whole.of_type(BIRTH)
        assert (figures.books, figures.elsewhere_books, figures.elsewhere_cases) == told


def test_a_count_of_cases_alone_prints_no_0_books_and_keeps_those_listed(office: Office) -> None:
    paper.add_paper_line(office.administrator, words="4.252 hồ sơ", register_type=BIRTH)
    (row,) = campaign.volume_rows(office.administrator, "02")
    sheet = openpyxl.load_workbook(_kept(office, write_volume_annex("02", "", [row])), data_only=True).active
    assert sheet is not None
    assert [sheet.cell(row=8, column=c).value for c in (3, 4)] == ["Chưa rõ", 4252]
    office.book(volume_number="01/2016", expected_entries=90)
    (row,) = campaign.volume_rows(office.administrator, "02")
    birth = row.figures.of_type(BIRTH)
    assert (birth.books, birth.total.known) == (1, 4252)


def _kept(office: Office, data: bytes) -> Path:
    path = office.folder / "pl.xlsx"
    path.write_bytes(data)
    return path
