"""Units, and changes of units, that cannot be: refused in words, and nothing is changed."""

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from corrections.campaign.unit_changes import ChangeKind, UnitChange
from tests.workbench.services.campaign_tree import Province, province, with_tree
from workbench.services import offices
from workbench.services.errors import InvalidInput

__all__ = ["province", "with_tree"]


@pytest.mark.parametrize("kind", [ChangeKind.JOIN, ChangeKind.ABOLISH])
def test_a_unit_does_not_go_into_one_of_its_own(province: Province, kind: ChangeKind) -> None:
    before = offices.office_tree(province.context).in_order()
    for code, heir in (("691", "25001"), ("70", "692")):
        change = UnitChange(kind=kind, code=code, on="2026-06-01", new_code=heir)
        with pytest.raises(InvalidInput, match="trực thuộc"):
            offices.change_units(province.context, [change])
    assert offices.office_tree(province.context).in_order() == before


def test_texts_and_numbers_of_a_unit_that_cannot_be_are_refused(province: Province) -> None:
    commune = province["25001"]
    for wrong, words in (
        ({"machines": 10**20}, "Số máy"),
        ({"quota": 0}, "Định mức"),
        ({"name": "Xã " + "a" * 200}, "tên dài quá"),
        ({"code": "2" * 21}, "mã dài quá"),
    ):
        with pytest.raises(InvalidInput, match=words):
            offices.save_office(province.context, replace(commune, **wrong))  # type: ignore[arg-type]
    kept = offices.save_office(province.context, replace(commune, name="Xã\x00 Một\ud800 \x01A"))
    assert kept.name == "Xã Một A"


def test_a_list_with_few_columns_leaves_the_rest_of_a_unit_as_it_was(province: Province, tmp_path: Path) -> None:
    kept = replace(province["25001"], quota=300, machines=4, contact_name="Bà A", starts_on="2026-01-01")
    kept = offices.save_office(province.context, kept)
    path = tmp_path / "may.csv"
    path.write_text("Mã đơn vị,Tên đơn vị,Cấp,Số máy\n25001,Xã Một A,Cấp xã,7\n", encoding="utf-8")
    offices.import_offices(province.context, path)
    assert offices.office_tree(province.context).by_code("25001") == replace(kept, machines=7)
    path.write_text("Mã đơn vị,Tên đơn vị,Cấp,Mã cấp trên,Số máy\n25001,Xã Một A,Cấp xã,692,\n", encoding="utf-8")
    offices.import_offices(province.context, path)
    moved = replace(kept, machines=None, parent_id=province["692"].id)
    assert offices.office_tree(province.context).by_code("25001") == moved


def test_no_unit_is_put_below_one_that_is_gone(province: Province) -> None:
    offices.change_units(province.context, [UnitChange(kind=ChangeKind.ABOLISH, code="691", on="2026-06-01")])
    with pytest.raises(InvalidInput, match="Xã Một A không thể trực thuộc Huyện Một, đơn vị thôi hoạt động từ 01/06"):
        offices.save_office(province.context, province["25001"])
    known = offices.office_tree(province.context).by_code("25001")
    assert known is not None
    assert known.parent_id == province["70"].id


def test_the_examples_of_the_list_of_changes_change_nothing(province: Province, tmp_path: Path) -> None:
    for code in ("25195", "25200", "25201", "25202"):  # the codes that the examples name
        unit = replace(province["25001"], id=0, code=code, name=f"Xã {code}")
        offices.save_office(province.context, unit)
    before = offices.office_tree(province.context).in_order()
    path = tmp_path / "thay-doi.xlsx"
    path.write_bytes(offices.changes_form(province.context))
    with pytest.raises(InvalidInput, match="chưa có thay đổi nào"):
        offices.import_changes(province.context, path)
    assert offices.office_tree(province.context).in_order() == before
    book = openpyxl.load_workbook(path)
    book.worksheets[0].append(["Đổi tên", "25002", "01/06/2026", "", "Phường Mới", "NQ 1"])
    book.save(path)
    assert offices.import_changes(province.context, path) == 1
    assert [o.name for o in offices.office_tree(province.context).in_order() if o not in before] == ["Phường Mới"]


@pytest.mark.parametrize("on", ["2025-02-31", "0025-07-01", "2999-07-01", "2025-00-00"])
@pytest.mark.parametrize("kind", list(ChangeKind))
def test_changes_on_a_day_that_cannot_be_are_refused(province: Province, kind: ChangeKind, on: str) -> None:
    change = UnitChange(kind=kind, code="25001", on=on, new_code="25002", new_name="Phường Mới")
    with pytest.raises(InvalidInput, match="dòng 1: Xã Một A: ngày hiệu lực"):
        offices.change_units(province.context, [change])
    with pytest.raises(InvalidInput, match="Xã Một A: hạn hoàn thành"):
        offices.save_office(province.context, replace(province["25001"], target_on=on))
