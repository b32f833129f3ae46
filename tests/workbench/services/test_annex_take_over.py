"""Counts of a printed annex taken over: shown before, chosen one by one, nothing replaced unseen, all logged."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from corrections.entries import Role
from layouts.register_types import RegisterType
from tests.workbench.services.campaign_tree import plant_tree
from tests.workbench.services.conftest import Office
from tests.workbench.services.plan_office import person
from workbench.services import annex_take_over, audit, campaign, offices, paper
from workbench.services.annex_take_over import OfferedCount, TakeOver
from workbench.services.books import create_book, list_books
from workbench.services.context import Context
from workbench.services.errors import InvalidInput, NotAllowed
from workbench.services.settings import save_office_settings

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BIRTH, MARRIAGE, DEATH = RegisterType.BIRTH, RegisterType.MARRIAGE, RegisterType.DEATH
HEADS = (("STT", "Đơn vị", "Khai sinh", "", "Kết hôn", ""), ("", "", "Số sổ", "Số TH", "Số sổ", "Số TH"))
Row = Sequence[object]


def annex(context: Context, folder: Path, *rows: Row, number: str = "02") -> int:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in ((f"PHỤ LỤC {number}",), *HEADS, *rows):
        sheet.append(list(line))
    for cells in ("C2:D2", "E2:F2"):
        sheet.merge_cells(cells)
    book.save(folder / f"pl{number}.xlsx")
    paper.import_annex(context, folder / f"pl{number}.xlsx")
    return next(view.id for view in paper.annexes(context) if view.number == number)


def told(found: TakeOver) -> dict[tuple[str, RegisterType | None], str]:
    return {(one.unit, one.register_type): one.words for one in found.offered if not one.hindrance}


def hindered(found: TakeOver) -> dict[str, str]:
    return {one.unit: one.hindrance for one in found.offered if one.hindrance}


def of(found: TakeOver, unit: str, kind: RegisterType) -> OfferedCount:
    return next(one for one in found.offered if (one.unit, one.register_type) == (unit, kind))


def test_a_whole_annex_is_taken_over_after_a_preview(office: Office, tmp_path: Path) -> None:
    units = plant_tree(office.administrator)
    number = annex(
        office.administrator,
        tmp_path,
        (1, "Xã Một A", "29", "4.252", "-", "-"),
        (2, "Xã Một B", "846", "", "3", "…"),
        (3, "Xã Hai A", "", "", "", "70"),
    )
    found = annex_take_over.offered_counts(office.administrator, number)
    assert told(found) == {
        ("Xã Một A", BIRTH): "29 quyển = 4.252 hồ sơ",
        ("Xã Một A", MARRIAGE): "-",
        ("Xã Một B", BIRTH): "846 quyển",
        ("Xã Một B", MARRIAGE): "3 quyển",
        ("Xã Hai A", MARRIAGE): "70 hồ sơ",
    }, "what is left open in print is not offered"
    assert not hindered(found) and found.same == 0
    first = of(found, "Xã Một A", BIRTH)
    assert (first.form_now, first.form_then) == ("chưa có", "29 quyển, 4.252 hồ sơ") and first.plain
    assert paper.paper_lines(office.administrator) == (), "a preview keeps nothing"
    assert annex_take_over.take_over_counts(office.administrator, number, found.offered) == 5
    row = next(r for r in campaign.campaign_report(office.administrator, office_id=units["691"].id).rows
               if r.unit == "Xã Một A")  # fmt: skip
    assert (row.of_type(BIRTH).books, row.of_type(BIRTH).total.known) == (29, 4252)
    again = annex_take_over.offered_counts(office.administrator, number)
    assert again.offered == () and again.same == 5, "taken over once"
    events = [e for e in audit.list_events(office.administrator) if e.action == "paper_count"]
    assert len(events) == 5 and {e.reason for e in events} == {"Phụ lục 02, pl02.xlsx"}
    assert any(e.new == f"{units['25001'].id} 29 quyển = 4.252 hồ sơ" for e in events)


def test_lines_and_volumes_that_stand_there_are_named_and_nothing_is_replaced_unchosen(
    office: Office, tmp_path: Path
) -> None:
    units = plant_tree(office.administrator)
    for volume, cases in (("01/1998", 90), ("01/1999", 70)):
        create_book(
            office.administrator,
            register_type=MARRIAGE,
            volume_number=volume,
            office="UBND xã Một A",
            office_id=units["25001"].id,
            expected_entries=cases,
        )
    paper.add_paper_line(
        office.administrator, words="20 quyển = 3000 hồ sơ", register_type=BIRTH, office_id=units["25001"].id
    )
    before = list_books(office.administrator)
    number = annex(office.administrator, tmp_path, (1, "Xã Một A", 29, 4252, 5, 400), (2, "Xã Một B", 1, 10, 0, 0))
    found = annex_take_over.offered_counts(office.administrator, number)
    births, marriages = of(found, "Xã Một A", BIRTH), of(found, "Xã Một A", MARRIAGE)
    assert [line.words for line in births.replaced] == ["20 quyển = 3000 hồ sơ"] and not births.plain
    assert (births.form_now, births.form_then) == ("20 quyển, 3.000 hồ sơ", "29 quyển, 4.252 hồ sơ")
    assert marriages.volumes == 2 and not marriages.plain
    assert (marriages.form_now, marriages.form_then) == ("2 quyển, 160 hồ sơ", "5 quyển, 400 hồ sơ")
    plain = [one for one in found.offered if one.plain]
    assert {one.unit for one in plain} == {"Xã Một B"}
    annex_take_over.take_over_counts(office.administrator, number, [*plain, births])
    assert {(line.unit, line.words) for line in paper.paper_lines(office.administrator)} == {
        ("Xã Một A", "29 quyển = 4.252 hồ sơ"),
        ("Xã Một B", "1 quyển = 10 hồ sơ"),
        ("Xã Một B", "0 quyển = 0 hồ sơ"),
    }
    assert list_books(office.administrator) == before, "volumes stay as they are"
    (event,) = [e for e in audit.list_events(office.administrator) if e.action == "paper_count" and e.old]
    assert event.old == "20 quyển = 3000 hồ sơ" and event.column == BIRTH


def test_what_somebody_else_changed_since_the_preview_refuses_the_whole(office: Office, tmp_path: Path) -> None:
    units = plant_tree(office.administrator)
    number = annex(office.administrator, tmp_path, (1, "Xã Một A", 29, 4252, 5, 400))
    found = annex_take_over.offered_counts(office.administrator, number)
    paper.add_paper_line(
        office.administrator, words="31 quyển = 4300 hồ sơ", register_type=BIRTH, office_id=units["25001"].id
    )
    with pytest.raises(InvalidInput, match="vừa được người khác sửa"):
        annex_take_over.take_over_counts(office.administrator, number, found.offered)
    with pytest.raises(InvalidInput, match="Chưa chọn"):
        annex_take_over.take_over_counts(office.administrator, number, [])
    paper.remove_annex(office.administrator, number)
    with pytest.raises(InvalidInput, match="Không có phụ lục này"):
        annex_take_over.offered_counts(office.administrator, number)
    assert [line.words for line in paper.paper_lines(office.administrator)] == ["31 quyển = 4300 hồ sơ"]


def test_sums_unknown_units_and_counts_by_year_are_not_taken_over(office: Office, tmp_path: Path) -> None:
    units = plant_tree(office.administrator)
    for code, more in (("25001", {"year_from": 1998}), ("25002", {"register_type": None})):
        given = {"register_type": BIRTH, "office_id": units[code].id, **more}
        paper.add_paper_line(office.administrator, words="3 quyển = 90 hồ sơ", **given)  # type: ignore[arg-type]
    number = annex(
        office.administrator,
        tmp_path,
        (1, "Huyện Hai", 30, 4252, 0, 0),
        (2, "Xã Lạ", 1, 1, 0, 0),
        (3, "Xã Một A", 9, 99, 1, 1),
        (4, "Xã Một B", 9, 99, 1, 1),
    )
    found = annex_take_over.offered_counts(office.administrator, number)
    why = hindered(found)
    assert "số cộng của các đơn vị bên dưới" in why["Huyện Hai"], "Phụ lục 02 has what communes keep"
    assert "đúng một đơn vị" in why["Xã Lạ"]
    assert "theo năm («3 quyển = 90 hồ sơ», 1998)" in of(found, "Xã Một A", BIRTH).hindrance
    assert "chung cho mọi loại sổ" in of(found, "Xã Một B", MARRIAGE).hindrance
    assert told(found) == {("Xã Một A", MARRIAGE): "1 quyển = 1 hồ sơ"}
    with pytest.raises(InvalidInput, match=r"Huyện Hai: .* Chưa lấy dòng nào"):
        annex_take_over.take_over_counts(office.administrator, number, found.offered)
    assert len(paper.paper_lines(office.administrator)) == 2
    own = annex(office.administrator, tmp_path, (1, "Phòng Tư pháp huyện Hai", 3, 45, 0, 0), number="03")
    found = annex_take_over.offered_counts(office.administrator, own)
    assert of(found, "Phòng Tư pháp huyện Hai", BIRTH).office_id == units["692"].id and not hindered(found)


def test_communes_of_one_name_are_told_apart_by_the_section_they_stand_in(office: Office, tmp_path: Path) -> None:
    units = plant_tree(office.administrator)
    twins = {
        code: offices.save_office(
            office.administrator, Unit(code=f"9{code}", name="Xã Tân Tiến", level=OfficeLevel.COMMUNE,
                                       parent_id=units[code].id)
        )
        for code in ("691", "692")
    }  # fmt: skip
    number = annex(
        office.administrator,
        tmp_path,
        ("I", "Huyện Một", 9, 90, 0, 0),
        (1, "Xã Tân Tiến", 9, 90, 0, 0),
        ("II", "Huyện Hai", 7, 70, 0, 0),
        (1, "Xã Tân Tiến", 7, 70, 0, 0),
    )
    found = annex_take_over.offered_counts(office.administrator, number)
    births = {one.words: one.office_id for one in found.offered if one.register_type is BIRTH and not one.hindrance}
    assert births == {"9 quyển = 90 hồ sơ": twins["691"].id, "7 quyển = 70 hồ sơ": twins["692"].id}


def test_an_annex_of_districts_alone_is_taken_over_for_their_communes_together(office: Office, tmp_path: Path) -> None:
    boss = office.administrator
    top = offices.save_office(boss, Unit(code="70", name="Tỉnh Bình An", level=OfficeLevel.PROVINCE))
    districts = [
        offices.save_office(boss, Unit(code=code, name=name, level=OfficeLevel.DISTRICT, parent_id=top.id))
        for code, name in (("691", "Huyện Một"), ("692", "Huyện Hai"))
    ]
    rows = ((1, "Huyện Một", 9, 90, 1, 10), (2, "Huyện Hai", 7, 70, 0, 0))
    number = annex(boss, tmp_path, *rows)
    before = annex_take_over.offered_counts(boss, number)
    first = annex(boss, tmp_path, (1, "Huyện Một", "", 90, "", 10), number="01")
    annex_take_over.take_over_counts(boss, first, annex_take_over.offered_counts(boss, first).offered)
    assert before.unlisted == ("Huyện Một", "Huyện Hai") and not told(before)
    assert all("chưa có đơn vị cấp xã" in why for why in hindered(before).values())
    clerk = person(office, "huyen", Role.SUPERVISOR, districts[0])
    with pytest.raises(NotAllowed):
        annex_take_over.add_communes_together(clerk, number)
    assert annex_take_over.add_communes_together(boss, number) == 2
    with pytest.raises(InvalidInput, match="cũng đã có"):
        annex_take_over.add_communes_together(boss, number)
    found = annex_take_over.offered_counts(boss, number)
    assert not found.unlisted and len(told(found)) == 4
    assert "đếm trùng" in of(found, "Huyện Một", BIRTH).doubts[-1] and of(found, "Huyện Hai", BIRTH).plain
    for line in paper.paper_lines(boss):  # taken from Phụ lục 01 before the communes had a unit
        paper.remove_paper_line(boss, line.id)
    found = annex_take_over.offered_counts(boss, number)
    assert all(one.plain for one in found.offered)
    assert annex_take_over.take_over_counts(boss, number, found.offered) == 4
    own = annex(boss, tmp_path, (1, "Phòng Tư pháp huyện Một", 3, 45, 0, 0), number="03")
    of_district = annex_take_over.offered_counts(boss, own).offered
    assert not any(one.replaced or one.hindrance for one in of_district), "the district's own books stand beside them"
    annex_take_over.take_over_counts(boss, own, of_district)
    tables = campaign.volume_tables(boss, ("02", "03"))
    births = {key: [row.figures.of_type(BIRTH).books for row in tables[key]] for key in tables}
    assert births == {"02": [9, 7], "03": [3, 0]}
    view = {view.number: view for view in paper.annexes(boss)}
    assert not view["02"].compared and not view["03"].compared, "what is counted is what is printed"
    assert annex_take_over.offered_counts(boss, first).same == 2, "Phụ lục 01 counts the same communes"
    offices.save_office(boss, Unit(code="1", name="Xã Một A", level=OfficeLevel.COMMUNE, parent_id=districts[0].id))
    again = annex(boss, tmp_path, (1, "Huyện Một", 10, 99, 1, 10))
    assert "số cộng của các đơn vị bên dưới" in hindered(annex_take_over.offered_counts(boss, again))["Huyện Một"]


def test_what_print_gets_wrong_is_told_beside_the_count(office: Office, tmp_path: Path) -> None:
    plant_tree(office.administrator)
    number = annex(office.administrator, tmp_path, (1, "Xã Một A", 29, 3, 1, 1))
    found = annex_take_over.offered_counts(office.administrator, number)
    births = of(found, "Xã Một A", BIRTH)
    assert any("29" in doubt and "3" in doubt for doubt in births.doubts) and not births.plain
    assert of(found, "Xã Một A", MARRIAGE).plain


def test_units_take_over_their_own_lines_alone(office: Office, tmp_path: Path) -> None:
    units = plant_tree(office.administrator)
    district = person(office, "huyen", Role.SUPERVISOR, units["691"])
    rows = ((1, "Xã Một A", 29, 4252, 0, 0), (2, "Xã Hai A", 7, 70, 0, 0))
    number = annex(district, tmp_path, *rows)
    found = annex_take_over.offered_counts(district, number)
    assert {one.unit for one in found.offered if not one.hindrance} == {"Xã Một A"}
    assert hindered(found) == {"Xã Hai A": "Không phải đơn vị của bạn."}
    forged = [replace(one, hindrance="") for one in found.offered]
    with pytest.raises(InvalidInput, match="Chưa lấy dòng nào"):
        annex_take_over.take_over_counts(district, number, forged)
    other = person(office, "huyen2", Role.SUPERVISOR, units["692"])
    with pytest.raises(InvalidInput, match="Không có phụ lục này"):
        annex_take_over.offered_counts(other, number)


def test_an_office_alone_takes_over_the_line_of_its_own_name(office: Office, tmp_path: Path) -> None:
    save_office_settings(office.administrator, {"unit_name": "UBND xã Tân Lập"})
    number = annex(office.administrator, tmp_path, (1, "Xã Tân Lập", 3, 30, 0, 0), (2, "Xã Tân Hợp", 7, 70, 0, 0))
    found = annex_take_over.offered_counts(office.administrator, number)
    assert hindered(found) == {"Xã Tân Hợp": "Không phải dòng của UBND xã Tân Lập."}
    annex_take_over.take_over_counts(office.administrator, number, [one for one in found.offered if not one.hindrance])
    assert [line.words for line in paper.paper_lines(office.administrator)] == [
        "3 quyển = 30 hồ sơ",
        "0 quyển = 0 hồ sơ",
    ]


def test_an_annex_without_books_leaves_the_books_that_are_kept(office: Office, tmp_path: Path) -> None:
    units = plant_tree(office.administrator)
    paper.add_paper_line(office.administrator, words="29 quyển", register_type=BIRTH, office_id=units["25001"].id)
    number = annex(office.administrator, tmp_path, (1, "Xã Một A", "", 4252, "", ""))
    (one,) = annex_take_over.offered_counts(office.administrator, number).offered
    assert one.words == "29 quyển = 4.252 hồ sơ" and [line.words for line in one.replaced] == ["29 quyển"]
