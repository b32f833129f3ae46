"""What is left to enter adds up over years, types and units, whatever was entered beyond a count."""

import io
import random

import openpyxl
import pytest

from corrections.campaign.figures import Figures, FiguresKey, UnitFigures, add_up, settled
from corrections.campaign.totals import Total
from exports.campaign_forms import write_annex01, write_years
from layouts.register_types import RegisterType

BIRTH, DEATH = RegisterType.BIRTH, RegisterType.DEATH


def counted(total: int, done: int) -> Figures:
    return Figures(books=1, total=Total(known=total), done=done)


def test_what_was_entered_beyond_a_count_leaves_no_less_elsewhere() -> None:
    unit = UnitFigures(unit="Xã A", parts=settled({(BIRTH, 1998): counted(100, 5), (BIRTH, 1999): counted(2, 4)}))
    assert unit.of_type(BIRTH).remaining.known == 95
    assert [unit.of_year(year, (BIRTH,)).remaining.known for year in unit.years] == [95, 0]


def test_what_was_entered_of_a_count_without_a_year_is_taken_off_it() -> None:
    unit = UnitFigures(unit="Xã A", parts=settled({(BIRTH, 0): counted(4252, 0), (BIRTH, 1998): counted(0, 5)}))
    assert unit.of_type(BIRTH).remaining.known == 4247
    assert [unit.of_year(year, (BIRTH,)).remaining.known for year in unit.years] == [4247, 0]
    assert unit.of_type(BIRTH).beyond == 0, "nothing was entered beyond the count"


@pytest.mark.parametrize("seed", range(10))
def test_lines_of_years_types_and_units_come_to_one_sum(seed: int) -> None:
    chance = random.Random(seed)
    units = []
    for number in range(4):
        parts: dict[FiguresKey, Figures] = {
            (kind, year): counted(chance.randrange(30), chance.randrange(40))
            for kind in (BIRTH, DEATH)
            for year in (0, 1998, 1999)
            if chance.random() < 0.8
        }
        units.append(UnitFigures(unit=f"Xã {number}", parts=settled(parts)))
    whole = add_up("Huyện", units)
    left = whole.of_types((BIRTH, DEATH)).remaining.known
    assert sum(unit.of_types((BIRTH, DEATH)).remaining.known for unit in units) == left
    assert sum(whole.of_type(kind).remaining.known for kind in (BIRTH, DEATH)) == left
    assert sum(whole.of_year(year, (BIRTH, DEATH)).remaining.known for year in whole.years) == left
    assert all(f.remaining.known >= 0 for unit in units for f in unit.parts.values())
    for data in (write_annex01("Tỉnh", "", [whole]), write_annex01("Huyện", "", units), write_years("", "", whole)):
        sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
        last = next(row for row in sheet.iter_rows(values_only=True) if str(row[1]).startswith("TỔNG"))
        assert last[sheet.max_column - 1] == left


def test_the_form_says_where_more_was_entered_than_counted() -> None:
    row = UnitFigures(unit="Xã A", parts=settled({(BIRTH, 1999): counted(2, 4)}))
    sheet = openpyxl.load_workbook(io.BytesIO(write_annex01("Huyện", "", [row]))).worksheets[0]
    texts = [str(value) for line in sheet.iter_rows(values_only=True) for value in line if value is not None]
    assert any("Đã nhập nhiều hơn số đếm: Xã A (2) trường hợp" in text for text in texts)
    assert any(text.startswith("=MAX(0,") and text.endswith("+2)") for text in texts), "recalculated it stays the same"
