"""Keys to put a text right, as a browser takes them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmark.mending import Step, mending, presses


@pytest.mark.parametrize(("text", "keys"), [("An", 2), ("Đễ", 5), ("ườ", 5), ("CA 12", 5)])
def test_telex(text: str, keys: int) -> None:
    assert presses(text) == keys


@pytest.mark.parametrize(
    ("shown", "wanted", "keys"),
    [
        ("", "12", 2),
        ("13", "12", 2),  # typed anew
        ("Nguyễn Thị Đinh", "Nguyễn Thị Định", 6),  # to the end, two back, one away, ị
        ("Cài chính năm sinh", "Cải chính năm sinh", 5),
        ("05/06/2010 do UBND xã cấp", "05/06/2016 do UBND xã cấp", 1 + 5 + 1 + 1 + 1),  # strokes are stops
        ("a bb ccc dddd eeeee fffff", "x bb ccc dddd eeeee fffff", 3),
    ],
)
def test_fewest_keys(shown: str, wanted: str, keys: int) -> None:
    assert mending(shown, [wanted]).keys <= keys


def test_several_places_are_mended_in_one_go() -> None:
    old, new = "Khu phố 19, Nguyễn Cư Trinh, Quận 4, Hồ Chí Minh", "Khu phố 10, Nguyễn Cư Trinh, Quận 1, Hồ Chí Minh"
    plan = mending(old, [new])
    assert plan.keys < presses(new) / 2
    assert _done(old, plan.steps) == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Bổ sung ngày, tháng sinh 04 01 2003", "Bổ sung ngày, tháng sinh: 04.01.2003"),
        ("phường 15, quận 4, thành ,phố Hồ Minh.", "phường 15, quận 4, thành phố Hồ Chí Minh"),
    ],
)
def test_places_behind_a_longer_one_are_found_again(old: str, new: str) -> None:
    assert _done(old, mending(old, [new]).steps) == new


def test_a_key_with_ctrl_stops_at_signs_and_goes_over_dates_with_dots() -> None:
    old = "Lê Hùng, 17.02.2007 xã Tiền thôn Bái, Cao Lãnh, Đồng Tháp"
    (_, on, *_) = mending(old, [old.replace("Tiền", "Tiềm")]).steps
    assert (on.key, on.times, on.caret) == ("Control+ArrowRight", 6, old.index("Tiền") + 4)


def test_the_columns_own_part_is_enough() -> None:
    run = "Lê Văn Tam, Ấp 6, Vĩnh Trung, CMND 012345678"
    assert mending("x y z", [run, "An"]).keys == presses("An")


def _done(text: str, steps: Sequence[Step]) -> str:
    """What a field does with the keys, told where the caret goes by each move."""
    caret = 0
    for step in steps:
        if step.text:
            text, caret = text[:caret] + step.text + text[caret:], caret + len(step.text)
        elif step.key == "Delete":
            text = text[:caret] + text[caret + step.times :]
        elif step.key == "Backspace":
            text, caret = text[: caret - step.times] + text[caret:], caret - step.times
        elif step.caret is not None:
            caret = step.caret
    return text
