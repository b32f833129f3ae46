"""Words around the number of an identity paper."""

from __future__ import annotations

import pytest

from corrections.paper_words import with_known_issuer, with_paper_words


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("(MND 123456789, 01/02/2010, GA Huế", "CMND 123456789, 01/02/2010, CA Huế"),
        ("CMND sô 123456789 CA Bình Thuận câp 25.01.2010", "CMND số 123456789 CA Bình Thuận cấp 25.01.2010"),
        ("CC.CD số 123456789012 GA Huế cấp 1/2/2020", "CCCD số 123456789012 CA Huế cấp 1/2/2020"),
        ("Lê Thị Ba, Hải Hà, CMNh 123456789", "Lê Thị Ba, Hải Hà, CMND 123456789"),
        ("MND 123456789 ngày 1/2/2010", "CMND 123456789 ngày 1/2/2010"),
        ("CMND-số 123456789 CA-Hà Tĩnh cấp-09/01/2016-", "CMND số 123456789 CA Hà Tĩnh cấp 09/01/2016"),
        ("CMND 123456789- 2/3/2010,-CA -Hà Nội", "CMND 123456789, 2/3/2010, CA Hà Nội"),
        ("CMND 123456789,_13/05/2011, CA Thanh Hóa", "CMND 123456789, 13/05/2011, CA Thanh Hóa"),
        ("CMND số 123456789.CA Huế cấn 1/2/2010", "CMND số 123456789 CA Huế cấp 1/2/2010"),
        ("CMND 123456789, 01/02/2010, CA Lào Cai", "CMND 123456789, 01/02/2010, CA Lào Cai"),
        ("Hộ chiếu B 1234567, 01/02/2010", "Hộ chiếu B 1234567, 01/02/2010"),
        ("Hộ chiếu số 123456789", "Hộ chiếu số 123456789"),
        ("Giấy khai sinh sô 12", "Giấy khai sinh sô 12"),
    ],
)
def test_words_are_put_right(read: str, right: str) -> None:
    assert with_paper_words(read) == right


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("CMND 123456789 CA I.ạng Sợn cấp 01/07/2010", "CMND 123456789 CA Lạng Sơn cấp 01/07/2010"),
        ("CMND 123456789, 1/2/2010, CA Bắc Kan", "CMND 123456789, 1/2/2010, CA Bắc Kạn"),
        ("CMND 123456789 CA huyện Tam Đảo cấp 1/2/2010", "CMND 123456789 CA huyện Tam Đảo cấp 1/2/2010"),
        ("Giấy khai sinh, CA Bắc Kan", "Giấy khai sinh, CA Bắc Kan"),
    ],
)
def test_the_province_of_the_police_is_spelt_as_it_is(read: str, right: str) -> None:
    assert with_known_issuer(read) == right
