"""Values of extracts: read surely or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.extract_values import birth_date, id_number, month_first, sex
from corrections.reconciliation import MatchOutcome, profile_columns, reconcile
from corrections.same_person import Person

MAPPING = {"name": "Họ tên", "born": "Ngày sinh", "sex": "Giới tính", "id_number": "Số"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("21/07/2006", "21/07/2006"),
        ("2006-07-21", "21.07.2006"),
        ("2006-07-21T00:00:00", "21.07.2006"),
        ("2006/7/1 0:00:00", "01.07.2006"),
        ("20060721", "21.07.2006"),
        ("21072006", "21.07.2006"),
        ("1990", "1990"),
        ("38919", None),
        ("38919.0", None),
        ("7/21/2006", None),
        ("30 tuổi", None),
        ("15/8/1990 âm lịch", None),
        ("21-Jul-2006", None),
        ("31/02/2006", None),
    ],
)
def test_dates(text: str, value: str | None) -> None:
    assert birth_date(text) == value


@pytest.mark.parametrize(
    ("text", "first"), [("7/21/2006", True), ("21/7/2006", False), ("7/6/2006", None), ("x", None)]
)
def test_order_of_day_and_month(text: str, first: bool | None) -> None:
    assert month_first(text) is first


@pytest.mark.parametrize(
    ("text", "code"),
    [("Nam", "1"), ("NỮ", "2"), ("M", "1"), ("Female", "2"), ("f", "2"), ("0", "2"), ("x", None), ("Nam/Nữ", None)],
)
def test_sexes(text: str, code: str | None) -> None:
    assert sex(text) == code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("'001305099999", "001305099999"),
        ("012 345 678", "012345678"),
        ("079.123.456", "079123456"),
        ("C1234567", "C1234567"),
        ("1.2E+08", None),
        ("12345678.0", None),
        ("12345678", None),
        ("1305012345", None),
        ("²12345678", None),
    ],
)
def test_numbers(text: str, number: str | None) -> None:
    assert id_number(text) == number


@pytest.mark.parametrize(
    ("column", "text", "field"),
    [("Ngày sinh", "38919", "born"), ("Giới tính", "?", "sex"), ("Số", "1.2E+08", "id_number")],
)
def test_what_is_not_understood_never_counts_as_agreement(column: str, text: str, field: str) -> None:
    book = Person(key="b", name="Lê Thị An", born="21.07.2006", sex="2", id_number="012345678")
    row = {"Họ tên": "Lê Thị An", "Ngày sinh": "21/07/2006", "Giới tính": "Nữ", "Số": "012345678", column: text}
    (result,) = reconcile([book], [profile_columns(row, MAPPING, "dòng 2")])
    assert result.outcome is MatchOutcome.DIFFERS
    assert [(d.field, d.extract, d.kind) for d in result.differences] == [(field, text, "unread")]


@pytest.mark.slow
@given(st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_kept_as_unread(text: str) -> None:
    person = profile_columns({"Họ tên": "A", "Ngày sinh": text, "Giới tính": text, "Số": text}, MAPPING, "1")
    unread = dict(person.unread)
    for field in ("born", "sex", "id_number"):
        assert bool(getattr(person, field)) != (field in unread) or not text.strip()
