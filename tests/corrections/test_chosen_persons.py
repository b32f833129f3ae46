"""Which of several near-equal persons it is, chosen once: it holds when rows move, columns lack and others come."""

from __future__ import annotations

from dataclasses import replace

from corrections.chosen_persons import choice_of, with_choice
from corrections.reconciliation import MatchOutcome, MatchResult, reconcile
from corrections.same_person import Person

BOOK = Person(key="1/nks", name="Lê Thị Hoa", born="02.03.1990", mother="Trần Thị Bông")
FIRST = Person(key="dòng 2", name="Lê Thị Hoa", born="02.03.1990", mother="Trần Thị Bông", native_place="xã An Lộc")
SECOND = replace(FIRST, key="dòng 3", native_place="xã Bình Thắng")
THIRD = replace(FIRST, key="dòng 4", native_place="xã Đức Hạnh")


def _result(*extract: Person) -> MatchResult:
    (result,) = reconcile([BOOK], extract)
    return result


def _choose(result: MatchResult, key: str) -> MatchResult:
    choice = choice_of(result, key)
    assert choice is not None
    return with_choice(result, choice)


def test_persons_as_near_as_each_other_are_kept_for_choosing() -> None:
    result = _result(FIRST, SECOND)
    assert (result.outcome, result.others) == (MatchOutcome.DIFFERS, ("dòng 3",))
    assert [one.person for one in result.candidates] == [FIRST, SECOND]
    assert choice_of(result, "dòng 9") is None
    chosen = _choose(result, "dòng 3")
    assert (chosen.outcome, chosen.matched, chosen.others) == (MatchOutcome.MATCHES, "dòng 3", ())
    nobody = _choose(chosen, "")
    assert (nobody.outcome, nobody.matched, nobody.candidates) == (MatchOutcome.NOT_FOUND, "", result.candidates)
    assert with_choice(nobody, None) == result, "a choice taken back leaves what the comparison said"


def test_what_the_chosen_person_says_otherwise_is_told() -> None:
    other = replace(SECOND, mother="Trần Thị Bống")
    result = _result(FIRST, other)
    chosen = _choose(result, "dòng 3")
    assert chosen.outcome is MatchOutcome.DIFFERS and [d.field for d in chosen.differences] == ["mother"]


def test_a_choice_holds_in_the_next_extract_though_its_rows_moved() -> None:
    choice = choice_of(_result(FIRST, SECOND), "dòng 3")
    moved = with_choice(_result(replace(SECOND, key="dòng 7"), replace(FIRST, key="dòng 8"), THIRD), choice)
    assert (moved.matched, moved.others) == ("dòng 7", ())
    # an extract that lacks the column which told them apart: nobody is taken by chance
    bare = [replace(one, native_place="") for one in (FIRST, SECOND)]
    assert with_choice(_result(*bare), choice).others == ("dòng 3",)
    assert with_choice(_result(bare[1]), choice).matched == "dòng 3"
    # the chosen one is gone: those refused are not offered again, somebody new is
    gone = with_choice(_result(FIRST, THIRD), choice)
    assert (gone.matched, gone.others) == ("dòng 4", ())
    assert with_choice(_result(FIRST), choice).outcome is MatchOutcome.NOT_FOUND


def test_nobody_of_those_shown_stays_nobody_until_another_person_comes() -> None:
    choice = choice_of(_result(FIRST, SECOND), "")
    moved = [replace(SECOND, key="dòng 5"), replace(FIRST, key="dòng 6")]
    assert with_choice(_result(*moved), choice).outcome is MatchOutcome.NOT_FOUND
    assert with_choice(_result(*moved, THIRD), choice).matched == "dòng 4"


def test_an_identity_number_tells_persons_apart_whatever_else_they_say() -> None:
    first, second = (replace(FIRST, key=f"dòng {n}", id_number=f"07009000000{n}") for n in (2, 3))
    choice = choice_of(_result(first, second), "dòng 3")
    renamed = replace(second, key="dòng 9", native_place="phường An Lộc")
    assert with_choice(_result(first, renamed), choice).matched == "dòng 9"
