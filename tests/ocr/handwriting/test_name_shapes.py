"""Names in one shape: capitals throughout, words without gaps, everything else as written."""

from __future__ import annotations

import pytest

from layouts.columns import FieldKind
from ocr.handwriting.joint_decoding import decode_views
from ocr.handwriting.name_shapes import name_in_one_shape
from tests.ocr.handwriting.lattices import ALPHABET, lattice_of


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("TRầN CHí MinH", "TRẦN CHÍ MINH"),
        ("LÊ QUAN G", "LÊ QUANG"),
        ("Bùi Quan G", "Bùi Quang"),
        ("Ng uyễn Văn H ùng", "Nguyễn Văn Hùng"),
        ("Đ ào Thị Ph ượng", "Đào Thị Phượng"),
        ("H Nga Niê", "H Nga Niê"),
        ("Trần Q nô", "Trần Q nô"),
        ("Bùi Y ên", "Bùi Y ên"),
        ("Trần Văn An", "Trần Văn An"),
        ("H Lan Niê", "H Lan Niê"),
        ("Y Bhương", "Y Bhương"),
        ("Lù A Páo", "Lù A Páo"),
        ("Trần C", "Trần C"),
        ("Phan Thị N", "Phan Thị N"),
        ("An", "An"),
        ("", ""),
    ],
)
def test_a_name_has_one_shape(read: str, name: str) -> None:
    assert name_in_one_shape(read) == name


def test_a_name_in_capitals_is_decoded_so_and_kept_verbatim_beside_it() -> None:
    seen = decode_views([lattice_of("TRầN MinH")], ALPHABET, FieldKind.NAME)
    assert (seen.decoded, seen.text) == ("TRẦN MINH", "TRầN MinH")
    assert seen.decoded in [candidate.text for candidate in seen.candidates]
    assert decode_views([lattice_of("TRầN MinH")], ALPHABET, FieldKind.PLACE).decoded != "TRẦN MINH"
