"""Words around the number of an identity paper."""

from __future__ import annotations

import pytest

from corrections.paper_words import with_paper_words


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("(MND 123456789, 01/02/2010, GA Huế", "CMND 123456789, 01/02/2010, CA Huế"),
        ("CMND sô 123456789 CA Bình Thuận câp 25.01.2010", "CMND số 123456789 CA Bình Thuận cấp 25.01.2010"),
        ("CC.CD số 123456789012 GA Huế cấp 1/2/2020", "CCCD số 123456789012 CA Huế cấp 1/2/2020"),
        ("Lê Thị Ba, Hải Hà, CMNh 123456789", "Lê Thị Ba, Hải Hà, CMND 123456789"),
        ("MND 123456789 ngày 1/2/2010", "CMND 123456789 ngày 1/2/2010"),
        ("Hộ chiếu B 1234567, 01/02/2010", "Hộ chiếu B 1234567, 01/02/2010"),
        ("Hộ chiếu số 123456789", "Hộ chiếu số 123456789"),
        ("Giấy khai sinh sô 12", "Giấy khai sinh sô 12"),
    ],
)
def test_words_are_put_right(read: str, right: str) -> None:
    assert with_paper_words(read) == right
