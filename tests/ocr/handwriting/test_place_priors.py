from __future__ import annotations

from ocr.handwriting.place_priors import propose_places


def _texts(text: str) -> list[str]:
    return [proposed for proposed, _ in propose_places(text)]


def test_the_address_as_read_comes_first() -> None:
    assert _texts("Xóm Lạ, Nơi Nào")[0] == "Xóm Lạ, Nơi Nào"


def test_letters_are_mended_where_units_belong_together() -> None:
    assert "Thượng Lâm, Lâm Bình, Tuyên Quang" in _texts("Thuợng Lâm, Lâm Bìn, Tuyên Quang")


def test_a_lost_comma_is_put_back_with_the_separator_of_the_line() -> None:
    assert "Đồng Tâm - Mỹ Đức - Hà Nội" in _texts("Đồng Tâm - Mỹ Đức Hà Nội")


def test_a_hyphen_inside_a_province_is_no_separator() -> None:
    assert "Phước Hải, Đất Đỏ, Bà Rịa - Vũng Tàu" in _texts("Phước Hải, Đất Đỏ, Bà Rịa - Vũng Tau")


def test_tone_places_and_capitals_stay_as_written() -> None:
    proposed = _texts("Phường Tân Thới Hoà, Quận Tân phú, TP Hồ Chi Minh")
    assert "Phường Tân Thới Hoà, Quận Tân phú, TP Hồ Chí Minh" in proposed


def test_numbers_of_wards_are_never_exchanged() -> None:
    assert not any("Phường 13" in text for text in _texts("Phường 12, Quận 5, TP Hồ Chí Minh"))


def test_dissolved_provinces_are_known() -> None:
    assert "Thạch Thất, Hà Tây" in _texts("Thạch Thât, Hà Tây")
