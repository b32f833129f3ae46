"""Tokens, rows and where labels are found in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.forms.label_search import LabelIndex, Stretch, token_rows
from ocr.tesseract import Word
from vietnamese.letters import letters_only


def words_of(text: str, *, y: float = 100, x: float = 50, line: int = 1) -> list[Word]:
    words = []
    for part in text.split():
        words.append(Word(text=part, left=x, top=y - 30, right=x + 18 * len(part), bottom=y, confidence=0.9, line=line))
        x += 18 * len(part) + 12
    return words


@pytest.mark.parametrize(("text", "expected"), [("Họ và tên:", "hovaten"), ("Đăng ký", "dangky"), ("…..", "")])
def test_plain_keeps_letters_alone(text: str, expected: str) -> None:
    assert letters_only(text) == expected


@given(st.text())
def test_plain_is_stable(text: str) -> None:
    assert letters_only(letters_only(text)) == letters_only(text)


def test_value_glued_to_its_label_becomes_its_own_token() -> None:
    row = token_rows(words_of("Giới tính:Nam tháng3"))[0]
    assert [token.text for token in row.tokens] == ["Giới", "tính:", "Nam", "tháng", "3"]


def test_pieces_of_a_line_make_one_row_and_lines_above_each_other_two() -> None:
    same = token_rows(words_of("Dân tộc:") + words_of("Quốc tịch:", x=700, y=112, line=2))
    assert len(same) == 1
    apart = token_rows(words_of("Dân tộc:") + words_of("Quê quán:", y=180, line=2))
    assert len(apart) == 2


def test_a_label_stretched_over_the_value_after_it_ends_where_that_begins() -> None:
    label = Word(text="chính:", left=1016, right=1225, top=100, bottom=140, confidence=0.9, line=1)
    value = Word(text="mẹ", left=1169, right=1218, top=100, bottom=140, confidence=0.9, line=1)
    tokens = token_rows([label, value])[0].tokens
    assert [(token.text, token.left, token.right) for token in tokens] == [("chính:", 1016, 1169), ("mẹ", 1169, 1218)]


@pytest.mark.parametrize("seen", ["Ngày, tháng, năm sinh:", "Ngay thang năm sính", "Ngày,tháng,nărn sinh"])
def test_labels_are_found_through_slips(seen: str) -> None:
    rows = token_rows(words_of(f"{seen} 18.7.2014"))
    hits = LabelIndex(rows, ["Ngày, tháng, năm sinh:"]).hits("Ngày, tháng, năm sinh:")
    best = max(hits[0], key=lambda hit: hit.similarity)
    assert best.start == 0 and rows[0].tokens[best.end - 1].text.startswith("s")


def test_short_labels_need_an_exact_match() -> None:
    rows = token_rows(words_of("Da Số: 12"))
    index = LabelIndex(rows, ["Do:", "Số:"])
    assert index.hits("Do:") == {}
    assert index.hits("Số:")[0][0].start == 1


def test_a_label_that_wraps_is_found_on_both_rows() -> None:
    label = "Họ, chữ đệm, tên, chức vụ người ký Trích lục khai tử:"
    rows = token_rows(
        words_of("Họ, chữ đệm, tên, chức vụ người ký Trích lục khai") + words_of("tử: Lê Văn Minh", y=180, line=2)
    )
    best = max(LabelIndex(rows, [label]).hits(label)[0], key=lambda hit: hit.similarity)
    assert best.below == (Stretch(1, 0, 1),)


def test_a_label_that_wraps_is_found_though_words_of_it_were_not_read() -> None:
    label = "Quan hệ với người được cấp Giấy xác nhận tình trạng hôn nhân:"
    rows = token_rows(words_of("Quan hệ với người quợẾc cấp xác tình") + words_of("trạng hôn nhân: chú", y=180, line=2))

    index = LabelIndex(rows, [label])

    hits = [hit for group in index.hits(label).values() for hit in group]
    assert any(hit.below and hit.below[-1].end == 3 for hit in hits)


@pytest.mark.parametrize("beside", [(), ("Họ và tên người nhận", "Ngày sinh 3/4/1971", "Dân tộc: Kinh")])
def test_a_label_over_three_rows_is_found_whatever_stands_beside_it(beside: tuple[str, ...]) -> None:
    label = "Ghi vào sổ hộ tịch việc nhận/xác định cha, mẹ, con"
    lines = ["Ghi vào sổ hộ tịch", "việc nhận/xác định", "cha, mẹ, con"]
    words = [word for n, text in enumerate(lines) for word in words_of(text, y=100 + 46 * n, x=900, line=n)]
    words += [word for n, text in enumerate(beside) for word in words_of(text, y=100 + 46 * n, line=9 + n)]

    (best,) = LabelIndex(token_rows(words), [label]).hits(label)[0]

    assert best.similarity > 0.95
    assert [stretch.row for stretch in best.below] == [1, 2]


def test_a_value_below_a_short_label_is_no_further_row_of_another() -> None:
    label = "Ghi vào sổ hộ tịch việc nhận/xác định cha, mẹ, con"
    rows = token_rows(words_of("Ghi vào sổ hộ tịch", line=1) + words_of("ngày 3 tháng 4 năm 1999", y=146, line=2))
    assert all(not hit.below for hits in LabelIndex(rows, [label]).hits(label).values() for hit in hits)
