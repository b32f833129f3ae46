"""Units that an address names to the letter; stops within their names, and colons no address has."""

import pytest

from vietnamese.named_units import units_named, with_usual_stops


@pytest.mark.parametrize(
    ("address", "units"),
    [
        ("Thôn 2, Quảng Phú Cầu, Ứng Hòa, Hà Nội", 3),
        ("Quảng Phu Cầu, Ứng Hòa, Hà Nội", 2),
        ("Ứng Hoa, Hà Nội", 1),
        ("xóm Bãi", 0),
    ],
)
def test_units_are_counted_that_an_address_names_to_the_letter(address: str, units: int) -> None:
    assert units_named(address) == units


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("Quỳnh: Hội, Quỳnh Phụ, Thái Bình", "Quỳnh Hội, Quỳnh Phụ, Thái Bình"),
        ("Ấp 2, xã Quỳnh: Hội, Quỳnh Phụ, Thái Bình", "Ấp 2, xã Quỳnh Hội, Quỳnh Phụ, Thái Bình"),
        ("Quỳnh, Hội, Quỳnh Phụ, Thái Bình", "Quỳnh Hội, Quỳnh Phụ, Thái Bình"),
        ("Tổ 5: Việt Hồng, Bắc Quang, Hà Giang", "Tổ 5, Việt Hồng, Bắc Quang, Hà Giang"),
        ("Bình; Thạnh, Hồ Chí Minh", "Bình Thạnh, Hồ Chí Minh"),
    ],
)
def test_stops_that_no_address_has_are_put_right(seen: str, meant: str) -> None:
    assert with_usual_stops(seen) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Quỳnh Hội, Quỳnh Phụ, Thái Bình",
        "Thường trú: Quỳnh Hội, Quỳnh Phụ, Thái Bình",
        "Tổ 5 - Bắc Lệnh - Lào Cai - Lào Cai",
        "Phú Thuận, Phú Vang, Thừa Thiên - Huế",
        "P.5, Q.3, TP. Hồ Chí Minh",
        "Thôn Quỳnh, Quỳnh Hội, Quỳnh Phụ, Thái Bình",  # a hamlet named like half of its commune
        "chết lúc 10:30 tại nhà",
        "",
        ": .",
    ],
)
def test_other_addresses_stay_as_they_are(text: str) -> None:
    assert with_usual_stops(text) == text
