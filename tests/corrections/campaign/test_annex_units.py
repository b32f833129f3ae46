"""Whose line of an annex is whose: units by name, offices of a level by the rule kept as data."""

from __future__ import annotations

import pytest

from corrections.campaign.annex_units import lines_by_name, office_named
from corrections.campaign.offices import OfficeLevel

LEVELS = {
    "Tỉnh Bình An": OfficeLevel.PROVINCE,
    "Huyện Yên": OfficeLevel.DISTRICT,
    "Huyện Lạc": OfficeLevel.DISTRICT,
    "Sổ chưa gắn": None,
}


@pytest.mark.parametrize(
    ("words", "level", "name"),
    [
        ("Sở Tư pháp", OfficeLevel.PROVINCE, ""),
        ("SỞ TƯ PHÁP tỉnh Bình An", OfficeLevel.PROVINCE, "tỉnh Bình An"),
        ("Phòng Tư pháp huyện Yên", OfficeLevel.DISTRICT, "huyện Yên"),
        ("Huyện Yên", None, "Huyện Yên"),
        ("Sở Tư", None, "Sở Tư"),
    ],
)
def test_an_office_tells_its_level_and_its_unit(words: str, level: OfficeLevel | None, name: str) -> None:
    assert office_named(words) == (level, name)


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("Sở Tư pháp", "Tỉnh Bình An"),
        ("Sở Tư pháp tỉnh Bình An", "Tỉnh Bình An"),
        ("Phòng Tư pháp huyện Lạc", "Huyện Lạc"),
        ("HUYỆN YÊN", "Huyện Yên"),
        ("Phòng Tư pháp", None),
        ("Huyện Khác", None),
    ],
)
def test_a_line_is_found_by_name_or_as_the_only_one_of_its_level(words: str, unit: str | None) -> None:
    assert lines_by_name(list(LEVELS), str, LEVELS.__getitem__)(words) == unit


def test_a_unit_that_is_called_by_its_office_here_is_found_by_its_name_in_print() -> None:
    find = lines_by_name(["Sở Tư pháp tỉnh Bình An", "Huyện Yên"], str, lambda _: None)
    assert find("Tỉnh Bình An") == find("Sở Tư pháp") == "Sở Tư pháp tỉnh Bình An"
