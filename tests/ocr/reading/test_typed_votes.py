"""Readings of one typed line put to the vote."""

from __future__ import annotations

import pytest

from layouts.columns import FieldKind
from ocr.reading.typed_votes import Ballot, vote, without_label


def ballot(text: str, confidence: float = 0.9) -> Ballot:
    return Ballot(words=tuple((word, confidence) for word in text.split()))


def test_agreement_is_sure_and_keeps_the_text() -> None:
    verdict = vote([ballot("Thanh Bình - Hớn Quản")] * 3, FieldKind.PLACE)
    assert verdict.text == "Thanh Bình - Hớn Quản"
    assert verdict.confidence > 0.9 and verdict.others == ()


def test_the_majority_wins_word_by_word() -> None:
    verdict = vote([ballot("Vũ Công Đồng", 0.7), ballot("Vũ Công Đông"), ballot("Vũ Công Đông")], FieldKind.NAME)
    assert verdict.text == "Vũ Công Đông"
    assert ("Vũ Công Đồng" in dict(verdict.others)) and verdict.confidence < 0.98


def test_a_date_that_cannot_be_loses() -> None:
    assert vote([ballot("98.12.1951", 0.95), ballot("08.12.1951", 0.8)], FieldKind.DATE).text == "08.12.1951"


def test_signs_look_like_those_of_the_keyboard_and_specks_go() -> None:
    assert vote([ballot(": việt nam —")], FieldKind.TEXT).text == "việt nam -"


@pytest.mark.parametrize(
    ("seen", "kind", "meant"),
    [
        ("cha để", FieldKind.RELATION, "cha đẻ"),
        ("viêt nam", FieldKind.NATIONALITY, "việt nam"),
        ("VIÊT NAM", FieldKind.NATIONALITY, "VIỆT NAM"),
        ("hai nghìn không trăm mười bốr", FieldKind.DATE_WORDS, "hai nghìn không trăm mười bốn"),
        ("Ngày môt, tháng hai", FieldKind.DATE_WORDS, "Ngày một, tháng hai"),
    ],
)
def test_slips_against_a_closed_vocabulary_are_mended(seen: str, kind: FieldKind, meant: str) -> None:
    verdict = vote([ballot(seen)] * 2, kind)
    assert verdict.text == meant


def test_names_are_never_mended() -> None:
    assert vote([ballot("Lê Trong Nam")] * 2, FieldKind.NAME).text == "Lê Trong Nam"


def test_nothing_read_is_nothing() -> None:
    verdict = vote([Ballot(words=()), Ballot(words=(("|", 0.4),))], FieldKind.NAME)
    assert verdict.text == "" and verdict.confidence == 0.0


def test_the_end_of_the_label_before_and_the_beginning_of_the_label_after_go() -> None:
    page = (("số:", 0.9), ("13", 0.9))
    assert without_label(page, "Trang số:") == (("13", 0.9),)
    people = (("Kinh", 0.9), ("Ouốc", 0.5))
    assert without_label(people, "Dân tộc:", "Quốc tịch:") == (("Kinh", 0.9),)
    assert without_label(people, "Dân tộc:", "") == people
    born = (("Sinh", 0.9), ("tại", 0.9), ("nhà", 0.9))
    assert without_label(born, "Nơi sinh:") == born


def test_a_single_registration_figure_is_left_to_a_person_unless_every_look_tells_it() -> None:
    ballots = [Ballot(words=(("4", 0.99),))] * 3
    assert vote(ballots[:2], FieldKind.REGISTRATION_NUMBER).confidence < 0.9
    assert vote([*ballots[:2], Ballot(words=(("1", 0.99),))], FieldKind.REGISTRATION_NUMBER).confidence < 0.9
    assert 0.9 < vote(ballots, FieldKind.REGISTRATION_NUMBER).confidence < 0.95


def test_a_letter_off_a_set_phrase_is_mended_and_looked_at() -> None:
    ballots = [Ballot(words=(("Công", 0.99), ("nhận", 0.99)))] * 3
    verdict = vote(ballots, FieldKind.TEXT)
    assert verdict.text == "Công nhân"
    assert verdict.confidence < 0.97
