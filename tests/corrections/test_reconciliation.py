"""Reconciliation with an extract of the population database: three outcomes, planted cases, speed."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from corrections.reconciliation import MatchOutcome, profile_columns, reconcile
from corrections.same_person import Person
from tests.corrections.planted_persons import Planted

BASE = Person(
    key="x1", name="Nguyễn Thị Hòa", born="02.05.1985", sex="2", mother="Trần Thị Bình", father="Nguyễn Văn An",
    birthplace="Xã Tân Hưng, huyện Hớn Quản, tỉnh Bình Phước", ethnic_group="Kinh",
)  # fmt: skip
TWIN = replace(BASE, key="x2", name="Nguyễn Thị Hiền")


def test_somebody_may_be_called_what_parts_names_elsewhere() -> None:
    one = replace(BASE, name="Nguyễn Văn Tức")
    (result,) = reconcile([replace(one, key="b")], [replace(one, name="Nguyễn Văn", key="x2"), one])
    assert (result.outcome, result.matched) == (MatchOutcome.MATCHES, "x1")


def _one(extract: list[Person], **changed: object) -> tuple[MatchOutcome, str, set[tuple[str, str]]]:
    (result,) = reconcile([replace(BASE, key="b", **changed)], extract)  # type: ignore[arg-type]
    return result.outcome, result.matched, {(d.field, d.kind) for d in result.differences}


@pytest.mark.parametrize(
    ("changed", "outcome", "differences"),
    [
        ({}, MatchOutcome.MATCHES, set()),
        ({"name": "NGUYỄN THỊ HOÀ"}, MatchOutcome.MATCHES, set()),
        ({"born": "2/5/1985"}, MatchOutcome.MATCHES, set()),
        ({"name": "Nguyễn Thị Hoa"}, MatchOutcome.DIFFERS, {("name", "tones")}),
        ({"born": "05.02.1985"}, MatchOutcome.DIFFERS, {("born", "swapped")}),
        ({"born": "1985"}, MatchOutcome.DIFFERS, {("born", "partial")}),
        ({"born": ""}, MatchOutcome.DIFFERS, {("born", "missing")}),
        ({"born": "", "unread": (("born", "(bị rách)"),)}, MatchOutcome.DIFFERS, {("born", "unread")}),
        ({"mother": "", "unread": (("mother", "(không đọc được)"),)}, MatchOutcome.DIFFERS, {("mother", "unread")}),
        ({"born": "năm Tân Sửu"}, MatchOutcome.DIFFERS, {("born", "unread")}),
        ({"born": "12.07.1965"}, MatchOutcome.DIFFERS, {("born", "other")}),
        ({"born": "12.07.1965", "father": ""}, MatchOutcome.DIFFERS, {("born", "other")}),
        ({"name": "Nguyễn Thị Hòaa"}, MatchOutcome.DIFFERS, {("name", "spelling")}),
        (
            {"mother": BASE.father, "father": BASE.mother},
            MatchOutcome.DIFFERS,
            {("mother", "other"), ("father", "other")},
        ),
        ({"name": "Nguyễn Thị Hòa (Bé Ba)"}, MatchOutcome.DIFFERS, {("name", "other")}),
        ({"name": "Nguyễn Thị Hòa tức Ba"}, MatchOutcome.DIFFERS, {("name", "other")}),
        ({"mother": "Trần Thị Bính"}, MatchOutcome.DIFFERS, {("mother", "tones")}),
        ({"ethnic_group": "Tày"}, MatchOutcome.DIFFERS, {("ethnic_group", "other")}),
        ({"birthplace": "Tân Hưng, Bình Long, Sông Bé"}, MatchOutcome.MATCHES, set()),
        ({"birthplace": "Xã Vĩnh Ô, Vĩnh Linh, Quảng Trị"}, MatchOutcome.DIFFERS, {("birthplace", "other")}),
    ],
)
def test_found(changed: dict[str, str], outcome: MatchOutcome, differences: set[tuple[str, str]]) -> None:
    assert _one([BASE, TWIN], **changed) == (outcome, "x1", differences)


@pytest.mark.parametrize(
    "changed",
    [{"name": "Lê Văn Hùng"}, {"name": "Nguyễn Thị Mai"}, {"name": ""},
     # another birthday needs one name with its tones, the parents and nothing against it
     {"born": "12.07.1965", "mother": "", "father": ""}, {"born": "12.07.1965", "name": "Nguyễn Thị Hoa"},
     {"born": "12.07.1965", "mother": "Võ Thị Chín"}, {"born": "12.07.1965", "sex": "1"},
     {"born": "12.07.1965", "mother": "", "birthplace": ""},
     {"name": "Nguyễn Thị Hiếu", "mother": "Võ Thị Chín", "father": "Lê Tám"}],
)  # fmt: skip
def test_not_found(changed: dict[str, str]) -> None:
    assert _one([BASE], **changed) == (MatchOutcome.NOT_FOUND, "", set())


def test_twins_are_not_confused() -> None:
    assert _one([BASE, TWIN])[1] == "x1"
    assert _one([BASE, TWIN], name="Nguyễn Thị Hiền")[1] == "x2"
    assert _one([TWIN])[0] is MatchOutcome.NOT_FOUND


def test_twins_whose_names_differ_in_tones_alone_are_not_confused() -> None:
    twin = replace(BASE, key="x0", name="Nguyễn Thị Hoa")
    assert _one([twin, BASE]) == (MatchOutcome.MATCHES, "x1", set())
    assert _one([BASE, twin], name="Nguyễn Thị Hoa")[1] == "x0"


def test_a_value_the_extract_writes_unreadably_is_no_agreement() -> None:
    row = {"Họ tên": BASE.name, "Ngày sinh": "38919", "Mẹ": BASE.mother}
    other = profile_columns(row, {"name": "Họ tên", "born": "Ngày sinh", "mother": "Mẹ"}, "x1")
    assert _one([other]) == (MatchOutcome.DIFFERS, "x1", {("born", "unread")})


def test_a_number_agrees_where_nobody_has_a_birthday() -> None:
    same = {"born": "", "id_number": "074185001234"}
    assert _one([replace(BASE, **same)], **same)[0] is MatchOutcome.MATCHES


def test_parents_who_gave_a_child_away_are_known_too() -> None:
    given = {"mother": "Võ Thị Chín", "father": "Lê Tám", "other_parents": (BASE.mother, BASE.father)}
    assert _one([BASE], **given) == (MatchOutcome.MATCHES, "x1", set())
    assert _one([BASE], **{**given, "other_parents": ()})[0] is not MatchOutcome.MATCHES


def test_an_adopted_child_is_found_under_its_new_surname() -> None:
    taken = replace(BASE, name="Lê Thị Hòa", mother="Võ Thị Chín", father="Lê Tám")
    given = {"mother": "Võ Thị Chín", "father": "Lê Tám", "other_parents": (BASE.mother, BASE.father)}
    outcome, matched, differences = _one([taken], **given)
    assert (outcome, matched) == (MatchOutcome.DIFFERS, "x1") and {field for field, _ in differences} == {"name"}
    for other in (
        {"born": "03.05.1985"},
        {"mother": "Đỗ Thị Lý"},
        {"name": "Lê Thị Hạnh"},
        {"mother": "", "father": ""},
    ):
        assert _one([replace(taken, **other)], **given)[0] is MatchOutcome.NOT_FOUND
    assert _one([taken], **{**given, "other_parents": ()})[0] is MatchOutcome.NOT_FOUND, "a child that nobody adopted"


def test_maiden_names_and_numbers_find_a_person() -> None:
    married = replace(BASE, name="Lê Thị Hòa", former_names=("Nguyễn Thị Hòa",), id_number="074185001234")
    assert _one([married])[:2] == (MatchOutcome.MATCHES, "x1")
    renamed = replace(BASE, name="Lê Thị Mỹ Hằng", id_number="074185001234")
    outcome, matched, differences = _one([renamed], id_number="074185001234")
    assert (outcome, matched) == (MatchOutcome.DIFFERS, "x1")
    assert ("name", "other") in differences


def test_two_equally_good_persons_are_left_to_choose() -> None:
    (result,) = reconcile([replace(BASE, key="b")], [BASE, replace(BASE, key="x9")])
    assert result.outcome is MatchOutcome.DIFFERS
    assert (result.matched, result.others) == ("x1", ("x9",))


def test_a_person_whose_name_nobody_can_read_is_found_by_birthday_and_parents() -> None:
    torn = {"name": "", "unread": (("name", "(bị rách)"),)}
    outcome, matched, differences = _one([BASE], **torn)
    assert (outcome, matched, differences) == (MatchOutcome.DIFFERS, "x1", {("name", "unread")})
    (result,) = reconcile([replace(BASE, key="b", **torn)], [BASE, TWIN])  # type: ignore[arg-type]
    assert {result.matched, *result.others} == {"x1", "x2"}, "of twins somebody has to choose"
    for other in ({"born": "02.05.1986"}, {"mother": "Lê Thị Xuân"}, {"sex": "1"}):
        assert _one([replace(BASE, **other)], **torn)[0] is MatchOutcome.NOT_FOUND, other  # type: ignore[arg-type]
    alone = {**torn, "mother": "", "birthplace": ""}
    assert _one([BASE], **alone)[0] is MatchOutcome.NOT_FOUND, "one parent and a birthday are not enough"


def test_a_twin_found_only_as_the_other_one_is_told_so() -> None:
    other = replace(BASE, name="Nguyễn Thị Hóa")
    first, second = reconcile([replace(BASE, key="b1"), replace(other, key="b2")], [BASE])
    assert first.outcome is MatchOutcome.MATCHES
    assert [(d.field, d.kind) for d in second.differences] == [("name", "taken")]
    (alone,) = reconcile([replace(other, key="b2")], [BASE])
    assert [d.kind for d in alone.differences] == ["tones"]


def test_rows_become_persons_by_a_profile() -> None:
    row = {"Họ tên": " Lê An ", "Ngày sinh": "1980", "Tên khác": "Lê Ân, Lê Ba"}
    person = profile_columns(row, {"name": "Họ tên", "born": "Ngày sinh", "former_names": "Tên khác"}, "7")
    assert person == Person(key="7", name="Lê An", born="1980", former_names=("Lê Ân", "Lê Ba"))


@pytest.mark.slow
def test_planted_slips_are_found_quickly() -> None:
    planted = Planted(2000, 10000)
    truth = planted.truth
    started = time.process_time()
    results = reconcile(planted.book, iter(planted.extract))
    seconds = time.process_time() - started
    hits = sum(1 for r in results if r.matched and r.matched == truth[r.key])
    false = sum(1 for r in results if r.matched and r.matched != truth[r.key])
    wanted = sum(1 for key in truth.values() if key)
    assert hits / wanted >= 0.98
    assert hits / (hits + false) >= 0.995
    assert seconds < 20, "10,000 with 50,000 must stay far below two minutes"
    assert {r.outcome for r in results} == set(MatchOutcome)
