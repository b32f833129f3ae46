"""A signer's line is read with a title, where its strokes bear one out, and every other title is weighed beside it."""

from __future__ import annotations

import pytest

from layouts.columns import FieldKind
from ocr.handwriting.decoding import decode_line
from ocr.handwriting.joint_decoding import decode_views
from ocr.handwriting.signing import best_of_each_title, title_gain, with_titles
from tests.ocr.handwriting.lattices import ALPHABET, lattice_of


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Nguyễn Sanh, KT", "Nguyễn Sanh, PCT"),
        ("1CT Nguyễn Duy Thanh", "PCT Nguyễn Duy Thanh"),
        ("T02 Đồng Phước Nhơn", "PCT Đồng Phước Nhơn"),
        ("Lê Hồ Hải Quý Tách", "Lê Hồ Hải Chủ tịch"),
        ("Đào Bá Long", "Đào Bá Long CT"),
        ("CT: Mai Cao Tịnh", "PCT: Mai Cao Tịnh"),
        ("Lê Phi Dũng, Hồ.CT", "Lê Phi Dũng, P.CT"),
    ],
)
def test_titles_are_put_where_one_may_have_been_misread(read: str, meant: str) -> None:
    assert meant in with_titles(read)


@pytest.mark.parametrize("read", ["", "An", "Luân,", "-", "12"])
def test_a_word_alone_is_no_name_beside_a_title(read: str) -> None:
    assert with_titles(read) == []


def test_only_a_title_at_an_end_counts() -> None:
    assert title_gain("Lê An - P.CT") > 0.0 and title_gain("Q. Chủ tịch Lê An") > 0.0
    assert title_gain("Lê Chủ tịch An") == 0.0 == title_gain("Lê Thị Actin") == title_gain("ctan Lê")


def test_a_misread_title_is_found_where_the_strokes_bear_it_out() -> None:
    faint = {0: {"K": 0.5, "P": 0.3}, 1: {"C": 0.45}}
    line = lattice_of("KTT Lê Văn An", faint)
    assert decode_views([line], ALPHABET, FieldKind.SIGNER).decoded == "PCT Lê Văn An"
    assert decode_views([line, line], ALPHABET, FieldKind.SIGNER).decoded == "PCT Lê Văn An"


@pytest.mark.parametrize("name", ["Điểu Thị Brơi", "Trần Văn Xuyễn", "H' Lan Niê"])
def test_a_legible_line_without_a_title_gets_none(name: str) -> None:
    assert decode_views([lattice_of(name)], ALPHABET, FieldKind.SIGNER).decoded == name


def test_the_candidates_hold_the_best_line_of_every_other_title() -> None:
    decoding = decode_views([lattice_of("PCT Lê Văn An")], ALPHABET, FieldKind.SIGNER)
    texts = [candidate.text for candidate in decoding.candidates]
    assert decoding.decoded == texts[0] == "PCT Lê Văn An"
    assert "CT Lê Văn An" in texts and any(text.startswith("Q. Chủ tịch") for text in texts)
    told = {candidate.text: candidate.log_likelihood for candidate in decoding.candidates}
    assert told["PCT Lê Văn An"] > told["CT Lê Văn An"] + 3.0


def test_of_each_title_the_strokes_choose_the_line() -> None:
    strokes = {"CT Lê An": -3.0, "CT Lê Ân": -9.0, "PCT Lê An": -1.0, "Lê An": -2.0}
    assert best_of_each_title(strokes, ["PCT Lê An"]) == ["CT Lê An"]


def test_a_sure_line_stays_as_sure_as_it_was() -> None:
    line = lattice_of("Lê Văn An - PCT")
    alone, told = decode_line(line, ALPHABET, FieldKind.SIGNER), decode_views([line], ALPHABET, FieldKind.SIGNER)
    assert told.posterior == alone.posterior and told.decoded == alone.decoded
    assert len(told.candidates) > len(alone.candidates)
