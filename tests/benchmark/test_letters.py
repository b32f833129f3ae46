"""Letters as a reader sees them, tones, keystrokes."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.letters import edits, keystrokes, same_standard, substitutions
from vietnamese.letters import graphemes, without_marks

VIETNAMESE = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãạấềễộợữ ", max_size=20)


def test_a_letter_with_its_marks_is_one_letter_composed_or_not() -> None:
    for form in ("NFC", "NFD"):
        assert graphemes(unicodedata.normalize(form, "Nguyễn")) == ["N", "g", "u", "y", "ễ", "n"]
    assert edits("Nguyễn", unicodedata.normalize("NFD", "Nguyễn")) == 0


def test_a_lost_tone_is_one_error_and_none_without_marks() -> None:
    assert edits("Điểu", "Điêu") == 1
    assert without_marks("Điểu") == without_marks("Điêu") == "Dieu"


def test_both_places_of_the_tone_mark_are_the_same_value() -> None:
    assert same_standard("Hòa Bình", "Hoà Bình")
    assert same_standard("Thủy", "Thuỷ")
    assert same_standard("KHÓA", "khoá")
    assert not same_standard("Hòa", "Họa")
    assert not same_standard("Hoàn", "Hoan")
    assert same_standard("Phó Chủ tịch", "PCT", title=True)
    assert not same_standard("Chủ tịch", "PCT", title=True)


def test_confusions_are_named() -> None:
    assert substitutions("Lừu", "Lưu") == Counter({("ừ", "ư"): 1})
    assert substitutions("An", "Ann") == Counter({("", "n"): 1})
    assert substitutions("Anh", "An") == Counter({("h", ""): 1})


def test_mending_costs_less_than_typing_anew_and_right_costs_nothing() -> None:
    assert keystrokes("Nguyễn Văn An", "Nguyễn Văn An") == 0
    assert keystrokes("Nguyễn Văn An", "Nguyễn Văn Ân") == 3
    assert keystrokes("Nam", "xyzabcdef") == 3
    assert keystrokes("", "rubbish") == 1


@pytest.mark.slow
@given(VIETNAMESE, VIETNAMESE)
def test_edits_are_a_distance(first: str, second: str) -> None:
    assert edits(first, second) == edits(second, first)
    assert (edits(first, second) == 0) == (first == second)
    assert sum(substitutions(first, second).values()) == edits(first, second)
