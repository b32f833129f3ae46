"""Long texts are shown whole: rows of tables are as high as they need, and what is to be copied wraps."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from corrections.entries import Role
from tests.screens.office import OFFICE, Office
from tests.screens.test_screens import opened
from workbench import screens
from workbench.screens.long_texts import row_height, told_apart


def test_rows_grow_with_their_longest_text_to_a_bound() -> None:
    short = {"Lý do": "sai ngày", "Ô": "Ngày sinh"}
    assert row_height([], {"Lý do": 200}) is None
    assert row_height([short], {"Lý do": 200, "Ô": 150}) is None
    two, three = (row_height([short, {"Lý do": "x" * count}], {"Lý do": 200}) for count in (40, 60))
    assert two is not None and three is not None and 64 < two < three, "in rows of 4 rem and less nothing wraps"
    assert row_height([{"Lý do": "x" * 5000}], {"Lý do": 200}) == row_height([{"Lý do": "x" * 9000}], {"Lý do": 200})
    assert row_height([{"Ô": None}], {"Ô": 150, "Lý do": 200}) is None


def test_places_are_told_apart_without_what_they_share() -> None:
    here, there = "UBND xã Tân Lập, huyện Vũ Thư, tỉnh Thái Bình", "UBND xã Hòa Bình, huyện Vũ Thư, tỉnh Thái Bình"
    assert told_apart([here, there]) == ("UBND xã Tân Lập", "UBND xã Hòa Bình")
    assert told_apart([here, here]) == ("UBND xã Tân Lập",) * 2
    assert told_apart([here, "UBND xã Tân Lập, huyện Hưng Hà, tỉnh Thái Bình"])[1] == "UBND xã Tân Lập, huyện Hưng Hà"
    assert told_apart([here, "UBND xã Tân Lập"]) == (here, "UBND xã Tân Lập")
    assert told_apart([]) == ()


@pytest.mark.screens
def test_a_list_of_acceptances_shows_offices_whole(office: Office) -> None:
    app = opened(office, Role.SUPERVISOR, "handover")
    (board,) = (table for table in app.dataframe if "Bản giao mới nhất" in table.value.columns)
    assert OFFICE in board.value["Sổ"][0] and board.proto.row_height > 64, "its name wraps"


def test_nothing_to_be_copied_has_to_be_scrolled() -> None:
    """What scrolls sideways in a box is cut, and out of reach of the keyboard."""
    calls = [
        (path.name, node.lineno, {word.arg for word in node.keywords})
        for path in Path(screens.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "code"
    ]
    assert calls and [call[:2] for call in calls if "wrap_lines" not in call[2]] == []
