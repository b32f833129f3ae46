"""Tone marks in old and new places, keys, endings."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.search_keys import name_key, name_tails, search_key, spelling_key
from vietnamese.letters import (
    fold_spaces,
    fold_tones,
    letters_only,
    same_text,
    spaceless,
    strip_ending,
    tone_key,
    without_marks,
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hoà", "hòa"),
        ("thuý", "thúy"),
        ("Khoẻ", "khỏe"),
        ("HOÀ BÌNH", "Hòa  Bình"),
        ("uỷ ban", "ủy ban"),
        ("H’Mông", "H'Mông"),
    ],
)
def test_tone_mark_habits_compare_equal(old: str, new: str) -> None:
    assert same_text(old, new)


@pytest.mark.parametrize(("one", "other"), [("Hòa", "Hỏa"), ("Tuấn", "Tuân"), ("Thanh", "Thành"), ("đa", "da")])
def test_other_tones_and_letters_differ(one: str, other: str) -> None:
    assert not same_text(one, other)


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếềểễệ ", max_size=20))
@settings(max_examples=60)
def test_composed_and_decomposed_text_has_one_key(text: str) -> None:
    assert tone_key(text) == tone_key(unicodedata.normalize("NFD", text))
    assert fold_tones(text) == fold_tones(tone_key(text).translate({ord(c): None for c in "12345"}))


def test_fold_tones_keeps_letters_only() -> None:
    assert fold_tones("Đặng Thị Hoà") == "dang thi hoa"


@pytest.mark.parametrize(
    ("written", "value"),
    [(" Xã Đông Tân ./.", "Xã Đông Tân"), ("….. Lê An ……", "Lê An"), ("x  y\n z", "x y z"), ("- - -", ""), ("", "")],
)
def test_endings_of_lines(written: str, value: str) -> None:
    assert strip_ending(written) == value


def test_fold_spaces_makes_nfc() -> None:
    assert fold_spaces(unicodedata.normalize("NFD", " Lê   Thị ")) == "Lê Thị"


def test_search_keys() -> None:
    assert search_key("Nguyễn-Văn  ÁN") == "nguyen van an"
    assert name_tails("Trần Thị Hoà") == ("tran thi hoa", "thi hoa", "hoa")
    assert spelling_key("Lý Mỹ Huy") == spelling_key("Lí Mĩ Hui")
    assert name_key("Lý An") == "lian"


def test_bare_letters_keep_their_case_and_letters_alone_do_not() -> None:
    assert without_marks("Đặng Thị Hoà, xã 3") == "Dang Thi Hoa, xa 3"
    assert letters_only("Nơi sinh: Đồng-Xuân 3") == "noisinhdongxuan3"
    assert spaceless("Nguyễn  Văn An") == spaceless("nguyễn vănan") != spaceless("Nguyên Văn An")


def test_nobody_else_takes_letters_apart() -> None:
    root = Path(__file__).resolve().parents[2]
    rooms = [p for p in root.iterdir() if (p / "__init__.py").is_file() and p.name != "tests"]
    assert len(rooms) >= 8
    apart = [
        path.relative_to(root).as_posix()
        for room in rooms
        for path in room.rglob("*.py")
        if re.search(r"^\s*(?:import|from) unicodedata", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    # the checker of a delivered package runs alone, where nothing of ours is installed
    assert sorted(apart) == ["exports/data/kiem_tra.py", "vietnamese/letters.py"]
