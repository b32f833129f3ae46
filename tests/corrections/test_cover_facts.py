"""Covers and closings tell the book's facts in the form of its record, with figures that prove each other."""

from __future__ import annotations

import pytest

from corrections.cover_facts import CoverPage, cover_facts
from corrections.entries import Book
from layouts.register_types import RegisterType

BOOK = Book(id=1, register_type=RegisterType.BIRTH, volume_number="01/2013", office="UBND xã Thử Nghiệm")


def told(*pages: dict[str, str], sure: float = 0.99) -> dict[str, tuple[str | int, bool]]:
    read = [CoverPage(values=values, sure=dict.fromkeys(values, sure)) for values in pages]
    return {fact.name: (fact.value, fact.certain) for fact in cover_facts(BOOK, read)}


def test_what_was_read_with_doubt_is_never_certain() -> None:
    facts = told({"quyenSo": "01/2013", "opened_on": "3/1/2013", "closed_on": "31/12/2013"}, sure=0.6)
    assert {name: certain for name, (_, certain) in facts.items()} == dict.fromkeys(facts, False)


@pytest.mark.parametrize(
    ("cover", "closing", "certain"),
    [
        ("31/12/2013", "31/12/2013", True),
        ("30/6/2013", "30/6/2013", True),
        ("", "3/12/2013", False),
        ("31/12/2013", "3/12/2013", False),
        ("", "31/12/2013", True),
    ],
)
def test_a_closing_day_is_certain_where_two_places_agree_or_as_the_last_of_a_year(
    cover: str, closing: str, certain: bool
) -> None:
    pages = [{"closed_on": day} for day in (cover, closing) if day]
    assert told(*pages)["closed_on"][1] is certain


def test_an_opening_day_of_another_year_than_the_volume_is_looked_at() -> None:
    assert told({"opened_on": "3/1/2013"})["opened_on"][1] is True
    assert told({"opened_on": "3/1/2018"})["opened_on"][1] is False


def test_how_sure_each_value_is_comes_with_it() -> None:
    page = CoverPage(values={"quyenSo": "01/2013", "pages": "40"}, sure={"quyenSo": 0.95})
    assert {fact.name: fact.sure for fact in cover_facts(BOOK, [page])} == {"volume_number": 0.95, "pages": 0.0}


def test_a_cover_and_a_closing() -> None:
    cover = {"quyenSo": "02/2013", "noiDangKy": "Tân Lập", "district": "Mẫu", "province": "Ví Dụ",
             "opened_on": "3/1/2013", "closed_on": "31/12/2013"}  # fmt: skip
    closing = {"pages": "40", "entries": "38", "first_number": "1", "last_number": "38", "closed_on": "31/12/2013"}
    assert told(cover, closing) == {
        "volume_number": ("02/2013", True),
        "office": ("UBND xã Tân Lập, huyện Mẫu, tỉnh Ví Dụ", False),
        "opened_on": ("03.01.2013", True),
        "closed_on": ("31.12.2013", True),
        "expected_entries": (38, True),
        "pages": (40, False),
    }


@pytest.mark.parametrize(
    ("text", "value", "certain"),
    [
        ("01/2013", "01/2013", True),
        ("O1/2013", "01/2013", True),
        ("1/2913", "01/2013", False),
        ("02", "02/2013", False),
        ("3/2011", "03/2011", False),
    ],
)
def test_the_year_of_a_volume_is_held_against_the_opening_day(text: str, value: str, certain: bool) -> None:
    assert told({"quyenSo": text, "opened_on": "02/01/2013"})["volume_number"] == (value, certain)


def test_a_count_is_proven_or_replaced_by_the_numbers() -> None:
    assert told({"entries": "20", "first_number": "5", "last_number": "24"})["expected_entries"] == (20, True)
    assert told({"entries": "29", "first_number": "5", "last_number": "24"})["expected_entries"] == (29, False)
    assert told({"first_number": "5", "last_number": "24"})["expected_entries"] == (20, False)
    assert "expected_entries" not in told({"first_number": "24", "last_number": "5"})


def test_several_closings_add_up_and_the_last_one_closes() -> None:
    years = [
        {"entries": "10", "first_number": "1", "last_number": "10", "closed_on": "31/12/2012"},
        {"entries": "7", "first_number": "1", "last_number": "7", "closed_on": "31/12/2013"},
    ]
    facts = told(*years)
    assert facts["expected_entries"] == (17, True)
    assert facts["closed_on"] == ("31.12.2013", True)


def test_a_book_that_closes_before_it_opens_is_doubted() -> None:
    facts = told({"opened_on": "02/01/2013", "closed_on": "31/12/2012"})
    assert (facts["opened_on"][1], facts["closed_on"][1]) == (False, False)


def test_what_cannot_be_read_is_not_offered() -> None:
    assert told({"quyenSo": "--", "opened_on": "45/13/2013", "noiDangKy": "x", "pages": "nhiều"}) == {}
    assert told() == {}
