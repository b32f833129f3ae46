"""The table of units by year: every line is sound, and an office's own table is added to it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import ValidationError

from vietnamese.dated_units import OWN_TABLE, UnitTableError, dated_units, former_provinces, read_table
from vietnamese.letters import is_nfc
from vietnamese.unit_tree import provinces
from vietnamese.units import communes_of, places_of_its_year
from workbench.config import Settings

OWN = "commune\tLộc Thịnh\tBình Phước/Bình Long\t1986\t2003\tBình Phước/Hớn Quản/Tân Khai\tQuyết định bịa để thử\n"


@pytest.fixture
def own_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "own.tsv"
    monkeypatch.setenv(OWN_TABLE, str(path))
    for cached in (dated_units, provinces, places_of_its_year):
        cached.cache_clear()
    yield path
    for cached in (dated_units, provinces, places_of_its_year):
        cached.cache_clear()


def test_every_line_of_the_table_is_told_once_and_in_order() -> None:
    rows = dated_units()
    assert len(rows) > 300
    assert len({(row.path, row.first_year) for row in rows}) == len(rows)
    assert all(is_nfc("/".join(row.path) + row.source) for row in rows)
    assert all(row.first_year is None or 1945 <= row.first_year <= 2025 for row in rows)
    assert all(row.followed_by for row in rows if row.last_year is not None)
    assert not any(row.followed_by for row in rows if row.last_year is None)
    assert {row.kind for row in rows} == {"province", "district", "commune"}


def test_periods_of_one_unit_do_not_overlap() -> None:
    by_path: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for row in dated_units():
        by_path.setdefault(row.path, []).append((row.first_year or 0, row.last_year or 9999))
    for path, periods in by_path.items():
        ordered = sorted(periods)
        assert all(one[1] < other[0] for one, other in pairwise(ordered)), path


def test_former_provinces_are_those_that_ended() -> None:
    names = {row.name for row in former_provinces()}
    assert {"Hà Tây", "Sông Bé", "Minh Hải"} <= names
    assert "Bình Phước" not in names


def test_an_office_adds_units_of_its_own(own_table: Path) -> None:
    own_table.write_text(OWN, encoding="utf-8")
    assert "locthinh" in communes_of("Bình Phước", "Bình Long", 1997)
    assert Settings(former_units=str(own_table)).former_units == str(own_table)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (OWN.replace("\t2003", "\t1980"), "năm cuối trước năm đầu"),
        (OWN.replace("1986", "86"), "bốn chữ số"),
        (OWN.replace("commune", "xã"), "cột đầu"),
        (OWN.replace("Bình Phước/Bình Long", "Bình Phước"), "không đúng cấp"),
        (OWN.replace("Quyết định bịa để thử", ""), "thiếu nguồn"),
        (OWN.replace("\t1986", ""), "cần 7 cột"),
        (OWN.replace("Bình Phước/Bình Long", "Bình Phước/Nơi Nào"), "không thấy đơn vị cấp trên"),
        (OWN.replace("Hớn Quản", "Nơi Nào"), "không thấy Bình Phước/Nơi Nào"),
    ],
)
def test_a_line_that_cannot_be_is_told_when_the_program_starts(own_table: Path, line: str, told: str) -> None:
    own_table.write_text("# của xã\n\n" + line, encoding="utf-8")
    with pytest.raises(ValidationError, match=told):
        Settings(former_units=str(own_table))


def test_a_table_that_is_not_there_or_no_text_is_told(own_table: Path) -> None:
    with pytest.raises(ValidationError, match="không mở được tệp đơn vị"):
        Settings(former_units=str(own_table))
    own_table.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnitTableError, match="UTF-8"):
        read_table(own_table)
