"""A book is complete when every slot and every number is explained."""

from __future__ import annotations

import pytest

from corrections.completeness import NumberGap, Slot, SlotKind, check_completeness, number_of


def _slots(*numbers: str, year: int = 2012, done: bool = True) -> list[Slot]:
    return [
        Slot(page=i + 1, kind=SlotKind.ENTRY, entry_id=i + 1, number=number, year=year, done=done)
        for i, number in enumerate(numbers)
    ]


def test_a_whole_book_may_be_closed() -> None:
    slots = [Slot(page=0, kind=SlotKind.COVER), *_slots("1", "2", "03", "4/2012"), *_slots("1", "2", year=2013),
             Slot(page=9, kind=SlotKind.BLANK), Slot(page=10, kind=SlotKind.CANCELLED)]  # fmt: skip
    report = check_completeness(slots, expected_entries=6)
    assert report.closable
    assert report.messages == ()
    assert report.entries == 6


@pytest.mark.parametrize("kind", [SlotKind.UNEXPLAINED, SlotKind.UNREAD])
def test_an_unexplained_slot_keeps_the_book_open(kind: SlotKind) -> None:
    report = check_completeness([*_slots("1"), Slot(page=2, region=1, kind=kind)])
    assert not report.closable
    assert report.messages[0].startswith("Trang 2, ô 2")


def test_gaps_and_repeats_are_named() -> None:
    report = check_completeness(_slots("1", "2", "2", "6", "9"))
    assert report.gaps == (NumberGap(year=2012, first=3, last=5), NumberGap(year=2012, first=7, last=8))
    assert report.repeats == ((2012, 2, (2, 3)),)
    assert "Thiếu số 3 đến 5 năm 2012." in report.messages
    assert not report.closable


def test_explained_numbers_second_volumes_and_added_letters_are_no_gaps() -> None:
    assert check_completeness(_slots("1", "3"), explained_numbers=[(2012, 2)]).closable
    assert check_completeness(_slots("101", "102"), starts_at={2012: 101}).closable
    assert check_completeness(_slots("1", "1a", "2")).closable
    assert not check_completeness(_slots("2", "3")).closable


def test_counts_numbers_and_approval_are_needed() -> None:
    assert check_completeness(_slots("1", "2"), expected_entries=3).count_difference == -1
    assert not check_completeness(_slots("1", "2"), expected_entries=3).closable
    assert check_completeness(_slots("1", "2")).count_difference is None
    assert not check_completeness(_slots("1", "2", done=False)).closable
    unnumbered = check_completeness([*_slots("1"), Slot(page=2, kind=SlotKind.ENTRY, number="", year=2012, done=True)])
    assert len(unnumbered.unnumbered) == 1
    assert not unnumbered.closable


@pytest.mark.parametrize(("text", "number"), [("045/1998", 45), ("12a", 12), ("7", 7), ("", None), ("abc", None)])
def test_running_numbers(text: str, number: int | None) -> None:
    assert number_of(text) == number
