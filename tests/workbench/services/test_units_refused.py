"""Units, and changes of units, that cannot be: refused in words, and nothing is changed."""

from dataclasses import replace

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
