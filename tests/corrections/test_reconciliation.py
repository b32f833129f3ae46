"""Reconciliation with an extract of the population database: three outcomes, planted cases, speed."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest

from corrections.letters import fold_tones
from corrections.reconciliation import Outcome, Person, profile_columns, reconcile
from ocr import lexicons

BASE = Person(
    key="x1", name="Nguyễn Thị Hòa", born="02.05.1985", sex="2", mother="Trần Thị Bình", father="Nguyễn Văn An",
    birthplace="Xã Tân Hưng, huyện Hớn Quản, tỉnh Bình Phước", ethnic_group="Kinh",
)  # fmt: skip
TWIN = replace(BASE, key="x2", name="Nguyễn Thị Hiền")


def _one(extract: list[Person], **changed: object) -> tuple[Outcome, str, set[tuple[str, str]]]:
    (result,) = reconcile([replace(BASE, key="b", **changed)], extract)  # type: ignore[arg-type]
    return result.outcome, result.matched, {(d.field, d.kind) for d in result.differences}


@pytest.mark.parametrize(
    ("changed", "outcome", "differences"),
    [
        ({}, Outcome.MATCHES, set()),
        ({"name": "NGUYỄN THỊ HOÀ"}, Outcome.MATCHES, set()),
        ({"born": "2/5/1985"}, Outcome.MATCHES, set()),
        ({"name": "Nguyễn Thị Hoa"}, Outcome.DIFFERS, {("name", "tones")}),
        ({"born": "05.02.1985"}, Outcome.DIFFERS, {("born", "swapped")}),
        ({"born": "1985"}, Outcome.DIFFERS, {("born", "partial")}),
        ({"name": "Nguyễn Thị Hòaa"}, Outcome.DIFFERS, {("name", "spelling")}),
        ({"mother": "Trần Thị Bính"}, Outcome.DIFFERS, {("mother", "tones")}),
        ({"ethnic_group": "Tày"}, Outcome.DIFFERS, {("ethnic_group", "other")}),
        ({"birthplace": "Tân Hưng, Bình Long, Sông Bé"}, Outcome.MATCHES, set()),
        ({"birthplace": "Xã Vĩnh Ô, Vĩnh Linh, Quảng Trị"}, Outcome.DIFFERS, {("birthplace", "other")}),
    ],
)
def test_found(changed: dict[str, str], outcome: Outcome, differences: set[tuple[str, str]]) -> None:
    assert _one([BASE, TWIN], **changed) == (outcome, "x1", differences)


@pytest.mark.parametrize(
    "changed",
    [{"name": "Lê Văn Hùng"}, {"born": "12.07.1965"}, {"name": "Nguyễn Thị Mai"}, {"name": ""},
     {"name": "Nguyễn Thị Hiếu", "mother": "Võ Thị Chín", "father": "Lê Tám"}],
)  # fmt: skip
def test_not_found(changed: dict[str, str]) -> None:
    assert _one([BASE], **changed) == (Outcome.NOT_FOUND, "", set())


def test_twins_are_not_confused() -> None:
    assert _one([BASE, TWIN])[1] == "x1"
    assert _one([BASE, TWIN], name="Nguyễn Thị Hiền")[1] == "x2"
    assert _one([TWIN])[0] is Outcome.NOT_FOUND


def test_maiden_names_and_numbers_find_a_person() -> None:
    married = replace(BASE, name="Lê Thị Hòa", former_names=("Nguyễn Thị Hòa",), id_number="074185001234")
    assert _one([married])[:2] == (Outcome.MATCHES, "x1")
    renamed = replace(BASE, name="Lê Thị Mỹ Hằng", id_number="074185001234")
    outcome, matched, differences = _one([renamed], id_number="074185001234")
    assert (outcome, matched) == (Outcome.DIFFERS, "x1")
    assert ("name", "other") in differences


def test_two_equally_good_persons_are_left_to_choose() -> None:
    (result,) = reconcile([replace(BASE, key="b")], [BASE, replace(BASE, key="x9")])
    assert result.outcome is Outcome.DIFFERS
    assert (result.matched, result.others) == ("x1", ("x9",))


def test_rows_become_persons_by_a_profile() -> None:
    row = {"Họ tên": " Lê An ", "Ngày sinh": "1980", "Tên khác": "Lê Ân, Lê Ba"}
    person = profile_columns(row, {"name": "Họ tên", "born": "Ngày sinh", "former_names": "Tên khác"}, "7")
    assert person == Person(key="7", name="Lê An", born="1980", former_names=("Lê Ân", "Lê Ba"))


def _planted(count: int, people: int) -> tuple[list[Person], list[Person], dict[str, str | None]]:
    """Persons of an extract and entries of books with planted slips; the key of the right person, or None."""
    source = random.Random(11)
    pools = [part() for part in (lexicons.surnames, lexicons.middle_names, lexicons.given_names)]
    given = list(pools[2])

    def name() -> str:
        return " ".join(source.choices(list(pool), list(pool.values()))[0] for pool in pools)

    def person(key: str) -> Person:
        born = f"{source.randint(1, 28):02d}.{source.randint(1, 12):02d}.{source.randint(1940, 2015)}"
        return Person(key=key, name=name(), born=born, sex=source.choice("12"), mother=name(), father=name())

    extract = [person(f"x{i}") for i in range(people)]
    entries: list[Person] = []
    truth: dict[str, str | None] = {}
    for i in range(count):
        right = extract[i * (people // count)]
        entry = replace(right, key=f"b{i}")
        slip = i % 6
        if slip == 1:
            entry = replace(entry, name=fold_tones(right.name).title())
        elif slip == 2:
            day, month, year = right.born.split(".")
            entry = replace(entry, born=f"{month}.{day}.{year}" if int(day) <= 12 else right.born)
        elif slip == 3:
            entry = replace(entry, born=right.born[-4:])
        elif slip == 4:
            entry = replace(person("-"), key=f"b{i}")
        elif slip == 5:
            words = right.name.split()
            twin = next(g for g in given if fold_tones(g) != fold_tones(words[-1]))
            extract.append(replace(right, key=f"t{i}", name=" ".join((*words[:-1], twin))))
        truth[entry.key] = None if slip == 4 else right.key
        entries.append(entry)
    return entries, extract, truth


def test_planted_slips_are_found_quickly() -> None:
    entries, extract, truth = _planted(2000, 10000)
    started = time.process_time()
    results = reconcile(entries, extract)
    seconds = time.process_time() - started
    hits = sum(1 for r in results if r.matched and r.matched == truth[r.key])
    false = sum(1 for r in results if r.matched and r.matched != truth[r.key])
    wanted = sum(1 for key in truth.values() if key)
    assert hits / wanted >= 0.98
    assert hits / (hits + false) >= 0.995
    assert seconds < 20, "10,000 with 50,000 must stay far below two minutes"
    assert {r.outcome for r in results} == set(Outcome)
