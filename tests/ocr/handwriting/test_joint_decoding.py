"""Lines seen in several views: what all bear out wins, and no single view outvotes the others."""

from __future__ import annotations

import numpy as np
import pytest

from layouts.columns import FieldKind
from ocr.handwriting.ctc import Lattice
from ocr.handwriting.decoding import decode_line
from ocr.handwriting.joint_decoding import decode_views
from tests.ocr.handwriting.lattices import ALPHABET, lattice_of


def _decoded(kind: FieldKind | None, *views: Lattice) -> str:
    return decode_views(views, ALPHABET, kind).decoded


def test_one_view_is_decoded_as_ever() -> None:
    lattice = lattice_of("Nguyên Văn An", {4: {"ễ": 0.4}})
    assert decode_views([lattice], ALPHABET, FieldKind.NAME) == decode_line(lattice, ALPHABET, FieldKind.NAME)


def test_a_text_that_no_view_puts_first_wins_when_all_give_it_a_share() -> None:
    first = lattice_of("31", {0: {"9": 0.55}, 1: {"4": 0.02}})
    second = lattice_of("31", {0: {"8": 0.55}, 1: {"7": 0.02}})
    assert decode_line(first, ALPHABET, FieldKind.NUMBER).decoded == "91"
    assert decode_line(second, ALPHABET, FieldKind.NUMBER).decoded == "81"
    assert _decoded(FieldKind.NUMBER, first, second) == "31"


def test_a_view_that_lost_a_stroke_does_not_outvote_the_others() -> None:
    whole, cut = lattice_of("64", {0: {"b": 0.3}}), lattice_of("4", floor=1e-12)
    assert _decoded(FieldKind.REGISTRATION_NUMBER, whole, cut, whole) == "64"


def test_words_that_different_views_read_well_come_together() -> None:
    first = lattice_of("Brơi Xuyễm", {9: {"n": 0.35}})
    second = lattice_of("Brưi Xuyễn", {2: {"ơ": 0.35}})
    assert _decoded(FieldKind.NAME, first, second) == "Brơi Xuyễn"


@pytest.mark.parametrize("name", ["Điểu Thị Brơi", "H' Lan Niê", "Trần Xuyễn"])
def test_a_legible_rare_name_stays_as_it_is_in_all_views(name: str) -> None:
    assert _decoded(FieldKind.NAME, *[lattice_of(name)] * 3) == name


def test_the_record_tells_views_agreement_and_what_the_strokes_give() -> None:
    lattice = lattice_of("31", {0: {"9": 0.4}})
    joint = decode_views([lattice, lattice], ALPHABET, FieldKind.NUMBER)
    assert (joint.views, joint.agreement) == (2, 1.0)
    assert joint.candidates[0].text == "31"
    other = next(c for c in joint.candidates if c.text == "91")
    assert joint.candidates[0].log_likelihood - other.log_likelihood == pytest.approx(np.log(0.6 / 0.4), abs=0.01)


def test_views_without_writing_say_nothing() -> None:
    bare = lattice_of("")
    assert bare.size == 0 or _decoded(FieldKind.NAME, bare, lattice_of("An")) == "An"
